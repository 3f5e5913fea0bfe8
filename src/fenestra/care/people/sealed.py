"""How a text typed about a person reads to whoever asks."""

from __future__ import annotations

from fenestra.ground.book import vault
from fenestra.ground.book.scope import Mask

HIDDEN = "(hidden from your role)"


def opened(mask: Mask, person_id: int, stored: str) -> str:
    """A text typed about a person, as this asker may read it: it may name somebody."""
    if not stored:
        return ""
    return HIDDEN if mask.hides("identity") else vault.unlock(person_id, stored)
