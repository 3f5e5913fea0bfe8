"""A random-effects pool by Bayes' rule: normal effects, tau half-normal, everything worked out on a grid of tau.

The prior on the effect itself is flat. The scale of the prior on tau is the caller's to choose and stands in the answer:
with few trials it decides how wide the interval is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from fenestra.science.errors import BadInput
from fenestra.science.outcomes.between_trials import Array
from fenestra.science.outcomes.effects import Effect

STEPS = 2001  # of tau, from 0 to
WIDEST = 6.0  # scales of its prior, beyond which that leaves less than 2 in a thousand million
_HALVINGS = 80


@dataclass(frozen=True)
class Posterior:
    """Medians and central 95 % intervals of the effect, of tau, and of the effect of a further trial. `below_0`: the
    chance that the effect lies under 0."""

    k: int
    estimate: float
    low: float
    high: float
    below_0: float
    tau: float
    tau_low: float
    tau_high: float
    prediction: tuple[float, float]
    tau_scale: float


def bayes(effects: Sequence[Effect], tau_scale: float) -> Posterior:
    """The posterior of a pool; a scale that is not above 0, or no trial, is refused."""
    if not effects:
        raise BadInput("There is no trial to pool. Give at least one effect.", field="effects")
    if not tau_scale > 0:
        raise BadInput("The scale of tau must be above 0.", field="tau_scale")
    y, v = np.array([each.value for each in effects]), np.array([each.variance for each in effects])
    taus = np.linspace(0, WIDEST * tau_scale, STEPS)
    w = 1 / (v + taus[:, None] ** 2)
    spread = 1 / w.sum(1)
    middle = (w * y).sum(1) * spread
    heights = 0.5 * np.log(w).sum(1) + 0.5 * np.log(spread) - 0.5 * (w * (y - middle[:, None]) ** 2).sum(1)
    heights -= 0.5 * (taus / tau_scale) ** 2
    chances = np.exp(heights - heights.max())
    chances[[0, -1]] /= 2  # the trapezoid's ends
    chances /= chances.sum()
    found = _Mixture(chances, middle, np.sqrt(spread))
    further = _Mixture(chances, middle, np.sqrt(spread + taus**2))
    under = np.cumsum(chances) - chances / 2
    tau_low, tau, tau_high = (float(np.interp(share, under, taus)) for share in (0.025, 0.5, 0.975))
    return Posterior(
        k=len(effects), estimate=found.quantile(0.5), low=found.quantile(0.025), high=found.quantile(0.975),
        below_0=found.below(0.0), tau=tau, tau_low=tau_low, tau_high=tau_high,
        prediction=(further.quantile(0.025), further.quantile(0.975)), tau_scale=tau_scale,
    )  # fmt: skip


@dataclass(frozen=True)
class _Mixture:
    chances: Array
    middle: Array
    sd: Array

    def below(self, value: float) -> float:
        return float((self.chances * special.ndtr((value - self.middle) / self.sd)).sum())

    def quantile(self, share: float) -> float:
        low, high = float((self.middle - 40 * self.sd).min()), float((self.middle + 40 * self.sd).max())
        for _ in range(_HALVINGS):
            at = (low + high) / 2
            low, high = (at, high) if self.below(at) < share else (low, at)
        return (low + high) / 2
