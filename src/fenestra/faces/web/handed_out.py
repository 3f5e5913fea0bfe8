"""The one door through which bytes leave: a file goes out with a leave in hand, and nothing else does.

`hand_out` asks the leave, makes the bytes, asks everything again in the act that writes the accounting, and only then
answers with the file. `OnlyWithLeave` looks at every answer of the house: one that is no page and carries no leave is
kept back, whoever wrote the view.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from fenestra.care.people import disclosure, disclosure_queries
from fenestra.care.people.rules import LeaveEnded
from fenestra.faces.web import errors
from fenestra.ground.book import clock
from fenestra.ground.book.act import write_line
from fenestra.ground.book.leave import Leave
from fenestra.science.errors import Refused

log = logging.getLogger("fenestra.leave")

PAGES = ("text/html", "text/plain", "text/javascript", "text/event-stream")
ANSWERS_AS_DATA = ("/api/", "/me/")  # to a monitor, and to the person's own phone: JSON that is no file
NO_LEAVE = (
    "This answer is a file, and no leave for it was written. Nothing went out; ask for it from the person's page."
)


def hand_out(
    request: Any,
    disclosure_id: int,
    make: Callable[[Leave], bytes],
    *,
    content_type: str,
    file_name: str,
    inline: bool = False,
) -> HttpResponse:
    """The file of one disclosure, made under its leave; refused, with a line in the audit, when the leave fails now."""
    scope, mask = request.scope_, request.mask
    leave = _leave(request, disclosure_id)
    made = make(leave)
    told = {"content_hash": hashlib.sha256(made).hexdigest(), "size_bytes": len(made)}
    done = disclosure.send(disclosure_id=disclosure_id, by=scope, at=clock.now(), key=f"send {disclosure_id}", **told)
    if done.again:  # the same press came twice at one moment: one of them has the file
        raise LeaveEnded("This went out a moment ago, and a leave is good for once. Make a new disclosure.")
    value = disclosure_queries.disclosure(scope, mask, disclosure_id)
    write_line(
        "print" if inline else "export", value.what, by=scope, at=clock.now(), person_id=value.person_id,
        about=value.about or f"disclosure:{disclosure_id}",
    )  # fmt: skip
    response = HttpResponse(
        made,
        content_type=content_type,
        headers={
            "Content-Disposition": f'{"inline" if inline else "attachment"}; filename="{file_name}"',
            "Cache-Control": "no-store",
            # the browser shows a PDF through an object of its own
            "Content-Security-Policy": "default-src 'none'; object-src 'self'; frame-ancestors 'none'",
        },
    )
    response.leave = leave  # type: ignore[attr-defined]  # what OnlyWithLeave looks for
    return response


def _leave(request: Any, disclosure_id: int) -> Leave:
    """The leave as it holds now. The act of sending writes its own refusals; this one comes before any bytes are made."""
    scope, at = request.scope_, clock.now()
    try:
        return disclosure_queries.leave(scope, request.mask, disclosure_id, at=at)
    except Refused as refusal:
        about, what = f"disclosure:{disclosure_id}", f"let bytes go out: {type(refusal).__name__}"
        write_line("refusal", what, by=scope, at=at, about=about, reason=str(refusal))
        raise


def is_a_file(request: HttpRequest, response: Any) -> bool:
    """Whether an answer is bytes to keep rather than a page to look at."""
    if response.has_header("Content-Disposition"):
        return True
    kind = response.get("Content-Type", "").partition(";")[0].strip()
    if kind in ("", *PAGES):
        return False
    return not (kind == "application/json" and request.path.startswith(ANSWERS_AS_DATA))


class OnlyWithLeave:
    """Default-deny for bytes: an answer that is a file and has no leave does not go out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        response = self.get_response(request)
        if not is_a_file(request, response) or isinstance(getattr(response, "leave", None), Leave):
            return response
        route = request.resolver_match.view_name if request.resolver_match else "no route"
        log.error("The route '%s' would have sent a file without leave.", route)
        if scope := getattr(request, "scope_", None):
            write_line("refusal", f"file without leave: {route}"[:80], by=scope, at=clock.now(), reason=NO_LEAVE)
        return errors.refusal(request, LeaveEnded(NO_LEAVE))
