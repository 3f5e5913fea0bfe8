"""Which signatures under rules hold; asked by the verbs and by what pages read."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from fenestra.ground.clinic.models import Adoption, Withdrawal


def adoptions_in_force(clinic_id: int) -> QuerySet[Adoption]:
    """Adoptions that hold. A withdrawal ends the adoption it points to and all earlier ones of the same rule: what was
    signed before does not come back to life."""
    ended = Withdrawal.objects.filter(
        adoption__clinic_id=clinic_id, adoption__rule=OuterRef("rule"), adoption_id__gte=OuterRef("pk")
    )
    return Adoption.objects.filter(~Exists(ended), clinic_id=clinic_id)
