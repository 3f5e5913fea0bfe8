"""Asking a person for check-ins over a stretch of days: one link for each day, made together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fenestra.care.checkins import queries
from fenestra.care.checkins.models import Link
from fenestra.care.checkins.rules import LinkKind
from fenestra.care.people.actions import person_of
from fenestra.ground.book.act import Act, Done, act
from fenestra.ground.book.scope import OPEN
from fenestra.ground.clinic.rules import SEES_PEOPLE, check_has
from fenestra.science.errors import BadInput


@act("asked for check-ins")
def ask_for_days(act: Act, *, person_id: int, days: Sequence[Mapping[str, Any]]) -> Done:
    """A link for each of these days (`day`, `token_hash`, `expires_at`), as when the reminders of some weeks are made at
    once. A day that was asked about and not answered is a miss."""
    check_has(act.by.roles, SEES_PEOPLE, "ask a person for check-ins")
    person = person_of(act.by, person_id)
    act.about("person", person.pk, person_id=person.pk)
    queries.check_may_check_in(act.by, OPEN, person.pk, act.at)
    if any(each["expires_at"] <= act.at for each in days):
        raise BadInput("A link would end before it begins. Choose a later end.", field="expires_at")
    links = [
        Link(
            clinic_id=act.by.clinic_id, person=person, kind=LinkKind.CHECK_IN.value, token_hash=each["token_hash"],
            day=each["day"], expires_at=each["expires_at"], at=act.at, by_id=act.by.staff_id,
        )
        for each in days
    ]  # fmt: skip
    act.add_many(links)
    return act.done(None, f"{len(links)} {'day is' if len(links) == 1 else 'days are'} asked about.")
