"""Acts about a person after which a human owes something. What happened and its item of work are one act: both are
kept, or neither. Pages call these; the acts of `people` beside them know nothing of work."""

from __future__ import annotations

from typing import Any

from fenestra.care.people import consent, emergency, screening
from fenestra.care.people.models import Consent, Screening
from fenestra.care.people.rules import CONSENT_WORDS, ConsentKind
from fenestra.care.people.values import Facts
from fenestra.care.work.actions import open_item, settle
from fenestra.care.work.rules import ON_COVER, ItemKind, Level
from fenestra.ground.book.act import Act, Done, act
from fenestra.ground.clinic.rules import Role

SUICIDE = "suicide_screen_positive"
DECIDE = "A screening waits for a decision."
TALK = "Talk with the person about what they want."
REVIEW = "Something was told to medical staff in an emergency. Review it on the page of what went out."
DANGER = "Screened: the suicide screen is positive. A clinician assesses the danger now, before anything is planned."


@act("screened a person, for somebody to decide")
def keep_screening(act: Act, *, person_id: int, facts: Facts, danger_on_file: bool = False) -> Done:
    """Keep a screening; it waits for a prescriber. A newer one of the same person is the same item. A positive suicide
    screen is for whoever is on cover now: the decision about a course can wait, it cannot. `danger_on_file`: a form on
    file says so already, and raised its own item."""
    kept = screening.keep_screening(person_id=person_id, facts=facts, by=act.by, at=act.at)
    open_item(
        kind=ItemKind.SCREENING_TO_DECIDE.value, about=_screened(person_id), level=Level.MEDIUM.value,
        owner_role=Role.PHYSICIAN.value, person_id=person_id, words=DECIDE, by=act.by, at=act.at,
    )  # fmt: skip
    if facts.get(SUICIDE) is True and not danger_on_file:
        open_item(
            kind=ItemKind.SUICIDE_ALERT.value, about=f"screening:{kept.id}", level=Level.HIGH.value,
            owner_role=ON_COVER, person_id=person_id, words=DANGER, by=act.by, at=act.at,
        )  # fmt: skip
    return kept


@act("decided on a screening, and nobody owes it any more")
def decide_screening(act: Act, *, screening_id: int, decision: str, reason: str) -> Done:
    """A prescriber decides; what waited for it is done."""
    done = screening.decide_screening(
        screening_id=screening_id, decision=decision, reason=reason, by=act.by, at=act.at
    )  # fmt: skip
    person_id = Screening.objects.values_list("person_id", flat=True).get(pk=screening_id)
    settle(
        kind=ItemKind.SCREENING_TO_DECIDE.value, about=_screened(person_id), words=done.said, by=act.by, at=act.at
    )  # fmt: skip
    return done


def _screened(person_id: int) -> str:
    return f"person:{person_id}"


@act("withdrew a consent, and told the clinic")
def withdraw_consent(act: Act, *, consent_id: int, reason: str = "") -> Done:
    """The person takes a consent back through staff; a physician talks with them about what they want."""
    done = consent.withdraw_consent(consent_id=consent_id, reason=reason, by=act.by, at=act.at)
    row = Consent.objects.get(pk=consent_id)
    open_item(
        kind=ItemKind.CONSENT_WITHDRAWN.value, about=f"consent:{row.pk}", level=Level.MEDIUM.value,
        owner_role=Role.PHYSICIAN.value, person_id=row.person_id,
        words=f"Consent to {CONSENT_WORDS[ConsentKind(row.kind)]} was withdrawn. {TALK}", by=act.by, at=act.at,
    )  # fmt: skip
    return done


@act("disclosed in an emergency, for somebody to review")
def disclose_in_emergency(act: Act, *, person_id: int, **told: Any) -> Done:
    """What medical staff had to know at once; the privacy officer, or a medical director, reviews it afterwards."""
    done = emergency.disclose_in_emergency(person_id=person_id, by=act.by, at=act.at, **told)
    open_item(
        kind=ItemKind.OTHER.value, about=f"emergency:{done.id}", level=Level.MEDIUM.value,
        owner_role=Role.PRIVACY_OFFICER.value, person_id=person_id, words=REVIEW, by=act.by, at=act.at,
    )  # fmt: skip
    return done


@act("reviewed an emergency, and nobody owes it any more")
def review_emergency(act: Act, *, emergency_id: int, in_order: bool, words: str) -> Done:
    """Somebody looked at it afterwards; what waited for it is done."""
    done = emergency.review_emergency(
        emergency_id=emergency_id, in_order=in_order, words=words, by=act.by, at=act.at
    )  # fmt: skip
    settle(
        kind=ItemKind.OTHER.value, about=f"emergency:{emergency_id}", words=done.said, by=act.by, at=act.at
    )  # fmt: skip
    return done
