"""`fenestra outcomes`: one endpoint counted in a clinic's people, for a terminal or another program. Names nobody."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from fenestra.faces.cli.answer import Answer
from fenestra.faces.cli.house import answering
from fenestra.science.errors import Refused


def add_to(commands: Any) -> None:
    told = commands.add_parser(
        "outcomes",
        help="one endpoint counted in a clinic's people",
        description="Count one endpoint in a clinic's people, under both missing rules, beside the published arms. Not "
        "randomised, different people: no test is made. Names nobody and writes nothing.\n\n"
        "  fenestra outcomes --preset first_lapse --substance alcohol\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    told.add_argument("--clinic", metavar="SLUG", help="which clinic, where the folder holds several")
    told.add_argument("--preset", default="first_lapse", help="the endpoint, for example krupitsky2007_one_year")
    told.add_argument("--substance", help="what people are treated for, where the endpoint names none")
    told.add_argument("--rule", help="the missing rule the number is stated under: missing_is_use or observed_only")
    told.set_defaults(run=answering(_outcomes))


def _outcomes(told: argparse.Namespace) -> Answer:
    from fenestra.care.people.rules import Substance, chosen
    from fenestra.ground.book import clock
    from fenestra.ground.book.scope import Mask, Scope
    from fenestra.ground.clinic.rules import Role, hidden_from
    from fenestra.learning.registry import queries, rules
    from fenestra.science.outcomes.endpoints import MissingRule
    from fenestra.science.outcomes.presets import preset

    clinic, roles = _clinic(told.clinic), frozenset({Role.LEAD.value})
    endpoint = preset(told.preset)
    stated = chosen(MissingRule, told.rule, field="rule") if told.rule else None
    asked = chosen(Substance, told.substance, field="substance") if told.substance else None
    # whoever holds the folder reads it as a lead would: numbers of people, never who
    scope = Scope(clinic.id, None, roles, clinic.time_zone, "command line")
    found = queries.clinic_outcome(
        scope, Mask(hidden_from(roles)), endpoint.id, asked or rules.substance_of(endpoint) or Substance.ALCOHOL,
        at=clock.now(), stated=stated,
    )  # fmt: skip
    return _answer(found, clinic)


def _clinic(slug: str | None) -> Any:
    from fenestra.ground.clinic import queries as clinics

    there = clinics.clinics()
    chosen = [each for each in there if slug in (None, each.slug)]
    if not chosen:
        names = ", ".join(each.slug for each in there) or "none yet"
        raise Refused(f"There is no clinic {slug or ''} in this folder. It holds: {names}.")
    return chosen[0]


def _answer(found: Any, clinic: Any) -> Answer:
    from fenestra.faces.web.research import outcome_words as words

    head, records = words.headline(found), found.records
    made_up = ["Made-up clinic: no real people."] if clinic.made_up else []
    lines = [
        *made_up,
        f"{clinic.name}. {found.preset.name}; {found.preset.criterion}; people treated for {records.substance.value}.",
        f"{head.at}: {head.number}. {head.says} With {head.other_name} it is {head.other_number} ({head.other_says}).",
        *words.counted(found),
        f"Days up to {records.asked_until} are due.",
        *(
            f"Published: {each.arm}, {each.citation}: {float(each.percent):.0f} % at day {each.day}."
            for each in found.beside.points
        ),
        found.beside.sentence,
    ]
    return Answer("\n".join(lines), _told(found, clinic, head))


def _told(found: Any, clinic: Any, head: Any) -> dict[str, Any]:
    """The same for a program. No line of one person: curves are given as steps and rows of numbers."""
    from fenestra.faces.web.research import outcome_words as words
    from fenestra.science.outcomes.clinic_curve import ClinicCurve

    own, records = found.beside.own, found.records
    told: dict[str, Any] = {
        "clinic": clinic.slug,
        "made_up": clinic.made_up,
        "preset": found.preset.id,
        "criterion": found.preset.criterion,
        "missing_rule": found.preset.missing_rule,
        "substance": records.substance,
        "asked_until": records.asked_until,
        "people": len(records.people),
        "masked": records.masked,
        "headline": asdict(head),
        "counted": words.counted(found),
        "published": [asdict(each) for each in found.beside.points],
        "sentence": found.beside.sentence,
    }
    if isinstance(own, ClinicCurve):
        told["weeks"] = [asdict(each) for each in words.time_rows(own)]
        told["curves"] = {
            rule: [asdict(step) for step in curve.steps]
            for rule, curve in (("observed_only", own.observed_only), ("missing_is_use", own.missing_is_use))
        }
    return told
