"""A clinic that has accepted feeds, on a day whose clock the server shares, and a way to speak to it as a monitor."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from fenestra.care.people import queries as people
from fenestra.care.visit.rules import VisitState
from fenestra.care.visit.watch import FEEDS
from fenestra.ground.book import clock
from fenestra.ground.book.scope import OPEN
from fenestra.ground.clinic.actions import adopt_rules
from tests.care.visit.day import Day, furnish, password


@dataclass
class Bedside:
    """What a monitor knows: where to send, and the token it was given."""

    day: Day
    client: Client
    visit_id: int = 0
    token: str = ""

    @property
    def code(self) -> str:
        scope = self.day.scopes["nina"]
        return people.person(scope, OPEN, self.day.person_id, at=self.day.at).code

    def post(self, path: str, told: Any, *, token: str = "") -> HttpResponse:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        body = told if isinstance(told, str) else json.dumps(told)
        return self.client.post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)

    def connect(self, **other: Any) -> HttpResponse:
        told = {"username": "nina", "password": password("nina"), "person_code": self.code, "device": "bedside B"}
        return self.post("monitor/connect", told | other)

    def send(self, key: str = "1", *, measured_at: datetime | None = None, **values: Any) -> HttpResponse:
        told = {"key": key, "measured_at": (measured_at or self.day.at).isoformat(), **values}
        return self.post("monitor/readings", told, token=self.token)

    def streamed(self) -> list[tuple[str, int]]:
        return [(r.measure.value, int(r.value)) for r in self.day.see(self.visit_id).readings if r.origin == "stream"]


def accept_feeds(day: Day) -> None:
    """The medical director signs the page on intended use."""
    signed = {FEEDS: {"page": "docs/intended-use.md"}}
    day.do(adopt_rules, "mira", rules_signed=signed, meaning="I have read it.", password=password("mira"))


@pytest.fixture
def day(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Day:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    made = furnish()
    monkeypatch.setattr(clock, "now", lambda: made.at)
    return made


@pytest.fixture
def bedside(day: Day) -> Bedside:
    """Connected to a running infusion. The client enforces Django's form tokens, as a browser would meet them."""
    accept_feeds(day)
    made = Bedside(day, Client(enforce_csrf_checks=True), day.visit(VisitState.INFUSING))
    made.token = made.connect().json()["token"]
    day.at += timedelta(seconds=2)
    return made
