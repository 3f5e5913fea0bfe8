"""What every page of measures begins with: who asks, when, of whom; and how such a page is shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from fenestra.care.measures import rules
from fenestra.care.measures.rules import MEASURES
from fenestra.care.people import queries as people
from fenestra.care.people.queries import PersonValue
from fenestra.ground.book import clock
from fenestra.ground.book.act import write_line
from fenestra.ground.clinic.rules import can

DAYS_SHOWN = 14


class Here:
    """One request about one person: who asks, when, of whom."""

    def __init__(self, request: Any, person_id: int, what: str) -> None:
        self.request, self.scope, self.mask, self.at = request, request.scope_, request.mask, clock.now()
        self.person: PersonValue = people.person(self.scope, self.mask, person_id, at=self.at)
        self.today: date = self.scope.day_of(self.at)
        self.what = what

    def page(self, template: str, shown: Mapping[str, Any], *, bad: bool = False) -> HttpResponse:
        about = f"person:{self.person.id}"
        write_line("read", self.what, by=self.scope, at=self.at, person_id=self.person.id, about=about)
        always = {"here": "people", "person": self.person, "may_measure": can(self.scope.roles, MEASURES)}
        return render(self.request, template, {**always, **shown}, status=422 if bad else 200)

    def own(self, row_person_id: int) -> None:
        """A row of somebody else under this person's address is not there."""
        if row_person_id != self.person.id:
            raise rules.NoSuchRow("There is no such measure of this person.")


def treated(here: Here) -> list[str]:
    """The substances of the open episodes."""
    episodes = people.episodes(here.scope, here.mask, here.person.id)
    return [substance for each in episodes if each.open for substance in each.substances]


def last_days(here: Here) -> list[date]:
    """The days a calendar shows, oldest first."""
    return [here.today - timedelta(days=back) for back in range(DAYS_SHOWN - 1, -1, -1)]


def small(here: Here, form: Any, title: str, verb: str, before: str = "") -> HttpResponse:
    """A page of one short form; `before` is what stands and will be corrected."""
    shown = {"form": form, "title": title, "verb": verb, "before": before}
    return here.page("measures/small.html", shown, bad=bool(form.errors))
