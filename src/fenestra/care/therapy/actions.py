"""Verbs of therapy: write an hour down, keep a note apart, name a trigger and the plan against it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fenestra.care.people.actions import person_of
from fenestra.care.people.rules import chosen
from fenestra.care.plan.appointments import keep_appointment, miss_appointment
from fenestra.care.plan.models import Appointment
from fenestra.care.plan.rules import AppointmentState
from fenestra.care.therapy import rules
from fenestra.care.therapy.models import Attendance, CounsellingNote, TherapyHour, Trigger
from fenestra.ground.book import vault
from fenestra.ground.book.act import Act, Done, act
from fenestra.ground.clinic.models import Membership
from fenestra.ground.clinic.rules import COUNSELS, KEEPS_TRIGGERS, check_has
from fenestra.science.errors import BadInput


@act("wrote down a therapy hour")
def record_hour(
    act: Act,
    *,
    therapist_id: int,
    began_at: datetime,
    minutes: int,
    modality: str,
    people: tuple[Mapping[str, Any], ...],
    notes: Mapping[int, str] | None = None,
    triggers: Mapping[int, Mapping[str, str]] | None = None,
) -> Done:
    """One contact, single or group. `people`: person_id, came, and the appointment it was, where there was one, which
    is then kept or missed. `notes` and `triggers` (cue, plan) by person: all of it is kept, or nothing."""
    check_has(act.by.roles, COUNSELS, "write down a therapy hour")
    ids = [each["person_id"] for each in people]
    rules.check_hour(began_at, minutes, len(ids), now=act.at)
    if len(set(ids)) != len(ids):
        raise BadInput("The same person stands twice in this hour. Take one away.", field="people")
    _check_counsels_here(act, therapist_id)
    persons = [person_of(act.by, each) for each in ids]
    if len(persons) == 1:
        act.about("person", persons[0].pk, person_id=persons[0].pk)
    hour = TherapyHour(
        clinic_id=act.by.clinic_id,
        therapist_id=therapist_id,
        began_at=began_at,
        minutes=minutes,
        modality=chosen(rules.Modality, modality, field="modality").value,
        in_group=len(persons) > 1,
        at=act.at,
        by_id=act.by.staff_id or 0,
    )
    act.add(hour)
    for person, told in zip(persons, people, strict=True):
        _attend(act, hour, person.pk, told)
    for person_id, words in (notes or {}).items():
        if words.strip():
            _note(act, hour, person_id, words)
    for person_id, told in (triggers or {}).items():
        _trigger(act, person_of(act.by, person_id).pk, told["cue"], told["plan"])
    return act.done(hour, "The hour is written down.")


def _check_counsels_here(act: Act, therapist_id: int) -> None:
    held = Membership.objects.filter(clinic_id=act.by.clinic_id, staff_id=therapist_id, role__in=COUNSELS)
    if not held.exists():
        raise BadInput("Choose a therapist or physician of this clinic.", field="therapist")


def _attend(act: Act, hour: TherapyHour, person_id: int, told: Mapping[str, Any]) -> None:
    appointment_id = told.get("appointment_id")
    if appointment_id is not None:
        theirs = Appointment.objects.filter(pk=appointment_id, clinic_id=act.by.clinic_id, person_id=person_id).first()
        if theirs is None:
            raise rules.NotThere("That appointment is not one of this person's. Choose another, or none.")
        if theirs.state == AppointmentState.BOOKED.value and theirs.starts_at <= act.at:
            became = keep_appointment if told["came"] else miss_appointment
            became(appointment_id=appointment_id, by=act.by, at=act.at)
    act.add(Attendance(hour=hour, person_id=person_id, appointment_id=appointment_id, came=bool(told["came"])))
    act.tell("therapy.changed", about="person", about_id=person_id)


def _hour_of(act: Act, hour_id: int) -> TherapyHour:
    hour = TherapyHour.objects.filter(clinic_id=act.by.clinic_id, pk=hour_id).first()
    if hour is None:
        raise rules.NotThere("There is no such therapy hour in this clinic.")
    return hour


@act("wrote a counselling note")
def write_note(act: Act, *, hour_id: int, person_id: int, words: str, corrects: int | None = None) -> Done:
    """A note about one person in one hour, kept apart from the rest of the record."""
    check_has(act.by.roles, COUNSELS, "write a counselling note")
    hour = _hour_of(act, hour_id)
    act.about("person", person_id, person_id=person_id)
    if not words.strip():
        raise BadInput("Write the note, or leave it.", field="words")
    return act.done(_note(act, hour, person_id, words, corrects=corrects), "The note is kept, apart from the record.")


def _note(act: Act, hour: TherapyHour, person_id: int, words: str, *, corrects: int | None = None) -> CounsellingNote:
    if not Attendance.objects.filter(hour=hour, person_id=person_id).exists():
        raise rules.NotThere("This person was not in that hour. Choose the hour they were in.")
    if corrects and not CounsellingNote.objects.filter(pk=corrects, hour=hour, person_id=person_id).exists():
        raise rules.NotThere("There is no such note of this hour.")
    note = CounsellingNote(
        person_id=person_id,
        hour=hour,
        words=vault.lock(person_id, words.strip()),
        at=act.at,
        by_id=act.by.staff_id or 0,
    )
    note.corrects_id = corrects
    return act.add(note)


@act("corrected a therapy hour")
def correct_hour(act: Act, *, hour_id: int, began_at: datetime, minutes: int, modality: str) -> Done:
    """When it really was, or what kind. The first writing stays; who came is carried over."""
    check_has(act.by.roles, COUNSELS, "correct a therapy hour")
    first = _hour_of(act, hour_id)
    if TherapyHour.objects.filter(corrects=first).exists():
        raise rules.NotThere("This hour was corrected already. Correct the newer writing.")
    came = list(Attendance.objects.filter(hour=first).order_by("pk"))
    rules.check_hour(began_at, minutes, len(came), now=act.at)
    if len(came) == 1:
        act.about("person", came[0].person_id, person_id=came[0].person_id)
    hour = TherapyHour(
        clinic_id=first.clinic_id, therapist_id=first.therapist_id, began_at=began_at, minutes=minutes,
        modality=chosen(rules.Modality, modality, field="modality").value, in_group=first.in_group, at=act.at,
        by_id=act.by.staff_id or 0, corrects=first,
    )  # fmt: skip
    act.add(hour)
    for each in came:
        _attend(act, hour, each.person_id, {"came": each.came, "appointment_id": each.appointment_id})
    return act.done(hour, "Corrected. The first writing stays beside it.")


@act("named a trigger")
def add_trigger(act: Act, *, person_id: int, cue: str, plan: str) -> Done:
    """A cue for use in the person's words, and what they mean to do when it comes."""
    check_has(act.by.roles, KEEPS_TRIGGERS, "write down a trigger")
    person = person_of(act.by, person_id)
    return act.done(_trigger(act, person.pk, cue, plan), "The trigger and the plan against it are kept.")


@act("changed a trigger")
def change_trigger(act: Act, *, trigger_id: int, cue: str, plan: str, person_id: int | None = None) -> Done:
    """New words for a trigger; the earlier ones stay."""
    check_has(act.by.roles, KEEPS_TRIGGERS, "change a trigger")
    earlier = _trigger_of(act, trigger_id, person_id)
    return act.done(_trigger(act, earlier.person_id, cue, plan, corrects=earlier), "Changed.")


@act("ended a trigger")
def end_trigger(act: Act, *, trigger_id: int, person_id: int | None = None) -> Done:
    """The cue does not matter any more."""
    check_has(act.by.roles, KEEPS_TRIGGERS, "end a trigger")
    earlier = _trigger_of(act, trigger_id, person_id)
    act.about("person", earlier.person_id, person_id=earlier.person_id)
    row = Trigger(
        person_id=earlier.person_id, cue=earlier.cue, plan=earlier.plan, over=True, at=act.at, by_id=act.by.staff_id,
        corrects=earlier,
    )  # fmt: skip
    return act.done(act.add(row), "Taken off the list.")


def _trigger_of(act: Act, trigger_id: int, person_id: int | None) -> Trigger:
    row = Trigger.objects.filter(pk=trigger_id, person__clinic_id=act.by.clinic_id).first()
    if row is None or row.over or person_id not in (None, row.person_id):
        raise rules.NotThere("There is no such trigger on the list.")
    if Trigger.objects.filter(corrects=row).exists():
        raise rules.NotThere("This trigger was changed since. Look at it as it is now.")
    return row


def _trigger(act: Act, person_id: int, cue: str, plan: str, corrects: Trigger | None = None) -> Trigger:
    act.about("person", person_id, person_id=person_id)
    if not cue.strip():
        raise BadInput("Write what brings the wish to use, for example Friday after work.", field="cue")
    if not plan.strip():
        raise BadInput("Write what to do when it comes, for example call Anna and walk home by the river.", field="plan")  # fmt: skip
    row = Trigger(
        person_id=person_id, cue=vault.lock(person_id, cue.strip()), plan=vault.lock(person_id, plan.strip()),
        at=act.at, by_id=act.by.staff_id, corrects=corrects,
    )  # fmt: skip
    act.add(row)
    act.tell("therapy.changed", about="person", about_id=person_id)
    return row
