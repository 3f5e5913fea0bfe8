"""Exact amounts with their units, and how typed amounts are read.

Every amount is a small frozen value that holds an exact `Decimal`. A float is refused, because 0.1 is not a float;
so is anything negative or not finite. Amounts of different units cannot be compared or mixed up by accident.

>>> Milligrams.parse("36.25 mg")
Milligrams('36.25')
>>> print(Kilograms(72))
72 kg
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal, InvalidOperation, localcontext
from typing import ClassVar, Self

from fenestra.science.errors import BadInput

# Bounds of plausible typing for an adult's weight: the one pair of them, for screening, a weight that is kept, an order
# and a prediction. They catch a slipped decimal point, a weight left at zero and pounds typed as kilograms by a factor
# of ten; they are not clinical limits.
LEAST_PLAUSIBLE_WEIGHT_KG = Decimal(25)
GREATEST_PLAUSIBLE_WEIGHT_KG = Decimal(350)

# Nobody types more digits than this by intent; longer text is a paste that went wrong.
LONGEST_TYPED_AMOUNT = 40

_DIGITS_OF_EXACT_DIVISION = 50

_PLAIN_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_NUMBER_THEN_UNIT = re.compile(r"(?P<number>[-+−]?[0-9.,]+)\s*(?P<unit>(?:[^\W\d_]|%)[^\d;:,]*)?")

# What people type by mistake for a unit, and what it is called in the answer.
_OTHER_UNITS = {
    "lb": "pounds", "lbs": "pounds", "pound": "pounds", "pounds": "pounds", "st": "stones", "oz": "ounces",
    "g": "grams", "gram": "grams", "grams": "grams", "mcg": "micrograms", "ug": "micrograms", "µg": "micrograms",
    "μg": "micrograms", "h": "hours", "hr": "hours", "hour": "hours", "hours": "hours", "s": "seconds",
    "sec": "seconds", "l": "litres", "cc": "cubic centimetres", "mcg/kg": "micrograms per kilogram",
    "µg/kg": "micrograms per kilogram", "μg/kg": "micrograms per kilogram", "%": "per cent",
}  # fmt: skip


@dataclass(frozen=True, order=True, init=False, repr=False)
class Amount:
    """An exact amount of one unit: zero or more, finite, never made from a float."""

    value: Decimal
    unit: ClassVar[str]
    unit_in_words: ClassVar[str]
    spellings: ClassVar[frozenset[str]]
    example: ClassVar[str]

    def __init__(self, value: Decimal | int | str) -> None:
        object.__setattr__(self, "value", _exact(value, self.unit_in_words))

    @classmethod
    def parse(cls, text: str, *, unit_in_label: bool = False, field: str | None = None) -> Self:
        """Read what a person typed, "72.5 kg". With `unit_in_label` the unit may be left out: the form shows it."""
        number, unit = _split(text, cls.example, field)
        if not unit and not unit_in_label:
            raise BadInput(
                f"{text.strip()} has no unit. Write it with its unit, for example {cls.example}.", field=field
            )
        if unit and unit.casefold() not in cls.spellings:
            raise BadInput(_wrong_unit(text, unit, cls), field=field)
        return cls(_typed_number(number, cls.example, field))

    def rounded_down(self, step: Decimal) -> Self:
        """The greatest multiple of `step` that is not above this amount: rounding never gives more than was ordered."""
        if not step.is_finite() or step <= 0:
            raise ValueError(f"a rounding step is above zero, not {step}")
        whole_steps = quotient(self.value, step).to_integral_value(rounding=ROUND_DOWN)
        return type(self)(whole_steps * step)

    def __add__(self, other: Self) -> Self:
        return type(self)(self.value + self._same_unit(other).value)

    def __sub__(self, other: Self) -> Self:
        """What is left. Taking away more than there is is refused: an amount is never negative."""
        if self._same_unit(other).value > self.value:
            raise BadInput(f"{other} cannot be taken from {self}: there is not enough. Check both amounts.")
        return type(self)(self.value - other.value)

    def _same_unit(self, other: Self) -> Self:
        if type(other) is not type(self):
            raise TypeError(f"{type(self).__name__} cannot be reckoned together with {type(other).__name__}")
        return other

    def __str__(self) -> str:
        return f"{plain(self.value)} {self.unit}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}('{plain(self.value)}')"


class Milligrams(Amount):
    """A mass of drug."""

    unit, unit_in_words, example = "mg", "milligrams", "35 mg"
    spellings = frozenset({"mg", "milligram", "milligrams"})


class MilligramsPerKilogram(Amount):
    """A dose for each kilogram of the dosing weight."""

    unit, unit_in_words, example = "mg/kg", "milligrams per kilogram", "0.5 mg/kg"
    spellings = frozenset({"mg/kg", "mg per kg", "milligrams per kilogram"})


class Kilograms(Amount):
    """A body weight."""

    unit, unit_in_words, example = "kg", "kilograms", "72.5 kg"
    spellings = frozenset({"kg", "kilogram", "kilograms"})


class Millilitres(Amount):
    """A volume of solution."""

    unit, unit_in_words, example = "mL", "millilitres", "3.5 mL"
    spellings = frozenset({"ml", "millilitre", "millilitres", "milliliter", "milliliters"})


class MilligramsPerMillilitre(Amount):
    """How strong a solution is."""

    unit, unit_in_words, example = "mg/mL", "milligrams per millilitre", "10 mg/mL"
    spellings = frozenset({"mg/ml", "mg per ml", "milligrams per millilitre"})


class MillilitresPerHour(Amount):
    """How fast a pump runs."""

    unit, unit_in_words, example = "mL/h", "millilitres per hour", "5.4 mL/h"
    spellings = frozenset({"ml/h", "ml/hr", "ml per hour", "millilitres per hour"})


class Minutes(Amount):
    """A length of time."""

    unit, unit_in_words, example = "min", "minutes", "40 min"
    spellings = frozenset({"min", "mins", "minute", "minutes"})


def check_dosing_weight(weight: Kilograms, *, field: str | None = "weight") -> None:
    """Refuse a weight that can only be a typing error; see the named bounds above."""
    if LEAST_PLAUSIBLE_WEIGHT_KG <= weight.value <= GREATEST_PLAUSIBLE_WEIGHT_KG:
        return
    raise BadInput(
        f"A dosing weight of {weight} lies outside {LEAST_PLAUSIBLE_WEIGHT_KG} to {GREATEST_PLAUSIBLE_WEIGHT_KG} kg. "
        "Weigh again and type the weight in kilograms, for example 72.5 kg.",
        field=field,
    )


def parse_dosing_weight(text: str, *, unit_in_label: bool = False, field: str | None = "weight") -> Kilograms:
    """Read an adult's dosing weight, "72.5 kg", and refuse what can only be a slip."""
    weight = Kilograms.parse(text, unit_in_label=unit_in_label, field=field)
    check_dosing_weight(weight, field=field)
    return weight


def quotient(dividend: Decimal, divisor: Decimal) -> Decimal:
    """Divide without ever rounding up: exact where a decimal can be, else cut after fifty digits."""
    with localcontext() as context:
        context.prec, context.rounding = _DIGITS_OF_EXACT_DIVISION, ROUND_DOWN
        return dividend / divisor


def percent_of(part: int | None, whole: int | None) -> Decimal | None:
    """A share in per cent; None where either is not known, and of nothing at all."""
    return Decimal(100 * part) / whole if part is not None and whole else None


def plain(value: Decimal) -> str:
    """A decimal as people write it: no exponent, no zeros after the last figure (36.250 reads 36.25, 1E+1 reads 10)."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _exact(value: Decimal | int | str, unit_in_words: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, Decimal | int | str):
        raise TypeError(f"{unit_in_words} need a Decimal, an int or text, not {type(value).__name__}: {value!r}")
    try:
        exact = Decimal(value)
    except InvalidOperation:
        raise BadInput(f"{value!r} is not a number of {unit_in_words}. Write digits, for example 12.5.") from None
    if not exact.is_finite() or exact < 0:
        raise BadInput(f"{value} cannot be an amount of {unit_in_words}. Write a number of zero or more.")
    return abs(exact)  # minus zero becomes zero


def _split(text: str, example: str, field: str | None) -> tuple[str, str]:
    typed = text.strip()
    found = _NUMBER_THEN_UNIT.fullmatch(typed) if len(typed) <= LONGEST_TYPED_AMOUNT else None
    if found is None:
        shown = f"{typed[:LONGEST_TYPED_AMOUNT]} cannot be read as an amount" if typed else "An amount is missing"
        raise BadInput(f"{shown}. Write one number in plain digits and its unit, for example {example}.", field=field)
    return found["number"], " ".join((found["unit"] or "").split())


def _typed_number(number: str, example: str, field: str | None) -> Decimal:
    if number[0] in "-−+":
        raise BadInput(f"{number} carries a sign. Write the amount alone, for example {example}.", field=field)
    if "," in number:
        raise BadInput(_comma(number, example), field=field)
    if not _PLAIN_NUMBER.fullmatch(number):
        raise BadInput(
            f"{number} cannot be read as a number. Write a digit on both sides of the point, for example {example}.",
            field=field,
        )
    return Decimal(number)


def _comma(number: str, example: str) -> str:
    if number.count(",") == 1 and len(number.partition(",")[2]) != 3 and "." not in number:
        return f"{number} has a decimal comma. Write {number.replace(',', '.')} with a point."
    return f"{number} can be read in two ways. Write it without commas, for example {example}."


def _wrong_unit(text: str, unit: str, wanted: type[Amount]) -> str:
    called = _OTHER_UNITS.get(unit.casefold(), unit)
    return f"{text.strip()} is in {called}, but {wanted.unit_in_words} are needed. Write it in {wanted.unit}, for example {wanted.example}."
