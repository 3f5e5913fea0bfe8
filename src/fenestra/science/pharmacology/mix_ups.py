"""Slips that change a dose by a factor, recognised by what they leave behind and named in one sentence.

A slip is guessed only where the figure as it stands cannot be meant and the one beside it can: what can be meant is
told by the limits the order is held against (`Range`), so no clinical number stands here. Nothing is ever corrected.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from fenestra.science.errors import BadInput
from fenestra.science.quantities import (
    GREATEST_PLAUSIBLE_WEIGHT_KG,
    LEAST_PLAUSIBLE_WEIGHT_KG,
    Kilograms,
    MilligramsPerMillilitre,
    plain,
    quotient,
)

KG_PER_POUND = Decimal("0.45359237")  # exact: the international pound of 1959
# The strengths ketamine is drawn from most often, named beside a strength that is none of them.
VIAL_STRENGTHS_MG_PER_ML = (Decimal(10), Decimal(50), Decimal(100))

# Up to so many times the largest dose, an order is only beyond its limit; above, its figure is a slip. A matter of words:
# the limit refuses both.
TIMES_BEYOND_MEANING = 3

_EXPONENT = re.compile(r"\d\s*[eE]\s*[-+]?\d")
_VOLUME = re.compile(r"\d\s*(?:ml|millilit(?:re|er)s?|cc)\b(?!\s*/)(?!/)", re.IGNORECASE)
_AMOUNT = re.compile(r"\d+(?:[.,]\d+)?\s*(?:mg\s*/\s*kg|mg|mcg|µg|μg|ug|g|ml)\b(?:\s*/\s*(?:kg|ml))?", re.IGNORECASE)
_TWICE = re.compile(r"\b(mg\s*/\s*kg|mg)\s+(mg\s*/\s*kg|mg|ml)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Range:
    """Doses that can be meant, in mg/kg: from the smallest part any limit speaks of to the largest that is allowed."""

    least_mg_per_kg: Decimal
    most_mg_per_kg: Decimal

    def __contains__(self, mg_per_kg: object) -> bool:
        return isinstance(mg_per_kg, Decimal) and self.least_mg_per_kg <= mg_per_kg <= self.most_mg_per_kg


def check_legible(text: str, *, field: str, example: str) -> None:
    """Refuse writing that people read in two ways: signs for fractions, other digits, exponents, two units."""
    if not text.strip():
        raise BadInput(f"The {field} is empty. Write it as {example}.", field=field)
    for sign in text:
        kind = unicodedata.category(sign)
        if kind == "No" or sign == "⁄":
            raise BadInput(f"{sign} is a fraction sign. Write decimals, for example 0.5.", field=field)
        if kind == "Nd" and not sign.isascii():
            raise BadInput(f"{sign} is not one of the digits 0 to 9. Write {example}.", field=field)
    if _EXPONENT.search(text):
        raise BadInput(
            f"{text.strip()} has a number with an exponent. Write it out, for example {example}.", field=field
        )
    _check_one_unit(text, field, example)


def _check_one_unit(text: str, field: str, example: str) -> None:
    for part in re.split(r"\bthen\b|;|,\s+|\+|\bover\b|\bat\b", text, flags=re.IGNORECASE):
        if len(_AMOUNT.findall(part)) > 1 or _TWICE.search(part):
            raise BadInput(f"{part.strip()} has two units in one dose. Write one, for example {example}.", field=field)
    if field == "order" and _VOLUME.search(text):
        raise BadInput(
            "The order is in millilitres, a volume, and how much drug that is depends on the vial. "
            f"Write the dose in mg or mg/kg, for example {example}.",
            field=field,
        )


def wrong_weight(text_number: Decimal) -> str:
    """What a weight that no adult has may have been; empty when it can be a weight in kilograms."""
    low, high = LEAST_PLAUSIBLE_WEIGHT_KG, GREATEST_PLAUSIBLE_WEIGHT_KG
    if low <= text_number <= high:
        return ""
    meant = {
        "in pounds": text_number * KG_PER_POUND,
        "ten times too large": text_number / 10,
        "a thousand times too large, in grams": text_number / 1000,
        "ten times too small": text_number * 10,
    }
    likely = [f"{why} ({_short(kg)} kg)" for why, kg in meant.items() if low <= kg <= high]
    guess = f"; it may be {' or '.join(likely)}" if likely else ""
    return f"{plain(text_number)} kg is no adult's weight{guess}. Weigh again and type kilograms, for example 72.5."


def pounds_warning(weight: Kilograms, decided_above_kg: Decimal) -> str:
    """A weight above which a prescriber decides may be pounds; said, not refused."""
    if weight.value <= decided_above_kg:
        return ""
    kg = _short(weight.value * KG_PER_POUND)
    return f"{weight} is taken as kilograms; if the scale showed pounds it is {kg} kg. Read the unit on the scale."


def slip_in_dose(typed: Decimal, *, by_weight: bool, weight: Kilograms, range_: Range) -> str:
    """What a dose that cannot be meant may have been; empty when it can be meant, or when nothing near it can.

    `typed` is the figure as it stands, in mg/kg when `by_weight`, else in mg.
    """
    per_kg = typed if by_weight else quotient(typed, weight.value)
    if range_.least_mg_per_kg <= per_kg <= range_.most_mg_per_kg * TIMES_BEYOND_MEANING:
        return ""
    found = [words for words, candidate in _beside(typed, per_kg, by_weight, weight) if candidate in range_]
    if not found:
        return ""
    unit = "mg/kg" if by_weight else "mg"
    return (
        f"{plain(typed)} {unit} for {weight} is {_short(per_kg)} mg/kg, which cannot be meant: "
        f"it looks like {' or '.join(found)}. Read the order again."
    )


def _beside(typed: Decimal, per_kg: Decimal, by_weight: bool, weight: Kilograms) -> list[tuple[str, Decimal]]:
    """Each slip in words, and the mg/kg it would have been meant as."""
    unit = "mg/kg" if by_weight else "mg"
    units = (
        (f"{plain(typed)} mg typed as mg/kg", quotient(typed, weight.value))
        if by_weight
        else (f"{plain(typed)} mg/kg typed as mg", typed)
    )
    scaled = [
        (f"{plain(typed / 10)} {unit} with the point slipped, ×10", per_kg / 10),
        (f"{plain(typed / 1000)} {unit}, ×1000: micrograms typed as milligrams", per_kg / 1000),
        (f"{plain(typed * 1000)} {unit}, ÷1000: grams typed as milligrams", per_kg * 1000),
    ]
    return [units, *scaled]


def ten_times_less(typed: Decimal, *, by_weight: bool, weight: Kilograms, range_: Range) -> str:
    """A small dose may be a slipped point; it may also be meant, so this is said and not refused."""
    per_kg = typed if by_weight else quotient(typed, weight.value)
    if per_kg >= range_.least_mg_per_kg or per_kg * 10 not in range_:
        return ""
    unit = "mg/kg" if by_weight else "mg"
    return f"{plain(typed)} {unit} is {_short(per_kg)} mg/kg; {plain(typed * 10)} {unit} would be ten times as much."


def wrong_strength(strength: MilligramsPerMillilitre) -> str:
    """A strength that is ten times, or a tenth of, one that vials have; empty for those and for all others."""
    known = VIAL_STRENGTHS_MG_PER_ML
    if strength.value in known:
        return ""
    beside = [each for each in known for factor in (10, 100, 1000) if strength.value in (each * factor, each / factor)]
    if not beside:
        return ""
    likely = " or ".join(f"{plain(each)} mg/mL" for each in dict.fromkeys(beside))
    return f"{strength} looks like {likely} with the point slipped: vials hold 10, 50 or 100 mg/mL. Read the label."


def other_vials(volume_ml: Decimal, strength: MilligramsPerMillilitre) -> str:
    """What the same draw would hold from the vials it is mistaken for, for the second person's eyes."""
    others = [each for each in VIAL_STRENGTHS_MG_PER_ML if each != strength.value]
    held = " and ".join(f"{plain(volume_ml * each)} mg from {plain(each)} mg/mL" for each in others)
    return f"Read {strength} off the vial: the same {plain(volume_ml)} mL would hold {held}."


def _short(value: Decimal) -> str:
    """Three significant figures: enough to recognise a slip by."""
    return plain(Decimal(f"{value:.3g}"))
