"""Two nurses at two screens, and one hand that clicks twice."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.chair import TIME_OUT, ordered_mg
from tests.journeys.desk import check_axe, shot, sitting
from tests.journeys.house import House
from tests.journeys.keyboard import Keyboard

pytestmark = pytest.mark.browser

CLEARED = 3


def test_the_second_nurse_is_told_who_started_the_dose(browser: Browser, own_house: House) -> None:
    with sitting(browser, own_house, "physician") as doctor:
        office = doctor.signed_in(f"/visits/{CLEARED}/order/")
        office.locator("main button.fe-main").click()
        office.wait_for_url(f"**/visits/{CLEARED}/")
        mg = ordered_mg(office)
        office.goto(f"/visits/{CLEARED}/confirm/")
        user, password = own_house.login("nurse2")
        for name, text in {
            "diluent": "0.9 % saline",
            "final_ml": "50",
            "read_back_mg": mg,
            "second_username": user,
            "second_password": password,
        }.items():
            office.locator(f"[name={name}]").fill(text)
        office.locator("main button.fe-main").click()
        office.wait_for_url(f"**/visits/{CLEARED}/")

    with sitting(browser, own_house, "nurse") as one, sitting(browser, own_house, "nurse2") as other:
        first, second = one.signed_in(f"/visits/{CLEARED}/"), other.signed_in(f"/visits/{CLEARED}/start/")
        hands = Keyboard(first)
        expect(first.locator("#next")).to_contain_text("Start the infusion")
        hands.press("Enter")
        hands.tick(*TIME_OUT)
        hands.send()
        expect(first.locator("#lane-pressure canvas")).to_be_visible()

        for name in TIME_OUT:
            second.locator(f"[name={name}]").check()
        second.locator("main button.fe-main").click()
        expect(second.get_by_role("alert")).to_contain_text("This dose was started at")
        expect(second.get_by_role("alert")).to_contain_text("by Inderjit Kaur. Open the dosing screen to join.")
        check_axe(second)
        shot(second, "second-start-refused")


def test_the_same_sheet_sent_twice_is_one_round(browser: Browser, house: House) -> None:
    with sitting(browser, house, "nurse") as desk:
        page = desk.signed_in("/visits/1/round/")
        page.locator("[name=line]").fill("133 84 77 98")
        form = page.locator("form.fe-sheet-round")
        told = form.evaluate("form => Object.fromEntries(new FormData(form))") | {"line": "133 84 77 98"}
        for _ in range(2):
            answer = desk.context.request.post("/visits/1/round/", form=told, headers={"Referer": page.url})
            assert answer.ok, answer.text()
        page.goto("/visits/1/")
        expect(page.locator("#log li", has_text="133/84, pulse 77")).to_have_count(1)
