"""`fenestra dose`: an order worked out for two people with a pencil. Knows no clinic; applies the shipped presets as if
adopted, and says so."""

from __future__ import annotations

import argparse
from typing import Any

from fenestra.faces.cli.answer import Answer


def add_to(commands: Any) -> None:
    told = commands.add_parser(
        "dose",
        help="an order in mg, mL and mL/h, worked out line by line",
        description="Exact sums for racemic ketamine, each rounding down. Leaves with 2 beyond a hard limit.\n\n"
        '  fenestra dose --order "0.5 mg/kg over 40 min" --weight 72.5 --vial "50 mg/mL" --bag "50 mL"\n'
        '  fenestra dose --order "0.11 mg/kg over 2 min then 0.6 mg/kg over 50 min" --weight 70 --vial "10 mg/mL"\n'
        '  fenestra dose --order "0.5 mg/kg over 40 min, pause 5 min at 20" --weight 70 --vial "10 mg/mL, 20 mL"\n'
        '  fenestra dose --order "0.25 mg/kg im then 0.25 mg/kg im at 15 min" --weight 70 --vial "50 mg/mL"\n',
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    told.add_argument("--order", required=True, metavar="TEXT", help="steps joined by `then`, pauses too")
    told.add_argument("--weight", required=True, metavar="KG")
    told.add_argument("--dosing-weight", default="", metavar="KG", help="the weight a prescriber decided to dose on")
    told.add_argument("--vial", required=True, metavar="TEXT", help='"50 mg/mL", or "50 mg/mL, 10 mL" with its size')
    told.add_argument("--bag", default="", metavar="TEXT", help='"50 mL" in all, or "added to 50 mL"')
    told.add_argument("--protocol", default="", metavar="ID", help="whose limits hold; else the shipped presets")
    told.add_argument("--given-visit", default="", metavar="MG", help="given already in this visit")
    told.add_argument("--given-week", default="", metavar="MG", help="given in the last 7 days, this visit included")
    told.set_defaults(run=_dose)


def _dose(told: argparse.Namespace) -> Answer:
    from fenestra.science.protocols.dose_report import Earlier, dose_report, parse_earlier, report_text
    from fenestra.science.protocols.regimens import protocol

    visit, week = parse_earlier(told.given_visit, "given-visit"), parse_earlier(told.given_week, "given-week")
    report = dose_report(
        order=told.order,
        weight=told.weight,
        vial=told.vial,
        bag=told.bag,
        dosing_weight=told.dosing_weight,
        earlier=Earlier(visit, max(visit, week) if not told.given_week else week),
        protocol=protocol(told.protocol) if told.protocol else None,
    )
    return Answer(report_text(report), report)
