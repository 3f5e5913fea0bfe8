"""Days told of are folded by month: counted in its line, the newest open, and every day still on the page."""

from __future__ import annotations

import re
from datetime import date, timedelta

from fenestra.care.measures import actions
from fenestra.care.measures.values import DayValue
from fenestra.faces.web.staff.measures.months import months
from tests.care.visit.day import Day
from tests.faces.web.conftest import SignedIn


def told(day: date, used: bool | None, *, substance: str = "alcohol", disagree: bool = False) -> DayValue:
    return DayValue(day, substance, used, None, "", disagree, ())


def test_a_month_counts_what_was_told_by_substance_and_nothing_that_was_not() -> None:
    days = [
        told(date(2026, 10, 30), True),
        told(date(2026, 10, 31), False, disagree=True),
        told(date(2026, 11, 1), None),
        told(date(2026, 11, 1), False, substance="cocaine"),
    ]
    newest, before = months(days)
    assert newest.said == "alcohol: 1 day told of, 1 not said; cocaine: 1 day told of, 1 without"
    assert before.said == "alcohol: 2 days told of, 1 with use, 1 without"
    assert (newest.disagree, before.disagree) == (0, 1)
    assert [row.day for _, row in before.rows] == [date(2026, 10, 31), date(2026, 10, 30)]


def test_nobody_told_of_anything() -> None:
    assert months([]) == []


def test_a_year_is_folded_with_the_newest_month_open_and_every_day_to_be_corrected(
    day: Day, signed_in: SignedIn
) -> None:
    today = day.at.date()
    days = tuple(
        {"day": today - timedelta(days=back), "substance": "alcohol", "used": back % 5 == 0} for back in range(365)
    )
    day.do(actions.record_use_days, person_id=day.person_id, days=days, source="person")
    page = signed_in().get(f"/people/{day.person_id}/measures/").content.decode()
    folds = re.findall(r'<details class="fe-month"( open)?><summary><b>([^<]+)</b>', page)
    assert [month for open_, month in folds if open_] == ["November 2026"]
    assert len(folds) == 13 and folds[-1][1] == "November 2025"
    assert len(re.findall(r'aria-label="Correct [^"]+ alcohol', page)) == 365
