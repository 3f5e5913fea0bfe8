"""Leave for bytes to go out, as the rooms that make or send bytes know it: a frozen value, nothing to look up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Leave:
    """Made by a room that holds the `Disclosure`, checked again there at the moment of sending. `scope` says in words
    what the consent covers, or that none was needed: it travels with the bytes."""

    disclosure_id: int
    recipient: str
    basis: str
    notice: str
    at: datetime
    made_up: bool  # a demo clinic: every page says so
    scope: str = ""
