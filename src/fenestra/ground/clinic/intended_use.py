"""The page on intended use, as it ships: feeds from monitors are off until a medical director accepts exactly this text."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

FEEDS = "intended-use:feeds"  # the name under which the acceptance is signed
PAGE = Path(__file__).parent / "data" / "intended-use.md"  # word for word docs/intended-use.md


@cache
def text() -> str:
    """The page as a medical director reads it."""
    return PAGE.read_text(encoding="utf-8")


@cache
def text_hash() -> str:
    """SHA-256 of the page's bytes."""
    return hashlib.sha256(PAGE.read_bytes()).hexdigest()


def content() -> dict[str, str]:
    """What the signature covers: the page by its hash."""
    return {"page": "docs/intended-use.md", "sha256": text_hash()}
