"""`fenestra evidence`: trials listed, shown with their marks, and pooled only where that is honest."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fenestra.faces.cli.main import main


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    try:
        code = main(["evidence", *words])
    except SystemExit as left:
        code = int(left.code or 0)
    told = capsys.readouterr()
    return code, told.out, told.err


def answered(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    code, out, err = said(capsys, *words, "--json")
    assert code == 0, err
    return json.loads(out)


def test_trials_are_listed_by_what_they_studied(capsys: pytest.CaptureFixture[str]) -> None:
    everyone, cocaine = (answered(capsys, "list", *more)["trials"] for more in ((), ("--substance", "cocaine")))
    assert len(everyone) == 32 and 0 < len(cocaine) < 32
    assert {row["substance"] for row in cocaine} == {"cocaine"}
    by_two = answered(capsys, "list", "--comparator", "active_placebo", "--family", "abstinence_short")["trials"]
    assert "dakwar2019" in [row["id"] for row in by_two]


def test_a_filter_that_fits_nothing_is_refused_with_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, "list", "--substance", "chocolate")
    assert (code, out) == (2, "") and "cocaine" in err


def test_a_trial_is_shown_with_its_marks(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "show", "dakwar2019")
    assert code == 0 and "13 of 27  (count worked back)" in out
    assert answered(capsys, "show", "dakwar2019")["outcome"][0]["events_derived"] is True
    assert said(capsys, "show", "nobody1900")[0] == 2


def test_too_few_trials_are_not_pooled_and_stand_alone(capsys: pytest.CaptureFixture[str]) -> None:
    found = answered(capsys, "pool", "--substance", "cocaine", "--endpoint", "abstinence_end", "--measure", "or")
    assert found["refused"] and "under 3" in found["reason"] and "pooled" not in found
    (alone,) = found["studies"]
    assert alone["counts"] == [13, 27, 3, 28] and alone["counts_derived"]
    assert alone["or_as_read"] == pytest.approx(7.738095) and alone["rr_as_read"] == pytest.approx(4.493827)


def test_who_is_left_out_is_named_with_the_reason(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("pool", "--substance", "alcohol", "--endpoint", "abstinence_continuous", "--measure", "rr")
    found = answered(capsys, *asked)
    assert [each["trial_id"] for each in found["left_out"]] == ["krupitsky1997"]
    code, out, _ = said(capsys, *asked)
    assert code == 0 and "never enters a randomised pool" in out
