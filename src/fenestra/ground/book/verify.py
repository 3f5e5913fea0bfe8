"""Reads the book as somebody who does not trust the writer, and names every row that is not as it was sealed.

The chain is read by plain SQL and recomputed with code of its own (see README.md for the exact bytes); only the
digests of other rooms' rows are taken through the models. Finds: an edited, deleted, inserted or swapped line, a
broken or cut chain, a chain rebuilt as a whole (with a head from outside), a changed, missing or unrecorded row.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection

from fenestra.ground.book.digest import row_digest
from fenestra.ground.book.models import EventRow

LINE_SQL = (
    "SELECT l.id, l.act_id, l.kind, l.what, l.clinic_id, l.by_id, l.person_id, l.about, l.at, l.rows, l.reason "
    "FROM book_auditline l WHERE l.id = %s"
)
NAMES = ("id", "act_id", "kind", "what", "clinic_id", "by_id", "person_id", "about", "at", "rows", "reason")
# PostgreSQL only: an act that commits this long after a later one is still honest. Its line is sealed a second later.
LATE = timedelta(minutes=2)
# Tables of the book itself: the chain covers the lines, and the lines cover every row of an act.
OWN_TABLES = {"book_requestkey", "book_auditline", "book_seal", "book_event"}


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was sealed."""

    row: str
    what: str


@dataclass(frozen=True)
class Verdict:
    lines: int
    rows: int
    head: str
    findings: tuple[Finding, ...]

    @property
    def whole(self) -> bool:
        return not self.findings


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


def _read_heads(path: Path) -> list[str] | None:
    return path.read_text().splitlines() if path.exists() else None


def _check_heads(seals: list[tuple[int, int, str]], name: str, heads: list[str] | None) -> list[Finding]:
    if heads is None:
        return [Finding(name, "is not there: the chain has nothing outside to be compared with")] if seals else []
    links = {number: link for number, _, link in seals}
    places = ((f"{name}:{number}", text) for number, text in enumerate(heads, start=1))
    return [found for place, text in places if (found := _check_head(text, place, links))]


def _check_head(text: str, place: str, links: dict[int, str]) -> Finding | None:
    try:
        head = json.loads(text)
        number, link = head["seal"], head["link"]
    except (ValueError, KeyError, TypeError):
        return Finding(place, "cannot be read")
    if number not in links:
        return Finding(f"book_seal:{number}", f"stands in {place} and is gone: the chain was cut")
    if links[number] != link:
        return Finding(f"book_seal:{number}", f"is not the one in {place}: the chain was rebuilt")
    return None


def _recorded(lines: dict[int, dict[str, Any]]) -> tuple[dict[str, dict[int, str]], list[Finding]]:
    """The digest of each row as its act recorded it. A second line about the same row is a forger's."""
    recorded: dict[str, dict[int, str]] = {}
    found = []
    for line_id, line in sorted(lines.items()):
        rows = json.loads(line["rows"]) if isinstance(line["rows"], str) else line["rows"]
        for table, pk, digest in rows:
            if not digest:
                continue
            if recorded.setdefault(table, {}).setdefault(pk, digest) != digest:
                found.append(Finding(f"book_auditline:{line_id}", f"records {table}:{pk} a second time"))
    return recorded, found


def _check_rows(lines: dict[int, dict[str, Any]]) -> tuple[int, list[Finding]]:
    (recorded, found), count = _recorded(lines), 0
    for model in apps.get_models():
        table = model._meta.db_table
        if not issubclass(model, EventRow) or table in OWN_TABLES:
            continue
        due = dict(recorded.get(table, {}))
        for row in model._default_manager.order_by("pk").iterator():
            count += 1
            digest = due.pop(row.pk, None)
            if digest is None:
                found.append(
                    Finding(f"{table}:{row.pk}", "stands in no audit line: it was put in behind the book's back")
                )
            elif digest != row_digest(row):
                found.append(Finding(f"{table}:{row.pk}", "is not as the audit line recorded it"))
        found += [Finding(f"{table}:{pk}", "is recorded and gone") for pk in due]
    return count, found


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


def verify(head_file: Path | None = None) -> Verdict:
    """Check the whole book, and against the heads in `head_file` when given."""
    # Read before the snapshot: a head is written after its seals, so each one in the file must then be in the book.
    outside = _read_heads(head_file) if head_file else None
    with _snapshot():
        lines, seals = _lines(), _seals()
        count, rows = _check_rows(lines)
    heads = _check_heads(seals, head_file.name, outside) if head_file else []
    findings = _check_chain(lines, seals) + _check_order(lines, seals) + heads + rows
    return Verdict(len(lines), count, seals[-1][2] if seals else "", tuple(findings))
