"""A therapist's morning: the windows, an hour written down with a note and a trigger; who does not counsel reads none
of it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.journeys.desk import DESK, PHONE, check_axe, does_not_overflow, heading, looks, shot, sitting
from tests.journeys.house import House

pytestmark = pytest.mark.browser

NOTE = "Spoke of her brother; wants to call him."
CUE, PLAN = "Friday after work", "call Anna and walk home by the river"


def looked_at(page: Page, name: str) -> None:
    check_axe(page)
    does_not_overflow(page)
    shot(page, name, whole=True)


def picked_person(page: Page) -> int:
    """The first who is offered; what the person's number is."""
    box = page.locator("main input[name=person]").first
    number = int(box.get_attribute("value") or "0")
    box.check()
    page.get_by_role("button", name="Go on").click()
    return number


def test_a_therapist_writes_an_hour_and_the_coordinator_does_not_read_it(browser: Browser, house: House) -> None:
    with sitting(browser, house, "therapist") as desk:
        page = desk.signed_in("/therapy/")
        heading(page, "Therapy")
        expect(page.locator("main")).to_contain_text("The window is a hypothesis")
        looked_at(page, "therapy")
        page.get_by_role("link", name="Write an hour down", exact=True).click()
        looked_at(page, "therapy-pick")
        person = picked_person(page)
        page.get_by_label("Time").fill("09:30")
        page.get_by_label("Minutes").fill("50")
        page.get_by_label("What kind").select_option("relapse prevention")
        page.get_by_label("Counselling note").fill(NOTE)
        page.get_by_label("A trigger they named").fill(CUE)
        page.get_by_role("button", name="Write it down").click()
        expect(page.get_by_role("alert")).to_contain_text("There is a problem")
        expect(page.get_by_label("Counselling note")).to_have_value(NOTE)
        looked_at(page, "therapy-hour-refused")
        page.get_by_label("Came?").select_option("yes")
        page.get_by_label("The plan against it").fill(PLAN)
        page.get_by_role("button", name="Write it down").click()
        expect(page.get_by_role("status").filter(has_text="The hour is written down.")).to_be_visible()
        page.goto(f"/people/{person}/")
        expect(page.locator("main")).to_contain_text(NOTE)
        expect(page.locator("main")).to_contain_text(PLAN)
        looked_at(page, "therapy-person")
        page.get_by_role("link", name=re.compile("^Open the hour of")).first.click()
        heading(page, "Therapy hour")
        looked_at(page, "therapy-hour")
        page.goto(f"/people/{person}/therapy/book/")
        heading(page, "Book a therapy hour")
        looked_at(page, "therapy-book")
    with sitting(browser, house, "coordinator") as desk:
        page = desk.signed_in(f"/people/{person}/")
        expect(page.locator("main")).to_contain_text("Kept from your role.")
        source = page.content()
        assert NOTE not in source and CUE not in source and PLAN not in source
        looked_at(page, "therapy-person-coordinator")
        page.goto("/therapy/hours/new/")
        expect(page.locator("main")).to_contain_text("takes a therapist")


@looks(DESK, PHONE)
def test_the_therapy_pages_read_well(browser: Browser, house: House, scheme: str, size: ViewportSize) -> None:
    with sitting(browser, house, "therapist", size=size, color_scheme=scheme) as desk:
        page = desk.signed_in("/therapy/")
        looked_at(page, f"therapy-{size['width']}-{scheme}")
        page.goto("/therapy/hours/new/?person=1&person=2")
        looked_at(page, f"therapy-hour-new-{size['width']}-{scheme}")
        page.goto("/people/1/triggers/new/")
        looked_at(page, f"trigger-{size['width']}-{scheme}")
        page.goto("/")
        looked_at(page, f"today-therapist-{size['width']}-{scheme}")
    with sitting(browser, house, "therapist-h", size=size, color_scheme=scheme) as desk:
        page = desk.signed_in("/therapy/")
        looked_at(page, f"therapy-other-{size['width']}-{scheme}")
