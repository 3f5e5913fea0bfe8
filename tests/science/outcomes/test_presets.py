"""The shipped endpoints say all that counting needs, and agree with the evidence they come from."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from fenestra.science.errors import DataFault, Refused
from fenestra.science.evidence.library import load_evidence
from fenestra.science.outcomes.endpoints import MissingRule
from fenestra.science.outcomes.presets import (
    ENDPOINTS_FILE,
    Preset,
    PublishedDefinition,
    Question,
    RunOfUse,
    check_question,
    curve_floors,
    load_presets,
    preset,
    read_presets,
)
from fenestra.science.outcomes.use_rule import UseRule
from fenestra.science.protocols.requirements import requirement

EVIDENCE = load_evidence()
PUBLISHED = [(each, row) for each in load_presets() for row in each.published]


def definitions() -> dict[tuple[str, str], list[tuple[str | None, bool, str]]]:
    """Family and definition of every row of the evidence: substance, verified, note."""
    found: dict[tuple[str, str], list[tuple[str | None, bool, str]]] = {}
    for trial in EVIDENCE.trials:
        for row in trial.outcome:
            found.setdefault((row.family, row.definition), []).append((trial.substance, row.verified, row.note))
    for mark in EVIDENCE.benchmarks:
        found.setdefault((mark.endpoint or "", mark.definition or ""), []).append(
            (mark.substance, mark.verified, mark.note)
        )
    return found


def test_lapse_and_relapse_are_two_endpoints() -> None:
    lapse, relapse = preset("first_lapse"), preset("xbot2018_relapse")
    assert not lapse.is_comparable_with(relapse)
    assert {lapse.question, relapse.question} == {Question.TIME_TO_FIRST_USE, Question.TIME_TO_RUN_OF_USE}


@pytest.mark.parametrize("change", [{"substance": "alcohol"}, {"use_rule": UseRule.SELF_REPORT}, {"test_needed": True}])
def test_numbers_of_other_substances_or_counted_otherwise_are_not_compared(change: dict[str, object]) -> None:
    year = preset("krupitsky2007_one_year")
    assert year.is_comparable_with(replace(year, id="other", name="Other"))
    assert not year.is_comparable_with(replace(year, **change))  # type: ignore[arg-type]  # one field by name


def test_the_last_two_weeks_of_five_are_fourteen_days() -> None:
    window = preset("dakwar2019_last_two_weeks_of_five").window
    assert (window.days, window.last_day + 1) == (14, 5 * 7)


def test_every_published_row_stands_in_the_evidence_word_for_word() -> None:
    known = definitions()
    assert [row for _, row in PUBLISHED if (row.family, row.definition) not in known] == []


@pytest.mark.parametrize(("chosen", "row"), PUBLISHED, ids=[f"{p.id}-{r.definition[:30]}" for p, r in PUBLISHED])
def test_a_published_row_is_of_the_same_substance_and_not_one_that_forbids_its_use(
    chosen: Preset, row: PublishedDefinition
) -> None:
    for substance, _, note in definitions()[row.family, row.definition]:
        assert chosen.substance in (None, substance)
        assert "do not use" not in note and "do not publish" not in note


def test_an_endpoint_is_verified_only_where_all_its_rows_are() -> None:
    for chosen, row in PUBLISHED:
        rows = definitions()[row.family, row.definition]
        assert all(verified for _, verified, _ in rows) or not chosen.verified


def test_a_criterion_of_our_own_choice_is_not_verified() -> None:
    assert [each.id for each in load_presets() if not each.verified] == ["return_to_heavy_drinking"]


@pytest.mark.parametrize("chosen", load_presets(), ids=lambda each: each.id)
def test_the_source_of_an_endpoint_is_a_row_of_the_evidence(chosen: Preset) -> None:
    kind, row_id = re.match(r"(trial|benchmark) (\w+)", chosen.source).groups()  # type: ignore[union-attr]  # no match fails here
    rows = EVIDENCE.trials if kind == "trial" else EVIDENCE.benchmarks
    assert row_id in {each.id for each in rows}


def test_a_run_of_use_is_that_of_its_source() -> None:
    definition = next(each.definition for each in EVIDENCE.benchmarks if each.id == "xbot2018") or ""
    run = preset("xbot2018_relapse").run
    assert RunOfUse(1, 1).days_in_a_row == 1
    assert run and (run.days_in_a_row, run.weeks_in_a_row) == (7, 4)
    assert "four weeks in a row" in definition and "seven days in a row" in definition and "24 weeks" in definition
    assert preset("xbot2018_relapse").window.days == 24 * 7


def test_a_rule_this_room_does_not_compute_is_refused() -> None:
    with pytest.raises(Refused, match="not computed"):
        preset("first_lapse").under(MissingRule.MULTIPLE_IMPUTATION)


def test_a_year_of_lapse_is_the_last_core_point_of_the_requirement() -> None:
    assert max(requirement("OUT-003").values["months_core"]) == 12
    assert preset("first_lapse").window.last_day == 52 * 7


def test_the_floors_name_their_source() -> None:
    floors = curve_floors()
    assert str(floors.min_people) in floors.source and str(floors.min_events) in floors.source


def test_an_unknown_endpoint_is_refused_with_the_list_of_those_there_are() -> None:
    with pytest.raises(Refused, match="first_lapse"):
        preset("cured")


def test_one_endpoint_is_not_counted_as_another() -> None:
    with pytest.raises(Refused, match="does not ask"):
        check_question(preset("first_lapse"), frozenset({Question.DAYS_ABSTINENT}), "a share of days")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('use_rule = "self_report"', 'use_rule = "gut_feeling"', "use_rule"),
        ("test_needed = true", "test_neded = true", "test_neded"),
        ("first_day = 21", "first_day = 99", "before it begins"),
        ("weeks_in_a_row = 4", "weeks_in_a_row = 0", "at least one"),
        ("days_in_a_row = 7", "days_in_a_row = 0", "endpoint: run: A run of use is at least one day"),
        ("run = { days_in_a_row = 7, weeks_in_a_row = 4 }\n", "", "only there"),
        ('missing_rule = "observed_only"', 'missing_rule = "multiple_imputation"', "not computed"),
        ("min_people = 10\n", "", "min_people"),
    ],
)
def test_a_slip_in_the_file_is_refused_with_its_field(old: str, new: str, message: str, tmp_path: Path) -> None:
    text = ENDPOINTS_FILE.read_text(encoding="utf-8")
    assert old in text
    broken = tmp_path / "endpoints.toml"
    broken.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DataFault, match=message):
        read_presets(broken)
