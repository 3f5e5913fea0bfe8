"""A clinic with one person in an open episode, and phones that hold links to it."""

from __future__ import annotations

import pytest

from tests.care.checkins.phone import Phone, phone_of
from tests.care.visit.conftest import day, furnished, quick_passwords, stored
from tests.care.visit.day import Day

__all__ = ["day", "furnished", "quick_passwords", "stored"]


@pytest.fixture
def phone(day: Day) -> Phone:
    return phone_of(day)


@pytest.fixture
def stored_phone(stored: Day) -> Phone:
    return phone_of(stored)
