"""Follow-ups after the last dose that nobody has asked for yet are put on the work list. Asked by the clock.

A point is met by any scale or test between it and the next one, as on the journey page. Only the point that has come last
is owed: what was missed before stays missed, and is not asked for afterwards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef

from fenestra.care.measures.models import Response, Test
from fenestra.care.plan.models import PlannedDose
from fenestra.care.plan.rules import DoseState
from fenestra.care.visit import day_queries as visits
from fenestra.care.visit.models import Visit
from fenestra.care.work.rules import ItemKind, Level
from fenestra.care.work.silence import Look, Owed, keep_in_step
from fenestra.ground.book.scope import OPEN, Mask, Scope
from fenestra.ground.clinic.rules import Role
from fenestra.science.protocols.follow_up import FollowUpPoint, follow_up_at, follow_up_months

OVER = "A scale or a test was taken, the next point has come, another dose is planned, or the course is over."


@dataclass(frozen=True)
class OwedFollowUp:
    """One point of one open course that has come and of which nothing is known."""

    person_id: int
    episode_id: int
    last_dose: date
    point: FollowUpPoint


def owed(scope: Scope, mask: Mask, *, at: datetime) -> list[OwedFollowUp]:
    """Every open course whose newest follow-up point has come and is not met, in as many questions for a thousand people
    as for one. A course with a dose still to come is not in its follow-up."""
    zone = ZoneInfo(scope.time_zone)
    today = at.astimezone(zone).date()
    months = follow_up_months()
    since = at - timedelta(days=31 * (max(months) + 1) + 366)  # a last point may be owed for a year
    last = {
        dose.episode_id: (dose.person_id, dose.ended_at.astimezone(zone).date())
        for dose in visits.doses_ended(scope, mask, since=since, until=at)
        if dose.episode_open
    }
    for episode_id in _with_a_dose_ahead(last, at, today):
        del last[episode_id]
    due = [
        OwedFollowUp(person_id, episode_id, day, point)
        for episode_id, (person_id, day) in last.items()
        if (point := follow_up_at(day, today)) is not None
    ]
    asked = _asked(due)
    return [each for each in due if not any(map(each.point.is_met_by, asked[each.person_id]))]


def _with_a_dose_ahead(episodes: Iterable[int], at: datetime, today: date) -> set[int]:
    ids = list(episodes)
    planned = PlannedDose.objects.filter(plan__episode_id__in=ids, state=DoseState.PLANNED.value, ends_at__gt=at)
    booked = Visit.objects.filter(episode_id__in=ids, day__gte=today)
    return {*planned.values_list("plan__episode_id", flat=True), *booked.values_list("episode_id", flat=True)}


def _asked(due: Iterable[OwedFollowUp]) -> dict[int, set[date]]:
    """The days on which these people answered a form or gave a sample, as they stand now."""
    since = {each.person_id: each.point.day for each in due}
    found: dict[int, set[date]] = defaultdict(set)
    for kind in (Response, Test):
        corrected = Exists(kind.objects.filter(corrects=OuterRef("pk")))
        rows = kind.objects.filter(~corrected, person_id__in=since, day__gte=min(since.values(), default=date.max))
        for person_id, day in rows.values_list("person_id", "day"):
            found[person_id].add(day)
    return found


def look_over(by: Scope, at: datetime) -> None:
    """Put every owed follow-up on the work list until it is met, the next one comes, or the course is over."""
    found = {
        f"follow-up:{each.episode_id}:{each.last_dose.isoformat()}:{each.point.month}": _item(each, by.time_zone)
        for each in owed(by, OPEN, at=at)
    }
    keep_in_step(by, at, ItemKind.FOLLOW_UP_OWED, found, over=OVER)


def _item(each: OwedFollowUp, time_zone: str) -> Owed:
    months = f"{each.point.month} month{'' if each.point.month == 1 else 's'}"
    words = f"{months} after the last dose ({each.point.day:%-d %b %Y}): no scale and no test since. Ask how it goes."
    until = each.point.until
    due_at = datetime.combine(until, time(), ZoneInfo(time_zone)) if until else None
    return Owed(each.person_id, Level.LOW, Role.COORDINATOR, words, due_at)


look = Look(look_over)
