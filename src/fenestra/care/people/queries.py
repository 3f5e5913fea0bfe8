"""What pages read about people, by clinic and behind the mask."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from fenestra.care.people import rules
from fenestra.care.people.models import Disclosure, Episode, Person
from fenestra.ground.book import vault
from fenestra.ground.book.leave import Leave
from fenestra.ground.book.scope import Mask, Scope
from fenestra.ground.clinic.models import Clinic

HIDDEN = "(hidden from your role)"


@dataclass(frozen=True)
class PersonValue:
    """A person as the asker may see them; hidden or erased identity reads as words, never as somebody else."""

    id: int
    code: str
    name: str
    born: date | None
    age: int | None
    sex: str
    allergies: str
    address: str
    version: int


@dataclass(frozen=True)
class EpisodeValue:
    id: int
    person_id: int
    substances: tuple[str, ...]
    goal: str
    protocol: str
    protocol_hash: str
    doses_planned: int
    opened_at: datetime
    open: bool


def _value(row: Person, scope: Scope, mask: Mask, at: datetime) -> PersonValue:
    if mask.hides("identity"):
        return PersonValue(row.pk, row.code, HIDDEN, None, None, row.sex, HIDDEN, HIDDEN, row.version)
    plain = vault.unlock(row.pk, row.identity)
    if plain == vault.GONE or not plain:
        return PersonValue(row.pk, row.code, vault.GONE, None, None, row.sex, vault.GONE, vault.GONE, row.version)
    told = json.loads(plain)
    born = date.fromisoformat(told["born"])
    age = rules.years_old(born, at.astimezone(ZoneInfo(scope.time_zone)).date())
    return PersonValue(
        row.pk, row.code, told["name"], born, age, row.sex, told["allergies"], told["address"], row.version
    )


def person(scope: Scope, mask: Mask, person_id: int, *, at: datetime) -> PersonValue:
    """One person of this clinic; a refusal when there is none the asker may see."""
    row = Person.objects.filter(clinic_id=scope.clinic_id, pk=person_id).exclude(pk__in=mask.people).first()
    if row is None:
        raise rules.NoSuchPerson("There is no such person in this clinic.")
    return _value(row, scope, mask, at)


def people(scope: Scope, mask: Mask, *, at: datetime, ids: set[int] | None = None) -> list[PersonValue]:
    """People of this clinic by code; only those named by `ids` when given."""
    found = Person.objects.filter(clinic_id=scope.clinic_id).exclude(pk__in=mask.people).order_by("code")
    rows = list(found if ids is None else found.filter(pk__in=ids))
    with vault.keys_at_hand(row.pk for row in rows):
        return [_value(row, scope, mask, at) for row in rows]


def _episode(row: Episode) -> EpisodeValue:
    return EpisodeValue(
        row.pk, row.person_id, tuple(row.substances), row.goal, row.protocol, row.protocol_hash,
        row.doses_planned, row.opened_at, row.closed_at is None,
    )  # fmt: skip


def episodes(scope: Scope, mask: Mask, person_id: int) -> list[EpisodeValue]:
    """Episodes of one person, newest first."""
    rows = Episode.objects.filter(person_id=person_id, person__clinic_id=scope.clinic_id).exclude(
        person_id__in=mask.people
    )
    return [_episode(row) for row in rows.order_by("-opened_at")]


def episode(scope: Scope, mask: Mask, episode_id: int) -> EpisodeValue:
    """One episode of this clinic."""
    row = (
        Episode.objects.filter(pk=episode_id, person__clinic_id=scope.clinic_id)
        .exclude(person_id__in=mask.people)
        .first()
    )
    if row is None:
        raise rules.NoSuchPerson("There is no such episode in this clinic.")
    return _episode(row)


def leave(scope: Scope, mask: Mask, disclosure_id: int, *, person_id: int) -> Leave:
    """The leave a written disclosure gives, looked up again at the moment the bytes go out."""
    row = Disclosure.objects.filter(pk=disclosure_id, person_id=person_id, person__clinic_id=scope.clinic_id).first()
    if row is None or row.person_id in mask.people:
        raise rules.LeaveEnded("There is no leave for this paper to go out. Ask for it again from the person's page.")
    made_up = Clinic.objects.values_list("made_up", flat=True).get(pk=scope.clinic_id)
    return Leave(row.pk, row.recipient, row.basis, row.notice, row.at, made_up)
