"""The line of a reading that the database does not take now: kept outside it, and written when it does.

A page that is looked at while the database is held is shown, or a nurse would stand before an empty screen; who saw whom is
not lost by that. Played twice after a crash it is two lines of one look.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fenestra.ground.book import spool
from fenestra.ground.book.act import write_line
from fenestra.ground.book.scope import Scope

NAME = "line of a reading"


def keep(what: str, *, by: Scope, at: datetime, person_id: int | None, about: str, rows: list[list[Any]]) -> None:
    """On disk, sealed, before this returns."""
    told = {"what": what, "person_id": person_id, "about": about, "rows": rows}
    spool.keep(NAME, by=by, at=at, key="", told=told)


def _write(
    *, by: Scope, at: datetime, key: str, what: str, person_id: int | None, about: str, rows: list[list[Any]]
) -> None:
    write_line("read", what, by=by, at=at, person_id=person_id, about=about, rows=rows)


spool.register(NAME, _write)
