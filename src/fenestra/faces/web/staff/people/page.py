"""People of the clinic, and one person's page."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from fenestra.care.people import queries as people_queries
from fenestra.care.people.disclosure_rules import READS_ACCOUNTING
from fenestra.care.people.erasure_rules import ERASES
from fenestra.care.people.queries import PersonValue
from fenestra.care.visit import queries as visits
from fenestra.faces.web.staff.checkins import page as checkins
from fenestra.faces.web.staff.measures import page as measures
from fenestra.faces.web.staff.people import record
from fenestra.faces.web.staff.people import words as person_words
from fenestra.faces.web.staff.therapy import page as therapy
from fenestra.ground.book import clock, reads, vault
from fenestra.ground.book.act import write_line
from fenestra.ground.clinic.rules import SEES_PEOPLE, can

LONGEST_SEARCH = 80


@require_http_methods(["GET", "HEAD", "POST"])
def people(request: Any) -> HttpResponse:
    """The list; a search comes by POST, so that no name stands in an address or a log."""
    sought = request.POST.get("sought", "").strip()[:LONGEST_SEARCH]
    scope, mask, at = request.scope_, request.mask, clock.now()
    everybody = people_queries.people(scope, mask, at=at)
    found = sorted((one for one in everybody if _fits(one, sought)), key=lambda one: one.name.casefold())
    reads.call("searched people" if sought else "list of people", only=[one.id for one in found])
    page = {"here": "people", "people": found, "sought": sought, "everybody": len(everybody)}
    return render(
        request,
        "people.html",
        page | {"may_register": can(scope.roles, SEES_PEOPLE), "reads_disclosures": can(scope.roles, READS_ACCOUNTING)},
    )


def _fits(one: PersonValue, sought: str) -> bool:
    """Every word of the search stands in the name or the code."""
    told = f"{one.name} {one.code}".casefold()
    return all(word in told for word in sought.casefold().split())


@require_safe
def page(request: Any, person_id: int) -> HttpResponse:
    with vault.keys_at_hand([person_id]):  # many parts of the page open texts under the one key
        return _page(request, person_id)


def _page(request: Any, person_id: int) -> HttpResponse:
    scope, mask, at = request.scope_, request.mask, clock.now()
    one = people_queries.person(scope, mask, person_id, at=at)
    write_line("read", "person page", by=scope, at=at, person_id=one.id, about=f"person:{one.id}")
    episodes = people_queries.episodes(scope, mask, person_id)
    days = visits.visits_of(scope, mask, person_id)
    told = record.section(scope, mask, person_id, at, episodes)
    step = person_words.next_step(episodes, days, told["screened"], consented=told["consented"])
    return render(
        request,
        "person.html",
        {
            "here": "people",
            "person": one,
            "episodes": [(person_words.episode(each), told["criteria"][each.id]) for each in episodes],
            "visits": [(day, person_words.meaning(day, today=scope.day_of(at))) for day in reversed(days)],
            "no_allergy": person_words.has_no_allergy(one.allergies),
            "incidents": visits.incidents_of(scope, mask, person_id),
            "story": person_words.story(one, episodes, days, step),
            "step": step,
            "may_book": can(scope.roles, SEES_PEOPLE),
            "may_erase": can(scope.roles, ERASES),
            "reads_disclosures": can(scope.roles, READS_ACCOUNTING),
            **told,
            **measures.section(scope, mask, person_id, at),
            **checkins.section(scope, mask, person_id, at),
            **therapy.section(scope, mask, person_id, at),
        },
    )
