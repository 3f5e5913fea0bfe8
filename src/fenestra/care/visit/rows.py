"""How an act holds a visit and adds its rows: what every verb of the dosing day begins and ends with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fenestra.care.people.rules import NoSuchPerson
from fenestra.care.visit import facts
from fenestra.care.visit.lists import Phase
from fenestra.care.visit.models import Incident, Visit, VisitCheck, VisitStep
from fenestra.care.visit.rules import VisitState
from fenestra.care.visit.values import VisitValue
from fenestra.care.work import actions as work
from fenestra.care.work.rules import ItemKind, Level
from fenestra.ground.book import vault
from fenestra.ground.book.act import Act
from fenestra.ground.book.models import EventRow
from fenestra.ground.clinic.rules import Role


def visit_of(act: Act, visit_id: int) -> tuple[Visit, VisitValue]:
    """The visit's row, held for this act, and everything known of it."""
    row = row_of(act, visit_id)
    return row, facts.load(row)


def row_of(act: Act, visit_id: int) -> Visit:
    """The visit's row, held for this act."""
    rows = Visit.objects.select_for_update(of=("self",)).select_related("episode")
    row = rows.filter(clinic_id=act.by.clinic_id, pk=visit_id).first()
    if row is None:
        raise NoSuchPerson("There is no such visit in this clinic.")
    act.about("visit", row.pk, person_id=row.person_id)
    return row


def state_of(row: Visit) -> VisitState:
    """Where a visit stands, without reading everything that happened in it."""
    return VisitState(str(VisitStep.objects.filter(visit=row).order_by("-pk").values_list("state", flat=True).first()))


def of_visit(act: Act, row: Visit, at: datetime | None = None) -> dict[str, Any]:
    """The columns every row of a visit carries."""
    return {"visit": row, "act_id": act.number, "at": at or act.at, "by_id": act.by.staff_id}


def step(act: Act, row: Visit, state: VisitState, *, reason: str = "", at: datetime | None = None) -> VisitStep:
    """The visit comes into a state, and live pages hear of it."""
    made = act.add(VisitStep(**of_visit(act, row, at), state=state.value, reason=vault.lock(row.person_id, reason)))
    changed(act, row, made)
    return made


def changed(act: Act, row: Visit, what: EventRow) -> None:
    """Tell live pages once per act that this visit looks different."""
    if not any(told["kind"] == "visit.changed" for told in act.events):
        act.tell("visit.changed", about="visit", about_id=row.pk, row_id=what.pk)


def incident(act: Act, row: Visit, kind: str, text: str) -> None:
    """Open an incident, and the item of work by which a physician looks at it afterwards: one item for each visit while
    it is open. The item says what kind it was; what exactly happened may tell of the dose and stands in the visit."""
    act.add(Incident(**of_visit(act, row), kind=kind, text=vault.lock(row.person_id, text, longest=None)))
    told = {"kind": ItemKind.INCIDENT.value, "about": f"visit:{row.pk}", "by": act.by, "at": act.at}
    if work.remark(words=f"Again: {kind}.", **told).id is None:
        work.open_item(
            level=Level.MEDIUM.value, owner_role=Role.PHYSICIAN.value, person_id=row.person_id,
            words=f"On the dosing day: {kind}. Read the visit, and write what follows from it.", **told,
        )  # fmt: skip


NAMES_SOMEBODY = ("escort_name", "escort_phone", "transport", "therapy")


def keep_answers(act: Act, row: Visit, phase: Phase, answers: Mapping[str, str], sealed: tuple[str, ...] = ()) -> None:
    """Add the answers of a list; those that may name somebody are stored under the person's key."""
    notes = {item: vault.lock(row.person_id, said) if item in sealed else "" for item, said in answers.items()}
    told = {"phase": phase.value, **of_visit(act, row)}
    act.add_many(
        [
            VisitCheck(**told, item=item, answer="" if notes[item] else said, note=notes[item])
            for item, said in answers.items()
        ]
    )
