"""The person's record on their page: how they came, what they have and take, screening, consents, supporters."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fenestra.care.people import diagnosis_queries as found
from fenestra.care.people import queries as people
from fenestra.care.people import rules, screening_queries
from fenestra.care.people.consent_texts import newest_text
from fenestra.care.people.diagnosis import DIAGNOSES
from fenestra.care.people.rules import ConsentKind, ConsentValue
from fenestra.care.people.values import EpisodeValue
from fenestra.faces.web.staff.screening import words as screening_words
from fenestra.ground.book.scope import Mask, Scope
from fenestra.ground.clinic.rules import SEES_PEOPLE, can


def section(scope: Scope, mask: Mask, person_id: int, at: datetime, episodes: list[EpisodeValue]) -> dict[str, Any]:
    """What the page shows of the record, and which verbs it offers this human."""
    screened = screening_queries.latest_screening(scope, mask, person_id)
    signed = people.consents(scope, mask, person_id)
    may_write, may_diagnose = can(scope.roles, SEES_PEOPLE), can(scope.roles, DIAGNOSES)
    return {
        "screened": screened,
        "screened_words": screening_words.verdict(screened) if screened else None,
        "referrals": found.referrals(scope, mask, person_id),
        "medicines": found.medicines(scope, mask, person_id),
        "criteria": {each.id: _criteria(scope, mask, each) for each in episodes},
        "consents": [consent(each, signed, at) for each in signed],
        "consent_kinds": [(kind.value, rules.CONSENT_WORDS[kind], *_state(signed, kind, at)) for kind in KINDS],
        "consented": rules.can_rest_on(signed, ConsentKind.TREATMENT, at),
        "supporters": [supporter(each) for each in people.supporters(scope, mask, person_id, at, signed)],
        "may_write": may_write,
        "may_diagnose": may_diagnose,
    }


# A supporter's comes with letting them in. Those that let records out stand on the page of what goes out too.
KINDS = (
    ConsentKind.TREATMENT, ConsentKind.CHECK_INS, ConsentKind.RECORDS, ConsentKind.CARE_AND_PAYMENT,
    ConsentKind.COUNSELLING_NOTES, ConsentKind.LEGAL,
)  # fmt: skip


def _state(signed: list[ConsentValue], kind: ConsentKind, at: datetime) -> tuple[bool, str]:
    """Whether a consent of this kind holds, and in a word how it stands."""
    if rules.can_rest_on(signed, kind, at):
        return True, "holds"
    last = next((each for each in signed if each.kind is kind), None)  # the newest first
    if last is None:
        return False, "not signed"
    return False, "withdrawn" if last.withdrawn_at is not None else "has run out"


def _criteria(scope: Scope, mask: Mask, episode: EpisodeValue) -> list[tuple[str, Any]]:
    """Each substance of an episode with what was found last for it, or None."""
    newest = {each.substance.value: each for each in found.diagnoses(scope, mask, episode.id)}
    return [(substance, newest.get(substance)) for substance in episode.substances]


def consent(value: ConsentValue, signed: list[ConsentValue], at: datetime) -> dict[str, Any]:
    """One signature in words: whether it holds, and if not, why."""
    holds = value.stands(at) and (
        value.kind not in rules.ONE_THAT_COUNTS or rules.standing(signed, value.kind, at) == value
    )
    if value.withdrawn_at is not None:
        state = "withdrawn"
    elif holds:
        state = "holds"
    else:
        state = "has run out" if value.expires_at is not None and value.expires_at <= at else "a newer one counts"
    return {
        "value": value,
        "words": rules.CONSENT_WORDS[value.kind],
        "holds": holds,
        "state": state,
        "scope": shared_words(value.scope),
        "older_text": newest_text(value.kind).version != value.text_version,
    }


def supporter(value: rules.SupporterValue) -> dict[str, Any]:
    return {"value": value, "scope": shared_words(value.scope)}


def shared_words(scope: Any) -> str:
    """What may be shown, in words and in a fixed order."""
    return ", ".join(words for each, words in rules.SHARED_WORDS.items() if each in scope)
