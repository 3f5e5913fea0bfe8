"""What an action was told comes back from a file exactly."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenestra.ground.book.told import NotPlain, plain, same_form, value_of

SIMPLE = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.dates()
    | st.decimals(allow_nan=False) | st.datetimes(timezones=st.just(timezone(timedelta(hours=-5))))
)  # fmt: skip
HASHABLE = SIMPLE | st.tuples(SIMPLE, SIMPLE)
TOLD = st.recursive(
    SIMPLE,
    lambda inner: (
        st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(HASHABLE, inner) | st.frozensets(HASHABLE)
    ),
    max_leaves=12,
)


class Route(StrEnum):
    IV = "iv"


@given(TOLD)
def test_any_plain_value_comes_back_as_it_was(value):
    back = value_of(json.loads(json.dumps(plain(value))))
    assert back == value
    assert type(back) is type(value)


@given(TOLD)
def test_a_value_that_came_back_is_the_same_request(value):
    assert same_form(value_of(json.loads(json.dumps(plain(value))))) == same_form(value)


def test_trailing_zeros_of_a_dose_are_kept():
    assert str(value_of(plain(Decimal("0.50")))) == "0.50"


def test_an_enum_is_kept_as_its_value():
    assert value_of(plain({"route": Route.IV})) == {"route": "iv"}


def test_a_set_has_one_form_in_every_process():
    assert plain(frozenset({"nurse", "lead", "rater"})) == {"set": ["lead", "nurse", "rater"]}


@dataclass(frozen=True)
class Order:
    dose_mg: Decimal
    on: date


def test_what_a_file_cannot_hold_is_a_fault_that_says_so():
    with pytest.raises(NotPlain, match="told a Order"):
        plain({"order": Order(Decimal(40), date(2026, 1, 5))})


def test_two_such_values_still_compare_by_how_they_print():
    monday, tuesday = (Order(Decimal(40), date(2026, 1, day)) for day in (5, 6))
    assert same_form(monday) == same_form(Order(Decimal(40), date(2026, 1, 5))) != same_form(tuesday)
    assert same_form(datetime(2026, 1, 5)) != same_form(date(2026, 1, 5))
