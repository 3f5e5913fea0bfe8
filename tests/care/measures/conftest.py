"""A person who is asked, as a fixture."""

from __future__ import annotations

from typing import Any

import pytest

from fenestra.ground.book import clock
from tests.care.measures.chart import Chart, furnish


@pytest.fixture
def chart(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Chart:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    made = furnish()
    monkeypatch.setattr(clock, "now", lambda: made.at)
    return made
