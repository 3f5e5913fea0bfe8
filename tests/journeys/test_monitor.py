"""A monitor at the chair: the simulated one, over the same door as a real one."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.desk import check_axe, shot, sitting
from tests.journeys.house import FENESTRA, House, environment

pytestmark = pytest.mark.browser

PERSON, VISIT = "R-001", 1
SILENT_LOW_S = 15  # MON-010 as shipped


@pytest.fixture
def monitor(own_house: House) -> Iterator[subprocess.Popen[bytes]]:
    told = ["--person", PERSON, "--url", own_house.address, "--seconds", "120"]
    with (own_house.folder / "monitor.txt").open("wb") as said:
        sending = subprocess.Popen(
            [FENESTRA, "monitor", *told], env=environment(own_house.folder), stdout=said, stderr=said
        )
    yield sending
    sending.kill()
    sending.wait()


def self_consistent(page: Page) -> None:
    """What stands under a live figure speaks of that figure, not of the one before."""
    shown, change = page.evaluate(
        "['pulse'].flatMap(name => [`[data-live=${name}]`, `[data-live-change=${name}]`]).map(at => document.querySelector(at).textContent)"
    )
    by, first = change.replace("−", "-").split(" from ")
    assert int(shown) == int(first) + int(by)


def test_live_numbers_change_by_themselves_and_silence_is_an_alarm(
    browser: Browser, own_house: House, monitor: subprocess.Popen[bytes]
) -> None:
    with sitting(browser, own_house, "nurse") as desk:
        page = desk.signed_in(f"/visits/{VISIT}/")
        expect(page.locator("#who")).to_contain_text("simulated monitor", timeout=20_000)
        pulse = page.locator("[data-live=pulse]")
        for _ in range(2):
            pulse.evaluate("node => { node.textContent = 'old' }")
            expect(pulse).to_have_text(re.compile(r"^\d+$"), timeout=10_000)
        expect(page.locator("[data-live=spo2]")).to_have_text(re.compile(r"^\d+$"))
        expect(page.locator("[data-live-age=pulse]")).to_have_text(re.compile(r"^[0-4] s ago$"), timeout=10_000)
        self_consistent(page)
        check_axe(page)
        shot(page, "monitor-live")

        monitor.kill()
        expect(page.locator(".fe-state.fe-tech")).to_contain_text(
            "No reading from the monitor since", timeout=(SILENT_LOW_S + 15) * 1000
        )
        expect(page.locator(".fe-of-pulse")).to_have_class(re.compile("fe-stale"))
        shot(page, "monitor-silent")
