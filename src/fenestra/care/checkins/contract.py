"""The honesty contract: who sees what a person writes, and that a lapse leads to help."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "data" / "contract.toml"


@dataclass(frozen=True)
class Contract:
    """One version of the words."""

    version: str
    title: str
    lines: tuple[str, ...]


@cache
def load() -> Contract:
    """The version in use. A new wording is a new version, and is shown to everybody again."""
    told = tomllib.loads(FILE.read_text())
    return Contract(told["version"], told["title"], tuple(told["lines"]))
