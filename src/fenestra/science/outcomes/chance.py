"""The few distributions that intervals and tests of this room stand on; SciPy's, under names that say what is asked."""

from __future__ import annotations

from statistics import NormalDist

from scipy import special

_NORMAL = NormalDist()


def quantile(share: float, df: int | None = None) -> float:
    """The value that this share of a normal distribution lies under; of Student's t where `df` is given."""
    return _NORMAL.inv_cdf(share) if df is None else float(special.stdtrit(df, share))


def two_sided(statistic: float, df: int | None = None) -> float:
    """The chance of a value at least as far from 0 on either side."""
    if df is None:
        return float(2 * special.ndtr(-abs(statistic)))
    return float(2 * special.stdtr(df, -abs(statistic)))


def chi2_tail(value: float, df: int) -> float:
    """The chance of a chi-squared at least as large; 1 where there is no degree of freedom."""
    return float(special.chdtrc(df, value)) if df > 0 else 1.0
