"""What pages read of the calendar itself: appointments, chairs, weekly hours."""

from __future__ import annotations

from datetime import datetime

from fenestra.care.plan import rules
from fenestra.care.plan.models import Appointment, Chair, DosingHours, TherapistHours
from fenestra.care.plan.reading import opened, window_rules
from fenestra.care.plan.rules import AppointmentKind, AppointmentState
from fenestra.care.plan.values import AppointmentValue, ChairValue, HoursValue
from fenestra.ground.book import vault
from fenestra.ground.book.scope import Mask, Scope
from fenestra.science.protocols.protocol import WindowRule
from fenestra.science.protocols.window import WindowStanding, therapy_window


def appointments(
    scope: Scope,
    mask: Mask,
    since: datetime,
    until: datetime,
    person_id: int | None = None,
    staff_id: int | None = None,
) -> list[AppointmentValue]:
    """Everything on the calendar that meets this time, also what was cancelled or missed, in order."""
    rows = Appointment.objects.filter(clinic_id=scope.clinic_id, starts_at__lt=until, ends_at__gt=since)
    if person_id is not None:
        rows = rows.filter(person_id=person_id)
    if staff_id is not None:
        rows = rows.filter(staff_id=staff_id)
    held = (
        rows.exclude(person_id__in=mask.people).select_related("dose__chair", "dose__plan").order_by("starts_at", "pk")
    )
    return _appointments(scope, mask, list(held))


def appointment(scope: Scope, mask: Mask, appointment_id: int) -> AppointmentValue:
    """One appointment of this clinic."""
    rows = Appointment.objects.filter(pk=appointment_id, clinic_id=scope.clinic_id).exclude(person_id__in=mask.people)
    held = list(rows.select_related("dose__chair", "dose__plan"))
    if not held:
        raise rules.NoSuchPlan("There is no such appointment in this clinic.")
    return _appointments(scope, mask, held)[0]


def next_for_person(scope: Scope, mask: Mask, person_id: int, at: datetime) -> AppointmentValue | None:
    """What this person is expected for next: booked and not over at this instant."""
    rows = Appointment.objects.filter(
        clinic_id=scope.clinic_id, person_id=person_id, state=AppointmentState.BOOKED.value, ends_at__gt=at
    ).exclude(person_id__in=mask.people)
    held = list(rows.select_related("dose__chair", "dose__plan").order_by("starts_at", "pk")[:1])
    return _appointments(scope, mask, held)[0] if held else None


def _appointments(scope: Scope, mask: Mask, rows: list[Appointment]) -> list[AppointmentValue]:
    window_rule = window_rules(scope)
    with vault.keys_at_hand({row.person_id for row in rows}):
        return [_appointment(mask, row, window_rule(row.dose.plan) if row.dose else None) for row in rows]


def _appointment(mask: Mask, row: Appointment, rule: WindowRule | None) -> AppointmentValue:
    dose, inside = row.dose, None
    if dose is not None and rule is not None and row.kind == AppointmentKind.THERAPY.value:
        inside = therapy_window(rule, dose.ends_at).standing(row.starts_at) is WindowStanding.OPEN
    return AppointmentValue(
        id=row.pk,
        person_id=row.person_id,
        kind=AppointmentKind(row.kind),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        staff_id=row.staff_id,
        dose_id=row.dose_id,
        dose_number=dose.number if dose else None,
        chair=dose.chair.name if dose and dose.chair and row.kind == AppointmentKind.DOSE.value else "",
        state=AppointmentState(row.state),
        in_window=inside,
        outside_because=opened(mask, row.person_id, row.outside_because),
        because=opened(mask, row.person_id, row.because),
        version=row.version,
    )


def chairs(scope: Scope, mask: Mask) -> list[ChairValue]:
    """Every chair by name, also those out of use."""
    rows = Chair.objects.filter(clinic_id=scope.clinic_id).order_by("name")
    return [ChairValue(row.pk, row.name, row.in_use, row.version) for row in rows]


def hours(scope: Scope, mask: Mask) -> list[HoursValue]:
    """Therapists' weekly hours that hold, by weekday and time."""
    rows = TherapistHours.objects.filter(clinic_id=scope.clinic_id, ended_on=None, staff__is_active=True)
    held = rows.order_by("weekday", "from_time", "staff_id")
    return [HoursValue(row.pk, row.staff_id, row.weekday, row.from_time, row.until_time) for row in held]


def dosing_hours(scope: Scope, mask: Mask) -> list[HoursValue]:
    """Weekly hours in which doses are given."""
    rows = DosingHours.objects.filter(clinic_id=scope.clinic_id, ended_on=None).order_by("weekday", "from_time")
    return [HoursValue(row.pk, None, row.weekday, row.from_time, row.until_time) for row in rows]
