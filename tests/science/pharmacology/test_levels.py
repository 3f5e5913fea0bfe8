"""Levels are exact, linear in dose, additive, and the same by small steps."""

from __future__ import annotations

from dataclasses import replace

import mpmath  # type: ignore[import-untyped]  # it ships no types
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fenestra.science.errors import BadInput
from fenestra.science.pharmacology.compartments import (
    Compartments,
    Exponentials,
    compartments_at_70kg,
    exponentials,
    response,
    weight_factors,
    with_effect_site,
)
from fenestra.science.pharmacology.level import FromMuscle, in_then_out, level
from fenestra.science.pharmacology.prediction import typical_level
from fenestra.science.pharmacology.reading import load_models
from fenestra.science.pharmacology.regimen import Bolus, Infusion, Intramuscular, Regimen, paused, total_mg

ABLE = [each.id for each in load_models().sets if each.can_predict]
MUSCLE = FromMuscle.of(load_models().im)
GRID = [0.0, 1.0, 5.0, 20.0, 40.0, 41.0, 90.0, 240.0, 480.0]

weights = st.floats(min_value=30, max_value=200)
rates = st.floats(min_value=0.05, max_value=5)
doses = st.floats(min_value=0.5, max_value=120)
moments = st.floats(min_value=0, max_value=120)
lengths = st.floats(min_value=1, max_value=90)
models = st.sampled_from(ABLE)
infusions = st.builds(lambda start, length, rate: Infusion(start, start + length, rate), moments, lengths, rates)
steps = st.one_of(infusions, st.builds(Bolus, moments, doses), st.builds(Intramuscular, moments, doses))
regimens = st.lists(steps, min_size=1, max_size=4).map(tuple)


def by_small_steps(
    body: Compartments, regimen: Regimen, until_min: float, muscle: FromMuscle, step_min: float
) -> float:
    """A judge that knows nothing of eigenvalues: amounts moved between compartments by classical Runge and Kutta."""
    count = body.volumes_l.size
    amounts = np.zeros(count + 1)  # the last one is the muscle

    def change(now: np.ndarray, rate: float) -> np.ndarray:
        levels = now[:count] / body.volumes_l
        swap = body.exchange_l_per_min * (levels[0] - levels[1:])
        absorbed = muscle.ka_per_min * now[count]
        flow = -body.clearance_l_per_min * levels
        flow[0] += rate + absorbed - swap.sum()
        flow[1:] += swap
        return np.append(flow, -absorbed)

    turns = {0.0, until_min}
    for each in regimen:
        turns |= {each.start_min, each.end_min} if isinstance(each, Infusion) else {each.at_min}
    stops = sorted(turn for turn in turns if turn <= until_min)
    for place, start in enumerate(stops):
        amounts[0] += sum(each.mg for each in regimen if isinstance(each, Bolus) and each.at_min == start)
        into_muscle = sum(each.mg for each in regimen if isinstance(each, Intramuscular) and each.at_min == start)
        amounts[count] += muscle.bioavailability * into_muscle
        end = stops[place + 1] if place + 1 < len(stops) else start
        running = [each for each in regimen if isinstance(each, Infusion) and each.start_min <= start < each.end_min]
        rate = sum(each.rate_mg_per_min for each in running)
        pieces = max(1, int(np.ceil((end - start) / step_min)))
        h = (end - start) / pieces
        for _ in range(pieces if h else 0):
            k1 = change(amounts, rate)
            k2 = change(amounts + h / 2 * k1, rate)
            k3 = change(amounts + h / 2 * k2, rate)
            k4 = change(amounts + h * k3, rate)
            amounts = amounts + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return float(1000 * amounts[0] / body.volumes_l[0])


@settings(max_examples=15, deadline=None)
@given(
    weight=weights, rate=rates, length=lengths, pause_at=st.floats(0.1, 0.9), pause=lengths, later=lengths, model=models
)
def test_an_infusion_with_a_pause_agrees_with_small_steps_for_any_weight(
    weight: float, rate: float, length: float, pause_at: float, pause: float, later: float, model: str
) -> None:
    pk_set = load_models().pk(model)
    regimen = paused((Infusion(0.0, length, rate),), at_min=pause_at * length, for_min=pause)
    body = compartments_at_70kg(pk_set.parameters).scaled(*weight_factors(pk_set.parameters, weight))
    at = length + pause + later
    stepped = by_small_steps(body, regimen, at, MUSCLE, step_min=0.05)
    assert typical_level(regimen, weight_kg=weight, at_min=[at], model_id=model)[0] == pytest.approx(stepped, rel=1e-5)


@settings(max_examples=15, deadline=None)
@given(regimen=regimens, at=moments, model=models)
def test_any_mix_of_infusions_boluses_and_im_doses_agrees_with_small_steps(
    regimen: Regimen, at: float, model: str
) -> None:
    pk_set = load_models().pk(model)
    stepped = by_small_steps(compartments_at_70kg(pk_set.parameters), regimen, at, MUSCLE, step_min=0.05)
    closed = typical_level(regimen, weight_kg=70, at_min=[at], model_id=model)[0]
    assert closed == pytest.approx(stepped, rel=1e-5, abs=1e-6)


@settings(deadline=None)
@given(regimen=regimens, more=regimens, weight=weights, model=models)
def test_levels_of_two_regimens_add_up(regimen: Regimen, more: Regimen, weight: float, model: str) -> None:
    apart = [typical_level(each, weight_kg=weight, at_min=GRID, model_id=model) for each in (regimen, more)]
    together = typical_level(regimen + more, weight_kg=weight, at_min=GRID, model_id=model)
    np.testing.assert_allclose(together, apart[0] + apart[1], rtol=1e-12, atol=1e-12)


@settings(deadline=None)
@given(regimen=regimens, times=st.floats(min_value=0.1, max_value=5), model=models)
def test_levels_are_proportional_to_dose(regimen: Regimen, times: float, model: str) -> None:
    more = tuple(
        replace(each, rate_mg_per_min=each.rate_mg_per_min * times)
        if isinstance(each, Infusion)
        else replace(each, mg=each.mg * times)
        for each in regimen
    )
    once = typical_level(regimen, weight_kg=70, at_min=GRID, model_id=model)
    np.testing.assert_allclose(typical_level(more, weight_kg=70, at_min=GRID, model_id=model), once * times, rtol=1e-12)


@settings(deadline=None)
@given(regimen=regimens, weight=weights, model=models)
def test_levels_are_never_negative_and_zero_before_the_first_dose(regimen: Regimen, weight: float, model: str) -> None:
    assert (typical_level(regimen, weight_kg=weight, at_min=GRID, model_id=model) >= 0).all()
    assert typical_level(regimen, weight_kg=weight, at_min=[-1.0], model_id=model)[0] == 0.0


@settings(deadline=None)
@given(regimen=regimens, at=moments, length=lengths)
def test_a_pause_changes_when_not_how_much(regimen: Regimen, at: float, length: float) -> None:
    assert total_mg(paused(regimen, at_min=at, for_min=length)) == pytest.approx(total_mg(regimen), rel=1e-9)


def test_linear_scaling_gives_the_same_level_per_kg_at_any_weight_and_another_exponent_does_not() -> None:
    def end_of_infusion(weight: float, exponent: float) -> float:
        regimen = (Infusion(0, 40, 0.5 * weight / 40),)
        return float(typical_level(regimen, weight_kg=weight, at_min=[40], clearance_exponent=exponent)[0])

    assert end_of_infusion(50, 1) == pytest.approx(end_of_infusion(130, 1), rel=1e-12)
    assert [round(end_of_infusion(weight, 0.75)) for weight in (50, 100, 130)] == [240, 268, 279]


def test_clearance_times_area_is_the_dose() -> None:
    body = response(load_models().default, weight_kg=70)
    area = float((body.ng_per_ml_per_mg / body.per_min).sum())
    assert area == pytest.approx(1000 / (84 / 60), rel=1e-12)  # CL of the default set at 70 kg, L/h


def test_equal_rates_in_and_out_have_their_own_limit() -> None:
    near = in_then_out(0.05, np.array([0.05, 0.05 + 1e-12, 0.05 - 1e-9, 40.0]), 30.0)
    with mpmath.workdps(40):
        limit = float(30 * mpmath.exp(-mpmath.mpf("1.5")))
        apart = float((mpmath.exp(-1200) - mpmath.exp(-mpmath.mpf("0.05") * 30)) / (mpmath.mpf("0.05") - 40))
    np.testing.assert_allclose(near[:3], limit, rtol=1e-7)
    assert near[3] == pytest.approx(apart, rel=1e-12)


def test_one_compartment_is_the_textbook_exponential() -> None:
    body = exponentials(Compartments(np.array([20.0]), np.array([]), np.array([1.0])))
    levels = level(body, (Bolus(0, 10),), [0, 10], MUSCLE)
    np.testing.assert_allclose(levels, [500.0, 500.0 * np.exp(-0.5)], rtol=1e-14)


def test_an_effect_site_starts_at_zero_lags_behind_and_keeps_the_area() -> None:
    plasma = response(load_models().pk("domino_1982"), weight_kg=70)
    site = with_effect_site(plasma, 0.238)
    assert level(site, (Bolus(0, 10),), [0], MUSCLE)[0] == pytest.approx(0, abs=1e-9)
    areas = [float((each.ng_per_ml_per_mg / each.per_min).sum()) for each in (plasma, site)]
    assert areas[0] == pytest.approx(areas[1], rel=1e-12)


def test_an_effect_site_as_fast_as_the_body_is_refused() -> None:
    body = Exponentials(np.array([1.0]), np.array([0.5]))
    with pytest.raises(BadInput, match="cannot be told from"):
        with_effect_site(body, 0.5)


@pytest.mark.parametrize("weight", [0, -70, 1, 900])
def test_a_level_for_an_impossible_weight_is_refused(weight: float) -> None:
    with pytest.raises(BadInput):
        typical_level((Bolus(0, 10),), weight_kg=weight, at_min=[1])


@pytest.mark.parametrize(
    "step",
    [
        lambda: Infusion(10, 10, 1),
        lambda: Infusion(0, float("nan"), 1),
        lambda: Infusion(0, 10, -1),
        lambda: Bolus(0, float("inf")),
        lambda: Intramuscular(0, -1),
    ],
)
def test_a_step_that_cannot_be_is_refused(step: object) -> None:
    with pytest.raises(BadInput):
        step()  # type: ignore[operator]  # a list of callables of several kinds


def test_minutes_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(BadInput, match="finite"):
        typical_level((Bolus(0, 10),), weight_kg=70, at_min=[float("nan")])
