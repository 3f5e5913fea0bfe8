"""The sums behind an order: exact, shown line by line, and never rounded up."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fenestra.science.errors import BadInput
from fenestra.science.pharmacology.dose_arithmetic import dose_mg, infusion_sums, rate_ml_per_h, volume_ml
from fenestra.science.quantities import Kilograms, Milligrams, MilligramsPerKilogram, MilligramsPerMillilitre, Minutes
from fenestra.science.quantities import Millilitres as Volume


def test_an_infusion_is_worked_out_line_by_line() -> None:
    sums = infusion_sums(MilligramsPerKilogram("0.5"), Kilograms("72.5"), Minutes(40), MilligramsPerMillilitre(10))
    assert sums.lines == (
        "0.5 mg/kg × 72.5 kg = 36.25 mg, rounded down to 36.2 mg (step 0.1 mg)",
        "36.2 mg ÷ 10 mg/mL = 3.62 mL",
        "3.62 mL ÷ 40 min × 60 min/h = 5.43 mL/h, rounded down to 5.4 mL/h (step 0.1 mL/h)",
    )


def test_a_sum_that_never_ends_is_cut_and_says_so() -> None:
    worked = volume_ml(Milligrams(10), MilligramsPerMillilitre(3))
    assert worked.line == "10 mg ÷ 3 mg/mL = 3.333333… mL, rounded down to 3.33 mL (step 0.01 mL)"


def test_nonsense_is_refused() -> None:
    with pytest.raises(BadInput, match="holds no drug"):
        volume_ml(Milligrams(10), MilligramsPerMillilitre(0))
    with pytest.raises(BadInput, match="has no rate"):
        rate_ml_per_h(Volume(10), Minutes(0))
    with pytest.raises(BadInput, match="less than one step"):
        rate_ml_per_h(Volume("0.01"), Minutes(240))
    with pytest.raises(BadInput, match="Weigh again"):
        dose_mg(MilligramsPerKilogram("0.5"), Kilograms(900))


@settings(deadline=None)
@given(
    per_kg=st.decimals(min_value="0.2", max_value="2", places=3),
    weight=st.decimals(min_value=25, max_value=350, places=2),
    minutes=st.integers(min_value=1, max_value=240),
    strength=st.sampled_from(["0.5", "1", "3", "7", "10"]),
)
def test_no_rounding_gives_more_drug_or_a_faster_pump_than_ordered(
    per_kg: Decimal, weight: Decimal, minutes: int, strength: str
) -> None:
    sums = infusion_sums(
        MilligramsPerKilogram(per_kg), Kilograms(weight), Minutes(minutes), MilligramsPerMillilitre(strength)
    )
    ordered_mg = Fraction(per_kg) * Fraction(weight)
    assert Fraction(sums.dose.value) <= ordered_mg
    assert Fraction(sums.volume.value) * Fraction(strength) <= Fraction(sums.dose.value)
    assert Fraction(sums.rate.value) * minutes <= Fraction(sums.volume.value) * 60
