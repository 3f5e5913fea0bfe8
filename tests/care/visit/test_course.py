"""What an order and a start ask of the course, with a plan and without one; the record takes all."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fenestra.care.people import screening
from fenestra.care.people.rules import NotConsented
from fenestra.care.plan import actions as plan
from fenestra.care.plan.rules import CourseStops, NotReady, OtherRoute
from fenestra.care.visit import actions, injection
from fenestra.care.visit.rules import VisitState
from fenestra.care.work import queries as work
from fenestra.care.work.rules import ItemKind
from fenestra.ground.book.scope import OPEN
from tests.care.people.known import good_facts, sign
from tests.care.plan.clinic import Clinic, open_clinic
from tests.care.visit.day import Day

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


def test_a_first_dose_asks_for_no_review() -> None:
    clinic = open_clinic()
    clinic.plan()
    first = clinic.day.visit(VisitState.ORDERED, episode_id=clinic.episode_id, dose_number=1)
    assert clinic.day.state(first) is VisitState.ORDERED


# ---- an episode that no plan was laid for


def test_without_a_plan_too_a_further_dose_needs_its_review(day: Day) -> None:
    episode = day.episode()
    visit = day.visit(VisitState.CLEARED, episode_id=episode, dose_number=2)
    with pytest.raises(
        CourseStops, match=r"Nobody has reviewed the course before dose 2.*write the course review first"
    ):
        day.order(visit)
    day.review(episode, 2, go_on=False)
    with pytest.raises(CourseStops, match="says stop"):
        day.order(visit)
    day.review(episode, 2)
    day.order(visit)
    assert day.state(visit) is VisitState.ORDERED


def test_a_booked_further_dose_says_what_it_waits_for_and_owes_a_review_until_it_is_written(day: Day) -> None:
    episode = day.episode()
    told = {"episode_id": episode, "day": day.at.date(), "due_at": day.at, "chair": "B", "route": "iv"}
    assert day.do(actions.book_visit, **told, dose_number=1).said == "The visit is booked."
    assert "write the course review first" in day.do(actions.book_visit, **told, dose_number=2).said
    assert owed(day) == [f"episode:{episode}:dose:2"]
    day.review(episode, 2)
    assert owed(day) == []


def owed(day: Day) -> list[str]:
    items = work.items(day.scopes["dana"], OPEN, day.at)
    return [each.about for each in items if each.kind is ItemKind.COURSE_REVIEW]


def test_a_dose_cannot_slip_in_under_the_number_of_an_earlier_one(day: Day) -> None:
    episode = day.episode()
    day.review(episode, 2)
    day.do(injection.record_given, visit_id=day.book(episode, dose_number=2), given_mg=Decimal(30), reason="given")
    first = day.visit(VisitState.CLEARED, episode_id=episode, dose_number=1)
    with pytest.raises(NotReady, match="Dose 2 of this course was given already"):
        day.order(first)


def test_an_order_by_another_route_than_the_protocols_is_refused_and_the_record_is_not(day: Day) -> None:
    visit = day.visit(VisitState.CLEARED, route="im", episode_id=day.episode(protocol="grabski_2022"))
    with pytest.raises(OtherRoute, match=r"gives an infusion \(iv\); this visit is for an injection \(im\)"):
        day.order(visit)
    day.do(injection.record_given, visit_id=visit, given_mg=Decimal(30), reason="given all the same")
    assert day.state(visit) is VisitState.GIVEN
    assert any("this visit is for an injection (im)" in each.text for each in day.see(visit).incidents)


def test_where_no_protocol_is_chosen_either_route_can_be_ordered(day: Day) -> None:
    visit = day.visit(VisitState.ORDERED, route="im", episode_id=day.episode(protocol=""))
    assert day.state(visit) is VisitState.ORDERED


@pytest.mark.parametrize(
    ("kept", "says"),
    [
        ("nothing", "is not signed. Let the person read and sign it"),
        ("consent", "Nobody has screened this person here. Keep a screening on their page first"),
        ("screening", "is not signed. Let the person read and sign it"),
    ],
)
def test_who_was_never_screened_or_never_signed_here_gets_no_order_and_what_was_given_is_kept(
    day: Day, kept: str, says: str
) -> None:
    day.lets_in = False
    visit = day.visit(VisitState.CLEARED)
    if kept == "consent":
        sign(day)
    elif kept == "screening":
        day.do(screening.keep_screening, "cora", person_id=day.person_id, facts=good_facts())
    with pytest.raises((NotConsented, NotReady), match=says):
        day.order(visit)
    day.do(injection.record_given, visit_id=visit, given_mg=Decimal(30), reason="given before anybody looked")
    assert day.given_mg() == 30
    assert any(says in each.text for each in day.see(visit).incidents)
