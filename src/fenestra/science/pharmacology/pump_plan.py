"""An order turned into what is drawn, what is in the bag and what the pump is set to, step by step.

All sums are exact and each rounding goes down (see `dose_arithmetic`): never more drug, never faster than ordered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from fenestra.science.errors import BadInput
from fenestra.science.pharmacology.dose_arithmetic import (
    DOSE_STEP_MG,
    SYRINGE_STEP_ML,
    dose_mg,
    rate_ml_per_h,
    volume_ml,
)
from fenestra.science.pharmacology.dose_text import OrderText, Part, without_drug
from fenestra.science.pharmacology.mix_ups import check_legible, wrong_strength
from fenestra.science.quantities import (
    Kilograms,
    Milligrams,
    MilligramsPerKilogram,
    MilligramsPerMillilitre,
    Millilitres,
    MillilitresPerHour,
    Minutes,
    plain,
    quotient,
)

# How finely the drug in a part is shown; what is cut off is never drug that was not there.
SHOWN_STEP_MG = Decimal("0.01")

_VIAL = re.compile(
    r"(?P<strength>[^,]+?/\s*[^\s,]+|[^,]+?per\s+ml|[^,]+?)(?:(?:\s*,\s*|\s+)(?P<holds>[0-9.]+\s*\S+))?", re.I
)
_ADDED = re.compile(r"(?:added\s+to|add\s+to|\+)\s*(?P<volume>.+)", re.IGNORECASE)


@dataclass(frozen=True)
class Vial:
    """What the drug is drawn from: its strength and, where it was named, how much one vial holds."""

    strength: MilligramsPerMillilitre
    holds: Millilitres | None


@dataclass(frozen=True)
class Bag:
    """What the drug goes into. Made up: the bag holds `volume` in all. Added: the draw comes on top of `volume`."""

    volume: Millilitres
    added: bool


@dataclass(frozen=True)
class PumpStep:
    """One thing that happens: "infusion", "pause" or "im"; times in minutes since the start, amounts exact."""

    kind: str
    start_min: Decimal
    minutes: Decimal
    mg: Decimal
    ml: Decimal
    ml_per_h: Decimal | None


@dataclass(frozen=True)
class PumpPlan:
    """The whole order worked out: the dose, the draw, the drug in the draw, and the rate of the longest infusion step,
    None for im."""

    dose: Milligrams
    drawn: Millilitres
    held: Milligrams
    rate: MillilitresPerHour | None
    steps: tuple[PumpStep, ...]
    lines: tuple[str, ...]


def parse_vial(text: str) -> Vial:
    """Read "50 mg/mL", or "50 mg/mL, 10 mL" where the size of the vial is to be held against the draw."""
    example = "50 mg/mL"
    bare = without_drug(text)
    _check_vial_words(bare)
    found = _VIAL.fullmatch(bare)
    if found is None:
        raise BadInput(f"{text.strip()!r} is no vial. Write its strength, for example {example}.", field="vial")
    check_legible(found["strength"], field="vial", example=example)
    strength = MilligramsPerMillilitre.parse(found["strength"], field="vial")
    if strength.value == 0:
        raise BadInput("A vial of 0 mg/mL holds no drug. Read its strength from the label.", field="vial")
    if slip := wrong_strength(strength):
        raise BadInput(slip, field="vial")
    return Vial(strength, Millilitres.parse(found["holds"], field="vial") if found["holds"] else None)


def _check_vial_words(text: str) -> None:
    if "/" in text or "per" in text.casefold():
        return
    if re.fullmatch(r"\s*[0-9.]+\s*(mg|ml)\s*", text, re.IGNORECASE):
        raise BadInput(
            f"{text.strip()} is an amount, not a strength. Write how many milligrams one millilitre holds, for example "
            "50 mg/mL.",
            field="vial",
        )


def parse_bag(text: str) -> Bag:
    """Read "50 mL" (made up to 50 mL in all) or "added to 50 mL"."""
    check_legible(text, field="bag", example="50 mL")
    found = _ADDED.fullmatch(text.strip())
    volume = Millilitres.parse(found["volume"] if found else text, field="bag")
    if volume.value == 0:
        raise BadInput("A bag of 0 mL holds nothing. Write its volume, for example 50 mL.", field="bag")
    return Bag(volume, added=found is not None)


def pump_plan(order: OrderText, weight: Kilograms, vial: Vial, bag: Bag | None) -> PumpPlan:
    """Work the order out, line by line. A vial or bag smaller than the draw is refused and named."""
    if bag and order.is_im:
        raise BadInput("An injection into a muscle is not diluted into a bag. Leave the bag out.", field="bag")
    doses, lines = _doses(order, weight)
    total = Milligrams(sum(dose.value for dose in doses))
    if len(doses) > 1:
        lines.append(f"{' + '.join(str(dose) for dose in doses)} = {total} in all")
    drawn = volume_ml(total, vial.strength)
    held = Milligrams(drawn.amount.value * vial.strength.value)
    lines.append(f"Draw: {drawn.line}" + ("" if held == total else f"; {drawn.amount} × {vial.strength} = {held}"))
    _check_holds(drawn.amount, vial, bag)
    lines += _bag_lines(held, drawn.amount, bag)
    whole = None if bag is None else drawn.amount + bag.volume if bag.added else bag.volume
    filled = _Filled(total, vial.strength, whole, held)
    steps = [_step(part, dose, filled, lines) for part, dose in zip(order.parts, doses, strict=True)]
    longest = max((step for step in steps if step.ml_per_h), key=lambda step: step.minutes, default=None)
    rate = MillilitresPerHour(longest.ml_per_h) if longest and longest.ml_per_h else None
    return PumpPlan(total, drawn.amount, held, rate, _with_pauses(steps, order, lines), tuple(lines))


def _doses(order: OrderText, weight: Kilograms) -> tuple[list[Milligrams], list[str]]:
    doses, lines = [], []
    for number, part in enumerate(order.parts, start=1):
        name = f"Step {number}: " if len(order.parts) > 1 else "Dose: "
        if isinstance(part.amount, MilligramsPerKilogram):
            worked = dose_mg(part.amount, weight)
            dose, line = worked.amount, worked.line
        else:
            dose = part.amount.rounded_down(DOSE_STEP_MG)
            line = f"{part.amount} as ordered" + ("" if dose == part.amount else f", rounded down to {dose}")
        if dose.value == 0:
            raise BadInput(
                f"{line} is less than one step of {plain(DOSE_STEP_MG)} mg. Check the figures.", field="order"
            )
        doses.append(dose)
        lines.append(name + line)
    return doses, lines


def _check_holds(drawn: Millilitres, vial: Vial, bag: Bag | None) -> None:
    if vial.holds is not None and drawn.value > vial.holds.value:
        raise BadInput(
            f"The draw of {drawn} is more than the vial holds, {vial.holds}. Name what holds it, all vials together.",
            field="vial",
        )
    if bag and not bag.added and drawn.value >= bag.volume.value:
        raise BadInput(
            f"The draw of {drawn} does not fit into a bag made up to {bag.volume}. Take a larger bag.", field="bag"
        )


def _bag_lines(held: Milligrams, drawn: Millilitres, bag: Bag | None) -> list[str]:
    if bag is None:
        return []
    if bag.added:
        return [f"Bag: {drawn} added to {bag.volume} = {drawn + bag.volume} in all, holding {held}"]
    return [
        f"Bag: {drawn} diluted into a bag made up to {bag.volume} in all ({bag.volume - drawn} of diluent + {drawn} "
        f"drawn), holding {held}"
    ]


@dataclass(frozen=True)
class _Filled:
    """What stands ready: the whole dose ordered, what was drawn for it, and the volume and drug it makes up."""

    dose: Milligrams
    strength: MilligramsPerMillilitre
    whole: Millilitres | None  # of the bag with the draw in it; None where the draw is given as it is
    held: Milligrams

    def share(self, dose: Milligrams) -> tuple[Millilitres, str]:
        """The volume of one part, rounded down, and its line."""
        if self.whole is None:
            worked = volume_ml(dose, self.strength)
            return worked.amount, worked.line
        exact = Millilitres(quotient(self.whole.value * dose.value, self.dose.value))
        amount = exact.rounded_down(SYRINGE_STEP_ML)
        return amount, f"{self.whole} × {dose} ÷ {self.dose} = {amount}" + ("" if amount == exact else ", rounded down")

    def mg_in(self, volume: Millilitres) -> Decimal:
        """The drug in a volume, cut after a hundredth of a milligram."""
        if self.whole is None:
            return volume.value * self.strength.value
        exact = quotient(volume.value * self.held.value, self.whole.value)
        return Milligrams(exact).rounded_down(SHOWN_STEP_MG).value


def _step(part: Part, dose: Milligrams, filled: _Filled, lines: list[str]) -> PumpStep:
    amount, line = filled.share(dose)
    mg, alone = filled.mg_in(amount), dose == filled.dose
    if part.minutes is None:
        if not alone:
            lines.append(f"Injection at minute {plain(part.start_min)}: {line}")
        return PumpStep("im", part.start_min, Decimal(0), mg, amount.value, None)
    rate = rate_ml_per_h(amount, Minutes(part.minutes))
    before = "" if alone else f"{line}; "
    lines.append(f"Pump from minute {plain(part.start_min)}: {before}{rate.line}{_takes(amount, rate.amount, part)}")
    return PumpStep("infusion", part.start_min, part.minutes, mg, amount.value, rate.amount.value)


def _takes(amount: Millilitres, rate: MillilitresPerHour, part: Part) -> str:
    minutes = quotient(amount.value * 60, rate.value)
    if part.minutes is None or minutes == part.minutes:
        return ""
    return f", so it takes {plain(Decimal(f'{minutes:.2f}'))} min where {plain(part.minutes)} min were ordered"


def _with_pauses(steps: list[PumpStep], order: OrderText, lines: list[str]) -> tuple[PumpStep, ...]:
    for pause in order.pauses:
        lines.append(f"Pause from minute {plain(pause.at_min)} for {plain(pause.minutes)} min; the rest comes later")
        steps = [made for step in steps for made in _around(step, pause.at_min, pause.minutes)]
    return tuple(sorted(steps, key=lambda step: step.start_min))


def _around(step: PumpStep, at_min: Decimal, minutes: Decimal) -> list[PumpStep]:
    """One step with a pause: as it was, later, or in two parts whose amounts add up to it exactly."""
    end = step.start_min + step.minutes
    if step.start_min >= at_min:
        return [_later(step, minutes)]
    if end <= at_min:
        return [step]
    ran = at_min - step.start_min
    mg, ml = (_share(whole, ran, step.minutes) for whole in (step.mg, step.ml))
    first = PumpStep(step.kind, step.start_min, ran, mg, ml, step.ml_per_h)
    rest = PumpStep(step.kind, at_min + minutes, step.minutes - ran, step.mg - mg, step.ml - ml, step.ml_per_h)
    return [first, PumpStep("pause", at_min, minutes, Decimal(0), Decimal(0), Decimal(0)), rest]


def _later(step: PumpStep, minutes: Decimal) -> PumpStep:
    return PumpStep(step.kind, step.start_min + minutes, step.minutes, step.mg, step.ml, step.ml_per_h)


def _share(whole: Decimal, ran: Decimal, of: Decimal) -> Decimal:
    return Milligrams(quotient(whole * ran, of)).rounded_down(SYRINGE_STEP_ML).value
