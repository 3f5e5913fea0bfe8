"""The demo is made up, comes through the same acts, and is the same people for the same seed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

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


def _names(clinic_id: int) -> list[tuple[str, str]]:
    scope = Scope(clinic_id, None)
    return [(one.code, one.name) for one in people.people(scope, OPEN, at=clock.now())]


def _visits(scope: Scope) -> list[visits.VisitLine]:
    found = people.people(scope, OPEN, at=clock.now())
    return [line for one in found for line in visits.visits_of(scope, OPEN, one.id)]


def test_two_clinics_with_log_ins_and_somebody_in_the_chair(db: None) -> None:
    made = demo.fill(seed=3, people=11, quiet=True)
    assert set(made) == KEYS
    assert (made["clinics"], made["people"], made["links"]) == (2, 13, [])
    assert {login["clinic"] for login in made["logins"]} == {"riverbend", "harbour"}
    assert all(login["totp_secret"] is None for login in made["logins"])
    river = clinics.clinics()[0]
    scope = Scope(river.id, None, time_zone=river.time_zone)
    states = [one.state for one in _visits(scope)]
    assert VisitState.INFUSING in states and states.count(VisitState.INFUSING) == 1
    assert river.made_up


def test_the_book_of_a_fresh_demo_is_whole(db: None) -> None:
    demo.fill(seed=3, people=3, quiet=True)
    seal.seal(clock.now())
    assert verify.verify(seal.head_file()).whole


def test_the_same_seed_makes_the_same_people(db: None) -> None:
    demo.fill(seed=5, people=3, quiet=True)
    first = _names(clinics.clinics()[0].id)
    assert first == [("R-001", first[0][1]), ("R-002", first[1][1]), ("R-003", first[2][1])]
    chance = demo.Maker("x", 0, demo.random.Random(5), clock.now()).chance
    # the generator asks for year, month and day of birth before the name
    chance.randrange(40), chance.randrange(12), chance.randrange(28)
    assert first[0][1] == f"{chance.choice(demo.FIRST_NAMES)} {chance.choice(demo.LAST_NAMES)}"


def test_asked_again_it_makes_nothing_and_says_what_is_there(db: None) -> None:
    first = demo.fill(seed=1, people=2, quiet=True)
    assert demo.fill(seed=2, people=9, quiet=True) == first


def test_a_demo_of_another_day_gets_people_for_today(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    demo.fill(seed=1, people=3, quiet=True)
    later = clock.now() + timedelta(days=3)
    monkeypatch.setattr(clock, "now", lambda: later)
    demo.freshen()
    river = clinics.clinics()[0]
    scope = Scope(river.id, None, time_zone=river.time_zone)
    assert len(_names(river.id)) == 6
    states = {one.state for one in _visits(scope) if one.since > later - timedelta(days=1)}
    assert VisitState.INFUSING in states


def test_a_real_clinics_folder_takes_no_demo(db: None, settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(Refused, match="folder of its own"):
        demo.fill(seed=1, people=1, quiet=True)
