"""THP-001: a window without a therapy hour is an alarm at half time, once, and the alarm stays on record."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fenestra.care.plan import actions as plan
from fenestra.care.therapy import clock, queries
from fenestra.care.work import actions as work_actions
from fenestra.care.work import queries as work
from fenestra.care.work.queries import ItemValue
from fenestra.care.work.rules import StepKind
from fenestra.ground.book.models import Act
from fenestra.ground.book.scope import OPEN
from tests.care.visit.day import Day
from tests.care.visit.day import S as State


@pytest.fixture
def half_over(day: Day) -> Day:
    """A window that was on the list from its opening, seen again one minute after its half."""
    day.visit(State.DISCHARGED)
    (open_window,) = queries.windows(day.scopes["theo"], OPEN, at=day.at)
    for moment in (open_window.window.opens_at, open_window.window.half_at + timedelta(minutes=1)):
        look(day, moment - day.at)
    return day


def look(day: Day, later: timedelta = timedelta(0)) -> None:
    day.later(seconds=later.total_seconds())
    clock.look_over(day.clinic_id, day.scopes["theo"].time_zone, day.at)


def owed(day: Day) -> list[ItemValue]:
    return list(work.items(day.scopes["theo"], OPEN, day.at))


def told(day: Day, item_id: int) -> list[StepKind]:
    return [each.kind for each in work.steps(day.scopes["theo"], OPEN, item_id)]


def booked(day: Day) -> int:
    who = {"person_id": day.person_id, "staff_id": day.scopes["theo"].staff_id}
    starts = {"starts_at": day.at + timedelta(hours=2), "minutes": 50}
    return day.do(plan.book_appointment, "cora", kind="therapy", **who, **starts).id or 0


def test_half_of_the_window_is_half_of_its_hours(day: Day) -> None:
    day.visit(State.DISCHARGED)
    (found,) = queries.windows(day.scopes["theo"], OPEN, at=day.at)
    assert found.window.half_at - found.ended_at == timedelta(hours=48)
    assert not found.half_over(found.window.half_at - timedelta(seconds=1)) and found.half_over(found.window.half_at)


def test_a_window_without_an_hour_is_an_alarm_at_half_time_and_says_so(half_over: Day) -> None:
    (item,) = owed(half_over)
    assert (item.kind, item.level) == ("window_without_hour", "medium")
    assert told(half_over, item.id) == [StepKind.OPENED, StepKind.RAISED]
    last = work.steps(half_over.scopes["theo"], OPEN, item.id)[-1]
    assert "Half of it is over." in last.words and "not a proven fact" in last.words


def test_it_is_raised_once_however_often_the_clock_looks(half_over: Day) -> None:
    acts = Act.objects.count()
    for _ in range(3):
        look(half_over, timedelta(minutes=1))
    assert Act.objects.count() == acts


def test_the_alarm_stays_on_record_when_the_hour_is_booked(half_over: Day) -> None:
    (item,) = owed(half_over)
    booked(half_over)
    look(half_over)
    assert owed(half_over) == []
    assert told(half_over, item.id) == [StepKind.OPENED, StepKind.RAISED, StepKind.DONE]
    assert "is booked in the window" in work.steps(half_over.scopes["theo"], OPEN, item.id)[-1].words


def test_an_hour_that_is_cancelled_after_half_time_leaves_an_alarm_again(half_over: Day) -> None:
    hour = booked(half_over)
    look(half_over)
    half_over.do(plan.cancel_appointment, "cora", appointment_id=hour, reason="snow")
    look(half_over)
    assert [each.level for each in owed(half_over)] == ["medium"]


def test_what_a_human_called_done_is_no_alarm(day: Day) -> None:
    day.visit(State.DISCHARGED)
    look(day, timedelta(hours=25))
    day.do(work_actions.finish, "theo", item_id=owed(day)[0].id, words="she wants none this week")
    look(day, timedelta(hours=30))
    assert owed(day) == []


def test_an_hour_that_is_booked_in_time_is_no_alarm(day: Day) -> None:
    day.visit(State.DISCHARGED)
    day.later(minutes=60 * 46)
    booked(day)
    day.later(minutes=30)
    look(day, timedelta(minutes=60))
    assert owed(day) == []
