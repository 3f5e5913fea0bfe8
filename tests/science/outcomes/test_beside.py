"""The clinic's curve beside published arms: floors, both rules, the sentence, and no test anywhere."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from fenestra.science import outcomes
from fenestra.science.errors import BadInput, Refused
from fenestra.science.evidence.library import load_evidence
from fenestra.science.evidence.trials import Trial
from fenestra.science.outcomes.beside import NOT_RANDOMISED, beside_published
from fenestra.science.outcomes.clinic_curve import ClinicCurve, TooFewForACurve, clinic_curve
from fenestra.science.outcomes.days import EndReason, PersonRecord
from fenestra.science.outcomes.endpoints import DayWindow, MissingRule
from fenestra.science.outcomes.presets import Preset, PublishedDefinition, load_presets, preset
from fenestra.science.outcomes.published import PublishedPoint, published_comparisons, published_points
from fenestra.science.outcomes.shares import GroupPercentDays, GroupShare

from .calendars import person

LATER = date(2030, 1, 1)
EVIDENCE = load_evidence()
LAPSE = replace(preset("first_lapse"), window=DayWindow(1, 8, "first dose"))


def people(*days: str) -> list[PersonRecord]:
    return [person(letters, name=f"p{n:02}") for n, letters in enumerate(days)]


def own_curve(*days: str) -> ClinicCurve:
    found = clinic_curve(people(*days), LAPSE, asked_until=LATER)
    assert isinstance(found, ClinicCurve)
    return found


def too_few(*days: str) -> TooFewForACurve:
    found = clinic_curve(people(*days), LAPSE, asked_until=LATER)
    assert isinstance(found, TooFewForACurve)
    return found


FREE, LAPSED = "aaaaaaaa", "aauaaaaa"


def test_ten_people_and_five_events_make_a_curve() -> None:
    assert own_curve(*[FREE] * 5, *[LAPSED] * 5).stated.events == 5


@pytest.mark.parametrize(("free", "lapsed"), [(4, 5), (6, 4), (0, 0), (0, 9)])
def test_fewer_people_or_events_are_shown_as_single_lines(free: int, lapsed: int) -> None:
    found = too_few(*[FREE] * free, *[LAPSED] * lapsed)
    assert (found.n_all, found.events, len(found.lines)) == (free + lapsed, lapsed, free + lapsed)
    assert "at least 10 people and 5 events" in found.sentence


def test_single_lines_are_longest_first_and_say_why_they_end() -> None:
    lines = too_few("aau", FREE, "aa").lines
    assert [(line.time.person, line.time.day, line.leaving) for line in lines] == [
        ("p01", 8, "window_closed"),
        ("p00", 3, "event"),
        ("p02", 2, "unknown_day"),
    ]


def test_single_lines_come_under_both_rules() -> None:
    found = too_few("aa")
    assert [(line.time.day, line.time.event) for line in (*found.lines, *found.lines_beside)] == [(2, False), (3, True)]
    turned = clinic_curve(people("aa"), LAPSE.under(MissingRule.MISSING_IS_USE), asked_until=LATER)
    assert isinstance(turned, TooFewForACurve)
    assert (turned.lines, turned.lines_beside) == (found.lines_beside, found.lines)


def test_people_of_whom_nothing_is_known_do_not_help_over_the_floor() -> None:
    found = too_few(*[LAPSED] * 9, "", "")
    assert (found.n_all, found.n_followed) == (11, 9)


def test_missing_answers_are_no_events_to_draw_a_curve_from() -> None:
    assert too_few(*["a......."] * 12).events == 0


def test_a_curve_never_comes_without_the_other_rule_s() -> None:
    found = own_curve(*[FREE] * 4, *[LAPSED] * 5, "aaaa....")
    assert (found.stated, found.beside) == (found.observed_only, found.missing_is_use)
    assert (found.stated.events, found.beside.events) == (5, 6)
    turned = clinic_curve(
        people(*[FREE] * 4, *[LAPSED] * 5, "aaaa...."), LAPSE.under(MissingRule.MISSING_IS_USE), asked_until=LATER
    )
    assert isinstance(turned, ClinicCurve)
    assert turned.stated == found.missing_is_use


def test_who_ended_for_a_reason_of_its_own_is_named() -> None:
    records = [*people(*[FREE] * 5, *[LAPSED] * 5), person("aa", name="died", ended=(EndReason.DEATH, 3))]
    found = clinic_curve(records, LAPSE, asked_until=LATER)
    assert isinstance(found, ClinicCurve)
    assert found.ended == ((EndReason.DEATH, 1),)
    assert found.observed_only.events == found.missing_is_use.events == 5


def test_a_curve_is_thin_from_the_day_fewer_than_five_are_at_risk() -> None:
    found = own_curve(*[FREE] * 4, *[LAPSED] * 5, "aaaau")
    assert [found.stated.row(day).at_risk for day in (3, 4, 5, 6)] == [10, 5, 5, 4]
    assert found.thin_from(found.stated) == 6
    full = own_curve(*[FREE] * 6, *[LAPSED] * 5)
    assert full.thin_from(full.stated) is None


def test_nobody_is_counted_twice() -> None:
    with pytest.raises(BadInput, match="twice"):
        clinic_curve([person(FREE), person(FREE)], LAPSE, asked_until=LATER)


def arms(endpoint: str, substance: str | None = None) -> list[PublishedPoint]:
    return list(published_points(preset(endpoint), EVIDENCE, substance=substance))


def test_the_published_arms_of_dakwar_2019_carry_counts_and_intervals() -> None:
    ketamine, midazolam = arms("dakwar2019_last_two_weeks_of_five")
    assert (ketamine.met, ketamine.n, midazolam.met, midazolam.n) == (13, 27, 3, 28)
    assert ketamine.percent == Decimal(1300) / 27 and ketamine.percent_reported == Decimal("48.2")
    assert ketamine.interval and ketamine.interval.low == pytest.approx(0.307432, abs=2e-6)
    assert ketamine.events_derived and ketamine.verified and ketamine.day == 35
    assert ketamine.missing_rule and "intention to treat" in ketamine.missing_rule


def test_the_published_arms_of_krupitsky_2007_are_both_ketamine() -> None:
    assert [(arm.met, arm.n, arm.ketamine, arm.day) for arm in arms("krupitsky2007_one_year")] == [
        (13, 26, True, 364),
        (6, 27, True, 364),
    ]


def test_a_point_without_counts_has_no_interval() -> None:
    (arm,) = arms("grabski2022_percent_days_abstinent")
    assert (arm.percent, arm.interval, arm.n, arm.approximate) == (86, None, None, True)
    for curve_end in arms("dakwar2019_relapse"):
        assert curve_end.interval is None and curve_end.approximate


def test_a_published_zero_stays_zero_and_has_an_interval() -> None:
    row = PublishedDefinition("abstinence_point", "self-reported abstinence by telephone, 6 months")
    asked = replace(preset("dakwar2019_last_two_weeks_of_five"), published=(row,))
    _, midazolam = published_points(asked, EVIDENCE)
    assert (midazolam.percent, midazolam.met) == (0, 0)
    assert midazolam.interval and midazolam.interval.high > 0.1


def test_lapse_is_shown_beside_courses_of_the_same_substance_only() -> None:
    assert {point.source_id for point in arms("first_lapse", "opioid")} == {"smyth2010_lapse"}
    assert "smyth2010_lapse" not in {point.source_id for point in arms("first_lapse", "alcohol")}
    assert all(point.differs for point in arms("first_lapse", "alcohol"))


def test_a_course_read_off_a_curve_is_marked_approximate_and_one_with_counts_is_not() -> None:
    marks = {point.source_id: point.approximate for point in arms("first_lapse", "alcohol")}
    assert marks["niaaa_alcohol_curve"] and not marks["whitworth1996"]


def test_the_substance_has_to_be_said_where_the_endpoint_does_not() -> None:
    with pytest.raises(Refused, match="Say for which one"):
        arms("first_lapse")


def test_an_arm_of_another_substance_is_not_the_same_endpoint() -> None:
    assert arms("dakwar2019_last_two_weeks_of_five", "alcohol") == []


def test_the_mark_unverified_travels_with_the_point() -> None:
    doubtful = replace(EVIDENCE, trials=tuple(_unverified(trial) for trial in EVIDENCE.trials))
    points = published_points(preset("krupitsky2007_one_year"), doubtful)
    assert points and not any(point.verified for point in points)


def _unverified(trial: Trial) -> Trial:
    return replace(trial, outcome=tuple(replace(row, verified=False) for row in trial.outcome))


def test_rows_whose_note_forbids_their_use_never_come_out() -> None:
    for each in load_presets():
        for substance in ("alcohol", "cocaine", "opioid", "nicotine"):
            for point in published_points(each, EVIDENCE, substance=substance):
                assert "do not use" not in point.note and "do not publish" not in point.note


def test_a_difference_between_published_arms_keeps_its_caveat() -> None:
    (mean,) = published_comparisons(preset("grabski2022_percent_days_abstinent"), EVIDENCE)
    assert (mean.estimate, mean.low, mean.high) == (Decimal("10.1"), Decimal("1.1"), Decimal("19.0"))
    (release,) = published_comparisons(preset("grabski2022_abstinent_six_months"), EVIDENCE)
    assert release.estimate is None and "0.80, 0.31-2.10" in release.note


@pytest.mark.parametrize("endpoint", load_presets(), ids=lambda each: each.id)
def test_every_endpoint_can_be_counted_and_carries_the_sentence(endpoint: Preset) -> None:
    beside = beside_published(people(FREE), endpoint, EVIDENCE, asked_until=LATER, substance="alcohol")
    assert beside.sentence == NOT_RANDOMISED and "different people" in beside.sentence
    assert isinstance(beside.own, ClinicCurve | TooFewForACurve | GroupShare | GroupPercentDays)


# Pools of randomised trials have a test of their own; a clinic's people are never put to one.
OF_TRIALS = {
    "effects",
    "between_trials",
    "pooling",
    "tables",
    "exact",
    "bayes",
    "chance",
    "pool_by",
    "comparable",
    "study_table",
}


def of_clinics() -> dict[str, ast.Module]:
    """Every file of the room that counts a clinic's people or stands beside them."""
    files = Path(outcomes.__file__).parent.glob("*.py")
    return {file.stem: ast.parse(file.read_text(encoding="utf-8")) for file in files if file.stem not in OF_TRIALS}


def test_no_test_and_no_p_value_is_worked_out_of_a_clinics_people() -> None:
    for tree in of_clinics().values():
        names = {node.name.casefold() for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        fields = {
            node.target.id
            for node in ast.walk(tree)
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
        }
        assert not {name for name in names if "logrank" in name or "log_rank" in name or "p_value" in name}
        assert not fields & {"p", "p_value"}


def test_what_counts_a_clinics_people_uses_nothing_that_pools_trials() -> None:
    for name, tree in of_clinics().items():
        modules = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        assert not {f"fenestra.science.outcomes.{each}" for each in OF_TRIALS} & set(modules), name
