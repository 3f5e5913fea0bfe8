"""Where a therapy hour stands to the window of the dose before it, and what may be said of that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fenestra.care.therapy import rules
from fenestra.care.therapy.rules import DoseEnd
from fenestra.science.errors import BadInput
from fenestra.science.protocols.regimens import protocol
from fenestra.science.protocols.window import WindowStanding

RULE = protocol("grabski_2022").window
FIRST = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def dose(number: int = 1, ended_at: datetime = FIRST) -> DoseEnd:
    return DoseEnd(visit_id=number, number=number, ended_at=ended_at, rule=RULE)


def hours_after(hours: float) -> datetime:
    return FIRST + timedelta(hours=hours)


def test_the_shipped_rule_is_24_to_72_hours() -> None:
    assert (RULE.opens_h, RULE.closes_h, RULE.soft_tail_to_day) == (24, 72, 14)


@pytest.mark.parametrize(
    ("hours", "standing"),
    [
        (2, WindowStanding.NOT_YET),
        (24, WindowStanding.OPEN),
        (72, WindowStanding.OPEN),
        (73, WindowStanding.SOFT_TAIL),
        (14 * 24 + 1, WindowStanding.CLOSED),
    ],
)
def test_an_hour_stands_to_the_window_of_the_dose_before_it(hours: float, standing: WindowStanding) -> None:
    assert rules.belongs_to(hours_after(hours), [dose()]) == (dose(), standing)


def test_an_hour_before_any_dose_belongs_to_none() -> None:
    assert rules.belongs_to(FIRST - timedelta(hours=1), [dose()]) == (None, None)


def test_an_hour_belongs_to_the_last_dose_before_it() -> None:
    second = dose(2, FIRST + timedelta(days=7))
    assert rules.belongs_to(FIRST + timedelta(days=8), [second, dose()])[0] == second


def test_coupling_counts_only_windows_that_are_over() -> None:
    second = dose(2, FIRST + timedelta(days=7))
    found = rules.coupling([(dose(), [hours_after(30)]), (second, [])], at=FIRST + timedelta(days=8))
    assert (found.doses, found.with_hour, found.still_open) == (1, 1, 1)


def test_coupling_is_worded_as_a_description() -> None:
    found = rules.coupling([(dose(), [hours_after(30)])], at=hours_after(200))
    assert found.say.startswith("1 of 1 doses had a therapy hour in their window.")
    assert "does not show" in found.say


def test_coupling_of_nothing_says_that_there_is_nothing() -> None:
    assert "nothing to count" in rules.coupling([], at=FIRST).say


def test_an_hour_in_the_soft_tail_is_not_in_the_window() -> None:
    assert not rules.has_hour(dose(), [hours_after(80)])


@pytest.mark.parametrize(
    ("began_at", "minutes", "people", "field"),
    [
        (hours_after(1), 50, 1, "began_at"),
        (FIRST, 0, 1, "minutes"),
        (FIRST, 50, 0, "people"),
        (FIRST, 50, 31, "people"),
    ],
)
def test_an_hour_that_cannot_have_been_is_refused(began_at: datetime, minutes: int, people: int, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        rules.check_hour(began_at, minutes, people, now=FIRST)
    assert refused.value.field == field
