"""The year as a thin ruler: doses, what the picture above shows of it, and the follow-ups owed. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fenestra.faces.web.staff.journey.course import Course, DoseIs
from fenestra.faces.web.staff.journey.shapes import percent
from fenestra.faces.web.staff.journey.spans import Span, year_span
from fenestra.science.protocols.follow_up import follow_up_points

NEAR_THE_END = 92  # per cent of the ruler from which a label would run over its end


@dataclass(frozen=True)
class FollowUp:
    """One follow-up point. `kind`: met (a scale or test was taken between it and the next), owed, or ahead."""

    month: int
    day: date
    kind: str
    x: str
    label: str
    anchor: str

    @property
    def words(self) -> str:
        return f"{self.month} month{'' if self.month == 1 else 's'}: {self.kind}, {self.day:%-d %b %Y}"


@dataclass(frozen=True)
class Ruler:
    now: str
    frame_x: str
    frame_width: str
    doses: tuple[str, ...]
    follow_ups: tuple[FollowUp, ...]
    says: str


def ruler(course: Course, shown: Span) -> Ruler:
    span = year_span(course)
    follow_ups = _follow_ups(course, span)
    left, right = max(0.0, span.place_of(shown.first)), min(100.0, span.place_of(shown.end))
    given = [dose for dose in course.doses if dose.state is DoseIs.GIVEN and span.shows_moment(dose.at)]
    return Ruler(
        now=percent(min(100.0, max(0.0, span.place(course.at)))),
        frame_x=percent(left),
        frame_width=percent(max(0.0, right - left)),
        doses=tuple(percent(span.place(dose.at)) for dose in given),
        follow_ups=follow_ups,
        says=_says(follow_ups),
    )


def _last_dose(course: Course) -> date | None:
    """The last dose of this episode, given or expected; None while none is, while more are to come that have no date,
    or where doses are hidden."""
    since = course.episode.opened_at if course.episode else course.at
    doses = [d for d in course.doses if d.at >= since and (d.ahead or d.state is DoseIs.GIVEN)]
    last = max(doses, key=lambda dose: dose.at, default=None)
    if last is None or (last.ahead and last.number < last.of):
        return None
    return course.day_of(last.at)


def _follow_ups(course: Course, span: Span) -> tuple[FollowUp, ...]:
    last_dose = _last_dose(course)
    if last_dose is None:
        return ()
    points = follow_up_points(last_dose)
    asked = {each.day for each in course.scales} | {each.day for each in course.tests}
    found = list[FollowUp]()
    for point in points:
        met = any(point.is_met_by(each) for each in asked)
        kind = "met" if met else ("ahead" if point.day > course.today else "owed")
        place = span.place_of(point.day, 0.5)
        anchor = "end" if place > NEAR_THE_END else "middle"
        label = _label(point.month, points[-1].month)
        found.append(FollowUp(point.month, point.day, kind, percent(place), label, anchor))
    return tuple(found)


def _label(month: int, last: int) -> str:
    return {1: "1 month", last: f"{last} months"}.get(month, str(month))


def _says(follow_ups: tuple[FollowUp, ...]) -> str:
    if not follow_ups:
        return "The year: no follow-up is due before a dose is planned."
    return "Follow-ups after the last dose. " + "; ".join(each.words for each in follow_ups) + "."
