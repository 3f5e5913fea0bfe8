"""What pages read about erasures."""

from __future__ import annotations

from fenestra.care.people.erasure_rules import Basis, ErasureValue
from fenestra.care.people.models import ErasureAnswer, ErasureAsked
from fenestra.ground.book.scope import Mask, Scope


def value_of(scope: Scope, mask: Mask, row: ErasureAsked) -> ErasureValue:
    """One request with its answer."""
    answer = ErasureAnswer.objects.filter(asked=row).first()
    return ErasureValue(
        row.pk, row.person_id, Basis(row.basis), row.keep_until, row.by_id or 0, frozenset(row.roles), row.at,
        answer.by_id if answer else None, answer.at if answer else None, bool(answer and answer.done),
    )  # fmt: skip


def erasures(scope: Scope, mask: Mask, person_id: int) -> list[ErasureValue]:
    """Every request to erase this person, the newest first."""
    rows = ErasureAsked.objects.filter(person_id=person_id, person__clinic_id=scope.clinic_id)
    return [value_of(scope, mask, row) for row in rows.exclude(person_id__in=mask.people).order_by("-pk")]
