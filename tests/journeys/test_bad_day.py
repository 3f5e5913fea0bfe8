"""Nurses and physician, the bad day: pressure far up while the pump runs."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.desk import Desk, check_axe, shot, sitting
from tests.journeys.house import House
from tests.journeys.keyboard import Keyboard

pytestmark = pytest.mark.browser

INFUSING = 1  # the demo's first person: the pump has run for twelve minutes
SEEN_WITHIN_S = 1.0  # what a second screen may take; printed here, judged with patience, proved by the benchmarks
PATIENCE_MS = 10_000


class BadDay:
    """A nurse in the room and a physician in the office look at one visit."""

    def __init__(self, house: House, nurse: Desk, physician: Desk) -> None:
        self.house = house
        self.nurse = nurse.signed_in(f"/visits/{INFUSING}/")
        self.office = physician.signed_in(f"/visits/{INFUSING}/")
        for page in (self.nurse, self.office):
            expect(page.locator("#lane-pressure canvas")).to_be_visible()
            expect(page.locator(".fe-state")).to_contain_text("Inside all limits")
        self.hands, self.office_hands = Keyboard(self.nurse), Keyboard(self.office)

    def alarm(self, page: Page) -> Locator:
        return page.locator("[data-alarm-id]").first

    def type_round(self, line: str) -> None:
        self.hands.press("v")
        self.nurse.keyboard.type(line)
        self.hands.press("Enter")

    # given

    def given_the_office_hears_nothing_yet(self) -> None:
        expect(self.office.locator("#sound")).to_contain_text("Sound is off")
        self.nurse.locator("#sound").click()
        expect(self.nurse.locator("#sound")).to_contain_text("Sound is on")

    # when

    def when_a_very_high_pressure_is_typed(self) -> None:
        self.type_round("190 110 96 97")
        began = time.monotonic()
        expect(self.alarm(self.office)).to_be_visible(timeout=PATIENCE_MS)
        took = time.monotonic() - began
        print(f"The alarm stood on the second screen after {took * 1000:.0f} ms (wanted: {SEEN_WITHIN_S:.0f} s).")

    def when_it_is_acknowledged(self) -> None:
        self.hands.press("a")
        expect(self.alarm(self.nurse)).to_have_attribute("data-acknowledged", "", timeout=PATIENCE_MS)

    def when_a_faster_rate_is_ordered(self) -> None:
        self.hands.press("r")
        self.hands.write(ml_per_h="900", reason="faster")
        self.hands.tab_to(self.hands.sheet.locator("button.fe-main"))
        self.hands.press("Enter")

    def when_she_holds_stop(self, seconds: float) -> None:
        self.nurse.keyboard.down("s")
        self.nurse.wait_for_timeout(seconds * 1000)
        self.nurse.keyboard.up("s")

    def when_hours_pass_unnoticed(self) -> None:
        """The server is away meanwhile, and comes back to pages that were left open."""
        self.house.kill()
        ahead_min = self.house.later(150)
        self.house.start()
        for page in (self.nurse, self.office):
            expect(page.locator("#link-strip")).to_be_hidden(timeout=30_000)
            page.reload()
            expect(page.locator(".fe-demo")).to_contain_text(f"The clock runs {ahead_min} min ahead.")

    def when_a_calm_round_is_typed_and_everything_is_seen(self) -> None:
        self.type_round("132 82 72 98")
        expect(self.nurse.locator(".fe-of-pressure .fe-figure")).to_have_text("132/82", timeout=PATIENCE_MS)
        for left in self.nurse.locator("[data-alarm-id]:not([data-acknowledged]) button").all():
            left.click()
        expect(self.nurse.locator("[data-alarm-id]")).to_have_count(0, timeout=PATIENCE_MS)

    # then

    def then_the_alarm_still_stands_and_a_round_is_missed(self) -> None:
        expect(self.nurse.locator("[data-alarm-level=high]")).to_contain_text("190")
        expect(self.nurse.locator("[data-alarm-level=warn]")).to_contain_text("No round since it was due at")
        shot(self.nurse, "bad-5-late")

    def then_the_late_way_home_is_open_and_nothing_is_lost(self) -> None:
        expect(self.nurse.locator("#key-discharge")).to_be_visible()
        log = self.nurse.locator("#log")
        for words in (
            "125/81",
            "190/110, pulse 96",
            "Dose stopped",
            "132/82, pulse 72",
            "Alarm: systolic pressure 190",
        ):
            expect(log).to_contain_text(words)
        shot(self.nurse, "bad-6-late-calm")

    def then_both_screens_say_it_and_what_to_do(self) -> None:
        for page in (self.nurse, self.office):
            expect(self.alarm(page)).to_contain_text("190", timeout=PATIENCE_MS)
            expect(page.locator(".fe-of-pressure")).to_have_class("fe-vital fe-of-pressure fe-bad")
            expect(page.locator("#next")).to_contain_text("Pause the infusion and call the prescriber.")
        expect(self.office.locator("#sound")).to_have_class("fe-button fe-sound fe-wanted")
        expect(self.office.locator("#alarm-say")).to_contain_text("190")
        check_axe(self.nurse)
        shot(self.nurse, "bad-1-alarm")

    def then_it_is_silent_and_still_stands(self) -> None:
        expect(self.alarm(self.office)).to_contain_text("Inderjit Kaur", timeout=PATIENCE_MS)
        expect(self.office.locator("#sound")).not_to_have_class("fe-button fe-sound fe-wanted")
        expect(self.alarm(self.nurse)).to_contain_text("190")
        shot(self.nurse, "bad-2-acknowledged")

    def then_the_rate_is_refused_in_words(self) -> None:
        expect(self.hands.sheet.locator(".fe-errors")).to_be_focused()
        expect(self.hands.sheet.locator(".fe-errors")).to_contain_text("Set a slower rate.")
        expect(self.hands.field("ml_per_h")).to_have_value("900")
        check_axe(self.nurse)
        shot(self.nurse, "bad-3-rate-refused")
        self.hands.press("Escape")

    def then_it_still_runs(self) -> None:
        expect(self.nurse.locator(".fe-timer")).to_contain_text("stops")

    def then_it_has_stopped_and_every_number_is_there(self) -> None:
        for page in (self.nurse, self.office):
            expect(page.locator(".fe-timer")).to_contain_text("ended", timeout=PATIENCE_MS)
            expect(page.locator("#log")).to_contain_text("190/110, pulse 96")
            expect(page.locator("#log")).to_contain_text("Inderjit Kaur")
        self.nurse.locator("#table-pressure summary").click()
        expect(self.nurse.locator("#table-pressure table")).to_contain_text("190/110")
        shot(self.nurse, "bad-4-stopped")


@pytest.fixture
def day(browser: Browser, own_house: House) -> Iterator[BadDay]:
    with sitting(browser, own_house, "nurse") as nurse, sitting(browser, own_house, "physician") as physician:
        yield BadDay(own_house, nurse, physician)


def test_an_alarm_is_seen_everywhere_and_the_dose_is_stopped(day: BadDay) -> None:
    day.given_the_office_hears_nothing_yet()
    day.when_a_very_high_pressure_is_typed()
    day.then_both_screens_say_it_and_what_to_do()
    day.when_it_is_acknowledged()
    day.then_it_is_silent_and_still_stands()
    day.when_a_faster_rate_is_ordered()
    day.then_the_rate_is_refused_in_words()
    day.when_she_holds_stop(0.3)
    day.then_it_still_runs()
    day.when_she_holds_stop(1.3)
    day.then_it_has_stopped_and_every_number_is_there()
    day.when_hours_pass_unnoticed()
    day.then_the_alarm_still_stands_and_a_round_is_missed()
    day.when_a_calm_round_is_typed_and_everything_is_seen()
    day.then_the_late_way_home_is_open_and_nothing_is_lost()
