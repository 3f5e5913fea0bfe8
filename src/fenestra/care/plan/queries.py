"""What pages and upper rooms read of plans and the calendar, by clinic and behind the mask."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from fenestra.care.people.models import Episode
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
from fenestra.care.plan.protocols import VersionValue, protocols, version_followed, version_of
from fenestra.care.plan.reading import opened, window_rules
from fenestra.care.plan.rules import DoseState
from fenestra.care.plan.values import CourseReviewValue, IntentionValue, PlannedDoseValue, PlanValue
from fenestra.care.plan.ways import alternatives
from fenestra.ground.book import vault
from fenestra.ground.book.scope import Mask, Scope
from fenestra.ground.clinic.presets import adoption_of
from fenestra.science.protocols.limits import Limits, limits_for, shipped_limits
from fenestra.science.protocols.orders import Route
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
    "limits_of_episode",
    "next_for_person",
    "other_route",
    "plan_of",
    "plans_of_many",
    "protocols",
    "reviews_of_episode",
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
    return _reviews(mask, plan.episode.person_id, CourseReview.objects.filter(plan=plan))


def reviews_of_episode(scope: Scope, mask: Mask, episode_id: int) -> list[CourseReviewValue]:
    """Every review of an episode, in order, also those that no plan stands behind."""
    episode = Episode.objects.filter(pk=episode_id, person__clinic_id=scope.clinic_id).first()
    if episode is None or episode.person_id in mask.people:
        raise NoSuchPerson("There is no such episode in this clinic.")
    return _reviews(mask, episode.person_id, _of_episode(scope, episode_id))


def _reviews(mask: Mask, person_id: int, rows: QuerySet[CourseReview]) -> list[CourseReviewValue]:
    with vault.keys_at_hand([person_id]):
        return [
            CourseReviewValue(
                row.pk, row.before_dose, row.go_on, opened(mask, person_id, row.reason), row.at, row.by_id
            )
            for row in rows.order_by("pk")
        ]


def _of_episode(scope: Scope, episode_id: int) -> QuerySet[CourseReview]:
    by_plan = Q(plan__episode_id=episode_id, plan__clinic_id=scope.clinic_id)
    return CourseReview.objects.filter(by_plan | Q(episode_id=episode_id, episode__person__clinic_id=scope.clinic_id))


def course_stops(scope: Scope, mask: Mask, episode_id: int, dose_number: int) -> str:
    """In a sentence, why no further dose may be ordered in this episode, planned or not; empty when one may: the first
    dose, or a review that says go on."""
    return stops_of_course(scope, mask, episode_id, [dose_number]).get(dose_number, "")


def stops_of_course(scope: Scope, mask: Mask, episode_id: int, dose_numbers: Iterable[int]) -> dict[int, str]:
    """The same for several doses of one episode at once; what has no sentence does not stop."""
    further = [each for each in dose_numbers if each > 1]
    if not further:
        return {}
    rows = _of_episode(scope, episode_id).filter(before_dose__in=further).order_by("pk")
    go_on = dict(rows.values_list("before_dose", "go_on"))  # the newest of each dose counts
    return {each: rules.course_stops(each, go_on.get(each)) for each in further}


def other_route(scope: Scope, mask: Mask, episode_id: int, route: str) -> str:
    """In a sentence, why a dose by this route is none of the episode's protocol; empty when it is, or where no protocol
    is chosen or known."""
    episode = Episode.objects.filter(pk=episode_id, person__clinic_id=scope.clinic_id).first()
    if episode is None or not episode.protocol:
        return ""
    followed = version_followed(scope, episode.protocol, episode.protocol_hash)
    return rules.other_route(followed, Route(route)) if followed else ""


def limits_of_episode(scope: Scope, mask: Mask, episode_id: int) -> Limits:
    """The limits that orders in this episode are held against: those its signed version brings, stricter or looser,
    else the presets this clinic holds."""
    adoption = adoption_of(scope)
    episode = Episode.objects.filter(pk=episode_id, person__clinic_id=scope.clinic_id).first()
    if episode is None or not episode.protocol:
        return shipped_limits(adoption)
    followed = version_followed(scope, episode.protocol, episode.protocol_hash)
    # A version of the clinic's own is kept only by the act that signs it, so what is found there is signed.
    return limits_for(followed, adoption, signed=True) if followed else shipped_limits(adoption)
