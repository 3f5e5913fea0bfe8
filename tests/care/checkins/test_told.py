"""What one check-in may say, and which day it is about."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenestra.care.checkins import rules
from fenestra.care.checkins.rules import Told, Used, read_told
from fenestra.science.errors import BadInput

NOW = datetime(2026, 11, 20, 20, 14, tzinfo=UTC)
EVENING = {"told_id": "a1", "said_at": "2026-11-20T20:14:00+00:00", "offset_min": 0}


def told(sent_at: datetime = NOW, **said: Any) -> Told:
    return read_told({**EVENING, **said}, sent_at=sent_at, received_at=NOW)


def test_a_check_in_is_about_the_day_before() -> None:
    assert told().day == date(2026, 11, 19)


def test_yesterday_is_the_persons_own() -> None:
    """At 20:14 in Greenwich it is already the 21st in Tokyo, so yesterday is the 20th there."""
    assert told(offset_min=9 * 60).day == date(2026, 11, 20)


def test_a_phone_a_day_ahead_moves_no_day() -> None:
    ahead = told(sent_at=NOW + timedelta(days=1), said_at="2026-11-21T20:14:00+00:00")
    assert (ahead.day, ahead.clock_off_s) == (date(2026, 11, 19), -86_400)


def test_a_phone_a_day_behind_moves_no_day() -> None:
    behind = told(sent_at=NOW - timedelta(days=1), said_at="2026-11-19T20:14:00+00:00")
    assert (behind.day, behind.clock_off_s) == (date(2026, 11, 19), 86_400)


def test_what_waited_three_days_without_a_network_keeps_its_day() -> None:
    assert told(said_at="2026-11-17T08:00:00+00:00").day == date(2026, 11, 16)


def test_a_phone_that_forgot_the_year_moves_no_day() -> None:
    """A battery that ran out leaves a phone at the beginning of 1970; that still fits what is kept."""
    forgot = told(sent_at=datetime(1970, 1, 1, 1, tzinfo=UTC), said_at="1970-01-01T00:30:00+00:00")
    assert forgot.day == date(2026, 11, 19)
    assert forgot.clock_off_s < 2**31


@pytest.mark.parametrize("year", [1, 9999])
def test_what_no_clock_can_show_is_refused_with_what_to_do(year: int) -> None:
    with pytest.raises(BadInput, match="Set its date"):
        told(sent_at=datetime(year, 6, 1, tzinfo=UTC), said_at="9999-12-31T23:59:59+00:00")


@given(off=st.integers(-40_000_000, 40_000_000), waited=st.integers(0, 5_000_000), offset=st.integers(-720, 840))
def test_no_clock_fault_moves_the_day(off: int, waited: int, offset: int) -> None:
    """However wrong the phone's clock is, the day is that of the true moment in the phone's zone."""
    truly, phone = NOW - timedelta(seconds=waited), timedelta(seconds=off)
    found = read_told(
        {"told_id": "x", "said_at": (truly + phone).isoformat(), "offset_min": offset},
        sent_at=NOW + phone, received_at=NOW,
    )  # fmt: skip
    assert found.day == (truly + timedelta(minutes=offset) - timedelta(days=1)).date()


def test_everything_may_be_left_unanswered() -> None:
    nothing = told()
    assert (nothing.craving_now, nothing.craving_most, nothing.used, nothing.amount, nothing.mood) == (None,) * 5


def test_rather_not_say_is_an_answer() -> None:
    assert told(used="rather_not").used is Used.RATHER_NOT


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"used": "no", "amount": "3"}, "used"),
        ({"used": "rather_not", "amount": "3"}, "used"),
        ({"amount": "3"}, "used"),
        ({"used": "yes", "amount": "0"}, "amount"),
        ({"used": "yes", "amount": "-1"}, "amount"),
        ({"used": "yes", "amount": "2.555"}, "amount"),
        ({"used": "yes", "amount": "NaN"}, "amount"),
        ({"used": "yes", "amount": "1e9"}, "amount"),
        ({"used": "yes", "amount": "x" * 10_000_000}, "amount"),
        ({"used": "maybe"}, "used"),
        ({"craving_now": 101}, "craving_now"),
        ({"craving_now": -1}, "craving_now"),
        ({"craving_now": True}, "craving_now"),
        ({"mood": "<b>low</b>"}, "mood"),
        ({"said_at": "yesterday"}, "said_at"),
        ({"said_at": "2026-11-20T20:14:00"}, "said_at"),
        ({"said_at": "2026-08-20T20:14:00+00:00"}, "said_at"),
        ({"offset_min": 5000}, "offset_min"),
        ({"told_id": ""}, "told_id"),
        ({"told_id": "x" * 41}, "told_id"),
        ({"told_id": "a\x00b"}, "told_id"),
        ({"said_at": "9999-12-31T23:59:59+00:00"}, "said_at"),
        ({"said_at": "0001-01-01T00:00:00+14:00"}, "said_at"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(said: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        told(**said)
    assert refused.value.field == field
    assert len(str(refused.value)) < 200


def test_a_day_asked_about_and_not_answered_is_a_miss_and_nothing_else() -> None:
    asked = {date(2026, 11, day) for day in (1, 2, 3, 9)}
    assert rules.missed_days(asked, {date(2026, 11, 2)}, until=date(2026, 11, 5)) == (
        date(2026, 11, 1),
        date(2026, 11, 3),
    )
