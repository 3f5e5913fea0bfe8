"""Small acts for tests of the book. They write rows of `clinic`, the room next above."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from fenestra.ground.book.act import Act, Done, act
from fenestra.ground.book.models import Act as ActRow
from fenestra.ground.book.models import AuditLine, Event, RequestKey
from fenestra.ground.book.scope import Scope
from fenestra.ground.clinic.models import Adoption, Clinic, Staff
from fenestra.science.errors import Refused

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def a_director() -> Scope:
    """A clinic with one human in it, put in without an act."""
    clinic = Clinic.objects.create(slug="river", name="River Clinic", time_zone="Europe/London", made_up=True)
    human = Staff.objects.create(username="ada", name="Ada Director", password="!")
    return Scope(clinic.pk, human.pk, frozenset({"medical director"}), clinic.time_zone, human.name)


def a_row(act: Act, rule: str, content: Any = None) -> Adoption:
    return Adoption(
        clinic_id=act.by.clinic_id, rule=rule, content=content or {}, content_hash="", meaning="", by_id=act.by.staff_id,
        at=act.at,
    )  # fmt: skip


def nothing(act: Act) -> None:
    """What a deed does last when nothing is asked of it."""


def _keep(act: Act, rule: str, person_id: int | None, last: Callable[[Act], None]) -> Done:
    act.about("rule", 7, person_id=person_id)
    row = act.add(a_row(act, rule))
    act.tell("rule.kept", about="rule", about_id=7, row_id=row.pk)
    last(act)
    return act.done(row, f"{rule} is kept.")


LAST: dict[str, Callable[[Act], None]] = {"": nothing}  # what a test lets a deed do at its end, by name


@act("kept a rule")
def keep_rule(act: Act, *, rule: str, person_id: int | None = None, last: str = "") -> Done:
    """An ordinary act: one row, one event."""
    return _keep(act, rule, person_id, LAST[last])


@act("recorded what happened", happened=True)
def record(act: Act, *, rule: str, person_id: int | None = None, last: str = "") -> Done:
    """The record of something that has happened: one row, one event."""
    return _keep(act, rule, person_id, LAST[last])


@act("kept two rules")
def keep_two(act: Act, *, first: str, second: str, last: str = "") -> Done:
    """An act made of two acts of a lower room."""
    keep_rule(rule=first, by=act.by, at=act.at)
    inner = keep_rule(rule=second, last=last, by=act.by, at=act.at)
    return replace(inner, said="Both are kept.")


@act("kept a rule whatever another says")
def keep_regardless(act: Act, *, rule: str, last: str) -> Done:
    """An act that catches the refusal of an inner one, and goes on. That must not keep what the inner one wrote."""
    with suppress(Refused, KeyError):
        keep_rule(rule="half written", last=last, by=act.by, at=act.at)
    return _keep(act, rule, None, nothing)


@act("renamed the clinic")
def rename(act: Act, *, name: str, seen: int) -> Done:
    """Changes a head row that a human saw in version `seen`."""
    clinic = act.change(Clinic.objects.get(pk=act.by.clinic_id), seen=seen, name=name)
    return act.done(clinic, "The clinic has a new name.")


def refuse(act: Act) -> None:
    raise Refused("The pressure is too high. Wait and measure again.")


LAST["refuse"] = refuse


def counts() -> dict[str, int]:
    """How much of everything the book holds."""
    return {
        "acts": ActRow.objects.count(),
        "rows": Adoption.objects.count(),
        "writes": AuditLine.objects.filter(kind="write").count(),
        "refusals": AuditLine.objects.filter(kind="refusal").count(),
        "events": Event.objects.count(),
        "keys": RequestKey.objects.count(),
    }


NOTHING = dict.fromkeys(("acts", "rows", "writes", "refusals", "events", "keys"), 0)


def holds(**some: int) -> dict[str, int]:
    """What `counts` should say: nothing but these."""
    return NOTHING | some


def kept(deeds: int, **others: int) -> dict[str, int]:
    """What `counts` should say after so many acts of one row and one event."""
    return holds(acts=deeds, rows=deeds, writes=deeds, events=deeds, keys=deeds, **others)


def together(*calls: Callable[[], Any]) -> list[Future[Any]]:
    """Run the calls in threads that start at the same moment; each thread closes its connection."""
    gate = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            gate.wait(10)
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [pool.submit(run, call) for call in calls]
