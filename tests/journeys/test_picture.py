"""The picture of the dosing screen in docs/look: what it shows is still there.

`FENESTRA_WRITE_PICTURE=1 .venv/bin/pytest tests/journeys/test_picture.py` takes it anew.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.desk import DESK, ROOT, sitting
from tests.journeys.house import FENESTRA, House, environment
from tests.journeys.png import packed_again, size_of

pytestmark = pytest.mark.browser

PICTURE = ROOT / "docs/look/dosing.png"
MOST_BYTES = 200_000
PERSON, VISIT = "R-001", 1
TRACE_S = 200  # so long a trace is drawn before the picture is taken; the check alone does not wait
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


@contextmanager
def a_monitor(house: House) -> Iterator[None]:
    """The simulated monitor, sending while the picture is taken."""
    told = ["--person", PERSON, "--url", house.address, "--seconds", "600"]
    sending = subprocess.Popen([FENESTRA, "monitor", *told], env=environment(house.folder), stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        sending.kill()
        sending.wait()


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
            house.later(10)
            page.reload()


def test_the_picture_shows_what_the_page_shows(browser: Browser, own_house: House) -> None:
    writing = os.environ.get("FENESTRA_WRITE_PICTURE") == "1"
    with sitting(browser, own_house, "nurse", size=DESK, color_scheme="light") as desk:
        page = desk.signed_in(f"/visits/{VISIT}/")
        expect(page.locator("#lane-pressure canvas")).to_be_visible()
        given_rounds(own_house, page)
        with a_monitor(own_house):
            expect(page.locator("#who")).to_contain_text("simulated monitor", timeout=20_000)
            page.wait_for_timeout(TRACE_S * 1000 if writing else 0)
            for part, words in PARTS.items():
                expect(page.locator(part).first).to_contain_text(words)
            page.reload()
            expect(page.locator("#lane-pressure canvas")).to_be_visible()
            expect(page.locator("[data-live-age=monitor]")).to_contain_text("s ago")
            if writing:
                PICTURE.parent.mkdir(parents=True, exist_ok=True)
                PICTURE.write_bytes(packed_again(page.screenshot()))
    picture = PICTURE.read_bytes()
    assert size_of(picture) == (DESK["width"], DESK["height"])
    assert len(picture) <= MOST_BYTES
