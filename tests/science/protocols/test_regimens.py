"""Every regimen loads, names its trial, and repeats no number that its trial does not give."""

import shutil
from dataclasses import FrozenInstanceError
from decimal import Decimal
from pathlib import Path

import pytest

from fenestra.science.errors import BadInput, DataFault, Refused
from fenestra.science.evidence.library import load_evidence
from fenestra.science.protocols.protocol import Amount, DosePlan, Protocol, Use
from fenestra.science.protocols.regimens import (
    REGIMENS,
    content_hash,
    load_protocols,
    protocol,
    read_protocol,
    with_changes,
)
from fenestra.science.protocols.requirements import load_requirements, requirement

TRIALS = {trial.id: trial for trial in load_evidence().trials}
RULES = {rule.id for rule in load_requirements()}


def amounts(dose: DosePlan) -> dict[str, Amount]:
    return {name: value for name, value in vars(dose).items() if isinstance(value, Amount)}


every_regimen = pytest.mark.parametrize("regimen", load_protocols(), ids=lambda regimen: regimen.id)


def test_the_regimens_that_ship_and_their_use() -> None:
    assert {each.id: each.use.value for each in load_protocols()} == {
        "grabski_2022": "clinical",
        "dakwar_2020": "clinical",
        "dakwar_2019": "clinical",
        "nicotine": "research",
        "azhari_2021": "research",
        "das_2019": "research",
        "cue_exposure": "research",
        "krupitsky_1997": "historical",
        "krupitsky_2002": "historical",
        "krupitsky_2007": "historical",
        "infusion_without_therapy": "pattern",
        "beside_agonist_treatment": "pattern",
    }


@every_regimen
def test_a_regimen_names_its_trial_or_says_it_has_none(regimen: Protocol) -> None:
    if regimen.has_a_trial:
        assert set(regimen.trials) <= set(TRIALS)
    else:
        said = " ".join([regimen.title, regimen.plannable_note, *(each.text for each in regimen.certainty)]).lower()
        assert "without a trial" in said or "no trial" in said


@every_regimen
def test_each_number_of_the_dose_is_its_trials_own(regimen: Protocol) -> None:
    for name, amount in amounts(regimen.dose).items():
        if amount.value is None or amount.source not in TRIALS:
            continue
        trial = TRIALS[amount.source]
        assert amount.source in regimen.trials
        if name in ("mg_per_kg", "next_mg_per_kg"):
            assert amount.value in trial.dose_mg_per_kg
        elif name == "minutes":
            assert amount.value == trial.infusion_minutes
        elif name == "doses":
            assert amount.value == trial.number_of_infusions
        elif name.startswith("loading"):
            assert "0.11 mg/kg over 2 min" in trial.dose_note
            assert f"{amount.value} m" in trial.dose_note
        else:
            weeks = {Decimal(7): "weekly", Decimal(21): "1-3 weeks apart"}[amount.value]
            assert trial.schedule is not None and weeks in trial.schedule


@every_regimen
def test_each_number_of_therapy_and_entry_stands_in_the_trials_text(regimen: Protocol) -> None:
    for part in regimen.therapy:
        if part.weeks is not None:
            assert f"{part.weeks} weeks" in TRIALS[part.source].psychotherapy
        if part.meetings is not None and part.minutes_each is not None:
            assert f"{part.meetings} x {part.minutes_each / 60} h" in TRIALS[part.source].psychotherapy
    for rule in regimen.entry:
        if isinstance(rule.value, Decimal) and rule.verified:
            assert str(rule.value) in TRIALS[rule.source].population


@every_regimen
def test_a_pattern_doses_as_the_reference_regimen(regimen: Protocol) -> None:
    reference = requirement("DOS-002")
    for name, amount in amounts(regimen.dose).items():
        if amount.source == "DOS-002":
            assert amount.value == reference.number(name)


@every_regimen
def test_a_memory_of_the_evidence_file_stays_unverified(regimen: Protocol) -> None:
    amount = regimen.dose.mg_per_kg
    if amount.source in TRIALS and "memory" in TRIALS[amount.source].dose_note:
        assert not amount.verified


@every_regimen
def test_only_a_known_dose_can_be_planned_and_a_historical_one_never(regimen: Protocol) -> None:
    if regimen.plannable:
        assert regimen.dose.mg_per_kg.value is not None
        assert regimen.use is not Use.HISTORICAL
    else:
        assert regimen.plannable_note


@every_regimen
def test_the_window_is_a_hypothesis_from_practice(regimen: Protocol) -> None:
    rule = requirement("THP-001")
    window = regimen.window
    assert (window.opens_h, window.closes_h) == (rule.number("open_h"), rule.number("close_h"))
    assert not window.verified


def test_research_asks_for_an_ethics_reference() -> None:
    asked = {each.id for each in load_protocols() if each.needs_ethics_reference}
    assert asked == {"nicotine", "azhari_2021", "das_2019", "cue_exposure"}


def test_the_cocaine_regimen_says_it_began_with_inpatient_days() -> None:
    assert "five inpatient days" in protocol("dakwar_2019").setting[0].text


def test_a_dose_the_trial_text_does_not_give_stays_unknown() -> None:
    dose = protocol("das_2019").dose.mg_per_kg
    assert dose.value is None
    assert "not in the retrieved text" in dose.note


def test_an_unknown_regimen_is_refused_with_the_ones_there_are() -> None:
    with pytest.raises(Refused, match=r"no regimen smith_1901\. Choose one of: azhari_2021"):
        protocol("smith_1901")


@pytest.mark.parametrize(
    ("name", "was", "planted", "where"),
    [
        ("grabski_2022", 'use = "clinical"', 'use = "clinic"', "grabski_2022.toml: regimen: use: must be one of"),
        ("grabski_2022", "minutes = {", "minuts = {", "grabski_2022.toml: regimen dose: minuts: is not a known"),
        ("grabski_2022", "value = 0.8", 'value = "0.8"', "regimen dose mg_per_kg: value: must be a number"),
        ("grabski_2022", 'trials = ["grabski2022"]', 'trials = ["x"]', "regimen: trials: x is not a known trial"),
        ("grabski_2022", 'trials = ["grabski2022"]', "trials = []", "regimen: trials: must name a trial"),
        ("grabski_2022", 'source = "MON-005"', 'source = "MON-500"', "setting 1: source: MON-500 is no known"),
        ("grabski_2022", 'fact = "bdi_ii"', 'fact = "bdi"', "entry depressive_symptoms: fact: bdi is not a fact"),
        ("grabski_2022", "value = 14", 'value = "14"', "entry depressive_symptoms: value: above needs a number"),
        ("grabski_2022", 'test = "above"\n', "", "entry depressive_symptoms: test: is missing beside a fact"),
        ("grabski_2022", '"own design", verified = false', '"own design", verified = true', "dose.drug: verified:"),
        ("das_2019", "plannable = false", "plannable = true", "regimen: plannable: must be false while"),
        ("krupitsky_2002", "plannable = false", "plannable = true", "plannable: must be false for a historical"),
        ("das_2019", ', note = "weight dose', ', nota = "weight dose', "dose mg_per_kg: nota: is not a known"),
        ("nicotine", 'id = "nicotine"', 'id = "nicotin"', "nicotine.toml: regimen: id: must be nicotine"),
    ],
)
def test_a_planted_slip_names_file_row_and_field(tmp_path: Path, name: str, was: str, planted: str, where: str) -> None:
    copy = Path(shutil.copy(REGIMENS / f"{name}.toml", tmp_path))
    text = copy.read_text(encoding="utf-8")
    assert was in text
    copy.write_text(text.replace(was, planted, 1), encoding="utf-8")
    with pytest.raises(DataFault) as refused:
        read_protocol(copy)
    assert str(refused.value).startswith(f"{name}.toml: ")
    assert where in str(refused.value)


def test_a_clinics_version_remembers_what_it_was_made_from() -> None:
    shipped = protocol("grabski_2022")
    own = with_changes(shipped, version="1-north", reason="The clinic meets on Tuesdays", title="Alcohol, Tuesdays")
    assert (own.title, own.version, shipped.version) == ("Alcohol, Tuesdays", "1-north", "1")
    assert own.made_from is not None
    assert own.made_from.content_hash == content_hash(shipped)
    assert content_hash(own) != content_hash(shipped)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"version": "1", "reason": "because"}, "name of its own"),
        ({"version": "2", "reason": " "}, "Say why"),
        ({"version": "2", "reason": "because", "dosage": 1}, "cannot be changed: dosage"),
        ({"version": "2", "reason": "because", "id": "x"}, "cannot be changed: id"),
    ],
)
def test_a_version_without_name_or_reason_is_refused(changes: dict[str, str], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        with_changes(protocol("grabski_2022"), **changes)


def test_a_changed_version_is_checked_like_a_file() -> None:
    with pytest.raises(DataFault, match="das_2019 version 2: regimen: plannable: must be false while"):
        with_changes(protocol("das_2019"), version="2", reason="we want to", plannable=True)


def test_a_protocol_cannot_be_changed_in_place() -> None:
    with pytest.raises(FrozenInstanceError):
        protocol("grabski_2022").title = "other"  # type: ignore[misc]  # the fault this test plants


def test_the_hash_is_of_what_is_said_not_of_how_it_is_written(tmp_path: Path) -> None:
    copy = Path(shutil.copy(REGIMENS / "grabski_2022.toml", tmp_path))
    text = copy.read_text(encoding="utf-8").replace("value = 0.8,", "value = 0.80,", 1)
    copy.write_text("# a remark\n" + text, encoding="utf-8")
    assert content_hash(read_protocol(copy)) == content_hash(protocol("grabski_2022"))
