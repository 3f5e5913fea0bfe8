"""Before each further dose: is more wanted, and why? Stop unless somebody says why more."""

from __future__ import annotations

import pytest

from fenestra.care.people import actions as people
from fenestra.care.plan import actions, queries, rules
from fenestra.care.work import queries as work
from fenestra.ground.book.scope import OPEN
from fenestra.ground.clinic.rules import NotYours
from fenestra.science.errors import BadInput
from tests.care.plan.clinic import Clinic, at, open_clinic

pytestmark = pytest.mark.django_db


def review(clinic: Clinic, plan: int, *, go_on: bool, reason: str = "craving is still high", who: str = "dana") -> None:
    clinic.as_(who, actions.review_course, plan_id=plan, before_dose=2, go_on=go_on, reason=reason)


def stops(clinic: Clinic, dose_number: int = 2) -> str:
    return queries.course_stops(clinic.scope, OPEN, clinic.episode_id, dose_number)


def test_without_a_review_the_course_stops_before_the_second_dose_also_without_a_plan() -> None:
    clinic = open_clinic()
    assert "It stops here" in stops(clinic)
    clinic.plan()
    assert stops(clinic, 1) == ""
    assert "It stops here unless a prescriber says, with a reason, why more is wanted" in stops(clinic)


def test_a_review_that_says_go_on_lets_that_dose_and_no_other() -> None:
    clinic = open_clinic()
    review(clinic, clinic.plan(), go_on=True)
    assert stops(clinic, 2) == ""
    assert "before dose 3" in stops(clinic, 3)


def test_a_review_that_says_stop_takes_the_further_doses_off_the_calendar_and_leaves_therapy() -> None:
    clinic = open_clinic()
    plan = clinic.plan(hours=(clinic.hour(at(26, 10)), clinic.hour(at(3, 10, month=12), 2)))
    review(clinic, plan, go_on=False, reason="two months without a drink")
    assert [each.state for each in clinic.see().doses] == [
        rules.DoseState.PLANNED, rules.DoseState.DROPPED, rules.DoseState.DROPPED,
    ]  # fmt: skip
    booked = [each.kind.value for each in clinic.calendar() if each.state is rules.AppointmentState.BOOKED]
    assert booked == ["dose", "therapy", "therapy"]
    assert "says stop" in stops(clinic)


def test_the_last_review_counts_and_all_stay() -> None:
    clinic = open_clinic()
    plan = clinic.plan()
    review(clinic, plan, go_on=False)
    review(clinic, plan, go_on=True, reason="a lapse on Sunday")
    assert stops(clinic) == ""
    said = [(each.go_on, each.reason) for each in queries.course_reviews(clinic.scope, OPEN, plan)]
    assert said == [(False, "craving is still high"), (True, "a lapse on Sunday")]


def test_a_review_needs_its_reason_and_a_prescriber() -> None:
    clinic = open_clinic()
    plan = clinic.plan()
    with pytest.raises(BadInput, match="why more is wanted"):
        review(clinic, plan, go_on=True, reason=" ")
    with pytest.raises(BadInput, match="why the course stops"):
        review(clinic, plan, go_on=False, reason="")
    with pytest.raises(NotYours):
        review(clinic, plan, go_on=True, who="theo")
    with pytest.raises(BadInput, match="second or a later dose"):
        clinic.as_("dana", actions.review_course, plan_id=plan, before_dose=1, go_on=True, reason="x")


def review_unplanned(clinic: Clinic, **other: object) -> None:
    told = {"episode_id": clinic.episode_id, "before_dose": 2, "go_on": True, "reason": "craving is still high"}
    clinic.as_("dana", actions.review_episode, **{**told, **other})


def test_a_review_without_a_plan_lets_that_dose_stays_beside_those_of_plans_and_is_read_with_them() -> None:
    clinic = open_clinic()
    review_unplanned(clinic)
    assert stops(clinic, 2) == "" and "before dose 3" in stops(clinic, 3)
    review(clinic, clinic.plan(), go_on=False, reason="enough")
    assert "says stop" in stops(clinic, 2)
    said = queries.reviews_of_episode(clinic.scope, OPEN, clinic.episode_id)
    assert [(each.go_on, each.reason) for each in said] == [(True, "craving is still high"), (False, "enough")]


def test_a_review_without_a_plan_needs_an_open_episode_no_running_plan_a_reason_and_a_prescriber() -> None:
    clinic = open_clinic()
    with pytest.raises(BadInput, match="why more is wanted"):
        review_unplanned(clinic, reason=" ")
    with pytest.raises(BadInput, match="second or a later dose"):
        review_unplanned(clinic, before_dose=1)
    with pytest.raises(NotYours):
        clinic.as_("theo", actions.review_episode, episode_id=clinic.episode_id, before_dose=2, go_on=True, reason="x")
    plan = clinic.plan()
    with pytest.raises(rules.NotReady, match="A plan runs"):
        review_unplanned(clinic)
    clinic.as_("dana", actions.end_plan, plan_id=plan, reason="by hand from here")
    review_unplanned(clinic)
    clinic.as_("dana", people.close_episode, episode_id=clinic.episode_id, because="completed")
    with pytest.raises(rules.NotReady, match="closed"):
        review_unplanned(clinic)


def owed(clinic: Clinic) -> list[str]:
    items = work.items(clinic.scope, OPEN, clinic.day.at)
    return [each.about for each in items if each.kind == "course_review"]


def test_the_next_review_is_on_the_work_list_until_it_is_written_and_none_is_owed_after_a_stop() -> None:
    clinic = open_clinic()
    plan = clinic.plan()
    assert owed(clinic) == [f"plan:{plan}:dose:2"]
    review(clinic, plan, go_on=True)
    assert owed(clinic) == [f"plan:{plan}:dose:3"]
    clinic.as_("dana", actions.end_plan, plan_id=plan, reason="moved away")
    assert owed(clinic) == []
