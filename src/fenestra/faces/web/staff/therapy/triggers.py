"""A person's triggers: name one, change it, take it off the list."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from fenestra.care.people import queries as people
from fenestra.care.people.queries import PersonValue
from fenestra.care.therapy import actions, queries, rules
from fenestra.care.therapy.actions import KEEPS_TRIGGERS
from fenestra.faces.web import forms as ours
from fenestra.faces.web.staff.therapy.forms import TriggerForm
from fenestra.faces.web.staff.therapy.page import shown_name
from fenestra.ground.book import clock
from fenestra.ground.book.act import write_line
from fenestra.ground.clinic.rules import check_has


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Any, person_id: int) -> HttpResponse:
    scope, person = request.scope_, _person(request, person_id)
    form = TriggerForm(request.POST) if request.method == "POST" else TriggerForm()
    if form.is_bound and form.is_valid():
        told = {"person_id": person_id, **form.told()}
        if done := ours.done_or_said(form, actions.add_trigger, scope, told):
            return _back(request, person_id, done.said)
    return _page(request, person, form, "A trigger, and the plan against it", "Keep it")


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: Any, person_id: int, trigger_id: int) -> HttpResponse:
    """New words for it; or `over`: it does not matter any more. The earlier words stay."""
    scope, person = request.scope_, _person(request, person_id)
    queries.check_trigger(scope, request.mask, person_id, trigger_id)
    found = [each for each in queries.triggers(scope, request.mask, person_id) if each.id == trigger_id]
    if not found and request.method != "POST":
        raise rules.NotThere("There is no such trigger on the list. It may have been changed since; look again.")
    first = {"cue": found[0].cue, "plan": found[0].plan} if found else None
    form = TriggerForm(request.POST) if request.method == "POST" else TriggerForm(initial=first)
    if "over" in request.POST:
        keyed = ours.Keyed(request.POST)
        told = {"trigger_id": trigger_id, "person_id": person_id}
        done = keyed.is_valid() and ours.done_or_said(keyed, actions.end_trigger, scope, told)
        if done:
            return _back(request, person_id, done.said)
        return _page(request, person, keyed, "This trigger", "")
    if form.is_bound and form.is_valid():
        told = {"trigger_id": trigger_id, "person_id": person_id, **form.told()}
        if done := ours.done_or_said(form, actions.change_trigger, scope, told):
            return _back(request, person_id, done.said)
    return _page(request, person, form, "Change a trigger", "Keep the change", ends=True)


def _person(request: Any, person_id: int) -> PersonValue:
    check_has(request.scope_.roles, KEEPS_TRIGGERS, "write down a trigger")
    return people.person(request.scope_, request.mask, person_id, at=clock.now())


def _back(request: Any, person_id: int, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect(reverse("person", args=[person_id]) + "#therapy")


def _page(
    request: Any, person: PersonValue, form: ours.Keyed, title: str, verb: str, *, ends: bool = False
) -> HttpResponse:
    about = f"person:{person.id}"
    write_line("read", "triggers of a person", by=request.scope_, at=clock.now(), person_id=person.id, about=about)
    shown = {
        "here": "people", "person": person, "name": shown_name(person), "form": form, "title": title, "verb": verb,
        "ends": ends,
    }  # fmt: skip
    return render(request, "therapy/trigger.html", shown, status=422 if form.errors else 200)
