"""Fisher's exact test of two arms, with the odds ratio that fits best and its exact interval. Right for any size of arm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import comb, exp, inf, log

from fenestra.science.outcomes.effects import TwoArms

ROUNDING = 1e-7  # two tables count as equally likely when they differ by less than this share, as in R
_HALVINGS = 200


@dataclass(frozen=True)
class Exact:
    """`p` two-sided. `odds_ratio` is the conditional one of greatest likelihood; it and the ends of the 95 % interval may
    be 0 or infinite."""

    p: float
    odds_ratio: float
    low: float
    high: float


def fisher(arms: TwoArms) -> Exact:
    """The exact test, given how many people had the event in all."""
    table = _Margins(arms)
    return Exact(table.p(), table.best(), table.end(low=True), table.end(low=False))


class _Margins:
    """Every table with the same margins, and how likely each is under an odds ratio."""

    def __init__(self, arms: TwoArms) -> None:
        self.seen, events = arms.treated_events, arms.treated_events + arms.compared_events
        self.least, self.most = max(0, events - arms.compared), min(arms.treated, events)
        self.tables = range(self.least, self.most + 1)
        self.logs = [log(comb(arms.treated, x)) + log(comb(arms.compared, events - x)) for x in self.tables]

    def likely(self, log_ratio: float = 0.0) -> list[float]:
        heights = [each + log_ratio * x for each, x in zip(self.logs, self.tables, strict=True)]
        top = max(heights)
        shares = [exp(each - top) for each in heights]
        whole = sum(shares)
        return [each / whole for each in shares]

    def p(self) -> float:
        """The chance of all tables no likelier than this one."""
        chances = self.likely()
        here = chances[self.seen - self.least] * (1 + ROUNDING)
        return min(1.0, sum(each for each in chances if each <= here))

    def best(self) -> float:
        if self.least == self.most:
            return 1.0 if self.least else 0.0
        if self.seen in (self.least, self.most):
            return 0.0 if self.seen == self.least else inf
        return exp(_crossing(lambda at: self._mean(at) < self.seen))

    def end(self, *, low: bool) -> float:
        """The odds ratio under which so many events, or more (fewer for the upper end), have a chance of 2.5 %."""
        if low:
            return 0.0 if self.seen == self.least else exp(_crossing(lambda at: self._at_least(at) < 0.025))
        return inf if self.seen == self.most else exp(_crossing(lambda at: self._at_most(at) > 0.025))

    def _mean(self, log_ratio: float) -> float:
        return sum(x * share for x, share in zip(self.tables, self.likely(log_ratio), strict=True))

    def _at_least(self, log_ratio: float) -> float:
        return sum(self.likely(log_ratio)[self.seen - self.least :])

    def _at_most(self, log_ratio: float) -> float:
        return sum(self.likely(log_ratio)[: self.seen - self.least + 1])


def _crossing(is_below: Callable[[float], bool]) -> float:
    low, high = -700.0, 700.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if is_below(middle) else (low, middle)
    return (low + high) / 2
