"""Phones for rigs: links to made-up people's own pages, made in a folder before it is served, and their HTTP.

Run by itself it makes the links: `_phones.py COUNT`, in the environment of the folder; prints them as JSON.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from _house import Client, House

TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
OFFSET_MIN = -300


def make_links(count: int) -> list[str]:
    """The path of a link to the own page of each of so many people of the first clinic, again from the first when
    there are fewer. Who has not consented to check-ins does so before."""
    import django

    django.setup()
    from fenestra.care.checkins import actions
    from fenestra.care.checkins.rules import LinkKind
    from fenestra.care.people import queries as people
    from fenestra.ground.book import clock
    from fenestra.ground.book.scope import OPEN
    from fenestra.ground.clinic.queries import scope_named

    by, at = scope_named("coordinator"), clock.now()
    assert by is not None
    ids = [one.id for one in people.people(by, OPEN, at=at)]
    made = []
    for n in range(count):
        person_id, key = ids[n % len(ids)], f"rig-link-{n}"
        _consented(person_id, by, at, key)
        _, token = actions.new_link(
            person_id=person_id, kind=LinkKind.OWN_PAGE.value, days_valid=30, by=by, at=at, key=key
        )
        made.append(f"/c/{token}/")
    return made


def _consented(person_id: int, by: Any, at: datetime, key: str) -> None:
    from fenestra.care.people import consent
    from fenestra.care.people import queries as people
    from fenestra.care.people.consent_texts import newest_text
    from fenestra.care.people.rules import ConsentKind
    from fenestra.ground.book.scope import OPEN

    if people.consent_stands(by, OPEN, person_id, ConsentKind.CHECK_INS, at):
        return
    text = newest_text(ConsentKind.CHECK_INS)
    consent.sign_consent(
        person_id=person_id, kind=text.kind.value, text_version=text.version, text_hash=text.text_hash,
        signed_name="Made up", by=by, at=at, key=f"{key}-consent",
    )  # fmt: skip


def links(house: House, count: int) -> list[str]:
    """The paths of fresh links; the house must not be served while they are made."""
    environment = {**house.environment, "DJANGO_SETTINGS_MODULE": "fenestra.project.settings"}
    done = subprocess.run([sys.executable, __file__, str(count)], env=environment, stdout=subprocess.PIPE, check=True)
    made: list[str] = json.loads(done.stdout)
    return made


def told(told_id: str, now: datetime, *, ago: timedelta = timedelta(), **said: Any) -> dict[str, Any]:
    """One check-in as a phone writes it down."""
    return {"told_id": told_id, "said_at": (now - ago).isoformat(), "offset_min": OFFSET_MIN, **said}


@dataclass
class Phone:
    """One phone: its link opened, the contract read, its page's form token at hand."""

    client: Client
    token: str = ""
    sent: int = 0
    name: str = field(default_factory=lambda: uuid.uuid4().hex[:12])

    def open(self, path: str) -> Phone:
        status, _ = self.client.get(path)
        assert status == 302, f"the link was answered with {status}"
        self._page()
        status = self.client.post_form("/me/contract/", {"csrfmiddlewaretoken": self.token})
        assert status == 302, f"reading the contract was answered with {status}"
        self._page()
        return self

    def _page(self) -> None:
        _, page = self.client.get("/me/check-in/")
        found = TOKEN.search(page)
        assert found, page[:400]
        self.token = found.group(1).decode()

    def post(self, check_ins: list[dict[str, Any]]) -> tuple[int, dict[str, Any]]:
        """Send an outbox; its answer."""
        body = json.dumps({"sent_at": datetime.now(UTC).isoformat(), "check_ins": check_ins}).encode()
        status, answer = self.client.send(
            "POST", "/me/check-ins/", body, "application/json", more={"X-CSRFToken": self.token}
        )
        return status, json.loads(answer) if answer.startswith(b"{") else {"say": answer.decode()[:200]}

    def next(self) -> dict[str, Any]:
        self.sent += 1
        said = {"craving_now": self.sent % 101, "craving_most": 100, "used": "no", "mood": 50}
        return told(f"{self.name}-{self.sent}", datetime.now(UTC), ago=timedelta(days=self.sent % 50), **said)


if __name__ == "__main__":
    print(json.dumps(make_links(int(sys.argv[1]))))
