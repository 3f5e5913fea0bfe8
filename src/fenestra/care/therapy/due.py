"""Who is expected, by the calendar, and whether the hour was written down: read lean, for lists of the whole clinic."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from fenestra.care.plan.models import Appointment
from fenestra.care.plan.rules import AppointmentKind, AppointmentState
from fenestra.care.therapy.models import Attendance
from fenestra.ground.book.scope import Mask, Scope


@dataclass(frozen=True)
class ExpectedValue:
    """One appointment without its words. `written`: a therapy hour was written down for it, whoever came."""

    id: int
    person_id: int
    kind: AppointmentKind
    starts_at: datetime
    ends_at: datetime
    staff_id: int | None
    staff: str
    state: AppointmentState
    written: bool

    def unwritten(self, at: datetime) -> bool:
        """A therapy hour that has begun, was not cancelled, and of which nobody wrote what became of it."""
        open_yet = self.state in (AppointmentState.BOOKED, AppointmentState.KEPT)
        return self.kind is AppointmentKind.THERAPY and open_yet and not self.written and self.starts_at <= at

    def ahead(self, at: datetime) -> bool:
        """A therapy hour that is booked and has not begun."""
        booked = self.state is AppointmentState.BOOKED
        return self.kind is AppointmentKind.THERAPY and booked and self.starts_at > at


def expected(scope: Scope, mask: Mask, *, since: datetime, until: datetime) -> list[ExpectedValue]:
    """Everything on the calendar that begins in this time, in order, in one question to the database."""
    rows = Appointment.objects.filter(clinic_id=scope.clinic_id, starts_at__gte=since, starts_at__lt=until)
    rows = rows.exclude(person_id__in=mask.people).select_related("staff").order_by("starts_at", "pk")
    told = rows.annotate(written=Exists(Attendance.objects.filter(appointment=OuterRef("pk"))))
    return [
        ExpectedValue(
            row.pk, row.person_id, AppointmentKind(row.kind), row.starts_at, row.ends_at, row.staff_id,
            row.staff.name if row.staff else "", AppointmentState(row.state), row.written,
        )
        for row in told
    ]  # fmt: skip
