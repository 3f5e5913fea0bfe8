"""The dosing screen through a browser's eyes: what each sheet writes, and what it says when it cannot."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest
from django.test import Client

from fenestra.care.visit import lists
from fenestra.care.visit.rules import Measure, VisitState
from tests.care.visit.day import Day
from tests.faces.web.dosing.conftest import Browser

KEYS = itertools.count(1)
S = VisitState
ONLY_IM, ONLY_IV = (S.GIVEN, S.TREATING), (S.INFUSING, S.PAUSED)
REACHABLE = [("iv", s) for s in S if s not in ONLY_IM] + [("im", s) for s in S if s not in ONLY_IV]


def send(client: Client, visit: int, sheet: str, **told: Any) -> Any:
    """Post a sheet as the page's script does."""
    told = {"key": f"sheet {next(KEYS)}"} | told
    return client.post(f"/visits/{visit}/{sheet}/", told, headers={"X-Requested-With": "fetch"})


def words(answer: Any) -> str:
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", text).replace("&#x27;", "'")


@pytest.mark.parametrize(("route", "state"), REACHABLE)
def test_page_and_board_open_in_every_state(day: Day, as_: Browser, route: str, state: VisitState) -> None:
    visit = day.visit(state, route=route)
    answer = as_("nina").get(f"/visits/{visit}/")
    assert answer.status_code == 200
    assert "Marta Ellison" in words(answer) and "Allergy: penicillin" in words(answer)
    assert as_("nina").get(f"/visits/{visit}/board/").status_code == 200


def test_a_round_typed_as_one_line_is_kept(day: Day, as_: Browser) -> None:
    visit = day.visit(S.INFUSING)
    day.later(minutes=10)
    assert send(as_("nina"), visit, "round", line="146 91 84 97").status_code == 204
    latest = {m: day.see(visit).latest(m) for m in (Measure.SYSTOLIC, Measure.SPO2)}
    assert [r.value for r in latest.values() if r] == [146, 97]


def test_the_same_sheet_sent_twice_is_one_round(day: Day, as_: Browser) -> None:
    visit = day.visit(S.INFUSING)
    before = len(day.see(visit).readings)
    for _ in range(2):
        assert send(as_("nina"), visit, "round", key="once", line="146 91 84 97").status_code == 204
    assert len(day.see(visit).readings) == before + 4


def test_starting_from_the_sheet_and_a_second_start(day: Day, as_: Browser) -> None:
    visit = day.visit(S.CONFIRMED)
    ticks = {"version": day.see(visit).version} | {line.item: "on" for line in lists.TIME_OUT}
    assert send(as_("nina"), visit, "start", **ticks).status_code == 204
    again = send(as_("noel"), visit, "start", **ticks)
    assert again.status_code == 422
    assert "This dose was started at 10:00 by Nina. Open the dosing screen to join." in words(again)
