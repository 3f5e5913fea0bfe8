"""How long a write waits for a database that somebody else holds.

An ordinary act may wait SQLite's five seconds. The record of what happened may not: a nurse who has stopped a pump
stands before the screen, and the spool keeps what the database does not take.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError, connection

SHORT_S = 0.8  # for everything that stands inside one short wait, so that a record is kept within a second

HELD = {"55P03", "40001", "40P01"}  # lock not to be had, serialisation failure, deadlock, as PostgreSQL names them


def is_busy(fault: BaseException) -> bool:
    """Whether a write failed only because somebody else holds the database: it was rolled back and may be sent again."""
    if not isinstance(fault, OperationalError):
        return False
    return getattr(fault.__cause__, "sqlstate", None) in HELD or "is locked" in str(fault)


@contextmanager
def short_wait(seconds: float = SHORT_S) -> Iterator[None]:
    """Inside, waits for other holders of the database last so long at most, and then fail as a database fault."""
    here: Any = connection
    with here.short_wait(seconds) if here.vendor == "sqlite" else _on_postgresql(here, seconds):
        yield


@contextmanager
def _on_postgresql(wrapper: Any, seconds: float) -> Iterator[None]:
    if wrapper.in_atomic_block:  # a setting made here would go with the transaction's rollback, and so may an error
        yield
        return
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{seconds * 1000:.0f}ms"])
    try:
        yield
    finally:
        with suppress(DatabaseError, InterfaceError), wrapper.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
