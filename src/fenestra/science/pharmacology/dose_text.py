"""Reads an order as a prescriber writes it, in exact decimals.

    0.5 mg/kg over 40 min
    0.11 mg/kg over 2 min then 0.6 mg/kg over 50 min        a loading part, then maintenance; or a change of rate
    0.25 mg/kg im then 0.25 mg/kg im at 15 min              one dose split in two
    0.5 mg/kg over 40 min, pause 5 min at 20                the pump stands still from minute 20

Steps into a vein follow one another unless they say "at". Only nonsense is refused here; limits are asked elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from fenestra.science.errors import BadInput
from fenestra.science.pharmacology.mix_ups import check_legible
from fenestra.science.quantities import Kilograms, Milligrams, MilligramsPerKilogram, Minutes, plain

FIELD = "order"
EXAMPLE = "0.5 mg/kg over 40 min"

_BETWEEN_PARTS = re.compile(r"\s*(?:\bthen\b|;|,\s+|\+)\s*", re.IGNORECASE)
_PAUSE = re.compile(r"pause\s+(?P<length>.+?)\s+at\s+(?P<at>.+)", re.IGNORECASE)
_INFUSION = re.compile(r"(?P<amount>.+?)\s+over\s+(?P<length>.+?)(?:\s+at\s+(?P<at>.+))?", re.IGNORECASE)
_INJECTION = re.compile(r"(?P<amount>.+?)\s+im(?:\s+at\s+(?P<at>.+))?", re.IGNORECASE)
_ES = re.compile(r"\(?\b(?:es|s-|s\)-|s\(\+\)-)ketamine\b", re.IGNORECASE)
_PLAIN_DRUG = re.compile(r"\bketamine\b|\bracem(?:ate|ic)\b|\biv\b", re.IGNORECASE)


class Drug(StrEnum):
    """Two drugs: a milligram of one is not a milligram of the other."""

    RACEMATE = "racemic ketamine"
    ESKETAMINE = "esketamine"


@dataclass(frozen=True)
class Part:
    """One part of an order: `minutes` is None for an injection into a muscle. Times are minutes since the start."""

    amount: MilligramsPerKilogram | Milligrams
    minutes: Decimal | None
    start_min: Decimal

    @property
    def end_min(self) -> Decimal:
        return self.start_min + (self.minutes or 0)


@dataclass(frozen=True)
class PumpPause:
    """The pump stands still from a minute on the clock, for some minutes."""

    at_min: Decimal
    minutes: Decimal


@dataclass(frozen=True)
class OrderText:
    """What was ordered: parts by one route, in their order, and pauses of the pump."""

    parts: tuple[Part, ...]
    pauses: tuple[PumpPause, ...]

    @property
    def is_im(self) -> bool:
        return self.parts[0].minutes is None


def drug_in(text: str) -> Drug:
    """The drug a text names; ketamine without a word is the racemate."""
    return Drug.ESKETAMINE if _ES.search(text) else Drug.RACEMATE


def without_drug(text: str) -> str:
    """The text without the name of its drug, and without "iv", which the minutes say already."""
    return " ".join(_PLAIN_DRUG.sub(" ", _ES.sub(" ", text)).split())


def parse_order(text: str) -> OrderText:
    """Read a whole order. What cannot be read, has two routes, or overlaps is refused with one sentence."""
    check_legible(text, field=FIELD, example=EXAMPLE)
    parts: list[Part] = []
    pauses: list[PumpPause] = []
    for words in _BETWEEN_PARTS.split(without_drug(text)):
        if found := _PAUSE.fullmatch(words):
            pauses.append(PumpPause(_minute(found["at"]), _length(found["length"])))
        else:
            parts.append(_part(words, follows=parts[-1].end_min if parts else Decimal(0)))
    if not parts:
        raise BadInput(f"The order names no dose. Write it as {EXAMPLE}.", field=FIELD)
    _check_together(parts, pauses)
    return OrderText(tuple(parts), tuple(sorted(pauses, key=lambda each: each.at_min)))


def order_as_text(order: OrderText) -> str:
    """The order written out again; read anew it is the same order."""
    said = [_part_as_text(part) for part in order.parts]
    said += [f"pause {plain(pause.minutes)} min at {plain(pause.at_min)} min" for pause in order.pauses]
    return " then ".join(said)


def _part_as_text(part: Part) -> str:
    how = "im" if part.minutes is None else f"over {plain(part.minutes)} min"
    return f"{part.amount} {how} at {plain(part.start_min)} min"


def _part(words: str, *, follows: Decimal) -> Part:
    if found := _INFUSION.fullmatch(words):
        minutes = _length(found["length"])
        return Part(_amount(found["amount"]), minutes, follows if found["at"] is None else _minute(found["at"]))
    if found := _INJECTION.fullmatch(words):
        return Part(_amount(found["amount"]), None, follows if found["at"] is None else _minute(found["at"]))
    if not words:
        raise BadInput(f"The order is empty, or a part of it is. Write it as {EXAMPLE}.", field=FIELD)
    _amount(words)  # what is wrong with the amount is said first
    raise BadInput(
        f"{words} does not say how it is given. Write its minutes, {words} over 40 min, or {words} im.", field=FIELD
    )


def _amount(words: str) -> MilligramsPerKilogram | Milligrams:
    kind = MilligramsPerKilogram if "/" in words or "per" in words.casefold() else Milligrams
    amount = kind.parse(words, field=FIELD)
    if amount.value == 0:
        raise BadInput(f"{words} is no dose. Write an amount above zero, for example 0.5 mg/kg.", field=FIELD)
    return amount


def _length(words: str) -> Decimal:
    minutes = Minutes.parse(words, field=FIELD).value
    if minutes == 0:
        raise BadInput(f"{words} has no length. Write minutes above zero, for example 40 min.", field=FIELD)
    return minutes


def _minute(words: str) -> Decimal:
    return Minutes.parse(words, unit_in_label=True, field=FIELD).value


def _check_together(parts: list[Part], pauses: list[PumpPause]) -> None:
    routes = {part.minutes is None for part in parts}
    if len(routes) > 1:
        raise BadInput("The order mixes an infusion and an injection. Write one order for each route.", field=FIELD)
    for before, after in pairwise(parts):
        if after.start_min < before.end_min or (after.minutes is None and after.start_min < before.start_min):
            raise BadInput(
                f"Two steps overlap: one runs to minute {plain(before.end_min)}, the next begins at minute "
                f"{plain(after.start_min)}. Write steps that follow one another.",
                field=FIELD,
            )
    _check_pauses(parts, pauses)


def _check_pauses(parts: list[Part], pauses: list[PumpPause]) -> None:
    if pauses and parts[0].minutes is None:
        raise BadInput("An injection cannot be paused. Leave the pause out, or order an infusion.", field=FIELD)
    standing_until = Decimal(0)
    stood = Decimal(0)
    for pause in sorted(pauses, key=lambda each: each.at_min):
        if pause.at_min < standing_until:
            raise BadInput(f"Two pauses overlap at minute {plain(pause.at_min)}. Write them as one pause.", field=FIELD)
        if not any(part.start_min < pause.at_min - stood < part.end_min for part in parts):
            raise BadInput(
                f"No infusion runs at minute {plain(pause.at_min)}, so nothing can be paused there. Check the minute.",
                field=FIELD,
            )
        standing_until, stood = pause.at_min + pause.minutes, stood + pause.minutes


def mg_of(part: Part, weight: Kilograms) -> Decimal:
    """The exact milligrams of one part for this weight, unrounded."""
    return part.amount.value * (weight.value if isinstance(part.amount, MilligramsPerKilogram) else 1)
