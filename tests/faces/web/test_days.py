"""A day is read with its year wherever it is not of the year that runs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from fenestra.faces.web import days
from fenestra.faces.web.templatetags import fenestra as filters
from fenestra.ground.book import clock

NEW_YORK = "America/New_York"


@pytest.fixture(autouse=True)
def november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 20, 15, tzinfo=UTC))


def test_a_day_of_this_year_is_short_and_one_of_another_year_says_which() -> None:
    assert filters.short_day(date(2026, 11, 19)) == "Thu 19 Nov"
    assert filters.short_day(date(2025, 11, 19)) == "Wed 19 Nov 2025"
    assert filters.short_day(date(2027, 1, 4)) == "Mon 4 Jan 2027"
    assert filters.short_day(None) == ""


def test_the_year_is_that_of_the_clinic_day() -> None:
    new_years_morning_in_london = datetime(2026, 1, 1, 1, tzinfo=UTC)
    assert filters.day_of(new_years_morning_in_london, NEW_YORK) == "Wed 31 Dec 2025"
    assert filters.day_of(new_years_morning_in_london, "UTC") == "Thu 1 Jan"
    assert filters.day_of(None, NEW_YORK) == ""


def test_a_moment_carries_the_year_as_its_day_does() -> None:
    zone = ZoneInfo(NEW_YORK)
    assert days.short_moment(datetime(2026, 11, 24, 14, tzinfo=UTC), zone) == "Tue 24 Nov 09:00"
    assert days.short_moment(datetime(2025, 11, 24, 14, tzinfo=UTC), zone) == "Mon 24 Nov 2025 09:00"
