"""Who is at the screen proves to be the human they say: by password, by a code of their app, by a code on paper.

A code is spent on the row itself, in the transaction of the act that asks for it: what opened one screen opens no
other, whatever process or moment the second one comes from, and a code is not lost to an act that was refused.
"""

from __future__ import annotations

import time

from django.db.models import QuerySet

from fenestra.ground.book import clock, vault
from fenestra.ground.clinic import secret, totp
from fenestra.ground.clinic.models import Factor, FactorUse, RecoveryCode, Staff
from fenestra.ground.clinic.rules import WrongProof

TOTP, PASSKEY, RECOVERY = "totp", "passkey", "recovery code"
WRONG_CODE = "That code does not fit, or was used already. Type the six figures that your app shows now."


def now_s() -> float:
    """The time that telephones show. A demo's clock may run ahead; a telephone's does not."""
    return time.time()


def check_presence(staff: Staff | None, password: str, proof: str) -> None:
    """Refuse unless the password is theirs and, when they have a second factor, `proof` is a code of it. To be asked inside an
    act: a signature needs both halves once more."""
    if staff is None or not staff.check_password(password):
        raise WrongProof("That is not your password. A signature needs it once more.", field="password")
    if not factors_in_force(staff.pk).exists():
        return
    if not proof.strip():
        raise WrongProof("Type the code that your app shows now: your signature has two halves.", field="proof")
    if spend(staff.pk, proof) is None:
        raise WrongProof(WRONG_CODE, field="proof")


def factors_in_force(staff_id: int) -> QuerySet[Factor]:
    """The second factors that open something today."""
    return Factor.objects.filter(staff_id=staff_id, ended_at=None).order_by("pk")


def plain(code: str) -> str:
    """A code as it was meant: without the spaces and dashes that make it easy to read."""
    return "".join(code.split()).replace("-", "").lower()


def spend(staff_id: int, code: str) -> str | None:
    """The kind of factor whose code this is, spent now; None when it fits none."""
    if _spend_app_code(staff_id, plain(code)):
        return TOTP
    return RECOVERY if _spend_paper(staff_id, code) else None


def _spend_app_code(staff_id: int, typed: str) -> bool:
    for factor in factors_in_force(staff_id).filter(kind=TOTP):
        opened = secret.unseal(staff_id, factor.sealed)
        step = totp.step_of(opened, typed, now_s=now_s(), after=spent_until(factor))
        if step is not None:
            return bool(FactorUse.objects.filter(factor=factor, counter__lt=step).update(counter=step))
    return False


def spent_until(factor: Factor) -> int:
    """The half-minute of the newest code that was taken from this app."""
    return FactorUse.objects.get(factor=factor).counter


def _spend_paper(staff_id: int, typed: str) -> bool:
    unused = RecoveryCode.objects.filter(staff_id=staff_id, fingerprint=paper_mark(staff_id, typed), used_at=None)
    return bool(unused.update(used_at=clock.now()))


def paper_mark(staff_id: int, code: str) -> str:
    """What is kept of a code on paper."""
    return vault.fingerprint(f"recovery code of staff {staff_id}: {plain(code)}".encode())
