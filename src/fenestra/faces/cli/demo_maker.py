"""What fills one made-up clinic: who acts, the key of each act, and the clinic's clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from fenestra.ground.book.act import Done
from fenestra.ground.book.scope import Scope
from fenestra.ground.clinic.rules import THE_PERSON


@dataclass
class Maker:
    """Fills one clinic; every act gets a key of its own."""

    slug: str
    clinic_id: int
    now: datetime
    zone: ZoneInfo
    scopes: dict[str, Scope] = field(default_factory=dict)
    logins: list[dict[str, Any]] = field(default_factory=list)
    links: list[dict[str, Any]] = field(default_factory=list)
    passwords: dict[str, str] = field(default_factory=dict)
    chairs: dict[str, int] = field(default_factory=dict)
    taken: set[tuple[object, ...]] = field(default_factory=set)
    acts: int = 0
    lot_id: int = 0

    def do(self, action: Any, who: str, at: datetime, **told: Any) -> Done:
        self.acts += 1
        by = self.scopes.get(who) or Scope(self.clinic_id, None)
        return action(by=by, at=at, key=f"demo-{self.slug}-{self.acts}", **told)

    def user(self, who: str) -> str:
        """The user name of one of the team in this clinic."""
        return next(one["user"] for one in self.logins if one["user"].removesuffix("-h") == who)

    def staff_id(self, who: str) -> int:
        return self.scopes[who].staff_id or 0

    @property
    def person(self) -> Scope:
        """How a person acts for themselves, from a link."""
        return Scope(self.clinic_id, None, frozenset({THE_PERSON}), self.zone.key)

    @property
    def local(self) -> datetime:
        """Now, on the clinic's clock."""
        return self.now.astimezone(self.zone)

    @property
    def today(self) -> date:
        return self.day_of(self.now)

    def day_of(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def moment(self, day: date, hour: int, minute: int = 0) -> datetime:
        """A moment on the clinic's clock."""
        return datetime.combine(day, time(hour, minute), self.zone)

    def before(self, at: datetime) -> datetime:
        """The moment, or a minute ago when it would still be to come."""
        return min(at, self.now - timedelta(minutes=1))

    def take_free(self, wanted: Iterable[tuple[object, ...]]) -> tuple[object, ...]:
        """The first of these that nobody has, and it is had from now on."""
        found = next(each for each in wanted if each not in self.taken)
        self.taken.add(found)
        return found
