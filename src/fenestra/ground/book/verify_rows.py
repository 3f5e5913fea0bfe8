"""Compares the rows of every room with what the audit lines recorded of them.

An event row has one digest for ever. A head row has one for each version; the row must be as its newest version was
recorded. Head rows that an older version of the house wrote have no digest until they change: they are counted, not
accused, and only where the table held none with a digest before them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models

from fenestra.ground.book.digest import row_digest
from fenestra.ground.book.finding import Finding
from fenestra.ground.book.models import EventRow, HeadRow

# Tables of the book itself: the chain covers the lines, and the lines cover every row of an act.
OWN_TABLES = {"book_requestkey", "book_auditline", "book_seal", "book_event"}
BEHIND = "stands in no audit line: it was put in behind the book's back"
CHANGED = "is not as the audit line recorded it"
GONE = "is recorded and gone"

Lines = dict[int, dict[str, Any]]


@dataclass
class Recorded:
    """What the lines say of the rows of one table."""

    events: dict[int, str] = field(default_factory=dict)
    heads: dict[int, tuple[int, str]] = field(default_factory=dict)  # the newest version and its digest
    made: set[int] = field(default_factory=set)  # head rows recorded since their first version


@dataclass
class Read:
    """What was read of all rows."""

    count: int = 0
    uncovered: int = 0
    findings: list[Finding] = field(default_factory=list)


def check_rows(lines: Lines) -> Read:
    """Every row of every room against the lines."""
    read = Read()
    heads = {model._meta.db_table for model in apps.get_models() if issubclass(model, HeadRow)}
    recorded = _recorded(lines, heads, read.findings)
    covered_from_birth = bool(recorded) and _is_covered_from_birth(lines)
    for model in apps.get_models():
        table = model._meta.db_table
        told = recorded.get(table, Recorded())
        if issubclass(model, HeadRow):
            _check_heads(model, told, read, covered_from_birth)
        elif issubclass(model, EventRow) and table not in OWN_TABLES:
            _check_events(model, told, read)
    return read


def _entries(line: dict[str, Any]) -> list[list[Any]]:
    return json.loads(line["rows"]) if isinstance(line["rows"], str) else line["rows"]


def _is_covered_from_birth(lines: Lines) -> bool:
    """Whether the very first line recorded a head row: then no row of this book is of an older version."""
    return any(len(entry) > 3 for entry in _entries(lines[min(lines)]))


def _recorded(lines: Lines, heads: set[str], findings: list[Finding]) -> dict[str, Recorded]:
    """The digest of each row as its act recorded it. A second line about the same event row, or about the same version
    of a head row, is a forger's."""
    recorded: dict[str, Recorded] = {}
    for line_id, line in sorted(lines.items()):
        for table, pk, digest, *version in _entries(line):
            if not digest or (table in heads and not version):
                continue  # what was shown, or what an older version wrote of a head row
            told = recorded.setdefault(table, Recorded())
            if not _take(told, pk, digest, version[0] if version else 0):
                findings.append(Finding(f"book_auditline:{line_id}", f"records {table}:{pk} a second time"))
    return recorded


def _take(told: Recorded, pk: int, digest: str, version: int) -> bool:
    """Note one recorded digest; whether it contradicts none before it."""
    if not version:
        return told.events.setdefault(pk, digest) == digest
    if version == 1:
        told.made.add(pk)
    before = told.heads.get(pk, (0, ""))
    if before[0] == version and before[1] != digest:
        return False
    told.heads[pk] = max(before, (version, digest))
    return True


def _check_events(model: type[models.Model], told: Recorded, read: Read) -> None:
    table, due = model._meta.db_table, dict(told.events)
    for row in model._default_manager.order_by("pk").iterator():
        read.count += 1
        digest = due.pop(row.pk, None)
        if digest is None:
            read.findings.append(Finding(f"{table}:{row.pk}", BEHIND))
        elif digest != row_digest(row):
            read.findings.append(Finding(f"{table}:{row.pk}", CHANGED))
    read.findings += [Finding(f"{table}:{pk}", GONE) for pk in due]


def _check_heads(model: type[HeadRow], told: Recorded, read: Read, covered_from_birth: bool) -> None:
    table, due = model._meta.db_table, dict(told.heads)
    first = 0 if covered_from_birth else min(told.made, default=None)
    for row in model._default_manager.order_by("pk").iterator():
        read.count += 1
        newest = due.pop(row.pk, None)
        if newest is not None:
            if newest != (row.version, row_digest(row)):
                read.findings.append(Finding(f"{table}:{row.pk}", CHANGED))
        elif covered_from_birth or (first is not None and row.pk > first):
            read.findings.append(Finding(f"{table}:{row.pk}", BEHIND))
        else:
            read.uncovered += 1
    read.findings += [Finding(f"{table}:{pk}", GONE) for pk in due]
