"""How long a session stands: so long without a touch, and so long in all. Nobody at the chair of an open dose is thrown
out by it: their page is locked instead, and opens again where it was, with what was typed."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.db import DatabaseError, InterfaceError
from django.http import HttpResponse
from django.shortcuts import redirect, render

from fenestra.care.visit import queries as visits
from fenestra.ground.book import clock
from fenestra.ground.book.act import write_line
from fenestra.ground.book.patience import short_wait
from fenestra.ground.book.scope import OPEN, Scope

log = logging.getLogger("fenestra.limits")

# Choices of this house, not of a source: long enough for a conversation, short enough for a screen left alone.
IDLE_S = 15 * 60
LONGEST_S = 12 * 3600
WARNED_S = 120  # so long before the end the page says so
NOTED_EVERY_S = 60  # a touch is written down so often at most

BEGAN, SEEN = "began", "seen"
UNLOCKS_AT, LEFT_AT = "/account/unlock/", "/account/left/"
WHILE_LOCKED = (UNLOCKS_AT, LEFT_AT, "/sign-out/", "/stream/")


def now_s() -> float:
    """The time on the wall; a demo's clock that is moved ends nobody's session."""
    return time.time()


def begin(session: Any) -> None:
    """A human has just proven who they are."""
    session[BEGAN] = session[SEEN] = now_s()


def left_s(session: Any) -> float:
    """How long the session still stands; nothing for one that was not opened at the door."""
    return min(session.get(SEEN, 0) + IDLE_S, session.get(BEGAN, 0) + LONGEST_S) - now_s()


def at_the_chair(scope: Scope) -> bool:
    """Whether an open dose is in this human's hands."""
    return bool(visits.in_hand(scope, OPEN))


def note(request: Any) -> None:
    """Somebody touched a page. What cannot be written now is written at the next touch: nothing waits for it."""
    session = request.session
    if SEEN not in session or _by_itself(request) or now_s() - session[SEEN] < NOTED_EVERY_S:
        return
    saved_anyway = session.modified
    session[SEEN] = now_s()
    if saved_anyway:
        return
    try:
        with short_wait():
            session.save()
    except (DatabaseError, InterfaceError) as fault:
        log.warning("A touch could not be written: %s", type(fault).__name__)
    session.modified = False


def _by_itself(request: Any) -> bool:
    """Whether a page asked this without anybody touching it: live parts, the stream, and how long is left."""
    by_script = request.method == "GET" and request.headers.get("X-Requested-With") == "fetch"
    return by_script or request.path in (LEFT_AT, "/stream/")


def over(request: Any, scope: Scope) -> HttpResponse | None:
    """What a request meets whose session is over: a locked page at the chair, else the door. None: it may go on."""
    if at_the_chair(scope):
        return None if request.path in WHILE_LOCKED else locked(request)
    write_line("sign-in", "ended by its limit", by=scope, at=clock.now(), about=f"staff:{scope.staff_id}")
    logout(request)
    messages.info(request, "You were signed out because nobody touched this screen for a while, or the day was long.")
    return redirect(f"/sign-in/?next={request.path}")


def locked(request: Any, *, said: str = "", status: int = 423) -> HttpResponse:
    """The page is there, and opens by the password of whoever is at the chair."""
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(said or "This screen is locked. Unlock it, then send it again.", status=status)
    way = request.POST.get("next", "/") if request.path == UNLOCKS_AT else request.path
    return render(request, "locked.html", {"said": said, "next": way}, status=status)
