"""Writes one audit line for each answer that showed people: who looked, at whom, by which page."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, InterfaceError
from django.http import HttpResponse

from fenestra.faces.web.errors import by_script
from fenestra.ground.book import clock, late_lines, reads
from fenestra.ground.book.act import write_line
from fenestra.ground.book.patience import is_busy, short_wait

log = logging.getLogger("fenestra.reading")


class WritesReads:
    """Stands inside `WhoAsks`, which knows the human. What shows people is not handed out before its line is written, or,
    while somebody else holds the database, kept outside it. Only the answer to something sent goes out without either,
    because what was sent may be the record of what happened."""

    def __init__(self, get_response: Callable[[Any], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if getattr(request, "scope_", None) is None:
            return self.get_response(request)
        reading, token = reads.begin()
        try:
            answer = self.get_response(request)
        finally:
            reads.end(token)
        try:
            _write(request, reading)
        except OSError as fault:
            if request.method != "POST":
                raise
            log.error("The line of a reading could not be kept: %s", type(fault).__name__)
        return answer


def _write(request: Any, reading: reads.Reading) -> None:
    people, scope, at = reading.unwritten(), request.scope_, clock.now()
    if not people and not reading.what:
        return
    what = reading.what or _page(request)
    if by_script(request) and reads.is_same_look(scope, what, people, at):
        return
    alone = next(iter(people)) if len(people) == 1 else None
    rows = [] if alone is not None else reads.as_rows(people)
    told: dict[str, Any] = {"person_id": alone, "about": _about(request), "rows": rows}
    try:
        with short_wait():
            write_line("read", what, by=scope, at=at, **told)
    except (DatabaseError, InterfaceError) as fault:
        if request.method != "POST" and not is_busy(fault):
            raise
        log.error("The line of a reading is kept outside the database: %s", type(fault).__name__)
        late_lines.keep(what, by=scope, at=at, **told)


def _page(request: Any) -> str:
    """What a page is called in the trail that does not name itself: by its address."""
    match = request.resolver_match
    return f"page: {(match.url_name or 'unnamed').replace('-', ' ')}" if match else "page"


def _about(request: Any) -> str:
    """What the address is about, for example visit:7."""
    told = request.resolver_match.kwargs if request.resolver_match else {}
    named = [f"{name.removesuffix('_id')}:{value}" for name, value in told.items() if name.endswith("_id")]
    return named[-1] if named else ""
