"""For one person and one endpoint: was it met, on which days does that rest, and what share of days was abstinent?

`asked_until` is the last day for which everyone still followed should have answered by now. Days after it are not missing,
they are not yet asked; a window that is still open has no outcome, good or bad.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from fenestra.science.outcomes.days import EndReason, FollowUp, PersonRecord
from fenestra.science.outcomes.endpoints import MissingRule
from fenestra.science.outcomes.presets import BOTH_RULES, Preset, Question, check_question
from fenestra.science.outcomes.use_rule import DayState, decided_days, disagreements
from fenestra.science.quantities import percent_of


class Outcome(StrEnum):
    """What is known of an endpoint. ENDED: the follow-up ended for a reason of its own, and no use was seen before."""

    MET = "met"
    NOT_MET = "not_met"
    MISSING = "missing"
    ENDED = "ended"
    NOT_YET_ASKED = "not_yet_asked"


@dataclass(frozen=True)
class WindowDays:
    """How the days of a window stand; the five counts add up to all its days.

    `after_end` are days since the person was last seen, where a reason of its own ended the follow-up inside the window.
    `tests` counts samples with a result; `sources_disagree` are days on which word and test differ.
    """

    abstinent: int
    used: int
    unknown: int
    after_end: int
    not_yet_asked: int
    tests: int
    sources_disagree: tuple[date, ...]


@dataclass(frozen=True)
class PersonOutcome:
    """One person's outcome under one endpoint and its missing rule, with the days it rests on."""

    person: str
    endpoint: Preset
    outcome: Outcome
    days: WindowDays
    end_reason: EndReason | None


@dataclass(frozen=True)
class PercentDays:
    """Per cent of days abstinent under both missing rules; None where no day counts, or the window is still open.

    `observed` divides by the days that are known, `missing_is_use` by the unknown ones too.
    """

    person: str
    endpoint: Preset
    observed: Decimal | None
    missing_is_use: Decimal | None
    days: WindowDays
    end_reason: EndReason | None


def outcome_of(record: PersonRecord, endpoint: Preset, *, asked_until: date) -> PersonOutcome:
    """Whether this person was abstinent on every day of the window, under the endpoint's own missing rule.

    One unknown day is enough for a missing answer: nobody can say that the person was abstinent throughout. A day of use
    decides even where others are unknown.
    """
    check_question(endpoint, frozenset({Question.ABSTINENT_THROUGHOUT}), "abstinence throughout")
    return _outcome_from(record, endpoint, window_days(record, endpoint, asked_until=asked_until))


def outcomes_under_both_rules(
    record: PersonRecord, endpoint: Preset, *, asked_until: date
) -> tuple[PersonOutcome, PersonOutcome]:
    """The same person under observed only, and under missing = use."""
    check_question(endpoint, frozenset({Question.ABSTINENT_THROUGHOUT}), "abstinence throughout")
    days = window_days(record, endpoint, asked_until=asked_until)
    observed, strict = (_outcome_from(record, endpoint.under(rule), days) for rule in BOTH_RULES)
    return observed, strict


def percent_days_abstinent(record: PersonRecord, endpoint: Preset, *, asked_until: date) -> PercentDays:
    """The share of this person's days without use, exact, in per cent, under both missing rules."""
    check_question(endpoint, frozenset({Question.DAYS_ABSTINENT}), "a share of days")
    days = window_days(record, endpoint, asked_until=asked_until)
    known = 0 if days.not_yet_asked else days.abstinent + days.used
    all_asked = 0 if days.not_yet_asked else known + days.unknown
    return PercentDays(
        person=record.person,
        endpoint=endpoint,
        observed=percent_of(days.abstinent, known),
        missing_is_use=percent_of(days.abstinent, all_asked),
        days=days,
        end_reason=_reason_inside(record, days),
    )


def window_days(record: PersonRecord, endpoint: Preset, *, asked_until: date) -> WindowDays:
    """How each day of the endpoint's window stands for this person."""
    first, last = window_dates(record.follow_up, endpoint)
    until = min(followed_until(record.follow_up, last), asked_until)
    days = decided_days(record, first, until, rule=endpoint.use_rule, counts=endpoint.counts)
    states = [day.state for day in days]
    not_yet_asked = min(max(0, (last - asked_until).days), endpoint.window.days)
    return WindowDays(
        abstinent=states.count(DayState.ABSTINENT),
        used=states.count(DayState.USED),
        unknown=states.count(DayState.UNKNOWN),
        after_end=endpoint.window.days - len(states) - not_yet_asked,
        not_yet_asked=not_yet_asked,
        tests=sum(first <= test.day <= until and test.positive is not None for test in record.tests),
        sources_disagree=disagreements(days),
    )


def window_dates(follow_up: FollowUp, endpoint: Preset) -> tuple[date, date]:
    """The first and last date of the endpoint's window for a person with this start."""
    window = endpoint.window
    return follow_up.start + timedelta(days=window.first_day), follow_up.start + timedelta(days=window.last_day)


def followed_until(follow_up: FollowUp, last: date) -> date:
    """The last date up to `last` a person could be asked for; a reason of its own ends it where they were last seen."""
    ended_inside = follow_up.ended_on is not None and follow_up.ended_on <= last
    return min(follow_up.seen_until, last) if ended_inside else last


def _outcome_from(record: PersonRecord, endpoint: Preset, days: WindowDays) -> PersonOutcome:
    return PersonOutcome(record.person, endpoint, _outcome(days, endpoint), days, _reason_inside(record, days))


def _outcome(days: WindowDays, endpoint: Preset) -> Outcome:
    if days.not_yet_asked:
        return Outcome.NOT_YET_ASKED
    if days.used:
        return Outcome.NOT_MET
    if days.after_end:
        return Outcome.ENDED
    if days.unknown or (endpoint.test_needed and not days.tests):
        return Outcome.NOT_MET if endpoint.missing_rule is MissingRule.MISSING_IS_USE else Outcome.MISSING
    return Outcome.MET


def _reason_inside(record: PersonRecord, days: WindowDays) -> EndReason | None:
    return record.follow_up.end_reason if days.after_end else None
