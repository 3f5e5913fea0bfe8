"""What the person's own pages and the clinic's pages read of links and check-ins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef

from fenestra.care.checkins import links, rules
from fenestra.care.checkins.models import CheckIn, ContractSeen, Link, LinkEnd, OwnWords
from fenestra.care.checkins.rules import LinkKind
from fenestra.care.people import queries as people
from fenestra.care.people.models import Episode
from fenestra.care.people.rules import ConsentKind
from fenestra.ground.book import vault
from fenestra.ground.book.scope import OPEN, Mask, Scope
from fenestra.ground.clinic.rules import THE_PERSON

ASK_FOR_ANOTHER = "Ask the clinic for a new one; nothing you wrote is lost."


@dataclass(frozen=True)
class LinkValue:
    """A link that opens. `sent`: its check-in is here already, so that the page thanks instead of asking again."""

    id: int
    person_id: int
    kind: LinkKind
    day: date | None
    expires_at: datetime
    sent: bool
    scope: Scope


@dataclass(frozen=True)
class CheckInValue:
    """One check-in; None is not answered."""

    id: int
    day: date
    substance: str
    craving_now: int | None
    craving_most: int | None
    used: str
    amount: Decimal | None
    mood: int | None
    readiness: int | None
    said_at: datetime
    received_at: datetime
    clock_off_s: int


@dataclass(frozen=True)
class CheckInsValue:
    """A person's check-ins by day, and the days that were asked about and not answered."""

    told: tuple[CheckInValue, ...]
    missed: tuple[date, ...]


def link_of(token: str, *, at: datetime) -> LinkValue:
    """The link behind a token, or a refusal that says what to do and names nobody. Reads only."""
    if not links.is_ours(token):
        raise rules.LinkForged(f"This link is not whole, or not from this clinic. {ASK_FOR_ANOTHER}")
    rows = Link.objects.select_related("clinic").annotate(
        ended=Exists(LinkEnd.objects.filter(link=OuterRef("pk"))),
        sent=Exists(CheckIn.objects.filter(link=OuterRef("pk"))),
    )
    row = rows.filter(token_hash=links.hash_of(token)).first()
    if row is None:
        raise rules.LinkForged(f"This link is not known here. {ASK_FOR_ANOTHER}")
    if row.ended:
        raise rules.LinkEnded(f"This link was ended. {ASK_FOR_ANOTHER}")
    if row.expires_at <= at:
        raise rules.LinkExpired(f"This link's time is over. {ASK_FOR_ANOTHER}")
    scope = Scope(row.clinic_id, None, frozenset({THE_PERSON}), row.clinic.time_zone)
    check_may_check_in(scope, OPEN, row.person_id, at)
    sent = row.kind == LinkKind.CHECK_IN and row.sent
    return LinkValue(row.pk, row.person_id, LinkKind(row.kind), row.day, row.expires_at, sent, scope)


def check_may_check_in(scope: Scope, mask: Mask, person_id: int, at: datetime) -> None:
    """Refuse when the person has not consented to check-ins, or took it back: then every link is over at once."""
    if not people.consent_stands(scope, mask, person_id, ConsentKind.CHECK_INS, at):
        raise rules.LinkEnded(
            "There is no consent to check-ins here, or it was taken back. Talk to the clinic if you want to go on."
        )


def asked_about(scope: Scope, mask: Mask, person_id: int) -> str:
    """The substance a check-in asks about: the first of the newest open episode; empty when none is open."""
    open_ones = Episode.objects.filter(person_id=person_id, person__clinic_id=scope.clinic_id, closed_at=None)
    newest = open_ones.order_by("-opened_at").first()
    return newest.substances[0] if newest and newest.substances else ""


def checkins_of(scope: Scope, mask: Mask, person_id: int, *, at: datetime) -> CheckInsValue:
    """Every check-in of one person, oldest first, and the misses up to yesterday on the clinic's calendar."""
    if person_id in mask.people:
        return CheckInsValue((), ())
    rows = CheckIn.objects.filter(person_id=person_id, person__clinic_id=scope.clinic_id).order_by("day", "pk")
    told = tuple(_value(row) for row in rows)
    asked = Link.objects.filter(
        person_id=person_id, clinic_id=scope.clinic_id, kind=LinkKind.CHECK_IN, expires_at__lte=at
    ).exclude(pk__in=[row.link_id for row in rows if row.link_id])
    expected = {day for day in asked.values_list("day", flat=True) if day is not None}
    today = scope.day_of(at)
    return CheckInsValue(told, rules.missed_days(expected, {each.day for each in told}, until=today))


def _value(row: CheckIn) -> CheckInValue:
    return CheckInValue(
        row.pk, row.day, row.substance, row.craving_now, row.craving_most, row.used, row.amount, row.mood,
        row.readiness, row.said_at, row.received_at, row.clock_off_s,
    )  # fmt: skip


def all_here(scope: Scope, mask: Mask, person_id: int, told_ids: set[str]) -> bool:
    """Whether every one of these check-ins of this person has been taken."""
    return CheckIn.objects.filter(person_id=person_id, told_id__in=told_ids).count() == len(told_ids)


def newest(scope: Scope, mask: Mask, person_id: int) -> CheckInValue | None:
    """The check-in taken last."""
    row = CheckIn.objects.filter(person_id=person_id, person__clinic_id=scope.clinic_id).order_by("-pk").first()
    return _value(row) if row else None


def contract_seen(scope: Scope, mask: Mask, person_id: int, version: str) -> bool:
    """Whether the person has read this version of the honesty contract."""
    return ContractSeen.objects.filter(person_id=person_id, version=version).exists()


@dataclass(frozen=True)
class OwnWordsValue:
    at: datetime
    words: str


def own_words(scope: Scope, mask: Mask, person_id: int) -> list[OwnWordsValue]:
    """What the person kept for themselves, newest first. Only their own page asks for it."""
    if THE_PERSON not in scope.roles:
        return []
    rows = OwnWords.objects.filter(person_id=person_id, person__clinic_id=scope.clinic_id).order_by("-pk")
    with vault.keys_at_hand([person_id]):
        return [OwnWordsValue(row.at, vault.unlock(person_id, row.words)) for row in rows]


@dataclass(frozen=True)
class OpenLinkValue:
    """A link that was made, as staff see it: never its token."""

    id: int
    kind: LinkKind
    day: date | None
    made_at: datetime
    expires_at: datetime
    ended: bool
    sent: bool


def links_of(scope: Scope, mask: Mask, person_id: int) -> list[OpenLinkValue]:
    """Links of one person, newest first."""
    if person_id in mask.people:
        return []
    rows = list(Link.objects.filter(person_id=person_id, clinic_id=scope.clinic_id).order_by("-pk"))
    ended = set(LinkEnd.objects.filter(link__in=rows).values_list("link_id", flat=True))
    once = [row.pk for row in rows if row.kind == LinkKind.CHECK_IN]
    sent = set(CheckIn.objects.filter(link_id__in=once).values_list("link_id", flat=True))
    return [OpenLinkValue(r.pk, LinkKind(r.kind), r.day, r.at, r.expires_at, r.pk in ended, r.pk in sent) for r in rows]
