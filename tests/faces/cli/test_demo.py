"""The demo is made up, comes through the same acts, and is the same people for the same seed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from fenestra.care.checkins import queries as checkins
from fenestra.care.people import queries as people
from fenestra.care.visit import queries as visits
from fenestra.care.visit.rules import VisitState
from fenestra.faces.cli import demo
from fenestra.ground.book import clock, seal, verify
from fenestra.ground.book.scope import OPEN, Scope
from fenestra.ground.clinic import queries as clinics
from fenestra.science.errors import Refused

KEYS = {"clinics", "people", "acts", "seconds", "logins", "links"}


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def _river() -> Scope:
    river = clinics.clinics()[0]
    return Scope(river.id, None, time_zone=river.time_zone)


def _names(clinic_id: int) -> list[tuple[str, str]]:
    scope = Scope(clinic_id, None)
    return [(one.code, one.name) for one in people.people(scope, OPEN, at=clock.now())]


def _visits(scope: Scope) -> list[visits.VisitLine]:
    found = people.people(scope, OPEN, at=clock.now())
    return [line for one in found for line in visits.visits_of(scope, OPEN, one.id)]


def test_two_clinics_with_log_ins_and_somebody_in_the_chair(db: None) -> None:
    made = demo.fill(seed=3, people=11, quiet=True)
    assert set(made) == KEYS
    assert (made["clinics"], made["people"]) == (2, 13)
    assert {login["clinic"] for login in made["logins"]} == {"riverbend", "harbour"}
    with_app = {login["role"] for login in made["logins"] if "totp" in login}
    assert with_app == {"medical director", "physician", "pharmacist"}
    states = [one.state for one in _visits(_river())]
    assert VisitState.INFUSING in states and states.count(VisitState.INFUSING) == 1
    assert clinics.clinics()[0].made_up


def test_todays_people_stand_where_tests_and_rigs_look_for_them(db: None) -> None:
    demo.fill(seed=1, people=8, quiet=True)
    scope = _river()
    now = {one.id: one.state.value for one in _visits(scope)}
    assert [now[visit_id] for visit_id in sorted(now)[:8]] == [
        "infusing", "arrived", "cleared", "recovering", "discharged", "booked", "booked", "discharged",
    ]  # fmt: skip


def test_the_book_of_a_fresh_demo_is_whole(db: None) -> None:
    demo.fill(seed=3, people=3, quiet=True)
    seal.seal(clock.now())
    assert verify.verify(seal.head_file()).whole


def test_asked_again_it_makes_nothing_and_says_what_is_there(db: None) -> None:
    first = demo.fill(seed=1, people=2, quiet=True)
    assert demo.fill(seed=2, people=9, quiet=True) == first


def test_its_links_open_now_for_the_people_they_name(db: None) -> None:
    made = demo.fill(seed=1, people=2, quiet=True)
    assert {link["kind"] for link in made["links"]} == {"check-in", "own page"}
    for link in made["links"]:
        found = checkins.link_of(link["url"].split("/")[2], at=clock.now())
        named = people.person(Scope(found.scope.clinic_id, None), OPEN, found.person_id, at=clock.now())
        assert named.code == link["person"] and not found.sent
        if link["kind"] == "check-in":
            assert Client().get(link["url"])["Location"] == "/me/check-in/"


def test_its_secrets_stand_in_one_file_that_only_its_owner_reads(db: None, settings: Any) -> None:
    made = demo.fill(seed=1, people=1, quiet=True)
    file = Path(settings.FENESTRA_DATA) / demo.FILE
    assert file.stat().st_mode & 0o077 == 0
    assert made["links"][0]["url"] in file.read_text()


def test_a_demo_of_another_day_gets_people_for_today(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    demo.fill(seed=1, people=5, quiet=True)
    later = clock.now() + timedelta(days=3)
    monkeypatch.setattr(clock, "now", lambda: later)
    demo.freshen()
    scope = _river()
    assert len(_names(scope.clinic_id)) == 10
    states = {one.state for one in _visits(scope) if one.since > later - timedelta(days=1)}
    assert VisitState.INFUSING in states


def test_a_real_clinics_folder_takes_no_demo(db: None, settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(Refused, match="folder of its own"):
        demo.fill(seed=1, people=1, quiet=True)
