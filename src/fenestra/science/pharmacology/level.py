"""The level that a regimen makes: closed forms added up, exact at any minute.

The models are linear, so each step of a regimen is computed by itself and the levels are added (superposition).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fenestra.science.errors import BadInput
from fenestra.science.pharmacology.compartments import Exponentials, Floats
from fenestra.science.pharmacology.models import Absorption
from fenestra.science.pharmacology.regimen import Bolus, Infusion, Intramuscular, Regimen, Step


@dataclass(frozen=True)
class FromMuscle:
    """First-order absorption from muscle: the share that arrives, and how fast."""

    bioavailability: float
    ka_per_min: float

    @classmethod
    def of(cls, absorption: Absorption) -> FromMuscle:
        """As the data file has it."""
        if absorption.ka_per_min is None:
            raise BadInput(f"How fast {absorption.route} ketamine is absorbed is not known, so no level is predicted.")
        return cls(float(absorption.bioavailability), float(absorption.ka_per_min))


def minutes_array(at_min: Sequence[float] | Floats) -> Floats:
    """Minutes as an array; what is not a finite number is refused."""
    minutes = np.asarray(at_min, dtype=np.float64)
    if minutes.ndim != 1 or not np.all(np.isfinite(minutes)):
        raise BadInput("Minutes must be a list of finite numbers, for example 10, 20, 40.", field="at")
    return minutes


def level(body: Exponentials, regimen: Regimen, at_min: Sequence[float] | Floats, muscle: FromMuscle) -> Floats:
    """Levels in ng/mL of one person at the given minutes. At the minute of a bolus the bolus is in."""
    minutes = minutes_array(at_min)
    levels = np.zeros_like(minutes)
    for step in regimen:
        levels += _of_step(body, step, minutes[:, np.newaxis], muscle).sum(axis=-1)
    return levels


def _of_step(body: Exponentials, step: Step, minutes: Floats, muscle: FromMuscle) -> Floats:
    if isinstance(step, Infusion):
        return _of_infusion(body, step, minutes)
    if isinstance(step, Bolus):
        return _of_bolus(body, step, minutes)
    return _of_muscle(body, step, minutes, muscle)


def _of_infusion(body: Exponentials, step: Infusion, minutes: Floats) -> Floats:
    running = np.clip(minutes - step.start_min, 0.0, step.end_min - step.start_min)
    since_end = np.maximum(minutes - step.end_min, 0.0)
    plateau = step.rate_mg_per_min * body.ng_per_ml_per_mg / body.per_min
    return plateau * -np.expm1(-body.per_min * running) * np.exp(-body.per_min * since_end)


def _of_bolus(body: Exponentials, step: Bolus, minutes: Floats) -> Floats:
    since = np.maximum(minutes - step.at_min, 0.0)
    given = minutes >= step.at_min
    return given * step.mg * body.ng_per_ml_per_mg * np.exp(-body.per_min * since)


def _of_muscle(body: Exponentials, step: Intramuscular, minutes: Floats, muscle: FromMuscle) -> Floats:
    since = np.maximum(minutes - step.at_min, 0.0)
    arriving = step.mg * muscle.bioavailability * muscle.ka_per_min
    return arriving * body.ng_per_ml_per_mg * in_then_out(muscle.ka_per_min, body.per_min, since)


def in_then_out(into_per_min: Floats | float, out_per_min: Floats, minutes: Floats | float) -> Floats:
    """(exp(−out·t) − exp(−in·t)) / (in − out), also where both rates are equal, where it is t·exp(−in·t)."""
    slower = np.minimum(into_per_min, out_per_min)
    apart = np.abs(into_per_min - out_per_min) * minutes
    with np.errstate(invalid="ignore", divide="ignore"):
        shape = np.where(apart > 0, -np.expm1(-apart) / apart, 1.0)
    return np.asarray(np.exp(-slower * minutes) * minutes * shape)
