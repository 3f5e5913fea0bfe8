"""What a pool says of itself, and how it behaves when trials are few, alike, or silent."""

from __future__ import annotations

from math import exp, inf, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from fenestra.science.errors import BadInput
from fenestra.science.outcomes.bayes import bayes
from fenestra.science.outcomes.between_trials import TauMethod, between
from fenestra.science.outcomes.effects import Effect, Measure, TwoArms, effect_of_counts, effect_of_interval
from fenestra.science.outcomes.exact import fisher
from fenestra.science.outcomes.pooling import Test, pool
from fenestra.science.outcomes.tables import mantel_haenszel, peto

values = st.floats(-3, 3, allow_nan=False)
variances = st.floats(0.01, 2, allow_nan=False)
trials = st.lists(st.tuples(values, variances), min_size=2, max_size=9).map(
    lambda rows: [Effect(f"t{n}", y, v) for n, (y, v) in enumerate(rows)]
)
arms = st.tuples(st.integers(0, 40), st.integers(1, 40), st.integers(0, 40), st.integers(1, 40)).map(
    lambda n: TwoArms("t", min(n[0], n[1]), n[1], min(n[2], n[3]), n[3])
)


@given(trials, st.sampled_from(TauMethod))
def test_a_pool_lies_among_its_trials_and_its_weights_are_the_whole(told: list[Effect], method: TauMethod) -> None:
    found = pool(told, method)
    assert min(each.value for each in told) - 1e-9 <= found.estimate <= max(each.value for each in told) + 1e-9
    assert sum(found.weights) == pytest.approx(100)
    assert found.tau2 >= 0 and 0 <= found.i2 < 100.0001 and found.low <= found.estimate <= found.high
    if found.prediction:
        assert found.prediction[0] <= found.low + 1e-12 and found.high - 1e-12 <= found.prediction[1]


@given(trials, st.sampled_from(TauMethod))
def test_order_does_not_matter_and_turning_the_arms_turns_the_sign(told: list[Effect], method: TauMethod) -> None:
    found, back = pool(told, method), pool(told[::-1], method)
    turned = pool([Effect(each.name, -each.value, each.variance) for each in told], method)
    assert back.estimate == pytest.approx(found.estimate, abs=1e-7)
    assert (turned.estimate, turned.low) == pytest.approx((-found.estimate, -found.high), abs=1e-7)
    assert turned.tau2 == pytest.approx(found.tau2, abs=1e-7)


def test_many_pools_at_once_are_the_same_as_one_by_one() -> None:
    chance = np.random.default_rng(1)
    y, v = chance.normal(size=(200, 8)), chance.uniform(0.05, 0.6, size=(200, 8))
    for method in TauMethod:
        together = between(y, v, method).tau2
        alone = [float(between(y[n], v[n], method).tau2) for n in range(200)]
        assert together == pytest.approx(alone, abs=1e-9), method


def test_one_trial_alone_is_given_back_and_it_is_said() -> None:
    found = pool([Effect("alone", 0.4, 0.04)])
    assert (found.estimate, found.se, found.tau2, found.prediction) == (0.4, pytest.approx(0.2), 0, None)
    assert "nothing was pooled" in " ".join(found.notes)


def test_two_trials_are_said_to_be_few() -> None:
    assert any("too few" in note for note in pool([Effect("a", 0.1, 0.1), Effect("b", 0.9, 0.1)]).notes)


def test_a_pool_of_nothing_is_refused() -> None:
    for empty in (lambda: pool([]), lambda: peto([]), lambda: bayes([], 0.5)):
        with pytest.raises(BadInput, match="no trial"):
            empty()


def test_reml_that_finds_no_end_falls_back_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fenestra.science.outcomes.between_trials.MOST_STEPS", 1)
    told = [Effect("a", -2, 0.3), Effect("b", 0.5, 0.02), Effect("c", 1.7, 0.9)]
    found = pool(told, TauMethod.REML)
    assert found.method == "pm" and any("REML found no end" in note for note in found.notes)


@pytest.mark.parametrize("wrong", [(5, 4, 1, 9), (-1, 4, 1, 9), (0, 0, 1, 9)])
def test_counts_that_cannot_be_are_refused_with_the_trials_name(wrong: tuple[int, int, int, int]) -> None:
    with pytest.raises(BadInput, match="Some trial"):
        TwoArms("Some trial", *wrong)


def test_an_interval_gives_the_effect_it_was_printed_from() -> None:
    found = effect_of_interval("t", 0.5, exp(log(0.5) - 0.3), exp(log(0.5) + 0.3), Measure.HAZARD_RATIO)
    assert (found.value, found.variance**0.5) == pytest.approx((log(0.5), 0.3 / stats.norm.ppf(0.975)))


@pytest.mark.parametrize(
    ("estimate", "low", "high", "says"),
    [(2.0, 0.5, 1.5, "does not lie"), (1.0, 1.0, 1.0, "no width"), (0.5, -0.1, 2.0, "lies above 0")],
)
def test_an_interval_that_cannot_be_is_refused(estimate: float, low: float, high: float, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        effect_of_interval("t", estimate, low, high, Measure.ODDS_RATIO)


def test_a_trial_without_events_says_nothing_of_a_ratio_and_something_of_a_difference() -> None:
    silent = TwoArms("silent", 0, 20, 0, 30)
    assert effect_of_counts(silent, Measure.ODDS_RATIO) is None
    difference = effect_of_counts(silent, Measure.RISK_DIFFERENCE)
    assert difference and difference.half_added
    with pytest.raises(BadInput, match="no ratio can be pooled"):
        mantel_haenszel([silent], Measure.ODDS_RATIO)
    assert mantel_haenszel([silent, TwoArms("b", 1, 20, 3, 20)], Measure.RISK_DIFFERENCE).k == 2


@given(arms)
def test_fishers_p_is_scipys(told: TwoArms) -> None:
    a, b, c, d = told.cells
    assert fisher(told).p == pytest.approx(stats.fisher_exact([[a, b], [c, d]]).pvalue, abs=1e-9)


@given(arms)
def test_the_exact_interval_holds_its_odds_ratio(told: TwoArms) -> None:
    found = fisher(told)
    assert 0 <= found.low <= found.odds_ratio * (1 + 1e-9) and found.odds_ratio <= found.high * (1 + 1e-9) <= inf


def test_bayes_is_what_integration_over_effect_and_tau_gives() -> None:
    told, scale = [Effect("a", -0.6, 0.2), Effect("b", 0.1, 0.1), Effect("c", -1.2, 0.4)], 0.5

    def height(mu: float, tau: float) -> float:
        each = [stats.norm.pdf(t.value, mu, (t.variance + tau**2) ** 0.5) for t in told]
        return float(np.prod(each) * np.exp(-((tau / scale) ** 2) / 2))

    whole = integrate.dblquad(height, 0, 3, -6, 6)[0]
    below = integrate.dblquad(height, 0, 3, -6, 0)[0]
    found = bayes(told, scale)
    assert found.below_0 == pytest.approx(below / whole, abs=1e-5)
    assert found.low < found.estimate < found.high and found.prediction[0] < found.low


def test_a_common_effect_has_no_prediction() -> None:
    assert pool([Effect("a", 0.1, 0.1), Effect("b", 0.9, 0.1)], TauMethod.COMMON, Test.Z).prediction is None
