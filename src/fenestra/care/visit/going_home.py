"""Verbs of going home: discharged after the whole list, or left early."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from fenestra.care.visit import facts, leaving, lists, rules
from fenestra.care.visit.dose import stop
from fenestra.care.visit.lists import Phase
from fenestra.care.visit.models import Discharge
from fenestra.care.visit.rows import incident, keep_answers, of_visit, step, visit_of
from fenestra.care.visit.rules import VisitState
from fenestra.ground.book import vault
from fenestra.ground.book.act import Act, Done, act
from fenestra.ground.clinic.rules import AT_THE_CHAIR, check_has
from fenestra.science.errors import BadInput


@act("discharged a person")
def discharge(
    act: Act, *, visit_id: int, answers: Mapping[str, str], escort: str, ready_at: datetime | None = None, version: int
) -> Done:
    """Signed by a clinician after the whole list, not before time, with every milligram accounted for."""
    check_has(act.by.roles, AT_THE_CHAIR, "discharge somebody")
    row, value = visit_of(act, visit_id)
    lists.check_answers(lists.discharge_lines(), answers)
    rules.check_can_discharge(leaving.discharge_facts(act.by, value, answers, at=act.at))
    if not escort.strip():
        raise BadInput("Write who takes the person home.", field="escort")
    act.change(row, seen=version)
    keep_answers(act, row, Phase.DISCHARGE, lists.of_lines(lists.discharge_lines(), answers))
    row_again = facts.load(row)
    ready = ready_at or act.at
    if row_again.ended_at and not row_again.ended_at <= ready <= act.at:
        raise BadInput("The time of readiness lies between the end of the dose and now.", field="ready_at")
    made = act.add(
        Discharge(**of_visit(act, row), ready_at=ready, left_at=act.at, escort=vault.lock(row.person_id, escort))
    )
    step(act, row, VisitState.DISCHARGED)
    return act.done(made, "Discharged.")


@act("recorded that a person left early", happened=True)
def left_early(act: Act, *, visit_id: int, reason: str) -> Done:
    """The person went before the list was done. Never refused, and an incident."""
    check_has(act.by.roles, AT_THE_CHAIR, "record that somebody left")
    row, value = visit_of(act, visit_id)
    incident(act, row, "left early", f"Left while '{value.state.value}': {reason or 'no reason given'}.")
    if value.state in (VisitState.INFUSING, VisitState.PAUSED):  # nothing flows into somebody who has left
        stop(by=act.by, at=act.at, visit_id=visit_id, reason=reason or "left early")
    if value.state in rules.CLOSED:
        act.tell("visit.changed", about="visit", about_id=row.pk)
    else:
        step(act, row, VisitState.LEFT_EARLY, reason=reason)
    return act.done(row, "Kept, and an incident is open. Call the person today.")
