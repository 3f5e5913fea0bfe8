"""A course as weeks on the clinic's clock: doses, their windows as a soft gradient, hours inside and outside. Pure.

Places are per cent of a week's width, so that the words on the picture keep their size on a phone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from fenestra.science.protocols.protocol import WindowRule

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class DrawnDose:
    """What is drawn of a dose: its number, when it begins and ends. Hollow when it has no date any more."""

    number: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class DrawnHour:
    starts_at: datetime
    inside: bool


@dataclass(frozen=True)
class Mark:
    """Something in a week: `place` and `wide` in per cent."""

    place: float
    wide: float = 0.0
    word: str = ""
    inside: bool = True


@dataclass(frozen=True)
class Week:
    """One row of the picture."""

    label: str
    top: int
    doses: tuple[Mark, ...]
    windows: tuple[Mark, ...]
    hours: tuple[Mark, ...]


@dataclass(frozen=True)
class Picture:
    """The whole of it, with its sentence."""

    weeks: tuple[Week, ...]
    height: int
    stops: tuple[tuple[float, float], ...]
    days: tuple[tuple[float, str], ...]
    said: str


ROW, TOP = 34, 18


def picture(
    doses: Sequence[DrawnDose], hours: Sequence[DrawnHour], rule: WindowRule, zone: ZoneInfo, *, said: str
) -> Picture:
    """Draw from the week of the first dose to the week of the last dose or hour."""
    moments = [dose.starts_at for dose in doses] + [hour.starts_at for hour in hours]
    first = _monday(min(moments).astimezone(zone).date())
    last = _monday(max(moments).astimezone(zone).date())
    count = (last - first).days // 7 + 1
    weeks = tuple(_week(first + timedelta(days=7 * at), at, doses, hours, rule, zone) for at in range(count))
    days = tuple((round(100 * (at + 0.5) / 7, 2), name) for at, name in enumerate(DAYS))
    return Picture(weeks, TOP + ROW * count + 2, _stops(rule), days, said)


def _stops(rule: WindowRule) -> tuple[tuple[float, float], ...]:
    """Nothing at the dose, full between the rule's hours, then a soft tail to nothing. Never an edge."""
    opens, closes, tail = float(rule.opens_h), float(rule.closes_h), 24 * float(rule.soft_tail_to_day)
    hours = (
        (0, 0),
        (opens - 8, 0),
        (opens + 3, 1.35),
        (closes - 3, 1.35),
        (closes + 12, 0.5),
        (closes + 48, 0.2),
        (tail, 0),
    )
    return tuple((round(100 * min(max(0.0, hour), tail) / tail, 1), strength) for hour, strength in hours)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _week(
    monday: date, at: int, doses: Sequence[DrawnDose], hours: Sequence[DrawnHour], rule: WindowRule, zone: ZoneInfo
) -> Week:
    start, end = (datetime.combine(day, time(), zone) for day in (monday, monday + timedelta(days=7)))
    whole = end.timestamp() - start.timestamp()

    def place(moment: datetime) -> float:
        return round(100 * (moment.timestamp() - start.timestamp()) / whole, 2)

    wide = round(100 * 24 * float(rule.soft_tail_to_day) * 3600 / whole, 2)
    windows = [Mark(place(dose.ends_at), wide) for dose in doses]
    return Week(
        label=f"{monday:%-d %b}",
        top=TOP + ROW * at,
        doses=tuple(
            Mark(place(dose.starts_at), word=str(dose.number)) for dose in doses if 0 <= place(dose.starts_at) < 100
        ),
        windows=tuple(each for each in windows if -wide < each.place < 100),
        hours=tuple(
            Mark(place(hour.starts_at), inside=hour.inside) for hour in hours if 0 <= place(hour.starts_at) < 100
        ),
    )
