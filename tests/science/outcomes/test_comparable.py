"""What may be pooled and what may not: design, comparator, question, and how many there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from fenestra.science.errors import BadInput
from fenestra.science.evidence.library import Evidence, load_evidence, read_evidence
from fenestra.science.outcomes.comparable import Comparable, comparable
from fenestra.science.outcomes.effects import Measure

TRIAL = """
[[trial]]
id = "{id}"
authors = "{id} A, Other B"
year = 2030
title = "made up for a test"
journal = "none"
status = "{status}"
design = "rct_parallel"
randomised = {randomised}
blinding = "double"
substance = "alcohol"
indication = "use_disorder"
population = "nobody"
country = "nowhere"
route = "iv"
comparator = "something"
comparator_class = "{comparator}"
psychotherapy = "none"
follow_up_weeks = 26
source_urls = ["https://example.org/{id}"]

[[trial.arm]]
id = "ket"
name = "ketamine"
n = 30
ketamine = true

[[trial.arm]]
id = "other"
name = "not ketamine"
n = 30
ketamine = false
"""
ROW = """
[[trial.outcome]]
name = "{name}"
family = "{family}"
definition = "made up"
timepoint_weeks = 26
arm = "{arm}"
events = {events}
n = 30
verified = {verified}
url = "https://example.org"
"""


def trial(
    name: str, events: int = 12, *, comparator: str = "active_placebo", randomised: bool = True, status: str = "completed",
    family: str = "abstinence_point", verified: bool = True,
) -> str:  # fmt: skip
    told = TRIAL.format(id=name, status=status, randomised=str(randomised).lower(), comparator=comparator)
    for arm, count in (("ket", events), ("other", 6)):
        told += ROW.format(name="abstinent", family=family, arm=arm, events=count, verified=str(verified).lower())
    return told


def of(tmp_path: Path, *trials: str) -> Evidence:
    (tmp_path / "trials.toml").write_text("".join(trials))
    return read_evidence(tmp_path / "trials.toml")


def asked(evidence: Evidence, *, endpoint: str = "abstinent", only_read: bool = False) -> Comparable:
    return comparable(evidence, substance="alcohol", endpoint=endpoint, measure=Measure.ODDS_RATIO, only_read=only_read)


def test_three_randomised_trials_of_one_question_may_be_pooled(tmp_path: Path) -> None:
    found = asked(of(tmp_path, trial("one"), trial("two"), trial("three")))
    assert found.reason is None and len(found.comparisons) == 3 and not found.left_out


def test_two_are_too_few(tmp_path: Path) -> None:
    assert asked(of(tmp_path, trial("one"), trial("two"))).reason == (
        "2 trials can be compared here; under 3 nothing is pooled."
    )


@pytest.mark.parametrize(
    ("fourth", "says"),
    [
        (trial("four", randomised=False), "not randomised"),
        (trial("four", comparator="low_dose"), "ketamine with ketamine"),
        (trial("four", comparator="dose_schedule"), "ketamine with ketamine"),
        (trial("four", comparator="no_control"), "no randomised control"),
        (trial("four", status="recruiting"), "no result yet"),
    ],
)
def test_who_does_not_belong_is_left_out_by_name(tmp_path: Path, fourth: str, says: str) -> None:
    found = asked(of(tmp_path, trial("one"), trial("two"), trial("three"), fourth))
    assert found.reason is None and [each.trial_id for each in found.comparisons] == ["one", "two", "three"]
    assert [each.trial_id for each in found.left_out] == ["four"] and says in found.left_out[0].reason


def test_different_comparators_are_not_pooled(tmp_path: Path) -> None:
    found = asked(of(tmp_path, trial("one"), trial("two"), trial("three", comparator="inert_placebo")))
    assert found.reason and "different things (active_placebo, inert_placebo)" in found.reason


def test_different_questions_are_not_pooled(tmp_path: Path) -> None:
    found = asked(of(tmp_path, trial("one"), trial("two"), trial("three", family="abstinence_continuous")))
    assert found.reason and "different questions" in found.reason


def test_what_nobody_read_is_marked_and_can_be_left_out(tmp_path: Path) -> None:
    evidence = of(tmp_path, trial("one"), trial("two"), trial("three"), trial("unread", verified=False))
    assert [each.marked for each in asked(evidence).comparisons] == [False, False, False, True]
    without = asked(evidence, only_read=True)
    assert without.reason is None and [each.trial_id for each in without.left_out] == ["unread"]


def test_a_trial_in_which_nobody_had_the_event_is_no_third(tmp_path: Path) -> None:
    silent = trial("silent", events=0).replace("events = 6", "events = 0")
    found = asked(of(tmp_path, trial("one"), trial("two"), silent))
    assert found.reason and found.reason.startswith("2 trials")


def test_an_unknown_endpoint_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="They report abstinent"):
        asked(of(tmp_path, trial("one")), endpoint="craving")


def test_nothing_that_ships_is_pooled_today() -> None:
    """Not a law: the day three comparable trials are in the library this test goes."""
    evidence = load_evidence()
    for substance in sorted({each.substance for each in evidence.trials}):
        for name in sorted(
            {row.name for each in evidence.trials if each.substance == substance for row in each.outcome}
        ):
            for measure in (Measure.ODDS_RATIO, Measure.RISK_RATIO, Measure.HAZARD_RATIO):
                found = comparable(evidence, substance=substance, endpoint=name, measure=measure)
                assert found.reason, (substance, name)


def test_where_only_what_was_read_is_asked_for_the_reported_ratio_stands_in_for_counts_worked_back() -> None:
    evidence = load_evidence()
    both = [
        comparable(evidence, substance="cocaine", endpoint="abstinence_end", measure=Measure.ODDS_RATIO, only_read=read)
        for read in (False, True)
    ]
    counted, reported = (found.comparisons[0] for found in both)
    assert counted.arms and counted.derived and reported.arms is None and not reported.marked
    assert reported.effect and reported.effect.value == pytest.approx(1.7404661748)  # the logarithm of 5.7
