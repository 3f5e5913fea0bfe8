"""Which safety presets hold here.

A preset nobody read in its source is a proposal: it holds only once a medical director has adopted it by name. The
clinic says which are adopted; a command that knows no clinic applies them as if adopted, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from fenestra.science.protocols.requirements import Requirement


class Standing(StrEnum):
    """On what ground a preset holds, or that it does not."""

    VERIFIED = "verified"
    ADOPTED = "adopted"
    AS_IF_ADOPTED = "as_if_adopted"
    UNADOPTED = "unadopted"

    @property
    def in_force(self) -> bool:
        return self is not Standing.UNADOPTED

    @property
    def words(self) -> str:
        """The standing as staff read it beside a finding."""
        return {
            Standing.VERIFIED: "read in its source",
            Standing.ADOPTED: "adopted by the medical director",
            Standing.AS_IF_ADOPTED: "shipped preset, unverified, applied as if adopted",
            Standing.UNADOPTED: "unverified and not adopted here",
        }[self]


@dataclass(frozen=True)
class Adoption:
    """The requirement ids a medical director signed; `as_if_all` is for commands that know no clinic."""

    ids: frozenset[str] = frozenset()
    as_if_all: bool = False

    def standing(self, rule: Requirement) -> Standing:
        """How this requirement stands here. A signature counts before the source does: it is this clinic's own."""
        if rule.id in self.ids:
            return Standing.ADOPTED
        if rule.verified:
            return Standing.VERIFIED
        return Standing.AS_IF_ADOPTED if self.as_if_all else Standing.UNADOPTED


NO_CLINIC = Adoption(as_if_all=True)
NOTHING_ADOPTED = Adoption()
