"""A clinic on one dosing day, and browsers signed in to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from fenestra.ground.book import clock
from tests.care.visit.day import Day
from tests.faces.signing_in import sign_in
from tests.shelf import as_it_was

SignedIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def no_static_files(settings: Any, tmp_path: Path) -> None:
    """Pages are asked for, not their files: no folder of them is walked for each browser."""
    settings.STATIC_ROOT, settings.WHITENOISE_USE_FINDERS = tmp_path, False


@pytest.fixture
def day(furnished: Day | None, db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Day:
    """The clinic, with the server's clock standing where the day stands."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    made = as_it_was(furnished)
    monkeypatch.setattr(clock, "now", lambda: made.at)
    return made


@pytest.fixture
def signed_in(day: Day) -> SignedIn:
    """A browser in which somebody of the clinic has signed in."""

    def sign(name: str = "nina") -> Client:
        return sign_in(Client(), day, name)

    return sign
