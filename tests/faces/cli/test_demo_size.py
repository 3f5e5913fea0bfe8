"""A demo of some size shows every step of a person's way, how courses end, and work that waits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fenestra.care.people import queries as people
from fenestra.care.people import screening_queries as screenings
from fenestra.care.plan import queries as plans
from fenestra.care.work import queries as work
from fenestra.care.work.rules import ItemKind
from fenestra.faces.cli import demo
from fenestra.ground.book import clock
from fenestra.ground.book.scope import OPEN, Scope
from fenestra.ground.clinic import queries as clinics


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def test_a_clinic_of_some_size_has_somebody_at_every_step_and_work_that_waits(db: None) -> None:
    demo.fill(seed=1, people=31, quiet=True)
    river, now = clinics.clinics()[0], clock.now()
    scope = Scope(river.id, None, time_zone=river.time_zone)
    everybody = people.people(scope, OPEN, at=now)
    episodes = [episode for one in everybody for episode in people.episodes(scope, OPEN, one.id)]
    ends = {episode.closed_because.value for episode in episodes if episode.closed_because}
    assert ends == {"completed", "lost_to_follow_up", "consent_withdrawn", "death", "transfer", "other"}
    screened = [screenings.latest_screening(scope, OPEN, one.id) for one in everybody]
    assert None in screened
    decided = {found.decided.decision.value if found.decided else "" for found in screened if found}
    assert decided == {"fit", "not_now", ""}
    items = {item.kind: item for item in work.items(scope, OPEN, now)}
    assert items[ItemKind.SUICIDE_ALERT].owner_id is not None
    assert {ItemKind.FOLLOW_UP_OWED, ItemKind.SCREENING_TO_DECIDE} <= set(items)
    assert work.on_duty(scope, OPEN, now) and work.read_by(scope, OPEN, "high", now)
    assert plans.appointments(scope, OPEN, now, now + timedelta(days=14))
    hours = [each for each in plans.appointments(scope, OPEN, now - timedelta(days=500), now) if each.kind == "therapy"]
    assert {each.in_window for each in hours} == {True, False}
    assert all(each.outside_because for each in hours if not each.in_window)
