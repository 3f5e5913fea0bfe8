"""The course review: before each further dose somebody says why more is wanted, or the course stops. It stands in every
episode, whether a plan was laid for it or not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fenestra.care.people.models import Episode
from fenestra.care.plan import rules
from fenestra.care.plan.models import Appointment, CourseReview, Plan, PlannedDose
from fenestra.care.plan.rows import episode_of, plan_row
from fenestra.care.plan.rules import AppointmentKind, AppointmentState, DoseState
from fenestra.care.work import actions as work
from fenestra.care.work.rules import ItemKind, Level
from fenestra.ground.book import vault
from fenestra.ground.book.act import Act, Done, act
from fenestra.ground.clinic.rules import PRESCRIBERS, Role, check_has

ASKS = "Is dose {} wanted, and why? The course stops unless somebody says why more."


@act("reviewed a course")
def review_course(act: Act, *, plan_id: int, before_dose: int, go_on: bool, reason: str) -> Done:
    """Before a further dose: is more wanted, and why? Stop drops the doses from this one on; therapy hours stay."""
    check_has(act.by.roles, PRESCRIBERS, "review the course")
    plan = plan_row(act, plan_id)
    if plan.ended_at is not None:
        raise rules.NotReady("This plan has ended. There is no course to review.")
    rules.check_review(before_dose, go_on=go_on, reason=reason)
    made = _written(act, plan.episode, before_dose, go_on=go_on, reason=reason, plan=plan)
    if go_on:
        owe_review(act, plan, before_dose=before_dose + 1)
    else:
        drop(act, PlannedDose.objects.filter(plan=plan, number__gte=before_dose))
    act.tell("plan.changed", about="plan", about_id=plan.pk)
    return act.done(made, rules.reviewed_words(before_dose, go_on=go_on))


@act("reviewed a course without a plan")
def review_episode(act: Act, *, episode_id: int, before_dose: int, go_on: bool, reason: str) -> Done:
    """The same question in an episode that no plan runs for: its further doses are booked one by one."""
    check_has(act.by.roles, PRESCRIBERS, "review the course")
    episode = episode_of(act, episode_id)
    if Plan.objects.filter(episode=episode, ended_at=None).exists():
        raise rules.NotReady("A plan runs for this episode. Write the review on its page.")
    if episode.closed_at is not None:
        raise rules.NotReady("This episode is closed. There is no course to review.")
    rules.check_review(before_dose, go_on=go_on, reason=reason)
    made = _written(act, episode, before_dose, go_on=go_on, reason=reason)
    act.tell("plan.changed", about="episode", about_id=episode.pk)
    return act.done(made, rules.reviewed_words(before_dose, go_on=go_on))


def _written(
    act: Act, episode: Episode, before_dose: int, *, go_on: bool, reason: str, plan: Plan | None = None
) -> CourseReview:
    """The review as a row, and off the work list, whichever way it was owed."""
    made = act.add(
        CourseReview(
            plan=plan, episode=None if plan else episode, before_dose=before_dose, go_on=go_on,
            reason=vault.lock(episode.person_id, reason.strip()), at=act.at, by_id=act.by.staff_id or 0,
        )
    )  # fmt: skip
    _settle(act, _cause_of_episode(episode, before_dose), "The review is written.")
    if plan is not None:
        settle_review(act, plan, before_dose=before_dose, words="The review is written.")
    return made


def owe_review(act: Act, plan: Plan, *, before_dose: int) -> None:
    """The next course review stands on the work list until it is written, due when its dose is."""
    dose = PlannedDose.objects.filter(plan=plan, number=before_dose, state=DoseState.PLANNED.value).first()
    if dose is not None:
        _owe(act, _cause(plan, before_dose), plan.episode, before_dose, dose.starts_at)


def owe_review_of_episode(act: Act, episode: Episode, *, before_dose: int, due_at: datetime) -> None:
    """A further dose was booked that no plan has: its review stands on the work list, due when the person comes."""
    planned = PlannedDose.objects.filter(plan__episode=episode, plan__ended_at=None, number=before_dose)
    if not planned.exists():
        _owe(act, _cause_of_episode(episode, before_dose), episode, before_dose, due_at)


def _owe(act: Act, cause: str, episode: Episode, before_dose: int, due_at: datetime) -> None:
    work.open_item(
        by=act.by, at=act.at, kind=ItemKind.COURSE_REVIEW.value, about=cause, level=Level.MEDIUM.value,
        owner_role=Role.PHYSICIAN.value, person_id=episode.person_id, due_at=due_at, words=ASKS.format(before_dose),
    )  # fmt: skip


def settle_review(act: Act, plan: Plan, *, before_dose: int, words: str) -> None:
    """Nothing is owed any more before this dose of a plan."""
    _settle(act, _cause(plan, before_dose), words)


def _settle(act: Act, cause: str, words: str) -> None:
    work.settle(by=act.by, at=act.at, kind=ItemKind.COURSE_REVIEW.value, about=cause, words=words)


def _cause(plan: Plan, before_dose: int) -> str:
    return f"plan:{plan.pk}:dose:{before_dose}"


def _cause_of_episode(episode: Episode, before_dose: int) -> str:
    return f"episode:{episode.pk}:dose:{before_dose}"


def drop(act: Act, doses: Any) -> None:
    """These doses have no date any more; what has begun stays as it is."""
    for dose in doses.filter(state=DoseState.PLANNED.value, starts_at__gt=act.at):
        act.change(dose, state=DoseState.DROPPED.value)
        of_dose = Appointment.objects.filter(dose=dose, kind=AppointmentKind.DOSE.value)
        for row in of_dose.filter(state=AppointmentState.BOOKED.value):
            act.change(row, state=AppointmentState.CANCELLED.value)
