"""The time line, laid out: lanes one below the other on one axis, windows through all of them, today, the future. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fenestra.faces.web.staff.journey import lanes
from fenestra.faces.web.staff.journey.course import Course
from fenestra.faces.web.staff.journey.ground import draw_axis, draw_windows
from fenestra.faces.web.staff.journey.lanes import Frame
from fenestra.faces.web.staff.journey.shapes import Sheet, percent
from fenestra.faces.web.staff.journey.spans import Span

WIDE_PX, PHONE_PX = 860.0, 300.0  # the narrowest a picture is drawn, for deciding which words have room
MOST_SCALES = 5


@dataclass(frozen=True)
class Lane:
    """One lane: its name, what it needs to be read, and its place. `y` is where the name stands."""

    name: str
    sub: str
    y: float
    sub_y: float


@dataclass(frozen=True)
class Picture:
    """A drawn time line. `key` keeps the ids of two pictures on one page apart."""

    key: str
    span: Span
    height: float
    lanes_top: float
    names: tuple[Lane, ...]
    sheet: Sheet
    now: str
    future: str
    says: str
    above: bool

    @property
    def foot(self) -> float:
        return self.height - 8

    @property
    def under(self) -> str:
        return self.sheet.under(self.key)

    @property
    def craving(self) -> str:
        return self.sheet.line_of_craving()

    @property
    def over(self) -> str:
        return self.sheet.over(self.key)


@dataclass(frozen=True)
class Planned:
    """A lane before it has a place."""

    name: str
    sub: str
    height: float
    draw: Callable[[Frame], None]
    nothing: str = ""


def wide(course: Course, span: Span) -> Picture:
    return _picture(course, span, "w", WIDE_PX, above=False)


def phone(course: Course, span: Span) -> Picture:
    """Seven weeks; the names of the lanes stand above them."""
    return _picture(course, span, "n", PHONE_PX, above=True)


def _picture(course: Course, span: Span, key: str, pixels: float, *, above: bool) -> Picture:
    sheet, names = Sheet(), list[Lane]()
    planned = _planned(course, tall=above)
    gap, y = (25, 42.0) if above else (7, 24.0)
    places = list[tuple[Planned, float]]()
    for index, lane in enumerate(planned):
        y += gap if above and index else 0
        places.append((lane, y))
        names.append(_name(lane, y, above))
        y += lane.height + (0 if above else gap)
    foot = y + (2 if above else -5)
    draw_windows(sheet, course, span)
    draw_axis(sheet, span, course.at, pixels=pixels, foot=foot)
    for index, (lane, top) in enumerate(places):
        if index:
            line_y = top - (19 if above else 4)
            sheet.line("between", 0, line_y, 100, line_y)
        frame = Frame(sheet, span, top, lane.height, pixels)
        if lane.nothing:
            sheet.text("faint", 0, frame.middle + 4, lane.nothing, dx=4)
        elif lane.name == "Doses":
            lanes.draw_doses(frame, course.doses, foot)
        else:
            lane.draw(frame)
    now = span.place(course.at)
    return Picture(
        key=key,
        span=span,
        height=foot + 8,
        lanes_top=20,
        names=tuple(names),
        sheet=sheet,
        now=percent(now) if 0 <= now <= 100 else "",
        future=percent(max(0.0, now)) if now < 100 else "",
        says=_says(course, span),
        above=above,
    )


def _name(lane: Planned, top: float, above: bool) -> Lane:
    if above:
        return Lane(lane.name, lane.sub, top - 6, top - 6)
    middle = top + min(lane.height, 40) / 2
    return Lane(lane.name, lane.sub, middle + (-2 if lane.sub else 4), middle + 12)


# ---- which lanes there are


def _planned(course: Course, *, tall: bool) -> list[Planned]:
    found = [] if course.hides("dose") else [_doses(course)]
    found += [_therapy(course, tall), _craving(course, tall)]
    found += [_use(use, tall) for use in course.use] or [_no_use()]
    found += [_check_ins(course, tall), *_scales(course), *_tests(course)]
    if course.incidents:
        moments = [each.at for each in course.incidents]
        found.append(Planned("Incidents", "", 18, lambda frame: lanes.draw_incidents(frame, moments)))
    return found


def _nobody(frame: Frame) -> None:
    """A lane with nothing in it but words."""


def _doses(course: Course) -> Planned:
    nothing = "" if course.doses else "No dose is planned or given yet."
    return Planned("Doses", "", 34, _nobody, nothing)


def _therapy(course: Course, tall: bool) -> Planned:
    nothing = "" if course.hours else "No therapy hour is booked or held yet."
    sub = "filled = inside a window" if tall and not course.hides("dose") else ""
    return Planned("Therapy", sub, 26, lambda frame: lanes.draw_hours(frame, course.hours), nothing)


def _craving(course: Course, tall: bool) -> Planned:
    told = any(each.craving_now is not None for each in course.told)
    sub = "now, and the day’s strongest" if tall else "now; bar: strongest"
    nothing = "" if told else "No check-in tells of craving yet."
    return Planned("Craving", sub, 112 if told else 24, lambda frame: lanes.draw_craving(frame, course), nothing)


def _use(use: lanes.UseOf, tall: bool) -> Planned:
    unit = f"{use.unit} a day" if use.unit else "by day"
    sub = f"{unit}; dot = none" if tall else unit
    return Planned(f"{use.substance.capitalize()} use", sub, 68, lambda frame: lanes.draw_use(frame, use))


def _no_use() -> Planned:
    return Planned("Use", "", 24, _nobody, "No day of use or without is told yet.")


def _check_ins(course: Course, tall: bool) -> Planned:
    nothing = "" if course.told or course.missed else "No check-in was asked for yet."
    return Planned(
        "Check-ins", "hatched = missed" if tall else "", 16, lambda f: lanes.draw_check_ins(f, course), nothing
    )


def _scales(course: Course) -> list[Planned]:
    """A lane for each of the last forms used, so that its numbers read as one row."""
    by_name: dict[str, list[lanes.Scale]] = {}
    for each in course.scales:
        by_name.setdefault(each.name, []).append(each)
    newest = sorted(by_name, key=lambda name: (len(by_name[name]), by_name[name][-1].day), reverse=True)[:MOST_SCALES]

    def lane(name: str) -> Planned:
        return Planned(name, by_name[name][-1].purpose, 20, lambda frame: lanes.draw_scales(frame, by_name[name]))

    return [lane(name) for name in newest]


def _tests(course: Course) -> list[Planned]:
    by_name: dict[str, list[lanes.Sample]] = {}
    for each in course.tests:
        by_name.setdefault(each.name, []).append(each)

    def lane(name: str) -> Planned:
        return Planned(name.capitalize(), "", 18, lambda frame: lanes.draw_tests(frame, by_name[name]))

    return [lane(name) for name in by_name]


def _says(course: Course, span: Span) -> str:
    """The sentence a screen reader says instead of the picture; the table beside it says the same day by day."""
    shown = [dose for dose in course.given if span.shows_moment(dose.at)]
    parts = "therapy hours, craving, use, check-ins, scales and tests"
    doses = "" if course.hides("dose") else f"{len(shown)} given dose{'' if len(shown) == 1 else 's'} with windows, "
    return f"Time line from {span.first:%-d %B %Y} to {span.last:%-d %B %Y}: {doses}{parts}. The table below says the same."
