"""Today: who is in a chair, what needs a human, which windows are open, who else comes, and the day by chair."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fenestra.care.inventory import queries as stock
from fenestra.care.people import queries as people
from fenestra.care.therapy import due
from fenestra.care.therapy import queries as therapy
from fenestra.care.visit import day_queries
from fenestra.care.visit.rules import CLOSED
from fenestra.care.work import queries as work
from fenestra.faces.web.staff.therapy import windows
from fenestra.faces.web.staff.today import day_picture, expected, first_steps, needs, tiles
from fenestra.faces.web.staff.work import words as work_words
from fenestra.ground.book import clock, reads, vault
from fenestra.ground.book.scope import Mask, Scope


@require_safe
def page(request: Any) -> HttpResponse:
    return render(request, "today.html", {"here": "today", **gathered(request.scope_, request.mask, clock.now())})


@require_safe
def parts(request: Any) -> HttpResponse:
    """What the page fetches anew when something happened."""
    return render(request, "_today/parts.html", gathered(request.scope_, request.mask, clock.now()))


def gathered(scope: Scope, mask: Mask, at: datetime) -> dict[str, Any]:
    """Everything Today shows, in as many questions to the database for thirty visits as for one."""
    reads.call("today")
    with vault.keys_at_hand(()):  # the key of a person who stands in several lists is read once
        return _gathered(scope, mask, at)


def _gathered(scope: Scope, mask: Mask, at: datetime) -> dict[str, Any]:
    day = scope.day_of(at)
    glances = day_queries.day_at_a_glance(scope, mask, day=day, at=at)
    morning, tomorrow = expected.bounds(day, scope.time_zone)
    calendar = due.expected(scope, mask, since=morning, until=at + therapy.CALENDAR_AHEAD)
    found = therapy.windows(scope, mask, at=at, calendar=calendar)
    owed_items, owed_in_all = work.first_items(scope, mask, at, needs.MOST_WORK)
    ids = {glance.line.person_id for glance in glances} | {each.person_id for each in found}
    ids |= {item.person_id for item in owed_items if item.person_id} | {
        each.person_id for each in calendar if each.starts_at < tomorrow
    }
    names = _names(scope, mask, ids, at)
    shown = windows.rows(found, names, at=at, zone=scope.time_zone, calendar=calendar)
    at_work = glances or found or owed_items or calendar
    return {
        "day": day,
        "as_of": at,
        "me": scope,
        "steps": [] if at_work else first_steps.steps(scope, mask, at),
        "counts": tiles.counts(glances),
        "tiles": tiles.tiles(glances, names, at=at, zone=scope.time_zone),
        "windows": shown,
        "open_windows": sum(row.open for row in shown),
        "tail": windows.in_tail(found, names),
        "window_words": windows.RULE_IN_WORDS,
        "needs": _needs(scope, mask, at, glances, (owed_items, owed_in_all), names),
        "expected": expected.rows(
            calendar, names, at=at, day=day, zone=scope.time_zone,
            with_visit=[glance.line.person_id for glance in glances],
        ),
        "picture": day_picture.picture(glances, names, at=at, day=day, zone=scope.time_zone),
    }  # fmt: skip


def _names(scope: Scope, mask: Mask, ids: set[int], at: datetime) -> dict[int, str]:
    who = people.people(scope, mask, at=at, ids=ids) if ids else []
    return {one.id: one.code if one.name == people.HIDDEN else one.name for one in who}


def _needs(
    scope: Scope,
    mask: Mask,
    at: datetime,
    glances: list[day_queries.GlanceValue],
    work_list: tuple[Sequence[work.ItemValue], int],
    names: dict[int, str],
) -> list[needs.Need]:
    """Alarms, findings, the ledger and the work list, most urgent first."""
    owed = needs.of_visits(glances, names, at=at, zone=scope.time_zone) + _medicine(scope, mask, at, glances)
    items, all_of_them = work_list
    rows = [work_words.row(one, names, at=at, zone=scope.time_zone, me=scope.staff_id) for one in items]
    return sorted(owed + needs.of_work(rows, all_of_them=all_of_them), key=lambda need: need.rank)


def _medicine(scope: Scope, mask: Mask, at: datetime, glances: list[day_queries.GlanceValue]) -> list[needs.Need]:
    """What the ledger owes; nothing for roles that do not see doses."""
    if mask.hides("dose"):
        return []
    uncovered = len(stock.unreconciled(scope, mask))
    waiting = any(glance.value.state not in CLOSED for glance in glances)
    counted = not waiting or stock.counted_today(scope, mask, at=at)
    return needs.of_medicine(uncovered=uncovered, counted=counted)
