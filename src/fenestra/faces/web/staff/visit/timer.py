"""The figures above the lanes: minutes, the pump's end, what has been given, the earliest leave. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fenestra.care.visit.rules import CLOSED, Route, VisitState
from fenestra.faces.web.staff.visit.seen import Seen, milliseconds
from fenestra.science.quantities import plain


@dataclass(frozen=True)
class Timer:
    """Figures above the lanes. Empty words are not shown."""

    minute_of: str
    started_ms: int | None
    running: bool
    minutes: int
    seconds: int
    stops: str
    stops_ms: int | None
    given_label: str
    given: str
    given_ms: int | None
    mg_per_min: str
    ordered: str
    leave: str


def timer_of(seen: Seen) -> Timer | None:
    """Minutes, the pump's end, what has been given; None before the dose."""
    value = seen.value
    start, end = value.started_at, value.ended_at
    if start is None:
        return None
    if value.route is Route.IM:
        return _since_the_injection(seen, start)
    dry = None if seen.hides_dose else value.runs_dry_at()
    gone = (end or seen.at) - start
    leave = seen.earliest_leave_at
    return Timer(
        minute_of=_minute_of(seen),
        started_ms=milliseconds(start),
        running=end is None,
        minutes=int(gone.total_seconds() // 60),
        seconds=int(gone.total_seconds() % 60),
        stops=seen.clock(dry) if dry else (_ended_words(seen, end) if not seen.hides_dose else ""),
        stops_ms=milliseconds(dry),
        given_label="Given" if end else "Given so far",
        given="" if seen.hides_dose else f"{value.given_mg(seen.at):.1f}",
        given_ms=milliseconds(seen.at) if dry and dry > seen.at else None,
        mg_per_min=f"{value.changes[-1].mg_per_min or 0:f}",
        ordered=f"of {plain(value.order.dose_mg)} mg" if value.order else "mg, no order on record",
        leave=seen.clock(leave) if leave else "",
    )


def _since_the_injection(seen: Seen, start: datetime) -> Timer:
    """An injection has no pump and takes no time: its minutes are counted on, until the person has gone."""
    value, closed = seen.value, seen.state in CLOSED
    gone = (value.steps[-1].at if closed else seen.at) - start
    leave = seen.earliest_leave_at
    return Timer(
        minute_of="Left after" if closed else "Since the injection",
        started_ms=milliseconds(start),
        running=not closed,
        minutes=int(gone.total_seconds() // 60),
        seconds=int(gone.total_seconds() % 60),
        stops="",
        stops_ms=None,
        given_label="Given",
        given="" if seen.hides_dose else f"{value.given_mg(seen.at):.1f}",
        given_ms=None,
        mg_per_min="0",
        ordered=f"of {plain(value.order.dose_mg)} mg" if value.order else "mg, no order on record",
        leave=seen.clock(leave) if leave else "",
    )


def _minute_of(seen: Seen) -> str:
    order = seen.value.order
    if seen.value.ended_at:
        return "Dose took"
    return f"Minute, of {plain(order.minutes)}" if order and order.minutes and not seen.hides_dose else "Minute"


def _ended_words(seen: Seen, end: datetime | None) -> str:
    if end is not None:
        return f"ended {seen.clock(end)}"
    return "paused" if seen.state is VisitState.PAUSED else ""
