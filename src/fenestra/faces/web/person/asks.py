"""Which person asks: the link's token, kept in a cookie of this browser. Nothing is written by reading it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from fenestra.care.checkins import queries, rules
from fenestra.care.checkins.queries import LinkValue
from fenestra.care.checkins.rules import LinkKind
from fenestra.faces.web.person.numbers import all_help
from fenestra.ground.book import clock

COOKIE = "fenestra_link"
PROOF = "fenestra_proof"
SAID = "fenestra_said"
PATH = "/me/"
JSON = "application/json"
OFFLINE = "Fenestra-Offline"  # tells the worker on the phone to keep this page, or to forget the one it kept
SAID_FOR = timedelta(hours=1)  # so long this browser, and no other, is thanked for what it just sent


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


def own_page(view: View) -> View:
    """Let only whoever has shown in this browser that the page is theirs; the others are asked for the birth date."""

    @wraps(view)
    @with_link
    def asked(request: Any, *given: Any, **named: Any) -> HttpResponse:
        if request.link.kind is not LinkKind.OWN_PAGE:
            return redirect("my-check-in")
        return view(request, *given, **named) if proven(request, request.link) else redirect("my-proof")

    return asked


def closed(request: HttpRequest, refused: rules.LinkRefused) -> HttpResponse:
    """A link that does not open: one sentence, and help. What a phone still holds stays on it."""
    if request.content_type == JSON:
        return JsonResponse({"say": str(refused)}, status=410)
    response: Any = render(request, "person/closed.html", {"text": str(refused), "helps": all_help()}, status=410)
    response._has_been_logged = True  # Django would write the address, and the token in it, to the log
    return cast(HttpResponse, response)


def keep_link(response: HttpResponse, token: str, link: LinkValue) -> None:
    """Move the token out of the address, into a cookie that no script reads and that goes to these pages only."""
    _keep(response, COOKIE, token, expires=link.expires_at)


def keep_proof(response: HttpResponse, link: LinkValue) -> None:
    """Remember that whoever holds this browser knew the birth date."""
    _keep(response, PROOF, signing.dumps(link.id, salt=PROOF), expires=link.expires_at)


def proven(request: HttpRequest, link: LinkValue) -> bool:
    """Whether this browser has shown that it is the person's."""
    return bool(_signed(request, PROOF) == link.id)


def keep_said(response: HttpResponse, link: LinkValue, check_in_id: int) -> None:
    """Remember for an hour what this browser sent: whoever opens a forwarded link later learns nothing of it."""
    _keep(response, SAID, signing.dumps([link.id, check_in_id], salt=SAID), max_age=SAID_FOR)


def just_said(request: HttpRequest, link: LinkValue) -> int | None:
    """The check-in this browser sent within the last hour under this link."""
    said = _signed(request, SAID, max_age=SAID_FOR)
    return said[1] if isinstance(said, list) and said[0] == link.id else None


def _signed(request: HttpRequest, name: str, max_age: timedelta | None = None) -> Any:
    try:
        return signing.loads(request.COOKIES.get(name, ""), salt=name, max_age=max_age)
    except signing.BadSignature:
        return None


def _keep(response: HttpResponse, name: str, value: str, **ends: Any) -> None:
    response.set_cookie(name, value, path=PATH, secure=not settings.DEMO, httponly=True, samesite="Lax", **ends)
