"""Appointments: nobody and nothing is booked twice; what became of each is kept; a moved dose takes its plan along."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from fenestra.care.plan import actions, queries, rules
from fenestra.care.plan.values import AppointmentValue
from fenestra.ground.book.act import Stale
from fenestra.ground.book.scope import OPEN, Mask
from fenestra.ground.clinic.rules import NotYours
from fenestra.science.errors import BadInput, Refused
from tests.care.plan.clinic import FRIDAY, Clinic, at, consent, open_clinic, screen

pytestmark = pytest.mark.django_db


def book(clinic: Clinic, starts_at: datetime, person_id: int = 0, **other: Any) -> int:
    told: dict[str, Any] = {
        "person_id": person_id or clinic.person_id,
        "kind": "therapy",
        "starts_at": starts_at,
        "minutes": 60,
    }
    return clinic.as_("cora", actions.book_appointment, **{**told, "staff_id": clinic.theo, **other}).id or 0


def one(clinic: Clinic, appointment_id: int) -> AppointmentValue:
    return queries.appointment(clinic.scope, OPEN, appointment_id)


def test_a_therapist_is_not_booked_twice() -> None:
    clinic = open_clinic()
    book(clinic, at(25, 10))
    with pytest.raises(rules.Clash, match="The therapist is taken from Wed 25 Nov, 10:00 to Wed 25 Nov, 11:00"):
        book(clinic, at(25, 10, 30), clinic.day.person())
    assert book(clinic, at(25, 11), clinic.day.person())


def test_a_person_is_not_booked_twice() -> None:
    clinic = open_clinic()
    book(clinic, at(25, 10))
    with pytest.raises(rules.Clash, match="This person is taken"):
        book(clinic, at(25, 10), kind="scales", staff_id=None)


def test_a_chair_is_not_given_twice() -> None:
    clinic = open_clinic()
    clinic.plan()
    other = second_person(clinic)
    with pytest.raises(rules.Clash, match="The chair is taken from Tue 24 Nov, 09:00"):
        clinic.plan(episode_id=other)


def second_person(clinic: Clinic) -> int:
    """A second person of the clinic who could be planned; gives their episode."""
    second = clinic.day.person(name="Second Person")
    other = replace(clinic, person_id=second, episode_id=clinic.day.episode(second))
    consent(other)
    screen(other, "fit")
    return other.episode_id


def test_an_hour_needs_a_therapist_of_this_clinic() -> None:
    clinic = open_clinic()
    with pytest.raises(BadInput, match="Choose the therapist"):
        book(clinic, at(25, 10), staff_id=None)
    with pytest.raises(BadInput, match="therapist of this clinic"):
        book(clinic, at(25, 10), staff_id=clinic.day.scopes["nina"].staff_id)


def test_a_day_that_is_over_cannot_be_booked() -> None:
    clinic = open_clinic()
    with pytest.raises(BadInput, match="That day is over"):
        book(clinic, at(19, 10))


def test_a_moved_dose_takes_its_planned_date_and_its_window_along() -> None:
    clinic = open_clinic()
    clinic.plan()
    dose = clinic.calendar()[0]
    clinic.as_(
        "cora",
        actions.move_appointment,
        appointment_id=dose.id,
        starts_at=at(25, 9),
        version=dose.version,
        reason="flu",
    )
    moved = clinic.see().doses[0]
    assert moved.starts_at == at(25, 9)
    assert moved.window.opens_at == at(26, 10, 40)
    assert clinic.calendar()[0].because == "flu"


def test_an_hour_moved_out_of_its_window_needs_a_reason() -> None:
    clinic = open_clinic()
    clinic.plan(hours=(clinic.hour(at(26, 10)),))
    (hour,) = clinic.calendar(staff_id=clinic.theo)
    told = {"appointment_id": hour.id, "starts_at": at(30, 10), "version": hour.version}
    with pytest.raises(BadInput, match="outside the window"):
        clinic.as_("theo", actions.move_appointment, **told)
    clinic.as_("theo", actions.move_appointment, **told, outside_because="away until Monday")
    assert one(clinic, hour.id).outside_because == "away until Monday"
    now = one(clinic, hour.id)
    clinic.as_("theo", actions.move_appointment, appointment_id=hour.id, starts_at=at(26, 11), version=now.version)
    assert (one(clinic, hour.id).in_window, one(clinic, hour.id).outside_because) == (True, "")


def test_a_plan_may_move_another_person_s_hour_to_make_room() -> None:
    clinic = open_clinic()
    other = clinic.day.person(name="Somebody Else")
    theirs = book(clinic, at(26, 10), other)
    clinic.plan(hours=(clinic.hour(at(26, 10)),), moves=({"appointment_id": theirs, "starts_at": at(26, 11)},))
    assert one(clinic, theirs).starts_at == at(26, 11)


def test_two_screens_cannot_move_one_appointment() -> None:
    clinic = open_clinic()
    made = book(clinic, at(25, 10))
    clinic.as_("cora", actions.move_appointment, appointment_id=made, starts_at=at(25, 11), version=1)
    with pytest.raises(Stale):
        clinic.as_("theo", actions.move_appointment, appointment_id=made, starts_at=at(26, 11), version=1)


def test_what_became_of_an_appointment_is_said_when_its_time_has_come_and_once() -> None:
    clinic = open_clinic()
    made = book(clinic, at(25, 10))
    with pytest.raises(BadInput, match="has not begun"):
        clinic.as_("theo", actions.keep_appointment, appointment_id=made, version=1)
    clinic.day.at = at(25, 11)
    clinic.as_("theo", actions.miss_appointment, appointment_id=made, version=1)
    assert one(clinic, made).state is rules.AppointmentState.MISSED
    with pytest.raises(Refused, match="missed already"):
        clinic.as_("theo", actions.keep_appointment, appointment_id=made, version=2)


def test_a_cancelled_dose_is_without_a_date_until_one_is_booked() -> None:
    clinic = open_clinic()
    clinic.plan()
    dose = clinic.calendar()[1]
    with pytest.raises(BadInput, match="why it is cancelled"):
        clinic.as_("cora", actions.cancel_appointment, appointment_id=dose.id, version=1, reason=" ")
    clinic.as_("cora", actions.cancel_appointment, appointment_id=dose.id, version=1, reason="in hospital")
    assert clinic.see().doses[1].state is rules.DoseState.DROPPED
    book(clinic, at(3, 9, month=12), kind="dose", dose_id=dose.dose_id, staff_id=None, minutes=160)
    again = clinic.see().doses[1]
    assert (again.state, again.starts_at) == (rules.DoseState.PLANNED, at(3, 9, month=12))


def test_the_next_thing_is_the_first_that_is_booked_and_not_over() -> None:
    clinic = open_clinic()
    clinic.plan(hours=(clinic.hour(at(26, 10)),))
    found = queries.next_for_person(clinic.scope, OPEN, clinic.person_id, at(24, 23))
    assert found and found.kind is rules.AppointmentKind.THERAPY


def test_an_intention_is_kept_in_the_person_s_words_and_hidden_where_counselling_is() -> None:
    clinic = open_clinic()
    clinic.plan()
    dose_id = clinic.see().doses[0].id
    clinic.as_("theo", actions.intend, person_id=clinic.person_id, words="to sit with my father", dose_id=dose_id)
    (kept,) = queries.intentions(clinic.scope, OPEN, clinic.person_id)
    assert (kept.words, kept.dose_number) == ("to sit with my father", 1)
    hidden = Mask(frozenset({"counselling"}))
    assert queries.intentions(clinic.scope, hidden, clinic.person_id)[0].words == "(hidden from your role)"
    with pytest.raises(BadInput, match="in their own words"):
        clinic.as_("theo", actions.intend, person_id=clinic.person_id, words=" ")


def test_hours_do_not_lie_across_each_other_and_end_when_ended() -> None:
    clinic = open_clinic()
    told = {"staff_id": clinic.theo, "weekday": 2, "from_time": time(12), "until_time": time(15)}
    with pytest.raises(BadInput, match="lie across others"):
        clinic.as_("cora", actions.set_hours, **told)
    clinic.as_("cora", actions.set_hours, **{**told, "from_time": time(13)})
    with pytest.raises(BadInput, match="end before they begin"):
        clinic.as_("cora", actions.set_hours, **{**told, "until_time": time(9)})
    with pytest.raises(NotYours):
        clinic.as_("paula", actions.set_hours, **told)
    for each in queries.hours(clinic.scope, OPEN):
        clinic.as_("cora", actions.end_hours, hours_id=each.id)
    assert queries.hours(clinic.scope, OPEN) == []


def test_another_clinic_s_appointments_cannot_be_touched() -> None:
    clinic = open_clinic()
    made = book(clinic, at(25, 10))
    other = open_clinic(staff_at="lake")
    assert queries.appointments(other.scope, OPEN, FRIDAY, FRIDAY + timedelta(days=30)) == []
    with pytest.raises(rules.NoSuchPlan):
        other.as_("cora", actions.cancel_appointment, appointment_id=made, version=1, reason="not mine")
    with pytest.raises(rules.NoSuchPlan):
        queries.appointment(other.scope, OPEN, made)
