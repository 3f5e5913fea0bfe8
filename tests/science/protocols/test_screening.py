"""Screening: every hard stop, every caution, every limit at, just below and just above; never fit on what is unknown."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenestra.science.errors import BadInput, DataFault
from fenestra.science.protocols.adoption import NO_CLINIC, NOTHING_ADOPTED
from fenestra.science.protocols.facts import FACTS_FILE, facts_from_mapping, facts_template, load_facts, read_facts
from fenestra.science.protocols.regimens import protocol
from fenestra.science.protocols.requirements import requirement
from fenestra.science.protocols.screening import Verdict, screen, screen_facts
from fenestra.science.protocols.screening_rules import (
    RULES_FILE,
    Effect,
    load_screening_rules,
    read_screening_rules,
)
from fenestra.science.protocols.trial_entry import would_have_been_in_trial
from fenestra.science.quantities import Kilograms, check_dosing_weight

HEALTHY: dict[str, Any] = {
    "on_date": "2026-03-02",
    "birth_date": "1984-05-21",
    "substances": ["alcohol"],
    "use_disorder_severity": "severe",
    "work_up_complete": True,
    "tests_done": ["ecg", "renal_function", "liver_function", "stop_bang"],
    "screens_done": ["suicide", "alcohol", "drugs", "mood", "anxiety"],
    "weight_kg": 72.5,
    "systolic_mmhg": 124,
    "diastolic_mmhg": 78,
    "pulse_per_min": 70,
    "medicine_classes": [],
    "breath_alcohol_percent": 0,
    "ciwa_ar": 2,
    **{rule.fact: not rule.answer for rule in load_screening_rules()},
}


def verdict(**changes: Any) -> str:
    return screen(facts_from_mapping({**HEALTHY, **changes}), NO_CLINIC).verdict.value


def ids(effect: Effect, **changes: Any) -> set[str]:
    reasons = screen(facts_from_mapping({**HEALTHY, **changes}), NO_CLINIC).reasons
    return {reason.id for reason in reasons if reason.effect is effect}


def test_nothing_speaks_against_a_healthy_person() -> None:
    assert screen(facts_from_mapping(HEALTHY), NO_CLINIC).reasons == ()
    assert verdict() == "fit"


@pytest.mark.parametrize("code", requirement("SCR-003").words("contraindications"))
def test_each_contraindication_is_a_hard_stop(code: str) -> None:
    assert verdict(**{code: True}) == "not_now"
    assert ids(Effect.NOT_NOW, **{code: True}) == {"SCR-003"}


@pytest.mark.parametrize("code", requirement("SCR-004").words("decide"))
def test_each_caution_asks_for_a_written_decision(code: str) -> None:
    assert verdict(**{code: True}) == "decide"
    assert ids(Effect.DECIDE, **{code: True}) == {"SCR-004"}


@pytest.mark.parametrize("code", requirement("SCR-004").words("not_recommended"))
def test_what_is_not_recommended_is_not_now(code: str) -> None:
    assert verdict(**{code: True}) == "not_now"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"systolic_mmhg": 140}, "fit"),
        ({"systolic_mmhg": 141}, "decide"),
        ({"systolic_mmhg": 159}, "decide"),
        ({"systolic_mmhg": 160}, "not_now"),
        ({"systolic_mmhg": 90, "diastolic_mmhg": 60}, "fit"),
        ({"systolic_mmhg": 89, "diastolic_mmhg": 60}, "decide"),
        ({"pulse_per_min": 50}, "fit"),
        ({"pulse_per_min": 49}, "decide"),
        ({"diastolic_mmhg": 90}, "fit"),
        ({"diastolic_mmhg": 91}, "decide"),
        ({"diastolic_mmhg": 99}, "decide"),
        ({"diastolic_mmhg": 100}, "not_now"),
        ({"pulse_per_min": 100}, "fit"),
        ({"pulse_per_min": 101}, "decide"),
        ({"pulse_per_min": 120}, "decide"),
        ({"pulse_per_min": 121}, "not_now"),
        ({"breath_alcohol_percent": 0.02}, "fit"),
        ({"breath_alcohol_percent": 0.021}, "decide"),
        ({"ciwa_ar": 7}, "fit"),
        ({"ciwa_ar": 8}, "not_now"),
        ({"ciwa_ar": 15}, "not_now"),
        ({"substances": ["opioid"], "cows": 12}, "fit"),
        ({"substances": ["opioid"], "cows": 13}, "decide"),
        ({"substances": ["opioid"], "opioid_signs": 7}, "fit"),
        ({"substances": ["opioid"], "opioid_signs": 8}, "decide"),
        ({"birth_date": "2008-03-02"}, "fit"),
        ({"birth_date": "2008-03-03"}, "not_now"),
        ({"weight_kg": 140}, "fit"),
        ({"medicine_classes": ["opioid"]}, "decide"),
        ({"tests_done": ["ecg"]}, "decide"),
        ({"screens_done": ["mood"]}, "decide"),
        ({"suicide_screen_positive": True}, "decide"),
        ({"substances": []}, "decide"),
    ],
)
def test_limits_at_just_below_and_just_above(changes: dict[str, Any], expected: str) -> None:
    assert verdict(**changes) == expected


@pytest.mark.parametrize("fact", [fact.id for fact in load_facts() if fact.gating and fact.id in HEALTHY])
def test_an_unknown_fact_that_must_be_known_is_never_fit(fact: str) -> None:
    assert verdict(**{fact: None}) == "decide"
    assert requirement(next(each.rule for each in load_facts() if each.id == fact)).id in ids(
        Effect.FIND_OUT, **{fact: None}
    )


def test_withdrawal_is_asked_only_for_the_substance_it_concerns() -> None:
    assert verdict(substances=["cocaine"], ciwa_ar=None) == "fit"
    assert verdict(substances=["opioid"], ciwa_ar=None) == "decide"


def test_nothing_known_says_what_to_find_out() -> None:
    answer = screen_facts({})
    assert answer["verdict"] == "decide"
    assert len(answer["reasons"]) > 20
    assert all(reason["text"].startswith("Find out: ") for reason in answer["reasons"])


def test_the_gravest_reason_comes_first_with_its_source() -> None:
    answer = screen_facts({**HEALTHY, "pregnancy": True, "arteriovenous_malformation": True})
    first = answer["reasons"][0]
    assert (answer["verdict"], first["id"], first["verified"]) == ("not_now", "SCR-003", True)
    assert first["source"] == requirement("SCR-003").source
    assert "as if" in answer["presets"]


def test_an_answer_can_be_written_as_json() -> None:
    assert json.loads(json.dumps(screen_facts({"weight_kg": 120})))["verdict"] == "decide"


def test_a_rule_nobody_adopted_gives_a_note_and_no_verdict() -> None:
    facts = facts_from_mapping({**HEALTHY, "systolic_mmhg": 165, "urinary_symptoms": True})
    screening = screen(facts, NOTHING_ADOPTED)
    assert screening.verdict is Verdict.DECIDE
    assert {reason.id for reason in screening.reasons if reason.effect is Effect.DECIDE} == {"THR-001"}
    notes = {reason.id for reason in screening.reasons if reason.effect is Effect.NOTE}
    assert notes == {"THR-002", "SCR-007", "SAF-001"}


def test_the_template_explains_every_fact_and_can_be_filled_in() -> None:
    template = facts_template()
    assert all(entry["value"] is None and entry["explain"] for entry in template.values())
    assert template["weight_kg"]["unit"] == "kg"
    filled = {name: {**entry, "value": HEALTHY.get(name)} for name, entry in template.items()}
    assert facts_from_mapping(filled) == facts_from_mapping(HEALTHY)


@pytest.mark.parametrize(
    ("nonsense", "field"),
    [
        ({"birth_date": "2030-01-01"}, "birth_date"),
        ({"birth_date": "1890-01-01"}, "birth_date"),
        ({"birth_date": "21/05/1984"}, "birth_date"),
        ({"birth_date": 19840521}, "birth_date"),
        ({"systolic_mmhg": 1200}, "systolic_mmhg"),
        ({"systolic_mmhg": "high"}, "systolic_mmhg"),
        ({"systolic_mmhg": float("nan")}, "systolic_mmhg"),
        ({"systolic_mmhg": True}, "systolic_mmhg"),
        ({"diastolic_mmhg": 130}, "diastolic_mmhg"),
        ({"weight_kg": -70}, "weight_kg"),
        ({"weight_kg": {"kg": 70}}, "weight_kg"),
        ({"pregnancy": "no"}, "pregnancy"),
        ({"pregnancy": 0}, "pregnancy"),
        ({"substances": "alcohol"}, "substances"),
        ({"substances": ["water"]}, "substances"),
        ({"substances": [["alcohol"]]}, "substances"),
        ({"use_disorder_severity": "bad"}, "use_disorder_severity"),
        ({"wieght_kg": 70}, "wieght_kg"),
    ],
)
def test_what_cannot_be_true_is_refused_with_its_field(nonsense: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        facts_from_mapping({**HEALTHY, **nonsense})
    assert refused.value.field == field


def test_a_misspelt_fact_is_met_with_the_right_one() -> None:
    with pytest.raises(BadInput, match="Did you mean weight_kg"):
        facts_from_mapping({"wieght_kg": 70})


def test_a_missing_day_is_today_and_a_future_one_is_refused() -> None:
    today = date(2026, 3, 2)
    without_day = {name: value for name, value in HEALTHY.items() if name != "on_date"}
    assert screen_facts(without_day, today=today)["verdict"] == "fit"
    with pytest.raises(BadInput, match="birth date lies after"):
        screen_facts({"birth_date": "2026-03-03"}, today=today)
    with pytest.raises(BadInput, match="lies in the future"):
        screen_facts({"on_date": "2026-03-03"}, today=today)


@given(unknown=st.sets(st.sampled_from(sorted(HEALTHY))), systolic=st.integers(min_value=90, max_value=300))
def test_knowing_less_never_makes_a_person_fit(unknown: set[str], systolic: int) -> None:
    known = {**HEALTHY, "systolic_mmhg": systolic}
    less = {name: value for name, value in known.items() if name not in unknown}
    if screen_facts(less)["verdict"] == "fit":
        assert screen_facts(known)["verdict"] == "fit"


@pytest.mark.parametrize(
    ("file", "read", "was", "planted", "where"),
    [
        (FACTS_FILE, read_facts, 'id = "weight_kg"', 'id = "weihgt_kg"', "facts.toml: fact weihgt_kg: id: "),
        (FACTS_FILE, read_facts, 'kind = "yes_no"', 'kind = "yes"', "kind: must be one of"),
        (FACTS_FILE, read_facts, 'bounds_of = "dosing_weight"\n', "", "fact weight_kg: least: a number"),
        (FACTS_FILE, read_facts, '"dosing_weight"', '"height"', "fact weight_kg: bounds_of: names no known quantity"),
        (RULES_FILE, read_screening_rules, 'fact = "pregnancy"', 'fact = "weight_kg"', "fact: weight_kg is not"),
        (RULES_FILE, read_screening_rules, 'fact = "pregnancy"', 'fact = "lactation"', "lactation has a rule already"),
        (RULES_FILE, read_screening_rules, "answer = true", "answer = 1", "rule 1: answer: must be true or false"),
    ],
)
def test_a_planted_slip_in_the_questions_is_refused(
    tmp_path: Path, file: Path, read: Any, was: str, planted: str, where: str
) -> None:
    text = file.read_text(encoding="utf-8")
    assert was in text
    copy = tmp_path / file.name
    copy.write_text(text.replace(was, planted, 1), encoding="utf-8")
    with pytest.raises(DataFault) as refused:
        read(copy)
    assert where in str(refused.value)


def test_would_this_person_have_been_in_the_trial() -> None:
    facts = facts_from_mapping({**HEALTHY, "hours_since_last_use": 24, "bdi_ii": 14})
    found = {each.rule.id: each.standing.value for each in would_have_been_in_trial(protocol("grabski_2022"), facts)}
    assert found == {
        "adult": "met",
        "alcohol": "met",
        "use_disorder": "met",
        "abstinent_24_h": "met",
        "depressive_symptoms": "not_met",
        "earlier_detoxifications": "unknown",
        "systolic": "met",
        "diastolic": "met",
    }


def test_the_trial_asked_for_pressure_under_140() -> None:
    def systolic(value: int) -> str:
        facts = facts_from_mapping({"systolic_mmhg": value})
        found = would_have_been_in_trial(protocol("grabski_2022"), facts)
        return next(each.standing.value for each in found if each.rule.id == "systolic")

    assert (systolic(139), systolic(140)) == ("met", "not_met")


def test_a_patient_would_not_have_been_in_a_trial_of_people_who_were_not() -> None:
    facts = facts_from_mapping({**HEALTHY, "seeks_treatment": True})
    found = {each.rule.id: each.standing.value for each in would_have_been_in_trial(protocol("das_2019"), facts)}
    assert found == {"no_use_disorder": "not_met", "not_seeking_treatment": "not_met", "alcohol": "met"}


def test_amounts_stay_exact() -> None:
    assert facts_from_mapping({"weight_kg": 72.1}).weight_kg == Decimal("72.1")


@pytest.mark.parametrize("weight", ["24.9", "25", "350", "350.1"])
def test_a_weight_is_judged_alike_by_screening_and_by_an_order(weight: str) -> None:
    def refused(read: Callable[[], object]) -> bool:
        try:
            read()
        except BadInput:
            return True
        return False

    by_screening = refused(lambda: facts_from_mapping({"weight_kg": weight}))
    assert by_screening is refused(lambda: check_dosing_weight(Kilograms(weight)))
