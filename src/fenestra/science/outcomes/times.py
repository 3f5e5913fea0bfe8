"""For one person and one endpoint: on which day the event came, or until when it is known not to have come.

Lapse and relapse are two endpoints: the first day of use, and what a source calls relapse. Under observed only an unknown
day ends what is known, and the person counts until the day before; under missing = use it is a day of use. A reason of its
own (death, transfer, prison) ends what is known under either rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from fenestra.science.outcomes.abstinence import followed_until, window_dates
from fenestra.science.outcomes.days import EndReason, PersonRecord
from fenestra.science.outcomes.endpoints import MissingRule
from fenestra.science.outcomes.presets import BOTH_RULES, TIME_TO_EVENT, Preset, Question, RunOfUse, check_question
from fenestra.science.outcomes.survival import TimeToEvent
from fenestra.science.outcomes.use_rule import DayState, decided_days

DAYS_A_WEEK = 7


class Leaving(StrEnum):
    """Why a person's line ends where it ends."""

    EVENT = "event"
    UNKNOWN_DAY = "unknown_day"
    ENDED = "ended"
    NOT_YET_ASKED = "not_yet_asked"
    WINDOW_CLOSED = "window_closed"


@dataclass(frozen=True)
class PersonTime:
    """One person's time under one endpoint and its missing rule, and why it ends there."""

    endpoint: Preset
    time: TimeToEvent
    leaving: Leaving
    end_reason: EndReason | None


def time_of(record: PersonRecord, endpoint: Preset, *, asked_until: date) -> PersonTime:
    """The day of the event, or the last day known to be free of it, in days from the start.

    Day 0: nothing is known of this person after the start. `asked_until` is the last day for which everyone still followed
    should have answered by now.
    """
    check_question(endpoint, TIME_TO_EVENT, "a time to an event")
    return _time_from(record, endpoint, _states(record, endpoint, asked_until), asked_until)


def times_under_both_rules(
    record: PersonRecord, endpoint: Preset, *, asked_until: date
) -> tuple[PersonTime, PersonTime]:
    """The same person under observed only, and under missing = use."""
    check_question(endpoint, TIME_TO_EVENT, "a time to an event")
    states = _states(record, endpoint, asked_until)
    observed, strict = (_time_from(record, endpoint.under(rule), states, asked_until) for rule in BOTH_RULES)
    return observed, strict


def _time_from(record: PersonRecord, endpoint: Preset, states: list[DayState], asked_until: date) -> PersonTime:
    known = _known(states, endpoint.missing_rule)
    event = _event_place(known, endpoint.run)
    if event is not None:
        leaving = Leaving.EVENT
    else:
        leaving = Leaving.UNKNOWN_DAY if len(known) < len(states) else _leaving(record, endpoint, asked_until)
    day = len(known) if event is None else endpoint.window.first_day + event
    reason = record.follow_up.end_reason if leaving is Leaving.ENDED else None
    return PersonTime(endpoint, TimeToEvent(record.person, day, event is not None), leaving, reason)


def _states(record: PersonRecord, endpoint: Preset, asked_until: date) -> list[DayState]:
    """Day by day from day 1, as far as this person could be asked."""
    first, last = window_dates(record.follow_up, endpoint)
    until = min(followed_until(record.follow_up, last), asked_until)
    days = decided_days(record, first, until, rule=endpoint.use_rule, counts=endpoint.counts)
    if endpoint.question is Question.TIME_TO_FIRST_USE_OR_DROPOUT:
        # the source counts dropping out as the event itself, whatever the missing rule
        return [DayState.USED if day.day > record.follow_up.seen_until else day.state for day in days]
    return [day.state for day in days]


def _known(states: Sequence[DayState], rule: MissingRule) -> list[bool]:
    """Use or not, day by day, as far as the rule lets anyone say."""
    if rule is MissingRule.MISSING_IS_USE:
        return [state is not DayState.ABSTINENT for state in states]
    ends = states.index(DayState.UNKNOWN) if DayState.UNKNOWN in states else len(states)
    return [state is DayState.USED for state in states[:ends]]


def _event_place(used: Sequence[bool], run: RunOfUse | None) -> int | None:
    if run is None:
        return used.index(True) if True in used else None
    places = [_end_of_days(used, run.days_in_a_row), _end_of_weeks(used, run.weeks_in_a_row)]
    return min((place for place in places if place is not None), default=None)


def _end_of_days(used: Sequence[bool], wanted: int) -> int | None:
    """The place of the day that completes so many days of use in a row."""
    in_a_row = 0
    for place, day in enumerate(used):
        in_a_row = in_a_row + 1 if day else 0
        if in_a_row == wanted:
            return place
    return None


def _end_of_weeks(used: Sequence[bool], wanted: int) -> int | None:
    """The place of the first day of use in the week that completes so many weeks in a row with use."""
    in_a_row = 0
    for begin in range(0, len(used), DAYS_A_WEEK):
        week = used[begin : begin + DAYS_A_WEEK]
        in_a_row = in_a_row + 1 if any(week) else 0
        if in_a_row == wanted:
            return begin + list(week).index(True)
    return None


def _leaving(record: PersonRecord, endpoint: Preset, asked_until: date) -> Leaving:
    """Why nothing is known beyond the last day, where every day up to it is."""
    _, last = window_dates(record.follow_up, endpoint)
    followed = followed_until(record.follow_up, last)
    if asked_until < followed:
        return Leaving.NOT_YET_ASKED
    return Leaving.WINDOW_CLOSED if followed == last else Leaving.ENDED
