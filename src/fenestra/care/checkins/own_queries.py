"""What a person's own page reads about itself: how often a wrong birth date was tried, and what they said of coming."""

from __future__ import annotations

from fenestra.care.checkins.models import ComingAnswer
from fenestra.care.checkins.own import PROVED
from fenestra.ground.book.models import AuditLine
from fenestra.ground.book.scope import Mask, Scope


def wrong_dates(scope: Scope, mask: Mask, person_id: int, link_id: int) -> int:
    """Wrong birth dates at this link since the last right one. The refusals in the audit are counted: they stay when
    a server starts anew, and nobody can take them away."""
    lines = AuditLine.objects.filter(clinic_id=scope.clinic_id, person_id=person_id, about=f"link:{link_id}")
    right = lines.filter(kind="write", what=PROVED).order_by("-pk").values_list("pk", flat=True).first() or 0
    return lines.filter(kind="refusal", what__startswith=f"{PROVED}:", pk__gt=right).count()


def coming(scope: Scope, mask: Mask, person_id: int, appointment_id: int) -> bool | None:
    """What the person last said about this appointment: they come, or need another time; None when nothing yet."""
    rows = ComingAnswer.objects.filter(person_id=person_id, person__clinic_id=scope.clinic_id)
    last = rows.filter(appointment_id=appointment_id).order_by("-pk").first()
    return last.coming if last else None
