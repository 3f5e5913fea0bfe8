"""Cover and answer times: who is on duty, how soon an item of each level is taken, and after how many missed check-ins
somebody looks. The lead or director declares."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from fenestra.care.checkins import misses
from fenestra.care.work import actions, queries
from fenestra.care.work.rules import DECLARES, Level
from fenestra.faces.web import forms as ours
from fenestra.faces.web.days import moment
from fenestra.ground.book import clock
from fenestra.ground.book.scope import Scope
from fenestra.ground.clinic import queries as clinics
from fenestra.ground.clinic.rules import Role, can, check_has

DAYS_AHEAD = 28
ROLES = [(role.value, role.value) for role in Role]
LEVELS = [(level.value, level.value) for level in Level]


class DeclareCover(ours.Keyed):
    staff_id = ours.choice("Who", [], missing="Choose who is on duty.")
    from_day = ours.day("From", missing="Write the first day, for example 2026-11-20.")
    from_hour = ours.hour("At", example="08:00")
    until_day = ours.day("Until", missing="Write the last day, for example 2026-11-20.")
    until_hour = ours.hour("Until the hour", example="08:00")

    def __init__(self, staff: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ours.offer(self, "staff_id", staff)


class DeclareAnswer(ours.Keyed):
    level = ours.choice("Level", LEVELS, missing="Choose the level.")
    minutes = ours.whole("Minutes of cover", missing="Write within how many minutes it is taken.", least=1)
    then_role = ours.choice("Then told to", ROLES, missing="Choose who is told when nobody took it.")


class DeclareMisses(ours.Keyed):
    in_a_row = ours.whole("Missed check-ins in a row", missing="Write after how many in a row somebody looks.", least=1)


def _staff(scope: Scope, mask: Any) -> list[tuple[str, str]]:
    return [(str(one.id), f"{one.name} · {', '.join(one.roles)}") for one in clinics.staff(scope, mask)]


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: Any) -> HttpResponse:
    """What is declared; for the lead and the director, the forms that declare."""
    scope, mask, at = request.scope_, request.mask, clock.now()
    staff = _staff(scope, mask)
    today = scope.day_of(at)
    cover, answer = DeclareCover(staff, initial={"from_day": today, "until_day": today}), DeclareAnswer()
    silence = DeclareMisses()
    if request.method == "POST":
        check_has(scope.roles, DECLARES, "declare cover")
        if "minutes" in request.POST:
            answer = DeclareAnswer(request.POST)
            done = answer.is_valid() and ours.done_or_said(answer, actions.declare_answer_time, scope, answer.told())
        elif "in_a_row" in request.POST:
            silence = DeclareMisses(request.POST)
            done = silence.is_valid() and ours.done_or_said(silence, misses.declare_misses, scope, silence.told())
        else:
            cover = DeclareCover(staff, request.POST)
            done = cover.is_valid() and ours.done_or_said(
                cover, actions.declare_cover, scope, _stretch(cover.told(), scope), fields={"ends_at": "until_day"}
            )
        if done:
            messages.success(request, done.said)
            return redirect("cover")
    shown = {
        "here": "work",
        "cover_form": cover,
        "answer_form": answer,
        "misses_form": silence,
        "in_a_row": misses.declared(scope, mask),
        "covers": _covers(scope, mask, at),
        "answers": _answers(scope, mask),
        "may_declare": can(scope.roles, DECLARES),
        "on_duty": queries.on_duty(scope, mask, at),
        "reading": queries.read_by_words(scope, mask, Level.HIGH.value, at),
        "days_ahead": DAYS_AHEAD,
        "key": ours.fresh_key(),
    }
    return render(
        request, "work/cover.html", shown, status=422 if cover.errors or answer.errors or silence.errors else 200
    )


def _stretch(told: dict[str, Any], scope: Scope) -> dict[str, Any]:
    zone = scope.zone
    return {
        "staff_id": int(told["staff_id"]),
        "starts_at": datetime.combine(told["from_day"], told["from_hour"], zone),
        "ends_at": datetime.combine(told["until_day"], told["until_hour"], zone),
    }


def _covers(scope: Scope, mask: Any, at: datetime) -> list[dict[str, Any]]:
    found = queries.covers(scope, mask, since=at, until=at + timedelta(days=DAYS_AHEAD))
    return [
        {
            "id": each.id,
            "name": each.name,
            "from": moment(each.starts_at, at, scope.time_zone),
            "until": moment(each.ends_at, at, scope.time_zone),
            "now": each.starts_at <= at,
        }
        for each in found
    ]


def _answers(scope: Scope, mask: Any) -> list[dict[str, Any]]:
    """Every level, also those without a declared time."""
    declared = queries.answer_times(scope, mask)
    return [{"level": level.value, "told": declared.get(level)} for level in Level]


@require_POST
def take_back(request: Any, cover_id: int) -> HttpResponse:
    """Take back a stretch of cover."""
    queries.check_cover(request.scope_, request.mask, cover_id)
    form = ours.Keyed(request.POST)
    done = form.is_valid() and ours.done_or_said(form, actions.take_back_cover, request.scope_, {"cover_id": cover_id})
    if done:
        messages.success(request, done.said)
    for errors in form.errors.values():
        messages.error(request, " ".join(str(each) for each in errors))
    return redirect("cover")
