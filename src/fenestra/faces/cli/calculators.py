"""Commands that know no clinic: score, predict, screen. They apply the shipped presets as if adopted, and say so."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from fenestra.faces.cli.answer import Answer
from fenestra.science.errors import BadInput


def add_to(commands: Any) -> None:
    _add_score(commands)
    _add_predict(commands)
    _add_screen(commands)


def _add_score(commands: Any) -> None:
    told = commands.add_parser(
        "score",
        help="score a questionnaire",
        description="Score a questionnaire: answers by score or by option word.\n\n"
        "  fenestra score phq9 i1=2 i2=1 i3=0 i4=1 i5=0 i6=0 i7=0 i8=0 i9=0\n"
        "  fenestra score audit_c i1=2 'i2=3 or 4' i3=Never --sex female\n"
        "  fenestra score tlfb --days days.csv    (lines of date,substance,amount)\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    told.add_argument("instrument", help="for example phq9, audit_c, dast10, ciwa_ar")
    told.add_argument("answers", nargs="*", metavar="item=answer", help="each item and its answer")
    told.add_argument("--sex", choices=("female", "male"), help="where bands differ by sex")
    told.add_argument("--days", metavar="FILE", help="a calendar of use days, as CSV")
    told.add_argument("--substance", help="which substance of the calendar, where it has several")
    told.set_defaults(run=_score)


def _score(told: argparse.Namespace) -> Answer:
    from fenestra.science.instruments import score_answers, score_days

    if told.days:
        scored = score_days(_read(told.days), substance=told.substance, sex=told.sex, today=date.today())
    else:
        scored = score_answers(told.instrument, told.answers, sex=told.sex)
    return Answer(_scored_text(scored), scored)


def _read(name: str) -> str:
    try:
        return Path(name).read_text()
    except (OSError, UnicodeDecodeError) as fault:
        raise BadInput(f"{name} cannot be read. Give the path of a text file.") from fault


def _scored_text(scored: dict[str, Any]) -> str:
    total = "no total" if scored["total"] is None else f"total {scored['total']}"
    band = f", {scored['band']}" if scored["band"] else ""
    lines = [f"{scored['instrument']}: {total}{band}"]
    lines += [f"  {name}: {'not scored' if value is None else value}" for name, value in scored["subscales"].items()]
    if scored["missing"]:
        lines.append(f"  not answered: {', '.join(scored['missing'])}")
    lines += [f"  {alert['level'].upper()}: {alert['say']}" for alert in scored["alerts"]]
    return "\n".join(lines)


def _add_predict(commands: Any) -> None:
    told = commands.add_parser(
        "predict",
        help="the plasma level that a dose makes",
        description="Predicted, not measured: the typical plasma level and a working 90 % band.\n\n"
        '  fenestra predict --iv "0.5 mg/kg over 40 min" --weight 70 --at 10,20,40,60\n'
        '  fenestra predict --iv "0.11 mg/kg over 2 min" --iv "0.6 mg/kg over 50 min" --pause "5 min at 20" --weight 82 --at 30,60\n'
        '  fenestra predict --im "0.5 mg/kg" --weight 70 --at 10,20,40\n'
        '  fenestra predict --iv "0.5 mg/kg over 40 min" --weight 70 --at 10,120 --compare domino_1982 --svg level.svg\n',
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    told.add_argument(
        "--iv", action="append", default=[], metavar="TEXT", help="repeat for steps that follow one another"
    )
    told.add_argument("--im", action="append", default=[], metavar="TEXT")
    told.add_argument("--pause", action="append", default=[], metavar="TEXT")
    told.add_argument("--weight", required=True, metavar="KG")
    told.add_argument("--at", required=True, metavar="MINUTES", help="minutes since the start, comma separated")
    told.add_argument("--model", default="kamp_2020")
    told.add_argument("--compare", default="", metavar="MODEL[,MODEL]", help="other models beside it")
    told.add_argument("--csv", nargs="?", const="-", metavar="FILE", help="as CSV, printed or into a file")
    told.add_argument("--svg", nargs="?", const="-", metavar="FILE", help="as a picture, printed or into a file")
    told.add_argument("--bands", action=argparse.BooleanOptionalAction, default=True, help="the working 90 %% band")
    told.set_defaults(run=_predict)


def _predict(told: argparse.Namespace) -> Answer:
    from fenestra.science.pharmacology.compare import as_csv, compared, curves, parse_models
    from fenestra.science.pharmacology.level_picture import level_svg
    from fenestra.science.pharmacology.report import report_lines, without_bands

    if told.csv and told.csv == told.svg:
        raise BadInput(
            "CSV and picture cannot go to the same place. Give each its own file, for example --svg level.svg."
        )
    models = parse_models(told.compare, told.model)
    regimen = {"weight": told.weight, "at": told.at, "iv": told.iv, "im": told.im, "pauses": told.pause}
    reports = compared(models, **regimen)
    reports[0] = {**reports[0], "warnings": [*reports[0]["warnings"], *_beyond_limits(told)]}
    shown = reports if told.bands else [without_bands(each) for each in reports]
    text = "\n\n".join("\n".join(report_lines(each)) for each in shown)
    files = {told.csv: as_csv(reports, bands=told.bands)} if told.csv else {}
    if told.svg:
        given = "; ".join([*told.iv, *(f"{each} im" for each in told.im), *(f"pause {each}" for each in told.pause)])
        drawn = curves(models, **regimen, bands=told.bands)
        files[told.svg] = level_svg(drawn, f"{given}, {told.weight} kg".replace("kg kg", "kg"))
    answer = {**shown[0], "compare": shown[1:]} if told.compare else shown[0]
    if files and not told.json:
        for said in dict.fromkeys(said for each in shown for said in each["warnings"]):
            print(f"Warning: {said}", file=sys.stderr)  # what is printed or written holds figures only
    return Answer(_written(files) or text, answer)


def _written(files: dict[str, str]) -> str:
    """Write each file; what is to be printed comes back, else the names of what was written."""
    for name, content in files.items():
        if name != "-":
            try:
                Path(name).write_text(content)
            except OSError as fault:
                raise BadInput(
                    f"{name} cannot be written. Give the path of a file in a folder that is there."
                ) from fault
    return files["-"].rstrip("\n") if "-" in files else "\n".join(f"written: {name}" for name in files)


def _beyond_limits(told: argparse.Namespace) -> list[str]:
    """A calculator warns past a limit and goes on."""
    from fenestra.science.pharmacology.regimen import Infusion, total_mg
    from fenestra.science.pharmacology.regimen_text import parse_regimen
    from fenestra.science.protocols.adoption import NO_CLINIC
    from fenestra.science.protocols.limits import check_order, shipped_limits
    from fenestra.science.protocols.orders import DoseOrder, Route
    from fenestra.science.quantities import parse_dosing_weight

    weight = parse_dosing_weight(told.weight, unit_in_label=True)
    steps = parse_regimen(iv=told.iv, im=told.im, pauses=told.pause, weight=weight)
    infusions = [step for step in steps if isinstance(step, Infusion)]
    if not steps or (told.im and told.iv):
        return []
    minutes = sum(step.end_min - step.start_min for step in infusions)
    order = DoseOrder(
        route=Route.IV if infusions else Route.IM,
        dose_mg=Decimal(str(round(total_mg(steps), 6))),
        body_weight_kg=weight.value,
        minutes=Decimal(str(round(minutes, 6))) if infusions else None,
        earlier_this_visit_mg=Decimal(0),
        earlier_seven_days_mg=Decimal(0),
    )
    found = check_order(order, shipped_limits(NO_CLINIC))
    return [f"{finding.text} ({finding.rule}, {finding.standing.words})" for finding in found]


def _add_screen(commands: Any) -> None:
    told = commands.add_parser(
        "screen",
        help="fit, decide, or not now",
        description="Facts about a person in, a verdict with its reasons out. What is unknown is never a fit.\n\n"
        "  fenestra screen --template > facts.json\n"
        "  fenestra screen facts.json\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    told.add_argument("facts", nargs="?", metavar="FACTS.json")
    told.add_argument("--template", action="store_true", help="print the facts it asks for, with units")
    told.set_defaults(run=_screen)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """One JSON object; a name that stands twice is refused, since nobody can say which answer holds."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise BadInput(f"{name} stands twice in the facts. Give each fact once.", field=name)
        found[name] = value
    return found


def _screen(told: argparse.Namespace) -> Answer:
    from fenestra.science.protocols.facts import facts_template
    from fenestra.science.protocols.screening import screen_facts

    if told.template:
        template = facts_template()
        return Answer(json.dumps(template, indent=2, ensure_ascii=False, default=str), template)
    if not told.facts:
        raise BadInput("Name a file of facts, or ask for --template.")
    try:
        facts = json.loads(_read(told.facts), parse_float=Decimal, object_pairs_hook=_once_each)
    except json.JSONDecodeError as fault:
        raise BadInput(
            f"{told.facts} is not JSON: line {fault.lineno}. Start from `fenestra screen --template`."
        ) from fault
    except RecursionError as fault:
        raise BadInput(f"{told.facts} is nested too deep. Start from `fenestra screen --template`.") from fault
    found = screen_facts(facts, today=date.today())
    lines = [found["verdict"].replace("_", " "), *([found["presets"]] if found.get("presets") else [])]
    for reason in found["reasons"]:
        mark = "read in its source" if reason["verified"] else "nobody has read a source"
        lines.append(f"  {reason['id']}: {reason['text']} ({reason['source']}; {mark})")
    return Answer("\n".join(lines), found)
