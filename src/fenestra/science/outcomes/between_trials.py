"""How much the trials of a pool differ beyond chance: tau², by the estimators a reader of meta-analyses knows.

Every function takes effects and variances as arrays whose last axis is the trials of one pool, so that thousands of pools
are worked out at once. Formulae as in Viechtbauer 2005 (J Educ Behav Stat 30:261) and the R package metafor.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

SMALLEST_STEP = 1e-10  # of tau², relative to the spread of the effects; then it has settled
MOST_STEPS = 200


class TauMethod(StrEnum):
    """Estimators of tau². `COMMON` takes it as 0: one common effect."""

    COMMON = "ee"
    DERSIMONIAN_LAIRD = "dl"
    PAULE_MANDEL = "pm"
    REML = "reml"
    ML = "ml"
    HEDGES = "he"
    SIDIK_JONKMAN = "sj"
    EMPIRICAL_BAYES = "eb"


@dataclass(frozen=True)
class Between:
    """tau² of each pool and its standard error. `settled` is False where the steps of REML or ML found no end."""

    tau2: Array
    se: Array
    settled: npt.NDArray[np.bool_]


def weighted_mean(y: Array, w: Array) -> Array:
    return np.asarray((w * y).sum(-1) / w.sum(-1))


def q_of(y: Array, v: Array, tau2: Any = 0.0) -> Array:
    """Cochran's Q, with weights that take tau² along."""
    w = 1 / (v + np.asarray(tau2)[..., None])
    return np.asarray((w * (y - weighted_mean(y, w)[..., None]) ** 2).sum(-1))


def _traces(w: Array) -> tuple[Array, Array]:
    """tr(P) and tr(PP) of the projection that a weighted mean leaves over."""
    s1, s2, s3 = w.sum(-1), (w**2).sum(-1), (w**3).sum(-1)
    return s1 - s2 / s1, s2 - 2 * s3 / s1 + (s2 / s1) ** 2


def typical_variance(v: Array) -> Array:
    """The variance within trials that I² compares tau² with."""
    return np.asarray((v.shape[-1] - 1) / _traces(1 / v)[0])


def _se_by_moments(tau2: Array, df: int, t1: Array, t2: Array, scale: Array) -> Array:
    return np.asarray(np.sqrt(2 * df + 4 * tau2 * t1 + 2 * tau2**2 * t2) / scale)


def _common(y: Array, v: Array) -> Between:
    none = np.zeros(y.shape[:-1])
    return Between(none, none, np.ones_like(none, bool))


def _dersimonian_laird(y: Array, v: Array) -> Between:
    df, (t1, t2) = y.shape[-1] - 1, _traces(1 / v)
    tau2 = np.maximum(0, (q_of(y, v) - df) / t1)
    return Between(tau2, _se_by_moments(tau2, df, t1, t2, t1), np.ones_like(tau2, bool))


def _spread(v: Array) -> tuple[Array, Array]:
    """tr(PVPV) and tr(PVP) with P the projection of a plain mean."""
    k = v.shape[-1]
    s1, s2 = v.sum(-1), (v**2).sum(-1)
    return s2 * (1 - 2 / k) + (s1 / k) ** 2, s1 * (1 - 1 / k)


def _hedges(y: Array, v: Array) -> Between:
    df, (pvpv, pvp) = y.shape[-1] - 1, _spread(v)
    tau2 = np.maximum(0, y.var(-1, ddof=1) - v.mean(-1))
    se = np.sqrt(2 * pvpv + 4 * tau2 * pvp + 2 * tau2**2 * df) / df
    return Between(tau2, se, np.ones_like(tau2, bool))


def _sidik_jonkman(y: Array, v: Array) -> Between:
    df, first = y.shape[-1] - 1, y.var(-1)
    w = 1 / (v + first[..., None])
    tau2 = first * q_of(y, v, first) / df
    s1, s2 = w.sum(-1), (w**2).sum(-1)
    wv = w * v
    pvpv = (wv**2).sum(-1) - 2 * (wv**2 * w).sum(-1) / s1 + ((w * wv).sum(-1) / s1) ** 2
    pvp = (w * wv).sum(-1) - 2 * (w**2 * wv).sum(-1) / s1 + (w * wv).sum(-1) * s2 / s1**2
    t2 = _traces(w)[1]
    se = first / df * np.sqrt(2 * pvpv + 4 * tau2 * pvp + 2 * tau2**2 * t2)
    return Between(tau2, se, np.ones_like(tau2, bool))


def _paule_mandel(y: Array, v: Array) -> Between:
    """The tau² at which Q is what chance alone gives; Q falls as tau² grows, so Newton's steps from 0 never overshoot."""
    df, tau2 = y.shape[-1] - 1, np.zeros(y.shape[:-1])
    close = SMALLEST_STEP * (y.var(-1) + v.mean(-1))
    for _ in range(MOST_STEPS):
        w = 1 / (v + tau2[..., None])
        apart = w * (y - weighted_mean(y, w)[..., None])
        slope = (apart**2).sum(-1)
        # effects that are all alike have no slope, and a Q of 0: nothing to climb
        step = np.where(slope > 0, ((apart**2 / w).sum(-1) - df) / np.where(slope > 0, slope, 1), 0)
        tau2 = np.where(step > 0, tau2 + step, tau2)
        if (step <= close).all():
            break
    t1 = _traces(1 / (v + tau2[..., None]))[0]
    return Between(tau2, np.sqrt(2 * df) / t1 if df else np.zeros_like(t1), np.ones_like(tau2, bool))


def _empirical_bayes(y: Array, v: Array) -> Between:
    """Morris' estimator, which ends where Paule and Mandel's does; its standard error is another."""
    found, k = _paule_mandel(y, v), y.shape[-1]
    w = 1 / (v + found.tau2[..., None])
    return Between(found.tau2, k / (k - 1) * np.sqrt(2 * (k - 1)) / w.sum(-1), found.settled)


def _by_scoring(slope: Callable[[Array], tuple[Array, Array]]) -> Callable[[Array, Array], Between]:
    """Fisher's scoring for REML and ML; `slope` gives what the residuals must equal, and the information (halved)."""

    def climb(y: Array, v: Array) -> Between:
        tau2, close = _hedges(y, v).tau2, SMALLEST_STEP * (y.var(-1) + v.mean(-1))
        settled = np.zeros_like(tau2, bool)
        for _ in range(MOST_STEPS):
            w = 1 / (v + tau2[..., None])
            trace, information = slope(w)
            apart = w * (y - weighted_mean(y, w)[..., None])
            step = ((apart**2).sum(-1) - trace) / information
            after = np.where(settled, tau2, np.maximum(0, tau2 + step))
            settled = settled | (np.abs(after - tau2) <= close)
            tau2 = after
            if settled.all():
                break
        information = slope(1 / (v + tau2[..., None]))[1]
        return Between(tau2, np.sqrt(2 / information), settled)

    return climb


_ESTIMATORS: dict[TauMethod, Callable[[Array, Array], Between]] = {
    TauMethod.COMMON: _common,
    TauMethod.DERSIMONIAN_LAIRD: _dersimonian_laird,
    TauMethod.PAULE_MANDEL: _paule_mandel,
    TauMethod.REML: _by_scoring(_traces),
    TauMethod.ML: _by_scoring(lambda w: (w.sum(-1), (w**2).sum(-1))),
    TauMethod.HEDGES: _hedges,
    TauMethod.SIDIK_JONKMAN: _sidik_jonkman,
    TauMethod.EMPIRICAL_BAYES: _empirical_bayes,
}


def between(y: Array, v: Array, method: TauMethod) -> Between:
    """tau² of each pool; 0 for a pool of one trial, of which nobody can say how much it differs from others."""
    return _common(y, v) if y.shape[-1] < 2 else _ESTIMATORS[method](y, v)
