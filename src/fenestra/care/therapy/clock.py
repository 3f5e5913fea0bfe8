"""An open window without a therapy hour is put on the work list, and taken off it again. Asked by the clock.

From the opening on it is something to look at; at half time it becomes an alarm (THP-001), once for each time that it
stands open: the item is graver from then on, and the step that says so stays when an hour is booked.

The item says what is so. It does not say that an hour in the window works better: the window is a hypothesis.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from fenestra.care.therapy import queries
from fenestra.care.therapy.queries import WindowValue
from fenestra.care.work.actions import open_item, settle
from fenestra.care.work.causes import CauseValue, causes
from fenestra.care.work.rules import ItemKind, Level, is_worse
from fenestra.ground.book.scope import OPEN, Scope
from fenestra.ground.clinic import queries as clinics
from fenestra.ground.clinic.rules import Role

KIND = ItemKind.WINDOW_WITHOUT_HOUR
EVERY = timedelta(minutes=1)  # how often the clock looks; a page that books an hour looks at once


class Look:
    """Looks over every clinic once a minute; called each second by the clock."""

    def __init__(self) -> None:
        self._looked_at: datetime | None = None

    def __call__(self, at: datetime) -> None:
        if self._looked_at is not None and self._looked_at <= at < self._looked_at + EVERY:
            return
        for clinic in clinics.clinics():
            look_over(clinic.id, clinic.time_zone, at)
        self._looked_at = at

    __qualname__ = "Look"


def look_over(clinic_id: int, time_zone: str, at: datetime) -> None:
    """Raise each open window without an hour, once for each dose unless an hour was cancelled since, and once more at
    half time; settle what has an hour now, or is over."""
    by = Scope(clinic_id, None, frozenset(), time_zone, "the clock")
    found = {_about(each): each for each in queries.windows(by, OPEN, at=at)}
    known = causes(by, KIND, abouts=found)
    for about, each in found.items():
        if each.without_hour and _may_raise(known.get(about), _level(each, at)):
            _raise(by, at, each, known.get(about))
    for about, cause in known.items():
        if cause.is_open and not (about in found and found[about].without_hour):
            words = _settled(found.get(about))
            settle(kind=KIND.value, about=about, words=words, by=by, at=at, key=f"settled {about} {cause.times}")


def _about(each: WindowValue) -> str:
    return f"window:{each.visit_id}"


def _level(each: WindowValue, at: datetime) -> Level:
    return Level.MEDIUM if each.half_over(at) else Level.LOW


def _may_raise(cause: CauseValue | None, level: Level) -> bool:
    """What a human has called done stays done; what is open is raised again only when it is graver now."""
    if cause is None:
        return True
    return is_worse(level, than=cause.level) if cause.is_open else not cause.done_by_human


def _raise(by: Scope, at: datetime, each: WindowValue, cause: CauseValue | None) -> None:
    level, zone = _level(each, at), by.zone
    half = "Half of it is over. " if level is Level.MEDIUM else ""
    words = (
        f"Dose {each.dose_number} ended on {each.ended_at.astimezone(zone):%a %-d %b at %H:%M}. Its window is open until "
        f"{each.window.closes_at.astimezone(zone):%a %-d %b %H:%M}, and no therapy hour is booked or held in it. "
        f"{half}The window is a working rule, not a proven fact."
    )
    open_item(
        kind=KIND.value, about=_about(each), level=level.value, owner_role=Role.THERAPIST.value,
        person_id=each.person_id, words=words, due_at=each.window.closes_at, by=by, at=at,
        key=f"{'half' if cause and cause.is_open else 'raised'} {_about(each)} {cause.times if cause else 0}",
    )  # fmt: skip


def _settled(each: WindowValue | None) -> str:
    if each is not None and each.held_at:
        return "A therapy hour was held in the window."
    if each is not None and each.booked_at:
        return "A therapy hour is booked in the window."
    return "The window is over, or the course is. Nothing is owed for it any more."


look = Look()
