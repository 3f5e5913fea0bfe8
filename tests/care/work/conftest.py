"""A clinic where something is owed, as a fixture."""

from __future__ import annotations

from typing import Any

import pytest

from fenestra.ground.book import clock
from tests.care.visit.conftest import day, furnished, quick_passwords
from tests.care.work.desk import Desk, furnish

__all__ = ["day", "furnished", "quick_passwords"]


@pytest.fixture
def desk(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Desk:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    made = furnish()
    monkeypatch.setattr(clock, "now", lambda: made.at)
    return made
