"""Screen a person: ask for the facts, show what the rules say as it stood, take a prescriber's decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from fenestra.care.people import queries as people
from fenestra.care.people import screening_queries
from fenestra.care.people.rules import Decided
from fenestra.care.people.values import PersonValue, ScreeningValue
from fenestra.care.work import owed
from fenestra.faces.web import forms as ours
from fenestra.faces.web.staff.screening import words
from fenestra.faces.web.staff.screening.facts import Known, gathered
from fenestra.faces.web.staff.screening.form import FIRST, Screen, asked, first_answers
from fenestra.ground.book import clock
from fenestra.ground.book.act import write_line
from fenestra.ground.book.texts import LONGEST_TEXT
from fenestra.ground.clinic import queries as clinics
from fenestra.ground.clinic.rules import PRESCRIBERS, SEES_PEOPLE, can, check_has


class Decide(ours.Keyed):
    decision = forms.CharField(required=False, max_length=20)
    reason = ours.text(
        "Your reason", missing="Write why: the reason is kept with the screening.", longest=LONGEST_TEXT, area=True,
        hint="For example: settles to 132/84 after rest; treated since June.",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Any, person_id: int) -> HttpResponse:
    """Ask for the facts, filled in where the record has them."""
    scope, mask, at = request.scope_, request.mask, clock.now()
    check_has(scope.roles, SEES_PEOPLE, "screen a person")
    person = people.person(scope, mask, person_id, at=at)
    write_line("read", "screening form", by=scope, at=at, person_id=person.id, about=f"person:{person.id}")
    known = gathered(scope, mask, person, at)
    if request.method == "POST":
        form = Screen(known, request.POST)
        told = {"person_id": person.id, "facts": form.facts()} if form.is_valid() else None
        on_file = {"danger_on_file": _danger_on_file(known)}
        done = ours.done_or_said(form, owed.keep_screening, scope, told | on_file) if told else None
        if done and done.id:
            messages.success(request, done.said)
            return redirect("screening", done.id)
    else:
        today = scope.day_of(at)
        form = Screen(known, initial={FIRST: today, **first_answers(known)})
    page = {"here": "people", "person": person, "form": form, "filled": len(known), "all": len(asked())}
    return render(request, "screening_form.html", page, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: Any, screening_id: int) -> HttpResponse:
    """One screening as it stood, and the decision on it."""
    scope, mask, at = request.scope_, request.mask, clock.now()
    value = screening_queries.screening(scope, mask, screening_id)
    person = people.person(scope, mask, value.person_id, at=at)
    write_line("read", "screening", by=scope, at=at, person_id=person.id, about=f"screening:{value.id}")
    form = Decide(request.POST) if request.method == "POST" else Decide()
    if form.is_bound and form.is_valid():
        told = {**form.told(), "screening_id": value.id}
        done = ours.done_or_said(form, owed.decide_screening, scope, told, fields={"decision": "reason"})
        if done:
            messages.success(request, done.said)
            return redirect("screening", value.id)
    told_page = _told(request, value, person) | {"form": form}
    return render(request, "screening.html", told_page, status=422 if form.errors else 200)


def _danger_on_file(known: Mapping[str, Known]) -> bool:
    """A form on file says that the suicide screen is positive: it raised its own item."""
    on_file = known.get(owed.SUICIDE)
    return on_file is not None and on_file.value is True


def _told(request: Any, value: ScreeningValue, person: PersonValue) -> dict[str, Any]:
    scope, mask = request.scope_, request.mask
    reasons = value.reasons or ()
    trials = words.trials(value)
    latest = None if value.newest else screening_queries.latest_screening(scope, mask, person.id)
    ids = {each for each in (value.by_id, *(d.by_id for d in value.decisions)) if each}
    names = clinics.names(scope, mask, ids)
    return {
        "here": "people",
        "person": person,
        "screening": value,
        "by": names.get(value.by_id or 0, ""),
        "verdict": words.verdict(value),
        "reasons": [words.reason(each, value.facts) for each in reasons],
        "asked_no": words.asked_no(value.facts, reasons) if value.facts else [],
        "facts": words.facts(value.facts) if value.facts else [],
        "trials": [each for each in trials if each.mine],
        "other_trials": [each for each in trials if not each.mine],
        "decisions": [(each, names.get(each.by_id or 0, "")) for each in reversed(value.decisions)],
        "in_the_way": words.in_the_way(value),
        "latest_id": latest.id if latest else None,
        "may_decide": can(scope.roles, PRESCRIBERS),
        "may_screen": can(scope.roles, SEES_PEOPLE),
        "fit": Decided.FIT,
        "not_now": Decided.NOT_NOW,
    }
