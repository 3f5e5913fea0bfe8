"""Verbs of what the clinic has to plan with: chairs, therapists' hours, hours in which doses are given."""

from __future__ import annotations

from datetime import time

from fenestra.care.plan import rules
from fenestra.care.plan.models import Chair, DosingHours, TherapistHours
from fenestra.care.plan.rows import chair_row, check_therapist
from fenestra.ground.book.act import Act, Done, act
from fenestra.ground.clinic.rules import SETS_HOURS, check_has
from fenestra.science.errors import BadInput


@act("added a chair")
def add_chair(act: Act, *, name: str) -> Done:
    """A place where a dose is given, under the name the visit shows."""
    check_has(act.by.roles, SETS_HOURS, "add a chair")
    if not name.strip() or len(name.strip()) > 20:
        raise BadInput("Give the chair a short name, for example B.", field="name")
    if Chair.objects.filter(clinic_id=act.by.clinic_id, name=name.strip()).exists():
        raise BadInput(f"There is a chair {name.strip()} already.", field="name")
    made = act.add(Chair(clinic_id=act.by.clinic_id, name=name.strip()))
    act.about("chair", made.pk)
    return act.done(made, f"Chair {made.name} is there.")


@act("took a chair out of use")
def end_chair(act: Act, *, chair_id: int) -> Done:
    """No new dose is planned there; what is booked stays until it is moved."""
    check_has(act.by.roles, SETS_HOURS, "take a chair out of use")
    row = act.change(chair_row(act.by, chair_id), in_use=False)
    act.about("chair", row.pk)
    return act.done(row, f"Chair {row.name} is out of use.")


@act("set a therapist's hours")
def set_hours(act: Act, *, staff_id: int, weekday: int, from_time: time, until_time: time) -> Done:
    """When a therapist can see people, every week on this day by the clinic's clock. A day may have several spans."""
    check_has(act.by.roles, SETS_HOURS, "set a therapist's hours")
    check_therapist(act.by, staff_id)
    rules.check_hours(from_time, until_time, weekday)
    there = TherapistHours.objects.filter(clinic_id=act.by.clinic_id, staff_id=staff_id, weekday=weekday, ended_on=None)
    if there.filter(from_time__lt=until_time, until_time__gt=from_time).exists():
        raise BadInput("These hours lie across others of the same day. End those first.", field="from_time")
    made = act.add(
        TherapistHours(
            clinic_id=act.by.clinic_id, staff_id=staff_id, weekday=weekday, from_time=from_time, until_time=until_time
        )
    )
    act.about("hours", made.pk)
    return act.done(made, "The hours are set.")


@act("ended a therapist's hours")
def end_hours(act: Act, *, hours_id: int) -> Done:
    """From today on nothing new is planned in them; what is booked stays."""
    check_has(act.by.roles, SETS_HOURS, "end hours")
    row = TherapistHours.objects.filter(pk=hours_id, clinic_id=act.by.clinic_id, ended_on=None).first()
    if row is None:
        raise rules.NoSuchPlan("There are no such hours in this clinic.")
    act.about("hours", row.pk)
    return act.done(act.change(row, ended_on=act.by.day_of(act.at)), "Ended from today.")


@act("set the hours for doses")
def set_dosing_hours(act: Act, *, weekday: int, from_time: time, until_time: time) -> Done:
    """When doses are given here, every week on this day by the clinic's clock."""
    check_has(act.by.roles, SETS_HOURS, "set the hours for doses")
    rules.check_hours(from_time, until_time, weekday)
    there = DosingHours.objects.filter(clinic_id=act.by.clinic_id, weekday=weekday, ended_on=None)
    if there.filter(from_time__lt=until_time, until_time__gt=from_time).exists():
        raise BadInput("These hours lie across others of the same day. End those first.", field="from_time")
    made = act.add(DosingHours(clinic_id=act.by.clinic_id, weekday=weekday, from_time=from_time, until_time=until_time))
    act.about("dosing hours", made.pk)
    return act.done(made, "The hours for doses are set.")


@act("ended hours for doses")
def end_dosing_hours(act: Act, *, hours_id: int) -> Done:
    """From today on no dose is planned in them; what is booked stays."""
    check_has(act.by.roles, SETS_HOURS, "end hours")
    row = DosingHours.objects.filter(pk=hours_id, clinic_id=act.by.clinic_id, ended_on=None).first()
    if row is None:
        raise rules.NoSuchPlan("There are no such hours in this clinic.")
    act.about("dosing hours", row.pk)
    return act.done(act.change(row, ended_on=act.by.day_of(act.at)), "Ended from today.")
