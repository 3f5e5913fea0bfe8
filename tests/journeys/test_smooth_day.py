"""Nurse and physician, the smooth day: one person from the door to the way home, without a mouse."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.chair import TIME_OUT, ordered_mg
from tests.journeys.desk import Desk, check_axe, shot, sitting
from tests.journeys.house import House
from tests.journeys.keyboard import Keyboard

pytestmark = pytest.mark.browser

VISIT = 6  # the first booked person of the demo
QUIET_LINES = (
    "takes_non_benzodiazepine_hypnotic", "takes_opioid", "takes_psychostimulant", "takes_maoi",
)  # fmt: skip
CALM_MIND = ("pregnancy_positive", "asq_1", "asq_2", "asq_3", "asq_5", "ketamine_craving")
READY = (
    "baseline_awareness", "dissociation_resolved", "sedation_resolved", "vitals_acceptable", "walks_unaided_as_before",
    "nausea_controlled", "suicide_check", "escort_present",
)  # fmt: skip


class Day:
    """One dosing day as two people at two screens live it."""

    def __init__(self, house: House, nurse: Desk, physician: Desk) -> None:
        self.house = house
        self.nurse = nurse.signed_in("/")
        self.physician = physician.signed_in(f"/visits/{VISIT}/")
        self.hands, self.doctors_hands = Keyboard(self.nurse), Keyboard(self.physician)

    def next_is(self, page: Page, words: str) -> None:
        expect(page.locator("#next")).to_contain_text(words, timeout=30_000)
        page.wait_for_timeout(700)  # a next action that has just changed takes no Enter

    def later(self, minutes: float) -> None:
        """Time passes: the clock is moved on under the running server."""
        self.house.later(minutes)
        for page in (self.nurse, self.physician):
            page.reload()  # a page reckons with the time at which it was loaded

    # given

    def given_a_person_is_expected(self) -> None:
        tile = self.nurse.locator(f"#open-{VISIT}")
        expect(tile).to_have_text("Check the person in")
        self.hands.follow(tile)
        self.nurse.wait_for_url(f"**/visits/{VISIT}/")
        self.next_is(self.nurse, "Check the person in")
        shot(self.nurse, "day-1-booked")

    # when

    def when_the_nurse_checks_them_in(self) -> None:
        self.hands.press("Enter")
        self.next_is(self.nurse, "Ask and measure on arrival")

    def when_she_asks_and_measures(self) -> None:
        self.hands.press("Enter")
        check_axe(self.nurse)
        shot(self.nurse, "day-2-arrival-sheet")
        self.hands.write(
            weight_kg="72.5", systolic="128", diastolic="82", pulse="71", spo2="98", breaths="14", moaas="5",
            unreal="0", apart="0", craving="60",
        )  # fmt: skip
        self.hands.answer(identity="yes", consent="yes")
        self.hands.write(
            solids_h="9", clear_liquids_h="3", escort_name="A friend, Ada", escort_phone="555 0142", transport="by car"
        )
        self.hands.answer(takes_benzodiazepine="yes", **dict.fromkeys(QUIET_LINES, "no"))
        self.hands.write(breath_alcohol_percent="0")
        self.hands.answer(**dict.fromkeys(CALM_MIND, "no"))
        self.hands.send()

    def when_the_physician_decides(self) -> None:
        self.next_is(self.physician, "A prescriber decides")
        self.doctors_hands.press("Enter")
        check_axe(self.physician)
        shot(self.physician, "day-3-decide")
        self.doctors_hands.write(reason="One small tablet last night; alert and clear.")
        self.doctors_hands.send()

    def when_the_physician_orders(self) -> None:
        self.next_is(self.physician, "Order the dose")
        self.doctors_hands.press("Enter")
        check_axe(self.physician)
        shot(self.physician, "day-4-order")
        self.doctors_hands.send()

    def when_the_second_nurse_reads_back(self) -> None:
        self.next_is(self.nurse, "Draw up and have it read back")
        self.hands.press("Enter")
        check_axe(self.nurse)
        shot(self.nurse, "day-5-confirm")
        user, password = self.house.login("nurse2")
        self.hands.write(
            diluent="0.9 % saline", final_ml="50", read_back_mg=ordered_mg(self.nurse), second_username=user,
            second_password=password,
        )  # fmt: skip
        self.hands.send()

    def when_they_stop_for_the_time_out_and_start(self) -> None:
        self.next_is(self.nurse, "Start the infusion")
        self.hands.press("Enter")
        check_axe(self.nurse)
        shot(self.nurse, "day-6-time-out")
        self.hands.tick(*TIME_OUT)
        self.hands.send()
        expect(self.nurse.locator("#lane-pressure canvas")).to_be_visible()

    def when_a_round_is_typed(self, line: str) -> None:
        self.hands.press("v")
        self.nurse.keyboard.type(line)
        self.hands.press("Enter")
        expect(self.hands.sheet).to_be_hidden()
        systolic, diastolic, *_ = line.split()
        for page in (self.nurse, self.physician):
            expect(page.locator(".fe-of-pressure .fe-figure")).to_have_text(f"{systolic}/{diastolic}")

    def when_the_pump_has_finished(self) -> None:
        self.next_is(self.nurse, "Note that the pump has finished")
        self.hands.press("Enter")
        self.hands.send()

    def when_the_rest_is_wasted_before_a_witness(self) -> None:
        self.hands.follow(self.nurse.locator("#key-waste"))
        check_axe(self.nurse)
        shot(self.nurse, "day-8-waste")
        user, password = self.house.login("nurse2")
        self.hands.write(method="drug buster", witness_username=user, witness_password=password)
        self.hands.send()

    def when_the_person_is_ready_to_go(self) -> None:
        self.hands.follow(self.nurse.locator("#key-discharge"))
        check_axe(self.nurse)
        shot(self.nurse, "day-9-discharge")
        self.hands.tick(*READY)
        self.hands.send()

    def when_the_sheet_to_take_home_is_opened(self) -> bytes:
        """It opens in a window of its own; its bytes are asked for once more, by the same form."""
        with self.nurse.context.expect_page() as opened:
            self.hands.follow(self.nurse.locator("#print-sheet"))
        opened.value.close()
        form = self.nurse.locator("form:has(#print-sheet)")
        told = form.evaluate("form => Object.fromEntries(new FormData(form))")
        answer = self.nurse.context.request.post(
            form.evaluate("form => form.action"), form=told, headers={"Referer": self.nurse.url}
        )
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["cache-control"] == "no-store"
        return answer.body()

    # then

    def then_both_screens_say_what_was_found(self) -> None:
        for page in (self.nurse, self.physician):
            expect(page.locator(".fe-state")).to_contain_text("Has taken a benzodiazepine.")

    def then_the_visit_is_closed_on_both_screens(self) -> None:
        for page in (self.nurse, self.physician):
            expect(page.locator("#next")).to_contain_text("This visit is closed", timeout=15_000)
            expect(page.locator("#next")).to_contain_text("with A friend, Ada")
        shot(self.nurse, "day-10-closed")

    def then_the_ledger_balances(self) -> None:
        """Drawn is given and wasted, to the hundredth."""
        self.nurse.goto("/medicine/")
        rows = self.nurse.locator(f"tr:has(a[href='/visits/{VISIT}/'])")
        expect(rows).to_have_count(3)
        moved = {}
        for row in rows.all():
            cells = row.locator("td").all_inner_texts()
            moved[cells[1].split()[0].lower()] = abs(float(cells[2].replace("−", "-").split()[0]))
        drawn, given, wasted = (moved[word] for word in sorted(moved, key=lambda word: -moved[word]))
        assert drawn == pytest.approx(given + wasted), moved


@pytest.fixture
def day(browser: Browser, own_house: House) -> Iterator[Day]:
    with sitting(browser, own_house, "nurse") as nurse, sitting(browser, own_house, "physician") as physician:
        yield Day(own_house, nurse, physician)


def test_a_whole_day_by_keyboard(day: Day) -> None:
    day.given_a_person_is_expected()
    day.when_the_nurse_checks_them_in()
    day.when_she_asks_and_measures()
    day.then_both_screens_say_what_was_found()
    day.when_the_physician_decides()
    day.when_the_physician_orders()
    day.when_the_second_nurse_reads_back()
    day.when_they_stop_for_the_time_out_and_start()
    for line in ("134 85 76 98", "146 91 84 97", "142 90 83 97"):
        day.later(minutes=10)
        day.when_a_round_is_typed(line)
    shot(day.nurse, "day-7-three-rounds")
    day.later(minutes=10)
    day.when_a_round_is_typed("140 88 82 97")
    day.when_the_pump_has_finished()
    day.when_the_rest_is_wasted_before_a_witness()
    for line in ("136 86 78 98", "132 84 74 98", "130 83 72 98", "129 82 71 98"):
        day.later(minutes=15)
        day.when_a_round_is_typed(line)
    day.when_the_person_is_ready_to_go()
    day.then_the_visit_is_closed_on_both_screens()
    assert day.when_the_sheet_to_take_home_is_opened().startswith(b"%PDF-")
    day.then_the_ledger_balances()
