"""The dosing day as a fixture; `stored` is the same in a database of its own, with commits and threads."""

from __future__ import annotations

from typing import Any

import pytest

from fenestra.ground.book import clock
from tests.care.visit.day import Day, furnish
from tests.shelf import as_it_was, furnished

__all__ = ["furnished"]


@pytest.fixture
def quick_passwords(settings: Any) -> None:
    """The real hash is slow on purpose; these tests check hundreds of passwords."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def _on_the_days_clock(day: Day, monkeypatch: pytest.MonkeyPatch) -> Day:
    """The server's clock stands where the day stands, so no test depends on the hour it runs at."""
    monkeypatch.setattr(clock, "now", lambda: day.at)
    return day


@pytest.fixture
def day(furnished: Day | None, db: None, quick_passwords: None, monkeypatch: pytest.MonkeyPatch) -> Day:
    return _on_the_days_clock(as_it_was(furnished), monkeypatch)


@pytest.fixture
def stored(book_db: str, quick_passwords: None, monkeypatch: pytest.MonkeyPatch) -> Day:
    return _on_the_days_clock(furnish(), monkeypatch)
