"""What the verifier says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was sealed."""

    row: str
    what: str


@dataclass(frozen=True)
class Verdict:
    """What the verifier read, and what it found. `uncovered`: rows that may change and were last written by a version
    that kept no digest of them; nothing is known of these."""

    lines: int
    rows: int
    head: str
    findings: tuple[Finding, ...]
    uncovered: int = 0

    @property
    def whole(self) -> bool:
        return not self.findings
