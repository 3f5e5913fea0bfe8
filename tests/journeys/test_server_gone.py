"""Ten tabs of one browser while the server is taken away and comes back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.desk import shot, sitting
from tests.journeys.house import House
from tests.journeys.keyboard import Keyboard

pytestmark = pytest.mark.browser

TABS = 10
INFUSING = 1


def test_ten_tabs_say_no_link_and_all_catch_up(browser: Browser, own_house: House) -> None:
    with sitting(browser, own_house, "nurse") as desk:
        tabs = [desk.signed_in(f"/visits/{INFUSING}/")]
        tabs += [desk.tab(f"/visits/{INFUSING}/" if n % 3 else "/") for n in range(1, TABS)]
        for tab in tabs:
            expect(tab.locator("h1")).to_be_attached()
        hands = Keyboard(tabs[0])
        tabs[0].bring_to_front()
        expect(tabs[0].locator("#lane-pressure canvas")).to_be_visible()

        own_house.kill()
        for tab in tabs:
            expect(tab.locator("#link-strip")).to_contain_text("No link to the clinic’s server since", timeout=30_000)
        shot(tabs[0], "no-link-dosing")
        shot(next(tab for tab in tabs if "/visits/" not in tab.url), "no-link-today")

        hands.press("v")
        tabs[0].keyboard.type("138 86 79 97")
        hands.press("Enter")
        expect(hands.sheet.locator(".fe-send-note")).to_have_text("Not sent. Try again.")
        shot(tabs[0], "no-link-not-sent")

        own_house.start()
        for tab in tabs:
            expect(tab.locator("#link-strip")).to_be_hidden(timeout=30_000)
        hands.send()
        for tab in tabs:
            shown = tab.locator("#board, #today").first
            expect(shown).to_contain_text("138/86", timeout=20_000)
        other = desk.tab(f"/visits/{INFUSING}/")
        expect(other.locator("#log li", has_text="138/86")).to_have_count(1)
