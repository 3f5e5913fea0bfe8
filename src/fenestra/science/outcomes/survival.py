"""Kaplan-Meier: the share of people still without an event, day by day, with its band and the people behind it.

Greenwood's standard error and a 95 % band on the log-log scale, which stays between 0 and 1. A person who enters late
(`entered_after`) counts only from then on.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from math import exp, log, sqrt

from fenestra.science.errors import BadInput
from fenestra.science.outcomes.intervals import Z_95


@dataclass(frozen=True)
class TimeToEvent:
    """One person: followed up to `day`, counted in whole days from the start, and then `event`, or seen no longer.

    `entered_after`: first watched after this day (left truncation); None when watched from the start.
    """

    person: str
    day: int
    event: bool
    entered_after: int | None = None

    def __post_init__(self) -> None:
        if self.day < 0:
            raise BadInput(f"Day {self.day} lies before the start. Count days from the start.", field="day")
        if self.entered_after is not None and not 0 <= self.entered_after < self.day:
            raise BadInput(
                f"Followed up to day {self.day}, yet entered after day {self.entered_after}. Correct one of them.",
                field="entered_after",
            )

    def is_at_risk(self, day: int) -> bool:
        """Whether an event of this person on that day would have been seen."""
        return self.day >= day and (self.entered_after is None or self.entered_after < day)


@dataclass(frozen=True)
class CurveStep:
    """A day on which someone had an event or was seen for the last time.

    `at_risk` are the people followed on that day, those of this step among them; `survival` holds from this day on.
    `standard_error` is that of `survival`. Where `survival` is 0 there is none, and the band does not exist where it is 0
    or 1: None, as no spread can be worked out from nobody or from no event.
    """

    day: int
    at_risk: int
    events: int
    censored: int
    survival: float
    standard_error: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class RiskRow:
    """Everyone at the beginning of a day; the four counts add up to all people of the curve.

    `events` and `censored` (no longer followed) happened before this day; `at_risk` are followed on it.
    """

    day: int
    not_yet_entered: int
    at_risk: int
    events: int
    censored: int


@dataclass(frozen=True)
class SurvivalCurve:
    """The curve with the people it was made of. It says nothing beyond the last day anyone was followed."""

    people: tuple[TimeToEvent, ...]
    steps: tuple[CurveStep, ...]

    @property
    def n(self) -> int:
        return len(self.people)

    @property
    def events(self) -> int:
        return sum(step.events for step in self.steps)

    @property
    def last_day(self) -> int | None:
        """The last day anyone was followed; None for a curve of nobody."""
        return self.steps[-1].day if self.steps else None

    def at(self, day: int) -> CurveStep | None:
        """The curve on this day, with those at risk on it; None beyond the last day anyone was followed."""
        if self.last_day is None or not 0 <= day <= self.last_day:
            return None
        place = bisect_right(self._days, day) - 1
        if place >= 0 and self._days[place] == day:
            return self.steps[place]
        at_risk = self.row(day).at_risk
        if place < 0:
            return CurveStep(day, at_risk, 0, 0, 1.0, 0.0, None, None)
        step = self.steps[place]
        return CurveStep(day, at_risk, 0, 0, step.survival, step.standard_error, step.low, step.high)

    def row(self, day: int) -> RiskRow:
        """Where everyone stands at the beginning of this day."""
        left = [person for person in self.people if person.day < day]
        events = sum(person.event for person in left)
        at_risk = sum(person.is_at_risk(day) for person in self.people)
        return RiskRow(day, self.n - len(left) - at_risk, at_risk, events, len(left) - events)

    def rows(self, days: Iterable[int]) -> tuple[RiskRow, ...]:
        """The rows beneath a curve, one per tick."""
        return tuple(self.row(day) for day in days)

    @cached_property
    def _days(self) -> list[int]:
        return [step.day for step in self.steps]


def kaplan_meier(people: Iterable[TimeToEvent]) -> SurvivalCurve:
    """The share still without the event, from times to the event or to the last day seen. Order does not matter.

    On one day events come before those last seen, as is usual: who was last seen that day was at risk of it.
    Source: Kaplan and Meier 1958; Greenwood 1926; log-log band as in Kalbfleisch and Prentice.
    """
    group = tuple(people)
    _check_once(group)
    leaving, entering = sorted(person.day for person in group), sorted(_entries(group))
    events = Counter(person.day for person in group if person.event)
    censored = Counter(person.day for person in group if not person.event)
    steps, survival, greenwood = [], 1.0, 0.0
    for day in sorted(set(leaving)):
        gone, waiting = bisect_left(leaving, day), len(entering) - bisect_left(entering, day)
        at_risk, happened = len(group) - gone - waiting, events[day]
        survival *= (at_risk - happened) / at_risk
        greenwood += happened / (at_risk * (at_risk - happened)) if happened < at_risk else 0.0
        error = survival * sqrt(greenwood) if survival > 0 else None
        steps.append(CurveStep(day, at_risk, happened, censored[day], survival, error, *_band(survival, greenwood)))
    return SurvivalCurve(group, tuple(steps))


def _entries(group: tuple[TimeToEvent, ...]) -> list[int]:
    return [person.entered_after for person in group if person.entered_after is not None]


def _band(survival: float, greenwood: float) -> tuple[float | None, float | None]:
    if not 0 < survival < 1:
        return None, None
    centre, half = log(-log(survival)), Z_95 * sqrt(greenwood) / -log(survival)
    return exp(-exp(centre + half)), exp(-exp(centre - half))


def _check_once(group: tuple[TimeToEvent, ...]) -> None:
    repeated = [name for name, times in Counter(person.person for person in group).items() if times > 1]
    if repeated:
        raise BadInput(f"Person {repeated[0]} stands in this curve twice. Give each one time.", field="person")
