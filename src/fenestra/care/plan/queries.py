"""What pages and upper rooms read of plans and the calendar, by clinic and behind the mask."""

from __future__ import annotations

from collections.abc import Iterable

from fenestra.care.people.rules import NoSuchPerson
from fenestra.care.plan import rules
from fenestra.care.plan.calendar_queries import (
    appointment,
    appointments,
    chairs,
    dosing_hours,
    hours,
    next_for_person,
)
from fenestra.care.plan.models import CourseReview, Intention, Plan, PlannedDose
from fenestra.care.plan.protocols import VersionValue, protocols, version_of
from fenestra.care.plan.reading import opened, window_rules
from fenestra.care.plan.rules import DoseState
from fenestra.care.plan.values import CourseReviewValue, IntentionValue, PlannedDoseValue, PlanValue
from fenestra.care.plan.ways import alternatives
from fenestra.ground.book import vault
from fenestra.ground.book.scope import Mask, Scope
from fenestra.science.protocols.protocol import WindowRule
from fenestra.science.protocols.window import therapy_window

__all__ = [
    "VersionValue",
    "alternatives",
    "appointment",
    "appointments",
    "chairs",
    "course_reviews",
    "course_stops",
    "dosing_hours",
    "hours",
    "intentions",
    "next_for_person",
    "plan_of",
    "plans_of_many",
    "protocols",
    "stops_of_course",
    "version_of",
]


def plan_of(scope: Scope, mask: Mask, episode_id: int) -> PlanValue | None:
    """The plan of an episode: the one that runs, else the last; None before any."""
    return plans_of_many(scope, mask, [episode_id]).get(episode_id)


def plans_of_many(scope: Scope, mask: Mask, episode_ids: Iterable[int]) -> dict[int, PlanValue]:
    """The plan of each of these episodes that has one, in two queries."""
    rows = Plan.objects.filter(clinic_id=scope.clinic_id, episode_id__in=list(episode_ids)).select_related("episode")
    found = {row.episode_id: row for row in rows.exclude(episode__person_id__in=mask.people).order_by("pk")}
    doses: dict[int, list[PlannedDose]] = {}
    for dose in PlannedDose.objects.filter(plan__in=found.values()).select_related("chair").order_by("number"):
        doses.setdefault(dose.plan_id, []).append(dose)
    window_rule = window_rules(scope)
    with vault.keys_at_hand(row.episode.person_id for row in found.values()):
        return {key: _plan(mask, row, doses.get(row.pk, []), window_rule(row)) for key, row in found.items()}


def _plan(mask: Mask, row: Plan, doses: list[PlannedDose], rule: WindowRule) -> PlanValue:
    person_id = row.episode.person_id
    return PlanValue(
        id=row.pk,
        episode_id=row.episode_id,
        person_id=person_id,
        protocol=row.protocol,
        protocol_hash=row.protocol_hash,
        ethics_reference=row.ethics_reference,
        reason=opened(mask, person_id, row.reason),
        made_at=row.made_at,
        by_id=row.by_id,
        ended_at=row.ended_at,
        ended_because=opened(mask, person_id, row.ended_because),
        doses=tuple(
            PlannedDoseValue(
                each.pk, each.number, each.starts_at, each.ends_at, each.chair_id, each.chair.name if each.chair else "",
                DoseState(each.state), therapy_window(rule, each.ends_at), each.version,
            )
            for each in doses
        ),
        version=row.version,
    )  # fmt: skip


def intentions(scope: Scope, mask: Mask, person_id: int) -> list[IntentionValue]:
    """What a person means to work on, the newest first; the words are counselling."""
    rows = Intention.objects.filter(person_id=person_id, person__clinic_id=scope.clinic_id)
    held = list(rows.exclude(person_id__in=mask.people).select_related("dose").order_by("-pk"))
    group = "identity" if mask.hides("identity") else "counselling"
    with vault.keys_at_hand([person_id]):
        return [
            IntentionValue(
                row.pk, opened(mask, person_id, row.words, group=group), row.dose_id,
                row.dose.number if row.dose else None, row.at, row.by_id,
            )
            for row in held
        ]  # fmt: skip


def course_reviews(scope: Scope, mask: Mask, plan_id: int) -> list[CourseReviewValue]:
    """Every review of a course, in order; the last before a dose counts."""
    plan = Plan.objects.filter(pk=plan_id, clinic_id=scope.clinic_id).select_related("episode").first()
    if plan is None or plan.episode.person_id in mask.people:
        raise NoSuchPerson("There is no such plan in this clinic.")
    person_id = plan.episode.person_id
    with vault.keys_at_hand([person_id]):
        return [
            CourseReviewValue(
                row.pk, row.before_dose, row.go_on, opened(mask, person_id, row.reason), row.at, row.by_id
            )
            for row in CourseReview.objects.filter(plan=plan).order_by("pk")
        ]


def course_stops(scope: Scope, mask: Mask, episode_id: int, dose_number: int) -> str:
    """In a sentence, why no further dose may be ordered in this episode; empty when one may: the first dose, a review
    that says go on, or an episode without any plan."""
    return stops_of_course(scope, mask, episode_id, [dose_number]).get(dose_number, "")


def stops_of_course(scope: Scope, mask: Mask, episode_id: int, dose_numbers: Iterable[int]) -> dict[int, str]:
    """The same for several doses of one episode at once; what has no sentence does not stop."""
    further = [each for each in dose_numbers if each > 1]
    if not further or not Plan.objects.filter(clinic_id=scope.clinic_id, episode_id=episode_id).exists():
        return {}
    rows = CourseReview.objects.filter(plan__episode_id=episode_id, before_dose__in=further).order_by("pk")
    go_on = dict(rows.values_list("before_dose", "go_on"))  # the newest of each dose counts
    return {each: rules.course_stops(each, go_on.get(each)) for each in further}
