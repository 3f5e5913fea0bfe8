"""Scores as the command line gives them out."""

from __future__ import annotations

import json
from datetime import date

import pytest

from fenestra.science.errors import BadInput
from fenestra.science.instruments import load_instruments, score_answers, score_days

KEYS = ["instrument", "total", "band", "bands", "complete", "missing", "subscales", "alerts"]
WEEK = "date,substance,amount\n2026-03-01,alcohol,0\n2026-03-02,alcohol,?\n2026-03-03,alcohol,6\n2026-03-04,alcohol,0\n"


def test_an_incomplete_form_alerts_and_has_no_total() -> None:
    report = score_answers("phq9", ["i1=2", "i9=several days"])
    assert list(report) == KEYS
    assert (report["total"], report["band"], report["complete"]) == (None, None, False)
    assert report["missing"] == ["i2", "i3", "i4", "i5", "i6", "i7", "i8"]
    assert [sorted(alert) for alert in report["alerts"]] == [["level", "on", "say"]]
    assert report["alerts"][0]["level"] == "urgent"


def test_whole_means_are_whole_and_others_have_two_decimals() -> None:
    full = {f"i{n}": 4 for n in range(1, 31)} | {"i3": 1, "i10": 2, "i29": 2}
    report = score_answers("meq30", [f"{item}={answer}" for item, answer in full.items()])
    assert report["total"] == 3.77
    assert report["subscales"] == {"mystical": 4, "positive_mood": 4, "time_space": 4, "ineffability": 1.67}
    assert type(report["subscales"]["mystical"]) is int


def test_sex_and_repeat_are_passed_on() -> None:
    assert score_answers("audit_c", ["i1=2", "i2=1", "i3=0"], sex="male")["band"] == "negative"
    assert score_answers("asq", ["i1=0", "i2=0", "i3=0"], repeat=True)["band"] == "negative"


@pytest.mark.parametrize("instrument", [i for i in load_instruments() if i != "tlfb"])
def test_every_form_can_be_written_as_json_even_empty(instrument: str) -> None:
    report = score_answers(instrument, [])
    assert json.loads(json.dumps(report)) == report
    assert list(report) == KEYS


@pytest.mark.parametrize(
    ("typed", "field"), [(["i1"], "answers"), (["=2"], "answers"), (["i1=1", "i1=2"], "i1"), (["i1="], "i1")]
)
def test_what_was_typed_wrong_is_refused_by_name(typed: list[str], field: str) -> None:
    with pytest.raises(BadInput) as refusal:
        score_answers("phq9", typed)
    assert refusal.value.field == field


def test_a_calendar_file_has_the_same_keys_and_its_metrics_as_subscales() -> None:
    report = score_days(WEEK, sex="male")
    assert list(report) == KEYS
    assert (report["complete"], report["missing"]) == (False, ["2026-03-02"])
    assert report["subscales"] == {
        "days": 3,
        "unknown_days": 1,
        "pda": 66.7,
        "pda_if_unknown_were_use": 50,
        "hdd": 1,
        "ddd": 6,
        "longest": 1,
        "first_use": 3,
    }
    assert json.loads(json.dumps(report)) == report


def test_a_calendar_of_several_substances_asks_which_one() -> None:
    both = WEEK + "2026-03-01,cocaine,1\n"
    with pytest.raises(BadInput, match="alcohol, cocaine"):
        score_days(both)
    with pytest.raises(BadInput, match="alcohol, cocaine"):
        score_days(both, substance="heroin")
    assert score_days(both, substance="Cocaine")["subscales"]["pda"] == 0


def test_a_day_that_is_still_to_come_is_refused_by_its_line() -> None:
    with pytest.raises(BadInput, match=r"Line 4: 2026-03-03 is still to come; give days up to 2026-03-02"):
        score_days(WEEK, today=date(2026, 3, 2))
