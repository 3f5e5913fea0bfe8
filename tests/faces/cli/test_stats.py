"""`fenestra stats meta`: anybody's own table pooled; what cannot be read is refused with row and field."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fenestra.faces.cli.main import main

REFERENCE = Path(__file__).resolve().parents[2] / "reference" / "outcomes"


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    try:
        code = main(["stats", "meta", *words])
    except SystemExit as left:
        code = int(left.code or 0)
    told = capsys.readouterr()
    return code, told.out, told.err


def pooled(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    code, out, err = said(capsys, *words, "--json")
    assert code == 0, err
    found: dict[str, Any] = json.loads(out)
    return found


def table(tmp_path: Path, text: str) -> str:
    (tmp_path / "trials.csv").write_text(text, encoding="utf-8")
    return str(tmp_path / "trials.csv")


def test_a_table_of_cells(capsys: pytest.CaptureFixture[str]) -> None:
    found = pooled(capsys, str(REFERENCE / "bcg.csv"), "--measure", "rr", "--method", "reml", "--test", "hk")
    assert found["k"] == 13 and found["estimate"] == pytest.approx(-0.714532, abs=2e-5)
    assert found["ci"] == pytest.approx([-1.108444, -0.320621], abs=4e-5)
    assert found["ratio"]["estimate"] == pytest.approx(0.4894, abs=1e-4)
    assert [each["name"] for each in found["studies"]][:2] == ["1", "2"] and found["warnings"] == []


@pytest.mark.parametrize("method", ["ee", "dl", "pm", "reml", "ml", "he", "sj", "eb", "mh", "peto", "bayes"])
def test_every_method_answers(capsys: pytest.CaptureFixture[str], method: str) -> None:
    found = pooled(capsys, str(REFERENCE / "sparse.csv"), "--measure", "or", "--method", method)
    assert found["ci"][0] < found["estimate"] < found["ci"][1]
    if method not in ("mh", "peto"):
        assert any("nobody, or everybody" in warning for warning in found["warnings"])


def test_under_three_trials_it_warns_and_answers(capsys: pytest.CaptureFixture[str]) -> None:
    found = pooled(capsys, str(REFERENCE / "ketamine_two.csv"), "--measure", "or")
    assert found["k"] == 2 and any("Under 3 trials" in warning for warning in found["warnings"])


def test_effects_with_their_variance(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = table(tmp_path, "author,yi,vi\nA,0.1,0.04\nB,0.3,0.09\nC,-0.2,0.02\n")
    assert pooled(capsys, path, "--measure", "gen", "--method", "dl", "--test", "z")["k"] == 3
    code, out, _ = said(capsys, path, "--measure", "gen")
    assert code == 0 and "a further trial" in out


@pytest.mark.parametrize(
    ("text", "measure", "says"),
    [
        ("ai,n1,ci,n2\n5,4,1,9\n", "or", "Row 2"),
        ("ai,n1,ci,n2\n1,4,x,9\n", "or", "Row 2, ci: 'x' is not a count"),
        ("ai,n1,ci,n2\n1,4,1.5,9\n", "or", "is not a count"),
        ("ai,n1,ci,n2\n١,4,1,9\n", "or", "is not a count"),
        ("yi,vi\n0.1,0\n", "gen", "variance must be above 0"),
        ("yi,vi\nnan,1\n", "gen", "is not a number"),
        ("yi,vi\n1e400,1\n", "gen", "is not a number"),
        ("yi,vi\n\n", "gen", "no row"),
        ("a,b\n1,2\n", "gen", "needs the columns"),
        ("yi,yi\n1,2\n", "gen", "Two columns"),
        ("study,yi,vi\nA,1,2\nA,2,2\n", "gen", "A stands twice"),
        ("yi,vi\n1,2,3\n", "gen", "more fields"),
        ("yi,vi\n1,2\n", "or", "needs columns of counts"),
        ("ai,n1,ci,n2\n1,4,1,9\n", "gen", "needs columns of yi and vi"),
    ],
)
def test_a_table_that_cannot_be_is_refused_in_one_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, measure: str, says: str
) -> None:
    code, out, err = said(capsys, table(tmp_path, text), "--measure", measure)
    assert (code, out) == (2, "") and says in err and len(err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "words",
    [("--measure", "rr", "--method", "peto"), ("--measure", "or", "--method", "mh", "--test", "hk"),
     ("--measure", "or", "--method", "bayes", "--tau-scale", "0")],
)  # fmt: skip
def test_what_a_method_cannot_do_is_refused(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    assert said(capsys, str(REFERENCE / "bcg.csv"), *words)[0] == 2
