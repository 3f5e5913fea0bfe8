"""A clinic with humans and one person, in which something is owed.

desk = furnish()
item = desk.owed()
desk.cover("nina", hours=2)
desk.later(minutes=31)
assert desk.see(item).escalated_to == "lead"
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from fenestra.care.people import actions as people
from fenestra.care.people.rules import Identity
from fenestra.care.work import actions, clock, queries
from fenestra.care.work.queries import ItemValue
from fenestra.ground.book.act import Done
from fenestra.ground.book.scope import OPEN, Scope
from fenestra.ground.clinic.actions import add_staff, found_clinic
from fenestra.ground.clinic.queries import scope_of

MORNING = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)  # ten o'clock in New York
STAFF = {
    "mira": "medical director",
    "dana": "physician",
    "nina": "nurse",
    "noel": "nurse",
    "theo": "therapist",
    "lena": "lead",
    "audrey": "auditor",
}
KEYS = itertools.count(1)


@dataclass
class Desk:
    """The clinic under test. `do` runs an act as a human of it at the desk's clock, with a fresh key unless given."""

    clinic_id: int
    scopes: dict[str, Scope] = field(default_factory=dict)
    at: datetime = MORNING
    person_id: int = 0

    def do(self, verb: Callable[..., Done], who: str = "nina", *, key: str = "", **told: Any) -> Done:
        return verb(by=self.scopes[who], at=self.at, key=key or f"desk {next(KEYS)}", **told)

    def later(self, *, minutes: float = 0) -> None:
        """Time passes and the clock looks."""
        self.at += timedelta(minutes=minutes)
        clock.look(self.at)

    def person(self) -> int:
        identity = Identity("Marta Ellison", date(1984, 4, 12))
        return self.do(people.register_person, code=f"W-{next(KEYS)}", identity=identity, sex="female").id or 0

    def owed(self, about: str = "response:1", *, level: str = "high", **other: Any) -> int:
        told: dict[str, Any] = {
            "kind": "suicide_alert", "about": about, "level": level, "owner_role": "on cover",
            "person_id": self.person_id, "words": "thoughts of death",
        }  # fmt: skip
        return self.do(actions.open_item, **{**told, **other}).id or 0

    def cover(self, who: str = "nina", *, starts: float = 0, hours: float = 8) -> int:
        begins = self.at + timedelta(hours=starts)
        return self.do(
            actions.declare_cover, "lena", staff_id=self.scopes[who].staff_id, starts_at=begins,
            ends_at=begins + timedelta(hours=hours),
        ).id or 0  # fmt: skip

    def answer_within(self, minutes: int, *, level: str = "high", then_role: str = "lead") -> None:
        self.do(actions.declare_answer_time, "lena", level=level, minutes=minutes, then_role=then_role)

    def see(self, item_id: int, who: str = "nina") -> ItemValue:
        return queries.item(self.scopes[who], OPEN, item_id)

    def list(self, **told: Any) -> list[int]:
        return [each.id for each in queries.items(self.scopes["nina"], OPEN, self.at, **told)]

    def said(self, item_id: int) -> list[tuple[str, str]]:
        return [(each.kind.value, each.words) for each in queries.steps(self.scopes["nina"], OPEN, item_id)]


def furnish(*, slug: str = "") -> Desk:
    """Found a clinic with its humans and one person."""
    desk = Desk(
        found_clinic(
            slug=slug or f"desk-{next(KEYS)}", name="River", time_zone="America/New_York", phone="555 0101",
            crisis_line="988", made_up=True, at=MORNING,
        )
    )  # fmt: skip
    for name, role in STAFF.items():
        made = add_staff(
            by=Scope(desk.clinic_id, None), at=desk.at, key=f"staff {name}", username=f"{name}.{desk.clinic_id}",
            name=name.title(), password="not used here", roles=(role,),
        )  # fmt: skip
        scope = scope_of(made.id or 0, desk.clinic_id)
        assert scope
        desk.scopes[name] = scope
    desk.person_id = desk.person()
    return desk
