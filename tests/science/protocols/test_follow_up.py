"""The follow-up points of the year after the last dose."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from fenestra.science.protocols.follow_up import add_months, follow_up_at, follow_up_months, follow_up_points

DAYS = st.dates(date(2020, 1, 1), date(2090, 1, 1))


def test_the_months_are_those_of_the_requirement() -> None:
    assert follow_up_months() == (1, 2, 3, 4, 6, 8, 12)


def test_the_last_day_of_a_short_month_stands_for_a_longer_one() -> None:
    assert add_months(date(2026, 10, 31), 4) == date(2027, 2, 28)
    assert add_months(date(2026, 12, 31), 12) == date(2027, 12, 31)


def test_before_the_first_point_none_has_come() -> None:
    assert follow_up_at(date(2026, 1, 31), date(2026, 2, 27)) is None
    point = follow_up_at(date(2026, 1, 31), date(2026, 2, 28))
    assert point and (point.month, point.until) == (1, date(2026, 3, 31))


@given(DAYS, st.integers(0, 900))
def test_every_day_from_the_first_point_on_belongs_to_exactly_one(last_dose: date, days: int) -> None:
    day = last_dose + timedelta(days=days)
    points = follow_up_points(last_dose)
    meets = [each for each in points if each.is_met_by(day)]
    assert meets == ([] if day < points[0].day else [follow_up_at(last_dose, day)])
