"""The gate: asks the table of access before any view runs, and writes down who was refused what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect

from fenestra.faces.web import errors
from fenestra.faces.web.access import RULES, Door
from fenestra.ground.book import clock
from fenestra.ground.book.act import write_line
from fenestra.ground.book.scope import Scope
from fenestra.ground.clinic.rules import NotYours, check_has
from fenestra.science.errors import Refused


class Gate:
    """Stands behind `WhoAsks`, which knows the human of a request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: dict[str, Any]) -> HttpResponse | None:
        """None lets the request in. An address without a rule is not there."""
        rule = RULES.get(request.resolver_match.view_name)
        if rule is None or not rule.methods:
            return errors.not_found(request)
        opens = rule.of(request.method)
        if opens is None:
            return HttpResponseNotAllowed(rule.methods)
        if isinstance(opens, Door):
            return None
        scope: Scope | None = getattr(request, "scope_", None)
        if scope is None:
            return redirect(settings.LOGIN_URL)
        try:
            check_has(scope.roles, opens, rule.to)
        except NotYours as refused:
            _write_down(request, scope, refused)
            return errors.refusal(request, refused)
        return None

    def process_exception(self, request: Any, exception: Exception) -> None:
        """What was refused to somebody who only looked. What was refused to an act, the act has written itself."""
        scope: Scope | None = getattr(request, "scope_", None)
        if scope is not None and isinstance(exception, Refused) and request.method != "POST":
            _write_down(request, scope, exception)


def _write_down(request: Any, scope: Scope, refused: Refused) -> None:
    """Who asked for what, by the name of the address and bare numbers; the sentence may name a person and stays out."""
    found = request.resolver_match
    asked = " ".join(f"{name}:{value}" for name, value in found.kwargs.items() if isinstance(value, int))
    what = f"{request.method} {found.view_name}: {type(refused).__name__}"
    write_line("refusal", what, by=scope, at=clock.now(), about=asked[:60])
