"""Who asks, and what they may not see. Book knows clinics, staff and people by bare id; `clinic` fills these in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Scope:
    """One human (or the clock, or a device) acting for one clinic. Every query and every act takes one."""

    clinic_id: int
    staff_id: int | None
    roles: frozenset[str] = frozenset()
    time_zone: str = "UTC"
    name: str = ""

    def has(self, *roles: str) -> bool:
        """Whether this human holds any of these roles in this clinic."""
        return not self.roles.isdisjoint(roles)

    @property
    def zone(self) -> ZoneInfo:
        """The clinic's time zone."""
        return ZoneInfo(self.time_zone)

    def day_of(self, at: datetime) -> date:
        """The clinic day of a moment: its date on the clinic's wall, whatever the server's."""
        return at.astimezone(self.zone).date()


@dataclass(frozen=True)
class Mask:
    """What the asker may not see: groups of fields (the clinic names them) and people by id."""

    fields: frozenset[str] = frozenset()
    people: frozenset[int] = field(default_factory=frozenset)

    def hides(self, group: str) -> bool:
        return group in self.fields


OPEN = Mask()
