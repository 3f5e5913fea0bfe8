"""One trial's effect as a number with its variance: from two arms counted, or from a published estimate and interval.

Ratios are on the natural-log scale, differences as they are; a pool adds up nothing else. Formulae as in the R package
metafor (`escalc`), against which they are judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import exp, isfinite, log

from fenestra.science.errors import BadInput
from fenestra.science.outcomes.intervals import Z_95

HALF = 0.5  # added to each cell of a table in which one is empty; always said where it was done


class Measure(StrEnum):
    """How two arms are compared. `GENERIC`: an effect given with its variance, on whatever scale it is."""

    ODDS_RATIO = "or"
    RISK_RATIO = "rr"
    RISK_DIFFERENCE = "rd"
    HAZARD_RATIO = "hr"
    MEAN_DIFFERENCE = "md"
    GENERIC = "gen"

    @property
    def is_ratio(self) -> bool:
        """Whether it is pooled as a logarithm and read as its exponential."""
        return self in (Measure.ODDS_RATIO, Measure.RISK_RATIO, Measure.HAZARD_RATIO)


OF_COUNTS = (Measure.ODDS_RATIO, Measure.RISK_RATIO, Measure.RISK_DIFFERENCE)


@dataclass(frozen=True)
class TwoArms:
    """People with the event and people in all, in the treated arm and in the arm it is compared with."""

    name: str
    treated_events: int
    treated: int
    compared_events: int
    compared: int

    def __post_init__(self) -> None:
        arms = ((self.treated_events, self.treated), (self.compared_events, self.compared))
        for events, people in arms:
            if people < 1:
                raise BadInput(f"{self.name}: an arm of {people} people cannot be compared.", field="n")
            if not 0 <= events <= people:
                raise BadInput(f"{self.name}: {events} events among {people} people cannot be.", field="events")

    @property
    def cells(self) -> tuple[float, float, float, float]:
        """Events and no events of the treated arm, then of the other."""
        return (
            self.treated_events, self.treated - self.treated_events,
            self.compared_events, self.compared - self.compared_events,
        )  # fmt: skip

    @property
    def says_nothing_of_a_ratio(self) -> bool:
        """Nobody, or everybody, had the event in both arms."""
        events = self.treated_events + self.compared_events
        return events in (0, self.treated + self.compared)


@dataclass(frozen=True)
class Effect:
    """What one trial adds to a pool. `half_added`: a cell was empty, so 0.5 was added to each cell of its table."""

    name: str
    value: float
    variance: float
    half_added: bool = False

    def __post_init__(self) -> None:
        if not isfinite(self.value):
            raise BadInput(f"{self.name}: the effect is not a number.", field="yi")
        if not (isfinite(self.variance) and self.variance > 0):
            raise BadInput(f"{self.name}: the variance must be above 0; it is {self.variance}.", field="vi")


def effect_of_counts(arms: TwoArms, measure: Measure) -> Effect | None:
    """Odds ratio, risk ratio (both as logarithms) or risk difference of two arms.

    None where the table says nothing of it: for a ratio when nobody, or everybody, of both arms had the event.
    An empty cell gets 0.5 in each cell of that table, and the effect says so.
    """
    if measure not in OF_COUNTS:
        raise BadInput(f"{measure.value} is not made from counts. Choose or, rr or rd.", field="measure")
    if measure.is_ratio and arms.says_nothing_of_a_ratio:
        return None
    half = 0 in arms.cells
    a, b, c, d = (cell + HALF for cell in arms.cells) if half else arms.cells
    n1, n2 = a + b, c + d
    match measure:
        case Measure.ODDS_RATIO:
            value, variance = log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d
        case Measure.RISK_RATIO:
            value, variance = log((a / n1) / (c / n2)), 1 / a - 1 / n1 + 1 / c - 1 / n2
        case _:
            value, variance = a / n1 - c / n2, a * b / n1**3 + c * d / n2**3
    return Effect(arms.name, value, variance, half_added=half)


def effect_of_interval(name: str, estimate: float, low: float, high: float, measure: Measure) -> Effect:
    """The effect behind a published estimate with its 95 % interval; a ratio is taken as printed, not as a logarithm."""
    if not low < high:
        raise BadInput(f"{name}: the interval from {low} to {high} has no width.", field="interval")
    if not low <= estimate <= high:
        raise BadInput(f"{name}: {estimate} does not lie in its interval, {low} to {high}.", field="interval")
    if measure.is_ratio:
        if low <= 0:
            raise BadInput(f"{name}: a ratio lies above 0; its interval begins at {low}.", field="interval")
        estimate, low, high = log(estimate), log(low), log(high)
    return Effect(name, estimate, ((high - low) / (2 * Z_95)) ** 2)


def as_read(value: float, measure: Measure) -> float:
    """A pooled value as people read it: a ratio itself instead of its logarithm."""
    return exp(value) if measure.is_ratio else value
