"""Pools against the values that R's metafor gives for the same tables, printed to six decimals."""

from __future__ import annotations

import tomllib
from math import isclose
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats.contingency import odds_ratio

from fenestra.science.outcomes.between_trials import TauMethod, q_of
from fenestra.science.outcomes.chance import chi2_tail
from fenestra.science.outcomes.effects import Effect, Measure, TwoArms, effect_of_counts
from fenestra.science.outcomes.exact import fisher
from fenestra.science.outcomes.pooling import Pooled, Test, pool, tau2_interval
from fenestra.science.outcomes.study_table import read_studies
from fenestra.science.outcomes.tables import mantel_haenszel, peto

OUTSIDE = Path(__file__).resolve().parents[2] / "reference" / "outcomes"
CASES: dict[str, dict[str, Any]] = {
    case["id"]: case for case in tomllib.loads((OUTSIDE / "reference.toml").read_text())["case"]
}
SIX_DECIMALS = 2e-6
# metafor stops its steps of REML, ML and EB once tau² moves by less than 1e-5; ours go on until it stands still.
STOPPED_EARLY = 2e-5
# R looks for these by steps that end early; a second judge holds ours.
R_SEARCHES = 3e-5


def arms(name: str) -> tuple[TwoArms, ...]:
    return read_studies((OUTSIDE / name).read_text()).arms


def effects(name: str, measure: Measure) -> list[Effect]:
    return [effect for each in arms(name) if (effect := effect_of_counts(each, measure))]


def q_at(told: list[Effect], tau2: float) -> float:
    y, v = (np.array([getattr(each, name) for each in told]) for name in ("value", "variance"))
    return float(q_of(y, v, tau2))


def check(found: Pooled, case: dict[str, Any], within: float = SIX_DECIMALS) -> None:
    told = {
        "estimate": [found.estimate], "se": [found.se], "ci": [found.low, found.high], "tau2": found.tau2,
        "se_tau2": found.se_tau2, "I2": found.i2, "H2": found.h2, "QE": found.q, "prediction_interval": found.prediction,
    }  # fmt: skip
    for field, ours in told.items():
        if field in case:
            scale = 100 if field == "I2" else 10 if field == "H2" else 1
            assert ours == pytest.approx(case[field], abs=within * scale), field
    assert isclose(found.q_p, case["QEp"], rel_tol=1e-6, abs_tol=1e-40)


@pytest.mark.parametrize(
    ("case", "name", "measure"),
    [
        ("escalc_bcg_rr", "bcg.csv", Measure.RISK_RATIO),
        ("escalc_ketamine_or", "ketamine_two.csv", Measure.ODDS_RATIO),
        ("escalc_ketamine_rr", "ketamine_two.csv", Measure.RISK_RATIO),
        ("escalc_ketamine_rd", "ketamine_two.csv", Measure.RISK_DIFFERENCE),
    ],
)
def test_effects_of_counts(case: str, name: str, measure: Measure) -> None:
    found, told = effects(name, measure), CASES[case]
    assert [each.value for each in found] == pytest.approx(told["yi"], abs=SIX_DECIMALS)
    assert [each.variance for each in found] == pytest.approx(told["vi"], abs=SIX_DECIMALS)
    if "ee_estimate" in told:
        pooled = pool(found, TauMethod.COMMON, Test.Z)
        assert (pooled.estimate, pooled.se) == pytest.approx((told["ee_estimate"], told["ee_se"]), abs=SIX_DECIMALS)


@pytest.mark.parametrize("method", [each for each in TauMethod if each is not TauMethod.PAULE_MANDEL])
def test_thirteen_trials_by_every_estimator(method: TauMethod) -> None:
    stopped = method in (TauMethod.REML, TauMethod.ML, TauMethod.EMPIRICAL_BAYES)
    found = pool(effects("bcg.csv", Measure.RISK_RATIO), method, Test.Z)
    check(found, CASES[f"meta_bcg_{method.value}"], STOPPED_EARLY if stopped else SIX_DECIMALS)


def test_paule_and_mandels_is_the_empirical_bayes_estimate() -> None:
    found = pool(effects("bcg.csv", Measure.RISK_RATIO), TauMethod.PAULE_MANDEL, Test.Z)
    assert found.tau2 == pytest.approx(CASES["meta_bcg_eb"]["tau2"], abs=STOPPED_EARLY)


def test_hartung_and_knapps_interval_and_the_profile_of_tau2() -> None:
    told, case = effects("bcg.csv", Measure.RISK_RATIO), CASES["meta_bcg_reml_hk"]
    check(pool(told), case, STOPPED_EARLY)
    low, high = tau2_interval(told)
    assert (low, high) == pytest.approx(case["tau2_ci_qprofile"], abs=R_SEARCHES)
    for tau2, tail in ((low, 0.025), (high, 0.975)):
        assert chi2_tail(q_at(told, tau2), len(told) - 1) == pytest.approx(tail, abs=1e-9)


def test_trials_with_empty_cells() -> None:
    found = pool(effects("sparse.csv", Measure.ODDS_RATIO))
    check(found, CASES["meta_sparse_or_reml_hk"], STOPPED_EARLY)
    assert any("0.5 was added" in note for note in found.notes)
    assert any("narrower" in note for note in found.notes)


@pytest.mark.parametrize(
    ("case", "name", "measure"),
    [
        ("mh_bcg_or", "bcg.csv", Measure.ODDS_RATIO),
        ("mh_or_sparse", "sparse.csv", Measure.ODDS_RATIO),
        ("mh_or_sparse_half", "sparse.csv", Measure.ODDS_RATIO),
        ("mh_rd_sparse", "sparse.csv", Measure.RISK_DIFFERENCE),
    ],
)
def test_mantel_and_haenszel_add_nothing_to_empty_cells(case: str, name: str, measure: Measure) -> None:
    check(mantel_haenszel(arms(name), measure), CASES[case])


def test_peto() -> None:
    check(peto(arms("bcg.csv")), CASES["peto_bcg"])


def test_fishers_exact_test() -> None:
    found, case = fisher(TwoArms("Dakwar 2019", 13, 27, 3, 28)), CASES["fisher_dakwar2019"]
    assert found.p == pytest.approx(case["p"], abs=SIX_DECIMALS)
    assert found.odds_ratio == pytest.approx(case["conditional_or"], rel=2e-4)  # R's own steps end there
    assert (found.low, found.high) == pytest.approx(case["ci"], rel=1e-3)
    judge = odds_ratio([[13, 14], [3, 25]])
    assert found.odds_ratio == pytest.approx(judge.statistic, rel=1e-6)
    assert (found.low, found.high) == pytest.approx(tuple(judge.confidence_interval()), rel=1e-6)


def test_the_cases_are_judged_and_none_is_left_out() -> None:
    ours = {case for case in CASES if CASES[case]["package"] == "metafor"}
    judged = {"escalc_bcg_rr", "escalc_ketamine_or", "escalc_ketamine_rr", "escalc_ketamine_rd", "meta_bcg_reml_hk"}
    judged |= {"meta_sparse_or_reml_hk", "peto_bcg", "mh_bcg_or", "mh_or_sparse", "mh_or_sparse_half", "mh_rd_sparse"}
    judged |= {f"meta_bcg_{each.value}" for each in TauMethod if each is not TauMethod.PAULE_MANDEL}
    assert ours - judged == {"metareg_bcg_ablat", "egger_bcg"}  # not built: docs/not-yet.md
