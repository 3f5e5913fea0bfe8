"""Whether the course goes on to this dose, as the plan and the person's consent say: asked of orders and starts, noted
of what happened."""

from __future__ import annotations

from collections.abc import Callable

from fenestra.care.people import queries as people
from fenestra.care.people.rules import ConsentKind, NotConsented, check_not_taken_back
from fenestra.care.people.screening_queries import latest_screening
from fenestra.care.plan import queries as plan
from fenestra.care.plan.rules import CourseStops, NotReady, check_decided
from fenestra.care.visit.values import VisitValue
from fenestra.ground.book.act import Act
from fenestra.ground.book.scope import OPEN


def check_goes_on(act: Act, value: VisitValue) -> None:
    """Refuse an order or a start after consent was taken back or a screening that nobody let pass, and that of a
    further dose no course review let."""
    check_still_agrees(act, value)
    check_let_pass(act, value)
    if said := plan.course_stops(act.by, OPEN, value.episode_id, value.dose_number):
        raise CourseStops(said)


def check_still_agrees(act: Act, value: VisitValue) -> None:
    """Refuse what needs a consent to treatment that was signed here and holds no longer."""
    check_not_taken_back(people.consents(act.by, OPEN, value.person_id), ConsentKind.TREATMENT, act.at)


def check_let_pass(act: Act, value: VisitValue) -> None:
    """Refuse what the newest screening here does not let pass. Somebody who was never screened here may have been on
    paper: whoever asks the arrival list is left alone."""
    if found := latest_screening(act.by, OPEN, value.person_id):
        decided = found.decided.decision.value if found.decided else ""
        check_decided(found.verdict, decided, before="a dose")


def _refused(check: Callable[[Act, VisitValue], None], act: Act, value: VisitValue) -> tuple[str, ...]:
    try:
        check(act, value)
    except (NotConsented, NotReady) as refusal:
        return (str(refusal),)
    return ()


def unreviewed(act: Act, value: VisitValue) -> tuple[str, ...]:
    """What stands against a dose that was given all the same: it is kept, marked, and an incident."""
    stops = plan.course_stops(act.by, OPEN, value.episode_id, value.dose_number)
    unread = (f"No course review says that the course goes on to dose {value.dose_number}.",) if stops else ()
    return (*unread, *_refused(check_still_agrees, act, value), *_refused(check_let_pass, act, value))
