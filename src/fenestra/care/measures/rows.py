"""What every verb of this room begins with: whose day it is, and what a correction stands on."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, TypeVar

from django.db.models import QuerySet

from fenestra.care.measures import rules
from fenestra.care.measures.models import Measured
from fenestra.care.people.actions import person_of
from fenestra.care.people.models import Person
from fenestra.care.people.rules import chosen
from fenestra.ground.book import clock, vault
from fenestra.ground.book.act import Act
from fenestra.ground.clinic.rules import check_has
from fenestra.science.errors import BadInput

Kept = TypeVar("Kept", bound=Measured)


def measured_person(act: Act, person_id: int, day: date) -> Person:
    """The person this is about; a human who may not measure is refused, and so is a day to come."""
    if not rules.can_measure(act.by.roles):
        check_has(act.by.roles, rules.MEASURES, "record a measure")
    person = person_of(act.by, person_id)
    act.about("person", person.pk, person_id=person.pk)
    rules.check_day(day, today=act.by.day_of(act.at))
    return person


def common(act: Act, person: Person, day: date, source: str, told_at: datetime | None) -> dict[str, Any]:
    """What every measure has. `told_at` is when it was said or taken, if that was before it was sent."""
    if told_at is not None and told_at > act.at:
        raise BadInput("It was said later than now. Set the clock of the device right and send it again.", field="at")
    return {
        "person": person,
        "day": day,
        "at": told_at or act.at,
        "entered_at": clock.now(),
        "by_id": act.by.staff_id,
        "source": chosen(rules.Source, source, field="source").value,
    }


def correction(act: Act, person: Person, kind: type[Kept], row_id: int | None, reason: str) -> dict[str, Any]:
    """What a correction points to, and its sealed reason; nothing for a first answer."""
    if row_id is None:
        return {}
    was = kind._default_manager.filter(pk=row_id, person_id=person.pk).first()
    if was is None:
        raise rules.NoSuchRow("There is no such measure of this person.")
    if kind._default_manager.filter(corrects_id=row_id).exists():
        raise rules.CorrectedAlready("This was corrected already. Open the page again and correct the newest answer.")
    return {"corrects": was, "reason": vault.lock(person.pk, rules.check_reason(reason))}


def tell(act: Act, person: Person, row: Measured) -> None:
    act.tell("measures.changed", about="person", about_id=person.pk, row_id=row.pk)


def standing(kind: type[Kept], **which: Any) -> QuerySet[Kept]:
    """Rows that no correction stands on."""
    corrected = kind._default_manager.exclude(corrects=None).values("corrects_id")
    return kind._default_manager.filter(**which).exclude(pk__in=corrected)
