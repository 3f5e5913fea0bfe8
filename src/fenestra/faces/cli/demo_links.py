"""A link to a made-up person's check-in or own page, made as a clinic makes it: consent first, then the link."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from fenestra.care.checkins import actions
from fenestra.care.checkins.rules import LinkKind
from fenestra.care.people import consent
from fenestra.care.people import queries as people
from fenestra.care.people.consent_texts import newest_text
from fenestra.care.people.rules import ConsentKind
from fenestra.ground.book.scope import OPEN, Scope
from fenestra.science.errors import Refused

DAYS = 30


def hand_out(*, person_id: int, kind: LinkKind, address: str, by: Scope, at: datetime, key: str) -> dict[str, str]:
    """The link as `fenestra demo --json` prints it: kind, the person's code, and the whole address. Only of people who
    are made up: a real link is shown to the one who made it and to nobody else."""
    if not settings.DEMO:
        raise Refused("This is a real clinic. Make a link on the person's page, where it is shown once.")
    one = people.person(by, OPEN, person_id, at=at)
    if people.standing_consent(by, OPEN, person_id, ConsentKind.CHECK_INS, at) is None:
        text = newest_text(ConsentKind.CHECK_INS)
        consent.sign_consent(
            person_id=person_id, kind=text.kind.value, text_version=text.version, text_hash=text.text_hash,
            signed_name=one.name, by=by, at=at, key=f"{key}-consent",
        )  # fmt: skip
    _, token = actions.new_link(person_id=person_id, kind=kind.value, days_valid=DAYS, by=by, at=at, key=key)
    return {"kind": kind.value, "person": one.code, "url": f"{address}/c/{token}/"}
