"""Alarm limits: on the limit and beside it, in their phase, only where in force."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from fenestra.science.errors import DataFault
from fenestra.science.protocols.adoption import NO_CLINIC, NOTHING_ADOPTED, Adoption, Standing
from fenestra.science.protocols.requirements import requirement
from fenestra.science.protocols.thresholds import (
    THRESHOLDS_FILE,
    AlarmAction,
    Comparison,
    DosingPhase,
    Measure,
    Reading,
    breaches,
    in_force,
    load_thresholds,
    not_measured,
    overridden,
    read_thresholds,
    stop_symptoms,
)

PRESETS = in_force(load_thresholds(), NO_CLINIC)
BEFORE, DURING, AFTER = DosingPhase


def actions(phase: DosingPhase, **measured: str) -> list[str]:
    reading = Reading(**{name: Decimal(value) for name, value in measured.items()})  # type: ignore[arg-type]  # also names that are no field
    return [breach.threshold.action.value for breach in breaches(PRESETS, reading, phase)]


@pytest.mark.parametrize(
    ("phase", "measure", "value", "expected"),
    [
        (BEFORE, "systolic_mmhg", "140", []),
        (BEFORE, "systolic_mmhg", "141", ["decide"]),
        (BEFORE, "systolic_mmhg", "160", ["decide", "hold"]),
        (DURING, "systolic_mmhg", "180", []),
        (DURING, "systolic_mmhg", "181", ["pause_and_call"]),
        (DURING, "systolic_mmhg", "90", []),
        (DURING, "systolic_mmhg", "89", ["pause_and_call"]),
        (AFTER, "systolic_mmhg", "180", []),
        (AFTER, "systolic_mmhg", "181", ["call"]),
        (AFTER, "systolic_mmhg", "89", ["call"]),
        (BEFORE, "systolic_mmhg", "90", []),
        (BEFORE, "systolic_mmhg", "89", ["decide"]),
        (BEFORE, "pulse_per_min", "49", ["decide"]),
        (DURING, "pulse_per_min", "150", []),
        (DURING, "pulse_per_min", "151", ["pause_and_call"]),
        (DURING, "pulse_per_min", "50", []),
        (DURING, "pulse_per_min", "49", ["pause_and_call"]),
        (DURING, "breaths_per_min", "30", []),
        (DURING, "breaths_per_min", "31", ["pause_and_call"]),
        (DURING, "breaths_per_min", "10", []),
        (DURING, "breaths_per_min", "9", ["pause_and_call"]),
        (DURING, "spo2_percent", "94", []),
        (DURING, "spo2_percent", "93", ["warn"]),
        (DURING, "spo2_percent", "90", ["warn"]),
        (AFTER, "spo2_percent", "89", ["warn", "stop"]),
        (DURING, "moaas", "4", []),
        (DURING, "moaas", "3", ["warn"]),
        (AFTER, "moaas", "2", ["warn", "stop"]),
        (BEFORE, "ciwa_ar", "14", ["hold"]),
        (BEFORE, "ciwa_ar", "15", ["hold", "transfer_decision"]),
    ],
)
def test_each_limit_at_just_below_and_just_above(
    phase: DosingPhase, measure: str, value: str, expected: list[str]
) -> None:
    assert actions(phase, **{measure: value}) == expected


def test_every_limit_is_the_number_of_its_requirement() -> None:
    rows = {each.id: each for each in load_thresholds()}
    assert rows["oxygen_stop"].value == requirement("THR-005").number("spo2_stop_lt")
    assert {each.rule for each in load_thresholds()} == {"THR-001", "THR-002", "THR-003", "THR-005", "SCR-007"}
    assert all(each.source == requirement(each.rule).source for each in load_thresholds())


def test_what_was_not_measured_passes_nothing_and_is_named() -> None:
    assert actions(DURING) == []
    missing = not_measured(PRESETS, Reading(systolic_mmhg=Decimal(120)), DURING)
    assert set(missing) == {Measure.PULSE, Measure.BREATHS, Measure.OXYGEN, Measure.SEDATION}


def test_an_alarm_says_what_was_measured_and_what_to_do() -> None:
    (breach,) = breaches(PRESETS, Reading(systolic_mmhg=Decimal(185)), DURING)
    assert breach.text == "Systolic pressure 185 mmHg is above 180. Pause the infusion and call the prescriber."
    assert breach.threshold.source.startswith("emergency-department")


def test_a_measured_value_is_written_as_people_write_it() -> None:
    (breach,) = breaches(PRESETS, Reading(systolic_mmhg=Decimal("1.9E+2")), DURING)
    assert breach.text.startswith("Systolic pressure 190 mmHg is above 180.")


def test_only_verified_limits_hold_until_a_director_adopts_more() -> None:
    assert {each.rule for each in in_force(load_thresholds(), NOTHING_ADOPTED)} == {"THR-001", "THR-003"}
    adopted = in_force(load_thresholds(), Adoption(frozenset({"THR-005"})))
    assert {each.rule: each.standing for each in adopted}["THR-005"] is Standing.ADOPTED


def test_a_number_used_beyond_its_phase_holds_only_once_adopted() -> None:
    after = [each for each in load_thresholds() if each.rule == "THR-003" and AFTER in each.phases]
    assert after and all(not each.verified and each.note for each in after)
    assert in_force(after, NOTHING_ADOPTED) == ()
    assert len(in_force(after, Adoption(frozenset({"THR-003"})))) == len(after)


def test_a_protocol_may_bring_its_own_limit() -> None:
    stricter = replace(PRESETS[0], value=Decimal(130), source="protocol of this clinic")
    further = replace(PRESETS[0], id="own", comparison=Comparison.BELOW, value=Decimal(100), action=AlarmAction.WARN)
    mine = overridden(PRESETS, [stricter, further])
    assert len(mine) == len(PRESETS) + 1
    assert [breach.threshold.value for breach in breaches(mine, Reading(systolic_mmhg=Decimal(135)), BEFORE)] == [130]
    assert PRESETS[0].value == 140


@pytest.mark.parametrize("symptom", requirement("THR-004").words("symptom_list"))
def test_a_symptom_stops_whatever_the_pressure(symptom: str) -> None:
    assert stop_symptoms(Reading(systolic_mmhg=Decimal(120), symptoms=frozenset({symptom}))) == (symptom,)


def test_other_symptoms_do_not_stop() -> None:
    assert stop_symptoms(Reading(symptoms=frozenset({"nausea"}))) == ()


@pytest.mark.parametrize(
    ("was", "planted", "where"),
    [
        ('key = "sbp_gt"', 'key = "sbp_gtt"', "requirement THR-001: values.sbp_gtt: is missing"),
        ('measure = "systolic_mmhg"', 'measure = "sbp"', "threshold systolic_decide_before: measure: must be one of"),
        (
            'phases = ["before"]',
            'phases = ["during"]',
            "threshold systolic_decide_before: phases: THR-001 holds before",
        ),
        ('action = "decide"', 'action = "wait"', "threshold systolic_decide_before: action: must be one of"),
        ('key = "sbp_gt"', 'key = "phase"', "requirement THR-001: values.phase: must be a number"),
    ],
)
def test_a_planted_slip_is_refused(tmp_path: Path, was: str, planted: str, where: str) -> None:
    copy = tmp_path / "thresholds.toml"
    copy.write_text(THRESHOLDS_FILE.read_text(encoding="utf-8").replace(was, planted, 1), encoding="utf-8")
    with pytest.raises(DataFault) as refused:
        read_thresholds(copy)
    assert where in str(refused.value)
