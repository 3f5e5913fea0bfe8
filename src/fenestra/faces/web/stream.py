"""One live stream per browser: committed events of the asker's clinic, in the order of their ids.

An event is turned into what a page needs once, whatever the number of viewers; the mask is asked for each viewer.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from typing import Any

from asgiref.sync import sync_to_async
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_GET

from fenestra.care.visit import queries as visits
from fenestra.faces.web.forms import whole_number
from fenestra.faces.web.session import who_asks
from fenestra.ground.book import clock
from fenestra.ground.book.act import write_line
from fenestra.ground.book.hub import EventValue, events_after, hub, last_event_id
from fenestra.ground.book.scope import OPEN, Mask, Scope
from fenestra.ground.clinic.accounts import ACCOUNT_CHANGED

BEAT_S = 5.0  # so often a stream asks who listens, and pings
ASK_AGAIN_S = 10.0  # an ended role hears nothing more after this, also while events keep coming
REMEMBERED = 1000
LIVE_MEASURES = ("pulse", "spo2")


class Turned:
    """Events as pages take them. The first viewer of an event starts the work, and all others wait for the same."""

    def __init__(self) -> None:
        self._made: OrderedDict[int, asyncio.Future[dict[str, Any]]] = OrderedDict()

    async def of(self, event: EventValue) -> dict[str, Any]:
        made = self._made.get(event.id)
        if made is None:
            made = asyncio.ensure_future(sync_to_async(_turn, thread_sensitive=False)(event))
            self._made[event.id] = made
            while len(self._made) > REMEMBERED:
                self._made.popitem(last=False)
        try:
            return await asyncio.shield(made)  # one viewer who leaves does not take it from the others
        except DatabaseError:
            self._made.pop(event.id, None)
            raise


turned = Turned()


def _turn(event: EventValue) -> dict[str, Any]:
    """Ids for every event; a monitor's reading carries its two numbers, so that no page has to ask for them."""
    page: dict[str, Any] = {"id": event.id, "kind": event.kind, event.about or "about": event.about_id}
    if event.kind == "reading" and event.row_id is not None:
        try:
            read = visits.reading(Scope(event.clinic_id, None), OPEN, event.row_id)
        finally:
            connection.close()
        page["at_ms"] = int(read[0].at.timestamp() * 1000) if read else None
        page |= {r.measure.value: float(r.value) for r in read if r.measure.value in LIVE_MEASURES}
    return page


def _may_hear(event: EventValue, scope: Scope, mask: Mask) -> bool:
    if event.kind == ACCOUNT_CHANGED:
        return False  # for the streams themselves; no page shows it
    return event.clinic_id == scope.clinic_id and event.person_id not in mask.people


def _is_about_me(event: EventValue | None, scope: Scope) -> bool:
    """Whether this tells that the listener's own role, password or account changed, in whatever clinic."""
    return event is not None and event.kind == ACCOUNT_CHANGED and event.about_id == scope.staff_id


def _seen(page: dict[str, Any], mask: Mask) -> dict[str, Any]:
    """What this viewer may know of an event: without what was measured, for roles that do not see it live."""
    return {name: told for name, told in page.items() if name not in LIVE_MEASURES} if mask.hides("live") else page


def _still(request: HttpRequest) -> tuple[Scope, Mask] | None:
    """Who asks, looked up anew: a human whose role ended hears nothing more."""
    try:
        return who_asks(request, anew=True)
    finally:
        connection.close()


def _backlog(after: int) -> list[EventValue]:
    try:
        return events_after(after)
    finally:
        connection.close()


def _message(event: EventValue, page: dict[str, Any]) -> str:
    return f"id: {event.id}\ndata: {json.dumps(page)}\n\n"


def _ping() -> str:
    return f'event: ping\ndata: {{"now_ms": {int(clock.now().timestamp() * 1000)}}}\n\n'


async def _events(request: HttpRequest, scope: Scope, mask: Mask, after: int) -> AsyncIterator[str]:
    yield _ping()
    asked_at = time.monotonic()
    backlog = sync_to_async(_backlog, thread_sensitive=False)
    async for event in hub.subscribe(after, backlog, beat_s=BEAT_S):
        # On the beat, so that an event seldom waits for the answer; but never hand one out on an old answer.
        if event is None or time.monotonic() - asked_at > ASK_AGAIN_S or _is_about_me(event, scope):
            asked_at = time.monotonic()
            still = await sync_to_async(_still, thread_sensitive=False)(request)
            if still is None or still[0].clinic_id != scope.clinic_id:
                yield "event: signed-out\ndata: {}\n\n"
                return
            scope, mask = still
            yield _ping()
        if event is not None and _may_hear(event, scope, mask):
            yield _message(event, _seen(await turned.of(event), mask))


def _open(request: Any) -> int:
    """Write down that a stream was opened, and where it starts."""
    try:
        write_line("read", "live stream", by=request.scope_, at=clock.now())
        asked = whole_number(request.GET.get("after", ""))
        return last_event_id() if asked is None else asked
    finally:
        connection.close()


@require_GET
async def stream(request: Any) -> HttpResponseBase:
    """GET /stream/?after=<cursor>: server-sent events after the cursor, then as they are committed."""
    after = await sync_to_async(_open)(request)
    response = StreamingHttpResponse(
        _events(request, request.scope_, request.mask, after), content_type="text/event-stream"
    )
    response["X-Accel-Buffering"] = "no"
    return response
