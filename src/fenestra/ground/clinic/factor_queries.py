"""What pages read about one's own second factors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fenestra.ground.book.scope import Mask, Scope
from fenestra.ground.clinic import secret, totp
from fenestra.ground.clinic.models import Factor, RecoveryCode
from fenestra.ground.clinic.presence import TOTP, factors_in_force, now_s, spent_until
from fenestra.science.errors import NotHere


@dataclass(frozen=True)
class FactorValue:
    """A second factor in force; what it proves with stays where it is."""

    id: int
    kind: str
    label: str
    added_at: datetime


def factors(scope: Scope, mask: Mask) -> list[FactorValue]:
    """The second factors of the human who asks, the oldest first."""
    rows = factors_in_force(scope.staff_id or 0)
    return [FactorValue(row.pk, row.kind, row.label, row.added_at) for row in rows]


def check_own(scope: Scope, mask: Mask, factor_id: int) -> None:
    """Refuse a number that never was a second factor of the human who asks."""
    if not Factor.objects.filter(pk=factor_id, staff_id=scope.staff_id or 0).exists():
        raise NotHere("There is no such second factor of yours. Go back and look at those you have.")


def has_factor(scope: Scope, mask: Mask) -> bool:
    """Whether this human has a second factor, and so never gets in by a password alone."""
    return factors_in_force(scope.staff_id or 0).exists()


def recovery_codes_left(scope: Scope, mask: Mask) -> int:
    """How many codes on paper would still open."""
    return RecoveryCode.objects.filter(staff_id=scope.staff_id or 0, used_at=None).count()


def code_of_this_minute(scope: Scope, mask: Mask) -> str:
    """A code that fits now, as the human's own app shows it. For a made-up clinic's sign-in page alone; empty when there
    is no app, or when the codes near now are spent."""
    for row in factors_in_force(scope.staff_id or 0).filter(kind=TOTP):
        now = totp.step_at(now_s())
        steps = range(max(now - totp.DRIFT_STEPS, spent_until(row) + 1), now + totp.DRIFT_STEPS + 1)
        opened = secret.unseal(row.staff_id, row.sealed)
        return next((totp.code(opened, step) for step in steps), "")
    return ""
