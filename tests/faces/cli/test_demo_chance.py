"""What made-up people use is drawn from published control arms without ketamine, and from nothing else."""

from __future__ import annotations

import inspect
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import sqrt

import pytest

from fenestra.faces.cli import demo_after, demo_chance, demo_people
from fenestra.faces.cli.demo_chance import aims_of, amount, chance_of, craving_course, share_free, use_course
from fenestra.science.evidence.library import load_evidence
from fenestra.science.evidence.tables import read_toml

DRAWN = 4000
YEAR = 364
SUBSTANCES = ("alcohol", "cocaine")
ERRORS = 3.5  # standard errors of a share in this many draws


@pytest.fixture(scope="module")
def drawn() -> dict[str, list[tuple[bool, ...]]]:
    return {of: [use_course(chance_of(7, of, n), of, YEAR) for n in range(DRAWN)] for of in SUBSTANCES}


def _share(courses: list[tuple[bool, ...]], first: int, last: int) -> float:
    return sum(not any(course[first:last]) for course in courses) / len(courses)


@pytest.mark.parametrize("of", SUBSTANCES)
def test_the_share_free_of_use_meets_each_published_arm_it_is_drawn_from(drawn, of: str) -> None:
    for aim in aims_of(of).free:
        error = sqrt(aim.share * (1 - aim.share) / DRAWN)
        assert abs(_share(drawn[of], 0, aim.day) - aim.share) <= ERRORS * error, aim


@pytest.mark.parametrize("of", SUBSTANCES)
def test_the_figures_are_those_of_arms_without_ketamine_in_the_evidence_file(of: str) -> None:
    evidence = load_evidence()
    for source in read_toml(demo_chance.AIMS_FILE)[of]["free"]:
        if "trial" in source:
            (arm,) = [each for each in evidence.trial(source["trial"]).arm if each.id == source["arm"]]
            assert not arm.ketamine
        else:
            assert source["arm"] == "placebo"


def test_the_words_quoted_for_days_abstinent_stand_in_the_findings() -> None:
    findings = {each.id: each.finding for each in load_evidence().benchmarks}
    for source in read_toml(demo_chance.AIMS_FILE)["alcohol"]["days_abstinent"]:
        assert source["says"] in findings[source["benchmark"]]
        assert f"{source['percent']}%" in source["says"]


def test_days_abstinent_from_alcohol_lie_between_the_groups_named(drawn) -> None:
    days = read_toml(demo_chance.AIMS_FILE)["alcohol"]["over_weeks"] * 7
    percent = 100 * (1 - sum(sum(course[:days]) for course in drawn["alcohol"]) / (DRAWN * days))
    assert 45 < percent < 72


def test_nobody_does_better_than_the_control_arm_of_the_cocaine_trial(drawn) -> None:
    """Abstinent in the last two weeks of five: 3 of 28; abstinent at six months: nobody of 28."""
    last_two_weeks = _share(drawn["cocaine"], 21, 35)
    assert last_two_weeks <= 3 / 28 + ERRORS * sqrt(3 / 28 * 25 / 28 / DRAWN)
    assert _share(drawn["cocaine"], 175, 182) < 0.1


def test_the_curve_falls_and_goes_on_falling_beyond_the_last_published_week() -> None:
    for of in SUBSTANCES:
        shares = [share_free(aims_of(of).free, day) for day in range(YEAR)]
        assert all(later < earlier for earlier, later in pairwise(shares))


def test_the_draw_is_told_of_nothing_but_a_substance_and_a_number_of_days() -> None:
    assert list(inspect.signature(use_course).parameters) == ["chance", "substance", "days"]
    assert list(inspect.signature(craving_course).parameters) == ["chance", "used"]


def test_each_thing_has_draws_of_its_own() -> None:
    assert chance_of(1, "R-001", "use").random() == chance_of(1, "R-001", "use").random()
    assert chance_of(1, "R-001", "use").random() != chance_of(1, "R-001", "hours").random()


def test_use_of_a_person_depends_on_who_they_are_alone() -> None:
    now = datetime(2026, 6, 1, 12, tzinfo=UTC)
    today, later = (demo_people.people(4, "riverbend", 40, at) for at in (now, now + timedelta(days=1, hours=5)))
    assert [demo_after.drawn(who) for who in today] == [demo_after.drawn(who) for who in later]


@pytest.mark.parametrize("of", SUBSTANCES)
def test_amounts_and_craving_stay_in_their_ranges(drawn, of: str) -> None:
    for number, course in enumerate(drawn[of][:50]):
        chance = chance_of("amounts", number)
        assert amount(chance, of) > 0
        assert all(0 <= each <= 100 for each in craving_course(chance, course))
