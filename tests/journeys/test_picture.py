"""The picture of the dosing screen in docs/look: what it shows is still there.

`FENESTRA_WRITE_PICTURE=1 .venv/bin/pytest tests/journeys/test_picture.py` takes it anew.
"""

from __future__ import annotations

import os
import struct
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from fenestra.faces.cli.made_up_vitals import MadeUpVitals
from tests.journeys.desk import DESK, ROOT, Desk, sitting
from tests.journeys.house import House

pytestmark = pytest.mark.browser

PICTURE = ROOT / "docs/look/dosing.png"
MOST_BYTES = 200_000
PERSON, VISIT, EVERY_S, BACK_S = "R-001", 1, 20, 15 * 60
PARTS = {
    ".fe-demo": "Made-up demo clinic",
    "#who": "kg",
    ".fe-state": "Inside all limits",
    ".fe-of-pressure": "Pressure",
    ".fe-of-pulse": "Pulse",
    ".fe-of-spo2": "SpO₂",
    ".fe-timer": "Given so far",
    ".fe-lanes": "predicted, not measured",
    "#next": "Enter",
    "#log": "Infusion started",
    ".fe-keys": "The monitor’s own alarms come first",
}


def given_a_monitor_that_has_stored_the_last_minutes(desk: Desk, *, now: datetime) -> None:
    """Made-up numbers of the simulated monitor, sent at once with the times at which they were measured."""
    user, password = desk.house.login("nurse")
    told = {"username": user, "password": password, "person_code": PERSON, "device": "simulated monitor"}
    send = desk.context.request
    token = send.post("/api/v1/monitor/connect", data=told).json()["token"]
    vitals = MadeUpVitals(PERSON, "calm")
    for second in range(0, BACK_S, EVERY_S):
        measured = now - timedelta(seconds=BACK_S - second - EVERY_S)
        reading = {"key": f"stored-{second}", "measured_at": measured.isoformat(), **vitals.at(second)}
        answer = send.post("/api/v1/monitor/readings", data=reading, headers={"Authorization": f"Bearer {token}"})
        assert answer.ok, answer.text()


def given_rounds(house: House, page: Page) -> None:
    """At the minutes 12 and 22 or so, with what the person tells."""
    for line in ("138 86 78 98", "146 91 84 97"):
        page.keyboard.press("v")
        page.keyboard.type(line)
        for name, said in {"breaths": "14", "moaas": "5", "unreal": "35", "apart": "40", "contact": "3"}.items():
            page.locator(f"dialog[open] [name={name}]").fill(said)
        page.keyboard.press("Enter")
        expect(page.locator(".fe-of-pressure .fe-figure")).to_have_text("/".join(line.split()[:2]))
        if line.startswith("138"):
            house.restart(ahead_min=10)
            page.reload()


def test_the_picture_shows_what_the_page_shows(browser: Browser, own_house: House) -> None:
    with sitting(browser, own_house, "nurse", size=DESK, color_scheme="light") as desk:
        page = desk.signed_in(f"/visits/{VISIT}/")
        expect(page.locator("#lane-pressure canvas")).to_be_visible()
        given_rounds(own_house, page)
        given_a_monitor_that_has_stored_the_last_minutes(
            desk, now=datetime.now(UTC) + timedelta(seconds=own_house.ahead_s)
        )
        page.reload()
        expect(page.locator("#lane-pressure canvas")).to_be_visible()
        page.mouse.move(640, 795)
        for part, words in PARTS.items():
            expect(page.locator(part).first).to_contain_text(words)
        if os.environ.get("FENESTRA_WRITE_PICTURE") == "1":
            PICTURE.parent.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=PICTURE)
        picture = PICTURE.read_bytes()
        assert struct.unpack(">II", picture[16:24]) == (DESK["width"], DESK["height"])
        assert len(picture) <= MOST_BYTES
