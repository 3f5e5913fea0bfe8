"""The use calendar: an unknown day is neither abstinent nor use."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenestra.science.errors import BadInput, DataFault
from fenestra.science.instruments import (
    CalendarLimits,
    amounts_of,
    calendar_limits,
    find_instrument,
    parse_instrument,
    read_use_days,
    score_drinks,
    score_use,
)

LIMITS = CalendarLimits(heavy_day_drinks_man=5, heavy_day_drinks_woman=4, grams_per_drink=14)

TWO_SUBSTANCES = """date,substance,amount,unit
2026-03-03,alcohol,42,g
2026-03-01,Alcohol,0,drinks

2026-03-01,cocaine,0.5,g
2026-03-05,alcohol,?,
"""


def test_the_limits_are_those_of_the_calendars_own_file() -> None:
    assert calendar_limits(find_instrument("tlfb")) == LIMITS


def test_a_calendar_whose_limits_cannot_be_read_is_a_fault() -> None:
    with pytest.raises(DataFault, match=r"phq9\.toml"):
        calendar_limits(find_instrument("phq9"))


@pytest.mark.parametrize(("sex", "heavy_days"), [("male", 1), ("female", 2), ("unspecified", 2), (None, 2)])
def test_a_heavy_day_is_read_by_sex_and_carefully_without_it(sex: str | None, heavy_days: int) -> None:
    assert score_drinks([0, 4, 5], LIMITS, sex=sex).heavy_drinking_days == heavy_days


def test_nothing_is_said_of_a_calendar_of_unknown_days() -> None:
    summary = score_drinks([None, None], LIMITS)
    assert (summary.days, summary.unknown_days) == (0, 2)
    assert summary.percent_days_abstinent is None
    assert summary.heavy_drinking_days is None
    assert summary.longest_abstinent_days is None
    assert summary.first_use is None


def test_unknown_days_are_named_apart_and_counted_as_use_only_where_it_says_so() -> None:
    summary = score_drinks([0, None, 0, 0], LIMITS)
    assert summary.percent_days_abstinent == 100
    assert summary.percent_days_abstinent_if_unknown_were_use == 75
    assert summary.longest_abstinent_days == 2
    assert summary.first_use == 0


def test_other_substances_have_no_drinks() -> None:
    summary = score_use([0, Decimal("0.5"), None])
    assert summary.percent_days_abstinent == 50
    assert (summary.heavy_drinking_days, summary.drinks_per_drinking_day) == (None, None)


@pytest.mark.parametrize("amount", [-1, Decimal("NaN"), Decimal("Infinity")])
def test_an_amount_that_cannot_be_is_refused(amount: Decimal | int) -> None:
    with pytest.raises(BadInput, match="Day 2"):
        score_drinks([0, amount], LIMITS)


@given(st.lists(st.none() | st.integers(min_value=0, max_value=40)))
def test_every_day_is_abstinent_or_use_or_unknown(entries: list[int | None]) -> None:
    summary = score_drinks(entries, LIMITS)
    assert summary.days + summary.unknown_days == len(entries)
    if summary.percent_days_abstinent is not None:
        assert summary.percent_days_abstinent_if_unknown_were_use is not None
        assert 0 <= summary.percent_days_abstinent_if_unknown_were_use <= summary.percent_days_abstinent <= 100
        assert (summary.longest_abstinent_days or 0) <= summary.days
        assert (summary.first_use == 0) is (summary.percent_days_abstinent == 100)


@given(st.lists(st.none() | st.integers(min_value=0, max_value=40)), st.integers(min_value=0))
def test_learning_of_an_unknown_day_never_moves_known_heavy_days_down(entries: list[int | None], drinks: int) -> None:
    known = [drinks if entry is None else entry for entry in entries]
    before, after = score_drinks(entries, LIMITS), score_drinks(known, LIMITS)
    assert (before.heavy_drinking_days or 0) <= (after.heavy_drinking_days or 0)


# ---- the text file


def test_a_file_is_read_by_date_with_the_unlisted_days_unknown() -> None:
    days = read_use_days(TWO_SUBSTANCES)
    assert [use.day for use in days] == [date(2026, 3, n) for n in (1, 1, 3, 5)]
    assert amounts_of(days, "alcohol", LIMITS) == (0, None, 3, None, None)
    assert amounts_of(days, "cocaine", LIMITS) == (Decimal("0.5"), None, None, None, None)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Line 1: the columns are date, substance, amount"),
        ("date,substance\n", "Line 1: the columns are"),
        ("date,substance,amount,mood\n", "Line 1: the columns are"),
        ("date,substance,amount,amount\n", "Line 1: the columns are"),
        ("date,substance,amount\n", "Line 1: there is no day"),
        ("date,substance,amount\n2026-03-01,alcohol\n", "Line 2: it has 2 cells"),
        ("date,substance,amount\n01.03.2026,alcohol,1\n", "Line 2: “01.03.2026” is not a date"),
        ("date,substance,amount\n2026-02-30,alcohol,1\n", "Line 2: “2026-02-30” is not a date"),
        ("date,substance,amount\n2026-03-01,,1\n", "Line 2: the substance is empty"),
        ("date,substance,amount\n2026-03-01,alcohol,-1\n", "Line 2: “-1” is not an amount"),
        ("date,substance,amount\n2026-03-01,alcohol,nan\n", "Line 2: “nan” is not an amount"),
        ("date,substance,amount\n\n2026-03-01,alcohol,lots\n", "Line 3: “lots” is not an amount"),
        ("date,substance,amount,unit\n2026-03-01,alcohol,1,pint\n", "Line 2: “pint” is not a unit for alcohol"),
        ("date,substance,amount\n2026-03-01,alcohol,1\n2026-03-01,alcohol,0\n", "2026-03-01 alcohol stands twice"),
    ],
)
def test_a_line_that_cannot_be_read_is_refused_by_its_number(text: str, sentence: str) -> None:
    with pytest.raises(BadInput) as refusal:
        read_use_days(text)
    assert str(refusal.value).startswith(sentence)
    assert refusal.value.field == "days"


def test_a_form_is_not_a_calendar() -> None:
    with pytest.raises(DataFault):
        parse_instrument('id = "x"\nkind = "calendar"\n', "x.toml")
