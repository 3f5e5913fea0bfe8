"""An order worked out for two people with a pencil: every figure, every refusal, every slip by its name."""

from __future__ import annotations

from decimal import Decimal as D
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fenestra.science.errors import BadInput, Refused
from fenestra.science.protocols.dose_report import DoseReport, Earlier, dose_report, report_text
from fenestra.science.protocols.regimens import protocol

KEYS = ["dose_mg", "volume_ml", "rate_ml_per_h", "steps", "warnings", "worked"]


def dose(order: str = "0.5 mg/kg over 40 min", **other: Any) -> DoseReport:
    return dose_report(**({"order": order, "weight": "72.5", "vial": "50 mg/mL"} | other))


def test_an_infusion_from_a_bag_is_worked_out_line_by_line() -> None:
    report = dose(bag="50 mL")
    assert list(report) == KEYS
    assert (report["dose_mg"], report["volume_ml"], report["rate_ml_per_h"]) == (36.2, 0.72, 75.0)
    assert report["worked"].splitlines() == [
        "Dose: 0.5 mg/kg × 72.5 kg = 36.25 mg, rounded down to 36.2 mg (step 0.1 mg)",
        "Draw: 36.2 mg ÷ 50 mg/mL = 0.724 mL, rounded down to 0.72 mL (step 0.01 mL); 0.72 mL × 50 mg/mL = 36 mg",
        "Bag: 0.72 mL diluted into a bag made up to 50 mL in all (49.28 mL of diluent + 0.72 mL drawn), holding 36 mg",
        "Pump from minute 0: 50 mL ÷ 40 min × 60 min/h = 75 mL/h",
        "Read 50 mg/mL off the vial: the same 0.72 mL would hold 7.2 mg from 10 mg/mL and 72 mg from 100 mg/mL.",
        "Held against the limits of LIM-001: shipped preset, unverified, applied as if adopted.",
    ]
    assert report["warnings"] == ["Rounding down leaves 36 mg in the draw of 36.25 mg ordered."]
    assert report_text(report).endswith("Warning: Rounding down leaves 36 mg in the draw of 36.25 mg ordered.")


def test_a_draw_added_to_a_bag_makes_it_larger_and_the_line_says_so() -> None:
    report = dose(weight="70", vial="10 mg/mL", bag="added to 50 mL")
    assert "Bag: 3.5 mL added to 50 mL = 53.5 mL in all, holding 35 mg" in report["worked"]
    assert report["rate_ml_per_h"] == 80.2
    assert (
        "80.25 mL/h, rounded down to 80.2 mL/h (step 0.1 mL/h), so it takes 40.02 min where 40 min were ordered"
        in (report["worked"])
    )


def test_loading_and_maintenance_share_one_bag() -> None:
    report = dose("0.11 mg/kg over 2 min then 0.6 mg/kg over 50 min", weight="70", vial="10 mg/mL", bag="50 mL")
    assert report["dose_mg"] == 49.7
    assert [(step["start_min"], step["ml"], step["ml_per_h"]) for step in report["steps"]] == [
        (0, 7.74, 232.2), (2, 42.25, 50.7),
    ]  # fmt: skip
    assert report["rate_ml_per_h"] == 50.7


def test_a_pause_parts_a_step_and_loses_nothing() -> None:
    steps = dose("0.5 mg/kg over 40 min, pause 5 min at 10", weight="70", vial="10 mg/mL")["steps"]
    assert [(step["kind"], step["start_min"], step["minutes"]) for step in steps] == [
        ("infusion", 0, 10), ("pause", 10, 5), ("infusion", 15, 30),
    ]  # fmt: skip
    assert sum(step["mg"] for step in steps) == pytest.approx(35)
    assert {step["ml_per_h"] for step in steps} == {5.2, 0.0}


def test_an_injection_has_no_rate() -> None:
    report = dose("0.25 mg/kg im then 0.25 mg/kg im at 15 min", weight="70")
    assert report["rate_ml_per_h"] is None and report["dose_mg"] == 35
    assert [(step["kind"], step["start_min"], step["ml"]) for step in report["steps"]] == [
        ("im", 0, 0.35),
        ("im", 15, 0.35),
    ]


# ---- limits


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"order": "1.1 mg/kg over 40 min"}, "which is 1 mg/kg"),
        ({"order": "0.5 mg/kg over 30 min"}, "faster than 40 minutes"),
        ({"order": "0.3 mg/kg over 2 min then 0.3 mg/kg over 50 min"}, "loading part of 21.75 mg is above"),
        ({"order": "0.1 mg/kg over 30 min then 0.5 mg/kg over 20 min"}, "runs so fast"),
        ({"order": "1.1 mg/kg im"}, "which is 1 mg/kg"),
        ({"order": "0.6 mg/kg im then 0.6 mg/kg im at 30"}, "which is 1 mg/kg"),
        ({"earlier": Earlier(D(70), D(70))}, "already given this visit"),
        ({"earlier": Earlier(D(0), D(170))}, "in the last 7 days"),
        ({"order": "2 mg/kg im", "protocol": protocol("krupitsky_1997")}, "which is 1 mg/kg"),
    ],
)
def test_an_order_beyond_a_hard_limit_is_refused_whole(told: dict[str, Any], says: str) -> None:
    with pytest.raises(Refused, match=says):
        dose(**told)


def test_a_soft_limit_is_a_warning_with_its_standing() -> None:
    warnings = dose("0.9 mg/kg over 40 min", weight="70")["warnings"]
    assert any(
        "A named prescriber may confirm it" in said and "LIM-001, shipped preset, unverified" in said
        for said in warnings
    )


def test_above_100_kg_the_weight_is_a_decision_and_may_be_pounds() -> None:
    warnings = dose(weight="160", dosing_weight="100")["warnings"]
    assert any("The prescriber decides the dosing weight" in said for said in warnings)
    assert any("if the scale showed pounds it is 72.6 kg" in said for said in warnings)


def test_a_protocol_of_another_route_is_said() -> None:
    assert any(
        "gives its dose iv; this order is im" in said
        for said in dose("0.5 mg/kg im", protocol=protocol("grabski_2022"))["warnings"]
    )


# ---- slips, each named, nothing computed


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"order": "36 mg/kg over 40 min"}, "36 mg typed as mg/kg"),
        ({"order": "0.5 mg over 40 min"}, "0.5 mg/kg typed as mg"),
        ({"order": "0.11 mg over 2 min then 0.6 mg/kg over 50 min"}, "0.11 mg/kg typed as mg"),
        ({"order": "0.11 mg/kg over 2 min then 36 mg/kg over 50 min"}, "36 mg typed as mg/kg"),
        ({"order": "5 mg/kg over 40 min"}, "0.5 mg/kg with the point slipped, ×10"),
        ({"order": "362 mg over 40 min"}, "36.2 mg with the point slipped, ×10"),
        ({"order": "500 mg/kg over 40 min"}, "0.5 mg/kg, ×1000: micrograms typed as milligrams"),
        ({"order": "36000 mg over 40 min"}, "36 mg, ×1000: micrograms"),
        ({"order": "0.036 mg over 40 min"}, "36 mg, ÷1000: grams typed as milligrams"),
        ({"order": "3.6 mL over 40 min"}, "millilitres, a volume"),
        ({"vial": "50 mg"}, "an amount, not a strength"),
        ({"vial": "10 mL"}, "an amount, not a strength"),
        ({"vial": "500 mg/mL"}, "50 mg/mL with the point slipped"),
        ({"vial": "1 mg/mL"}, "10 mg/mL or 100 mg/mL with the point slipped"),
        ({"vial": "0 mg/mL"}, "holds no drug"),
        ({"vial": "100 mg/mL"}, "never given into a vein undiluted"),
        ({"vial": "10 mg/mL, 2 mL"}, "more than the vial holds"),
        ({"vial": "10 mg/mL", "bag": "3 mL"}, "does not fit into a bag"),
        ({"bag": "50 mg"}, "is in mg, but millilitres are needed"),
        ({"bag": "0 mL"}, "holds nothing"),
        ({"order": "0.5 mg/kg im", "bag": "50 mL"}, "not diluted into a bag"),
        ({"weight": "160 lb"}, "in pounds"),
        ({"weight": "400"}, "in pounds \\(181 kg\\)"),
        ({"weight": "725"}, "ten times too large \\(72.5 kg\\)"),
        ({"weight": "72500"}, "in grams \\(72.5 kg\\)"),
        ({"weight": "7.25"}, "ten times too small \\(72.5 kg\\)"),
        ({"weight": "72,5"}, "decimal comma"),
        ({"weight": "٧٢"}, "not one of the digits"),
        ({"weight": "1e400"}, "exponent"),
        ({"weight": ""}, "is empty"),
        ({"weight": "NaN"}, "cannot be read"),
        ({"dosing_weight": "80"}, "dosing weight is above the measured weight"),
        ({"order": "0.5 mg/kg esketamine over 40 min"}, "never mix"),
        ({"vial": "50 mg/mL esketamine"}, "never mix"),
        ({"order": "0.25 mg/kg esketamine over 40 min", "vial": "25 mg/mL esketamine"}, "never mix"),
    ],
)
def test_a_slip_is_named_and_nothing_is_computed(told: dict[str, Any], says: str) -> None:
    with pytest.raises(Refused, match=says):
        dose(**told)


def test_a_small_part_of_an_order_may_be_meant() -> None:
    assert dose("5 mg over 2 min then 30 mg over 50 min", weight="70")["dose_mg"] == 35


def test_a_tenth_of_a_usual_dose_is_said_but_may_be_meant() -> None:
    assert any("0.5 mg/kg would be ten times as much" in said for said in dose("0.05 mg/kg over 40 min")["warnings"])


# ---- never up past the order


@settings(deadline=None, max_examples=60)
@given(
    per_kg=st.decimals(min_value="0.2", max_value="0.8", places=3),
    weight=st.decimals(min_value=40, max_value=100, places=2),
    minutes=st.integers(min_value=40, max_value=240),
    made=st.sampled_from([("10", ""), ("50", "50 mL"), ("10", "added to 100 mL")]),
    pause=st.booleans(),
)
def test_no_step_holds_more_than_was_ordered_or_runs_faster(
    per_kg: D, weight: D, minutes: int, made: tuple[str, str], pause: bool
) -> None:
    strength, bag = made
    text = f"{per_kg} mg/kg over {minutes} min" + (", pause 5 min at 20" if pause else "")
    report = dose(text, weight=str(weight), vial=f"{strength} mg/mL", bag=bag)
    ordered = Fraction(per_kg) * Fraction(weight)
    flowing = [step for step in report["steps"] if step["kind"] == "infusion"]
    whole_ml = sum(Fraction(str(step["ml"])) for step in flowing)
    assert sum(Fraction(str(step["mg"])) for step in flowing) <= ordered
    assert Fraction(str(report["volume_ml"])) * Fraction(strength) <= ordered
    assert all(Fraction(str(step["ml_per_h"])) * minutes <= whole_ml * 60 for step in flowing)


def test_two_ways_to_the_same_milligrams() -> None:
    by_weight, whole = dose("0.5 mg/kg over 40 min", weight="70"), dose("35 mg over 40 min", weight="70")
    assert by_weight["steps"] == whole["steps"] and by_weight["dose_mg"] == whole["dose_mg"]


def test_nothing_is_said_of_a_refused_order_but_its_sentence() -> None:
    with pytest.raises(BadInput) as refusal:
        dose("36 mg/kg over 40 min")
    assert str(refusal.value).count(". ") == 1 and refusal.value.field == "order"
