"""A clinic that has accepted feeds, on a day whose clock the server shares."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from fenestra.care.visit.rules import VisitState
from fenestra.ground.book import clock
from tests.care.visit.day import Day
from tests.faces.bedside import Bedside, accept_feeds
from tests.shelf import as_it_was, furnished

__all__ = ["furnished"]


@pytest.fixture
def day(furnished: Day | None, db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Day:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    made = as_it_was(furnished)
    monkeypatch.setattr(clock, "now", lambda: made.at)
    return made


@pytest.fixture
def bedside(day: Day) -> Bedside:
    """Connected to a running infusion. The client enforces Django's form tokens, as a browser would meet them."""
    accept_feeds(day)
    made = Bedside(day, Client(enforce_csrf_checks=True), day.visit(VisitState.INFUSING))
    made.token = made.connect().json()["token"]
    day.at += timedelta(seconds=2)
    return made
