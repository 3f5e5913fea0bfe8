"""What fills one made-up clinic: who acts, and the key of each act."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fenestra.ground.book.act import Done
from fenestra.ground.book.scope import Scope


@dataclass
class Maker:
    """Fills one clinic; every act gets a key of its own."""

    slug: str
    clinic_id: int
    chance: random.Random
    now: datetime
    scopes: dict[str, Scope] = field(default_factory=dict)
    logins: list[dict[str, Any]] = field(default_factory=list)
    passwords: dict[str, str] = field(default_factory=dict)
    acts: int = 0
    lot_id: int = 0

    def do(self, action: Any, who: str, at: datetime, **told: Any) -> Done:
        self.acts += 1
        by = self.scopes.get(who) or Scope(self.clinic_id, None)
        return action(by=by, at=at, key=f"demo-{self.slug}-{self.acts}", **told)

    def user(self, who: str) -> str:
        """The user name of one of the team in this clinic."""
        return next(one["user"] for one in self.logins if one["user"].startswith(who))
