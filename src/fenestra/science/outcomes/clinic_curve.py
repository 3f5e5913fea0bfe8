"""The clinic's own curve of one endpoint under both missing rules, or single lines where people or events are too few."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from fenestra.science.outcomes.days import EndReason, PersonRecord, check_each_person_once
from fenestra.science.outcomes.endpoints import MissingRule
from fenestra.science.outcomes.presets import CurveFloors, Preset, curve_floors
from fenestra.science.outcomes.shares import Ended
from fenestra.science.outcomes.survival import SurvivalCurve, kaplan_meier
from fenestra.science.outcomes.times import Leaving, PersonTime, times_under_both_rules


@dataclass(frozen=True)
class ClinicCurve:
    """The clinic's people under both missing rules; neither curve comes without the other.

    `n_all` = `n_followed` (at least one day known) + those of whom nothing is known. `ended` counts people no longer followed
    for a reason of its own, before any event. The curves are a description: no test is made of them.
    """

    endpoint: Preset
    n_all: int
    n_followed: int
    ended: Ended
    observed_only: SurvivalCurve
    missing_is_use: SurvivalCurve
    floors: CurveFloors

    @property
    def stated(self) -> SurvivalCurve:
        """The curve under the endpoint's own rule."""
        return self.missing_is_use if _is_strict(self.endpoint) else self.observed_only

    @property
    def beside(self) -> SurvivalCurve:
        """The curve under the other rule, always shown with `stated`."""
        return self.observed_only if _is_strict(self.endpoint) else self.missing_is_use

    def thin_from(self, curve: SurvivalCurve) -> int | None:
        """The first day on which so few are at risk that the curve is drawn thin; None where there is none."""
        return thin_from(curve, self.floors)


@dataclass(frozen=True)
class TooFewForACurve:
    """Instead of a curve: each person's own line, longest first, and why there is no curve.

    `lines` stand under the endpoint's own rule, `lines_beside` under the other one; `events` are those that were seen.
    """

    endpoint: Preset
    n_all: int
    n_followed: int
    events: int
    sentence: str
    lines: tuple[PersonTime, ...]
    lines_beside: tuple[PersonTime, ...]


def clinic_curve(
    records: Iterable[PersonRecord], endpoint: Preset, *, asked_until: date, floors: CurveFloors | None = None
) -> ClinicCurve | TooFewForACurve:
    """The clinic's curve, or single lines below the floors of people and events.

    The floors count people with at least one known day and events that were seen: a missing answer is no event to draw a
    curve from.
    """
    group, floors = tuple(records), floors or curve_floors()
    check_each_person_once(group)
    both = [times_under_both_rules(record, endpoint, asked_until=asked_until) for record in group]
    observed, strict = [each[0] for each in both], [each[1] for each in both]
    followed = sum(each.time.day > 0 for each in observed)
    events = sum(each.time.event for each in observed)
    if followed < floors.min_people or events < floors.min_events:
        stated, beside = (strict, observed) if _is_strict(endpoint) else (observed, strict)
        return TooFewForACurve(
            endpoint=endpoint,
            n_all=len(group),
            n_followed=followed,
            events=events,
            sentence=_too_few(followed, events, floors),
            lines=_longest_first(stated),
            lines_beside=_longest_first(beside),
        )
    return ClinicCurve(endpoint, len(group), followed, _ended(observed), _curve(observed), _curve(strict), floors)


def thin_from(curve: SurvivalCurve, floors: CurveFloors) -> int | None:
    """The first day, within the curve, on which fewer people than the floor are at risk."""
    days = (0, *(step.day + 1 for step in curve.steps[:-1]))
    return next((day for day in days if curve.row(day).at_risk < floors.thin_below_at_risk), None)


def _is_strict(endpoint: Preset) -> bool:
    return endpoint.missing_rule is MissingRule.MISSING_IS_USE


def _curve(times: list[PersonTime]) -> SurvivalCurve:
    return kaplan_meier(each.time for each in times)


def _longest_first(times: list[PersonTime]) -> tuple[PersonTime, ...]:
    return tuple(sorted(times, key=lambda each: (-each.time.day, each.time.person)))


def _ended(times: list[PersonTime]) -> Ended:
    found = Counter(each.end_reason for each in times if each.leaving is Leaving.ENDED)
    return tuple((reason, found[reason]) for reason in EndReason if found[reason])


def _too_few(followed: int, events: int, floors: CurveFloors) -> str:
    return (
        f"Too few for a curve: people {followed}, events {events}; a curve needs at least {floors.min_people} people "
        f"and {floors.min_events} events. Each person's own line is shown instead."
    )
