"""`fenestra evidence`: the library of trials on the command line: list, show, and pool where pooling is honest."""

from __future__ import annotations

import argparse
import dataclasses
from decimal import Decimal
from enum import Enum
from typing import Any

from fenestra.faces.cli.answer import Answer
from fenestra.science.errors import BadInput

FILTERS = ("substance", "route", "comparator", "family", "design")
METHODS = ("reml", "dl", "pm", "ee", "mh", "peto", "bayes")


def add_to(commands: Any) -> None:
    told = commands.add_parser(
        "evidence",
        help="the published trials: list, show, pool",
        description="The published trials that ship with Fenestra, each number with its source and whether somebody read it "
        "there.\n\n"
        "  fenestra evidence list --substance cocaine\n"
        "  fenestra evidence show dakwar2019\n"
        "  fenestra evidence pool --substance cocaine --endpoint abstinence_end --measure or\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = told.add_subparsers(dest="verb", metavar="VERB", required=True, parser_class=type(told))
    listed = verbs.add_parser("list", help="trials, by what they studied")
    for name in FILTERS:
        listed.add_argument(f"--{name}")
    listed.set_defaults(run=_list)
    shown = verbs.add_parser("show", help="one trial whole")
    shown.add_argument("trial", metavar="ID")
    shown.set_defaults(run=_show)
    pooled = verbs.add_parser("pool", help="pool the trials of one endpoint, or say why not")
    pooled.add_argument("--substance", required=True)
    pooled.add_argument("--endpoint", required=True, help="its name or its family")
    pooled.add_argument("--measure", choices=("or", "rr", "rd", "hr"), required=True)
    pooled.add_argument("--method", choices=METHODS, default="reml")
    pooled.add_argument("--test", choices=("hk", "z"))
    pooled.add_argument(
        "--only-read", action="store_true", help="leave out counts worked back or not read in the source"
    )
    pooled.set_defaults(run=_pool)
    for verb in (listed, shown, pooled):
        verb.add_argument("--json", action="store_true", help="answer as JSON")


def _list(told: argparse.Namespace) -> Answer:
    from fenestra.science.evidence.library import load_evidence

    trials = [
        trial
        for trial in load_evidence().trials
        if all(getattr(told, name) in (None, *_values(trial, name)) for name in FILTERS)
    ]
    for name in FILTERS:
        wanted, there = (
            getattr(told, name),
            {value for trial in load_evidence().trials for value in _values(trial, name)},
        )
        if wanted is not None and wanted not in there:
            raise BadInput(f"No trial has the {name} {wanted}. Choose {', '.join(sorted(there))}.", field=name)
    rows = [
        {
            "id": trial.id, "authors": trial.authors, "year": trial.year, "substance": trial.substance, "route": trial.route,
            "design": trial.design, "randomised": trial.randomised, "comparator": trial.comparator_class.value,
            "status": trial.status.value, "n_randomised": trial.n_randomised, "outcomes": len(trial.outcome),
            "families": sorted({row.family for row in trial.outcome}), "doi": trial.doi,
        }
        for trial in trials
    ]  # fmt: skip
    lines = [
        f"{row['id']:<22}{row['year']}  {row['substance']}, {row['route']}, {row['design']}, against {row['comparator']}"
        for row in rows
    ]
    return Answer("\n".join([*lines, f"{len(rows)} trials"]), {"trials": rows})


def _values(trial: Any, name: str) -> set[str]:
    """What a filter may ask of a trial."""
    if name == "family":
        return {row.family for row in trial.outcome}
    return {trial.comparator_class.value if name == "comparator" else str(getattr(trial, name))}


def _show(told: argparse.Namespace) -> Answer:
    from fenestra.science.evidence.library import load_evidence

    trial = load_evidence().trial(told.trial)
    lines = [
        f"{trial.authors} ({trial.year}). {trial.title}. {trial.journal}",
        f"  {trial.design}, {trial.country}: {trial.population}",
    ]
    lines += [f"  against: {trial.comparator} ({trial.comparator_class.value}); therapy: {trial.psychotherapy}"]
    for row in trial.outcome:
        number = (
            f"{row.events} of {row.n}" if row.events is not None else row.estimate if row.estimate is not None else "–"
        )
        mark = (
            ""
            if row.verified and not row.events_derived
            else "  (not read in the source)"
            if not row.verified
            else "  (count worked back)"
        )
        lines.append(f"  week {row.timepoint_weeks}, {row.arm or row.contrast}: {row.name} {number}{mark}")
    lines += [f"  take care: {note}" for note in trial.bias_notes]
    if trial.where_to_read:
        lines.append(f"  not read: {trial.where_to_read}")
    return Answer("\n".join(lines), plain(trial))


def plain(value: Any) -> Any:
    """A frozen value as JSON holds it; an exact decimal as the text it was written as."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    return str(value) if isinstance(value, Decimal) else value


def _pool(told: argparse.Namespace) -> Answer:
    from fenestra.science.evidence.library import load_evidence
    from fenestra.science.outcomes.comparable import comparable
    from fenestra.science.outcomes.effects import Measure

    measure = Measure(told.measure)
    found = comparable(
        load_evidence(), substance=told.substance, endpoint=told.endpoint, measure=measure, only_read=told.only_read
    )
    answer: dict[str, Any] = {"substance": told.substance, "endpoint": told.endpoint, "measure": measure.value}
    if found.reason:
        answer |= {"refused": True, "reason": found.reason}
    else:
        answer["pooled"] = _pooled(told, found, measure)
    answer["studies"] = [_study(each, measure) for each in found.comparisons]
    answer["left_out"] = plain(found.left_out)
    return Answer(_words(answer), answer)


def _study(each: Any, measure: Any) -> dict[str, Any]:
    """One trial with its counts, its effect, and odds and risk ratio side by side where there are counts."""
    from fenestra.science.outcomes.effects import Measure, as_read, effect_of_counts
    from fenestra.science.outcomes.intervals import Z_95

    row = {
        "name": each.citation, "trial": each.trial_id, "endpoint": each.endpoint, "weeks": each.weeks,
        "comparator": each.comparator_class.value, "verified": each.verified, "counts_derived": each.derived,
        "counts": None, "yi": None, "vi": None, "estimate": None, "ci": None, "url": each.url,
    }  # fmt: skip
    if each.arms:
        arms = each.arms
        row["counts"] = [arms.treated_events, arms.treated, arms.compared_events, arms.compared]
        both = {name: effect_of_counts(arms, name) for name in (Measure.ODDS_RATIO, Measure.RISK_RATIO)}
        row |= {f"{name.value}_as_read": as_read(one.value, name) if one else None for name, one in both.items()}
    if each.effect:
        ends = [each.effect.value + turn * Z_95 * each.effect.variance**0.5 for turn in (-1, 1)]
        row |= {"yi": each.effect.value, "vi": each.effect.variance, "estimate": as_read(each.effect.value, measure)}
        row["ci"] = [as_read(end, measure) for end in ends]
    return row


def _pooled(told: argparse.Namespace, found: Any, measure: Any) -> dict[str, Any]:
    from fenestra.science.outcomes.effects import as_read
    from fenestra.science.outcomes.pool_by import pool_by

    effects = [each.effect for each in found.comparisons if each.effect]
    arms = [each.arms for each in found.comparisons if each.arms]
    if told.method in ("mh", "peto") and len(arms) < len(found.comparisons):
        raise BadInput(f"--method {told.method} needs counts of every trial; some report a ratio only.", field="method")
    pooled = pool_by(told.method, measure, arms=arms, effects=effects, test=told.test)
    pooled["ratio"] = {
        "estimate": as_read(pooled["estimate"], measure),
        "ci": [as_read(end, measure) for end in pooled["ci"]],
    }
    return pooled


def _words(answer: dict[str, Any]) -> str:
    lines = [f"Not pooled. {answer['reason']}"] if "reason" in answer else []
    if "pooled" in answer:
        ratio = answer["pooled"]["ratio"]
        lines.append(
            f"{answer['pooled']['k']} trials: {ratio['estimate']:.2f} (95 % {ratio['ci'][0]:.2f} to {ratio['ci'][1]:.2f})"
        )
    for row in answer["studies"]:
        numbers = (
            "nothing to compare"
            if row["ci"] is None
            else f"{row['estimate']:.2f} ({row['ci'][0]:.2f} to {row['ci'][1]:.2f})"
        )
        mark = (
            "" if row["verified"] and not row["counts_derived"] else ", marked: worked back or not read in the source"
        )
        lines.append(f"  {row['name']}, week {row['weeks']}: {numbers}{mark}")
    return "\n".join([*lines, *(f"  left out: {each['citation']}: {each['reason']}" for each in answer["left_out"])])
