"""Laws that hold for every model and regimen: a shift in time shifts the level, and drug is neither made nor lost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fenestra.science.pharmacology.compartments import compartments_at_70kg, response, weight_factors
from fenestra.science.pharmacology.level import level
from fenestra.science.pharmacology.prediction import typical_level
from fenestra.science.pharmacology.reading import load_models
from fenestra.science.pharmacology.regimen import Bolus, Infusion, Intramuscular, Regimen, Step

from .test_levels import ABLE, GRID, MUSCLE, models, regimens, weights


def shifted(step: Step, by: float) -> Step:
    if isinstance(step, Infusion):
        return Infusion(step.start_min + by, step.end_min + by, step.rate_mg_per_min)
    return type(step)(step.at_min + by, step.mg)


@settings(deadline=None)
@given(regimen=regimens, by=st.integers(-120, 240), weight=weights, model=models)
def test_the_same_regimen_later_makes_the_same_level_later(
    regimen: Regimen, by: int, weight: float, model: str
) -> None:
    grid = np.array(GRID) + 0.5  # beside the moments of a bolus, where rounding decides which side is asked
    now = typical_level(regimen, weight_kg=weight, at_min=grid, model_id=model)
    later = typical_level(
        tuple(shifted(step, by) for step in regimen), weight_kg=weight, at_min=grid + by, model_id=model
    )
    steady = np.array([_far_from_a_bolus(regimen, minute) for minute in grid])
    assert later[steady] == pytest.approx(now[steady], rel=1e-8, abs=1e-8)


def _far_from_a_bolus(regimen: Regimen, minute: float) -> bool:
    return all(abs(step.at_min - minute) > 1e-6 for step in regimen if isinstance(step, Bolus))


@settings(deadline=None)
@given(regimen=regimens, weight=weights, model=models)
def test_all_drug_that_arrives_leaves_again(regimen: Regimen, weight: float, model: str) -> None:
    """Clearance times the area under the level, to its end, is the drug that reached the blood."""
    body = response(load_models().pk(model), weight_kg=weight)
    area_of_one_mg = float((body.ng_per_ml_per_mg / body.per_min).sum())
    arrived = sum(step.mg * (MUSCLE.bioavailability if isinstance(step, Intramuscular) else 1) for step in regimen)
    until = 120 + 90 + 60 / float(body.per_min.min())
    grid = _grid(regimen, until)
    levels = level(body, regimen, grid, MUSCLE)
    area = float(np.sum((levels[1:] + levels[:-1]) / 2 * np.diff(grid)))
    assert area == pytest.approx(arrived * area_of_one_mg, rel=0.01)


def _grid(regimen: Regimen, until: float) -> np.ndarray:
    """Fine after each turn, wide far from all: what a trapezium needs to follow exponentials. A jump has both sides."""
    turns = {0.0}
    for step in regimen:
        turns |= {step.start_min, step.end_min} if isinstance(step, Infusion) else {step.at_min}
    fine = np.concatenate([[0.0], np.geomspace(1e-4, until, 4000)])
    points = np.concatenate([turn + fine for turn in turns] + [np.array(sorted(turns)) - 1e-9])
    return np.unique(np.concatenate([[-1.0], points]))


@pytest.mark.parametrize("model", ABLE)
def test_the_area_of_one_milligram_is_one_over_the_clearance(model: str) -> None:
    pk_set = load_models().pk(model)
    at_70, body = compartments_at_70kg(pk_set.parameters), response(pk_set, weight_kg=70)
    volume, flow = weight_factors(pk_set.parameters, 70)
    bodies = at_70.scaled(volume, flow)
    rate = np.diag(-bodies.clearance_l_per_min)
    for place, exchange in enumerate(bodies.exchange_l_per_min, start=1):
        rate[0, 0] -= exchange
        rate[place, place] -= exchange
        rate[0, place] += exchange
        rate[place, 0] += exchange
    steady_mg_per_l = np.linalg.solve(-rate, np.eye(len(rate))[0])[0]  # under 1 mg/min for ever
    assert float((body.ng_per_ml_per_mg / body.per_min).sum()) == pytest.approx(1000 * steady_mg_per_l, rel=1e-9)
