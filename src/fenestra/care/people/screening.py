"""Verbs of screening: keep the facts with what the rules in force said about them, and a prescriber's decision."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from fenestra.care.people import rules
from fenestra.care.people.actions import about_person
from fenestra.care.people.models import Person, Screening, ScreeningDecision
from fenestra.care.people.values import Facts, reasons_in, trials_as_text
from fenestra.ground.book import vault
from fenestra.ground.book.act import Act, Done, act
from fenestra.ground.book.digest import canonical
from fenestra.ground.clinic.presets import adoption_of
from fenestra.ground.clinic.rules import PRESCRIBERS, SEES_PEOPLE, check_has
from fenestra.science.errors import BadInput, Refused
from fenestra.science.protocols.facts import ScreeningFacts, facts_from_mapping
from fenestra.science.protocols.regimens import load_protocols
from fenestra.science.protocols.requirements import Enforcement, requirement
from fenestra.science.protocols.screening import Reason, Verdict, screen
from fenestra.science.protocols.screening_rules import Effect

SAID = {
    Verdict.FIT: "Fit by the rules in force: a prescriber decides.",
    Verdict.DECIDE: "A prescriber must decide.",
    Verdict.NOT_NOW: "Not now: the rules in force speak against a dose.",
}


@act("screened a person")
def keep_screening(act: Act, *, person_id: int, facts: Facts) -> Done:
    """Keep the facts as known now, the verdict of the rules in force here, its reasons, and how the person stands to
    each trial. Day of screening and birth date come from the clock and the record when they are not given."""
    check_has(act.by.roles, SEES_PEOPLE, "screen a person")
    person = about_person(act, person_id)
    known = _known(act, person, facts)
    found = screen(known, adoption_of(act.by))
    row = Screening(
        person=person, at=act.at, by_id=act.by.staff_id, verdict=found.verdict.value,
        facts=vault.lock(person.pk, _as_text(known), longest=None),
        reasons=vault.lock(person.pk, json.dumps([asdict(reason) for reason in found.reasons]), longest=None),
        trials=vault.lock(person.pk, trials_as_text(load_protocols(), known), longest=None),
    )  # fmt: skip
    return act.done(act.add(row), SAID[found.verdict])


def _known(act: Act, person: Person, told: Mapping[str, Any]) -> ScreeningFacts:
    """The facts, checked, with the day and the birth date on record."""
    today = act.by.day_of(act.at)
    plain = vault.unlock(person.pk, person.identity)
    on_record = json.loads(plain)["born"] if plain and plain != vault.GONE else None
    facts = facts_from_mapping({"on_date": today, "birth_date": on_record, **told})
    if facts.on_date is None or facts.on_date > today:
        raise BadInput("The day of screening cannot lie in the future. Enter the day it was done.", field="on_date")
    if on_record and (facts.birth_date is None or facts.birth_date.isoformat() != on_record):
        raise BadInput("The birth date differs from the one on record. Find out which is true.", field="birth_date")
    return facts


def _as_text(facts: ScreeningFacts) -> str:
    """Every fact that is known, in the form `facts_from_mapping` reads."""
    told = {item.name: getattr(facts, item.name) for item in fields(facts)}
    return json.dumps(canonical({name: value for name, value in told.items() if value is not None}))


@act("decided on a screening")
def decide_screening(act: Act, *, screening_id: int, decision: str, reason: str) -> Done:
    """A prescriber decides on the newest screening, and says why. What the rules forbid cannot be decided away, and
    facts behind a rule that stops must be known first."""
    check_has(act.by.roles, PRESCRIBERS, "decide on a screening")
    row = Screening.objects.filter(pk=screening_id, person__clinic_id=act.by.clinic_id).first()
    if row is None:
        raise rules.NoSuchPerson("There is no such screening in this clinic.")
    person = about_person(act, row.person_id)
    if Screening.objects.filter(person=person, pk__gt=row.pk).exists():
        raise rules.OlderScreening("The person was screened again since. Open the newest screening and decide on that.")
    chosen = rules.chosen(rules.Decided, decision, field="decision")
    why = rules.check_words(reason, field="reason")
    if not why:
        raise BadInput("Write why: the reason is kept with the screening.", field="reason")
    kept = vault.unlock(person.pk, row.reasons)
    if kept == vault.GONE:
        raise Refused("What this screening said has been erased. Nothing can be decided on it.")
    if chosen is rules.Decided.FIT and (against := stopping(reasons_in(kept))):
        raise Refused(f"{against[0].text} This cannot be decided away; screen again when it is so no longer.")
    made = act.add(
        ScreeningDecision(
            person=person,
            at=act.at,
            by_id=act.by.staff_id,
            screening=row,
            decision=chosen.value,
            reason=vault.lock(person.pk, why),
        )
    )
    said = "Fit, with your reason." if chosen is rules.Decided.FIT else "Not now, with your reason."
    return act.done(made, f"{said} Kept with the screening.")


def stopping(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """The reasons no prescriber can decide away: no dose as things stand, or a fact is unknown that a requirement
    which stops asks for."""
    return tuple(
        reason
        for reason in reasons
        if reason.effect is Effect.NOT_NOW
        or (reason.effect is Effect.FIND_OUT and requirement(reason.id).enforce is Enforcement.BLOCK)
    )
