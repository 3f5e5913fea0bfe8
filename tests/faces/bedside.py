"""A bedside whose monitor speaks to the server, and the signature that lets it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.test import Client

from fenestra.care.people import queries as people
from fenestra.care.visit.models import Observation
from fenestra.ground.book.scope import OPEN
from fenestra.ground.clinic import intended_use
from fenestra.ground.clinic.actions import adopt_rules
from tests.care.visit.day import Day, password


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
        """Everything a monitor sent into the visit, drawn or not, in the server's order."""
        rows = Observation.objects.filter(visit_id=self.visit_id, origin="stream").order_by("pk")
        return [(row.measure, int(row.value)) for row in rows]


def accept_feeds(day: Day) -> None:
    """The medical director signs the page on intended use."""
    signed = {intended_use.FEEDS: intended_use.content()}
    day.do(adopt_rules, "mira", rules_signed=signed, meaning="I have read it.", password=password("mira"))
