"""Several trials of one question as one number: common or random effects, with what they disagree about beside it.

Every pool comes with its weights, with Q, I² and tau², and for random effects with a prediction interval: where the effect of
a further trial would lie. Judged against the R package metafor 3.8 (tests/reference/README.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

import numpy as np

from fenestra.science.errors import BadInput
from fenestra.science.outcomes.between_trials import Array, TauMethod, between, q_of, typical_variance, weighted_mean
from fenestra.science.outcomes.chance import chi2_tail, quantile, two_sided
from fenestra.science.outcomes.effects import Effect

FEW = 3  # trials; under this a pool is shown by nobody here without saying so


class Test(StrEnum):
    """How the interval is made: by the normal distribution, or by Hartung and Knapp, wider where trials are few."""

    __test__ = False  # no test of pytest's

    Z = "z"
    HARTUNG_KNAPP = "hk"


@dataclass(frozen=True)
class Pooled:
    """A pool on the scale of its effects (ratios as logarithms). `p`: of no effect at all; `q_p`: of no difference between
    trials but chance. `i2` in per cent. `prediction` is None for a common effect. `weights` in per cent, in the order of
    the trials. `notes`: what a reader must know of how it was made."""

    k: int
    estimate: float
    se: float
    low: float
    high: float
    p: float
    tau2: float
    se_tau2: float | None
    i2: float
    h2: float
    q: float
    q_p: float
    prediction: tuple[float, float] | None
    weights: tuple[float, ...]
    method: str
    test: Test
    notes: tuple[str, ...] = ()


def pool(effects: Sequence[Effect], method: TauMethod = TauMethod.REML, test: Test = Test.HARTUNG_KNAPP) -> Pooled:
    """Pool these effects; refuses a pool of nothing. One trial alone is given back as it is, and it is said.

    REML that does not settle is worked out by Paule and Mandel instead, and it is said.
    """
    if not effects:
        raise BadInput("There is no trial to pool. Give at least one effect.", field="effects")
    notes = [_half(effect) for effect in effects if effect.half_added]
    y, v = np.array([effect.value for effect in effects]), np.array([effect.variance for effect in effects])
    found = between(y, v, method)
    if not found.settled.all():
        notes.append(f"{method.value.upper()} found no end; tau² is Paule and Mandel's.")
        method = TauMethod.PAULE_MANDEL
        found = between(y, v, method)
    if len(effects) == 1:
        notes.append("One trial alone: nothing was pooled.")
        test = Test.Z
    elif len(effects) < FEW:
        notes.append(f"{len(effects)} trials: too few to say how much trials differ.")
    return _pooled(y, v, float(found.tau2), float(found.se), method, test, notes)


def _half(effect: Effect) -> str:
    return f"{effect.name}: an arm with an empty cell; 0.5 was added to each of its cells."


def _pooled(y: Array, v: Array, tau2: float, se_tau2: float, method: TauMethod, test: Test, notes: list[str]) -> Pooled:
    k, w = len(y), 1 / (v + tau2)
    estimate, by_weights = float(weighted_mean(y, w)), 1 / sqrt(w.sum())
    se, df = by_weights, None
    if test is Test.HARTUNG_KNAPP:
        df = k - 1
        se = sqrt(float(q_of(y, v, tau2)) / (df * w.sum()))
        if se < by_weights:
            notes.append("Hartung and Knapp's interval is narrower than the usual one here; read it with care.")
    reach = quantile(0.975, df)
    i2, h2 = _heterogeneity(y, v, tau2, method)
    q = float(q_of(y, v))
    random = method is not TauMethod.COMMON and k > 1
    beyond = reach * sqrt(tau2 + se**2)
    return Pooled(
        k=k,
        estimate=estimate,
        se=se,
        low=estimate - reach * se,
        high=estimate + reach * se,
        p=two_sided(estimate / se, df) if se > 0 else 0.0,
        tau2=tau2,
        se_tau2=se_tau2 if random else None,
        i2=i2,
        h2=h2,
        q=q,
        q_p=chi2_tail(q, k - 1),
        prediction=(estimate - beyond, estimate + beyond) if random else None,
        weights=tuple(float(each) for each in 100 * w / w.sum()),
        method=method.value,
        test=test,
        notes=tuple(notes),
    )


def _heterogeneity(y: Array, v: Array, tau2: float, method: TauMethod) -> tuple[float, float]:
    """I² in per cent and H². Of a common effect from Q, else from tau²."""
    k = len(y)
    if k < 2:
        return 0.0, 1.0
    if method is TauMethod.COMMON:
        q = float(q_of(y, v))
        return 100 * max(0.0, (q - (k - 1)) / q) if q > 0 else 0.0, q / (k - 1)
    typical = float(typical_variance(v))
    return 100 * tau2 / (typical + tau2), tau2 / typical + 1


def tau2_interval(effects: Sequence[Effect]) -> tuple[float, float]:
    """The 95 % interval of tau² by Q's profile; needs two trials."""
    if len(effects) < 2:
        raise BadInput("One trial alone says nothing of how trials differ.", field="effects")
    y, v = np.array([effect.value for effect in effects]), np.array([effect.variance for effect in effects])
    return _where_q_is(y, v, 0.025), _where_q_is(y, v, 0.975)


def _where_q_is(y: Array, v: Array, tail: float) -> float:
    """The tau² at which a Q as large or larger has this chance; 0 where even tau² = 0 is too much. Q falls with tau²."""
    df = len(y) - 1

    def too_small(tau2: float) -> bool:
        return chi2_tail(float(q_of(y, v, tau2)), df) < tail

    if not too_small(0.0):
        return 0.0
    low, high = 0.0, float(y.var() + v.max())
    while too_small(high):
        low, high = high, 2 * high
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if too_small(middle) else (low, middle)
    return (low + high) / 2
