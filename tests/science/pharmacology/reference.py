"""Reads tests/reference/pharmacology.csv: each row's regimen, body and level, in our words."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from fenestra.science.pharmacology.compartments import Exponentials, response, with_effect_site
from fenestra.science.pharmacology.models import PkSet, RatesPerKg
from fenestra.science.pharmacology.reading import load_models
from fenestra.science.pharmacology.regimen import Bolus, Infusion, Intramuscular, Regimen

REFERENCE = Path(__file__).parents[2] / "reference" / "pharmacology.csv"

# The table states most measured rows per kilogram and some without a weight: an adult of 70 kg stands in.
STAND_IN_WEIGHT_KG = 70.0


@dataclass(frozen=True)
class ReferenceRow:
    case: str
    model_id: str
    dose: str
    route: str
    duration_min: str
    weight_kg: float
    minute: float | None
    ng_per_ml: float
    sd: float | None
    kind: str

    @property
    def regimen(self) -> Regimen:
        return regimen_of(self.dose, self.route, self.duration_min, self.weight_kg)


@cache
def reference_rows() -> tuple[ReferenceRow, ...]:
    with REFERENCE.open(encoding="utf-8", newline="") as file:
        return tuple(_rows(csv.DictReader(file)))


def _rows(table: csv.DictReader[str]) -> Iterator[ReferenceRow]:
    for row in table:
        yield ReferenceRow(
            row["case"], row["model_id"], row["dose"], row["route"], row["duration_min"],
            float(row["weight_kg"] or STAND_IN_WEIGHT_KG), float(row["time_min"]) if row["time_min"] else None,
            float(row["concentration_ng_per_ml"]), float(row["sd"]) if row["sd"] else None, row["kind"],
        )  # fmt: skip


def regimen_of(dose: str, route: str, duration_min: str, weight_kg: float) -> Regimen:
    """The regimen of a row; the two-part infusion is written out in its dose: (0.11 over 2 min then 0.60 over 50 min)."""
    parts = re.findall(r"([0-9.]+) over ([0-9]+) min", dose)
    if parts:
        return _one_after_another([(float(amount) * weight_kg, float(minutes)) for amount, minutes in parts])
    mg = float(dose.split()[0]) * (weight_kg if "mg/kg" in dose else 1.0)
    if route == "im":
        return (Intramuscular(0.0, mg),)
    if duration_min == "0":
        return (Bolus(0.0, mg),)
    return _one_after_another([(mg, float(duration_min))])


def _one_after_another(parts: list[tuple[float, float]]) -> Regimen:
    start, steps = 0.0, []
    for mg, minutes in parts:
        steps.append(Infusion(start, start + minutes, mg / minutes))
        start += minutes
    return tuple(steps)


def body_of(row: ReferenceRow) -> Exponentials:
    """The answer of the row's model; what follows @ is a variant: other digits, another exponent, an effect site."""
    model_id, _, variant = row.model_id.partition("@")
    name, _, value = variant.partition("=")
    pk_set = load_models().pk(model_id)
    if name == "clearance_exponent":
        return response(pk_set, weight_kg=row.weight_kg, clearance_exponent=float(value))
    if name == "ke0":
        return with_effect_site(response(pk_set, weight_kg=row.weight_kg), float(value))
    if name == "4digit":
        pk_set = _with_four_digits(pk_set)
    elif name:
        raise ValueError(f"unknown variant {variant}")
    return response(pk_set, weight_kg=row.weight_kg)


def _with_four_digits(pk_set: PkSet) -> PkSet:
    assert isinstance(pk_set.parameters, RatesPerKg)
    kept = dict(pk_set.notes)["four_digit_variant"]
    assert isinstance(kept, tuple)
    digits = {f"{pair[0]}_per_min": pair[1] for pair in kept if isinstance(pair, tuple)}
    return replace(pk_set, parameters=replace(pk_set.parameters, **digits))  # type: ignore[arg-type]  # numbers, kept as pairs
