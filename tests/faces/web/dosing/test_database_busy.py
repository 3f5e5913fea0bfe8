"""An order while another process holds the database: one sentence, nothing written, and what was typed still there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from fenestra.care.visit.rules import VisitState
from fenestra.ground.book import spool
from tests.care.visit.day import Day
from tests.faces.web.dosing.conftest import Browser
from tests.faces.web.dosing.test_sheets import words

SENTENCE = "The database is busy with something else. Nothing was written; send it again."
S = VisitState
TOLD = {"key": "one", "mg_per_kg": "0.75", "dosing_weight_kg": "74", "minutes": "40"}


@contextmanager
def busy() -> Iterator[None]:
    """Reads are answered; whoever writes waits in vain."""

    def refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            raise OperationalError("database is locked")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield
    connection.needs_rollback = False  # nothing was written in the transaction that holds the test, so it goes on


@pytest.fixture
def dana(day: Day, as_: Browser) -> tuple[Client, str]:
    """The physician, and where the order of a cleared visit is sent."""
    return as_("dana"), f"/visits/{day.visit(S.CLEARED)}/order/"


def test_an_order_that_finds_it_busy_comes_back_with_the_sentence_and_what_was_typed(dana: tuple[Client, str]) -> None:
    client, order = dana
    with busy():
        answer = client.post(order, TOLD)
    assert answer.status_code == 503
    assert SENTENCE in words(answer)
    assert 'value="0.75"' in answer.content.decode()
    again = client.post(order, TOLD)
    assert (again.status_code, again["Location"]) == (303, order.removesuffix("order/"))


def test_a_script_is_told_in_the_sentence_alone_and_may_send_the_same_again(dana: tuple[Client, str]) -> None:
    client, order = dana
    script = {"X-Requested-With": "fetch"}
    with busy():
        answer = client.post(order, TOLD, headers=script)
    assert (answer.status_code, answer.content.decode()) == (503, SENTENCE)
    assert client.post(order, TOLD, headers=script).status_code == 204


def test_any_other_form_of_the_house_is_answered_so_too(day: Day, as_: Browser) -> None:
    theo = as_("theo")
    with busy():
        answer = theo.post(f"/people/{day.person_id}/triggers/new/", {"key": "k", "cue": "a", "plan": "b"})
    assert answer.status_code == 503
    assert SENTENCE in words(answer)


def test_a_page_that_cannot_be_opened_now_says_so(day: Day, as_: Browser) -> None:
    client = as_("nina")
    with busy():
        answer = client.get(f"/people/{day.person_id}/")
    assert answer.status_code == 503
    assert "Open the page again in a moment." in words(answer)


def test_the_screen_at_the_chair_is_shown_all_the_same_and_its_line_is_kept(day: Day, as_: Browser) -> None:
    client, visit = as_("nina"), day.visit(S.INFUSING)
    with busy():
        answer = client.get(f"/visits/{visit}/")
    assert answer.status_code == 200 and spool.waiting() == 1
