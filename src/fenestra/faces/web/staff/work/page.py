"""Work: what needs a human, what harms or closes first on top; and one item with all that happened to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fenestra.care.people import queries as people
from fenestra.care.work import actions, queries
from fenestra.care.work.queries import ItemValue
from fenestra.care.work.rules import DECLARES, LONGEST_WORDS, WORKS, Level
from fenestra.faces.web import forms as ours
from fenestra.faces.web.staff.work import words as work_words
from fenestra.ground.book import clock, reads
from fenestra.ground.book.act import write_line
from fenestra.ground.book.scope import Mask, Scope
from fenestra.ground.clinic.rules import can

DONE_DAYS = 7
DONE_SHOWN = 20


class Words(ours.Keyed):
    """What was done, or tried. Which of the two is the button's."""

    words = ours.text(
        "What you did", missing="Write what you did, in a few words.", longest=LONGEST_WORDS, area=True,
        hint="For whoever reads this next. The chart holds the rest.",
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)


class Take(ours.Keyed):
    version = forms.IntegerField(widget=forms.HiddenInput)


@require_safe
def page(request: Any) -> HttpResponse:
    """The list. `?mine=1` keeps what this human has taken."""
    scope, mask, at = request.scope_, request.mask, clock.now()
    mine = request.GET.get("mine") == "1"
    found = queries.items(scope, mask, at, owner_id=scope.staff_id if mine else None)
    done = queries.done_lately(scope, mask, since=at - timedelta(days=DONE_DAYS), limit=DONE_SHOWN)
    reads.call("work list")
    names = names_of(scope, mask, {each.person_id for each in (*found, *done) if each.person_id}, at=at)
    return render(
        request,
        "work/list.html",
        {
            "here": "work",
            "rows": rows(scope, found, names, at=at),
            "done": rows(scope, done, names, at=at),
            "all": queries.how_many(scope, mask, at),
            "mine": mine,
            "may_work": can(scope.roles, WORKS),
            **duty(scope, mask, at),
        },
    )


def rows(
    scope: Scope, found: Sequence[ItemValue], names: Mapping[int, str], *, at: datetime
) -> list[work_words.ItemRow]:
    """Items in words, each with a request key of its own."""
    plain = [work_words.row(each, names, at=at, zone=scope.time_zone, me=scope.staff_id) for each in found]
    return [replace(each, key=ours.fresh_key()) for each in plain]


def names_of(scope: Scope, mask: Mask, ids: set[int], *, at: datetime) -> dict[int, str]:
    """Names where the role may know them, else codes."""
    known = people.people(scope, mask, at=at, ids=ids) if ids else []
    return {one.id: one.code if one.name == people.HIDDEN else one.name for one in known}


def duty(scope: Scope, mask: Mask, at: datetime) -> dict[str, Any]:
    """Who is on cover, and what is not declared: the page says so plainly."""
    declared = queries.answer_times(scope, mask)
    return {
        "on_duty": queries.on_duty(scope, mask, at),
        "undeclared": [level.value for level in Level if level not in declared],
        "reading": queries.read_by_words(scope, mask, Level.HIGH.value, at),
        "may_declare": can(scope.roles, DECLARES),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def item(request: Any, item_id: int) -> HttpResponse:
    """One item; POST writes what was tried (`note`) or done (`finish`)."""
    scope, mask, at = request.scope_, request.mask, clock.now()
    value = queries.item(scope, mask, item_id)
    form = Words(request.POST) if request.method == "POST" else Words(initial={"version": value.version})
    if form.is_bound and form.is_valid():
        told = {"item_id": item_id, "words": form.cleaned_data["words"]}
        if "finish" in request.POST:
            done = ours.done_or_said(form, actions.finish, scope, {**told, "version": form.cleaned_data["version"]})
        else:
            done = ours.done_or_said(form, actions.note, scope, told)
        if done:
            messages.success(request, done.said)
            return redirect("work") if "finish" in request.POST else redirect("work-item", item_id)
    names = names_of(scope, mask, {value.person_id} if value.person_id else set(), at=at)
    write_line("read", "item of work", by=scope, at=at, person_id=value.person_id, about=f"item:{item_id}")
    return render(
        request,
        "work/item.html",
        {
            "here": "work",
            "row": rows(scope, [value], names, at=at)[0],
            "visit_id": work_words.visit_of(value.about),
            "steps": [work_words.step(s, at=at, zone=scope.time_zone) for s in queries.steps(scope, mask, item_id)],
            "form": form,
            "take": Take(initial={"version": value.version}),
            "may_work": can(scope.roles, WORKS),
            **duty(scope, mask, at),
        },
        status=422 if form.errors else 200,
    )


@require_POST
def take(request: Any, item_id: int) -> HttpResponse:
    """Take an item, or take it over; opens it then."""
    queries.item(request.scope_, request.mask, item_id)
    form = Take(request.POST)
    if form.is_valid():
        told = {"item_id": item_id, "version": form.cleaned_data["version"]}
        done = ours.done_or_said(form, actions.take, request.scope_, told)
        if done:
            messages.success(request, done.said)
            return redirect("work-item", item_id)
    for errors in form.errors.values():
        messages.error(request, " ".join(str(each) for each in errors))
    return redirect("work-item", item_id)
