"""Two numbers read off a survival curve: the median time, and the mean time up to a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

from fenestra.science.errors import Refused
from fenestra.science.outcomes.survival import SurvivalCurve

# A product of fractions that should be one half can miss it by rounding.
_ROUNDING = 1.5e-8


@dataclass(frozen=True)
class MedianTime:
    """Days until half of the people had the event, with the days where the band crosses one half.

    None: not reached while anyone was followed. Never read as "no event".
    """

    day: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class RestrictedMean:
    """Mean days without the event up to and including `to_day`, with its standard error."""

    to_day: int
    days: float
    standard_error: float


def median_time(curve: SurvivalCurve) -> MedianTime:
    """The median with its 95 % band; where the curve lies flat on one half, the middle of that stretch."""
    return MedianTime(
        day=_half([(step.day, step.survival) for step in curve.steps]),
        low=_half([(step.day, step.low) for step in curve.steps]),
        high=_half([(step.day, step.high) for step in curve.steps]),
    )


def restricted_mean(curve: SurvivalCurve, *, to_day: int) -> RestrictedMean:
    """The area under the curve up to a day: the mean time free of the event within it."""
    if curve.last_day is None or (curve.last_day < to_day and curve.steps[-1].survival > 0):
        raise Refused(f"Nobody was followed up to day {to_day}. Choose a day at or before {curve.last_day}.")
    corners = [(0, 1.0)] + [(step.day, step.survival) for step in curve.steps if step.day < to_day] + [(to_day, 0.0)]
    slabs = [(right[0] - left[0]) * left[1] for left, right in pairwise(corners)]
    variance = sum(
        sum(slabs[place:]) ** 2 * step.events / (step.at_risk * (step.at_risk - step.events))
        for place, step in enumerate(curve.steps, 1)
        if step.day < to_day and step.events < step.at_risk
    )
    return RestrictedMean(to_day, sum(slabs), sqrt(variance))


def _half(points: Sequence[tuple[int, float | None]]) -> float | None:
    below = [(day, share) for day, share in points if share is not None and share < 0.5 + _ROUNDING]
    if not below:
        return None
    first_day, first = below[0]
    lower = [day for day, share in below if share < first]
    return (first_day + lower[0]) / 2 if abs(first - 0.5) < _ROUNDING and lower else float(first_day)
