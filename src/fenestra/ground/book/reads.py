"""Who was shown to whom: one audit line for each page, print, export or stream that showed people.

A reading is open while one request is answered. Whatever opens a text about a person, or shows them by their code,
notes them in it (`note`); a page may give the reading its name, and say whom it shows when it had to look at more people
than that (`call`). `close` then writes one line with everybody whom no line of the same request names yet. So a new page
cannot forget its line, and "who saw this person?" is answered by what was really opened.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from fenestra.ground.book.scope import Scope

# A page that stays open fetches parts of itself anew at every event. It is one look while it shows nobody new, and
# another line after this long, so that the trail tells how long somebody looked.
SAME_LOOK = timedelta(minutes=15)
MOST_LOOKS = 2000  # remembered; forgetting one costs a line more, never one less


@dataclass
class Reading:
    """What one request showed so far."""

    what: str = ""
    noted: set[int] = field(default_factory=set)
    only: frozenset[int] | None = None
    in_lines: set[int] = field(default_factory=set)

    def unwritten(self) -> set[int]:
        """Everybody this request showed and no line of it names."""
        return set(self.noted if self.only is None else self.only) - self.in_lines


_current: ContextVar[Reading | None] = ContextVar("fenestra_reading", default=None)
_looks: OrderedDict[tuple[int, int | None, str], tuple[datetime, frozenset[int]]] = OrderedDict()
_looks_guard = Lock()


def begin() -> tuple[Reading, Token[Reading | None]]:
    """Open a reading for one request."""
    reading = Reading()
    return reading, _current.set(reading)


def end(token: Token[Reading | None]) -> None:
    _current.reset(token)


def note(person_id: int) -> None:
    """Something about this person is read for whoever asks. Outside a request nobody is shown anything."""
    if (reading := _current.get()) is not None:
        reading.noted.add(person_id)


def noted_in_line(person_id: int | None) -> None:
    """An audit line of this request names the person."""
    if person_id is not None and (reading := _current.get()) is not None:
        reading.in_lines.add(person_id)


def call(what: str, *, only: Iterable[int] | None = None) -> None:
    """Name what is read, and, where more people had to be looked at than are shown (a search), whom the page shows."""
    if (reading := _current.get()) is not None:
        reading.what = what
        reading.only = None if only is None else frozenset(only)


def as_rows(person_ids: Iterable[int]) -> list[list[Any]]:
    """How a line names those it showed; the empty digest says that no row was written."""
    return [["person", person_id, ""] for person_id in sorted(person_ids)]


def is_same_look(scope: Scope, what: str, people: set[int], at: datetime) -> bool:
    """Whether a page that fetches a part of itself shows nobody whom a line of the last minutes does not name."""
    key = (scope.clinic_id, scope.staff_id, what)
    with _looks_guard:
        since, before = _looks.get(key, (at, frozenset[int]()))
        same = key in _looks and at - since < SAME_LOOK and people <= before
        if not same:
            _looks[key] = (at, frozenset(people))
            _looks.move_to_end(key)
            while len(_looks) > MOST_LOOKS:
                _looks.popitem(last=False)
    return same
