"""The week of the clinic: who is expected, by therapist and chair; and one appointment with its verbs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from fenestra.care.people import queries as people
from fenestra.care.plan import actions, queries
from fenestra.care.plan.rules import KIND_WORDS, AppointmentKind, AppointmentState
from fenestra.care.plan.values import AppointmentValue
from fenestra.faces.web import forms as ours
from fenestra.faces.web.staff.plan.words import when
from fenestra.ground.book import clock, reads
from fenestra.ground.book.act import Done, write_line
from fenestra.ground.book.scope import Mask, Scope
from fenestra.ground.clinic import queries as clinic
from fenestra.ground.clinic.rules import SEES_PEOPLE, can


class Move(ours.Keyed):
    day = ours.day("Day", missing="Write the day as year-month-day, for example 2026-11-20.")
    hour = ours.hour()
    reason = ours.text("Why it moves")
    outside_because = ours.text(
        "Why outside its window", hint="Only where the new time lies outside the window of its dose."
    )


class Cancel(ours.Keyed):
    reason = ours.text("Why it is cancelled", missing="Write why it is cancelled.")


class Came(ours.Keyed):
    pass


class Missed(ours.Keyed):
    reason = ours.text("What is known", hint="May stay empty: ask kindly first.")


def monday_of(asked: str, today: date) -> date:
    """The Monday of the week asked for; this week when nothing, or no date, was asked."""
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        day = today
    return day - timedelta(days=day.weekday()) if date(2000, 1, 1) <= day <= date(2200, 1, 1) else monday_of("", today)


@require_safe
def page(request: Any) -> HttpResponse:
    """One week: a row for each therapist and chair, a column for each day."""
    scope, mask, at = request.scope_, request.mask, clock.now()
    zone = scope.zone
    today = at.astimezone(zone).date()
    monday = monday_of(request.GET.get("week", ""), today)
    since, until = (datetime.combine(day, time(), zone) for day in (monday, monday + timedelta(days=7)))
    held = [
        each for each in queries.appointments(scope, mask, since, until) if each.state is not AppointmentState.CANCELLED
    ]
    reads.call("calendar of a week")
    days = [monday + timedelta(days=each) for each in range(7)]
    rows = _rows(scope, mask, held, days, zone)
    told = {
        "here": "calendar", "days": days, "today": today, "rows": rows, "by_day": _by_day(rows, days),
        "before": monday - timedelta(days=7), "after": monday + timedelta(days=7), "monday": monday,
        "story": _story(held), "may_book": can(scope.roles, SEES_PEOPLE),
    }  # fmt: skip
    return render(request, "calendar.html", told)


def _story(held: list[AppointmentValue]) -> str:
    doses = sum(each.kind is AppointmentKind.DOSE for each in held)
    hours = [each for each in held if each.kind is AppointmentKind.THERAPY]
    outside = sum(each.in_window is False for each in hours)
    said = f"{_count(doses, 'dose')} and {_count(len(hours), 'therapy hour')} this week"
    return f"{said}, {outside} outside {'its window' if outside == 1 else 'their windows'}." if outside else f"{said}."


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _rows(
    scope: Scope, mask: Mask, held: list[AppointmentValue], days: list[date], zone: ZoneInfo
) -> list[tuple[str, list[list[dict[str, Any]]]]]:
    """Rows by therapist, then by chair, then what belongs to neither; each day's cell in order of time."""
    names = {p.id: p.name for p in people.people(scope, mask, at=clock.now(), ids={each.person_id for each in held})}
    offering = [each.staff_id for each in queries.hours(scope, mask)]
    staff = clinic.names(scope, mask, {each for each in (*offering, *(one.staff_id for one in held)) if each})
    chairs = [f"Chair {each.name}" for each in queries.chairs(scope, mask) if each.in_use]
    order = [*sorted(staff.values()), *chairs]
    found: dict[str, list[list[dict[str, Any]]]] = {label: [[] for _ in days] for label in order}
    for each in held:
        label = staff.get(each.staff_id or 0) or (f"Chair {each.chair}" if each.chair else "Elsewhere")
        column = (each.starts_at.astimezone(zone).date() - days[0]).days
        if 0 <= column < 7:
            cells = found.setdefault(label, [[] for _ in days])
            cells[column].append(_cell(each, names.get(each.person_id, ""), zone))
    return list(found.items())


def _by_day(
    rows: list[tuple[str, list[list[dict[str, Any]]]]], days: list[date]
) -> list[tuple[date, list[tuple[str, dict[str, Any]]]]]:
    """The same week for a phone: each day with who comes, in order of time, and to whom or where."""
    told = [
        sorted(((label, each) for label, cells in rows for each in cells[at]), key=lambda pair: pair[1]["time"])
        for at in range(len(days))
    ]
    return list(zip(days, told, strict=True))


def _cell(each: AppointmentValue, name: str, zone: ZoneInfo) -> dict[str, Any]:
    word = KIND_WORDS[each.kind] + (f" {each.dose_number}" if each.kind is AppointmentKind.DOSE else "")
    said = [word] + ([each.state.value] if each.state is not AppointmentState.BOOKED else [])
    if each.in_window is False:
        said.append("outside its window")
    return {
        "id": each.id, "time": f"{each.starts_at.astimezone(zone):%H:%M}", "name": name, "said": ", ".join(said),
        "over": each.state is not AppointmentState.BOOKED,
    }  # fmt: skip


# ---- one appointment


VERBS: dict[str, tuple[type[ours.Keyed], Callable[..., Done]]] = {
    "move": (Move, actions.move_appointment),
    "cancel": (Cancel, actions.cancel_appointment),
    "kept": (Came, actions.keep_appointment),
    "missed": (Missed, actions.miss_appointment),
}


@require_http_methods(["GET", "HEAD", "POST"])
def appointment(request: Any, appointment_id: int) -> HttpResponse:
    """What it is, and what may become of it."""
    scope, mask, at = request.scope_, request.mask, clock.now()
    value = queries.appointment(scope, mask, appointment_id)
    person = people.person(scope, mask, value.person_id, at=at)
    write_line("read", "appointment", by=scope, at=at, person_id=person.id, about=f"appointment:{value.id}")
    verb = request.POST.get("verb", "") if request.method == "POST" else ""
    shown = {name: _form(request, name, value, scope, bound=name == verb) for name in VERBS}
    bad = None
    if verb in VERBS:
        form = shown[verb]
        if form.is_valid():
            done = ours.done_or_said(
                form, VERBS[verb][1], scope, _told(form, value, scope), fields={"starts_at": "day"}
            )
            if done:
                messages.success(request, done.said)
                return redirect("appointment", value.id)
        bad = form
    staff = clinic.names(scope, mask, {value.staff_id} if value.staff_id else set())
    told = {
        "here": "calendar", "person": person, "value": value, "when": when(value.starts_at, scope.time_zone),
        "kind": KIND_WORDS[value.kind], "who": staff.get(value.staff_id or 0, ""), "shown": shown, "bad": bad,
        "open": value.state is AppointmentState.BOOKED and can(scope.roles, SEES_PEOPLE), "begun": value.starts_at <= at,
    }  # fmt: skip
    return render(request, "appointment.html", told, status=422 if bad else 200)


def _form(request: Any, name: str, value: AppointmentValue, scope: Scope, *, bound: bool) -> ours.Keyed:
    kind, ids = VERBS[name][0], f"{name}_%s"
    if bound:
        return kind(request.POST, auto_id=ids)
    local = value.starts_at.astimezone(scope.zone)
    first = {"day": local.date(), "hour": f"{local:%H:%M}", "outside_because": value.outside_because}
    return kind(initial={**first, "key": ours.fresh_key()} if name == "move" else None, auto_id=ids)


def _told(form: ours.Keyed, value: AppointmentValue, scope: Scope) -> dict[str, Any]:
    told = form.told()
    if isinstance(form, Move):
        told["starts_at"] = datetime.combine(told.pop("day"), told.pop("hour"), scope.zone)
    return {**told, "appointment_id": value.id, "version": value.version}
