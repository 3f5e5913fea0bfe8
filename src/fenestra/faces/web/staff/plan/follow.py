"""The course that runs: its doses and hours on the calendar, course reviews, intentions, the visits booked from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from fenestra.care.people import queries as people
from fenestra.care.people.queries import PersonValue
from fenestra.care.people.rules import ConsentKind, NoSuchPerson
from fenestra.care.people.values import EpisodeValue
from fenestra.care.plan import actions, queries
from fenestra.care.plan.rules import AppointmentKind, AppointmentState, DoseState
from fenestra.care.plan.values import AppointmentValue, PlannedDoseValue, PlanValue
from fenestra.care.visit import actions as visit_actions
from fenestra.care.visit import queries as visits
from fenestra.care.visit.rules import CLOSED
from fenestra.care.visit.values import VisitLine
from fenestra.faces.web import forms as ours
from fenestra.faces.web.staff.plan.picture import DrawnDose, DrawnHour, picture
from fenestra.faces.web.staff.plan.words import when
from fenestra.ground.book import clock
from fenestra.ground.book.act import Done
from fenestra.ground.book.scope import Mask, Scope
from fenestra.ground.clinic import queries as clinic
from fenestra.ground.clinic.rules import PRESCRIBERS, SEES_PEOPLE, can
from fenestra.science.errors import Refused

LOOKS_BACK = timedelta(days=400)


class Review(ours.Keyed):
    """Is more wanted, and why?"""

    go_on = ours.choice(
        "The course", [("no", "stops here"), ("yes", "goes on to this dose")], missing="Choose: stop, or go on."
    )
    reason = ours.text(
        "Why", missing="Write why, in a sentence: what has changed, and what the person wants.", area=True
    )


class Intend(ours.Keyed):
    words = ours.text("What they mean to work on", missing="Write what the person said, in their own words.", area=True)


class Date(ours.Keyed):
    """A dose that lost its date gets another."""

    day = ours.day("Day", missing="Write the day as year-month-day, for example 2026-11-20.")
    hour = ours.hour()


class End(ours.Keyed):
    reason = ours.text("Why the plan ends", missing="Write why the plan ends.")


def page(
    request: Any,
    person: PersonValue,
    episode: EpisodeValue,
    plan: PlanValue,
    bad: Mapping[str, ours.Keyed] | None = None,
) -> HttpResponse:
    """Where the course stands: one sentence, one picture, then each dose with what is owed before it."""
    scope, mask, sent = request.scope_, request.mask, dict(bad or {})
    version = queries.version_of(scope, mask, plan.protocol, plan.protocol_hash)
    held = queries.appointments(
        scope, mask, plan.made_at - timedelta(days=1), plan.made_at + LOOKS_BACK, person_id=person.id
    )
    hours = [each for each in held if each.kind is AppointmentKind.THERAPY]
    booked = {day.dose_number: day for day in visits.visits_of_episode(scope, mask, episode.id)}
    reviews = queries.reviews_of_episode(scope, mask, episode.id)
    staff = clinic.names(scope, mask, {each.staff_id for each in hours if each.staff_id} | {r.by_id for r in reviews})
    stops = queries.stops_of_course(scope, mask, plan.episode_id, [each.number for each in plan.doses])
    rows = [_row(scope, each, stops.get(each.number, ""), hours, booked, staff) for each in plan.doses]
    due = next((row["dose"].number for row in rows if row["stops"] and not row["done"]), None)
    standing = [each for each in plan.doses if each.state is DoseState.PLANNED]
    told = {
        "here": "people", "person": person, "episode": episode, "plan": plan, "title": version.protocol.title,
        "consented": people.consent_stands(scope, mask, person.id, ConsentKind.TREATMENT, clock.now()),
        "rows": rows, "due": due or _unreviewed(scope, mask, episode.id, booked.values()), "story": _story(rows, plan), "other": _others(held, staff, scope.time_zone),
        "reviews": [(each, staff.get(each.by_id, "")) for each in reviews],
        "intentions": queries.intentions(scope, mask, person.id),
        "window_words": version.protocol.window.text,
        "picture": _drawn(scope, standing, hours, version.protocol.window) if standing else None,
        "may_plan": can(scope.roles, PRESCRIBERS), "may_book": can(scope.roles, SEES_PEOPLE),
        "review_form": sent.get("review") or Review(auto_id="review_%s"), "intend_form": sent.get("intend") or Intend(auto_id="intend_%s"),
        "undated": next((row for row in rows if row["dropped"] and not row["stops"] and not row["visit"]), None),
        "date_form": sent.get("date") or Date(auto_id="date_%s"),
        "end_form": sent.get("end") or End(auto_id="end_%s"), "errors_of": next(iter(sent.values()), None),
    }  # fmt: skip
    return render(request, "plan_follow.html", told, status=422 if sent else 200)


def _row(
    scope: Scope, dose: PlannedDoseValue, stops: str, hours: list[AppointmentValue],
    booked: Mapping[int, Any], staff: Mapping[int, str],
) -> dict[str, Any]:  # fmt: skip
    own = [each for each in hours if each.dose_id == dose.id and each.state is not AppointmentState.CANCELLED]
    visit = booked.get(dose.number)
    done = visit is not None and visit.state in CLOSED
    return {
        "dose": dose,
        "when": when(dose.starts_at, scope.time_zone),
        "dropped": dose.state is DoseState.DROPPED,
        "window": f"{when(dose.window.opens_at, scope.time_zone)} to {when(dose.window.closes_at, scope.time_zone)}",
        "hours": [(each, when(each.starts_at, scope.time_zone), staff.get(each.staff_id or 0, "")) for each in own],
        "visit": visit,
        "done": done,
        "stops": stops,
        "may_visit": visit is None and dose.state is DoseState.PLANNED,
    }


def _unreviewed(scope: Scope, mask: Mask, episode_id: int, booked: Iterable[VisitLine]) -> int | None:
    """The number of the first dose that is booked, not over, and that no course review lets."""
    waits = [each.dose_number for each in booked if each.state not in CLOSED]
    stops = queries.stops_of_course(scope, mask, episode_id, waits)
    return next((number for number in waits if stops.get(number)), None)


def without_a_plan(scope: Scope, mask: Mask, episode_id: int, form: Review | None = None) -> dict[str, Any]:
    """The course reviews of an episode that no plan runs for, and the one that is owed before a dose that is booked."""
    reviews = queries.reviews_of_episode(scope, mask, episode_id)
    staff = clinic.names(scope, mask, {each.by_id for each in reviews})
    return {
        "reviews": [(each, staff.get(each.by_id, "")) for each in reviews],
        "due": _unreviewed(scope, mask, episode_id, visits.visits_of_episode(scope, mask, episode_id)),
        "review_form": form or Review(auto_id="review_%s"),
    }


def _story(rows: list[dict[str, Any]], plan: PlanValue) -> str:
    left = [row for row in rows if not row["done"] and not row["dropped"]]
    given = sum(row["done"] for row in rows)
    said = f"{given} of {len(plan.doses)} dose days are behind."
    if not left:
        return f"{said} No further dose has a date."
    first = left[0]
    stops = " A course review comes first." if first["stops"] else ""
    return f"{said} Next on the calendar: dose {first['dose'].number}, {first['when']}.{stops}"


def _others(
    held: list[AppointmentValue], staff: Mapping[int, str], zone: str
) -> list[tuple[AppointmentValue, str, str]]:
    apart = [each for each in held if each.dose_id is None and each.state is AppointmentState.BOOKED]
    return [(each, when(each.starts_at, zone), staff.get(each.staff_id or 0, "")) for each in apart]


def _drawn(scope: Scope, doses: list[PlannedDoseValue], hours: list[AppointmentValue], rule: Any) -> Any:
    ids = {each.id for each in doses}
    shown = [
        DrawnHour(each.starts_at, bool(each.in_window))
        for each in hours
        if each.dose_id in ids and each.state is not AppointmentState.CANCELLED
    ]
    inside = sum(each.inside for each in shown)
    said = f"{len(doses)} doses on the calendar; {inside} of {len(shown)} therapy hours lie in a window."
    marks = [DrawnDose(each.number, each.starts_at, each.ends_at) for each in doses]
    return picture(marks, shown, rule, scope.zone, said=said)


# ---- what is done here


def book_first_visit(request: Any, episode_id: int, *, key: str) -> str:
    """The visit of the first dose, booked beside the plan; later ones when their course review is written."""
    plan = queries.plan_of(request.scope_, request.mask, episode_id)
    dose = plan.doses[0] if plan and plan.doses else None
    if plan is None or dose is None:
        return ""
    if queries.course_stops(request.scope_, request.mask, episode_id, dose.number):
        return f"Write the course review before dose {dose.number}; then book its visit."
    try:
        return _book(request.scope_, request.mask, plan, dose, key=f"{key}-visit").said
    except Refused as refusal:
        return str(refusal)


def _book(scope: Scope, mask: Mask, plan: PlanValue, dose: PlannedDoseValue, *, key: str) -> Done:
    route = queries.version_of(scope, mask, plan.protocol, plan.protocol_hash).protocol.dose.route.value
    return visit_actions.book_visit(
        by=scope, at=clock.now(), key=key, episode_id=plan.episode_id, dose_number=dose.number, due_at=dose.starts_at,
        day=scope.day_of(dose.starts_at), chair=dose.chair or "to be chosen",
        route=route.value if route else "",
    )  # fmt: skip


@require_POST
def book_visit(request: Any, person_id: int, number: int) -> HttpResponse:
    """The visit of one planned dose."""
    _person, _episode, plan = _held(request, person_id)
    dose = plan.dose(number)
    key = request.POST.get("key", "")[:100]
    if dose is None or not key:
        raise NoSuchPerson("There is no such dose in this plan.")
    try:
        messages.success(request, _book(request.scope_, request.mask, plan, dose, key=key).said)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("plan", person_id)


def _held(request: Any, person_id: int) -> tuple[PersonValue, EpisodeValue, PlanValue]:
    scope, mask = request.scope_, request.mask
    person = people.person(scope, mask, person_id, at=clock.now())
    episode = next((each for each in people.episodes(scope, mask, person_id) if each.open), None)
    plan = queries.plan_of(scope, mask, episode.id) if episode else None
    if episode is None or plan is None:
        raise NoSuchPerson("This person has no plan. Make one first.")
    return person, episode, plan


def _sent(
    request: Any,
    person_id: int,
    name: str,
    form: ours.Keyed,
    verb: Callable[..., Done],
    told: Callable[[PlanValue], dict[str, Any]],
    fields: Mapping[str, str] | None = None,
) -> HttpResponse:
    person, episode, plan = _held(request, person_id)
    if form.is_valid():
        done = ours.done_or_said(form, verb, request.scope_, told(plan), fields=fields)
        if done:
            messages.success(request, done.said)
            return redirect("plan", person_id)
    return page(request, person, episode, plan, {name: form})


def review(request: Any, person_id: int, number: int) -> HttpResponse:
    """The course review before a dose of a plan that runs; `plan.review` takes it from the page."""
    form = Review(request.POST, auto_id="review_%s")
    return _sent(
        request, person_id, "review", form, actions.review_course,
        lambda plan: {
            "plan_id": plan.id, "before_dose": number, "go_on": form.cleaned_data["go_on"] == "yes",
            "reason": form.cleaned_data["reason"],
        },
    )  # fmt: skip


@require_POST
def give_date(request: Any, person_id: int, number: int) -> HttpResponse:
    """Another date for a dose that lost its own."""
    form, zone = Date(request.POST, auto_id="date_%s"), request.scope_.zone

    def told(plan: PlanValue) -> dict[str, Any]:
        dose, typed = plan.dose(number), form.cleaned_data
        of = queries.version_of(request.scope_, request.mask, plan.protocol, plan.protocol_hash).protocol
        return {
            "person_id": person_id, "kind": AppointmentKind.DOSE.value, "dose_id": dose.id if dose else None,
            "starts_at": datetime.combine(typed["day"], typed["hour"], zone), "minutes": actions.chair_time(of).whole,
        }  # fmt: skip

    return _sent(request, person_id, "date", form, actions.book_appointment, told, fields={"starts_at": "day"})


@require_POST
def intend(request: Any, person_id: int) -> HttpResponse:
    """An intention, in the person's words, for the next dose that stands."""
    form = Intend(request.POST, auto_id="intend_%s")

    def told(plan: PlanValue) -> dict[str, Any]:
        ahead = [each for each in plan.doses if each.ends_at > clock.now() and each.state is DoseState.PLANNED]
        dose_id = ahead[0].id if ahead else None
        return {"person_id": person_id, "words": form.cleaned_data["words"], "dose_id": dose_id}

    return _sent(request, person_id, "intend", form, actions.intend, told)


@require_POST
def end(request: Any, person_id: int) -> HttpResponse:
    """End the plan."""
    form = End(request.POST, auto_id="end_%s")
    return _sent(
        request, person_id, "end", form, actions.end_plan,
        lambda plan: {"plan_id": plan.id, "reason": form.cleaned_data["reason"]},
    )  # fmt: skip
