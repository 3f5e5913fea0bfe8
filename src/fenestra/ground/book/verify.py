"""Reads the book as somebody who does not trust the writer, and names every row that is not as it was sealed.

The chain is read by plain SQL and recomputed with code of its own (see README.md for the exact bytes); only the
digests of other rooms' rows are taken through the models (`verify_rows.py`). Finds: an edited, deleted, inserted or
swapped line, a broken or cut chain, a chain rebuilt as a whole (by the signed heads outside, `verify_heads.py`), a
changed, missing or unrecorded row.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection

from fenestra.ground.book import clock, heads
from fenestra.ground.book.finding import Finding, Verdict
from fenestra.ground.book.verify_heads import check_heads, check_reach
from fenestra.ground.book.verify_rows import check_rows

LINE_SQL = (
    "SELECT l.id, l.act_id, l.kind, l.what, l.clinic_id, l.by_id, l.person_id, l.about, l.at, l.rows, l.reason "
    "FROM book_auditline l WHERE l.id = %s"
)
NAMES = ("id", "act_id", "kind", "what", "clinic_id", "by_id", "person_id", "about", "at", "rows", "reason")
# PostgreSQL only: an act that commits this long after a later one is still honest. Its line is sealed a second later.
LATE = timedelta(minutes=2)


def _instant(value: Any) -> str:
    found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    return found.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _bytes_of(line: dict[str, Any]) -> bytes:
    rows = line["rows"]
    plain = {**line, "at": _instant(line["at"]), "rows": json.loads(rows) if isinstance(rows, str) else rows}
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def _lines() -> dict[int, dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(LINE_SQL.split(" WHERE ")[0] + " ORDER BY l.id")
        return {row[0]: dict(zip(NAMES, row, strict=True)) for row in cursor.fetchall()}


def _seals() -> list[tuple[int, int, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, line_id, link FROM book_seal ORDER BY id")
        return cursor.fetchall()


def _check_chain(lines: dict[int, dict[str, Any]], seals: list[tuple[int, int, str]]) -> list[Finding]:
    found, link = [], "0" * 64
    for position, (number, line_id, stored) in enumerate(seals, start=1):
        if number != position:
            found.append(Finding(f"book_seal:{position}", "is missing"))
            return found
        line = lines.get(line_id)
        if line is None:
            found.append(Finding(f"book_auditline:{line_id}", "was sealed and is gone"))
        elif hashlib.sha256(link.encode() + b"\n" + _bytes_of(line)).hexdigest() != stored:
            found.append(Finding(f"book_auditline:{line_id}", "is not as it was sealed, or stands out of its order"))
        link = stored  # go on from the stored link, so that one edit is one finding
    return found


def _check_order(lines: dict[int, dict[str, Any]], seals: list[tuple[int, int, str]]) -> list[Finding]:
    """Lines that are sealed after, or never, though later ones are sealed."""
    found, last = [], 0
    for _, line_id, _ in seals:
        if line_id < last and line_id in lines and not _may_be_late(lines[line_id], lines.get(last)):
            found.append(Finding(f"book_auditline:{line_id}", "was put in after lines that come later were sealed"))
        last = max(last, line_id)
    sealed = {line_id for _, line_id, _ in seals}
    return found + [
        Finding(f"book_auditline:{line_id}", "was put in before lines that are sealed")
        for line_id, line in lines.items()
        if line_id not in sealed and line_id < last and not _may_be_late(line, lines.get(last))
    ]


def _may_be_late(line: dict[str, Any], last: dict[str, Any] | None) -> bool:
    if connection.vendor == "sqlite" or last is None:
        return False
    return datetime.fromisoformat(_instant(line["at"])) > datetime.fromisoformat(_instant(last["at"])) - LATE


@contextmanager
def _snapshot() -> Iterator[None]:
    """One moment of the book, while acts go on beside it: no writer waits for the verifier, and none confuses it."""
    if connection.in_atomic_block:
        yield
        return
    begin = "BEGIN DEFERRED" if connection.vendor == "sqlite" else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    with connection.cursor() as cursor:
        cursor.execute(begin)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")


_more: list[Callable[[], Iterable[Finding]]] = []  # what upper rooms check of their own


def also(check: Callable[[], Iterable[Finding]]) -> None:
    """Let an upper room look at its rows whenever the book is verified."""
    if check not in _more:
        _more.append(check)


def verify(head_file: Path | None = None, *, key: str = "") -> Verdict:
    """Check the whole book, and against the heads in `head_file` when given. `key` is the public key that the heads
    must be signed with, as it was kept elsewhere; without it, the one that belongs to this clinic's own key file."""
    # Read before the snapshot: a head is written after its seals, so each one in the file must then be in the book.
    outside, now = (heads.read(head_file) if head_file else None), clock.now()
    with _snapshot():
        lines, seals = _lines(), _seals()
        rows = check_rows(lines)
        signed = [finding for check in _more for finding in check()]
    found = _check_chain(lines, seals) + _check_order(lines, seals)
    if head_file:
        public = heads.read_public_key(key or heads.public_key())
        found += check_heads(seals, head_file.name, outside, public)
        if outside is not None and head_file == heads.head_file():
            line_at = {number: datetime.fromisoformat(_instant(line["at"])) for number, line in lines.items()}
            found += check_reach(seals, line_at, head_file.name, outside, now)
    return Verdict(
        len(lines), rows.count, seals[-1][2] if seals else "", (*found, *rows.findings, *signed), rows.uncovered
    )
