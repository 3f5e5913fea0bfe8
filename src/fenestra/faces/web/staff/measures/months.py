"""Days told of, folded by month: what is in a month stands in its line, every day is one step away. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from fenestra.care.measures.values import DayValue
from fenestra.faces.web.staff.measures import words as measure_words
from fenestra.faces.web.staff.measures.words import DayRow

STATES = (("use", "with use"), ("none", "without"), ("unsaid", "not said"))


@dataclass(frozen=True)
class MonthRow:
    """One month of days told of, newest day first. `said` counts them; a day nobody told of is in no count."""

    first: date
    said: str
    disagree: int
    rows: tuple[tuple[str, DayRow], ...]


def months(days: Iterable[DayValue]) -> list[MonthRow]:
    """The newest month first."""
    ordered = sorted(days, key=lambda each: (each.day, each.substance), reverse=True)
    return [_month(first, list(told)) for first, told in groupby(ordered, key=lambda each: each.day.replace(day=1))]


def _month(first: date, told: list[DayValue]) -> MonthRow:
    rows = [(each.substance, measure_words.day(each)) for each in told]
    by = {name: Counter(row.state for of, row in rows if of == name) for name in sorted({of for of, _ in rows})}
    said = "; ".join(f"{name}: {_counted(count)}" for name, count in by.items())
    return MonthRow(first, said, sum(row.disagree for _, row in rows), tuple(rows))


def _counted(count: Counter[str]) -> str:
    total = count.total()
    parts = ", ".join(f"{count[state]} {words}" for state, words in STATES if count[state])
    return f"{total} {'day' if total == 1 else 'days'} told of, {parts}"
