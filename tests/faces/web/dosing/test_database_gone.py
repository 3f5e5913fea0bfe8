"""A stop is kept when the database gives nothing at all, and written when it answers again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.test import Client

from fenestra.care.visit.rules import VisitState
from fenestra.faces.web.staff.visit.verbs import VERBS
from fenestra.ground.book import spool
from fenestra.ground.book.act import KEPT_OUTSIDE
from tests.care.visit.day import Day
from tests.faces.web.dosing.conftest import Browser
from tests.faces.web.dosing.test_sheets import send, words

S = VisitState


@contextmanager
def no_answer() -> Iterator[None]:
    """A database that answers no statement, not even a read."""

    def fail(*_: Any, **__: Any) -> None:
        raise OperationalError("disk I/O error")

    with connection.execute_wrapper(fail):
        yield


@pytest.fixture
def nurse(day: Day, as_: Browser) -> tuple[Client, int]:
    """Somebody who has the page of a running infusion open."""
    client, visit = as_("nina"), day.visit(S.INFUSING)
    assert client.get(f"/visits/{visit}/").status_code == 200
    day.later(minutes=10)
    return client, visit


def test_a_stop_is_kept_when_nothing_can_be_read_and_written_when_it_can(day: Day, nurse: tuple[Client, int]) -> None:
    client, visit = nurse
    with no_answer():
        assert send(client, visit, "stop", reason="pressure").status_code == 202
    assert (spool.waiting(), day.state(visit)) == (1, S.INFUSING)
    assert spool.play(day.at) == 1
    assert (spool.waiting(), day.state(visit)) == (0, S.RECOVERING)


@pytest.mark.parametrize(
    ("sheet", "told"),
    [
        ("pause", {}),
        ("rate", {"ml_per_h": "30", "reason": "pressure", "already_done": "on"}),
        ("round", {"line": "146 91 84 97"}),
        ("sedation", {"moaas": "4"}),
        ("event", {"kind": "oxygen", "text": "2 L"}),
        ("finish", {}),
        ("left-early", {}),
    ],
)
def test_everything_else_that_happened_is_kept_too(
    day: Day, nurse: tuple[Client, int], sheet: str, told: dict[str, str]
) -> None:
    client, visit = nurse
    with no_answer():
        assert send(client, visit, sheet, **told).status_code == 202
    assert (spool.waiting(), spool.play(day.at), spool.refused()) == (1, 1, 0)


def test_without_script_the_page_says_that_it_is_kept(nurse: tuple[Client, int]) -> None:
    client, visit = nurse
    with no_answer():
        answer = client.post(f"/visits/{visit}/stop/", {"key": "k"})
    assert answer.status_code == 202
    assert KEPT_OUTSIDE in words(answer)


def test_an_order_to_come_is_not_kept(nurse: tuple[Client, int]) -> None:
    client, visit = nurse
    with no_answer(), pytest.raises(DatabaseError):
        send(client, visit, "resume")
    assert spool.waiting() == 0


def test_nobody_is_taken_for_somebody_when_nothing_can_be_read(day: Day, nurse: tuple[Client, int]) -> None:
    _, visit = nurse
    stranger = Client()
    stranger.cookies["sessionid"] = "madeup" * 5
    with no_answer(), pytest.raises(DatabaseError):
        send(stranger, visit, "stop")
    assert spool.waiting() == 0


def test_who_has_signed_out_is_not_remembered(nurse: tuple[Client, int]) -> None:
    client, visit = nurse
    cookie = client.cookies["sessionid"].value
    client.post("/sign-out/")
    client.cookies["sessionid"] = cookie
    with no_answer(), pytest.raises(DatabaseError):
        send(client, visit, "stop")
    assert spool.waiting() == 0


def test_what_happened_needs_nothing_of_the_visit_to_be_read(day: Day, nurse: tuple[Client, int]) -> None:
    """What is `given` to a form is read from the visit; a sheet that records may not wait for it."""
    assert {slug for slug, verb in VERBS.items() if verb.records and verb.given is not VERBS["stop"].given} == set()


def test_a_refused_sheet_comes_back_with_what_was_typed(day: Day, nurse: tuple[Client, int]) -> None:
    client, visit = nurse
    answer = send(client, visit, "rate", ml_per_h="60,5", reason="pressure rises")
    assert answer.status_code == 422
    assert "pressure rises" in words(answer)
