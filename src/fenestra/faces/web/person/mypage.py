"""The person's own page: what comes next, the plan in plain words, their own line, words and consents. Of nobody else,
and only in a browser that has shown the birth date."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from fenestra.care.checkins import actions, own, own_queries, queries
from fenestra.care.checkins.queries import LinkValue
from fenestra.care.measures import queries as measures
from fenestra.care.people import queries as people
from fenestra.care.plan import calendar_queries as calendar
from fenestra.care.therapy import queries as therapy
from fenestra.care.visit import day_queries as visits
from fenestra.faces.web.forms import fresh_key
from fenestra.faces.web.person import course, leaflet, line
from fenestra.faces.web.person.asks import own_page
from fenestra.faces.web.person.consents import consent_words
from fenestra.faces.web.person.numbers import help_of
from fenestra.faces.web.person.words import asked
from fenestra.ground.book import clock
from fenestra.ground.book.act import Done, write_line
from fenestra.ground.book.scope import OPEN
from fenestra.ground.clinic import queries as clinics
from fenestra.science.errors import Refused

LONGEST_KEY = 100


@require_safe
@own_page
def page(request: Any) -> HttpResponse:
    """Everything of one person, for themselves."""
    return _shown(request, request.link)


def _shown(request: HttpRequest, link: LinkValue, *, refused: Refused | None = None, typed: str = "") -> HttpResponse:
    scope, person_id, at = link.scope, link.person_id, clock.now()
    write_line("read", "own page", by=scope, at=at, person_id=person_id, about=f"person:{person_id}")
    substance = queries.asked_about(scope, OPEN, person_id)
    doses = visits.doses_of(scope, OPEN, person_id)
    told = {
        "helps": [help_of(link)],
        "zone": scope.time_zone,
        "key": fresh_key(),
        "words_key": fresh_key(),
        "refused": refused,
        "typed": typed,
        **_coming(link),
        "days": course.days_after(doses, at, scope.time_zone),
        "days_words": leaflet.timing(),
        "line": line.drawn(
            queries.checkins_of(scope, OPEN, person_id, at=at),
            measures.by_day(measures.use_days(scope, OPEN, person_id, substance)),
            doses, asked(substance), at=at, zone=scope.time_zone,
        ),
        "triggers": therapy.triggers(scope, OPEN, person_id),
        "words": queries.own_words(scope, OPEN, person_id),
        "consents": consent_words(people.consents(scope, OPEN, person_id), at),
    }  # fmt: skip
    return render(request, "person/page.html", told, status=422 if refused else 200)


def _coming(link: LinkValue) -> dict[str, Any]:
    """The next thing, what was answered about it, and everything booked after it."""
    scope, person_id, at = link.scope, link.person_id, clock.now()
    following = calendar.next_for_person(scope, OPEN, person_id, at)
    booked = calendar.appointments(scope, OPEN, at, at + course.AHEAD, person_id=person_id)
    who = clinics.names(scope, OPEN, {each.staff_id for each in booked if each.staff_id})
    if following is None:
        return {"next": None, "plan": course.ahead(booked, who, at, scope.time_zone)}
    said = own_queries.coming(scope, OPEN, person_id, following.id)
    later = [each for each in booked if each.id != following.id]
    return {
        "next": course.coming(following, who, said, at, scope.time_zone),
        "plan": course.ahead(later, who, at, scope.time_zone),
    }


@require_POST
@own_page
def answer_coming(request: Any, appointment_id: int) -> HttpResponse:
    """I'll be there, or another time."""
    link: LinkValue = request.link
    return _done(
        request, link, own.answer_coming, appointment_id=appointment_id, coming=request.POST.get("coming") == "yes"
    )


@require_POST
@own_page
def keep_words(request: Any) -> HttpResponse:
    """Something to find again."""
    link: LinkValue = request.link
    return _done(request, link, actions.keep_words, typed="words", words=request.POST.get("words", ""))


def _done(request: HttpRequest, link: LinkValue, verb: Any, *, typed: str = "", **told: Any) -> HttpResponse:
    """Do it and show the page again, with its sentence; after a refusal with what was typed."""
    key = request.POST.get("key", "")[:LONGEST_KEY] or fresh_key()
    try:
        done: Done = verb(
            person_id=link.person_id, by=link.scope, at=clock.now(), key=f"own:{link.person_id}:{key}", **told
        )
    except Refused as refused:
        return _shown(request, link, refused=refused, typed=request.POST.get(typed, "") if typed else "")
    messages.success(request, done.said)
    return redirect("my-page")


@require_safe
@own_page
def about(request: Any) -> HttpResponse:
    """What this treatment is, and is not: sentences of the claim list that were read in their sources."""
    substance = queries.asked_about(request.link.scope, OPEN, request.link.person_id)
    told = {"helps": [help_of(request.link)], "leaflet": leaflet.for_substance(substance)}
    return render(request, "person/leaflet.html", told)
