"""A copy of one record as CSV, JSON or paper: the same rows in each, with basis, scope and notice inside the file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass

from fenestra.ground.book.leave import Leave
from fenestra.ground.papers.paper import Block, Heading, Notice, Paper, Paragraph, Table
from fenestra.ground.papers.render import MADE_UP, NoLeave

NOTHING = "Nothing is written."
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Cell = str | None


@dataclass(frozen=True)
class Part:
    """One part of a record: a table. None in a cell was never written, and stays so."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class RecordCopy:
    """A copy of one person's record, as much of it as goes out."""

    title: str
    language: str
    clinic: str
    person: str
    time_zone: str
    parts: tuple[Part, ...]


def _about(copy: RecordCopy, leave: Leave) -> list[tuple[str, str]]:
    """What the file says of itself. The notice stands last."""
    _check(leave)
    told = [("title", copy.title), ("clinic", copy.clinic), ("person", copy.person), ("for", leave.recipient)]
    told += [("basis", leave.basis), ("scope", leave.scope), ("made_at", leave.at.isoformat())]
    told += [("disclosure", str(leave.disclosure_id)), *([("made_up", MADE_UP)] if leave.made_up else [])]
    return [*told, ("notice", leave.notice)]


def _check(leave: Leave) -> None:
    if not isinstance(leave, Leave) or not leave.notice or not leave.scope:
        raise NoLeave("There is no leave for this copy to go out, or it lacks its notice. Ask for it anew.")


def as_json(copy: RecordCopy, leave: Leave) -> bytes:
    """The copy as JSON; what was never written is null."""
    parts = {each.name: [dict(zip(each.columns, row, strict=True)) for row in each.rows] for each in copy.parts}
    told = {"about": dict(_about(copy, leave)), "record": parts, "notice": leave.notice}
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def as_csv(copy: RecordCopy, leave: Leave) -> bytes:
    """The copy as one long table: part, row, field, value. It says first what it is, and the notice is its last row. A
    text that a spreadsheet would run as a formula has an apostrophe before it."""
    about = _about(copy, leave)
    written = io.StringIO()
    sheet = csv.writer(written)
    sheet.writerow(("part", "row", "field", "value"))
    sheet.writerows(("about", "", name, _inert(words)) for name, words in about[:-1])
    for part in copy.parts:
        for number, row in enumerate(part.rows, 1):
            cells = zip(part.columns, row, strict=True)
            sheet.writerows((part.name, number, name, _inert(cell)) for name, cell in cells if cell is not None)
    sheet.writerow(("about", "", *about[-1]))
    return written.getvalue().encode("utf-8-sig")


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(STARTS_A_FORMULA) and not _is_number(cell) else cell


def _is_number(cell: str) -> bool:
    return cell.removeprefix("-").replace(".", "", 1).isdecimal()


def as_paper(copy: RecordCopy, leave: Leave) -> Paper:
    """The copy as a paper to be set; basis, scope and notice stand at its head, and the notice on every page."""
    _check(leave)
    blocks: list[Block] = [Notice(leave.notice), Paragraph(f"Basis: {leave.basis}."), Paragraph(leave.scope)]
    for part in copy.parts:
        blocks += [Heading(part.name), _drawn(part)]
    return Paper(copy.title, copy.language, copy.clinic, copy.person, copy.time_zone, tuple(blocks))


def _drawn(part: Part) -> Block:
    return Table(part.columns, tuple(_cells(row) for row in part.rows)) if part.rows else Paragraph(NOTHING)


def _cells(row: Iterable[Cell]) -> tuple[str, ...]:
    return tuple(cell or "" for cell in row)
