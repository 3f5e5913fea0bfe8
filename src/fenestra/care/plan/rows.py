"""How an act of this room holds its rows, and what it asks of the tables before it writes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from fenestra.care.people import queries as people
from fenestra.care.people.models import Episode
from fenestra.care.people.rules import ConsentKind, NoSuchPerson, NotConsented, check_consented
from fenestra.care.people.screening_queries import latest_screening
from fenestra.care.plan import rules
from fenestra.care.plan.models import Appointment, Chair, Plan, PlannedDose
from fenestra.care.plan.rules import AppointmentState
from fenestra.care.plan.spans import Span
from fenestra.ground.book.act import Act
from fenestra.ground.book.scope import OPEN, Scope
from fenestra.ground.clinic.models import Clinic, Membership
from fenestra.ground.clinic.rules import Role
from fenestra.science.errors import BadInput
from fenestra.science.protocols.screening import Verdict


def hold_calendar(act: Act) -> None:
    """Two acts that give time away wait for one another: nobody is booked twice at one moment."""
    Clinic.objects.select_for_update().get(pk=act.by.clinic_id)


def episode_of(act: Act, episode_id: int) -> Episode:
    rows = Episode.objects.select_for_update(of=("self",)).select_related("person")
    row = rows.filter(pk=episode_id, person__clinic_id=act.by.clinic_id).first()
    if row is None:
        raise NoSuchPerson("There is no such episode in this clinic.")
    act.about("episode", row.pk, person_id=row.person_id)
    return row


def plan_row(act: Act, plan_id: int) -> Plan:
    rows = Plan.objects.select_for_update(of=("self",)).select_related("episode")
    row = rows.filter(pk=plan_id, clinic_id=act.by.clinic_id).first()
    if row is None:
        raise rules.NoSuchPlan("There is no such plan in this clinic.")
    act.about("plan", row.pk, person_id=row.episode.person_id)
    return row


def appointment_row(act: Act, appointment_id: int) -> Appointment:
    rows = Appointment.objects.select_for_update(of=("self",)).select_related("dose")
    row = rows.filter(pk=appointment_id, clinic_id=act.by.clinic_id).first()
    if row is None:
        raise rules.NoSuchPlan("There is no such appointment in this clinic.")
    act.about("appointment", row.pk, person_id=row.person_id)
    return row


def chair_row(scope: Scope, chair_id: int) -> Chair:
    row = Chair.objects.filter(pk=chair_id, clinic_id=scope.clinic_id, in_use=True).first()
    if row is None:
        raise BadInput("Choose a chair that is in use here.", field="chair_ids")
    return row


def dose_row(scope: Scope, dose_id: int | None, *, person_id: int) -> PlannedDose | None:
    """The planned dose an appointment belongs to: of the same person, or a refusal."""
    if dose_id is None:
        return None
    row = PlannedDose.objects.filter(
        pk=dose_id, plan__clinic_id=scope.clinic_id, plan__episode__person_id=person_id
    ).first()
    if row is None:
        raise rules.NoSuchPlan("That dose does not belong to a plan of this person.")
    return row


def check_therapist(scope: Scope, staff_id: int) -> None:
    """Refuse an hour with somebody who is no therapist here."""
    held = Membership.objects.filter(clinic_id=scope.clinic_id, staff_id=staff_id, ended_at=None)
    if not held.filter(role=Role.THERAPIST.value, staff__is_active=True).exists():
        raise BadInput("Choose a therapist of this clinic.", field="staff_id")


def check_free(
    act: Act,
    span: Span,
    *,
    person_id: int,
    staff_id: int | None = None,
    chair_id: int | None = None,
    but: Iterable[int] = (),
) -> None:
    """Refuse what would lie across another appointment of the person, the therapist or the chair."""
    whose = Q(person_id=person_id)
    if staff_id is not None:
        whose |= Q(staff_id=staff_id)
    if chair_id is not None:
        whose |= Q(kind=rules.AppointmentKind.DOSE.value, dose__chair_id=chair_id)
    across = Appointment.objects.filter(
        whose, clinic_id=act.by.clinic_id, state=AppointmentState.BOOKED.value,
        starts_at__lt=span.ends_at, ends_at__gt=span.starts_at,
    ).exclude(pk__in=list(but))  # fmt: skip
    row = across.order_by("starts_at").first()
    if row is None:
        return
    who = (
        "This person"
        if row.person_id == person_id
        else "The therapist"
        if staff_id is not None and row.staff_id == staff_id
        else "The chair"
    )
    begins, ends = (time_words(act.by, each) for each in (row.starts_at, row.ends_at))
    raise rules.Clash(f"{who} is taken from {begins} to {ends}. Choose another time.")


def time_words(scope: Scope, at: datetime) -> str:
    """A moment on the clinic's clock, for example "Tue 24 Nov, 10:00"."""
    return f"{at.astimezone(scope.zone):%a %d %b, %H:%M}"


def consent_missing(scope: Scope, person_id: int, at: datetime) -> str:
    """In a sentence, why the consent to treatment does not hold at this instant; empty when it does."""
    try:
        check_consented(people.consents(scope, OPEN, person_id), ConsentKind.TREATMENT, at)
    except NotConsented as refusal:
        return str(refusal)
    return ""


def screened(scope: Scope, person_id: int) -> tuple[Verdict | None, str]:
    """Verdict of the newest screening and what was decided on it last; None before any."""
    found = latest_screening(scope, OPEN, person_id)
    if found is None:
        return None, ""
    return found.verdict, found.decided.decision.value if found.decided else ""
