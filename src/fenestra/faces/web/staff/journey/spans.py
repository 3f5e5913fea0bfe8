"""Which days a picture shows, and where on it a moment lies. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from fenestra.faces.web.staff.journey.course import ONE_DAY, Course

# How much of the time around the course is shown: choices of this page, not clinical ones.
BEFORE_FIRST_DOSE, AFTER_LAST_DOSE = timedelta(weeks=7), timedelta(weeks=6)
SHORTEST, LONGEST = timedelta(weeks=12), timedelta(weeks=30)
LATEST_BEFORE, LATEST_AFTER = timedelta(weeks=9), timedelta(weeks=3)
YEAR_BEFORE, YEAR_AFTER, LONGEST_YEAR = timedelta(weeks=8), timedelta(days=380), timedelta(days=3 * 365)
PHONE_DAYS, PHONE_AHEAD = 49, timedelta(days=12)
MOST_WEEKS_BACK = 520


class Shown(StrEnum):
    """What the wide picture shows."""

    COURSE = "course"
    LATEST = "latest"
    YEAR = "year"


@dataclass(frozen=True)
class Span:
    """Whole clinic days, the last one not included. Places are per cent of the width: text keeps its size."""

    first: date
    end: date
    zone: str

    @property
    def days(self) -> int:
        return (self.end - self.first).days

    @property
    def last(self) -> date:
        return self.end - ONE_DAY

    def moment(self, day: date) -> datetime:
        """Midnight at which a clinic day begins."""
        return datetime.combine(day, time(), ZoneInfo(self.zone))

    @cached_property
    def _ends(self) -> tuple[float, float]:
        return self.moment(self.first).timestamp(), self.moment(self.end).timestamp()

    def place(self, at: datetime) -> float:
        """Per cent of the width; below 0 or above 100 outside the span. In elapsed time, whatever the clocks do."""
        start, end = self._ends
        return 100 * (at.timestamp() - start) / (end - start)

    def place_of(self, day: date, part: float = 0) -> float:
        """Where a day begins, or the middle of it for a part of 0.5."""
        return 100 * ((day - self.first).days + part) / self.days

    def shows(self, day: date) -> bool:
        return self.first <= day < self.end

    def shows_moment(self, at: datetime) -> bool:
        return 0 <= self.place(at) <= 100


def _around(course: Course) -> tuple[date, date]:
    """First and last day of the doses of this episode; the opening of the episode where there are none."""
    since = course.episode.opened_at if course.episode else course.at
    days = [course.day_of(dose.at) for dose in course.doses if dose.at >= since - BEFORE_FIRST_DOSE]
    days = days or [course.day_of(since)]
    return min(days), max(days)


def course_span(course: Course) -> Span:
    """The weeks before the first dose, the doses, the weeks after the last."""
    first_dose, last_dose = _around(course)
    first = max(min(course.first_day, first_dose - timedelta(days=10)), first_dose - BEFORE_FIRST_DOSE)
    end = last_dose + AFTER_LAST_DOSE
    end = min(max(end, first + SHORTEST), first + LONGEST)
    return Span(first, end, course.zone)


def latest_span(course: Course) -> Span:
    return Span(course.today - LATEST_BEFORE, course.today + LATEST_AFTER, course.zone)


def year_span(course: Course) -> Span:
    """From the weeks before the first dose to a year after the last; never more than three years."""
    first_dose, last_dose = _around(course)
    end = max(last_dose + YEAR_AFTER, course.today + LATEST_AFTER)
    first = max(min(first_dose - timedelta(days=10), course.first_day), first_dose - YEAR_BEFORE, end - LONGEST_YEAR)
    return Span(first, end, course.zone)


def phone_span(course: Course, weeks_back: int = 0) -> Span:
    """Seven weeks: five that were, and most of two to come."""
    end = course.today + PHONE_AHEAD + ONE_DAY - timedelta(weeks=weeks_back)
    return Span(end - timedelta(days=PHONE_DAYS), end, course.zone)


def first_shown(course: Course) -> Shown:
    """The course while it lasts; afterwards the latest weeks."""
    return Shown.COURSE if course_span(course).shows(course.today) else Shown.LATEST


def span_of(course: Course, shown: Shown) -> Span:
    found = {Shown.COURSE: course_span, Shown.LATEST: latest_span, Shown.YEAR: year_span}
    return found[shown](course)
