"""A regimen: what went in, when, how fast. Times are minutes on one clock; amounts are milligrams."""

from __future__ import annotations

import math
from dataclasses import dataclass

from fenestra.science.errors import BadInput

# A clock may start after the dose did, so these may lie before zero; amounts may not.
_MOMENTS = frozenset({"start_min", "end_min", "at_min"})

# A remainder shorter than this is rounding, not infusion.
_NO_TIME_MIN = 1e-9


def _check_amounts(**amounts: float) -> None:
    for name, amount in amounts.items():
        if not math.isfinite(amount):
            raise BadInput(f"{name} is {amount}. Give a number.", field=name)
        if amount < 0 and name not in _MOMENTS:
            raise BadInput(f"{name} is {amount}. An amount is zero or more.", field=name)


@dataclass(frozen=True)
class Infusion:
    """A constant infusion into a vein from one minute to another."""

    start_min: float
    end_min: float
    rate_mg_per_min: float

    def __post_init__(self) -> None:
        _check_amounts(start_min=self.start_min, end_min=self.end_min, rate_mg_per_min=self.rate_mg_per_min)
        if self.end_min <= self.start_min:
            raise BadInput(
                f"An infusion from minute {self.start_min:g} to {self.end_min:g} has no length. Give a later end.",
                field="end_min",
            )

    @property
    def mg(self) -> float:
        """What the whole infusion gives."""
        return self.rate_mg_per_min * (self.end_min - self.start_min)


@dataclass(frozen=True)
class Bolus:
    """A dose into a vein at once."""

    at_min: float
    mg: float

    def __post_init__(self) -> None:
        _check_amounts(at_min=self.at_min, mg=self.mg)


@dataclass(frozen=True)
class Intramuscular:
    """A dose into a muscle. It cannot be paused or stopped once given."""

    at_min: float
    mg: float

    def __post_init__(self) -> None:
        _check_amounts(at_min=self.at_min, mg=self.mg)


Step = Infusion | Bolus | Intramuscular
Regimen = tuple[Step, ...]


def start_of(step: Step) -> float:
    """The minute a step begins."""
    return step.start_min if isinstance(step, Infusion) else step.at_min


def first_dose_min(regimen: Regimen) -> float:
    """The minute the first drug goes in. A regimen that gives nothing is refused."""
    starts = [start_of(step) for step in regimen if step.mg > 0]
    if not starts:
        raise BadInput("This regimen gives no drug. Write at least one dose, for example 0.5 mg/kg over 40 min.")
    return min(starts)


def total_mg(regimen: Regimen) -> float:
    """All drug a regimen gives, by any route."""
    return math.fsum(step.mg for step in regimen)


def paused(regimen: Regimen, *, at_min: float, for_min: float) -> Regimen:
    """The regimen with its pump stopped at a minute: what was still to be infused comes that much later, at its rate.

    A bolus still to come is shifted too; an intramuscular dose is not on the pump and stays.
    """
    if not (math.isfinite(at_min) and math.isfinite(for_min) and for_min > 0):
        raise BadInput("A pause has a length above zero. Write it as 5 min at 20.", field="pause")
    return tuple(part for step in regimen for part in _around_pause(step, at_min, for_min))


def _around_pause(step: Step, at_min: float, for_min: float) -> Regimen:
    if isinstance(step, Intramuscular):
        return (step,)
    if isinstance(step, Bolus):
        return (step,) if step.at_min < at_min else (Bolus(step.at_min + for_min, step.mg),)
    if step.end_min - at_min <= _NO_TIME_MIN:
        return (step,)
    later = Infusion(max(step.start_min, at_min) + for_min, step.end_min + for_min, step.rate_mg_per_min)
    before = Infusion(step.start_min, at_min, step.rate_mg_per_min) if step.start_min < at_min else None
    return (before, later) if before else (later,)
