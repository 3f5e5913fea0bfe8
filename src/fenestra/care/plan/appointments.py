"""Verbs of the calendar: book, move, cancel, keep, miss."""

from __future__ import annotations

from datetime import datetime

from fenestra.care.people.actions import person_of
from fenestra.care.people.rules import chosen
from fenestra.care.plan import rules
from fenestra.care.plan.models import Appointment, PlannedDose
from fenestra.care.plan.protocols import version_of
from fenestra.care.plan.rows import (
    appointment_row,
    check_free,
    check_therapist,
    dose_row,
    hold_calendar,
    time_words,
)
from fenestra.care.plan.rules import AppointmentKind, AppointmentState, DoseState
from fenestra.care.plan.spans import Span, span_from
from fenestra.ground.book import vault
from fenestra.ground.book.act import Act, Done, act
from fenestra.ground.book.scope import OPEN
from fenestra.ground.clinic.rules import SEES_PEOPLE, check_has
from fenestra.science.errors import BadInput
from fenestra.science.protocols.window import WindowStanding, therapy_window


def in_window(act: Act, dose: PlannedDose, starts_at: datetime) -> bool:
    """Whether this moment lies in the window of a planned dose, counted from when it is expected to end."""
    rule = version_of(act.by, OPEN, dose.plan.protocol, dose.plan.protocol_hash).protocol.window
    return therapy_window(rule, dose.ends_at).standing(starts_at) is WindowStanding.OPEN


def add_appointment(
    act: Act, *, person_id: int, kind: AppointmentKind, span: Span, staff_id: int | None, dose: PlannedDose | None,
    outside_because: str = "",
) -> Appointment:  # fmt: skip
    """Give time away once: refused when it lies across another, or outside its window without a reason."""
    chair_id = dose.chair_id if dose is not None and kind is AppointmentKind.DOSE else None
    check_free(act, span, person_id=person_id, staff_id=staff_id, chair_id=chair_id)
    if kind is AppointmentKind.THERAPY and dose is not None:
        inside = in_window(act, dose, span.starts_at)
        rules.check_outside_said(inside=inside, because=outside_because, when_words=time_words(act.by, span.starts_at))
    made = act.add(
        Appointment(
            clinic_id=act.by.clinic_id, person_id=person_id, kind=kind.value, starts_at=span.starts_at,
            ends_at=span.ends_at, staff_id=staff_id, dose=dose, state=AppointmentState.BOOKED.value,
            outside_because=vault.lock(person_id, outside_because.strip()),
        )
    )  # fmt: skip
    act.tell("calendar.changed", about="appointment", about_id=made.pk)
    return made


@act("booked an appointment")
def book_appointment(
    act: Act, *, person_id: int, kind: str, starts_at: datetime, minutes: int, staff_id: int | None = None,
    dose_id: int | None = None, outside_because: str = "",
) -> Done:  # fmt: skip
    """Expect a person at a time. A therapy hour needs its therapist; outside the window of its dose, a reason.

    A dose whose date was dropped gets a new one by an appointment of kind "dose".
    """
    check_has(act.by.roles, SEES_PEOPLE, "book an appointment")
    person = person_of(act.by, person_id)
    act.about("person", person.pk, person_id=person.pk)
    kind_ = chosen(AppointmentKind, kind, field="kind")
    span = _span(act, starts_at, minutes)
    hold_calendar(act)
    dose = dose_row(act.by, dose_id, person_id=person_id)
    if kind_ is AppointmentKind.THERAPY:
        if staff_id is None:
            raise BadInput("Choose the therapist this hour is with.", field="staff_id")
        check_therapist(act.by, staff_id)
    if kind_ is AppointmentKind.DOSE:
        dose = _dose_anew(act, dose, span)
    made = add_appointment(
        act, person_id=person_id, kind=kind_, span=span, staff_id=staff_id, dose=dose, outside_because=outside_because
    )
    return act.done(made, f"Booked for {time_words(act.by, span.starts_at)}.")


def _span(act: Act, starts_at: datetime, minutes: int) -> Span:
    if starts_at.utcoffset() is None:
        raise BadInput("This time needs its time zone. Give it with its offset.", field="starts_at")
    if not 1 <= minutes <= rules.MOST_MINUTES:
        raise BadInput("Write how many minutes it takes, for example 60.", field="minutes")
    zone = act.by.zone
    if starts_at.astimezone(zone).date() < act.at.astimezone(zone).date():
        raise BadInput("That day is over. Choose a day from today on.", field="starts_at")
    return span_from(starts_at, minutes)


def _dose_anew(act: Act, dose: PlannedDose | None, span: Span) -> PlannedDose:
    """A dose of a plan that has no date any more, with this one."""
    if dose is None or dose.plan.ended_at is not None:
        raise BadInput("A dose is booked from a plan. Open the person's plan first.", field="dose_id")
    booked = Appointment.objects.filter(dose=dose, kind=AppointmentKind.DOSE.value, state=AppointmentState.BOOKED.value)
    if booked.exists():
        raise rules.Clash(f"Dose {dose.number} has a date already. Move that appointment.")
    into = dose.ends_at - dose.starts_at
    return act.change(dose, starts_at=span.starts_at, ends_at=span.starts_at + into, state=DoseState.PLANNED.value)


def shift(
    act: Act, row: Appointment, starts_at: datetime, *, seen: int | None, reason: str, outside_because: str
) -> None:
    """The appointment lies elsewhere from now on; a dose takes its planned date along."""
    minutes = int((row.ends_at - row.starts_at).total_seconds() // 60)
    span, dose = _span(act, starts_at, minutes), row.dose
    is_dose = row.kind == AppointmentKind.DOSE.value and dose is not None
    check_free(
        act, span, person_id=row.person_id, staff_id=row.staff_id, but=[row.pk],
        chair_id=dose.chair_id if is_dose and dose is not None else None,
    )  # fmt: skip
    said = ""
    if row.kind == AppointmentKind.THERAPY.value and dose is not None:
        inside = in_window(act, dose, span.starts_at)
        because = outside_because.strip() or vault.unlock(row.person_id, row.outside_because)
        rules.check_outside_said(inside=inside, because=because, when_words=time_words(act.by, span.starts_at))
        said = "" if inside else because
    act.change(
        row, seen=seen, starts_at=span.starts_at, ends_at=span.ends_at,
        because=vault.lock(row.person_id, reason.strip()), outside_because=vault.lock(row.person_id, said),
    )  # fmt: skip
    if is_dose and dose is not None:
        into = dose.ends_at - dose.starts_at
        act.change(dose, starts_at=span.starts_at, ends_at=span.starts_at + into)
    act.tell("calendar.changed", about="appointment", about_id=row.pk)


@act("moved an appointment")
def move_appointment(
    act: Act,
    *,
    appointment_id: int,
    starts_at: datetime,
    version: int | None = None,
    reason: str = "",
    outside_because: str = "",
) -> Done:
    """Another time for the same people. Refused where somebody or the chair is taken."""
    check_has(act.by.roles, SEES_PEOPLE, "move an appointment")
    row = appointment_row(act, appointment_id)
    rules.check_state(AppointmentState(row.state), "move")
    hold_calendar(act)
    shift(act, row, starts_at, seen=version, reason=reason, outside_because=outside_because)
    return act.done(row, f"Moved to {time_words(act.by, row.starts_at)}.")


def _close(act: Act, appointment_id: int, then: AppointmentState, version: int | None, reason: str) -> Done:
    row = appointment_row(act, appointment_id)
    rules.check_state(AppointmentState(row.state), then.value)
    if then is not AppointmentState.CANCELLED and row.starts_at > act.at:
        raise BadInput("This appointment has not begun. Say what became of it when its time has come.")
    act.change(row, seen=version, state=then.value, because=vault.lock(row.person_id, reason.strip()))
    act.tell("calendar.changed", about="appointment", about_id=row.pk)
    return act.done(
        row, {"cancelled": "Cancelled.", "kept": "Kept.", "missed": "Missed, and kept as such."}[then.value]
    )


@act("cancelled an appointment")
def cancel_appointment(act: Act, *, appointment_id: int, reason: str, version: int | None = None) -> Done:
    """It will not be. A cancelled dose is without a date until one is booked; the plan stays."""
    check_has(act.by.roles, SEES_PEOPLE, "cancel an appointment")
    if not reason.strip():
        raise BadInput("Write why it is cancelled.", field="reason")
    done = _close(act, appointment_id, AppointmentState.CANCELLED, version, reason)
    row = appointment_row(act, appointment_id)
    if row.kind == AppointmentKind.DOSE.value and row.dose is not None:
        act.change(row.dose, state=DoseState.DROPPED.value)
    return done


@act("noted that an appointment was kept")
def keep_appointment(act: Act, *, appointment_id: int, version: int | None = None) -> Done:
    """The person came."""
    check_has(act.by.roles, SEES_PEOPLE, "note who came")
    return _close(act, appointment_id, AppointmentState.KEPT, version, "")


@act("noted that an appointment was missed")
def miss_appointment(act: Act, *, appointment_id: int, version: int | None = None, reason: str = "") -> Done:
    """The person did not come. It is a fact to ask after kindly, not a fault."""
    check_has(act.by.roles, SEES_PEOPLE, "note who came")
    return _close(act, appointment_id, AppointmentState.MISSED, version, reason)
