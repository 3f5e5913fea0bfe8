"""Who may see what became of a clinic's people, and by which stated rules their records become ones that can be counted.
Pure.

Nothing here names anybody: pages of research carry neither names nor codes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from fenestra.care.measures.rules import Source, TestKind
from fenestra.care.people.rules import ConsentKind, ConsentValue, Substance
from fenestra.care.people.rules import EndReason as CourseEnd
from fenestra.ground.clinic.rules import Role, can, check_has
from fenestra.science.errors import BadInput, Refused
from fenestra.science.outcomes.days import EndReason
from fenestra.science.outcomes.presets import Preset
from fenestra.science.protocols.requirements import requirement

READS_OUTCOMES = (Role.STATISTICIAN, Role.LEAD, Role.PHYSICIAN, Role.MEDICAL_DIRECTOR)

ONE_DAY = timedelta(days=1)

# How the clinic's substances are called in the evidence; those not named here have the same name there.
CALLED_IN_EVIDENCE = {Substance.OPIOIDS: "opioid"}

# By how many days the start of an endpoint lies before the first dose. The preset's own reading says it: five weeks that
# begin with admission, the dose on the second of their days.
DAYS_BEFORE_DOSE = {"first dose": 0, "first day of the five weeks": 1}

# A person's own word: told by themselves, or to a member of staff who asked.
OWN_WORD = frozenset({Source.PERSON.value, Source.STAFF.value})

# Tests that speak of about the day the sample was taken. Hair tells of months and blood, by its marker, of weeks: a test
# of these would put use on a day on which there may have been none.
TESTS_OF_A_DAY = frozenset({TestKind.URINE.value, TestKind.BREATH.value, TestKind.SALIVA.value})

# A course that ended for one of these ends what is asked of a person. One that was completed does not: the year after
# the last dose is what an outcome is about. Lost to follow-up is missing, and so is "another reason", which says nothing.
ENDS_FOLLOW_UP = {
    CourseEnd.DEATH: EndReason.DEATH,
    CourseEnd.TRANSFER: EndReason.TRANSFER,
    CourseEnd.PRISON: EndReason.PRISON,
    CourseEnd.CONSENT_WITHDRAWN: EndReason.CONSENT_WITHDRAWN,
    CourseEnd.MOVED_AWAY: EndReason.MOVED_AWAY,
}


class LeftOut(StrEnum):
    """What stands in the record and is not counted. A number of these is always said."""

    TOLD_BY_OTHERS = "days told by somebody else than the person or staff who asked them"
    SAMPLES_OF_WEEKS = "samples of hair or blood, which tell of weeks or months and not of a day"
    AFTER_THE_END = "days and samples from after the follow-up had ended"


@dataclass(frozen=True)
class CourseEnded:
    """Why and on which clinic day nobody asked this person any more."""

    reason: EndReason
    day: date


@dataclass(frozen=True)
class Course:
    """What of an episode the end of a follow-up is read from."""

    opened_at: datetime
    closed_at: datetime | None
    closed_because: CourseEnd | None


def check_may_read(roles: frozenset[str]) -> None:
    check_has(roles, READS_OUTCOMES, "read what became of the clinic's people")


def can_read(roles: frozenset[str]) -> bool:
    return can(roles, READS_OUTCOMES)


def in_evidence(substance: Substance) -> str:
    """This substance as the evidence names it."""
    return CALLED_IN_EVIDENCE.get(substance, substance.value)


def substance_of(preset: Preset) -> Substance | None:
    """The substance an endpoint is about, as the clinic names it; None when it is counted for any."""
    return next((each for each in Substance if in_evidence(each) == preset.substance), None)


def check_substance(preset: Preset, substance: Substance) -> None:
    """Refuse to count people treated for one substance under an endpoint of another."""
    own = substance_of(preset)
    if own is not None and own is not substance:
        raise BadInput(
            f"“{preset.name}” is an endpoint for {own.value}. Choose {own.value}, or an endpoint for {substance.value}.",
            field="substance",
        )


def asked_until(today: date) -> date:
    """The last clinic day that everybody who is still followed should have answered for by today.

    The rule: a day is asked about on the day after it, and once a day on the three days after that (OUT-001); when the
    last of these is over, a silence is a miss. So the newest days stand on nobody's account: not use, not missing. An
    interview may fill a day in later; it counts from then on.
    """
    reminders = requirement("OUT-001").whole("reminder_days")
    return today - ONE_DAY * (1 + reminders + 1)


def starts_on(preset: Preset, first_dose: date) -> date:
    """Day 0 of an endpoint for somebody with this first dose."""
    before = DAYS_BEFORE_DOSE.get(preset.window.counted_from)
    if before is None:
        raise Refused(
            f"“{preset.name}” counts from “{preset.window.counted_from}”, which no record here holds. Choose another."
        )
    return first_dose - before * ONE_DAY


def ended(
    courses: Iterable[Course], consents: Iterable[ConsentValue], *, at: datetime, zone: str
) -> CourseEnded | None:
    """Why and when the follow-up ended, or None while it goes on.

    The newest course of the substance decides: somebody who left and came back is followed. Consent to treatment that is
    withdrawn and not signed again ends it too, on that day if that is earlier.
    """
    ends = [each for each in (_closed(courses, at), _withdrawn(consents, at)) if each is not None]
    if not ends:
        return None
    moment, reason = min(ends, key=lambda each: each[0])
    return CourseEnded(reason, moment.astimezone(ZoneInfo(zone)).date())


def _closed(courses: Iterable[Course], at: datetime) -> tuple[datetime, EndReason] | None:
    newest = max((each for each in courses if each.opened_at <= at), key=lambda each: each.opened_at, default=None)
    if newest is None or newest.closed_at is None or newest.closed_at > at or newest.closed_because is None:
        return None
    reason = ENDS_FOLLOW_UP.get(newest.closed_because)
    return (newest.closed_at, reason) if reason else None


def _withdrawn(consents: Iterable[ConsentValue], at: datetime) -> tuple[datetime, EndReason] | None:
    signed = [each for each in consents if each.kind is ConsentKind.TREATMENT and each.signed_at <= at]
    newest = max(signed, key=lambda each: (each.signed_at, each.id), default=None)
    if newest is None or newest.withdrawn_at is None or newest.withdrawn_at > at:
        return None
    return newest.withdrawn_at, EndReason.CONSENT_WITHDRAWN
