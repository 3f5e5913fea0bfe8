"""`fenestra outcomes`: the page's numbers for a terminal and for a program."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fenestra.care.visit.rules import VisitState
from fenestra.faces.cli.main import main
from fenestra.ground.book import clock
from fenestra.science.outcomes.beside import NOT_RANDOMISED
from tests.care.visit.day import Day, furnish


@pytest.fixture
def day(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Day:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    made = furnish(slug="river")
    monkeypatch.setattr(clock, "now", lambda: made.at)
    made.visit(VisitState.DISCHARGED)
    return made


def test_it_gives_the_number_both_rules_and_the_standing_sentence(day: Day, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["outcomes", "--preset", "first_lapse", "--substance", "alcohol"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Made-up clinic: no real people.")
    assert "0 of 1" in said and "With missing = use it is" in said and NOT_RANDOMISED in said
    assert "Ellison" not in said and "A-" not in said


def test_a_program_gets_the_same(day: Day, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["outcomes", "--clinic", "river", "--rule", "missing_is_use", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["clinic"], told["people"], told["missing_rule"]) == ("river", 1, "missing_is_use")
    assert told["headline"]["other_name"] == "observed only" and len(told["published"]) == 10


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (["--clinic", "lake"], "There is no clinic lake in this folder. It holds: river."),
        (["--preset", "hope"], "There is no endpoint hope"),
        (["--substance", "gold"], "Choose one of: alcohol"),
        (["--preset", "krupitsky2007_one_year", "--substance", "alcohol"], "Choose opioids"),
    ],
)
def test_what_is_not_there_is_refused_in_a_sentence(
    day: Day, capsys: pytest.CaptureFixture[str], typed: list[str], says: str
) -> None:
    assert main(["outcomes", *typed]) == 2
    assert says in capsys.readouterr().err
