"""The sums behind an order: how many milligrams, how many millilitres, how fast the pump runs.

Everything is exact decimals until one named rounding step, which always goes down: rounding never gives more drug and
never runs faster than was ordered. Each sum comes with its worked line, so that a second person can check it by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

from fenestra.science.errors import BadInput
from fenestra.science.quantities import (
    Amount,
    Kilograms,
    Milligrams,
    MilligramsPerKilogram,
    MilligramsPerMillilitre,
    Millilitres,
    MillilitresPerHour,
    Minutes,
    check_dosing_weight,
    plain,
    quotient,
)

# What can be written on an order, read off a syringe and set on a pump. These are resolutions of tools, not limits of
# treatment; a clinic whose syringe or pump is coarser passes its own step.
DOSE_STEP_MG = Decimal("0.1")
SYRINGE_STEP_ML = Decimal("0.01")
PUMP_STEP_ML_PER_H = Decimal("0.1")

MINUTES_PER_HOUR = Decimal(60)

Kind = TypeVar("Kind", bound=Amount)


@dataclass(frozen=True)
class Worked(Generic[Kind]):
    """An answer and the line that shows how it was found."""

    amount: Kind
    line: str


@dataclass(frozen=True)
class InfusionSums:
    """One infusion as a nurse sets it up. The drug in `volume` is at most `dose`, and it runs for `duration` or a little
    longer, because each rounding goes down."""

    dose: Milligrams
    volume: Millilitres
    rate: MillilitresPerHour
    lines: tuple[str, ...]


def dose_mg(per_kg: MilligramsPerKilogram, weight: Kilograms, *, step: Decimal = DOSE_STEP_MG) -> Worked[Milligrams]:
    """The dose for this weight, rounded down to `step` milligrams. An implausible weight is refused."""
    check_dosing_weight(weight)
    return _worked(f"{per_kg} × {weight}", Milligrams(per_kg.value * weight.value), step)


def volume_ml(
    dose: Milligrams, strength: MilligramsPerMillilitre, *, step: Decimal = SYRINGE_STEP_ML
) -> Worked[Millilitres]:
    """The volume that holds the dose, rounded down to what a syringe shows. A solution without drug is refused."""
    if strength.value == 0:
        raise BadInput("A solution of 0 mg/mL holds no drug. Read its strength from the label.", field="strength")
    return _worked(f"{dose} ÷ {strength}", Millilitres(quotient(dose.value, strength.value)), step)


def rate_ml_per_h(
    volume: Millilitres, duration: Minutes, *, step: Decimal = PUMP_STEP_ML_PER_H
) -> Worked[MillilitresPerHour]:
    """The pump rate that gives the volume in this time or a little longer. A time of zero minutes is refused."""
    if duration.value == 0:
        raise BadInput("An infusion over 0 minutes has no rate. Write its length, for example 40 min.", field="minutes")
    exact = MillilitresPerHour(quotient(volume.value * MINUTES_PER_HOUR, duration.value))
    return _worked(f"{volume} ÷ {duration} × {MINUTES_PER_HOUR} min/h", exact, step)


def infusion_sums(
    per_kg: MilligramsPerKilogram, weight: Kilograms, duration: Minutes, strength: MilligramsPerMillilitre
) -> InfusionSums:
    """All three sums of an infusion ordered by weight, each made from the rounded answer of the one before."""
    dose = dose_mg(per_kg, weight)
    volume = volume_ml(dose.amount, strength)
    rate = rate_ml_per_h(volume.amount, duration)
    return InfusionSums(dose.amount, volume.amount, rate.amount, (dose.line, volume.line, rate.line))


def _worked(sum_in_words: str, exact: Kind, step: Decimal) -> Worked[Kind]:
    rounded = exact.rounded_down(step)
    if rounded == exact:
        return Worked(rounded, f"{sum_in_words} = {exact}")
    if rounded.value == 0:
        raise BadInput(
            f"{sum_in_words} is less than one step of {plain(step)} {exact.unit}. Check the figures, or dilute."
        )
    return Worked(
        rounded, f"{sum_in_words} = {_shown(exact)}, rounded down to {rounded} (step {plain(step)} {exact.unit})"
    )


def _shown(exact: Amount) -> str:
    """Six figures after the point are enough to check a sum by hand; a longer tail is cut and marked."""
    cut = exact.rounded_down(Decimal("0.000001"))
    return str(exact) if cut == exact else f"{plain(cut.value)}… {exact.unit}"
