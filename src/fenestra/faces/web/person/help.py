"""Help, on the first screen and without a network, and the worker that keeps these pages at hand offline."""

from __future__ import annotations

from datetime import datetime

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fenestra.care.checkins import queries, rules
from fenestra.faces.web.person.asks import COOKIE, OFFLINE
from fenestra.faces.web.person.numbers import Help, all_help, help_of
from fenestra.ground.book import clock


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Help alone; kept on the phone, so that it opens without a network. It opens also when the link is over."""
    response = render(request, "person/help.html", {"helps": _helps(request, clock.now())})
    response[OFFLINE] = "keep"
    return response


def _helps(request: HttpRequest, at: datetime) -> list[Help]:
    try:
        return [help_of(queries.link_of(request.COOKIES.get(COOKIE, ""), at=at))]
    except rules.LinkRefused:
        return all_help()


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker's script, served from these pages' own folder because that is all it may answer for."""
    path = finders.find("js/person-worker.js")
    assert isinstance(path, str)
    with open(path, encoding="utf-8") as script:
        response = HttpResponse(script.read(), content_type="text/javascript")
    response["Service-Worker-Allowed"] = "/"  # it also answers for /c/ when a link is tapped without a network
    return response
