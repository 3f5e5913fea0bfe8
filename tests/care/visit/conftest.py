"""The dosing day as a fixture; `stored` is the same in a database of its own, with commits and threads."""

from __future__ import annotations

from typing import Any

import pytest

from tests.care.visit.day import Day, furnish


@pytest.fixture
def quick_passwords(settings: Any) -> None:
    """The real hash is slow on purpose; these tests check hundreds of passwords."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def day(db: None, quick_passwords: None) -> Day:
    return furnish()


@pytest.fixture
def stored(book_db: str, quick_passwords: None) -> Day:
    return furnish()
