"""A person's phone in a journey: a link made before the house is served, and a small browser that can lose its signal."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize

from tests.journeys.desk import PHONE, Watch
from tests.journeys.house import House, environment

MAKE = """
import json, sys, django
django.setup()
from dataclasses import asdict
from datetime import timedelta
from fenestra.care.checkins import actions, queries, rules
from fenestra.care.people import queries as people
from fenestra.care.plan import appointments
from fenestra.care.visit import day_queries as visits
from fenestra.care.people import consent
from fenestra.care.people.consent_texts import newest_text
from fenestra.care.people.rules import ConsentKind
from fenestra.ground.book import clock
from fenestra.ground.book.scope import OPEN
from fenestra.ground.clinic import queries as clinics

kinds, by, at = json.loads(sys.argv[1]), clinics.scope_named("coordinator"), clock.now()
one = next(each for each in people.people(by, OPEN, at=at) if visits.doses_of(by, OPEN, each.id))
theo = clinics.scope_named("therapist").staff_id
for day in (1, 4):
    appointments.book_appointment(person_id=one.id, kind="therapy", starts_at=at + timedelta(days=day, hours=2),
        minutes=50, staff_id=theo, by=by, at=at, key=f"journey-hour-{day}")
if not people.consent_stands(by, OPEN, one.id, ConsentKind.CHECK_INS, at):
    text = newest_text(ConsentKind.CHECK_INS)
    consent.sign_consent(person_id=one.id, kind=text.kind.value, text_version=text.version, text_hash=text.text_hash,
        signed_name=one.name, by=by, at=at, key="journey-consent")
tokens = [actions.new_link(person_id=one.id, kind=kind, days_valid=30, by=by, at=at, key=f"journey-{kind}-{n}")[1]
    for n, kind in enumerate(kinds)]
links = [f"/c/{token}/" for token in tokens]
own = queries.link_of(tokens[-1], at=at)
for ago in range(30, 1, -1):
    if ago in (12, 13, 20):
        continue
    said = {"told_id": f"earlier-{ago}", "said_at": (at - timedelta(days=ago)).isoformat(), "offset_min": -300,
        "craving_now": 30 + ago + ago % 5 * 4, "craving_most": min(100, 50 + ago + ago % 7 * 6),
        "used": "rather_not" if ago == 9 else "yes" if ago % 6 == 0 else "no", "amount": "4" if ago % 6 == 0 and ago != 9 else None}
    told = asdict(rules.read_told(said, sent_at=at, received_at=at))
    actions.send(person_id=one.id, link_id=own.id, told=(told,), by=own.scope, at=at, key=f"earlier-{ago}")
print(json.dumps({"links": links, "born": one.born.isoformat()}))
"""


@dataclass
class Given:
    """What the clinic handed over, and what the person knows of themselves."""

    links: list[str]
    born: str


def given(house: House, *kinds: str) -> Given:
    """Links of these kinds, the last to the own page, for a made-up person who had a treatment, told of a month with
    gaps, and has hours booked. Not while the house is served."""
    words = [sys.executable, "-c", MAKE, json.dumps(kinds)]
    settings = environment(house.folder, DJANGO_SETTINGS_MODULE="fenestra.project.settings")
    done = subprocess.run(words, env=settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return Given(**json.loads(done.stdout))


@dataclass
class Pocket:
    """The phone."""

    context: Any
    watch: Watch

    def open(self, path: str) -> Page:
        page: Page = self.context.new_page()
        page.goto(path)
        return page

    def signal(self, there: bool) -> None:
        self.context.set_offline(not there)


@contextmanager
def pocket(browser: Browser, house: House, *, size: ViewportSize = PHONE, **more: Any) -> Iterator[Pocket]:
    """A phone that is put away at the end, and complains then of what happened on its pages."""
    context = browser.new_context(base_url=house.address, viewport=size, has_touch=True, **more)
    context.set_default_timeout(20_000)
    phone = Pocket(context, Watch())
    context.on("page", phone.watch.page)
    try:
        yield phone
    finally:
        context.close()
    assert not phone.watch.faults, phone.watch.faults
