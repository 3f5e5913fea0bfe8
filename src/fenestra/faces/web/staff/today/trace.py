"""The small pictures of a tile: how far the dose is, and the pressures so far. Pure; coordinates are exact enough."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from fenestra.care.visit.rules import Measure
from fenestra.care.visit.values import ReadingValue, VisitValue

WIDTH, HEIGHT, EDGE = 280, 62, 6
LOW, SPAN = 50, 160  # mmHg at the lower edge, and from there to the upper
AHEAD = timedelta(minutes=100)  # how much of the day the picture shows when nothing says how long it takes


@dataclass(frozen=True)
class Progress:
    """Share of the whole, in hundredths: the dose, and now."""

    dose: float
    now: float
    words: str


@dataclass(frozen=True)
class Mark:
    """One pressure as an anaesthesia record draws it: v at systolic, ^ at diastolic, a bar between."""

    path: str


@dataclass(frozen=True)
class Trace:
    dose_width: float
    dose_x: float
    marks: tuple[Mark, ...]
    words: str


def _dose_end(value: VisitValue, start: datetime) -> datetime:
    planned = value.order.minutes if value.order else None
    return value.ended_at or (start + timedelta(minutes=float(planned)) if planned else start)


def _whole(value: VisitValue, start: datetime, leave_at: datetime | None) -> timedelta:
    """The picture's length: to the earliest leave where it is known."""
    return max(leave_at - start if leave_at else AHEAD, _dose_end(value, start) - start, timedelta(minutes=1))


def progress(value: VisitValue, *, leave_at: datetime | None, at: datetime) -> Progress | None:
    """How far the visit is between its start and the earliest leave; None before a dose."""
    start = value.started_at
    if start is None:
        return None
    whole = _whole(value, start, leave_at)
    dose, now = (_dose_end(value, start) - start) / whole, min(1.0, (at - start) / whole)
    words = f"{int((at - start).total_seconds() // 60)} of {int(whole.total_seconds() // 60)} minutes"
    return Progress(round(100 * dose, 1), round(100 * now, 1), words)


def trace(value: VisitValue, *, leave_at: datetime | None) -> Trace | None:
    """Pressures since just before the start; None before a dose."""
    start = value.started_at
    if start is None:
        return None
    whole = _whole(value, start, leave_at)
    pairs = _pairs(value)
    marks = tuple(_mark(x(at - start, whole), high, low) for at, high, low in pairs if at - start <= whole)
    words = ", ".join(f"{int(high)}/{int(low)}" for _, high, low in pairs) or "none yet"
    return Trace(round(x(_dose_end(value, start) - start, whole) - EDGE, 1), EDGE, marks, f"Pressures so far: {words}")


def _pairs(value: VisitValue) -> list[tuple[datetime, Decimal, Decimal]]:
    """Systolic and diastolic typed together, corrections in the place of what they correct."""
    gone = {reading.corrects_id for reading in value.readings}
    found: dict[int, dict[Measure, ReadingValue]] = {}
    for reading in value.readings:
        if reading.id not in gone:
            found.setdefault(reading.act_id, {})[reading.measure] = reading
    both = [f for f in found.values() if Measure.SYSTOLIC in f and Measure.DIASTOLIC in f]
    return [(f[Measure.SYSTOLIC].at, f[Measure.SYSTOLIC].value, f[Measure.DIASTOLIC].value) for f in both]


def x(since: timedelta, whole: timedelta) -> float:
    """Where a moment stands; what came before the start stands at the edge."""
    return round(EDGE + max(0.0, since / whole) * (WIDTH - 2 * EDGE), 1)


def y(mmhg: Decimal) -> float:
    return round(HEIGHT - 4 - (float(mmhg) - LOW) * (HEIGHT - 8) / SPAN, 1)


def _mark(at: float, high: Decimal, low: Decimal) -> Mark:
    top, foot = y(high), y(low)
    left, right = round(at - 4, 1), round(at + 4, 1)
    up, down = round(top - 4, 1), round(foot + 4, 1)
    return Mark(f"M{left} {up}L{at} {top}L{right} {up}M{left} {down}L{at} {foot}L{right} {down}M{at} {top}V{foot}")
