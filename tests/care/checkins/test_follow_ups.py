"""A follow-up after the last dose that nobody asked for is work until it is met, or the next one has come."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fenestra.care.checkins import follow_ups
from fenestra.care.measures import actions as measures
from fenestra.care.people import actions as people
from fenestra.care.people import queries as people_queries
from fenestra.care.visit.rules import VisitState
from fenestra.care.work import queries
from fenestra.care.work.queries import ItemValue
from fenestra.care.work.rules import ItemKind, Level
from fenestra.ground.book.scope import OPEN, Scope
from tests.care.visit.day import Day


@pytest.fixture
def treated(day: Day) -> Day:
    """One dose was given on 20 November 2026, and no other is planned."""
    day.visit(VisitState.DISCHARGED)
    return day


def days_pass(day: Day, count: int) -> None:
    day.later(minutes=24 * 60 * count)
    look(day)


def look(day: Day) -> None:
    follow_ups.look_over(Scope(day.clinic_id, None, frozenset(), "America/New_York", "the clock"), day.at)


def listed(day: Day) -> list[ItemValue]:
    items = queries.items(day.scopes["nina"], OPEN, day.at)
    return [each for each in items if each.kind is ItemKind.FOLLOW_UP_OWED]


def sample(day: Day) -> None:
    told: dict[str, Any] = {"kind": "breath", "substance": "alcohol", "positive": False, "day": day.at.date()}
    day.do(measures.record_test, "nina", person_id=day.person_id, **told)


def test_before_the_first_month_nothing_is_owed(treated: Day) -> None:
    days_pass(treated, 29)
    assert listed(treated) == []


def test_at_the_first_month_a_coordinator_owes_it_until_the_second(treated: Day) -> None:
    days_pass(treated, 30)
    look(treated)
    (item,) = listed(treated)
    assert item.words.startswith("1 month after the last dose (20 Dec 2026)")
    assert (item.level, item.owner_role) == (Level.LOW, "coordinator")
    assert item.due_at and item.due_at.isoformat().startswith("2027-01-20T")


def test_a_sample_on_the_day_meets_it(treated: Day) -> None:
    days_pass(treated, 30)
    sample(treated)
    look(treated)
    assert listed(treated) == []


def test_a_sample_before_the_point_does_not(treated: Day) -> None:
    days_pass(treated, 29)
    sample(treated)
    days_pass(treated, 1)
    assert len(listed(treated)) == 1


def test_the_next_point_takes_the_place_of_one_that_was_missed(treated: Day) -> None:
    days_pass(treated, 30)
    days_pass(treated, 31)
    (item,) = listed(treated)
    assert item.words.startswith("2 months")
    assert item.opened_at == treated.at


def test_while_another_dose_is_to_come_nothing_is_owed(treated: Day) -> None:
    days_pass(treated, 29)
    (course,) = people_queries.episodes(treated.scopes["nina"], OPEN, treated.person_id)
    treated.later(minutes=24 * 60 * 5)
    treated.book(course.id, dose_number=2)
    look(treated)
    assert listed(treated) == []


def test_a_closed_course_owes_nothing(treated: Day) -> None:
    days_pass(treated, 30)
    (course,) = people_queries.episodes(treated.scopes["nina"], OPEN, treated.person_id)
    treated.do(people.close_episode, "dana", episode_id=course.id, because="completed")
    look(treated)
    assert listed(treated) == []


def test_the_last_point_has_no_day_by_which_it_is_over(treated: Day) -> None:
    treated.later(minutes=24 * 60 * 366)
    look(treated)
    (item,) = listed(treated)
    assert item.words.startswith("12 months") and item.due_at is None


def test_the_clock_asks_as_few_questions_for_many_as_for_one(treated: Day, django_assert_num_queries: Any) -> None:
    days_pass(treated, 30)
    with django_assert_num_queries(6):
        look(treated)
    other = treated.person(name="Somebody Else")
    treated.at -= timedelta(days=30)
    treated.visit(VisitState.DISCHARGED, episode_id=treated.episode(other))
    days_pass(treated, 31)
    assert len(listed(treated)) == 2
    with django_assert_num_queries(6):
        look(treated)
