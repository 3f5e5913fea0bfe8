"""What the person signed, word for word, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from fenestra.care.checkins import own
from fenestra.care.checkins.queries import LinkValue
from fenestra.care.people import queries as people
from fenestra.care.people.consent_texts import signed_text
from fenestra.care.people.rules import CONSENT_WORDS, ConsentKind, ConsentValue
from fenestra.faces.web.forms import fresh_key
from fenestra.faces.web.person.asks import own_page
from fenestra.faces.web.person.numbers import help_of
from fenestra.ground.book import clock
from fenestra.ground.book.scope import OPEN
from fenestra.science.errors import Refused

WHAT_THEN = {
    ConsentKind.TREATMENT: "No further dose is given under it. You do not lose the clinic's care.",
    ConsentKind.RECORDS: "Nothing more is given out. What went out before stays out.",
    ConsentKind.CHECK_INS: "No more check-ins are asked for, and this page and your links close at once.",
    ConsentKind.SUPPORTER: "Nothing more is shown to them.",
    ConsentKind.CARE_AND_PAYMENT: "Nothing more is given out under it. What went out before stays out.",
    ConsentKind.COUNSELLING_NOTES: "No more of these notes are given out. What went out before stays out.",
    ConsentKind.LEGAL: "Nothing more is given out for it. What went out before stays out.",
}


@dataclass(frozen=True)
class ConsentWords:
    """One signature as the person reads it."""

    id: int
    title: str
    said: str
    paragraphs: tuple[str, ...]
    stands: bool
    what_then: str
    key: str


def consent_words(consents: Sequence[ConsentValue], at: datetime) -> str:
    """'2, all can be taken back', or that there is none."""
    standing = sum(each.stands(at) for each in consents)
    if not standing:
        return "nothing stands"
    return "1, you can take it back" if standing == 1 else f"{standing}, you can take each back"


def _words(one: ConsentValue, at: datetime, zone: str) -> ConsentWords:
    def day(moment: datetime) -> str:
        return f"{moment.astimezone(ZoneInfo(zone)):%-d %B %Y}"

    said = f"Signed on {day(one.signed_at)}."
    if one.recipient:
        said += f" For {one.recipient}: {one.purpose}."
    if one.withdrawn_at:
        said += f" You took it back on {day(one.withdrawn_at)}."
    elif one.expires_at:
        said += f" It {'holds until' if one.stands(at) else 'ran out on'} {day(one.expires_at)}."
    text = signed_text(one.kind, one.text_version, one.text_hash)
    title = CONSENT_WORDS[one.kind]
    return ConsentWords(
        one.id, f"{title[0].upper()}{title[1:]}", said, text.paragraphs if text else (), one.stands(at),
        WHAT_THEN[one.kind], fresh_key(),
    )  # fmt: skip


@require_safe
@own_page
def page(request: Any) -> HttpResponse:
    """Every signature, the newest first."""
    return _shown(request, request.link)


def _shown(request: HttpRequest, link: LinkValue, refused: Refused | None = None) -> HttpResponse:
    at = clock.now()
    held = people.consents(link.scope, OPEN, link.person_id)
    told = {
        "helps": [help_of(link)],
        "consents": [_words(each, at, link.scope.time_zone) for each in held],
        "refused": refused,
    }
    return render(request, "person/consents.html", told, status=422 if refused else 200)


@require_POST
@own_page
def withdraw(request: Any, consent_id: int) -> HttpResponse:
    """Take one back. After taking back check-ins this page is closed, and says so."""
    link: LinkValue = request.link
    key = request.POST.get("key", "")[:100] or fresh_key()
    try:
        done = own.withdraw(
            person_id=link.person_id, consent_id=consent_id, by=link.scope, at=clock.now(), key=f"withdraw:{key}"
        )
    except Refused as refused:
        return _shown(request, link, refused)
    messages.success(request, done.said)
    return redirect("my-consents")
