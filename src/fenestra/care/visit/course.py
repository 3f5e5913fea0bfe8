"""Whether the course goes on to this dose, as the plan and the person's consent say: asked of orders and starts, noted
of what happened."""

from __future__ import annotations

from fenestra.care.people import queries as people
from fenestra.care.people.rules import ConsentKind, NotConsented, check_not_taken_back
from fenestra.care.plan import queries as plan
from fenestra.care.plan.rules import CourseStops
from fenestra.care.visit.values import VisitValue
from fenestra.ground.book.act import Act
from fenestra.ground.book.scope import OPEN


def check_goes_on(act: Act, value: VisitValue) -> None:
    """Refuse an order or a start after consent was taken back, and that of a further dose no course review let."""
    check_still_agrees(act, value)
    if said := plan.course_stops(act.by, OPEN, value.episode_id, value.dose_number):
        raise CourseStops(said)


def check_still_agrees(act: Act, value: VisitValue) -> None:
    """Refuse what needs a consent to treatment that was signed here and holds no longer."""
    check_not_taken_back(people.consents(act.by, OPEN, value.person_id), ConsentKind.TREATMENT, act.at)


def _no_longer_agreed(act: Act, value: VisitValue) -> tuple[str, ...]:
    try:
        check_still_agrees(act, value)
    except NotConsented as refusal:
        return (str(refusal),)
    return ()


def unreviewed(act: Act, value: VisitValue) -> tuple[str, ...]:
    """What stands against a dose that was given all the same: it is kept, marked, and an incident."""
    stops = plan.course_stops(act.by, OPEN, value.episode_id, value.dose_number)
    unread = (f"No course review says that the course goes on to dose {value.dose_number}.",) if stops else ()
    return (*unread, *_no_longer_agreed(act, value))
