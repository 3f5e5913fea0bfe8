"""Codes of an authenticator app: six digits that change every half-minute (TOTP, RFC 6238, with SHA-1 as apps expect)."""

from __future__ import annotations

import base64
import hmac
import os
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP

STEP_S = 30  # RFC 6238, 5.2
DIGITS = 6
SECRET_BYTES = 20  # as long as what SHA-1 gives: RFC 4226, 4 (R6)
DRIFT_STEPS = 1  # a telephone's clock may be half a minute off either way: RFC 6238, 5.2


def fresh_secret() -> str:
    """A new secret as apps take it: base32, without padding."""
    return base64.b32encode(os.urandom(SECRET_BYTES)).decode()


def step_at(now_s: float) -> int:
    """The half-minute, counted since 1970."""
    return int(now_s) // STEP_S


def code(secret: str, step: int) -> str:
    """The code an app shows in this half-minute."""
    return HOTP(base64.b32decode(secret), DIGITS, SHA1()).generate(step).decode()


def step_of(secret: str, typed: str, *, now_s: float, after: int) -> int | None:
    """The half-minute whose code was typed; None when it fits none near now that is later than `after`: a code that was
    taken once is never taken again, nor one before it."""
    now = step_at(now_s)
    steps = range(max(now - DRIFT_STEPS, after + 1), now + DRIFT_STEPS + 1)
    fitting = (step for step in steps if hmac.compare_digest(code(secret, step).encode(), typed.encode()))
    return next(fitting, None)


def address(secret: str, *, account: str, issuer: str) -> str:
    """What the square on the page tells an app."""
    told = {"secret": secret, "issuer": issuer, "digits": DIGITS, "period": STEP_S}
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?{urlencode(told)}"
