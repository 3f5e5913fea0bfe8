"""Who asks: the scope and mask of the human behind a request, looked up anew for each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from fenestra.faces.web import errors
from fenestra.ground.book import clock
from fenestra.ground.book.scope import Mask, Scope
from fenestra.ground.clinic import queries as clinics
from fenestra.science.errors import Refused

OPEN_TO_ALL = ("/sign-in/", "/static/", "/health/", "/api/")


class Asked(HttpRequest):
    """A request with the human behind it; what views are handed."""

    scope_: Scope
    mask: Mask


class WhoAsks:
    """Default-deny: an address that is not open to all needs a signed-in human with a role in a clinic."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if request.path.startswith(OPEN_TO_ALL):
            return self.get_response(request)
        staff = request.user
        scope = clinics.scope_of(staff.pk, request.session.get("clinic")) if staff.is_authenticated else None
        if scope is None:
            return redirect(f"{settings.LOGIN_URL}?next={request.path}")
        request.scope_, request.mask = scope, clinics.mask_of(scope)
        return self.get_response(request)

    def process_exception(self, request: Any, exception: Exception) -> HttpResponse | None:
        return errors.refusal(request, exception) if isinstance(exception, Refused) else None


def every_page(request: Any) -> dict[str, Any]:
    """What base.html needs on every page."""
    scope = getattr(request, "scope_", None)
    page: dict[str, Any] = {"demo": settings.DEMO, "now": clock.now()}
    if scope is not None:
        page |= {"me": scope, "clinic": clinics.clinic(scope, request.mask)}
    return page
