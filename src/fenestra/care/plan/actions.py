"""Verbs of a plan: lay a protocol on the calendar of one episode, end it; intentions; a clinic's own protocol versions.
The verbs of the course review, the calendar and the clinic's hours stand beside, and are named here too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Any

from fenestra.care.people.actions import person_of
from fenestra.care.people.models import Episode
from fenestra.care.plan import rules
from fenestra.care.plan.appointments import (
    add_appointment,
    book_appointment,
    cancel_appointment,
    keep_appointment,
    miss_appointment,
    move_appointment,
    shift,
)
from fenestra.care.plan.course_review import (
    drop,
    owe_review,
    owe_review_of_episode,
    review_course,
    review_episode,
    settle_review,
)
from fenestra.care.plan.hours import add_chair, end_chair, end_dosing_hours, end_hours, set_dosing_hours, set_hours
from fenestra.care.plan.models import Intention, Plan, PlannedDose, ProtocolVersion
from fenestra.care.plan.protocols import version_of
from fenestra.care.plan.rows import (
    appointment_row,
    chair_row,
    check_therapist,
    consent_missing,
    dose_row,
    episode_of,
    hold_calendar,
    plan_row,
    screened,
)
from fenestra.care.plan.rules import AppointmentKind, AppointmentState, DoseState
from fenestra.care.plan.spans import span_from
from fenestra.ground.book import vault
from fenestra.ground.book.act import Act, Done, act
from fenestra.ground.book.scope import OPEN
from fenestra.ground.clinic.rules import PRESCRIBERS, SEES_PEOPLE, Role, check_has
from fenestra.ground.clinic.signatures import sign
from fenestra.ground.clinic.witness import check_own_password
from fenestra.science.errors import BadInput, Refused
from fenestra.science.protocols.leaving import shipped_leaving_rule
from fenestra.science.protocols.protocol import Protocol
from fenestra.science.protocols.regimens import content_hash, protocol
from fenestra.science.protocols.stored import protocol_as_text, protocol_from_text

__all__ = [
    "add_chair",
    "book_appointment",
    "cancel_appointment",
    "end_chair",
    "end_dosing_hours",
    "end_hours",
    "end_plan",
    "intend",
    "keep_appointment",
    "make_plan",
    "miss_appointment",
    "move_appointment",
    "owe_review_of_episode",
    "review_course",
    "review_episode",
    "set_dosing_hours",
    "set_hours",
    "sign_protocol",
]

MINUTES_BEFORE = 60  # arrival list and line, before a dose begins; how long, the planner says: no clinical figure


@dataclass(frozen=True)
class ChairTime:
    """Minutes a chair is held: before the dose, for it, and after it until the earliest time to leave."""

    before: int
    dose: int
    after: int

    @property
    def whole(self) -> int:
        return self.before + self.dose + self.after


def chair_time(of: Protocol, *, before: int | None = None, after: int | None = None) -> ChairTime:
    """How long one dose of this protocol holds a chair. After the dose: the time of the leaving rule, if nobody says."""
    least = shipped_leaving_rule().iv_after_stop_min.to_integral_value(ROUND_CEILING)
    minutes = of.dose.minutes.value if of.dose.minutes is not None and of.dose.minutes.value is not None else Decimal(0)
    asked = ChairTime(
        MINUTES_BEFORE if before is None else before, int(minutes.to_integral_value(ROUND_CEILING)),
        int(least) if after is None else after,
    )  # fmt: skip
    if asked.before < 0 or asked.after < 0 or asked.whole > rules.MOST_MINUTES:
        raise BadInput("Write how long the chair is held, in minutes, for example 60 and 120.", field="minutes_before")
    return asked


@act("made a plan")
def make_plan(
    act: Act,
    *,
    episode_id: int,
    protocol: str,
    protocol_hash: str,
    dose_days: Sequence[datetime],
    hours: Sequence[Mapping[str, Any]] = (),
    chair_ids: Sequence[int | None] = (),
    ethics_reference: str = "",
    reason: str = "",
    moves: Sequence[Mapping[str, Any]] = (),
    minutes_before: int | None = None,
    minutes_after: int | None = None,
) -> Done:
    """Lay one version of a protocol on the calendar. `dose_days`: when the person is expected for each dose, in order;
    `hours`: staff_id, starts_at, minutes, dose_number (first of this plan is 1), outside_because; `moves`: appointment_id, starts_at, version of
    hours of others that make room. A count or spacing other than the trial's needs the reason."""
    check_has(act.by.roles, PRESCRIBERS, "make a plan")
    episode = episode_of(act, episode_id)
    chosen = version_of(act.by, OPEN, protocol, protocol_hash).protocol
    rules.check_can_plan(chosen, _facts(act, episode, ethics_reference, reason))
    rules.check_starts_in_order(dose_days)
    rules.check_spacing(chosen, dose_days, act.by.zone, now=act.at, reason=reason)
    hold_calendar(act)
    plan = act.add(
        Plan(
            clinic_id=act.by.clinic_id, episode=episode, protocol=chosen.id, protocol_hash=protocol_hash,
            ethics_reference=ethics_reference.strip(), reason=vault.lock(episode.person_id, reason.strip()),
            made_at=act.at, by_id=act.by.staff_id or 0,
        )
    )  # fmt: skip
    act.change(episode, protocol=chosen.id, protocol_hash=protocol_hash, doses_planned=len(dose_days))
    for move in moves:
        _make_room(act, move)
    held = chair_time(chosen, before=minutes_before, after=minutes_after)
    chairs = [*chair_ids, *[None] * len(dose_days)][: len(dose_days)]
    first = _number_after_earlier_plans(plan)
    doses = [
        _dose(act, plan, at, number, chair, held)
        for number, (at, chair) in enumerate(zip(dose_days, chairs, strict=True), first)
    ]
    for hour in hours:
        _hour(act, episode.person_id, doses, hour)
    owe_review(act, plan, before_dose=max(2, first))
    act.tell("plan.changed", about="plan", about_id=plan.pk)
    return act.done(plan, f"The plan is made: {len(doses)} {'dose' if len(doses) == 1 else 'doses'}.")


def _number_after_earlier_plans(plan: Plan) -> int:
    """Doses are counted through the whole episode: a second plan goes on where the first was left."""
    earlier = PlannedDose.objects.filter(plan__episode=plan.episode, state=DoseState.PLANNED.value).exclude(plan=plan)
    return 1 + (earlier.order_by("-number").values_list("number", flat=True).first() or 0)


def _facts(act: Act, episode: Episode, ethics_reference: str, reason: str) -> rules.PlanFacts:
    verdict, decided = screened(act.by, episode.person_id)
    return rules.PlanFacts(
        episode_open=episode.closed_at is None,
        has_plan=Plan.objects.filter(episode=episode, ended_at=None).exists(),
        episode_substances=frozenset(episode.substances),
        consent=consent_missing(act.by, episode.person_id, act.at),
        verdict=verdict,
        decided=decided,
        ethics_reference=ethics_reference,
        reason=reason,
    )


def _dose(act: Act, plan: Plan, at: datetime, number: int, chair_id: int | None, held: ChairTime) -> PlannedDose:
    span = span_from(at, held.whole)
    dose = act.add(
        PlannedDose(
            plan=plan, number=number, starts_at=span.starts_at,
            ends_at=span.starts_at + timedelta(minutes=held.before + held.dose),
            chair=chair_row(act.by, chair_id) if chair_id is not None else None, state=DoseState.PLANNED.value,
        )
    )  # fmt: skip
    person_id = plan.episode.person_id
    add_appointment(act, person_id=person_id, kind=AppointmentKind.DOSE, span=span, staff_id=None, dose=dose)
    return dose


def _hour(act: Act, person_id: int, doses: list[PlannedDose], hour: Mapping[str, Any]) -> None:
    staff_id, number = int(hour["staff_id"]), int(hour["dose_number"])
    if not 1 <= number <= len(doses):
        raise BadInput("An hour belongs to one of the doses of the plan.", field="hours")
    check_therapist(act.by, staff_id)
    add_appointment(
        act, person_id=person_id, kind=AppointmentKind.THERAPY, span=span_from(hour["starts_at"], int(hour["minutes"])),
        staff_id=staff_id, dose=doses[number - 1], outside_because=str(hour.get("outside_because", "")),
    )  # fmt: skip


def _make_room(act: Act, move: Mapping[str, Any]) -> None:
    row = appointment_row(act, int(move["appointment_id"]))
    rules.check_state(AppointmentState(row.state), "move")
    shift(act, row, move["starts_at"], seen=move.get("version"), reason="moved to make room", outside_because="")


@act("ended a plan")
def end_plan(act: Act, *, plan_id: int, reason: str) -> Done:
    """No further dose follows from it. Therapy hours stay booked: help does not end with the doses."""
    check_has(act.by.roles, PRESCRIBERS, "end a plan")
    plan = plan_row(act, plan_id)
    if plan.ended_at is not None:
        raise rules.NotReady("This plan has ended already.")
    if not reason.strip():
        raise BadInput("Write why the plan ends.", field="reason")
    for number in PlannedDose.objects.filter(plan=plan).values_list("number", flat=True):
        settle_review(act, plan, before_dose=number, words="The plan has ended.")
    drop(act, PlannedDose.objects.filter(plan=plan))
    act.change(plan, ended_at=act.at, ended_because=vault.lock(plan.episode.person_id, reason.strip()))
    act.tell("plan.changed", about="plan", about_id=plan.pk)
    return act.done(plan, "The plan has ended. Therapy hours stay booked.")


@act("wrote down an intention")
def intend(act: Act, *, person_id: int, words: str, dose_id: int | None = None) -> Done:
    """What the person means to work on, in their own words."""
    check_has(act.by.roles, SEES_PEOPLE, "write down an intention")
    person = person_of(act.by, person_id)
    act.about("person", person.pk, person_id=person.pk)
    if not words.strip():
        raise BadInput("Write what the person said, in their own words.", field="words")
    dose = dose_row(act.by, dose_id, person_id=person_id)
    sealed = vault.lock(person_id, words.strip())
    made = act.add(Intention(person=person, dose=dose, words=sealed, at=act.at, by_id=act.by.staff_id))
    return act.done(made, "Kept in their words.")


@act("signed a protocol of the clinic's own")
def sign_protocol(act: Act, *, content: str, reason: str, password: str, proof: str = "") -> Done:
    """A medical director makes a changed protocol this clinic's own, by signature over its exact content."""
    check_has(act.by.roles, (Role.MEDICAL_DIRECTOR,), "sign a protocol")
    check_own_password(act.by, password, proof)
    if not reason.strip():
        raise BadInput("Write why the clinic needs this version.", field="reason")
    read = protocol_from_text(content)
    rules.check_own_version(read, origin=protocol(read.id))
    assert read.made_from is not None
    version_of(act.by, OPEN, read.id, read.made_from.content_hash)
    signed = content_hash(read)
    if ProtocolVersion.objects.filter(clinic_id=act.by.clinic_id, content_hash=signed).exists():
        raise Refused("This version is signed already. Choose it when you plan.")
    made = act.add(
        ProtocolVersion(
            clinic_id=act.by.clinic_id, protocol=read.id, content=protocol_as_text(read), content_hash=signed,
            made_from=read.made_from.content_hash, reason=reason.strip(), at=act.at, by_id=act.by.staff_id or 0,
        )
    )  # fmt: skip
    sign(act, made, meaning="This version is the clinic's own protocol")
    act.about("protocol", made.pk, reason=f"{read.id} version {read.version}")
    return act.done(made, f"{read.title}, version {read.version}, is signed.")
