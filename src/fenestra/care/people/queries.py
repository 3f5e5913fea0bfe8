"""What pages read about people, by clinic and behind the mask."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, Subquery

from fenestra.care.people import rules
from fenestra.care.people.models import Consent, ConsentWithdrawal, Episode, Person, Supporter
from fenestra.care.people.rules import ConsentKind, ConsentValue, Shared, SupporterValue
from fenestra.care.people.sealed import HIDDEN, opened
from fenestra.care.people.values import EpisodeValue, PersonValue
from fenestra.ground.book import reads, vault
from fenestra.ground.book.scope import Mask, Scope


def _value(row: Person, scope: Scope, mask: Mask, at: datetime) -> PersonValue:
    reads.note(row.pk)  # also where only the code is shown
    if mask.hides("identity"):
        return PersonValue(row.pk, row.code, HIDDEN, None, None, row.sex, HIDDEN, HIDDEN, row.version)
    plain = vault.unlock(row.pk, row.identity)
    if plain == vault.GONE or not plain:
        return PersonValue(row.pk, row.code, vault.GONE, None, None, row.sex, vault.GONE, vault.GONE, row.version)
    told = json.loads(plain)
    born = date.fromisoformat(told["born"])
    age = rules.years_old(born, scope.day_of(at))
    return PersonValue(
        row.pk, row.code, told["name"], born, age, row.sex, told["allergies"], told["address"], row.version
    )


def person(scope: Scope, mask: Mask, person_id: int, *, at: datetime) -> PersonValue:
    """One person of this clinic; a refusal when there is none the asker may see."""
    row = Person.objects.filter(clinic_id=scope.clinic_id, pk=person_id).exclude(pk__in=mask.people).first()
    if row is None:
        raise rules.NoSuchPerson("There is no such person in this clinic.")
    return _value(row, scope, mask, at)


def person_coded(scope: Scope, mask: Mask, code: str, *, at: datetime) -> PersonValue:
    """The person of this clinic with this code; a refusal when there is none the asker may see."""
    found = Person.objects.filter(clinic_id=scope.clinic_id, code__iexact=code).first()
    return person(scope, mask, found.pk if found else 0, at=at)


def people(scope: Scope, mask: Mask, *, at: datetime, ids: set[int] | None = None) -> list[PersonValue]:
    """People of this clinic by code; only those named by `ids` when given."""
    found = Person.objects.filter(clinic_id=scope.clinic_id).exclude(pk__in=mask.people).order_by("code")
    rows = list(vault.with_keys(found if ids is None else found.filter(pk__in=ids), "pk"))
    with vault.keys_of(rows, "pk"):
        return [_value(row, scope, mask, at) for row in rows]


def _episode(row: Episode) -> EpisodeValue:
    return EpisodeValue(
        row.pk, row.person_id, tuple(row.substances), row.goal, row.protocol, row.protocol_hash,
        row.doses_planned, row.opened_at, row.closed_at is None, row.closed_at,
        rules.EndReason(row.closed_because) if row.closed_because else None, row.version,
    )  # fmt: skip


def episodes(scope: Scope, mask: Mask, person_id: int) -> list[EpisodeValue]:
    """Episodes of one person, newest first."""
    rows = Episode.objects.filter(person_id=person_id, person__clinic_id=scope.clinic_id).exclude(
        person_id__in=mask.people
    )
    return [_episode(row) for row in rows.order_by("-opened_at")]


def episodes_of_many(scope: Scope, mask: Mask, person_ids: Iterable[int]) -> dict[int, tuple[EpisodeValue, ...]]:
    """Episodes of many people in one query, newest first; nobody is left out who has none."""
    wanted = set(person_ids) - mask.people
    found: dict[int, list[EpisodeValue]] = {each: [] for each in wanted}
    rows = Episode.objects.filter(person_id__in=wanted, person__clinic_id=scope.clinic_id).order_by("-opened_at")
    for row in rows:
        found[row.person_id].append(_episode(row))
    return {person_id: tuple(each) for person_id, each in found.items()}


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


def consents(scope: Scope, mask: Mask, person_id: int) -> list[ConsentValue]:
    """Every signature of a person, also those withdrawn or run out, the newest first."""
    return consents_of_many(scope, mask, [person_id])[person_id]


def consents_of_many(scope: Scope, mask: Mask, person_ids: Iterable[int]) -> dict[int, list[ConsentValue]]:
    """The signatures of many people in one query; a person without one has an empty list."""
    wanted = set(person_ids)
    found: dict[int, list[ConsentValue]] = {each: [] for each in wanted}
    rows = Consent.objects.filter(person_id__in=wanted - mask.people, person__clinic_id=scope.clinic_id)
    held = list(_with_ends(rows).order_by("-pk"))
    with vault.keys_at_hand({row.person_id for row in held}):
        for row in held:
            found[row.person_id].append(_consent(mask, row))
    return found


def _with_ends(rows: Any) -> Any:
    """Consents, each with `ended_at`: when it was withdrawn or its last event happened, or None; and which of both."""
    end = ConsentWithdrawal.objects.filter(consent=OuterRef("pk"))
    return rows.annotate(ended_at=Subquery(end.values("at")[:1]), by_event=Subquery(end.values("by_event")[:1]))


def _consent(mask: Mask, row: Any) -> ConsentValue:
    return ConsentValue(
        id=row.pk,
        person_id=row.person_id,
        kind=ConsentKind(row.kind),
        text_version=row.text_version,
        text_hash=row.text_hash,
        signed_name=opened(mask, row.person_id, row.signed_name),
        clear_headed=row.clear_headed,
        scope=tuple(Shared(each) for each in row.scope),
        recipient=opened(mask, row.person_id, row.recipient),
        purpose=row.purpose,
        signed_at=row.at,
        expires_at=row.expires_at,
        withdrawn_at=row.ended_at,
        discloser=row.discloser,
        expiry_event=opened(mask, row.person_id, row.expiry_event),
        ended_by_event=bool(row.by_event),
    )


def standing_consent(scope: Scope, mask: Mask, person_id: int, kind: ConsentKind, at: datetime) -> ConsentValue | None:
    """The consent of this kind that holds at this instant, or None."""
    return rules.standing(consents(scope, mask, person_id), kind, at)


def consent_stands(scope: Scope, mask: Mask, person_id: int, kind: ConsentKind, at: datetime) -> bool:
    """Whether a consent of this kind holds at this instant, in one question and without opening what is sealed: asked
    for every check-in."""
    rows = Consent.objects.filter(person_id=person_id, person__clinic_id=scope.clinic_id, kind=kind.value)
    held = _with_ends(rows.exclude(person_id__in=mask.people))
    unopened = Mask(frozenset({"identity"}))
    signed = [_consent(unopened, row) for row in held]
    return rules.standing(signed, kind, at) is not None


def supporters(
    scope: Scope, mask: Mask, person_id: int, at: datetime, signatures: Iterable[ConsentValue] | None = None
) -> list[SupporterValue]:
    """Those the person let in, with what may be shown to them at this instant: nothing beyond the consent, and nothing
    at all once it ran out, was withdrawn, or the supporter was ended. Who has the person's `consents` at hand gives
    them as `signatures`."""
    rows = Supporter.objects.filter(person_id=person_id, person__clinic_id=scope.clinic_id)
    held = list(rows.exclude(person_id__in=mask.people).order_by("pk"))
    if signatures is None:
        signatures = consents(scope, mask, person_id) if held else ()
    signed = {consent.id: consent for consent in signatures}
    with vault.keys_at_hand([person_id]):
        return [_supporter(mask, row, signed[row.consent_id], at) for row in held]


def _supporter(mask: Mask, row: Supporter, consent: ConsentValue, at: datetime) -> SupporterValue:
    plain = opened(mask, row.person_id, row.identity)
    told = {"name": plain, "relation": "", "phone": ""} if plain in (HIDDEN, vault.GONE) else json.loads(plain)
    ended = _ended_because(row, consent, at)
    shown = frozenset() if ended else frozenset(Shared(each) for each in row.scope) & frozenset(consent.scope)
    return SupporterValue(
        row.pk, row.person_id, told["name"], told["relation"], told["phone"], shown, row.consent_id, ended, row.version
    )


def _ended_because(row: Supporter, consent: ConsentValue, at: datetime) -> str:
    """In words, why nothing is shown any more; empty while it holds."""
    if row.ended_at is not None and row.ended_at <= at:
        return "it was ended"
    if consent.withdrawn_at is not None and consent.withdrawn_at <= at:
        return "the consent was withdrawn"
    return "" if consent.stands(at) else "the consent has run out"
