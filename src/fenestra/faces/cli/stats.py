"""`fenestra stats meta`: pools anybody's own table of trials. A calculator: it warns under three trials, it does not refuse."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from fenestra.faces.cli.answer import Answer
from fenestra.science.errors import BadInput

MEASURES = ("or", "rr", "rd", "gen")
METHODS = ("ee", "dl", "pm", "reml", "ml", "he", "sj", "eb", "mh", "peto", "bayes")
# Weakly informative for log odds ratios; the scale that Röver et al. 2021 (Res Synth Methods 12:448) put forward. From
# memory, so the answer names it, and --tau-scale takes another.
TAU_SCALE = 0.5


def add_to(commands: Any) -> None:
    told = commands.add_parser("stats", help="statistics of anybody's own table", description="Calculators for tables.")
    kinds = told.add_subparsers(dest="kind", metavar="KIND", required=True, parser_class=type(told))
    meta = kinds.add_parser(
        "meta",
        help="pool trials",
        description="Pool the trials of a table (CSV): columns tpos,tneg,cpos,cneg, or ai,n1,ci,n2, or yi,vi.\n"
        "Ratios are answered as logarithms, as yi is; --json gives them as ratios too.\n\n"
        "  fenestra stats meta trials.csv --measure or --method reml --test hk\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    meta.add_argument("file", metavar="FILE.csv")
    meta.add_argument("--measure", choices=MEASURES, required=True)
    meta.add_argument("--method", choices=METHODS, default="reml")
    meta.add_argument("--test", choices=("z", "hk"), help="how the interval is made; hk unless the method has only z")
    meta.add_argument(
        "--tau-scale", type=float, default=TAU_SCALE, help="of the half-normal prior, with --method bayes"
    )
    meta.add_argument("--json", action="store_true", help="answer as JSON")
    told.set_defaults(run=_meta)


def _meta(told: argparse.Namespace) -> Answer:
    from fenestra.science.outcomes.effects import Measure, as_read
    from fenestra.science.outcomes.study_table import read_studies

    measure, table = Measure(told.measure), read_studies(_text(told.file))
    if bool(table.arms) == (measure is Measure.GENERIC):
        needs = "yi and vi" if measure is Measure.GENERIC else "counts: tpos,tneg,cpos,cneg or ai,n1,ci,n2"
        raise BadInput(f"--measure {measure.value} needs columns of {needs}.", field="measure")
    found = _BY[told.method](told, table, measure) if told.method in _BY else _inverse_variance(told, table, measure)
    if measure.is_ratio:
        found["ratio"] = {"estimate": as_read(found["estimate"], measure)}
        found["ratio"] |= {name: [as_read(end, measure) for end in found[name]] for name in ("ci", "pi") if found[name]}
    return Answer(_words(found), found)


def _text(name: str) -> str:
    try:
        return Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise BadInput(f"{name} cannot be read. Give the path of a CSV file.") from fault


def _effects(table: Any, measure: Any) -> tuple[list[Any], list[str]]:
    """The effects, and what is to be said of trials that say nothing of this measure."""
    from fenestra.science.outcomes.effects import effect_of_counts

    if table.effects:
        return list(table.effects), []
    each = [(arms.name, effect_of_counts(arms, measure)) for arms in table.arms]
    silent = [
        f"{name}: nobody, or everybody, had the event; it says nothing of a ratio." for name, one in each if not one
    ]
    return [one for _, one in each if one], silent


def _inverse_variance(told: argparse.Namespace, table: Any, measure: Any) -> dict[str, Any]:
    from fenestra.science.outcomes.between_trials import TauMethod
    from fenestra.science.outcomes.pooling import Test, pool

    effects, notes = _effects(table, measure)
    pooled = pool(effects, TauMethod(told.method), Test(told.test or ("z" if told.method == "ee" else "hk")))
    return _told(pooled, effects, measure, notes)


def _by_tables(told: argparse.Namespace, table: Any, measure: Any) -> dict[str, Any]:
    from fenestra.science.outcomes.effects import Measure
    from fenestra.science.outcomes.tables import mantel_haenszel, peto

    if not table.arms:
        raise BadInput(f"--method {told.method} needs counts, not effects.", field="method")
    if told.test == "hk":
        raise BadInput(f"--method {told.method} has no Hartung-Knapp interval. Leave --test away.", field="test")
    if told.method == "peto" and measure is not Measure.ODDS_RATIO:
        raise BadInput("Peto's method pools odds ratios. Ask for --measure or.", field="measure")
    pooled = peto(table.arms) if told.method == "peto" else mantel_haenszel(table.arms, measure)
    effects, notes = _effects(table, measure)
    return _told(pooled, effects, measure, notes)


def _told(pooled: Any, effects: list[Any], measure: Any, notes: list[str]) -> dict[str, Any]:
    from fenestra.science.outcomes.pooling import FEW

    if len(effects) < FEW:
        notes = [*notes, f"Under {FEW} trials: a sum on paper, not evidence."]
    weights = pooled.weights if len(pooled.weights) == len(effects) else [None] * len(effects)
    return {
        "measure": measure.value, "method": pooled.method, "test": pooled.test.value, "k": pooled.k,
        "estimate": pooled.estimate, "se": pooled.se, "ci": [pooled.low, pooled.high], "p": pooled.p,
        "pi": list(pooled.prediction) if pooled.prediction else None, "tau2": pooled.tau2, "se_tau2": pooled.se_tau2,
        "i2": pooled.i2, "h2": pooled.h2, "q": pooled.q, "q_p": pooled.q_p,
        "studies": [
            {"name": each.name, "yi": each.value, "vi": each.variance, "weight": weight, "half_added": each.half_added}
            for each, weight in zip(effects, weights, strict=True)
        ],
        "warnings": list(dict.fromkeys([*notes, *pooled.notes])),
    }  # fmt: skip


def _by_bayes(told: argparse.Namespace, table: Any, measure: Any) -> dict[str, Any]:
    from fenestra.science.outcomes.bayes import bayes
    from fenestra.science.outcomes.pooling import FEW

    effects, notes = _effects(table, measure)
    found = asdict(bayes(effects, told.tau_scale))
    if len(effects) < FEW:
        notes.append(f"Under {FEW} trials: the prior on tau decides much of this.")
    told_of = {"measure": measure.value, "method": "bayes", "ci": [found.pop("low"), found.pop("high")]}
    studies = [{"name": each.name, "yi": each.value, "vi": each.variance} for each in effects]
    return {**told_of, **found, "pi": list(found.pop("prediction")), "studies": studies, "warnings": notes}


_BY = {"mh": _by_tables, "peto": _by_tables, "bayes": _by_bayes}


def _words(found: dict[str, Any]) -> str:
    scale = found.get("ratio", found)
    low, high = scale["ci"]
    lines = [f"{found['k']} trials, {found['method']}: {scale['estimate']:.3f} (95 % {low:.3f} to {high:.3f})"]
    if found.get("pi"):
        low, high = scale["pi"]
        lines.append(f"  a further trial: {low:.3f} to {high:.3f}")
    if "q" in found:
        lines.append(f"  Q {found['q']:.2f} (p {found['q_p']:.3g}), I² {found['i2']:.0f} %, tau² {found['tau2']:.4f}")
    return "\n".join([*lines, *(f"  {warning}" for warning in found["warnings"])])
