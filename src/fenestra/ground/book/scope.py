"""Who asks, and what they may not see. Book knows clinics, staff and people by bare id; `clinic` fills these in."""

from __future__ import annotations

from dataclasses import dataclass, field


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


@dataclass(frozen=True)
class Mask:
    """What the asker may not see: groups of fields (`identity`, `counselling`, `level`) and people by id."""

    fields: frozenset[str] = frozenset()
    people: frozenset[int] = field(default_factory=frozenset)

    def hides(self, group: str) -> bool:
        return group in self.fields


OPEN = Mask()
