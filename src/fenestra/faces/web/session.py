"""Who asks: the scope and mask of the human behind a request, looked up anew for each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY, get_user
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject

from fenestra.faces.web import errors, limits
from fenestra.ground.book import clock
from fenestra.ground.book.patience import is_busy, short_wait
from fenestra.ground.book.scope import Mask, Scope
from fenestra.ground.clinic import queries as clinics
from fenestra.ground.clinic.rules import ASKS_WHO_SAW, can, hidden_from, needs_second_factor
from fenestra.learning.registry.rules import can_read
from fenestra.science.errors import Refused

FACTOR = "factor"  # in the session: the second factor that was shown when it was opened; empty for none
ENROLS_AT = "/account/app/"
WITHOUT_FACTOR = (ENROLS_AT, "/sign-out/")  # all that opens to somebody who still has to enrol
OPEN_TO_ALL = ("/sign-in/", "/static/", "/api/", "/c/", "/me/")  # /c/ and /me/ ask for a link themselves


def who_asks(request: Any, *, anew: bool = False) -> tuple[Scope, Mask] | None:
    """Scope and mask of the human behind a request; None when nobody is signed in or no role is left.

    `anew` reads the session and the account from the database once more, for a request that lasts.
    """
    session = type(request.session)(request.session.session_key) if anew else request.session
    staff_id = session.get(SESSION_KEY)
    if not staff_id or (anew and not _password_still_stands(session)):
        return None
    found = clinics.acting(int(staff_id), session.get("clinic"))
    if found is None:
        return None
    scope = found.scope
    # The event a page begins to listen after is asked before what the page shows, so nothing falls between.
    request.clinic_, request.stream_after = found.clinic, found.last_event_id
    if anew and limits.left_s(session) <= 0 and not limits.at_the_chair(scope):
        return None
    if needs_second_factor(scope.roles) and not session.get(FACTOR):
        request.enrols_ = scope
        return None
    return scope, clinics.mask_of(scope)


def _password_still_stands(session: Any) -> bool:
    """Whether a session was opened under the password the account has today; asked by Django itself for each page, and
    here for what lasts."""
    asked = HttpRequest()
    asked.session = session
    return bool(get_user(asked).is_authenticated)


NOTHING = Mask(hidden_from(frozenset()))  # what somebody without a role, or still without a second factor, sees


class Asked(HttpRequest):
    """A request with the human behind it; what views are handed."""

    scope_: Scope
    mask: Mask


MOST_KNOWN = 1000
_last_known: dict[str, tuple[Scope, Mask]] = {}  # by session, the latest last; nothing of it outlives the process


def _session_of(request: Any) -> str:
    """The session as the browser names it, without asking the database whether there is such a one."""
    return request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")


def forget(request: Any) -> None:
    """This session is nobody's any more."""
    _last_known.pop(_session_of(request), None)


def _who_reads(request: Any) -> tuple[Scope, Mask] | None:
    found = who_asks(request) if request.user.is_authenticated else None
    forget(request)
    request.over_ = found is not None and limits.left_s(request.session) <= 0
    if found:
        _last_known[_session_of(request)] = found
        for oldest in list(_last_known)[:-MOST_KNOWN]:
            _last_known.pop(oldest, None)
    return found


def _who_sends(request: Any) -> tuple[Scope, Mask] | None:
    """The human behind what is sent. When the database gives no reads it is whoever this session was at its last
    request, so that a stop can still be kept. Everything else that is sent needs the database and fails on it."""
    try:
        with short_wait():
            return _who_reads(request)
    except (DatabaseError, InterfaceError):
        last = _last_known.get(_session_of(request))
        if last is None:
            raise
        return last


class WhoAsks:
    """Default-deny: an address that is not open to all needs a signed-in human with a role in a clinic, and with a
    second factor where the role needs one; who has none yet meets the page that takes it, and nothing else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if request.path.startswith(OPEN_TO_ALL):
            return self.get_response(request)
        found = _who_sends(request) if request.method == "POST" else _who_reads(request)
        if found is None and getattr(request, "enrols_", None):
            if request.path not in WITHOUT_FACTOR:
                return redirect(ENROLS_AT)
            found = request.enrols_, NOTHING
        if found is None:
            return redirect(f"{settings.LOGIN_URL}?next={request.path}")
        request.scope_, request.mask = found
        if getattr(request, "over_", False) and (answer := limits.over(request, request.scope_)):
            return answer
        if errors.too_long(request):  # before anything reads it: reading it raises, and no view could say so
            return errors.more_than_a_form_holds(request)
        answer = self.get_response(request)
        if not getattr(request, "over_", True):  # asked and standing; unknown while the database gives no reads
            limits.note(request)
        return answer

    def process_exception(self, request: Any, exception: Exception) -> HttpResponse | None:
        if is_busy(exception):
            return errors.busy(request)
        return errors.refusal(request, exception) if isinstance(exception, Refused) else None


def every_page(request: Any) -> dict[str, Any]:
    """What base.html needs on every page."""
    scope = getattr(request, "scope_", None)
    page: dict[str, Any] = {"demo": settings.DEMO, "clock_ahead_min": clock.ahead_s() // 60, "now": clock.now()}
    if scope is not None and not hasattr(request, "enrols_"):
        page |= {
            "me": scope,
            "stream_after": getattr(request, "stream_after", None),
            "reads_outcomes": can_read(scope.roles),
            "asks_who_saw": can(scope.roles, ASKS_WHO_SAW),
        }
        known = getattr(request, "clinic_", None)  # looked up with the scope
        page["clinic"] = known or SimpleLazyObject(lambda: clinics.clinic(scope, request.mask))
    return page
