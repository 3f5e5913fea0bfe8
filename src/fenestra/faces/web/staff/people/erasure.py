"""Erasing one person: asked by one human, confirmed by another, each with their password."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from fenestra.care.people import erasure, erasure_queries
from fenestra.care.people import queries as people
from fenestra.care.people.erasure_rules import ERASES, Basis
from fenestra.faces.web import forms as ours
from fenestra.faces.web.staff.account.signed import Signed, proves
from fenestra.ground.book import clock
from fenestra.ground.book.act import Done
from fenestra.ground.clinic import queries as clinics
from fenestra.ground.clinic.rules import check_has


class Ask(Signed):
    basis = ours.choice("Why", [(each.value, each.value) for each in Basis], missing="Choose why the record goes.")
    keep_until = ours.day(
        "Last day on which the law makes the clinic keep this record",
        missing="Look it up and write it as year-month-day, for example 2026-11-01.",
        hint="By the rules of your state for medical records, and for records of people who were minors.",
    )
    nobody_asks_for_it = forms.BooleanField(
        label="No court, authority, complaint, insurer or study asks for this record", required=False
    )
    field_order = ("key", "basis", "keep_until", "nobody_asks_for_it")


class Confirm(Signed):
    code = ours.text("Code of the person", missing="Type the code of the person who is erased.", longest=20)
    field_order = ("key", "code")


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: Any, person_id: int) -> HttpResponse:
    """What stands, and the next signature."""
    scope, mask = request.scope_, request.mask
    check_has(scope.roles, ERASES, "erase a person")
    person = people.person(scope, mask, person_id, at=clock.now())
    asked = erasure_queries.erasures(scope, mask, person_id)
    waiting = next((each for each in asked if each.open), None)
    verb = request.POST.get("verb", "") if request.method == "POST" else ""
    ask = Ask(request.POST if verb == "ask" else None, auto_id="ask_%s", proves=proves(request))
    confirm = Confirm(request.POST if verb == "confirm" else None, auto_id="confirm_%s", proves=proves(request))
    plain = ours.Keyed(request.POST if verb == "turn down" else None)
    which = {"asked_id": waiting.id if waiting else 0}
    verbs: dict[str, tuple[ours.Keyed, Callable[..., Done], dict[str, Any]]] = {
        "ask": (ask, erasure.ask_erasure, {"person_id": person_id}),
        "confirm": (confirm, erasure.confirm_erasure, which),
        "turn down": (plain, erasure.turn_down_erasure, which),
    }
    if verb in verbs:
        form, act, more = verbs[verb]
        if form.is_valid() and (done := ours.done_or_said(form, act, scope, {**form.told(), **more})):
            messages.success(request, done.said)
            return redirect("erase", person_id)
    staff = {each.asked_by for each in asked} | {each.answered_by for each in asked if each.answered_by}
    shown = {
        "here": "people", "person": person, "asked": asked, "waiting": waiting, "ask": ask, "confirm": confirm,
        "plain": plain, "names": clinics.names(scope, mask, staff), "erased": any(each.done for each in asked),
        "mine": waiting is not None and waiting.asked_by == scope.staff_id,
    }  # fmt: skip
    bad = verb in verbs and verbs[verb][0].errors
    return render(request, "erasure.html", shown, status=422 if bad else 200)
