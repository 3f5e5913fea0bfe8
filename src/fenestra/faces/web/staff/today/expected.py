"""Who is expected today beside the dosing visits: therapy hours, scales, follow-ups, and a dose nobody booked a visit
for. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from fenestra.care.plan.rules import KIND_WORDS, AppointmentKind, AppointmentState
from fenestra.care.therapy.due import ExpectedValue
from fenestra.faces.web.days import clock_time
from fenestra.faces.web.staff.today.needs import sentence


@dataclass(frozen=True)
class ExpectedRow:
    """One appointment of a day. `look`: ahead, begun (nobody wrote what became of it), or done."""

    id: int
    person_id: int
    time: str
    name: str
    what: str
    state: str
    look: str
    write: bool


def bounds(day: date, zone: str) -> tuple[datetime, datetime]:
    """The first moment of a clinic day and of the next."""
    first, last = (datetime.combine(each, time(), ZoneInfo(zone)) for each in (day, day + timedelta(days=1)))
    return first, last


def rows(
    calendar: Iterable[ExpectedValue], names: Mapping[int, str], *, at: datetime, day: date, zone: str,
    with_visit: Iterable[int] = (),
) -> list[ExpectedRow]:  # fmt: skip
    """Everything of the day but what was cancelled, and but doses whose visit stands on the page already."""
    visiting, (first, last) = set(with_visit), bounds(day, zone)
    shown = [
        each
        for each in calendar
        if first <= each.starts_at < last
        and each.state is not AppointmentState.CANCELLED
        and not (each.kind is AppointmentKind.DOSE and each.person_id in visiting)
    ]
    return [row(each, names, at=at, zone=zone) for each in shown]


def row(each: ExpectedValue, names: Mapping[int, str], *, at: datetime, zone: str) -> ExpectedRow:
    with_whom = f" with {each.staff}" if each.staff else ""
    state, look = _state(each, at)
    return ExpectedRow(
        each.id, each.person_id, clock_time(each.starts_at, zone), names.get(each.person_id, ""),
        sentence(KIND_WORDS[each.kind]) + with_whom, state, look, each.unwritten(at),
    )  # fmt: skip


def _state(each: ExpectedValue, at: datetime) -> tuple[str, str]:
    if each.written and each.state is not AppointmentState.MISSED:
        return "written down", "done"
    if each.state in (AppointmentState.KEPT, AppointmentState.MISSED):
        return ("came" if each.state is AppointmentState.KEPT else "did not come"), "done"
    if each.starts_at > at:
        return "expected", "ahead"
    return "begun; nobody wrote what became of it", "begun"
