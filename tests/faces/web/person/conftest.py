"""A person of the clinic with a phone in their hand: a browser that enforces form tokens, and a link."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from fenestra.care.checkins import actions, contract
from fenestra.care.checkins.rules import LinkKind
from tests.care.checkins.phone import Phone, phone_of
from tests.care.visit.day import BORN, Day

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class Hand:
    """A phone's browser. `opened` taps the link; `sent` posts a form with the token of the page that was seen last."""

    phone: Phone
    client: Client
    seen: str = ""

    def opened(self, token: str = "") -> str:
        return self.page(f"/c/{token or self.phone.token}/", follow=True)

    def page(self, path: str, *, status: int = 200, **more: Any) -> str:
        answer = self.client.get(path, **more)
        self.seen = answer.content.decode()
        assert answer.status_code == status, self.seen
        return self.seen

    def sent(self, path: str, *, status: int = 200, **typed: Any) -> str:
        found = TOKEN.search(self.seen)
        typed["csrfmiddlewaretoken"] = found.group(1) if found else ""
        answer = self.client.post(path, typed, follow=True)
        self.seen = answer.content.decode()
        assert answer.status_code == status, self.seen
        return self.seen

    def outbox(self, *told: dict[str, Any], status: int = 200) -> dict[str, Any]:
        found = TOKEN.search(self.seen)
        assert found
        body = {"sent_at": self.phone.day.at.isoformat(), "check_ins": list(told)}
        answer = self.client.post(
            "/me/check-ins/", body, content_type="application/json", headers={"X-CSRFToken": found.group(1)}
        )
        assert answer.status_code == status, answer.content
        said: dict[str, Any] = answer.json()
        return said

    def written(self, told_id: str, **said: Any) -> dict[str, Any]:
        return {"told_id": told_id, "said_at": self.phone.day.at.isoformat(), "offset_min": -300, **said}

    def proves(self, day: int = BORN.day, *, status: int = 200) -> str:
        born = {"day": str(day), "month": str(BORN.month), "year": str(BORN.year)}
        return self.sent("/me/birth-date/", status=status, **born)


def hand_of(phone: Phone, *, kind: LinkKind = LinkKind.CHECK_IN, agreed: bool = True) -> Hand:
    phone.give_link(kind)
    if agreed:
        link, version = phone.link(), contract.load().version
        key = f"agreed {link.person_id}"
        actions.see_contract(person_id=link.person_id, version=version, by=link.scope, at=phone.day.at, key=key)
    return Hand(phone, Client(enforce_csrf_checks=True))


@pytest.fixture
def phone(day: Day) -> Phone:
    return phone_of(day)


@pytest.fixture
def hand(phone: Phone) -> Hand:
    """A link for one check-in; the honesty contract was read before."""
    return hand_of(phone)


@pytest.fixture
def own(phone: Phone) -> Hand:
    """A link to the own page, opened, with the birth date not yet given."""
    made = hand_of(phone, kind=LinkKind.OWN_PAGE)
    made.opened()
    return made
