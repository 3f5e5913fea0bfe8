"""Consents to give records out, and the leaves that rest on them, as tests ask for them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fenestra.care.people import disclosure, disclosure_queries
from fenestra.care.people.disclosure_rules import DisclosureValue
from fenestra.care.people.rules import ConsentKind
from fenestra.ground.book.leave import Leave
from fenestra.ground.clinic.queries import mask_of
from tests.care.people.known import sign
from tests.care.visit.day import Day

RECIPIENT = "Dr Hale, Bay Clinic"


def sign_records(day: Day, *scope: str, of: ConsentKind = ConsentKind.RECORDS, days: int = 90, **other: Any) -> int:
    """The person lets the clinic give these parts to Dr Hale for ninety days."""
    told: dict[str, Any] = {"scope": scope or ("plan", "visits"), "recipient": RECIPIENT}
    told |= {"purpose": "treatment goes on there", "expires_at": day.at + timedelta(days=days)}
    return sign(day, of, **{**told, **other})


def give_leave(day: Day, consent_id: int, *information: str, who: str = "dana", **other: Any) -> int:
    """A physician writes down that these parts go to whom the consent names."""
    told: dict[str, Any] = {
        "person_id": day.person_id,
        "basis": "consent",
        "consent_id": consent_id or None,
        "information": information or ("visits",),
        "what": "copy of the record",
    }
    return day.do(disclosure.disclose, who, **{**told, **other}).id or 0


def to_the_person(day: Day, *information: str, who: str = "nina", **other: Any) -> int:
    told: dict[str, Any] = {
        "person_id": day.person_id,
        "basis": "to_the_person",
        "information": information or ("visits",),
    }
    return day.do(disclosure.disclose, who, **{**told, "what": "discharge sheet", **other}).id or 0


def leave_of(day: Day, disclosure_id: int, who: str = "dana") -> Leave:
    scope = day.scopes[who]
    return disclosure_queries.leave(scope, mask_of(scope), disclosure_id, at=day.at)


def sent(day: Day, disclosure_id: int, who: str = "dana") -> None:
    day.do(disclosure.send, who, disclosure_id=disclosure_id, content_hash="a" * 64, size_bytes=12)


def seen(day: Day, disclosure_id: int, who: str = "dana") -> DisclosureValue:
    scope = day.scopes[who]
    return disclosure_queries.disclosure(scope, mask_of(scope), disclosure_id)
