"""What the clinic has to plan with: chairs, hours for doses, therapists' hours."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from fenestra.care.plan import actions, queries
from fenestra.care.plan.hours import SETS_HOURS
from fenestra.faces.web import forms as ours
from fenestra.ground.book import clock
from fenestra.ground.book.act import Done
from fenestra.ground.book.scope import Mask, Scope
from fenestra.ground.clinic import queries as clinic
from fenestra.ground.clinic.rules import can
from fenestra.science.errors import Refused

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAYS = [(str(at), name) for at, name in enumerate(WEEKDAYS)]
ENDS = {"chair": (actions.end_chair, "chair_id"), "hours": (actions.end_hours, "hours_id"), "dosing": (actions.end_dosing_hours, "hours_id")}  # fmt: skip


class AddChair(ours.Keyed):
    name = ours.text("Name of the chair", missing="Give the chair a short name, for example B.", longest=20)


class Dosing(ours.Keyed):
    weekday = ours.choice("Day", DAYS, missing="Choose a day of the week.")
    from_time = ours.hour("From", example="09:00")
    until_time = ours.hour("Until", example="17:00")


class Therapist(Dosing):
    staff_id = ours.choice("Therapist", [], missing="Choose a therapist.")

    field_order = ("key", "staff_id", "weekday", "from_time", "until_time")

    def __init__(self, *args: Any, therapists: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ours.offer(self, "staff_id", therapists)


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: Any) -> HttpResponse:
    """Three lists, each with what is added and what is ended."""
    scope, mask = request.scope_, request.mask
    verb = request.POST.get("verb", "") if request.method == "POST" else ""
    if verb.startswith("end-"):
        return _end(request, verb.removeprefix("end-"))
    therapists = [(str(each.id), each.name) for each in clinic.staff(scope, mask, role="therapist")]
    shown = {
        "chair": AddChair(request.POST if verb == "chair" else None, auto_id="chair_%s"),
        "dosing": Dosing(request.POST if verb == "dosing" else None, auto_id="dosing_%s"),
        "hours": Therapist(request.POST if verb == "hours" else None, auto_id="hours_%s", therapists=therapists),
    }
    bad = shown.get(verb)
    if bad is not None and bad.is_valid() and (done := _add(scope, verb, bad)):
        messages.success(request, done.said)
        return redirect("calendar-hours")
    return render(request, "calendar_hours.html", _told(scope, mask, shown, bad), status=422 if bad else 200)


def _add(scope: Scope, verb: str, form: ours.Keyed) -> Done | None:
    act = {"chair": actions.add_chair, "dosing": actions.set_dosing_hours, "hours": actions.set_hours}[verb]
    told = {name: int(value) if name in ("weekday", "staff_id") else value for name, value in form.told().items()}
    return ours.done_or_said(form, act, scope, told)


def _end(request: Any, what: str) -> HttpResponse:
    row, key = ours.whole_number(request.POST.get("row", "")), request.POST.get("key", "")[:100]
    if what in ENDS and row is not None and key:
        act, name = ENDS[what]
        try:
            messages.success(request, act(by=request.scope_, at=clock.now(), key=key, **{name: row}).said)
        except Refused as refusal:
            messages.error(request, str(refusal))
    return redirect("calendar-hours")


def _told(scope: Scope, mask: Mask, shown: dict[str, ours.Keyed], bad: ours.Keyed | None) -> dict[str, Any]:
    hours = queries.hours(scope, mask)
    names = clinic.names(scope, mask, {each.staff_id for each in hours if each.staff_id})
    return {
        "here": "calendar", "shown": shown, "bad": bad, "may_set": can(scope.roles, SETS_HOURS), "fresh": ours.fresh_key(),
        "chairs": [each for each in queries.chairs(scope, mask) if each.in_use],
        "dosing": [(each, WEEKDAYS[each.weekday]) for each in queries.dosing_hours(scope, mask)],
        "hours": [(each, WEEKDAYS[each.weekday], names.get(each.staff_id or 0, "")) for each in hours],
    }  # fmt: skip
