"""What the command answers, and the published rise of pressure and pulse."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from fenestra.science.errors import BadInput, DataFault
from fenestra.science.pharmacology.expected_rise import RELATION, expected_rise, expected_rise_of
from fenestra.science.pharmacology.reading import load_models
from fenestra.science.pharmacology.report import predict_report, report_lines

from .reference import reference_rows


def test_the_answer_holds_the_typical_curve_at_full_precision_and_its_band() -> None:
    said = predict_report(iv=["0.5 mg/kg over 40 min"], weight="70", at="10,20,40,60")
    told = {
        row.minute: row.ng_per_ml for row in reference_rows() if (row.case, row.model_id) == ("iv_0.5_40", "kamp_2020")
    }
    assert (said["model"], said["site"], said["verified"]) == ("kamp_2020", "arterial", True)
    assert [point["minute"] for point in said["points"]] == [10, 20, 40, 60]
    for point in json.loads(json.dumps(said))["points"]:
        assert point["ng_per_ml"] == pytest.approx(told[point["minute"]], rel=1e-9)
        assert point["p05"] < point["ng_per_ml"] < point["p95"]


def test_the_answer_takes_every_part_of_a_regimen_and_another_model() -> None:
    said = predict_report(
        iv=["0.11 mg/kg over 2 min", "0.60 mg/kg over 50 min"], im=["10 mg at 60"], pauses=["5 min at 20"],
        weight="72.5 kg", at="57, 600", model_id="domino_1982",
    )  # fmt: skip
    assert [point["minute"] for point in said["points"]] == [57]
    assert len(said["warnings"]) == 2
    assert not said["verified"]


def test_the_lines_for_a_terminal_name_model_band_and_warnings() -> None:
    lines = report_lines(predict_report(im=["0.5 mg/kg"], weight="70", at="30"))
    assert lines[0].startswith("kamp_2020 (")
    assert "UNVERIFIED), arterial ketamine, predicted, not measured" in lines[0]
    assert "our assumption" in lines[1]
    assert lines[-1].startswith("Warning: How ketamine is absorbed from muscle is unverified")


@pytest.mark.parametrize(
    ("weight", "at", "model_id", "field"),
    [
        ("900", "10", "kamp_2020", "weight"),
        ("160 lb", "10", "kamp_2020", "weight"),
        ("70", "", "kamp_2020", "at"),
        ("70", "10,,20", "kamp_2020", "at"),
        ("70", "-5", "kamp_2020", "at"),
        ("70", "10", "fanta_2015", "model"),
    ],
)
def test_what_cannot_be_read_names_its_field(weight: str, at: str, model_id: str, field: str) -> None:
    with pytest.raises(BadInput) as refusal:
        predict_report(iv=["0.5 mg/kg over 40 min"], weight=weight, at=at, model_id=model_id)
    assert refusal.value.field == field


def test_the_published_mean_rise_carries_its_regimen_and_source() -> None:
    rise = expected_rise()
    assert (rise.systolic_mmhg, rise.diastolic_mmhg, rise.pulse_per_min) == (
        Decimal("7.4"),
        Decimal("6.0"),
        Decimal("1.9"),
    )
    assert (rise.peak_from_min, rise.peak_to_min, rise.regimen) == (30, 40, "0.5 mg/kg in 40 min")
    assert rise.verified
    assert "135 patients" in rise.in_words
    assert rise.source[0].startswith("https://")


def test_a_sentence_without_its_figures_is_a_fault_not_a_guess() -> None:
    models = load_models()
    reworded = tuple(
        replace(each, notes=(("relation", "pressure rises"),)) if each.id == RELATION else each
        for each in models.relations
    )
    with pytest.raises(DataFault, match="infusion_haemodynamics_135: relation"):
        expected_rise_of(replace(models, relations=reworded))
    with pytest.raises(DataFault, match="infusion_haemodynamics_135: id: missing"):
        expected_rise_of(replace(models, relations=()))
