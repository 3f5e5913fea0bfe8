"""Times on a clinic's calendar: weekly hours on the wall clock, and the instants they mean on one day. Pure.

Spans are held in UTC: on the day the clocks change, four hours on the wall are three or five, and nothing here slips.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, order=True)
class Span:
    """From one instant until another. What ends when the next begins does not meet it."""

    starts_at: datetime
    ends_at: datetime

    def meets(self, other: Span) -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def holds(self, other: Span) -> bool:
        """Whether the other lies wholly inside this one."""
        return self.starts_at <= other.starts_at and other.ends_at <= self.ends_at


def span_from(starts_at: datetime, minutes: int) -> Span:
    """So many elapsed minutes from this instant."""
    start = starts_at.astimezone(UTC)
    return Span(start, start + timedelta(minutes=minutes))


@dataclass(frozen=True)
class Weekly:
    """Every week on one weekday (0 is Monday), from and until on the clinic's clock; of one therapist, or of the chairs."""

    weekday: int
    from_time: time
    until_time: time
    staff_id: int | None = None


@dataclass(frozen=True)
class Taken:
    """Time that is given away: a person's, a therapist's, a chair's. `may_move_in`: where it could lie as well; None,
    it stays."""

    id: int
    span: Span
    person_id: int | None = None
    staff_id: int | None = None
    chair_id: int | None = None
    may_move_in: Span | None = None


def span_on(weekly: Weekly, day: date, zone: ZoneInfo) -> Span | None:
    """What the weekly hours mean on this day; None on another weekday, or when the clocks leave nothing of them."""
    if day.weekday() != weekly.weekday:
        return None
    start = datetime.combine(day, weekly.from_time, zone).astimezone(UTC)
    end = datetime.combine(day, weekly.until_time, zone).astimezone(UTC)
    return Span(start, end) if start < end else None


def starts_in(span: Span, *, minutes: int, every_minutes: int) -> Iterator[Span]:
    """Everything of this length that fits, one start after another."""
    found = span_from(span.starts_at, minutes)
    while found.ends_at <= span.ends_at:
        yield found
        found = span_from(found.starts_at + timedelta(minutes=every_minutes), minutes)


def free(span: Span, taken: Iterable[Taken]) -> bool:
    """Whether nothing of this lies across it."""
    return not any(span.meets(each.span) for each in taken)
