"""Two 95 % intervals of a share of people: Wilson's score interval, and the exact one of Clopper and Pearson."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from math import exp, fsum, lgamma, log, sqrt
from statistics import NormalDist

from fenestra.science.errors import BadInput

# Every interval and band of this room covers 95 %.
Z_95 = NormalDist().inv_cdf(0.975)
_HALVINGS = 60  # of an interval of length 1: finer than a double can tell


class IntervalMethod(StrEnum):
    """How the interval of a share was made."""

    WILSON = "wilson"
    CLOPPER_PEARSON = "clopper_pearson"


@dataclass(frozen=True)
class Interval:
    """A 95 % interval of a share, both ends between 0 and 1."""

    low: float
    high: float
    method: IntervalMethod


def share_interval(met: int, n: int, method: IntervalMethod = IntervalMethod.WILSON) -> Interval | None:
    """The interval of `met` of `n` people; None for nobody, because a share of nobody is not a number."""
    if not 0 <= met <= n:
        raise BadInput(f"{met} of {n} people cannot be. Count them again.", field="met")
    if n == 0:
        return None
    low, high = _wilson(met, n) if method is IntervalMethod.WILSON else _clopper_pearson(met, n)
    return Interval(low, high, method)


def _wilson(met: int, n: int) -> tuple[float, float]:
    share, z2 = met / n, Z_95**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z_95 * sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    # at 0 and n of n the interval begins and ends there exactly; the sum would miss it by a rounding error
    return (0.0 if met == 0 else middle - half), (1.0 if met == n else middle + half)


def _clopper_pearson(met: int, n: int) -> tuple[float, float]:
    low = 0.0 if met == 0 else _crossing(lambda p: _at_least(met, n, p) < 0.025)
    high = 1.0 if met == n else _crossing(lambda p: _at_least(met + 1, n, p) < 0.975)
    return low, high


def _crossing(is_below: Callable[[float], bool]) -> float:
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if is_below(middle) else (low, middle)
    return (low + high) / 2


def _at_least(k: int, n: int, p: float) -> float:
    """The chance of `k` or more of `n` at a share `p` strictly between 0 and 1; by logarithms, which never overflow."""
    return fsum(exp(_log_choose(n, i) + i * log(p) + (n - i) * log(1 - p)) for i in range(k, n + 1))


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
