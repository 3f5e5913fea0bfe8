"""A predicted plasma level: the typical curve, its working band, and what must be said beside it.

A prediction is predicted, not measured. It describes adults; nothing is shown beyond eight hours after the first dose.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from fenestra.science.pharmacology.bands import band
from fenestra.science.pharmacology.compartments import CLEARANCE_WEIGHT_EXPONENT, Floats, response
from fenestra.science.pharmacology.level import FromMuscle, level, minutes_array
from fenestra.science.pharmacology.models import Models, PerezRuixo, PkSet
from fenestra.science.pharmacology.reading import load_models
from fenestra.science.pharmacology.regimen import Intramuscular, Regimen, first_dose_min
from fenestra.science.pharmacology.virtual_adults import SEED, VIRTUAL_ADULTS
from fenestra.science.quantities import Kilograms, check_dosing_weight

DEFAULT_MODEL = "kamp_2020"

# Later levels rest on few samples of the published studies; the rule of the house is to show none.
LATEST_MIN_AFTER_FIRST_DOSE = 480.0

SITE_NOT_STATED = "not stated"


@dataclass(frozen=True)
class Prediction:
    """Levels of one regimen in one adult, in ng/mL, at `minutes`: the typical curve and the 5, 50 and 95 % levels.

    `model_version` changes when any number behind the levels changes. `verified` is false when a number was not read
    in its source. `warnings` are sentences for the page.
    """

    model_id: str
    model_version: str
    site: str
    minutes: tuple[float, ...]
    ng_per_ml: tuple[float, ...]
    p05: tuple[float, ...]
    p50: tuple[float, ...]
    p95: tuple[float, ...]
    warnings: tuple[str, ...]
    verified: bool


def typical_level(
    regimen: Regimen,
    *,
    weight_kg: float | Decimal,
    at_min: Sequence[float] | Floats,
    model_id: str = DEFAULT_MODEL,
    clearance_exponent: float = CLEARANCE_WEIGHT_EXPONENT,
) -> Floats:
    """Levels of the typical adult of this weight in ng/mL, at any minutes, in any order. Before a dose they are zero."""
    models = load_models()
    body = response(models.pk(model_id), weight_kg=_dosing_weight_kg(weight_kg), clearance_exponent=clearance_exponent)
    return level(body, regimen, at_min, FromMuscle.of(models.im))


def predict(
    regimen: Regimen, *, weight_kg: float | Decimal, at_min: Sequence[float] | Floats, model_id: str = DEFAULT_MODEL
) -> Prediction:
    """The typical level with its working band. Minutes beyond eight hours are left out, and a warning says so."""
    models = load_models()
    pk_set, weight = models.pk(model_id), _dosing_weight_kg(weight_kg)
    asked = minutes_array(at_min)
    shown = asked[asked <= first_dose_min(regimen) + LATEST_MIN_AFTER_FIRST_DOSE]
    muscle = FromMuscle.of(models.im)
    typical = level(response(pk_set, weight_kg=weight), regimen, shown, muscle)
    edges = band(pk_set, models.variability, muscle.ka_per_min, regimen, weight_kg=weight, minutes=shown)
    p05, p50, p95 = (tuple(row.tolist()) for row in edges)
    return Prediction(
        model_id=pk_set.id,
        model_version=model_version(pk_set.id),
        site=pk_set.sampling_site or SITE_NOT_STATED,
        minutes=tuple(shown.tolist()),
        ng_per_ml=tuple(typical.tolist()),
        p05=p05,
        p50=p50,
        p95=p95,
        warnings=_warnings(models, pk_set, regimen, left_out=asked.size - shown.size),
        verified=pk_set.verified and (models.im.verified or not _has_im(regimen)),
    )


@cache
def model_version(model_id: str) -> str:
    """Twelve figures that change with any number behind a prediction: parameters, absorption, variability, scaling."""
    models = load_models()
    im = models.im
    behind = (
        models.pk(model_id).parameters, im.bioavailability, im.ka_per_min, models.variability,
        CLEARANCE_WEIGHT_EXPONENT, VIRTUAL_ADULTS, SEED,
    )  # fmt: skip
    return hashlib.sha256(repr(behind).encode()).hexdigest()[:12]


def _dosing_weight_kg(weight_kg: float | Decimal) -> float:
    check_dosing_weight(Kilograms(Decimal(str(weight_kg))), field="weight_kg")
    return float(weight_kg)


def _has_im(regimen: Regimen) -> bool:
    return any(isinstance(step, Intramuscular) for step in regimen)


def _warnings(models: Models, pk_set: PkSet, regimen: Regimen, *, left_out: int) -> tuple[str, ...]:
    said = []
    if not pk_set.verified:
        said.append(
            f"The numbers of {pk_set.id} are unverified: nobody has read them in their source. Do not rely on this level."
        )
    if isinstance(pk_set.parameters, PerezRuixo):
        said.append(f"{pk_set.id} describes S-ketamine: its doses are milligrams of S-ketamine, not of the racemate.")
    if _has_im(regimen) and not models.im.verified:
        said.append(
            "How ketamine is absorbed from muscle is unverified: the level after an im dose is a working assumption."
        )
    if left_out:
        points = "1 point was" if left_out == 1 else f"{left_out} points were"
        said.append(f"{points} left out: nothing is predicted beyond 8 hours after the first dose.")
    return tuple(said)
