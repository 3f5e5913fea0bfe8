"""Whether the course goes on to this dose, as the plan, the protocol, the screening and the person's consent say: asked of
orders and starts, noted of what happened."""

from __future__ import annotations

from collections.abc import Callable

from fenestra.care.people import queries as people
from fenestra.care.people.rules import ConsentKind, NotConsented, check_consented, check_not_taken_back
from fenestra.care.people.screening_queries import latest_screening
from fenestra.care.plan import queries as plan
from fenestra.care.plan.rules import CourseStops, NotReady, OtherRoute, check_decided
from fenestra.care.visit.models import DoseMark
from fenestra.care.visit.values import VisitValue
from fenestra.ground.book.act import Act
from fenestra.ground.book.scope import OPEN
from fenestra.science.errors import DataFault

NOBODY_SCREENED = (
    "Nobody has screened this person here. Keep a screening on their page first, also when one was done on paper; the "
    "order follows from it."
)


def check_goes_on(act: Act, value: VisitValue) -> None:
    """Refuse an order or a start without a consent that holds, without a screening that lets it pass, by another route
    than the protocol's, out of turn, and of a further dose without a course review: with a plan or without one."""
    for check in CHECKS:
        check(act, value)


def check_agrees(act: Act, value: VisitValue) -> None:
    """Refuse what needs a consent to treatment, where none that was signed here holds."""
    check_consented(people.consents(act.by, OPEN, value.person_id), ConsentKind.TREATMENT, act.at)


def check_still_agrees(act: Act, value: VisitValue) -> None:
    """Refuse to go on with what has begun, when a consent that was signed here holds no longer."""
    check_not_taken_back(people.consents(act.by, OPEN, value.person_id), ConsentKind.TREATMENT, act.at)


def check_let_pass(act: Act, value: VisitValue) -> None:
    """Refuse what no screening here lets pass."""
    found = latest_screening(act.by, OPEN, value.person_id)
    if found is None:
        raise NotReady(NOBODY_SCREENED)
    check_decided(found.verdict, found.decided.decision.value if found.decided else "", before="a dose")


def check_route(act: Act, value: VisitValue) -> None:
    """Refuse a dose by another route than the episode's protocol gives it."""
    if said := plan.other_route(act.by, OPEN, value.episode_id, value.route.value):
        raise OtherRoute(said)


def check_in_turn(act: Act, value: VisitValue) -> None:
    """Refuse a dose under a number that lies before one given already: no review would stand before it."""
    later = DoseMark.objects.filter(visit__episode_id=value.episode_id, visit__dose_number__gt=value.dose_number)
    if given := later.order_by("-visit__dose_number").values_list("visit__dose_number", flat=True).first():
        raise NotReady(
            f"Dose {given} of this course was given already, so dose {value.dose_number} cannot come after it. Send the "
            "person home from this visit and book the next dose: a course review stands before it."
        )


def check_reviewed(act: Act, value: VisitValue) -> None:
    """Refuse a further dose that no course review lets."""
    if said := plan.course_stops(act.by, OPEN, value.episode_id, value.dose_number):
        raise CourseStops(said)


CHECKS: tuple[Callable[[Act, VisitValue], None], ...] = (
    check_agrees, check_let_pass, check_route, check_in_turn, check_reviewed,
)  # fmt: skip


def unreviewed(act: Act, value: VisitValue) -> tuple[str, ...]:
    """What stands against a dose that was given all the same: it is kept, marked, and an incident."""
    return tuple(said for check in CHECKS if (said := _refused(check, act, value)))


def _refused(check: Callable[[Act, VisitValue], None], act: Act, value: VisitValue) -> str:
    try:
        check(act, value)
    except CourseStops:
        return f"No course review says that the course goes on to dose {value.dose_number}."
    except (NotConsented, NotReady, OtherRoute) as refusal:
        return str(refusal)
    except DataFault:  # the version that was signed cannot be read any more: the record is taken all the same
        return "The protocol of this visit cannot be read, so nothing could be held against it."
    return ""
