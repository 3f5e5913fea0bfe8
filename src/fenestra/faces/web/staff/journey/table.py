"""The time line as a table: one row for each day of which anything is written. The read-out line reads it too. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.utils.html import escape
from django.utils.safestring import mark_safe

from fenestra.faces.web.days import clock_time
from fenestra.faces.web.staff.journey.course import ONE_DAY, Course, Dose, DoseIs, Hour, HourIs, Told, UseOf
from fenestra.science.protocols.window import TherapyWindow
from fenestra.science.quantities import plain

COLUMNS = ("Dose and window", "Therapy", "Craving", "Use", "Check-in", "Scales and tests", "Incidents")


@dataclass(frozen=True)
class Row:
    """One clinic day; a cell is empty where nothing is written."""

    day: date
    iso: str
    words: str
    cells: tuple[str, ...]

    @property
    def markup(self) -> str:
        """The row as HTML, written here because a template takes ten times as long for a year of them."""
        cells = "".join(f"<td>{escape(cell)}</td>" for cell in self.cells)
        return mark_safe(f'<tr data-day="{self.iso}"><th scope="row">{escape(self.words)}</th>{cells}</tr>\n')


Cells = dict[date, dict[str, list[str]]]


def columns(course: Course) -> tuple[str, ...]:
    """What this role may see."""
    hidden = {"Dose and window", "Incidents"} if course.hides("dose") else set()
    return tuple(each for each in COLUMNS if each not in hidden)


def rows(course: Course) -> list[Row]:
    """Every day with something written of it, oldest first."""
    cells: Cells = defaultdict(lambda: defaultdict(list))
    _doses(course, cells)
    _hours(course, cells)
    _told(course, cells)
    for use in course.use:
        _use(use, cells, several=len(course.use) > 1)
    _measured(course, cells)
    names = columns(course)
    return [
        Row(day, day.isoformat(), f"{day:%a %-d %b %Y}", tuple("; ".join(cells[day][name]) for name in names))
        for day in sorted(cells)
    ]


def _doses(course: Course, cells: Cells) -> None:
    for dose in course.doses:
        clock = clock_time(dose.at, course.zone)
        ended = {DoseIs.GIVEN: f"ended {clock}", DoseIs.BOOKED: f"booked {clock}", DoseIs.PLANNED: f"planned {clock}"}
        said = f"dose {dose.number} {ended.get(dose.state, dose.state.value)}"
        cells[course.day_of(dose.at)]["Dose and window"].append(said)
        if dose.state is DoseIs.GIVEN and dose.window:
            _window_days(course, dose, dose.window, cells)


def _window_days(course: Course, dose: Dose, window: TherapyWindow, cells: Cells) -> None:
    """The days after a dose until its window closes, each with where the window stands on it."""
    first = course.day_of(dose.at)
    for count in range(1, (course.day_of(window.closes_at) - first).days + 1):
        day = first + ONE_DAY * count
        cells[day]["Dose and window"].append(f"day {count} after dose {dose.number}, {_stands(day, window, course)}")


def _stands(day: date, window: TherapyWindow, course: Course) -> str:
    opens, closes = (at.astimezone(ZoneInfo(course.zone)) for at in (window.opens_at, window.closes_at))
    if day == closes.date():
        return f"window open until {closes:%H:%M}"
    if day == opens.date():
        return f"window opens {opens:%H:%M}"
    return "window open" if day > opens.date() else "window not open yet"


def _hours(course: Course, cells: Cells) -> None:
    for hour in course.hours:
        cells[course.day_of(hour.at)]["Therapy"].append(hour_words(hour, course))


def hour_words(hour: Hour, course: Course) -> str:
    """14:00 held, inside the window; with whom and how where that is known."""
    clock = clock_time(hour.at, course.zone)
    where = {True: "inside a window", False: "outside a window", None: ""}[hour.inside]
    if hour.state is HourIs.MISSED:
        where = ""
    return ", ".join(part for part in (f"{clock} {hour.state.value}", where, hour.what, hour.who) if part)


def _told(course: Course, cells: Cells) -> None:
    for each in course.told:
        cells[each.day]["Check-in"].append("answered")
        if said := craving_words(each):
            cells[course.day_of(each.at)]["Craving"].append(said)
    for day in course.missed:
        cells[day]["Check-in"].append("asked, not answered")


def craving_words(told: Told) -> str:
    now, most = told.craving_now, told.craving_most
    if now is None:
        return "" if most is None else f"strongest {most}, now not told"
    return f"{now}" if most is None else f"{now}, strongest {most}"


def _use(use: UseOf, cells: Cells, *, several: bool) -> None:
    name = f"{use.substance}: " if several else ""
    for day, used in use.used.items():
        also = ", sources differ" if day in use.disagree else ""
        cells[day]["Use"].append(f"{name}{_use_words(use, day, used)}{also}")


def _use_words(use: UseOf, day: date, used: bool | None) -> str:
    if used is None:
        return "asked, not known"
    if not used:
        return "none"
    amount = use.amounts.get(day)
    return f"{plain(amount)} {use.unit}" if amount is not None else "use, amount not told"


def _measured(course: Course, cells: Cells) -> None:
    for scale in course.scales:
        band = f" ({scale.band})" if scale.band and scale.total is not None else ""
        cells[scale.day]["Scales and tests"].append(f"{scale.name} {scale.said}{band}")
    for test in course.tests:
        result = {True: "positive", False: "negative", None: "could not be read"}[test.positive]
        cells[test.day]["Scales and tests"].append(" ".join(part for part in (test.name, result, test.value) if part))
    for incident in course.incidents:
        cells[course.day_of(incident.at)]["Incidents"].append(incident.kind)
