"""Signatures: who signed what, when, and what it means, bound to the exact content.

A signature is a row of its own beside the row it signs. It keeps the printed name as it was at that moment, the meaning
in words, and the digest of the signed row; whoever signs has just typed their password. When the signed row is not any
more what the digest says, the signature says so on its page and to the verifier.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.apps import apps
from django.db import models

from fenestra.ground.book.act import Act
from fenestra.ground.book.digest import row_digest
from fenestra.ground.book.finding import Finding
from fenestra.ground.book.models import EventRow, HeadRow
from fenestra.ground.book.scope import Mask, Scope
from fenestra.ground.clinic.models import Signature, Staff


class Standing(StrEnum):
    """What has become of the content since it was signed."""

    AS_SIGNED = "as it was signed"
    LATER_VERSION = "changed since, by a later act"
    CHANGED = "NOT as it was signed"
    GONE = "gone"


@dataclass(frozen=True)
class SignatureValue:
    """One signature as it is shown: printed name, moment, meaning, and whether its content still stands."""

    id: int
    name: str
    at: datetime
    meaning: str
    signed: str
    content_hash: str
    standing: Standing

    @property
    def holds(self) -> bool:
        return self.standing in (Standing.AS_SIGNED, Standing.LATER_VERSION)


def sign(act: Act, row: EventRow | HeadRow, *, meaning: str, by_id: int | None = None) -> Signature:
    """Sign a row that this act has just written, by whoever acts or by the second human named. The caller has asked
    that human's password."""
    signer = Staff.objects.get(pk=by_id or act.by.staff_id or 0)
    made = Signature(
        clinic_id=act.by.clinic_id, person_id=act.person_id, table=row._meta.db_table, row_id=row.pk,
        row_version=row.version if isinstance(row, HeadRow) else None, content_hash=row_digest(row), meaning=meaning,
        name=signer.name, by=signer, at=act.at,
    )  # fmt: skip
    return act.add(made)


def signatures(scope: Scope, mask: Mask, *, person_id: int | None = None) -> list[SignatureValue]:
    """Signatures in this clinic, the newest first: those about one person, or those about no person at all."""
    rows = Signature.objects.filter(clinic_id=scope.clinic_id, person_id=person_id)
    return [_value(row) for row in rows.exclude(person_id__in=mask.people).order_by("-pk")]


def _value(row: Signature) -> SignatureValue:
    return SignatureValue(
        row.pk, row.name, row.at, row.meaning, f"{row.table}:{row.row_id}", row.content_hash, standing_of(row)
    )


def standing_of(signature: Signature) -> Standing:
    """Whether what was signed is still what it was."""
    model = _tables().get(signature.table)
    row = model._default_manager.filter(pk=signature.row_id).first() if model else None
    if row is None:
        return Standing.GONE
    if isinstance(row, HeadRow) and row.version != signature.row_version:
        return Standing.LATER_VERSION
    return Standing.AS_SIGNED if row_digest(row) == signature.content_hash else Standing.CHANGED


def _tables() -> dict[str, type[models.Model]]:
    return {model._meta.db_table: model for model in apps.get_models()}


def check_all() -> Iterator[Finding]:
    """For the verifier: signatures whose content is not as it was signed."""
    for row in Signature.objects.order_by("pk").iterator():
        if (standing := standing_of(row)) in (Standing.CHANGED, Standing.GONE):
            yield Finding(f"clinic_signature:{row.pk}", f"signs {row.table}:{row.row_id}, which is {standing.value}")
