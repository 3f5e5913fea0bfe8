"""How the interface says no: one sentence under `what`, with the status that programs go by."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from fenestra.care.visit.rules import WrongState
from fenestra.ground.book.act import KeyReused
from fenestra.ground.clinic.rules import NotYours
from fenestra.science.errors import NotHere, Refused

log = logging.getLogger("fenestra.api")


class WrongLogin(Refused):
    """Nobody with this user name and password may act here."""


class TooEarly(Refused):
    """After wrong tries the next one waits."""


STATUS: tuple[tuple[type[Refused], int], ...] = (
    (WrongLogin, 401),
    (TooEarly, 429),
    (NotYours, 403),
    (NotHere, 404),
    (WrongState, 409),
    (KeyReused, 409),
    (Refused, 422),
)
NO_TOKEN = "No visit has given out this token. Connect the monitor again."
NOT_ANSWERING = "The database is not answering and this was not kept. Send it again with the same key."


def status_of(refused: Refused) -> int:
    return next(status for kind, status in STATUS if isinstance(refused, kind))


def unreadable(fault: ValidationError) -> str:
    """The first thing that cannot be read, by the name it was sent under."""
    first = fault.errors[0]
    name = next((str(part) for part in reversed(first.get("loc", ())) if isinstance(part, str)), "the body")
    return f"'{name}' cannot be read: {first['msg']}. The form is described in /api/v1/openapi.json."


def not_answering(fault: Exception) -> str:
    log.error("The database did not answer a monitor: %s", type(fault).__name__)
    return NOT_ANSWERING


def answer_refusals(api: NinjaAPI) -> None:
    """Let this interface answer every refusal, and a database that is down, with a sentence."""

    def answers(kind: type[Exception], what: Callable[[Any], str], status: Callable[[Any], int]) -> None:
        def say(request: HttpRequest, no: Any) -> HttpResponse:
            return api.create_response(request, {"what": what(no)}, status=status(no))

        api.add_exception_handler(kind, say)

    answers(Refused, str, status_of)
    answers(ValidationError, unreadable, lambda _: 422)
    answers(AuthenticationError, lambda _: NO_TOKEN, lambda _: 401)
    answers(HttpError, lambda no: f"{no}. Send JSON.", lambda no: no.status_code)
    answers(OperationalError, not_answering, lambda _: 503)
    answers(InterfaceError, not_answering, lambda _: 503)
