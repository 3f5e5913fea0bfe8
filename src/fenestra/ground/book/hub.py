"""One hub per process turns committed events into live pages.

A thread tails the event log (SQLite: `data_version` of its own connection, looked at once more when an act of this
process has committed; PostgreSQL: LISTEN) and hands each new event to every open stream. A stream that falls too far
behind is closed; its browser comes back with its cursor.
"""

from __future__ import annotations

import asyncio
import logging
import random
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from fenestra.ground.book.models import Event

log = logging.getLogger("fenestra.hub")
POLL_S = 0.02
QUEUE = 2000
BACKLOG = 500
RETRY_S = 1.0
# Every way in which a database says that it has gone; the thread that feeds live pages must outlive each.
LOST = (sqlite3.Error, psycopg.Error, DatabaseError, InterfaceError, OSError)


@dataclass(frozen=True)
class EventValue:
    """One committed event, by ids."""

    id: int
    kind: str
    clinic_id: int
    person_id: int | None
    about: str
    about_id: int | None
    row_id: int | None


def _values(rows: Iterable[Event]) -> list[EventValue]:
    return [EventValue(r.pk, r.kind, r.clinic_id, r.person_id, r.about, r.about_id, r.row_id) for r in rows]


def events_after(cursor: int, *, most: int = BACKLOG) -> list[EventValue]:
    """Committed events after a cursor, oldest first."""
    return _values(Event.objects.filter(pk__gt=cursor).order_by("pk")[:most])


def last_event_id() -> int:
    return Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


class Hub:
    """Started with the server's loop; `subscribe` is what a stream iterates."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._open: set[asyncio.Queue[EventValue | None]] = set()
        self._halt = threading.Event()
        self._woken = threading.Event()
        self._thread: threading.Thread | None = None
        self.begun = threading.Event()  # it knows its first event; one committed earlier is a stream's backlog
        self.cursor = 0

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._halt.clear()
        self.begun.clear()
        self._thread = threading.Thread(target=self._tail, name="fenestra-hub", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._halt.set()
        self.wake()
        if self._thread:
            self._thread.join(timeout=5)

    def wake(self) -> None:
        """Something was committed in this process: look now, rather than at the next look of your own."""
        self._woken.set()

    def _publish(self, events: list[EventValue]) -> None:
        for queue in list(self._open):
            if queue.qsize() + len(events) > QUEUE:
                self._open.discard(queue)
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(None)
                continue
            for event in events:
                queue.put_nowait(event)

    def _tail(self) -> None:
        wait = _sqlite_changes if connection.vendor == "sqlite" else _postgres_changes
        while not self._halt.is_set():
            try:
                if not self.begun.is_set():
                    self.cursor = last_event_id()
                    self.begun.set()
                with wait(self._woken) as changed:
                    self._read()  # what was committed while the log was away
                    while not self._halt.is_set():
                        if changed():
                            self._read()
            except LOST as fault:
                log.error("The hub lost the event log (%s) and opens it again", type(fault).__name__)
                self._halt.wait(RETRY_S)
            finally:
                connection.close()

    def _read(self) -> None:
        while events := events_after(self.cursor):
            self.cursor = events[-1].id
            assert self._loop is not None
            self._loop.call_soon_threadsafe(self._publish, events)

    @contextmanager
    def _queue(self) -> Any:
        queue: asyncio.Queue[EventValue | None] = asyncio.Queue()
        self._open.add(queue)
        try:
            yield queue
        finally:
            self._open.discard(queue)

    async def subscribe(
        self, after: int, backlog: Callable[[int], Any], *, beat_s: float = 5.0
    ) -> AsyncIterator[EventValue | None]:
        """Every event after the cursor, then each new one; and None each `beat_s` seconds, also while events keep coming.

        Each stream has a beat of its own, or fifty would all do at one moment what they do on it.
        """
        loop = asyncio.get_running_loop()
        with self._queue() as queue:
            seen = after
            while events := await backlog(seen):
                for event in events:
                    seen = event.id
                    yield event
            beat = loop.time() + random.uniform(0, beat_s)
            while True:
                if loop.time() >= beat:
                    yield None
                    beat = loop.time() + beat_s
                try:
                    async with asyncio.timeout_at(beat):
                        event = await queue.get()
                except TimeoutError:
                    continue
                if event is None:
                    return
                if event.id > seen:
                    seen = event.id
                    yield event

    @property
    def streams(self) -> int:
        return len(self._open)


@contextmanager
def _sqlite_changes(woken: threading.Event) -> Any:
    name = str(settings.DATABASES["default"]["NAME"])
    own = sqlite3.connect(f"{Path(name).absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
    seen = None

    def changed() -> bool:
        nonlocal seen
        woken.clear()  # before the look: what is committed after it sets this again
        version = own.execute("PRAGMA data_version").fetchone()[0]
        if version == seen:
            woken.wait(POLL_S)
            return False
        seen = version
        return True

    try:
        yield changed
    finally:
        own.close()


@contextmanager
def _postgres_changes(woken: threading.Event) -> Any:
    connection.ensure_connection()
    raw = connection.connection
    raw.execute("LISTEN fenestra_event")
    first = True

    def changed() -> bool:
        nonlocal first
        if first:
            first = False
            return True
        for _ in raw.notifies(timeout=0.5, stop_after=1):
            break
        return True  # also after silence: a notice that got lost costs half a second, not the night

    yield changed


hub = Hub()
