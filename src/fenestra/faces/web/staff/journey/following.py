"""The one next thing: what this person is expected for, or what is missing for there to be something. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from fenestra.faces.web.days import short
from fenestra.faces.web.staff.journey.course import Appointment, Course, Dose, DoseIs


@dataclass(frozen=True)
class NextThing:
    """`when` is empty when nothing is booked; `verb` and `href` are the way on."""

    ahead: str
    when: str
    what: str
    with_whom: str
    verb: str
    href: str


def next_thing(course: Course, *, may_book: bool) -> NextThing:
    person = f"/people/{course.person.id}/"
    here = next((dose for dose in course.doses if dose.state is DoseIs.HERE), None)
    if here:
        return NextThing("now", "In the clinic now", here.words.lower(), "", "Open the visit", _visit(here))
    visit = next((d for d in course.doses if d.state is DoseIs.BOOKED and d.visit_id), None)
    booked = min(
        (each for each in course.appointments if each.until > course.at), key=lambda each: each.at, default=None
    )
    if visit and (
        booked is None or (course.day_of(visit.at) <= course.day_of(booked.at) and _same_or_before(visit, booked))
    ):
        return NextThing(
            ahead(visit.at, course), _when(visit.at, course), visit.words, "", "Open the visit",
            _visit(visit),
        )  # fmt: skip
    if booked:
        return NextThing(
            ahead(booked.at, course), _when(booked.at, course), booked.words, _with(booked), *_plan(course)
        )
    if not may_book:
        return NextThing("", "", "Nothing is booked.", "", *_plan(course))
    if course.episode is None or not course.episode.open:
        return NextThing("", "", "No episode is open.", "", "Open an episode", f"{person}episodes/")
    if not course.doses and not course.hides("dose"):
        return NextThing("", "", "No plan is laid yet.", "", "Go to the plan", f"{person}plan/")
    return NextThing("", "", "Nothing is booked.", "", "Book a visit", f"{person}visits/")


def _plan(course: Course) -> tuple[str, str]:
    """Where appointments stand: the plan, for those who see doses and where there is an episode to plan."""
    person = f"/people/{course.person.id}/"
    if course.episode is None or course.hides("dose"):
        return "Open the person", person
    return "See the plan", f"{person}plan/"


def _same_or_before(visit: Dose, booked: Appointment) -> bool:
    return visit.at <= booked.at or booked.words.startswith("Dose")


def _visit(dose: Dose) -> str:
    return f"/visits/{dose.visit_id}/"


def _when(at: datetime, course: Course) -> str:
    zone = ZoneInfo(course.zone)
    return f"{short(at.astimezone(zone).date(), zone=zone)}, {at.astimezone(zone):%H:%M}"


def ahead(at: datetime, course: Course) -> str:
    """How far ahead, in the words of a day."""
    days = (course.day_of(at) - course.today).days
    if days <= 0:
        left = max(timedelta(), at - course.at)
        return f"today, in {int(left / timedelta(hours=1))} h" if left >= timedelta(hours=1) else "today"
    return "tomorrow" if days == 1 else f"in {days} days"


def _with(booked: Appointment) -> str:
    where = {True: "inside the window", False: "outside the window", None: ""}[booked.inside]
    of = f" of dose {booked.dose_number}" if where and booked.dose_number else ""
    return " · ".join(part for part in (booked.who, where + of) if part)
