"""A second human signs at the first one's screen, with a password of their own."""

from __future__ import annotations

from fenestra.ground.book.scope import Scope
from fenestra.ground.clinic.models import Membership, Staff
from fenestra.ground.clinic.presence import check_presence
from fenestra.ground.clinic.queries import StaffValue
from fenestra.ground.clinic.rules import HANDLES_MEDICINE, can
from fenestra.science.errors import BadInput


def witness(scope: Scope, username: str, password: str, *, field: str = "witness") -> StaffValue:
    """The colleague of this clinic who re-enters user name and password as second person; refused when they are the
    one who is signed in. `field`: whose two fields a refusal is about, where two second persons sign."""
    row = Staff.objects.filter(username=username, is_active=True).first()
    held = Membership.objects.filter(staff=row, clinic_id=scope.clinic_id, ended_at=None) if row else None
    roles = tuple(held.order_by("role").values_list("role", flat=True)) if held is not None else ()
    if row is None or not roles or not row.check_password(password):
        raise BadInput(
            "User name and password of the second person do not match a colleague of this clinic. "
            "Let them type both again themselves.",
            field=f"{field}_password",
        )
    if row.pk == scope.staff_id:
        raise BadInput("The second person must be somebody else. Ask a colleague to sign.", field=f"{field}_username")
    if not can(frozenset(roles), HANDLES_MEDICINE):
        raise BadInput(
            f"{row.name} does not handle medicine here. Ask a nurse, a pharmacist or a physician to sign.",
            field=f"{field}_username",
        )
    return StaffValue(row.pk, row.username, row.name, row.phone, roles)


def check_own_password(scope: Scope, password: str, proof: str = "") -> None:
    """Refuse a signature that is not proven by the human who is signed in: their password, and a code of their second
    factor when they have one."""
    check_presence(Staff.objects.filter(pk=scope.staff_id or 0, is_active=True).first(), password, proof)
