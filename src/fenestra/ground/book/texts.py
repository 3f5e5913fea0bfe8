"""How long a text somebody types may be. Pure, so that rules and forms ask the same."""

from __future__ import annotations

from fenestra.science.errors import BadInput

LONGEST_TEXT = 4000  # characters of one free text, unless its field says otherwise


def check_length(text: str, longest: int = LONGEST_TEXT, *, field: str | None = None) -> None:
    """Refuse a text that is too long to be read by those who need it, saying by how much. Nothing is cut off."""
    if (over := len(text) - longest) > 0:
        too_many = "1 character" if over == 1 else f"{over:,} characters"
        raise BadInput(f"This is {too_many} too long; {longest:,} are kept. Shorten it and send it again.", field=field)
