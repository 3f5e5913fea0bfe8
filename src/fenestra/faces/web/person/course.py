"""What comes, in plain words, and the seven days after the last treatment. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from fenestra.care.plan.rules import AppointmentKind, AppointmentState
from fenestra.care.plan.values import AppointmentValue
from fenestra.care.visit.day_queries import EndedDose
from fenestra.science.errors import Refused
from fenestra.science.protocols.regimens import protocol
from fenestra.science.protocols.window import TherapyWindow, therapy_window

AHEAD = timedelta(days=120)
DAYS = 7
SHADES = {
    0: "an ordinary day",
    1: "a day near the ones we plan therapy for",
    2: "a day we plan therapy for",
}


@dataclass(frozen=True)
class Coming:
    """The next thing, and what the person said about it."""

    id: int
    when: str
    what: str
    answered: str


@dataclass(frozen=True)
class DayAfter:
    """One of the seven days: 0 plain, 1 near the days aimed for, 2 one of them."""

    date: date
    shade: int
    today: bool
    words: str


def when_words(at: datetime, now: datetime, zone: str) -> str:
    """'Tomorrow, 09:00', or the day by its name and date."""
    here, today = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    near = {today: "Today", today + timedelta(days=1): "Tomorrow"}
    return f"{near.get(here.date(), f'{here:%A %-d %B}')}, {here:%H:%M}"


def what_words(one: AppointmentValue, who: Mapping[int, str]) -> str:
    """What it is, in words a person uses."""
    name = who.get(one.staff_id or 0, "")
    beside = f" with {name}" if name else ""
    if one.kind is AppointmentKind.DOSE:
        number = f" number {one.dose_number}" if one.dose_number else ""
        return f"Your treatment{number}. Somebody takes you home; you do not drive that day."
    if one.kind is AppointmentKind.THERAPY:
        return f"An hour of therapy{beside}."
    return f"{'Some questions' if one.kind is AppointmentKind.SCALES else 'A talk about how it goes'}{beside}."


def coming(one: AppointmentValue, who: Mapping[int, str], said: bool | None, now: datetime, zone: str) -> Coming:
    """The next thing with two answers."""
    answered = {
        True: "You said you will be there.",
        False: "You asked for another time. The clinic will offer one; until then this one is yours.",
        None: "",
    }[said]
    return Coming(one.id, when_words(one.starts_at, now, zone), what_words(one, who), answered)


def ahead(
    booked: Sequence[AppointmentValue], who: Mapping[int, str], now: datetime, zone: str
) -> list[tuple[str, str]]:
    """What is booked, in order."""
    standing = [each for each in booked if each.state is AppointmentState.BOOKED and each.ends_at > now]
    return [(when_words(each.starts_at, now, zone), what_words(each, who)) for each in standing]


def days_after(doses: Sequence[EndedDose], now: datetime, zone: str) -> list[DayAfter]:
    """Seven clinic days from the day of the last treatment, shaded by its protocol's window; none when the last
    treatment is longer ago, or its protocol is not known here."""
    if not doses:
        return []
    last, place = doses[-1], ZoneInfo(zone)
    first, today = last.ended_at.astimezone(place).date(), now.astimezone(place).date()
    try:
        window = therapy_window(protocol(last.protocol).window, last.ended_at)
    except Refused:
        return []
    days = [first + timedelta(days=each) for each in range(DAYS)]
    if today not in days:
        return []
    shades = [_shade(day, window, place) for day in days]
    return [DayAfter(day, shade, day == today, SHADES[shade]) for day, shade in zip(days, shades, strict=True)]


def _shade(day: date, window: TherapyWindow, place: ZoneInfo) -> int:
    begins = datetime.combine(day, time(), place)
    ends = datetime.combine(day + timedelta(days=1), time(), place)
    if begins <= window.closes_at and ends > window.opens_at:
        return 2
    return 1 if window.closes_at < begins <= window.soft_until else 0
