"""A locked screen opens again, and a page asks how long its session still stands."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from fenestra.faces.web import door, limits
from fenestra.faces.web.signin import way_back
from fenestra.ground.book import clock
from fenestra.ground.book.act import write_line
from fenestra.ground.clinic import tries


@require_safe
def left(request: Any) -> HttpResponse:
    """Three words: the seconds that are left, those for which the page warns, and what comes then: `lock` or `end`."""
    seconds = max(0, int(limits.left_s(request.session)))
    locks = seconds <= limits.WARNED_S and limits.at_the_chair(request.scope_)
    told = f"{seconds} {limits.WARNED_S} {'lock' if locks else 'end'}"
    return HttpResponse(told, content_type="text/plain; charset=utf-8")


@require_POST
def stay(request: Any) -> HttpResponse:
    """Somebody is there: the session stands as long again, within its longest."""
    request.session[limits.SEEN] = limits.now_s()
    return HttpResponse("", content_type="text/plain; charset=utf-8")


@require_POST
def unlock(request: Any) -> HttpResponse:
    """The human at the chair types their password; everything is where it was."""
    scope, way = request.scope_, way_back(request.POST.get("next", ""))
    locks = door.locks_of(request, "password", request.user.username)
    if too_early := door.wait_before(locks):
        return limits.locked(request, said=too_early, status=429)
    if not request.user.check_password(request.POST.get("password", "")):
        write_line("refusal", "unlocking", by=scope, at=clock.now(), about=f"staff:{scope.staff_id}", reason="password")
        return limits.locked(request, said="That is not your password. Type it once more.", status=422)
    tries.right(locks)
    limits.begin(request.session)
    write_line("sign-in", "unlocked", by=scope, at=clock.now(), about=f"staff:{scope.staff_id}")
    return HttpResponse(status=204) if request.headers.get("X-Requested-With") == "fetch" else redirect(way)
