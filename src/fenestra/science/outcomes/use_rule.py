"""From what was said and what was tested to one state per day, by a rule that has a name.

A test speaks of the day its sample was taken, no more: how long a substance stays in a sample differs by substance and
body, and no number for it stands in our sources. A negative test therefore does not fill a day nobody asked about.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from fenestra.science.outcomes.days import PersonRecord, UseDay


class UseRule(StrEnum):
    """Which source decides a day. Where the sources disagree the rule decides, and the day is reported."""

    SELF_REPORT = "self_report"
    EITHER_POSITIVE = "either_positive"


class Counts(StrEnum):
    """What makes a day a day of use for an endpoint."""

    ANY_USE = "any_use"
    HEAVY_USE = "heavy_use"


class DayState(StrEnum):
    """What is known of one day under an endpoint's rule."""

    ABSTINENT = "abstinent"
    USED = "used"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class DecidedDay:
    """One day with its state; `sources_disagree` where the person said one thing and a test of that day another."""

    day: date
    state: DayState
    sources_disagree: bool = False


def decided_days(
    record: PersonRecord, first: date, last: date, *, rule: UseRule, counts: Counts = Counts.ANY_USE
) -> tuple[DecidedDay, ...]:
    """Every day from `first` to `last`, both included, in order; none when `last` lies before `first`."""
    said = {use.day: use for use in record.use_days}
    tested = {day: _any_positive(record, day) for day in {test.day for test in record.tests}}
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple(_decided(day, said.get(day), tested.get(day), rule, counts) for day in days)


def disagreements(days: Iterable[DecidedDay]) -> tuple[date, ...]:
    """The days on which word and test differ, for a human to look at."""
    return tuple(each.day for each in days if each.sources_disagree)


def _any_positive(record: PersonRecord, day: date) -> bool | None:
    results = [test.positive for test in record.tests if test.day == day and test.positive is not None]
    return any(results) if results else None


def _decided(day: date, said: UseDay | None, positive: bool | None, rule: UseRule, counts: Counts) -> DecidedDay:
    used = said.used if said else None
    disagree = used is not None and positive is not None and used != positive
    if rule is UseRule.EITHER_POSITIVE and positive and not used:
        # a test knows that there was use, not how much
        state = DayState.USED if counts is Counts.ANY_USE else DayState.UNKNOWN
    else:
        state = _said_state(said, counts)
    return DecidedDay(day, state, disagree)


def _said_state(said: UseDay | None, counts: Counts) -> DayState:
    if said is None or said.used is None:
        return DayState.UNKNOWN
    counted = said.heavy if counts is Counts.HEAVY_USE and said.used else said.used
    if counted is None:
        return DayState.UNKNOWN
    return DayState.USED if counted else DayState.ABSTINENT
