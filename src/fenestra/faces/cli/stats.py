"""`fenestra stats meta`: pools anybody's own table of trials. A calculator: it warns under three trials, it does not refuse."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from fenestra.faces.cli.answer import Answer
from fenestra.science.errors import BadInput

MEASURES = ("or", "rr", "rd", "gen")
METHODS = ("ee", "dl", "pm", "reml", "ml", "he", "sj", "eb", "mh", "peto", "bayes")


def add_to(commands: Any) -> None:
    told = commands.add_parser(
        "stats",
        help="statistics of anybody's own table",
        description="Statistics of anybody's own table, with no clinic behind it: `meta` pools trials and says how much they\n"
        "disagree.\n\n  fenestra stats meta trials.csv --measure or --method reml --test hk\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
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
    meta.add_argument("--tau-scale", type=float, help="of the half-normal prior, with --method bayes")
    meta.add_argument("--json", action="store_true", help="answer as JSON")
    told.set_defaults(run=_meta)


def _meta(told: argparse.Namespace) -> Answer:
    from fenestra.science.outcomes.effects import Measure, as_read
    from fenestra.science.outcomes.pool_by import TAU_SCALE, pool_by
    from fenestra.science.outcomes.study_table import read_studies

    measure, table = Measure(told.measure), read_studies(_text(told.file))
    if bool(table.arms) == (measure is Measure.GENERIC):
        needs = "yi and vi" if measure is Measure.GENERIC else "counts: tpos,tneg,cpos,cneg or ai,n1,ci,n2"
        raise BadInput(f"--measure {measure.value} needs columns of {needs}.", field="measure")
    effects, warnings = _effects(table, measure)
    found = pool_by(
        told.method,
        measure,
        arms=table.arms,
        effects=effects,
        test=told.test,
        tau_scale=TAU_SCALE if told.tau_scale is None else told.tau_scale,
    )
    weights, notes = found.pop("weights"), found.pop("notes")
    found = {"measure": measure.value, **found, "studies": _studies(effects, weights)}
    found["warnings"] = list(dict.fromkeys([*warnings, *_few(effects), *notes]))
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


def _few(effects: list[Any]) -> list[str]:
    from fenestra.science.outcomes.pooling import FEW

    return [f"Under {FEW} trials: a sum on paper, not evidence."] if len(effects) < FEW else []


def _studies(effects: list[Any], weights: list[float]) -> list[dict[str, Any]]:
    each_weighs = weights if len(weights) == len(effects) else [None] * len(effects)
    return [
        {"name": each.name, "yi": each.value, "vi": each.variance, "weight": weight, "half_added": each.half_added}
        for each, weight in zip(effects, each_weighs, strict=True)
    ]


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
