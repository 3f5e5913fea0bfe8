"""Read a use calendar from plain text: one line per day and substance.

    date,substance,amount,unit
    2026-03-01,alcohol,0,drinks
    2026-03-02,alcohol,42,g
    2026-03-03,alcohol,?,
    2026-03-03,cocaine,0.5,g

`date` is written 2026-03-01; `amount` is 0 or more, and ? or nothing means unknown. `unit` may be left out. For
alcohol it is `drinks` (standard drinks, the default) or `g` (grams of pure alcohol); for other substances any unit
will do, since only "none" and "some" are counted. `route` and `source` may stand as further columns and are not
scored. Days between the first and the last line of the file that are not listed are unknown.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NoReturn

from fenestra.science.errors import BadInput
from fenestra.science.instruments.use_days import CalendarLimits

NEEDED = ("date", "substance", "amount")
COLUMNS = (*NEEDED, "unit", "route", "source")
ALCOHOL, DRINKS, GRAMS = "alcohol", "drinks", "g"
_AMOUNT = re.compile(r"[0-9]{1,6}(\.[0-9]{1,4})?")


@dataclass(frozen=True)
class UseDay:
    """One substance on one clinic day; `amount` is None when nobody knows."""

    day: date
    substance: str
    amount: Decimal | None
    unit: str | None = None


def read_use_days(text: str, *, today: date | None = None) -> tuple[UseDay, ...]:
    """The lines of a calendar file, by date. A line that cannot be read is refused by its number, and so is a day
    after `today`: nobody can have told of it. Without `today` no day counts as one to come.
    """
    lines = list(csv.reader(text.removeprefix("\ufeff").splitlines()))
    header = [name.strip().casefold() for name in lines[0]] if lines else []
    _check_header(header)
    rows = [(number, line) for number, line in enumerate(lines[1:], 2) if any(cell.strip() for cell in line)]
    days = [_use_day(number, line, header) for number, line in rows]
    if not days:
        _refuse(1, "there is no day below the header; add one line per day and substance")
    _check_once(days)
    _check_past(rows, days, today)
    return tuple(sorted(days, key=lambda use: (use.day, use.substance)))


def substances(days: Sequence[UseDay]) -> tuple[str, ...]:
    """The substances of a calendar, by name."""
    return tuple(sorted({use.substance for use in days}))


def dates(days: Sequence[UseDay]) -> tuple[date, ...]:
    """Every day from the first to the last line, listed or not."""
    first, last = min(use.day for use in days), max(use.day for use in days)
    return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))


def amounts_of(days: Sequence[UseDay], substance: str, limits: CalendarLimits) -> tuple[Decimal | None, ...]:
    """One entry per day in order, alcohol in standard drinks; a day nobody wrote down is None."""
    by_day = {use.day: _in_drinks(use, limits) for use in days if use.substance == substance}
    return tuple(by_day.get(day) for day in dates(days))


def _in_drinks(use: UseDay, limits: CalendarLimits) -> Decimal | None:
    in_grams = use.substance == ALCOHOL and use.unit == GRAMS
    return use.amount / limits.grams_per_drink if in_grams and use.amount is not None else use.amount


def _check_header(header: list[str]) -> None:
    lacking = [name for name in NEEDED if name not in header]
    strange = [name for name in header if name not in COLUMNS]
    if lacking or strange or len(set(header)) != len(header):
        _refuse(1, f"the columns are {', '.join(NEEDED)}, and if wanted {', '.join(COLUMNS[3:])}, each once")


def _use_day(number: int, line: list[str], header: list[str]) -> UseDay:
    if len(line) != len(header):
        _refuse(number, f"it has {len(line)} cells and the header {len(header)}; write one cell for each column")
    cells = dict(zip(header, (cell.strip() for cell in line), strict=True))
    if not cells["substance"]:
        _refuse(number, "the substance is empty; name it, for example alcohol")
    substance = cells["substance"].casefold()
    unit = cells.get("unit", "").casefold() or None
    if substance == ALCOHOL and unit not in (None, DRINKS, GRAMS):
        _refuse(number, f"“{unit}” is not a unit for alcohol; give {DRINKS} or {GRAMS}")
    return UseDay(_date(number, cells["date"]), substance, _amount(number, cells["amount"]), unit)


def _date(number: int, cell: str) -> date:
    try:
        return date.fromisoformat(cell)
    except ValueError:
        _refuse(number, f"“{cell}” is not a date; write it as 2026-03-01")


def _amount(number: int, cell: str) -> Decimal | None:
    if cell in ("", "?"):
        return None
    if not _AMOUNT.fullmatch(cell):
        _refuse(number, f"“{cell}” is not an amount; give 0 or more, for example 2.5, or ? when unknown")
    return Decimal(cell)


def _check_once(days: Sequence[UseDay]) -> None:
    seen: set[tuple[date, str]] = set()
    for use in days:
        if (use.day, use.substance) in seen:
            raise BadInput(
                f"{use.day} {use.substance} stands twice. Give one line per day and substance.", field="days"
            )
        seen.add((use.day, use.substance))


def _check_past(rows: Sequence[tuple[int, list[str]]], days: Sequence[UseDay], today: date | None) -> None:
    for (number, _), use in zip(rows, days, strict=True):
        if today is not None and use.day > today:
            _refuse(number, f"{use.day} is still to come; give days up to {today}")


def _refuse(number: int, what: str) -> NoReturn:
    raise BadInput(f"Line {number}: {what}.", field="days")
