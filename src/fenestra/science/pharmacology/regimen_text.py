"""Reads a regimen as people write it: "0.5 mg/kg over 40 min", "10 mg bolus at 5", "5 min at 20".

Only nonsense is refused. Whether a dose is allowed is not decided here: limits belong to protocols.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from fenestra.science.errors import BadInput
from fenestra.science.pharmacology.regimen import Bolus, Infusion, Intramuscular, Regimen, paused
from fenestra.science.quantities import Kilograms, Milligrams, MilligramsPerKilogram, Minutes, quotient

_IV = re.compile(
    r"(?P<amount>.+?)\s*(?:\bover\b\s*(?P<length>.+?)|\bbolus\b)\s*(?:\bat\b\s*(?P<at>.+))?", re.IGNORECASE | re.DOTALL
)
_IM = re.compile(r"(?P<amount>.+?)\s*(?:\bat\b\s*(?P<at>.+))?", re.IGNORECASE | re.DOTALL)
_PAUSE = re.compile(r"(?P<length>.+?)\s*\bat\b\s*(?P<at>.+)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Pause:
    """The pump stands still for a time, from a minute on the clock."""

    at_min: float
    for_min: float


def parse_iv(text: str, weight: Kilograms, *, follows_at_min: float = 0.0) -> Infusion | Bolus:
    """One step into a vein: "0.5 mg/kg over 40 min", "35 mg over 40 min at 10", "10 mg bolus".

    Without "at" it begins at `follows_at_min`, the end of the step before. Doses by weight stay exact, unrounded.
    """
    found = _IV.fullmatch(text.strip())
    if found is None:
        raise BadInput(f"{text!r} is no iv step. Write it as 0.5 mg/kg over 40 min, or 10 mg bolus at 5.", field="iv")
    mg, start = _mg(found["amount"], weight, "iv"), _minute(found["at"], follows_at_min, "iv")
    if found["length"] is None:
        return Bolus(start, float(mg))
    minutes = _length(found["length"], "iv")
    return Infusion(start, start + float(minutes), float(quotient(mg, minutes)))


def parse_im(text: str, weight: Kilograms) -> Intramuscular:
    """One dose into a muscle: "0.5 mg/kg", "25 mg at 10". Without "at" it is given at minute 0."""
    found = _IM.fullmatch(text.strip())
    if found is None:
        raise BadInput("The im dose is empty. Write it as 0.5 mg/kg, or 25 mg at 10.", field="im")
    return Intramuscular(_minute(found["at"], 0.0, "im"), float(_mg(found["amount"], weight, "im")))


def parse_pause(text: str) -> Pause:
    """A pause of the pump: "5 min at 20"."""
    found = _PAUSE.fullmatch(text.strip())
    if found is None:
        raise BadInput(
            f"{text!r} is no pause. Write its length and its minute, for example 5 min at 20.", field="pause"
        )
    return Pause(_minute(found["at"], 0.0, "pause"), float(_length(found["length"], "pause")))


def parse_regimen(
    *, iv: Sequence[str] = (), im: Sequence[str] = (), pauses: Sequence[str] = (), weight: Kilograms
) -> Regimen:
    """A whole regimen. Steps into a vein follow one another unless they say "at"; pauses shift what is still to come."""
    into_vein: list[Infusion | Bolus] = []
    end = 0.0
    for text in iv:
        step = parse_iv(text, weight, follows_at_min=end)
        into_vein.append(step)
        end = max(end, step.end_min if isinstance(step, Infusion) else step.at_min)
    into_muscle = tuple(parse_im(text, weight) for text in im)
    return _with_pauses(tuple(into_vein), [parse_pause(text) for text in pauses]) + into_muscle


def _with_pauses(pump: Regimen, pauses: list[Pause]) -> Regimen:
    standing_until = 0.0
    for pause in sorted(pauses, key=lambda each: each.at_min):
        if pause.at_min < standing_until:
            raise BadInput(
                f"The pump already stands still at minute {pause.at_min:g}. Write both pauses as one.", field="pause"
            )
        if not any(isinstance(step, Infusion) and step.end_min > pause.at_min for step in pump):
            raise BadInput(
                f"No infusion runs at minute {pause.at_min:g} or later, so nothing can be paused. Check the minute.",
                field="pause",
            )
        pump = paused(pump, at_min=pause.at_min, for_min=pause.for_min)
        standing_until = pause.at_min + pause.for_min
    return pump


def _mg(text: str, weight: Kilograms, field: str) -> Decimal:
    if "/" in text or "per" in text.casefold():
        amount = MilligramsPerKilogram.parse(text, field=field).value * weight.value
    else:
        amount = Milligrams.parse(text, field=field).value
    if amount == 0:
        raise BadInput(f"{text.strip()} is no dose. Write an amount above zero, for example 0.5 mg/kg.", field=field)
    return amount


def _length(text: str, field: str) -> Decimal:
    minutes = Minutes.parse(text, field=field).value
    if minutes == 0:
        raise BadInput(f"{text.strip()} has no length. Write minutes above zero, for example 40 min.", field=field)
    return minutes


def _minute(text: str | None, otherwise: float, field: str) -> float:
    return otherwise if text is None else float(Minutes.parse(text, unit_in_label=True, field=field).value)
