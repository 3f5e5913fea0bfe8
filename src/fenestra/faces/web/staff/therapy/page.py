"""Therapy: whose window is open or coming and whether an hour is in it, my hours today, what is still to be written."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fenestra.care.people import queries as people
from fenestra.care.people.queries import PersonValue
from fenestra.care.therapy import clock as window_clock
from fenestra.care.therapy import due, queries
from fenestra.care.therapy.actions import COUNSELS, KEEPS_TRIGGERS
from fenestra.care.therapy.due import ExpectedValue
from fenestra.faces.web.days import moment
from fenestra.faces.web.staff.therapy import windows
from fenestra.faces.web.staff.therapy import words as therapy_words
from fenestra.faces.web.staff.today import expected
from fenestra.ground.book import clock, reads, vault
from fenestra.ground.book.scope import Mask, Scope
from fenestra.ground.clinic.rules import SEES_PEOPLE, can

COUPLING_DAYS = 90
UNWRITTEN_DAYS = 14  # how far back hours are shown that nobody wrote down


@require_safe
def page(request: Any) -> HttpResponse:
    """The window clock and due list, what closes first on top."""
    scope, mask, at = request.scope_, request.mask, clock.now()
    with vault.keys_at_hand(()):
        shown = _shown(scope, mask, at)
    reads.call("windows and therapy hours")
    return render(request, "therapy/page.html", {"here": "therapy", **shown, **verbs(scope)})


def verbs(scope: Scope) -> dict[str, bool]:
    """What the asker's roles allow here."""
    return {
        "may_write_hour": can(scope.roles, COUNSELS),
        "may_book_hour": can(scope.roles, SEES_PEOPLE),
        "may_trigger": can(scope.roles, KEEPS_TRIGGERS),
    }


def _shown(scope: Scope, mask: Mask, at: datetime) -> dict[str, Any]:
    zone = scope.time_zone
    day = at.astimezone(ZoneInfo(zone)).date()
    since = at - timedelta(days=UNWRITTEN_DAYS)
    calendar = due.expected(scope, mask, since=since, until=at + queries.CALENDAR_AHEAD)
    found = queries.windows(scope, mask, at=at, calendar=calendar)
    mine = [each for each in calendar if each.staff_id == scope.staff_id]
    unwritten = [each for each in calendar if each.unwritten(at)]
    names = names_of(
        scope, mask, {each.person_id for each in found} | {each.person_id for each in [*mine, *unwritten]}, at=at
    )
    rows = windows.rows(found, names, at=at, zone=zone, calendar=calendar)
    return {
        "rows": [(row, _unwritten_of(unwritten, row.person_id)) for row in rows],
        "tail": windows.in_tail(found, names),
        "story": therapy_words.story(rows),
        "window_words": windows.RULE_IN_WORDS,
        "mine": expected.rows(mine, names, at=at, day=day, zone=zone),
        "owed": [
            (each.id, each.person_id, names.get(each.person_id, ""), each.staff, moment(each.starts_at, at, zone))
            for each in unwritten
            if each not in mine or each.starts_at < expected.bounds(day, zone)[0]
        ],
        "coupling": queries.coupling(scope, mask, since=at - timedelta(days=COUPLING_DAYS), until=at),
        "coupling_days": COUPLING_DAYS,
    }


def _unwritten_of(unwritten: list[ExpectedValue], person_id: int) -> int | None:
    """The appointment of this person that waits to be written down, if there is one."""
    return next((each.id for each in unwritten if each.person_id == person_id), None)


def names_of(scope: Scope, mask: Mask, ids: set[int], *, at: datetime) -> dict[int, str]:
    """Names where the role may know them, else codes."""
    known = people.people(scope, mask, at=at, ids=ids) if ids else []
    return {one.id: shown_name(one) for one in known}


def shown_name(one: PersonValue) -> str:
    return one.code if one.name == people.HIDDEN else one.name


def look_again(scope: Scope, at: datetime) -> None:
    """An hour was booked or written down: the work list follows at once, not with the clock's next look."""
    window_clock.look_over(scope.clinic_id, scope.time_zone, at)


def section(scope: Scope, mask: Mask, person_id: int, at: datetime) -> dict[str, Any]:
    """What the person's page shows of therapy."""
    found = queries.hours_of(scope, mask, person_id)
    hidden = mask.hides("counselling")
    told = {
        "hours": [therapy_words.hour(each, at=at, zone=scope.time_zone) for each in reversed(found)],
        "hours_story": therapy_words.hours_story(found),
        "triggers": queries.triggers(scope, mask, person_id),
        "notes": queries.notes(scope, mask, person_id),
        "hides_counselling": hidden,
        "kept_from_you": therapy_words.KEPT_FROM_YOU,
        "window_words": windows.RULE_IN_WORDS,
        **verbs(scope),
    }
    return {"therapy": told}
