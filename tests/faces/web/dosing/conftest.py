"""A clinic's day behind the pages: signed-in browsers, and the server's clock at the day's own time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from fenestra.faces.web import limits
from fenestra.ground.book import clock
from tests.care.visit.day import Day
from tests.shelf import as_it_was

Browser = Callable[[str], Client]


@pytest.fixture
def day(furnished: Day | None, db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Day:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    made = as_it_was(furnished)
    settings.STATIC_ROOT = None  # nothing is collected for tests; the finders serve it
    monkeypatch.setattr(clock, "now", lambda: made.at)
    return made


@pytest.fixture
def as_(day: Day) -> Browser:
    """The browser of one human of this clinic, signed in."""

    def signed_in(name: str) -> Client:
        client = Client()
        client.force_login(get_user_model().objects.get(pk=day.scopes[name].staff_id))
        session = client.session
        session["factor"] = "totp"
        limits.begin(session)
        session.save()
        return client

    return signed_in
