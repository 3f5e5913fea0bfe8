"""The birth date, asked once in each browser before the own page shows anything. Five wrong ones end the link."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from fenestra.care.checkins import actions, own, own_queries, rules
from fenestra.care.checkins.queries import ASK_FOR_ANOTHER, LinkValue
from fenestra.care.checkins.rules import LinkKind
from fenestra.faces.web.forms import fresh_key, whole_number
from fenestra.faces.web.person.asks import closed, keep_proof, proven, with_link
from fenestra.faces.web.person.numbers import help_of
from fenestra.ground.book import clock
from fenestra.ground.book.scope import OPEN
from fenestra.science.errors import BadInput, Refused

GUESSED = f"The birth date was wrong five times, so this link opens no more. {ASK_FOR_ANOTHER}"


@require_http_methods(["GET", "HEAD", "POST"])
@with_link
def page(request: Any) -> HttpResponse:
    """Ask, or let in. What was typed stays after a refusal."""
    link: LinkValue = request.link
    if link.kind is not LinkKind.OWN_PAGE:
        return redirect("my-check-in")
    if request.method == "POST":
        return _tried(request, link)
    return redirect("my-page") if proven(request, link) else _asking(request, link)


def _tried(request: HttpRequest, link: LinkValue) -> HttpResponse:
    told = {"person_id": link.person_id, "link_id": link.id, "by": link.scope, "at": clock.now(), "key": fresh_key()}
    try:
        own.prove_birth_date(born=_date(request.POST), **told)
    except BadInput as refused:
        return _asking(request, link, refused)
    except rules.WrongBirthDate as refused:
        if own_queries.wrong_dates(link.scope, OPEN, link.person_id, link.id) < rules.MOST_WRONG_DATES:
            return _asking(request, link, refused)
        actions.end_guessed_link(link_id=link.id, by=link.scope, at=clock.now(), key=fresh_key())
        return closed(request, rules.LinkEnded(GUESSED))
    response = redirect("my-page")
    keep_proof(response, link)
    return response


def _date(typed: Mapping[str, str]) -> date:
    numbers = [whole_number(typed.get(name, "").strip()) for name in ("year", "month", "day")]
    try:
        return date(*(number or 0 for number in numbers))
    except (ValueError, OverflowError):
        raise BadInput("Write day, month and year as numbers, for example 12, 4 and 1984.", field="day") from None


def _asking(request: HttpRequest, link: LinkValue, refused: Refused | None = None) -> HttpResponse:
    told = {"helps": [help_of(link)], "refused": refused, "typed": request.POST}
    return render(request, "person/proof.html", told, status=422 if refused else 200)
