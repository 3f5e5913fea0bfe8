"""`fenestra predict` beside other models, as CSV and as a picture."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fenestra.faces.cli.main import main

ASKED = ["predict", "--iv", "0.5 mg/kg over 40 min", "--weight", "70", "--at", "10,40"]


def test_models_stand_beside_one_another(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*ASKED, "--compare", "domino_1982", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["model"] == "kamp_2020" and [each["model"] for each in told["compare"]] == ["domino_1982"]


def test_without_bands_only_the_typical_level_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*ASKED, "--no-bands"]) == 0
    assert "95 %" not in capsys.readouterr().out
    assert main([*ASKED, "--no-bands", "--json"]) == 0
    assert "p95" not in json.loads(capsys.readouterr().out)["points"][0]


def test_files_are_written_and_what_must_be_said_is_said_beside_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, picture = tmp_path / "level.csv", tmp_path / "level.svg"
    asked = [*ASKED, "--compare", "clements_1981_250", "--csv", str(table), "--svg", str(picture)]
    assert main(asked) == 0
    said = capsys.readouterr()
    assert "clements_1981_250 are unverified" in said.err and str(table) in said.out
    assert table.read_text().startswith("model,") and picture.read_text().startswith("<svg")


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--csv", "--svg"], "cannot go to the same place"),
        (["--svg", "no/such/folder/level.svg"], "cannot be written"),
        (["--compare", "perez_ruixo_2021"], "another drug"),
    ],
)
def test_what_cannot_be_is_refused(capsys: pytest.CaptureFixture[str], more: list[str], says: str) -> None:
    assert main([*ASKED, *more]) == 2
    assert says in capsys.readouterr().err
