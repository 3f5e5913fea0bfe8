"""One pool by the name of its method, as a command or a page asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fenestra.science.errors import BadInput
from fenestra.science.outcomes.bayes import bayes
from fenestra.science.outcomes.between_trials import TauMethod
from fenestra.science.outcomes.effects import Effect, Measure, TwoArms
from fenestra.science.outcomes.pooling import Pooled, Test, pool
from fenestra.science.outcomes.tables import mantel_haenszel, peto

BY_COUNTS = ("mh", "peto")
# Weakly informative for log odds ratios; the scale that Röver et al. 2021 (Res Synth Methods 12:448) put forward. From
# memory, so the answer names it, and the caller may take another.
TAU_SCALE = 0.5


def pool_by(
    method: str,
    measure: Measure,
    *,
    arms: Sequence[TwoArms] = (),
    effects: Sequence[Effect] = (),
    test: str | None = None,
    tau_scale: float = TAU_SCALE,
) -> dict[str, Any]:
    """The pool as plain values: `k, estimate, se, ci, pi, tau2, i2, q, p …`, ratios as logarithms; `notes` in words.

    `arms` are asked by "mh" and "peto", `effects` by every other. `test`: "hk" unless the method has only "z".
    """
    if method == "bayes":
        return _bayes(effects, tau_scale)
    if method in BY_COUNTS:
        return _plain(_of_counts(method, measure, arms, test))
    chosen = test or ("z" if method == TauMethod.COMMON else "hk")
    return _plain(pool(effects, TauMethod(method), Test(chosen)))


def _of_counts(method: str, measure: Measure, arms: Sequence[TwoArms], test: str | None) -> Pooled:
    if not arms:
        raise BadInput(f"Method {method} needs counts, not effects.", field="method")
    if test == Test.HARTUNG_KNAPP:
        raise BadInput(f"Method {method} has no Hartung-Knapp interval. Leave the test away.", field="test")
    if method == "peto" and measure is not Measure.ODDS_RATIO:
        raise BadInput("Peto's method pools odds ratios. Ask for the measure or.", field="measure")
    return peto(arms) if method == "peto" else mantel_haenszel(arms, measure)


def _plain(found: Pooled) -> dict[str, Any]:
    return {
        "k": found.k, "method": found.method, "test": found.test.value, "estimate": found.estimate, "se": found.se,
        "ci": [found.low, found.high], "p": found.p, "pi": list(found.prediction) if found.prediction else None,
        "tau2": found.tau2, "se_tau2": found.se_tau2, "i2": found.i2, "h2": found.h2, "q": found.q, "q_p": found.q_p,
        "weights": list(found.weights), "notes": list(found.notes),
    }  # fmt: skip


def _bayes(effects: Sequence[Effect], tau_scale: float) -> dict[str, Any]:
    found = bayes(effects, tau_scale)
    return {
        "k": found.k, "method": "bayes", "estimate": found.estimate, "ci": [found.low, found.high],
        "pi": list(found.prediction), "below_0": found.below_0, "tau": found.tau, "tau_ci": [found.tau_low, found.tau_high],
        "tau_scale": found.tau_scale, "weights": [], "notes": [],
    }  # fmt: skip
