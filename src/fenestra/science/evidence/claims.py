"""What is said about ketamine for addiction, and what the sources say to it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from fenestra.science.errors import DataFault
from fenestra.science.evidence.library import load_evidence
from fenestra.science.evidence.tables import build_all, check_keys, read_toml

CLAIMS_FILE = Path(__file__).parent / "data" / "claims.toml"


class Verdict(StrEnum):
    """How a claim stands against its sources. A wrong claim is never printed."""

    SUPPORTED = "supported"
    OVERSTATED = "overstated"
    WRONG = "wrong"
    UNVERIFIABLE = "unverifiable"


@dataclass(frozen=True)
class Claim:
    """One claim met in popular articles.

    Where `caveat_required`, it is shown only together with `primary_source_says` or `patient_wording`. `keywords` are
    lower-case fragments by which a draft leaflet can be searched.
    """

    id: str
    heard_in: str
    kind: str
    claim: str
    verdict: Verdict
    primary_source_says: str
    trial_ids: tuple[str, ...]
    source_urls: tuple[str, ...]
    patient_wording: str
    keywords: tuple[str, ...]
    caveat_required: bool

    @property
    def may_be_printed(self) -> bool:
        """Whether the claim may stand on any page at all (with its caveat, where one is required)."""
        return self.verdict is not Verdict.WRONG


def read_claims(path: Path) -> tuple[Claim, ...]:
    """The claims of one file; a claim that cites an unknown trial or lacks its caveat is a fault."""
    tables = read_toml(path)
    check_keys(tables, {"meta", "claim"}, file=path.name)
    claims = build_all(Claim, tables.get("claim", []), file=path.name, table="claim")
    known_trials = {trial.id for trial in load_evidence().trials}
    for claim in claims:
        _check_claim(claim, known_trials, file=path.name)
    return claims


@cache
def load_claims() -> tuple[Claim, ...]:
    """All claims that ship with the package."""
    return read_claims(CLAIMS_FILE)


def claims_touched(draft: str) -> tuple[Claim, ...]:
    """The claims whose subject a draft leaflet touches, by their keywords: a reader compares the wording with each.

    A fragment found is not a claim made, and a claim made in other words is not found: it helps reading, no more.
    """
    words = draft.lower()
    return tuple(claim for claim in load_claims() if any(keyword in words for keyword in claim.keywords))


def _check_claim(claim: Claim, known_trials: set[str], *, file: str) -> None:
    row = f"claim {claim.id}"
    for trial_id in claim.trial_ids:
        if trial_id not in known_trials:
            raise DataFault(file, row, "trial_ids", f"{trial_id} is not a known trial")
    if claim.caveat_required and not claim.patient_wording:
        raise DataFault(file, row, "patient_wording", "is empty, although a caveat is required")
    if any(keyword != keyword.lower() for keyword in claim.keywords):
        raise DataFault(file, row, "keywords", "must be lower-case")
