"""Book a therapy hour for one person, seeing the window and when therapists have hours in it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from fenestra.care.people import queries as people
from fenestra.care.plan import actions
from fenestra.care.plan import queries as plan
from fenestra.care.plan.rules import AppointmentKind
from fenestra.care.therapy import queries
from fenestra.care.therapy.queries import WindowValue
from fenestra.faces.web import forms as ours
from fenestra.faces.web.days import moment, short
from fenestra.faces.web.staff.therapy import forms as asked
from fenestra.faces.web.staff.therapy import windows
from fenestra.faces.web.staff.therapy.page import look_again, shown_name
from fenestra.ground.book import clock
from fenestra.ground.book.act import write_line
from fenestra.ground.book.scope import Mask, Scope
from fenestra.ground.clinic import queries as clinics
from fenestra.ground.clinic.rules import SEES_PEOPLE, Role, check_has
from fenestra.science.protocols.window import WindowStanding


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: Any, person_id: int) -> HttpResponse:
    scope, mask, at = request.scope_, request.mask, clock.now()
    check_has(scope.roles, SEES_PEOPLE, "book an appointment")
    person = people.person(scope, mask, person_id, at=at)
    found = _window(scope, mask, person_id, at)
    staff = asked.staff_choices(scope, mask, (Role.THERAPIST,))
    first = {"staff_id": str(scope.staff_id)} if str(scope.staff_id) in dict(staff) else {}
    form = asked.Book(staff, request.POST) if request.method == "POST" else asked.Book(staff, initial=first)
    if form.is_bound and form.is_valid():
        told = _told(form, scope, mask, person_id, found)
        done = ours.done_or_said(form, actions.book_appointment, scope, told, fields={"starts_at": "day"})
        if done:
            look_again(scope, at)
            messages.success(request, done.said)
            return redirect("therapy")
    write_line("read", "form of a booking", by=scope, at=at, person_id=person_id, about=f"person:{person_id}")
    names = {person_id: shown_name(person)}
    shown = {
        "here": "therapy", "person": person, "name": names[person_id], "form": form,
        "row": next(iter(windows.rows([found], names, at=at, zone=scope.time_zone)), None) if found else None,
        "until": moment(found.window.closes_at, at, scope.time_zone) if found else "",
        "free": _hours(scope, mask, found, at) if found else [], "window_words": windows.RULE_IN_WORDS,
    }  # fmt: skip
    return render(request, "therapy/book.html", shown, status=422 if form.errors else 200)


def _window(scope: Scope, mask: Mask, person_id: int, at: datetime) -> WindowValue | None:
    """The window that is open or coming, else the latest that is in its tail."""
    theirs = [each for each in queries.windows(scope, mask, at=at) if each.person_id == person_id]
    ahead = [each for each in theirs if each.standing is not WindowStanding.SOFT_TAIL]
    return next(iter([*ahead, *reversed(theirs)]), None)


def _told(form: asked.Book, scope: Scope, mask: Mask, person_id: int, found: WindowValue | None) -> dict[str, Any]:
    told = form.cleaned_data
    return {
        "person_id": person_id, "kind": AppointmentKind.THERAPY.value, "starts_at": form.moment(scope.time_zone),
        "minutes": told["minutes"], "staff_id": int(told["staff_id"]), "outside_because": told["outside_because"],
        "dose_id": _planned_dose(scope, mask, person_id, found),
    }  # fmt: skip


def _planned_dose(scope: Scope, mask: Mask, person_id: int, found: WindowValue | None) -> int | None:
    """The dose of the plan that this window follows, so that the plan shows the hour beside it."""
    if found is None:
        return None
    running = [each.id for each in people.episodes(scope, mask, person_id) if each.open]
    plans = plan.plans_of_many(scope, mask, running).values()
    return next((dose.id for each in plans for dose in each.doses if dose.number == found.dose_number), None)


def _hours(scope: Scope, mask: Mask, found: WindowValue, at: datetime) -> list[str]:
    """When therapists have their weekly hours while the window is open, from now on: "Sat 21 Nov, 09:00 to 13:00, Theo"."""
    zone = scope.zone
    opens, closes = max(found.window.opens_at, at).astimezone(zone), found.window.closes_at.astimezone(zone)
    weekly = plan.hours(scope, mask)
    names = clinics.names(scope, mask, {each.staff_id for each in weekly if each.staff_id})
    told = []
    for back in range((closes.date() - opens.date()).days + 1):
        day = opens.date() + timedelta(days=back)
        for each in (each for each in weekly if each.weekday == day.weekday()):
            begins = max(datetime.combine(day, each.from_time, zone), opens)
            ends = min(datetime.combine(day, each.until_time, zone), closes)
            if begins < ends:
                told.append(f"{short(day)}, {begins:%H:%M} to {ends:%H:%M}, {names.get(each.staff_id or 0, '')}")
    return told
