"""The versions of protocols a clinic can read: those that ship, and its own, signed by its medical director."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from fenestra.care.plan import rules
from fenestra.care.plan.models import ProtocolVersion
from fenestra.ground.book.scope import Mask, Scope
from fenestra.science.protocols.protocol import Protocol
from fenestra.science.protocols.regimens import content_hash, load_protocols
from fenestra.science.protocols.regimens import protocol as protocol_named
from fenestra.science.protocols.stored import protocol_from_text


@dataclass(frozen=True)
class VersionValue:
    """One version of a protocol. `signed_at` is None for those that ship; `why_not` says why it cannot be planned."""

    protocol: Protocol
    content_hash: str
    signed_at: datetime | None
    by_id: int | None
    reason: str

    @property
    def why_not(self) -> str:
        return rules.why_not_plannable(self.protocol)

    @property
    def own(self) -> bool:
        return self.signed_at is not None


@cache
def _shipped() -> tuple[VersionValue, ...]:
    """Those that ship, each hashed once."""
    return tuple(VersionValue(each, content_hash(each), None, None, "") for each in load_protocols())


def _versions(scope: Scope) -> Iterator[VersionValue]:
    yield from _shipped()
    for row in ProtocolVersion.objects.filter(clinic_id=scope.clinic_id).order_by("pk"):
        yield VersionValue(protocol_from_text(row.content), row.content_hash, row.at, row.by_id, row.reason)


def protocols(scope: Scope, mask: Mask) -> list[VersionValue]:
    """Every version this clinic can read, also those nobody can plan."""
    return list(_versions(scope))


def version_of(scope: Scope, mask: Mask, protocol: str, protocol_hash: str) -> VersionValue:
    """Exactly this version; a refusal when it is not one of this clinic's."""
    for each in _versions(scope):
        if (each.protocol.id, each.content_hash) == (protocol, protocol_hash):
            return each
    raise rules.NotPlannable("That version of the protocol is not one of this clinic's. Choose a protocol again.")


def version_followed(scope: Scope, protocol: str, protocol_hash: str) -> Protocol | None:
    """The version an episode follows; for a hash that is not known here the one of that name that ships, else None."""
    own = ProtocolVersion.objects.filter(clinic_id=scope.clinic_id, protocol=protocol, content_hash=protocol_hash)
    exact = next((each.protocol for each in _shipped() if each.content_hash == protocol_hash), None)
    if exact is None and (row := own.first()):
        exact = protocol_from_text(row.content)
    return exact or next((each.protocol for each in _shipped() if each.protocol.id == protocol), None)


def shipped(protocol: str) -> VersionValue:
    """The version of this protocol that ships."""
    found = protocol_named(protocol)
    return VersionValue(found, content_hash(found), None, None, "")
