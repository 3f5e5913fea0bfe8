"""Whether the course goes on to this dose, as the plan says: asked of orders and starts, noted of what happened."""

from __future__ import annotations

from fenestra.care.plan import queries as plan
from fenestra.care.plan.rules import CourseStops
from fenestra.care.visit.values import VisitValue
from fenestra.ground.book.act import Act
from fenestra.ground.book.scope import OPEN


def check_goes_on(act: Act, value: VisitValue) -> None:
    """Refuse an order or a start of a further dose that no course review let."""
    if said := plan.course_stops(act.by, OPEN, value.episode_id, value.dose_number):
        raise CourseStops(said)


def unreviewed(act: Act, value: VisitValue) -> tuple[str, ...]:
    """What stands against a dose that was given all the same: it is kept, marked, and an incident."""
    stops = plan.course_stops(act.by, OPEN, value.episode_id, value.dose_number)
    return (f"No course review says that the course goes on to dose {value.dose_number}.",) if stops else ()
