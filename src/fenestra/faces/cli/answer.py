"""What a command answers: for people, for programs, and its exit code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answer:
    """`text` is printed for people, `told` with --json."""

    text: str
    told: Any
    code: int = 0
