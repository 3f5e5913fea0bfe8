"""Who asks: the scope and mask of the human behind a request, looked up anew for each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject

from fenestra.faces.web import errors
from fenestra.ground.book import clock
from fenestra.ground.book.hub import last_event_id
from fenestra.ground.book.scope import Mask, Scope
from fenestra.ground.clinic import queries as clinics
from fenestra.science.errors import Refused

OPEN_TO_ALL = ("/sign-in/", "/static/", "/api/")


def who_asks(request: Any, *, anew: bool = False) -> tuple[Scope, Mask] | None:
    """Scope and mask of the human behind a request; None when nobody is signed in or no role is left.

    `anew` reads the session and the account from the database once more, for a request that lasts.
    """
    session = type(request.session)(request.session.session_key) if anew else request.session
    staff_id = session.get(SESSION_KEY)
    if not staff_id:
        return None
    scope = clinics.scope_of(int(staff_id), session.get("clinic"))
    return (scope, clinics.mask_of(scope)) if scope else None


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
        found = who_asks(request) if request.user.is_authenticated else None
        if found is None:
            return redirect(f"{settings.LOGIN_URL}?next={request.path}")
        request.scope_, request.mask = found
        return self.get_response(request)

    def process_exception(self, request: Any, exception: Exception) -> HttpResponse | None:
        return errors.refusal(request, exception) if isinstance(exception, Refused) else None


def every_page(request: Any) -> dict[str, Any]:
    """What base.html needs on every page."""
    scope = getattr(request, "scope_", None)
    page: dict[str, Any] = {"demo": settings.DEMO, "clock_ahead_min": settings.CLOCK_AHEAD_S // 60, "now": clock.now()}
    if scope is not None:
        page |= {"me": scope, "stream_after": SimpleLazyObject(last_event_id)}
        page["clinic"] = SimpleLazyObject(lambda: clinics.clinic(scope, request.mask))  # asked only where it is shown
    return page
