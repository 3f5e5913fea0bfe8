"""What a bedside monitor may do, is refused, and is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import Resolver404, resolve

from fenestra.care.visit import dose, going_home, queries, silence
from fenestra.care.visit.rules import VisitState
from fenestra.ground.book.models import AuditLine, RequestKey
from tests.care.visit.day import Day
from tests.faces.bedside import Bedside, accept_feeds


def test_a_reading_is_kept_with_both_times(bedside: Bedside) -> None:
    measured_at = bedside.day.at - timedelta(seconds=1.5)
    answer = bedside.send(pulse=84, spo2=97, measured_at=measured_at)
    assert answer.status_code == 200
    assert answer.json() == {
        "kept": True, "again": False, "outside_database": False, "device_clock_behind_s": 1.5,
    }  # fmt: skip
    kept = bedside.day.see(bedside.visit_id).readings[-1]
    assert (kept.origin, kept.at, kept.entered_at) == ("stream", measured_at, bedside.day.at)
    assert bedside.streamed() == [("pulse", 84), ("spo2", 97)]


def test_the_same_key_twice_writes_once(bedside: Bedside) -> None:
    bedside.send("7", pulse=84)
    again = bedside.send("7", pulse=84)
    assert (again.status_code, again.json()["kept"], again.json()["again"]) == (200, True, True)
    assert bedside.streamed() == [("pulse", 84)]


def test_a_used_key_with_other_numbers_is_refused(bedside: Bedside) -> None:
    bedside.send("7", pulse=84)
    assert bedside.send("7", pulse=85).status_code == 409
    assert bedside.streamed() == [("pulse", 84)]


def test_a_monitor_cannot_take_the_clocks_request_key(bedside: Bedside) -> None:
    """The clock's alarms have keys anybody could guess; a device must not be able to answer them beforehand."""
    since = bedside.day.see(bedside.visit_id).monitor_since
    assert since
    bedside.send(f"MON-010:stream-high:{bedside.visit_id}:{since.isoformat()}"[:60], pulse=84)
    assert {key for key in keys() if "MON-010" in key and not key.startswith("monitor:")} == set()


def keys() -> set[str]:
    return set(RequestKey.objects.values_list("key", flat=True))


@pytest.mark.parametrize("hours", [-3, 3, -24 * 365 * 50])
def test_a_device_clock_that_is_off_is_kept_as_sent_and_the_device_is_told(bedside: Bedside, hours: int) -> None:
    off = bedside.day.at + timedelta(hours=hours)
    answer = bedside.send(pulse=84, measured_at=off)
    assert answer.json()["device_clock_behind_s"] == pytest.approx(-hours * 3600)
    assert bedside.day.see(bedside.visit_id).readings[-1].at == off


def test_order_is_the_servers_when_a_device_clock_runs_back(bedside: Bedside) -> None:
    bedside.send("1", pulse=80)
    bedside.send("2", pulse=90, measured_at=bedside.day.at - timedelta(hours=1))
    assert bedside.streamed() == [("pulse", 80), ("pulse", 90)]


def test_a_device_clock_that_runs_ahead_does_not_put_off_the_next_round(bedside: Bedside) -> None:
    bedside.send(systolic=130, diastolic=80, measured_at=bedside.day.at + timedelta(hours=5))
    due = queries.round_due_at(bedside.day.see(bedside.visit_id))
    assert due and due <= bedside.day.at + timedelta(minutes=10)
    silence.look(bedside.day.later(minutes=14))
    assert silence.ROUND in {alarm.rule for alarm in bedside.day.see(bedside.visit_id).open_alarms()}


def test_a_reading_beyond_a_limit_raises_its_alarm(bedside: Bedside) -> None:
    assert bedside.send(systolic=190, diastolic=100).status_code == 200
    assert [alarm.measure for alarm in bedside.day.see(bedside.visit_id).open_alarms()] == ["systolic"]


NONSENSE: list[tuple[dict[str, Any], str]] = [
    ({"pulse": 4000}, "pulse"),
    ({"spo2": 101}, "oxygen saturation"),
    ({"systolic": 80, "diastolic": 120}, "systolic"),
    ({"pulse": "fast"}, "pulse"),
    ({"pulse": "NaN"}, "pulse"),
    ({"pulse": 84.1234}, "pulse"),
    ({"temperature": 37}, "temperature"),
    ({}, "no reading"),
    ({"pulse": 84, "measured_at": "2026-11-20T15:00:00"}, "measured_at"),
    ({"pulse": 84, "measured_at": "0001-01-01T00:00:00+14:00"}, "measured_at"),
    ({"pulse": 84, "key": "a\x00b"}, "key"),
    ({"pulse": 84, "key": "x" * 200}, "key"),
]


@pytest.mark.parametrize(("told", "names"), NONSENSE, ids=lambda value: str(value)[:40])
def test_nonsense_is_refused_with_a_sentence_and_nothing_is_kept(
    bedside: Bedside, told: dict[str, Any], names: str
) -> None:
    whole = {"key": "1", "measured_at": bedside.day.at.isoformat()} | told
    answer = bedside.post("monitor/readings", whole, token=bedside.token)
    assert answer.status_code == 422
    assert names in answer.json()["what"]
    assert bedside.streamed() == []


@pytest.mark.parametrize(("body", "status"), [("{", 400), ("[]", 422), ("null", 422), ("", 422)])
def test_a_body_that_is_no_reading_is_refused_with_a_sentence(bedside: Bedside, body: str, status: int) -> None:
    answer = bedside.post("monitor/readings", body, token=bedside.token)
    assert (answer.status_code, set(answer.json())) == (status, {"what"})


def test_a_wrong_token_opens_nothing(bedside: Bedside) -> None:
    bedside.token = "another"
    answer = bedside.send(pulse=84)
    assert (answer.status_code, set(answer.json())) == (401, {"what"})
    assert bedside.streamed() == []


def test_a_signed_in_browser_opens_nothing_without_a_token(bedside: Bedside) -> None:
    bedside.client.login(username="nina", password="password of nina")
    bedside.token = ""
    assert bedside.send(pulse=84).status_code == 401


def test_after_another_monitor_took_over_the_first_is_told(bedside: Bedside) -> None:
    bedside.connect(device="bedside C")
    answer = bedside.send(pulse=84)
    assert answer.status_code == 409
    assert "another took over" in answer.json()["what"]


def test_a_closed_visit_takes_nothing_more(bedside: Bedside) -> None:
    day = bedside.day
    day.later(minutes=41)
    day.do(dose.finish, visit_id=bedside.visit_id)
    day.do(going_home.left_early, visit_id=bedside.visit_id, reason="walked out")
    answer = bedside.send(pulse=84)
    assert (answer.status_code, answer.json()["what"]) == (409, "This visit is closed. Nothing more is taken into it.")
    assert bedside.streamed() == []


def test_connecting_is_refused_until_the_director_accepts_feeds(day: Day) -> None:
    bedside = Bedside(day, Client(), day.visit(VisitState.INFUSING))
    refused = bedside.connect()
    assert refused.status_code == 422
    assert "intended use" in refused.json()["what"]
    accept_feeds(day)
    assert bedside.connect().json()["visit_id"] == bedside.visit_id


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"password": "wrong"}, 401),
        ({"username": "nobody"}, 401),
        ({"username": "theo", "password": "password of theo"}, 403),
        ({"person_code": "Z-9"}, 404),
        ({"device": ""}, 422),
        ({"device": "x" * 61}, 422),
    ],
    ids=str,
)
def test_connecting_is_refused_to(bedside: Bedside, told: dict[str, str], status: int) -> None:
    answer = bedside.connect(**told)
    assert (answer.status_code, set(answer.json())) == (status, {"what"})


def test_a_failed_log_in_is_written_without_what_was_typed(bedside: Bedside) -> None:
    bedside.connect(username="someone", password="secret words")
    line = AuditLine.objects.filter(kind="refusal").latest("pk")
    assert (line.what, line.by_id) == ("connecting a monitor", None)
    assert "secret" not in line.reason and "someone" not in line.reason


def test_a_person_who_is_booked_but_not_in_the_house_has_no_monitor(day: Day) -> None:
    accept_feeds(day)
    bedside = Bedside(day, Client(), day.visit(VisitState.BOOKED))
    assert "Check the person in first" in bedside.connect().json()["what"]


def test_a_database_that_is_down_is_said_and_nothing_claimed(bedside: Bedside, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(token_hash: str) -> None:
        raise OperationalError("no connection")

    monkeypatch.setattr(queries, "monitored_visit", down)
    answer = bedside.send(pulse=84)
    assert answer.status_code == 503
    assert "not kept" in answer.json()["what"]


def test_the_house_says_that_it_is_ready_to_anyone(db: None) -> None:
    assert Client().get("/api/v1/health").json() == {"ready": True, "kept_outside": 0}


def test_the_interface_describes_itself_and_loads_nothing_from_elsewhere(db: None) -> None:
    described = Client().get("/api/v1/openapi.json").json()
    assert set(described["paths"]) == {"/api/v1/monitor/connect", "/api/v1/monitor/readings", "/api/v1/health"}
    with pytest.raises(Resolver404):
        resolve("/api/v1/docs")


def test_guessing_at_the_interface_is_slowed_down_with_that_at_the_door(bedside: Bedside) -> None:
    answers = [bedside.connect(password="guess") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert "The next one is looked at in 30 s." in answers[-1].json()["what"]
    door = Client().post("/sign-in/", {"username": "nina", "password": "password of nina"})
    assert door.status_code == 429
    bedside.day.at += timedelta(seconds=31)
    assert bedside.connect().status_code == 200
