"""Which person asks: the link's token, kept in a cookie of this browser. Nothing is written by reading it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from fenestra.care.checkins import queries, rules
from fenestra.care.checkins.queries import LinkValue
from fenestra.faces.web.person.numbers import all_help
from fenestra.ground.book import clock

COOKIE = "fenestra_link"
PROOF = "fenestra_proof"
PATH = "/me/"


class Asked(HttpRequest):
    """A request with the link behind it; what views are handed."""

    link: LinkValue


View = Callable[..., HttpResponse]


def with_link(view: View) -> View:
    """Let the view have the link of this browser, or say why it does not open and show help all the same."""

    @wraps(view)
    def asked(request: Any, *given: Any, **named: Any) -> HttpResponse:
        try:
            request.link = queries.link_of(request.COOKIES.get(COOKIE, ""), at=clock.now())
        except rules.LinkRefused as refused:
            return closed(request, refused)
        return view(request, *given, **named)

    return asked


def closed(request: HttpRequest, refused: rules.LinkRefused) -> HttpResponse:
    """A link that does not open: one sentence, and help."""
    return render(request, "person/closed.html", {"text": str(refused), "helps": all_help()}, status=410)


def keep_link(response: HttpResponse, token: str, link: LinkValue) -> None:
    """Move the token out of the address, into a cookie that no script reads and that goes to these pages only."""
    _keep(response, COOKIE, token, link)


def keep_proof(response: HttpResponse, link: LinkValue) -> None:
    """Remember that whoever holds this browser knew the birth date."""
    _keep(response, PROOF, signing.dumps(link.id, salt=PROOF), link)


def proven(request: HttpRequest, link: LinkValue) -> bool:
    """Whether this browser has shown that it is the person's."""
    try:
        return bool(signing.loads(request.COOKIES.get(PROOF, ""), salt=PROOF) == link.id)
    except signing.BadSignature:
        return False


def _keep(response: HttpResponse, name: str, value: str, link: LinkValue) -> None:
    response.set_cookie(
        name, value, expires=link.expires_at, path=PATH, secure=not settings.DEMO, httponly=True, samesite="Lax"
    )
