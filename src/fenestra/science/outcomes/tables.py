"""Pools made from tables of counts without an effect for each trial: Mantel and Haenszel's, and Peto's.

They take empty cells as they are: nothing is added to any table. Only how much the trials disagree (Q) is read off the
single effects, where 0.5 stands in an empty cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log, sqrt

import numpy as np

from fenestra.science.errors import BadInput
from fenestra.science.outcomes.between_trials import Array
from fenestra.science.outcomes.chance import chi2_tail, quantile, two_sided
from fenestra.science.outcomes.effects import Measure, TwoArms, effect_of_counts
from fenestra.science.outcomes.pooling import Pooled, Test

NOTHING = "In every trial nobody, or everybody, had the event: no ratio can be pooled. Ask for the risk difference."


def mantel_haenszel(trials: Sequence[TwoArms], measure: Measure) -> Pooled:
    """Odds ratio, risk ratio (as logarithms) or risk difference, each trial weighted by its size."""
    told = _told(trials, measure)
    a, n1, c, n2 = _columns(told)
    b, d, n = n1 - a, n2 - c, n1 + n2
    match measure:
        case Measure.ODDS_RATIO:
            value, se, w = _odds(a, b, c, d, n)
        case Measure.RISK_RATIO:
            value, se, w = _risks(a, n1, c, n2, n)
        case Measure.RISK_DIFFERENCE:
            value, se, w = _differences(a, n1, c, n2, n)
        case _:
            raise BadInput(f"Mantel and Haenszel pool or, rr or rd, not {measure.value}.", field="measure")
    speaking = (trial for trial in told if not trial.says_nothing_of_a_ratio)  # as in metafor also for a difference
    singles = [effect for trial in speaking if (effect := effect_of_counts(trial, measure))]
    y, v = np.array([each.value for each in singles]), np.array([each.variance for each in singles])
    return _common(value, se, float(((y - value) ** 2 / v).sum()), len(y), w, "mh")


def _odds(a: Array, b: Array, c: Array, d: Array, n: Array) -> tuple[float, float, Array]:
    """The variance is Robins, Breslow and Greenland's."""
    r, s, p, q = a * d / n, b * c / n, (a + d) / n, (b + c) / n
    big_r, big_s = float(r.sum()), float(s.sum())
    if not (big_r and big_s):
        raise BadInput(NOTHING, field="trials")
    variance = (p * r).sum() / big_r**2 + (p * s + q * r).sum() / (big_r * big_s) + (q * s).sum() / big_s**2
    return log(big_r / big_s), sqrt(variance / 2), s


def _risks(a: Array, n1: Array, c: Array, n2: Array, n: Array) -> tuple[float, float, Array]:
    r, s = float((a * n2 / n).sum()), float((c * n1 / n).sum())
    if not (r and s):
        raise BadInput(NOTHING, field="trials")
    variance = ((n1 * n2 * (a + c) - a * c * n) / n**2).sum() / (r * s)
    return log(r / s), sqrt(variance), c * n1 / n


def _differences(a: Array, n1: Array, c: Array, n2: Array, n: Array) -> tuple[float, float, Array]:
    """The variance is Sato's."""
    w = n1 * n2 / n
    value = float((a * n2 / n - c * n1 / n).sum() / w.sum())
    p = (c * (n1 / n) ** 2 - a * (n2 / n) ** 2 + (n1 / n) * (n2 / n) * (n2 - n1) / 2).sum()
    q = (a * (n2 - c) / n + c * (n1 - a) / n).sum() / 2
    return value, sqrt((value * p + q) / w.sum() ** 2), w


def peto(trials: Sequence[TwoArms]) -> Pooled:
    """Peto's odds ratio, as a logarithm: for rare events and arms of like size."""
    told = _told(trials, Measure.ODDS_RATIO)
    a, n1, c, n2 = _columns(told)
    events, n = a + c, n1 + n2
    variance = n1 * n2 * events * (n - events) / (n**2 * (n - 1))
    y = (a - n1 * events / n) / variance
    value = float((variance * y).sum() / variance.sum())
    return _common(
        value, 1 / sqrt(variance.sum()), float((variance * (y - value) ** 2).sum()), len(y), variance, "peto"
    )


def _told(trials: Sequence[TwoArms], measure: Measure) -> list[TwoArms]:
    """The trials that say something of this measure."""
    told = [trial for trial in trials if not (measure.is_ratio and trial.says_nothing_of_a_ratio)]
    if not told:
        raise BadInput(NOTHING if trials else "There is no trial to pool. Give at least one.", field="trials")
    return told


def _columns(trials: Sequence[TwoArms]) -> tuple[Array, Array, Array, Array]:
    rows = np.array([(t.treated_events, t.treated, t.compared_events, t.compared) for t in trials], dtype=np.float64)
    a, n1, c, n2 = rows.T
    return a, n1, c, n2


def _common(value: float, se: float, q: float, spoke: int, w: Array, method: str) -> Pooled:
    """`spoke`: the trials that Q was made from."""
    df, reach = max(0, spoke - 1), quantile(0.975)
    return Pooled(
        k=len(w), estimate=value, se=se, low=value - reach * se, high=value + reach * se, p=two_sided(value / se), tau2=0.0,
        se_tau2=None, i2=100 * max(0.0, (q - df) / q) if q > 0 and df else 0.0, h2=q / df if df else 1.0, q=q,
        q_p=chi2_tail(q, df), prediction=None, weights=tuple(float(each) for each in 100 * w / w.sum()), method=method,
        test=Test.Z,
    )  # fmt: skip
