"""A session ends when nobody touches it and when the day was long, with a warning; at the chair it locks instead."""

from __future__ import annotations

import pytest
from django.test import Client

from fenestra.care.visit.rules import VisitState
from fenestra.faces.web import limits
from fenestra.ground.book.models import AuditLine
from tests.care.visit.day import Day, password
from tests.faces.web.conftest import SignedIn

BY_SCRIPT = {"X-Requested-With": "fetch"}


class Wall:
    """The time on the wall, moved by the test."""

    now_s = 1_800_000_000.0


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    made = Wall()
    monkeypatch.setattr(limits, "now_s", lambda: made.now_s)
    return made


def left(client: Client) -> list[str]:
    return client.get("/account/left/", headers=BY_SCRIPT).content.decode().split()


def left_s(client: Client) -> int:
    return int(left(client)[0])


def test_a_screen_nobody_touches_is_signed_out_and_the_audit_says_why(wall: Wall, signed_in: SignedIn) -> None:
    client = signed_in("cora")
    wall.now_s += limits.IDLE_S + 1
    answer = client.get("/people/")
    assert answer.headers["Location"] == "/sign-in/?next=/people/"
    assert AuditLine.objects.filter(kind="sign-in").latest("pk").what == "ended by its limit"
    assert "nobody touched this screen" in client.get("/sign-in/").content.decode()
    assert client.get("/").headers["Location"] == "/sign-in/?next=/"


def test_a_touch_keeps_it_and_a_page_that_asks_by_itself_does_not(wall: Wall, signed_in: SignedIn) -> None:
    client = signed_in("cora")
    for _ in range(4):
        wall.now_s += limits.IDLE_S - 100
        assert client.get("/people/").status_code == 200
    wall.now_s += limits.IDLE_S - 100
    assert client.get("/today/parts/", headers=BY_SCRIPT).status_code == 200
    assert left_s(client) == 100
    assert client.post("/account/stay/").status_code == 200
    assert left_s(client) == limits.IDLE_S


def test_the_longest_day_ends_however_often_it_is_touched(wall: Wall, signed_in: SignedIn) -> None:
    client = signed_in("cora")
    for _ in range(limits.LONGEST_S // limits.IDLE_S):
        assert client.get("/people/").status_code == 200
        wall.now_s += limits.IDLE_S - 1
    wall.now_s += 100
    assert client.get("/people/").headers["Location"].startswith("/sign-in/")


def test_who_is_at_the_chair_is_locked_and_not_thrown_out(day: Day, wall: Wall, signed_in: SignedIn) -> None:
    visit, client = day.visit(VisitState.INFUSING), signed_in("nina")
    wall.now_s += limits.IDLE_S - 60
    assert left(client) == ["60", "120", "lock"]
    wall.now_s += 61
    path = f"/visits/{visit}/"
    page = client.get(path)
    assert page.status_code == 423 and "Locked, and still yours" in page.content.decode()
    assert "Marta" not in page.content.decode()
    sent = client.post(f"{path}round/", {"key": "r", "line": "120 80 70 98"}, headers=BY_SCRIPT)
    assert sent.status_code == 423
    wrong = client.post("/account/unlock/", {"password": "guess", "next": path})
    assert wrong.status_code == 422 and "not your password" in wrong.content.decode()
    assert client.post("/account/unlock/", {"password": password("nina"), "next": path}).headers["Location"] == path
    assert client.get(path).status_code == 200
    assert AuditLine.objects.filter(what="unlocked", by_id=day.scopes["nina"].staff_id).count() == 1


def test_a_script_unlocks_without_leaving_the_page(day: Day, wall: Wall, signed_in: SignedIn) -> None:
    day.visit(VisitState.INFUSING)
    client = signed_in("nina")
    wall.now_s += limits.LONGEST_S + 1
    told = {"password": password("nina")}
    assert client.post("/account/unlock/", {"password": "x"}, headers=BY_SCRIPT).status_code == 422
    assert client.post("/account/unlock/", told, headers=BY_SCRIPT).status_code == 204
    assert left_s(client) == limits.IDLE_S


def test_guessing_at_a_locked_screen_is_slowed_down(day: Day, wall: Wall, signed_in: SignedIn) -> None:
    day.visit(VisitState.INFUSING)
    client = signed_in("nina")
    wall.now_s += limits.IDLE_S + 1
    answers = [client.post("/account/unlock/", {"password": "x"}, headers=BY_SCRIPT).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


def test_a_colleague_who_did_nothing_in_the_visit_is_signed_out(day: Day, wall: Wall, signed_in: SignedIn) -> None:
    day.visit(VisitState.INFUSING)
    client = signed_in("cora")
    wall.now_s += limits.IDLE_S + 1
    assert client.get("/").headers["Location"] == "/sign-in/?next=/"
