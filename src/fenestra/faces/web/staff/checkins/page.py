"""Check-ins of one person as staff see them, and links to hand over. A link is shown once, in the answer to making it;
it stands in no address of ours, no log and no table."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from fenestra.care.checkins import actions, queries
from fenestra.care.checkins.actions import LONGEST_DAYS
from fenestra.care.checkins.rules import LinkKind
from fenestra.care.people import queries as people
from fenestra.care.people.rules import NoSuchPerson
from fenestra.faces.web import forms as ours
from fenestra.faces.web.staff.checkins import words as checkin_words
from fenestra.ground.book import clock
from fenestra.ground.book.act import write_line
from fenestra.ground.book.scope import Mask, Scope
from fenestra.ground.clinic.rules import SEES_PEOPLE, can

KINDS = [
    (LinkKind.CHECK_IN.value, "one check-in"),
    (LinkKind.OWN_PAGE.value, "the own page, with any number of check-ins"),
]
FEW, MANY = 7, 60


class MakeLink(ours.Keyed):
    kind = ours.choice("It opens", KINDS, missing="Choose what the link opens.")
    days_valid = ours.whole("Days it is valid", least=1, missing="Write for how many days, for example 3.", hint=f"At most {LONGEST_DAYS}.")  # fmt: skip


def section(scope: Scope, mask: Mask, person_id: int, at: datetime) -> dict[str, Any]:
    """The newest days for the person's page."""
    return {"told_days": checkin_words.days(queries.checkins_of(scope, mask, person_id, at=at))[:FEW]}


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: Any, person_id: int) -> HttpResponse:
    """All of it; a POST makes a link, and its answer is the only place where that is shown."""
    form = MakeLink(request.POST if request.method == "POST" else None, initial={"days_valid": 3})
    if request.method == "POST" and form.is_valid():
        return _made(request, person_id, form)
    return _shown(request, person_id, form)


def _made(request: Any, person_id: int, form: MakeLink) -> HttpResponse:
    token = ""

    def make(**told: Any) -> Any:
        nonlocal token
        done, token = actions.new_link(person_id=person_id, **told)
        return done

    done = ours.done_or_said(form, make, request.scope_, form.told())
    if done is None:
        return _shown(request, person_id, form)
    url = request.build_absolute_uri(reverse("enter-link", args=[token]))
    return _shown(request, person_id, MakeLink(initial={"days_valid": 3}), url=url)


def _shown(request: Any, person_id: int, form: MakeLink, *, url: str = "") -> HttpResponse:
    scope, mask, at = request.scope_, request.mask, clock.now()
    one = people.person(scope, mask, person_id, at=at)
    write_line("read", "check-ins", by=scope, at=at, person_id=one.id, about=f"person:{one.id}")
    links = [checkin_words.link(each, at, scope.zone) for each in queries.links_of(scope, mask, person_id)]
    told = {
        "here": "people",
        "person": one,
        "form": form,
        "url": url,
        "links": [each for each in links if each.open],
        "over": [each for each in links if not each.open],
        "told_days": checkin_words.days(queries.checkins_of(scope, mask, person_id, at=at))[:MANY],
        "may_make": can(scope.roles, SEES_PEOPLE),
    }
    return render(request, "checkins/page.html", told, status=422 if form.errors else 200)


@require_POST
def end(request: Any, person_id: int, link_id: int) -> HttpResponse:
    """A lost or forwarded link opens no more."""
    if link_id not in {each.id for each in queries.links_of(request.scope_, request.mask, person_id)}:
        raise NoSuchPerson("There is no such link of a person of this clinic.")
    key = request.POST.get("key", "")[:100] or ours.fresh_key()
    done = actions.end_link(link_id=link_id, reason="ended by staff", by=request.scope_, at=clock.now(), key=key)
    messages.success(request, done.said)
    return redirect("check-ins", person_id)
