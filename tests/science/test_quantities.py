"""Amounts are exact, carry their unit, and refuse with the next thing to do."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fenestra.science.errors import BadInput
from fenestra.science.quantities import (
    Amount,
    Kilograms,
    Milligrams,
    MilligramsPerKilogram,
    MilligramsPerMillilitre,
    Millilitres,
    MillilitresPerHour,
    Minutes,
    parse_dosing_weight,
)


@pytest.mark.parametrize(
    ("kind", "typed", "meant"),
    [
        (Kilograms, "72.5 kg", "72.5"),
        (Kilograms, " 72.5kg ", "72.5"),
        (MilligramsPerKilogram, "0.5 mg/kg", "0.5"),
        (Milligrams, "35 mg", "35"),
        (Minutes, "40 min", "40"),
        (Millilitres, "3.50 ml", "3.5"),
        (MilligramsPerMillilitre, "10 mg/mL", "10"),
        (MillilitresPerHour, "5.4 mL/h", "5.4"),
    ],
)
def test_what_people_type_is_read_exactly(kind: type[Amount], typed: str, meant: str) -> None:
    assert kind.parse(typed) == kind(Decimal(meant))


@pytest.mark.parametrize(
    ("kind", "typed", "says"),
    [
        (Milligrams, "1,5 mg", "Write 1.5 with a point"),
        (Milligrams, "1,000 mg", "two ways"),
        (Milligrams, "1.000,5 mg", "two ways"),
        (Milligrams, "3 mL", "milligrams are needed"),
        (Milligrams, "500 mcg", "is in micrograms"),
        (Milligrams, "35", "no unit"),
        (Milligrams, "-35 mg", "sign"),
        (Milligrams, ".5 mg", "both sides of the point"),
        (Milligrams, "1.2.3 mg", "cannot be read"),
        (Milligrams, "1e3 mg", "1e3 mg cannot be read as an amount. Write one number in plain digits"),
        (Kilograms, "1e3", "1e3 cannot be read as an amount. Write one number in plain digits"),
        (Minutes, "10;20", "10;20 cannot be read as an amount. Write one number in plain digits"),
        (Milligrams, "NaN mg", "cannot be read"),
        (Milligrams, "inf mg", "cannot be read"),
        (Milligrams, "", "An amount is missing"),
        (Milligrams, "٣ mg", "cannot be read"),
        (Milligrams, "9" * 60 + " mg", "cannot be read"),
        (Milligrams, "0.5 mg/kg", "milligrams are needed"),
        (Kilograms, "160 lb", "is in pounds"),
        (Minutes, "1 h", "is in hours"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_next_step(kind: type[Amount], typed: str, says: str) -> None:
    with pytest.raises(BadInput, match=says) as refusal:
        kind.parse(typed, field="amount")
    assert refusal.value.field == "amount"


def test_a_form_that_shows_the_unit_may_get_the_number_alone() -> None:
    assert parse_dosing_weight("70", unit_in_label=True) == Kilograms(70)


@pytest.mark.parametrize("typed", ["0 kg", "1 kg", "7.25 kg", "24.9 kg", "350.1 kg", "900 kg"])
def test_an_implausible_dosing_weight_is_refused(typed: str) -> None:
    with pytest.raises(BadInput, match="Weigh again"):
        parse_dosing_weight(typed)


@pytest.mark.parametrize("typed", ["25 kg", "72.5 kg", "350 kg"])
def test_a_plausible_dosing_weight_is_kept(typed: str) -> None:
    assert str(parse_dosing_weight(typed)) == typed


@pytest.mark.parametrize("value", [0.1, True, None])
def test_floats_and_truth_values_are_not_amounts(value: object) -> None:
    with pytest.raises(TypeError, match="need a Decimal"):
        Milligrams(value)  # type: ignore[arg-type]  # the wrong type is the point


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-Infinity", "-1", "words"])
def test_values_that_are_no_amount_are_refused(value: str) -> None:
    with pytest.raises(BadInput):
        Milligrams(value)


def test_amounts_of_different_units_are_never_equal_nor_ordered() -> None:
    assert Milligrams(5) != Millilitres(5)
    with pytest.raises(TypeError):
        assert Milligrams(5) < Millilitres(6)  # type: ignore[operator]  # the wrong type is the point


def test_amounts_of_one_unit_add_up_and_never_fall_below_zero() -> None:
    assert Milligrams("0.1") + Milligrams("0.2") == Milligrams("0.3")
    assert Milligrams(50) - Milligrams("36.2") == Milligrams("13.8")
    with pytest.raises(BadInput, match="not enough"):
        Milligrams(1) - Milligrams(2)
    with pytest.raises(TypeError, match="cannot be reckoned together"):
        Milligrams(1) + Millilitres(2)  # type: ignore[operator]  # the wrong type is the point


def test_an_amount_says_itself_without_exponent_or_idle_zeros() -> None:
    assert str(Milligrams(Decimal("1E+1"))) == "10 mg"
    assert str(Milligrams("36.250")) == "36.25 mg"
    assert repr(Milligrams("-0.0")) == "Milligrams('0')"


@settings(deadline=None)
@given(st.decimals(min_value=0, max_value=1000, places=4), st.sampled_from(["0.01", "0.1", "0.5", "1"]))
def test_rounding_never_gives_more_and_loses_less_than_one_step(value: Decimal, step: str) -> None:
    rounded = Milligrams(value).rounded_down(Decimal(step)).value
    assert rounded <= value < rounded + Decimal(step)
    assert rounded % Decimal(step) == 0


@settings(deadline=None)
@given(st.decimals(min_value=0, max_value=100000, places=3))
def test_what_is_said_can_be_read_again(value: Decimal) -> None:
    assert Milligrams.parse(str(Milligrams(value))) == Milligrams(value)
