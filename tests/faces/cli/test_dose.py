"""`fenestra dose` on the command line: its keys, its exit codes, and silence beside a refusal."""

from __future__ import annotations

import json

import pytest

from fenestra.faces.cli.main import main

ASKED = ["dose", "--order", "0.5 mg/kg over 40 min", "--weight", "72.5", "--vial", "50 mg/mL", "--bag", "50 mL"]


def test_the_answer_has_exactly_its_keys(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*ASKED, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert list(told) == ["dose_mg", "volume_ml", "rate_ml_per_h", "steps", "warnings", "worked"]
    assert (told["dose_mg"], told["volume_ml"], told["rate_ml_per_h"]) == (36.2, 0.72, 75.0)


def test_for_people_the_worked_lines_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*ASKED, "--protocol", "grabski_2022"]) == 0
    assert "0.5 mg/kg × 72.5 kg = 36.25 mg, rounded down to 36.2 mg" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"--order": "1.1 mg/kg over 40 min"}, "above 72.5 mg, which is 1 mg/kg"),
        ({"--order": "5 mg/kg over 40 min"}, "×10"),
        ({"--weight": "160 lb"}, "in pounds"),
        ({"--vial": "50 mg/mL esketamine"}, "never mix"),
        ({"--given-visit": "70 mg"}, "already given this visit"),
        ({"--protocol": "no_such"}, "There is no regimen no_such"),
    ],
)
def test_what_is_refused_leaves_with_2_and_prints_no_figure(
    capsys: pytest.CaptureFixture[str], changed: dict[str, str], says: str
) -> None:
    assert main([*ASKED, *[word for pair in changed.items() for word in pair], "--json"]) == 2
    said = capsys.readouterr()
    assert said.out == "" and says in said.err
