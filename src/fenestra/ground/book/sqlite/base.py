"""SQLite as one process writes it: IMMEDIATE, fsync at every commit, and a first-come queue for writers.

SQLite lets one connection write at a time and lets the others poll, so under load the unlucky ones wait for
seconds. Here every write of the process, also a single statement in autocommit, first takes a ticket; a checkpoint
happens inside a commit and so inside the ticket. Writers outside this process are refused by the lock file
(`lockfile.py`).
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base

# Statements that never write. Everything else takes a ticket first.
READS = ("SELECT", "PRAGMA", "EXPLAIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT", "BEGIN", "ATTACH", "DETACH")
CHECKPOINT = "PRAGMA WAL_CHECKPOINT"

WAL = "PRAGMA journal_mode=WAL"  # readers never wait for the writer

BUSY_S = 5.0  # how long a statement waits for another process that holds the file

# Each line of the connection's set-up and its reason.
PRAGMAS = (
    "PRAGMA synchronous=FULL",  # NORMAL loses acknowledged rows when power fails
    "PRAGMA foreign_keys=ON",  # a row never points to nothing
    "PRAGMA recursive_triggers=ON",  # else INSERT OR REPLACE deletes behind the append-only triggers' back
    f"PRAGMA busy_timeout={BUSY_S * 1000:.0f}",  # a reader outside (backup) may hold the file for a moment
)
NO_TURN = "database is locked: other writes of this process hold it"


class FirstComeLock:
    """A lock handed over in the order in which threads asked for it; re-entrant for its owner."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._queue: deque[tuple[int, threading.Event]] = deque()
        self._owner: int | None = None
        self._depth = 0

    def acquire(self, owner: int, wait_s: float | None = None) -> bool:
        """Wait for one's turn, `wait_s` seconds at most; whether it came."""
        with self._guard:
            if self._owner == owner:
                self._depth += 1
                return True
            if self._owner is None:
                self._owner, self._depth = owner, 1
                return True
            turn = threading.Event()
            self._queue.append((owner, turn))
        came = False
        try:
            came = turn.wait(wait_s)
        finally:
            if not came:
                self._leave_the_queue(owner, turn)
        return came

    def _leave_the_queue(self, owner: int, turn: threading.Event) -> None:
        """Interrupted while waiting: nobody may be handed a turn that is not wanted any more."""
        with self._guard:
            if (owner, turn) in self._queue:
                self._queue.remove((owner, turn))
                return
        self.release(owner)

    def release(self, owner: int) -> None:
        with self._guard:
            if self._owner != owner:
                return
            self._depth -= 1
            if self._depth:
                return
            self._owner = None
            if self._queue:
                self._owner, turn = self._queue.popleft()
                self._depth = 1
                turn.set()


LOCKS: dict[str, FirstComeLock] = {}
LOCKS_GUARD = threading.Lock()


def lock_for(path: str) -> FirstComeLock:
    """The one write lock of a database file in this process."""
    with LOCKS_GUARD:
        return LOCKS.setdefault(path, FirstComeLock())


class Cursor(base.SQLiteCursorWrapper):
    """Takes a ticket for a writing statement that stands outside any transaction. A statement that gives rows back
    (INSERT … RETURNING) commits when they have been read, so it keeps its ticket until the cursor is closed."""

    wrapper: DatabaseWrapper
    _holds_ticket = False

    def execute(self, query: str, params: Any = None) -> Any:
        with self._ticket_for(query):
            return super().execute(query, params)

    def executemany(self, query: str, param_list: Any) -> Any:
        with self._ticket_for(query):
            return super().executemany(query, param_list)

    def close(self) -> None:
        super().close()
        self._give_ticket_back()

    def __del__(self) -> None:
        self._give_ticket_back()

    @contextmanager
    def _ticket_for(self, query: str) -> Iterator[None]:
        self._give_ticket_back()
        if self.wrapper.needs_ticket(query):
            self.wrapper.take_turn()
            self._holds_ticket = True
        try:
            yield
        except BaseException:
            self._give_ticket_back()
            raise
        if self.description is None:
            self._give_ticket_back()

    def _give_ticket_back(self) -> None:
        if self._holds_ticket:
            self._holds_ticket = False
            self.wrapper.lock.release(id(self.wrapper))


# The stubs of Django leave out the private hooks below, which its own backends override in the same way.
class DatabaseWrapper(base.DatabaseWrapper):
    """One connection of this process; holds a ticket from BEGIN IMMEDIATE to its commit or rollback."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._holds_ticket = False
        self.wait_until: float | None = None  # the end of a `short_wait`, by the monotonic clock

    @property
    def lock(self) -> FirstComeLock:
        return lock_for(str(self.settings_dict["NAME"]))

    def get_new_connection(self, conn_params: Any) -> Any:
        wait_s = self._wait_left_s()
        connection = super().get_new_connection(conn_params if wait_s is None else {**conn_params, "timeout": wait_s})
        if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            with self._ticket():
                connection.execute(WAL)
        for line in PRAGMAS:
            connection.execute(line)  # none of these writes, so somebody who only reads waits for nobody
        if wait_s is not None:
            connection.execute(f"PRAGMA busy_timeout={wait_s * 1000:.0f}")
        return connection

    def take_turn(self) -> None:
        """The first-come lock for this connection; no longer waited for than `wait_until`, the file no longer either."""
        wait_s = self._wait_left_s()
        if not self.lock.acquire(id(self), wait_s):
            raise OperationalError(NO_TURN)
        if wait_s is not None:
            self._wait_busy(self._wait_left_s() or 0.0)

    @contextmanager
    def short_wait(self, seconds: float) -> Iterator[None]:
        """Inside, turns and statements together wait so long at most."""
        usual_s, before = self._busy_s(), self.wait_until
        self.wait_until = time.monotonic() + seconds
        try:
            self._wait_busy(seconds)
            yield
        finally:
            self.wait_until = before
            self._wait_busy(usual_s)

    def _wait_left_s(self) -> float | None:
        return None if self.wait_until is None else max(self.wait_until - time.monotonic(), 0.0)

    def _busy_s(self) -> float:
        return (
            BUSY_S if self.connection is None else self.connection.execute("PRAGMA busy_timeout").fetchone()[0] / 1000
        )

    def _wait_busy(self, seconds: float) -> None:
        if self.connection is not None:
            self.connection.execute(f"PRAGMA busy_timeout={seconds * 1000:.0f}")

    def create_cursor(self, name: str | None = None) -> Any:
        cursor = self.connection.cursor(factory=Cursor)
        cursor.wrapper = self
        return cursor

    @contextmanager
    def _ticket(self) -> Iterator[None]:
        self.lock.acquire(id(self))
        try:
            yield
        finally:
            self.lock.release(id(self))

    def needs_ticket(self, query: str) -> bool:
        """Whether this statement may write by itself, outside a transaction that already holds the ticket."""
        verb = query.lstrip().upper()
        return not self._holds_ticket and (not verb.startswith(READS) or verb.startswith(CHECKPOINT))

    def _start_transaction_under_autocommit(self) -> None:
        self.take_turn()
        self._holds_ticket = True
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # private to Django, unknown to its stubs
        except BaseException:
            self._give_ticket_back()
            raise

    def _give_ticket_back(self) -> None:
        if self._holds_ticket:
            self._holds_ticket = False
            self.lock.release(id(self))

    def _then_give_back(self, ending: Callable[[], None]) -> None:
        try:
            ending()
        finally:
            # A failed COMMIT is followed by Django's rollback, which comes through here again.
            if not self.connection or not self.connection.in_transaction:
                self._give_ticket_back()

    def _commit(self) -> None:
        self._then_give_back(super()._commit)  # type: ignore[misc]  # private to Django, unknown to its stubs

    def _rollback(self) -> None:
        self._then_give_back(super()._rollback)  # type: ignore[misc]  # private to Django, unknown to its stubs

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]  # private to Django, unknown to its stubs
        finally:
            self._give_ticket_back()

    def __del__(self) -> None:
        # A thread that ends inside a transaction takes its connection with it, and must not take the ticket too.
        if "_holds_ticket" in self.__dict__:
            self._give_ticket_back()
