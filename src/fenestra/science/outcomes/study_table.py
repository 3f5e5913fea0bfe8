"""A table of trials as people keep it (CSV), read row by row. A row that cannot be is named with its field.

Columns, in any order: `tpos, tneg, cpos, cneg` (events and no events by arm), or `ai, n1, ci, n2` (events and people), or
`yi, vi` (an effect and its variance). A first column called study, trial, name, author or slab names the rows.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite

from fenestra.science.errors import BadInput
from fenestra.science.outcomes.effects import Effect, TwoArms

NAMES = ("study", "trial", "name", "author", "slab")
BY_CELLS, BY_ARMS, BY_EFFECTS = ("tpos", "tneg", "cpos", "cneg"), ("ai", "n1", "ci", "n2"), ("yi", "vi")


@dataclass(frozen=True)
class StudyTable:
    """Either arms or effects, in the file's order."""

    arms: tuple[TwoArms, ...] = ()
    effects: tuple[Effect, ...] = ()


def read_studies(text: str) -> StudyTable:
    """Every row of the table; the first one that cannot be is refused with its row and field."""
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), skipinitialspace=True)
    columns = [(name or "").strip().lower() for name in rows.fieldnames or ()]
    if len(set(columns)) < len(columns):
        raise BadInput("Two columns have one name. Give each column a name of its own.", field="columns")
    asked = next((each for each in (BY_CELLS, BY_ARMS, BY_EFFECTS) if set(each) <= set(columns)), None)
    if asked is None:
        ways = "; or ".join(", ".join(way) for way in (BY_CELLS, BY_ARMS, BY_EFFECTS))
        raise BadInput(f"The table needs the columns {ways}.", field="columns")
    rows.fieldnames = columns
    told = [
        (number, row)
        for number, row in enumerate(rows, start=2)
        if any((v or "").strip() for v in row.values() if isinstance(v, str))
    ]
    if not told:
        raise BadInput("The table has no row below its names.", field="rows")
    named = next((name for name in NAMES if name in columns), None)
    read = [_row(number, row, named, asked) for number, row in told]
    names = [each.name for each in read]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise BadInput(f"{twice} stands twice. Give each trial one row and a name of its own.", field=named or "rows")
    return StudyTable(
        arms=tuple(each for each in read if isinstance(each, TwoArms)),
        effects=tuple(each for each in read if isinstance(each, Effect)),
    )


def _row(number: int, row: dict[str, str], named: str | None, asked: Sequence[str]) -> TwoArms | Effect:
    name = (row.get(named) or "").strip() if named else ""
    name = name or f"row {number}"
    if None in row:
        raise BadInput(f"Row {number} has more fields than the table has columns.", field="columns")
    read: Callable[[str, str, int], float] = _number if tuple(asked) == BY_EFFECTS else _count
    values = [read(row.get(field) or "", field, number) for field in asked]
    try:
        if tuple(asked) == BY_EFFECTS:
            return Effect(name, values[0], values[1])
        a, second, c, fourth = (int(value) for value in values)
        if tuple(asked) == BY_CELLS:
            return TwoArms(name, a, a + second, c, c + fourth)
        return TwoArms(name, a, second, c, fourth)
    except BadInput as fault:
        raise BadInput(f"Row {number}: {fault}", field=fault.field) from fault


def _count(text: str, field: str, row: int) -> int:
    if not (text.strip().isascii() and text.strip().isdecimal()):
        raise BadInput(f"Row {row}, {field}: '{text.strip()[:40]}' is not a count. Write whole people.", field=field)
    return int(text)


def _number(text: str, field: str, row: int) -> float:
    try:
        value = float(text) if text.isascii() and "_" not in text else float("nan")
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        raise BadInput(f"Row {row}, {field}: '{text.strip()[:40]}' is not a number.", field=field)
    return value
