"""Work that comes from what did not happen. Nothing is sent when nothing happens, so the clock looks now and then: what is
owed stands on the list, and what is owed no more is taken off it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from fenestra.care.work.actions import open_item, settle
from fenestra.care.work.causes import causes
from fenestra.care.work.rules import ItemKind, Level
from fenestra.ground.book.scope import Scope
from fenestra.ground.clinic import queries as clinics
from fenestra.ground.clinic.rules import Role

EVERY = timedelta(minutes=10)  # what is looked for takes days


@dataclass(frozen=True)
class Owed:
    """What a human would owe for one cause, as it stands now."""

    person_id: int
    level: Level
    owner_role: Role
    words: str
    due_at: datetime | None = None


class Look:
    """Looks over every clinic now and then; called each second by the clock."""

    def __init__(self, look_over: Callable[[Scope, datetime], None]) -> None:
        self._look_over = look_over
        self._looked_at: datetime | None = None
        self.__qualname__ = f"{look_over.__module__}.Look"

    def __call__(self, at: datetime) -> None:
        if self._looked_at is not None and self._looked_at <= at < self._looked_at + EVERY:
            return
        for clinic in clinics.clinics():
            self._look_over(Scope(clinic.id, None, frozenset(), clinic.time_zone, "the clock"), at)
        self._looked_at = at


def keep_in_step(by: Scope, at: datetime, kind: ItemKind, owed: Mapping[str, Owed], *, over: str) -> None:
    """Raise each of these causes once, and settle every open item of this kind whose cause is not among them, with the
    words `over`. What a human has called done is not raised again for the same cause."""
    known = causes(by, kind, abouts=owed)
    for about, each in owed.items():
        before = known.get(about)
        if before is None or before.may_be_raised:
            open_item(
                kind=kind.value, about=about, level=each.level.value, owner_role=each.owner_role.value,
                person_id=each.person_id, words=each.words, due_at=each.due_at, by=by, at=at,
                key=f"raised {about} {before.times if before else 0}",
            )  # fmt: skip
    for about, cause in known.items():
        if cause.is_open and about not in owed:
            settle(kind=kind.value, about=about, words=over, by=by, at=at, key=f"settled {about} {cause.times}")
