"""The journey page: one person's doses, windows, therapy, craving, use, scales and misses on one time line."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fenestra.faces.web.staff.journey import picture, spans, table, year
from fenestra.faces.web.staff.journey.course import Course
from fenestra.faces.web.staff.journey.following import next_thing
from fenestra.faces.web.staff.journey.reads import read_course
from fenestra.faces.web.staff.journey.spans import Shown
from fenestra.faces.web.staff.journey.story import story
from fenestra.faces.web.staff.people import words as person_words
from fenestra.faces.web.staff.therapy.windows import RULE_IN_WORDS
from fenestra.ground.book import clock
from fenestra.ground.book.act import write_line
from fenestra.ground.clinic.rules import SEES_PEOPLE, can

SHOWN_WORDS = {Shown.COURSE: "Course", Shown.LATEST: "Latest weeks", Shown.YEAR: "Year"}
NOT_SEEN = {
    "identity": "Your role does not see names or what was written freely.",
    "counselling": "Your role does not see counselling: triggers and notes are left out.",
}


@require_safe
def page(request: Any, person_id: int) -> HttpResponse:
    scope, at = request.scope_, clock.now()
    course = read_course(scope, request.mask, person_id, at=at)
    write_line("read", "journey page", by=scope, at=at, person_id=person_id, about=f"person:{person_id}")
    shown, back = asked_span(request.GET.get("span", ""), course), asked_back(request.GET.get("back", ""))
    may_book = can(scope.roles, SEES_PEOPLE)
    return render(request, "journey/page.html", shown_of(course, shown, back, may_book=may_book))


def asked_span(typed: str, course: Course) -> Shown:
    """What the address asks for; what is best shown first when it asks for nothing known."""
    return Shown(typed) if typed in list(Shown) else spans.first_shown(course)


def asked_back(typed: str) -> int:
    """How many weeks the phone's picture is moved back; none when the address says nothing of use."""
    return min(int(typed), spans.MOST_WEEKS_BACK) if typed.isascii() and typed.isdigit() and len(typed) < 5 else 0


def shown_of(course: Course, shown: Shown, back: int, *, may_book: bool) -> dict[str, Any]:
    """What the template arranges."""
    wide, phone = spans.span_of(course, shown), spans.phone_span(course, back)
    episode = person_words.episode(course.episode) if course.episode else None
    return {
        "here": "people",
        "course": course,
        "person": course.person,
        "episode": episode,
        "story": story(course),
        "next": next_thing(course, may_book=may_book),
        "pictures": (picture.wide(course, wide), picture.phone(course, phone)),
        "rulers": (year.ruler(course, wide), year.ruler(course, phone)),
        "spans": [(each.value, words, each is shown) for each, words in SHOWN_WORDS.items()],
        "earlier": back + 5,
        "later": max(0, back - 5) if back else None,
        "columns": table.columns(course),
        "rows": table.rows(course),
        "not_seen": [words for group, words in NOT_SEEN.items() if course.hides(group)],
        "window_words": RULE_IN_WORDS,
        "scales": latest_scales(course),
        "as_of": course.at,
    }


def latest_scales(course: Course) -> list[tuple[str, str, list[str], str]]:
    """For each form: its name, purpose, totals in order (the last four), and the last band."""
    by_name: dict[str, list[Any]] = {}
    for each in course.scales:
        by_name.setdefault(each.name, []).append(each)
    return [
        (name, held[-1].purpose, [each.said for each in held[-4:]], held[-1].band if held[-1].total is not None else "")
        for name, held in by_name.items()
    ]  # fmt: skip
