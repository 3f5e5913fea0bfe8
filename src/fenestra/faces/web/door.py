"""What stands before every proof at the door: how long to wait after wrong tries, and which browser is known here."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from fenestra.ground.book import clock, vault
from fenestra.ground.clinic import tries
from fenestra.ground.clinic.tries import Lock

KNOWN = "fenestra-known"
KNOWN_FOR_S = 180 * 24 * 3600
MOST_ACCOUNTS = 30  # of one screen; the ones signed in longest ago are forgotten first


def locks_of(request: HttpRequest, what: str, account: str) -> list[Lock]:
    """What a try of this proof for this account is counted at."""
    told = _told(request)
    device = told["id"] if _mark(account) in told["accounts"] else ""
    return tries.locks(what, account, address=str(request.META.get("REMOTE_ADDR", "")), device=device)


def wait_before(locks: list[Lock]) -> str:
    """A sentence when this try comes too early, else nothing, and the try is taken."""
    seconds = tries.begin(clock.now(), locks)
    if not seconds:
        return ""
    return f"Too many wrong tries. The next one is looked at in {_long(seconds)}. What is sent before that is not."


def _long(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return " ".join([f"{minutes} min"] * bool(minutes) + [f"{rest} s"] * bool(rest))


def know(request: HttpRequest, response: HttpResponse, account: str) -> None:
    """This account was signed in here: guesses made elsewhere no longer slow it down in this browser."""
    told = _told(request)
    accounts = [mark for mark in told["accounts"] if mark != _mark(account)] + [_mark(account)]
    kept = {"id": told["id"] or secrets.token_hex(16), "accounts": accounts[-MOST_ACCOUNTS:]}
    response.set_cookie(
        KNOWN, signing.dumps(kept, salt=KNOWN), max_age=KNOWN_FOR_S, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip


def _told(request: HttpRequest) -> dict[str, Any]:
    try:
        return signing.loads(request.COOKIES.get(KNOWN, ""), salt=KNOWN, max_age=KNOWN_FOR_S)
    except signing.BadSignature:
        return {"id": "", "accounts": []}


def _mark(account: str) -> str:
    """The account in the cookie, which names nobody."""
    return vault.fingerprint(f"known here: {account}".encode())[:20]
