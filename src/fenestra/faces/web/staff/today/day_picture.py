"""The day by chair: what was given when, and what is booked. Pure; places are hundredths of the day's width."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from fenestra.care.visit.day_queries import GlanceValue
from fenestra.care.visit.rules import CLOSED, DOSING, VisitState
from fenestra.faces.web.days import clock_time
from fenestra.faces.web.staff.today.needs import visit_page
from fenestra.science.protocols.regimens import load_protocols

FIRST_HOUR, LAST_HOUR = 8, 18
ROOM_FOR_A_LETTER = 0.62  # hundredths of the width; a name that would run into the next bar is left to the table


@cache
def minutes_of() -> Mapping[str, float]:
    """How long the dose of each protocol takes, where its trial says so."""
    amounts = {each.id: each.dose.minutes for each in load_protocols()}
    return {name: float(amount.value) for name, amount in amounts.items() if amount and amount.value}


@dataclass(frozen=True)
class Bar:
    """One visit on the line of its chair. Booked ones are hollow; pale is the watch after the dose."""

    x: float
    dose: float
    watch: float
    watch_x: float
    booked: bool
    name: str
    name_x: float
    words: str


@dataclass(frozen=True)
class Line:
    when: str
    name: str
    href: str
    chair: str
    state: str
    dose: str


@dataclass(frozen=True)
class Picture:
    chairs: tuple[tuple[str, tuple[Bar, ...]], ...]
    hours: tuple[tuple[str, float], ...]
    now: float | None
    lines: tuple[Line, ...]


def picture(glances: Sequence[GlanceValue], names: Mapping[int, str], *, at: datetime, day: date, zone: str) -> Picture:
    """Every visit of the day, also the closed ones."""
    first, last = _range(glances, zone)
    start = datetime.combine(day, time(first), ZoneInfo(zone))
    whole = timedelta(hours=last - first)
    chairs = sorted({glance.line.chair for glance in glances})
    by_chair = tuple(
        (chair, _bars([g for g in glances if g.line.chair == chair], names, start, whole, at, zone)) for chair in chairs
    )
    now = _place(at, start, whole)
    every = 2 if last - first <= 16 else 4
    hours = tuple(
        (f"{hour:02d}:00", round(100 * (hour - first) / (last - first), 2)) for hour in range(first, last + 1, every)
    )
    return Picture(by_chair, hours, now if 0 <= now <= 100 else None, tuple(_line(g, names, zone) for g in glances))


def _range(glances: Sequence[GlanceValue], zone: str) -> tuple[int, int]:
    hours = [
        moment.astimezone(ZoneInfo(zone)).hour
        for g in glances
        for moment in (g.line.due_at, g.value.started_at)
        if moment
    ]
    return min([FIRST_HOUR, *hours]), min(24, max([LAST_HOUR, *(hour + 2 for hour in hours)]))


def _place(at: datetime, start: datetime, whole: timedelta) -> float:
    return round(100 * ((at - start) / whole), 2)


def _bars(
    glances: Sequence[GlanceValue], names: Mapping[int, str], start: datetime, whole: timedelta, at: datetime, zone: str
) -> tuple[Bar, ...]:
    there = sorted((g for g in glances if g.value.state is not VisitState.SENT_HOME), key=_begin)
    places = [_place(_begin(glance), start, whole) for glance in there]
    bars = []
    for glance, place, following in zip(there, places, [*places[1:], 100.0], strict=True):
        bars.append(_bar(glance, names.get(glance.line.person_id, ""), place, following, whole, at, zone))
    return tuple(bars)


def _begin(glance: GlanceValue) -> datetime:
    return glance.value.started_at or glance.line.due_at


def _bar(
    glance: GlanceValue, name: str, place: float, following: float, whole: timedelta, at: datetime, zone: str
) -> Bar:
    value, begin = glance.value, _begin(glance)
    started = value.started_at is not None
    end = _dose_end(glance, at)
    leave = glance.line.since if value.state in CLOSED and started else glance.earliest_leave_at
    dose = max(0.4, 100 * ((end - begin) / whole))
    watch = max(0.0, 100 * ((leave - end) / whole)) if leave else 0.0
    short = name.split(",")[0] if "," in name else name.split(" ")[-1]
    fits = place + dose + 0.5 + len(short) * ROOM_FOR_A_LETTER < following
    words = f"{name}, {'from' if started else 'booked for'} {clock_time(begin, zone)}: {value.state.value}"
    return Bar(
        place,
        round(dose, 2),
        round(watch, 2),
        round(place + dose, 2),
        not started,
        short if fits else "",
        round(place + dose + 0.5, 2),
        words,
    )


def _dose_end(glance: GlanceValue, at: datetime) -> datetime:
    """The end of the dose where it is known, else as ordered or as the protocol says; a moment when nobody says."""
    value, begin = glance.value, _begin(glance)
    if value.ended_at:
        return value.ended_at
    ordered = float(value.order.minutes) if value.order and value.order.minutes else minutes_of().get(value.protocol, 0)
    planned = begin + timedelta(minutes=ordered)
    return max(planned, at) if value.state in DOSING else planned


def _line(glance: GlanceValue, names: Mapping[int, str], zone: str) -> Line:
    line = glance.line
    return Line(
        clock_time(_begin(glance), zone), names.get(line.person_id, ""), visit_page(line.id), line.chair,
        glance.value.state.value, f"dose {line.dose_number} of {line.doses_planned}",
    )  # fmt: skip
