"""A further dose of a planned course: no order and no start without a review that says why more; the record takes all."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fenestra.care.plan import actions as plan
from fenestra.care.plan.rules import CourseStops
from fenestra.care.visit import injection
from fenestra.care.visit.rules import VisitState
from tests.care.plan.clinic import Clinic, open_clinic

pytestmark = pytest.mark.django_db


def review(clinic: Clinic, plan_id: int, *, go_on: bool) -> None:
    told = {"plan_id": plan_id, "before_dose": 2, "go_on": go_on, "reason": "craving is still high"}
    clinic.as_("dana", plan.review_course, **told)


def test_a_second_dose_is_ordered_only_after_a_review_says_go_on() -> None:
    clinic = open_clinic()
    planned = clinic.plan()
    visit = clinic.day.visit(VisitState.CLEARED, episode_id=clinic.episode_id, dose_number=2)
    with pytest.raises(CourseStops, match="Nobody has reviewed the course before dose 2"):
        clinic.day.order(visit)
    review(clinic, planned, go_on=True)
    clinic.day.order(visit)
    clinic.day.confirm(visit)
    review(clinic, planned, go_on=False)
    with pytest.raises(CourseStops, match="says stop"):
        clinic.day.start(visit)


def test_a_second_dose_that_was_given_all_the_same_is_kept_marked_and_an_incident() -> None:
    clinic = open_clinic()
    clinic.plan()
    visit = clinic.day.visit(VisitState.CLEARED, episode_id=clinic.episode_id, dose_number=2)
    clinic.day.do(injection.record_given, visit_id=visit, given_mg=Decimal(30), reason="given before anybody looked")
    texts = [each.text for each in clinic.day.see(visit).incidents]
    assert any("No course review says that the course goes on to dose 2." in text for text in texts)


def test_a_first_dose_and_an_episode_without_a_plan_ask_nothing() -> None:
    clinic = open_clinic()
    unplanned = clinic.day.visit(VisitState.ORDERED, episode_id=clinic.episode_id, dose_number=2)
    assert clinic.day.state(unplanned) is VisitState.ORDERED
    clinic.plan()
    first = clinic.day.visit(VisitState.ORDERED, episode_id=clinic.episode_id, dose_number=1)
    assert clinic.day.state(first) is VisitState.ORDERED
