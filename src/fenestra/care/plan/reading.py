"""How rows of this room are read: a window rule once for each version, a sealed text as the asker may see it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from fenestra.care.people.queries import HIDDEN
from fenestra.care.plan.models import Plan
from fenestra.care.plan.protocols import version_of
from fenestra.ground.book import vault
from fenestra.ground.book.scope import OPEN, Mask, Scope
from fenestra.science.protocols.protocol import WindowRule


def window_rules(scope: Scope) -> Callable[[Plan], WindowRule]:
    """The window rule of each plan's exact version, read once for each version."""

    @cache
    def of(protocol: str, protocol_hash: str) -> WindowRule:
        return version_of(scope, OPEN, protocol, protocol_hash).protocol.window

    return lambda plan: of(plan.protocol, plan.protocol_hash)


def opened(mask: Mask, person_id: int, stored: str, *, group: str = "identity") -> str:
    """A sealed text as the asker may read it."""
    if mask.hides(group):
        return HIDDEN if stored else ""
    return vault.unlock(person_id, stored)
