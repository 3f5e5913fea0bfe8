"""One therapy hour as it stands: who was there, and what was written of it before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fenestra.care.therapy import rules
from fenestra.care.therapy.models import Attendance, TherapyHour
from fenestra.ground.book.scope import Mask, Scope
from fenestra.ground.clinic import queries as clinics


@dataclass(frozen=True)
class WritingValue:
    """One writing of an hour."""

    id: int
    began_at: datetime
    minutes: int
    modality: str
    at: datetime
    by: str


@dataclass(frozen=True)
class OneHourValue:
    """The newest writing, the earlier ones oldest first, and who was expected. `replaced_by` names the writing that
    took the place of the one asked for."""

    now: WritingValue
    earlier: tuple[WritingValue, ...]
    therapist_id: int
    therapist: str
    in_group: bool
    came: tuple[tuple[int, bool], ...]
    replaced_by: int | None

    @property
    def ids(self) -> frozenset[int]:
        """Every writing; a note may hang on any of them."""
        return frozenset({self.now.id, *(each.id for each in self.earlier)})


def hour(scope: Scope, mask: Mask, hour_id: int) -> OneHourValue:
    """One hour of this clinic. In a group, people the asker may not see are left out; nobody left is not there."""
    asked = TherapyHour.objects.filter(clinic_id=scope.clinic_id, pk=hour_id).select_related("therapist").first()
    came = list(Attendance.objects.filter(hour_id=hour_id).exclude(person_id__in=mask.people).order_by("pk"))
    if asked is None or not came:
        raise rules.NotThere("There is no such therapy hour in this clinic.")
    chain = _chain(asked)
    newer = TherapyHour.objects.filter(corrects=asked).values_list("pk", flat=True).first()
    names = clinics.names(scope, mask, {row.by_id for row in chain})
    told = [
        WritingValue(row.pk, row.began_at, row.minutes, row.modality, row.at, names.get(row.by_id, "")) for row in chain
    ]
    return OneHourValue(
        told[0], tuple(reversed(told[1:])), asked.therapist_id, asked.therapist.name, asked.in_group,
        tuple((row.person_id, row.came) for row in came), newer,
    )  # fmt: skip


def _chain(asked: TherapyHour) -> list[TherapyHour]:
    """This writing and those before it, newest first."""
    found, row = [asked], asked.corrects
    while row is not None:
        found.append(row)
        row = row.corrects
    return found
