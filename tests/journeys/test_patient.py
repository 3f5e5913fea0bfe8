"""The patient: a check-in in the evening, offline on a train, with one thumb; and their own page."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.journeys.desk import DESK, PHONE, SMALL_PHONE, check_axe, does_not_overflow, looks, shot
from tests.journeys.house import House, copied
from tests.journeys.pocket import Given, given, pocket

pytestmark = pytest.mark.browser

THUMB_S = 30


@pytest.fixture(scope="module")
def links(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, Given]]:
    """A house with links to one person: single check-ins and own pages."""
    house = copied(filled, tmp_path_factory.mktemp("patient") / "data")
    handed = given(house, "check_in", "check_in", "check_in", "own_page", "own_page")
    house.start()
    yield house, handed
    house.kill()


def rows(house: House) -> int:
    with closing(sqlite3.connect(house.folder / "clinic.sqlite3")) as database:
        return int(database.execute("SELECT count(*) FROM checkins_checkin").fetchone()[0])


def slide(page: Page, question: str, share: float) -> None:
    """Put a thumb on the slider under this question."""
    slider = page.get_by_role("slider", name=question)
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + box["width"] * share, box["y"] + box["height"] / 2)


def read_contract(page: Page) -> None:
    agreed = page.get_by_role("button", name="I have read this")
    if agreed.count():
        agreed.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How is it going?")


def looked_at(page: Page, name: str) -> None:
    check_axe(page)
    does_not_overflow(page)
    shot(page, name, whole=True)


def kept_on_the_phone(page: Page) -> None:
    """Wait until the worker has what it needs for a train."""
    page.wait_for_function(
        """async () => {
            const kept = await caches.keys();
            if (!kept.length) return false;
            const box = await caches.open(kept[0]);
            const files = await Promise.all(["/me/check-in/", "/me/help/"].map((path) => box.match(path)));
            const scripts = (await box.keys()).filter((one) => one.url.endsWith(".js") || one.url.endsWith(".css"));
            return files.every(Boolean) && scripts.length >= 4;
        }"""
    )


def test_the_evening_check_in_on_a_train(browser: Browser, links: tuple[House, Given]) -> None:
    house, handed = links
    link = handed.links[0]
    with pocket(browser, house) as phone:
        page = phone.open(link)
        looked_at(page, "patient-first")
        expect(page.get_by_role("link", name="Help now")).to_be_in_viewport()
        read_contract(page)
        for slider in page.get_by_role("slider").all():
            expect(slider).to_have_attribute("aria-valuetext", "not answered")
        expect(page.get_by_role("link", name="Help now")).to_be_in_viewport()
        kept_on_the_phone(page)
        before = rows(house)

        phone.signal(False)
        house.kill()  # whatever the browser calls offline: there is nobody to answer
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_have_text("How is it going?")
        expect(page.locator("#help a[href^='tel:']").first).to_be_visible()
        looked_at(page, "patient-offline")
        slide(page, "right now", 0.25)
        page.get_by_text("No", exact=True).click()
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("status")).to_contain_text("No signal. What you wrote is kept on this phone")
        expect(page.get_by_role("button", name="Send")).to_be_hidden()
        looked_at(page, "patient-kept")
        page.goto("/me/help/")
        expect(page.get_by_role("heading", level=1)).to_have_text("Help")
        page.goto(link)  # tapped again in the message, still without a signal
        expect(page.get_by_role("status")).to_contain_text("kept on this phone")
        assert rows(house) == before

        house.start()
        phone.signal(True)
        page.wait_for_url("**/me/check-in/?sent")
        expect(page.get_by_role("heading", level=1)).to_have_text("Thank you for telling us.")
        page.reload()
        assert rows(house) == before + 1


def test_what_is_changed_on_the_train_is_sent_once_as_it_was_changed(
    browser: Browser, links: tuple[House, Given]
) -> None:
    house, handed = links
    with pocket(browser, house) as phone:
        page = phone.open(handed.links[1])
        read_contract(page)
        kept_on_the_phone(page)
        before = rows(house)
        phone.signal(False)
        slide(page, "right now", 0.9)
        page.get_by_role("button", name="Send").click()
        page.get_by_role("button", name="Change what I wrote").click()
        page.get_by_text("I’d rather not say").click()
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("status")).to_contain_text("kept on this phone")
        phone.signal(True)
        page.wait_for_url("**/me/check-in/?sent")
        assert rows(house) == before + 1


def test_another_person_on_the_same_phone_neither_sends_nor_loses_what_was_written(
    browser: Browser, links: tuple[House, Given]
) -> None:
    house, handed = links
    unsent = [
        {
            "told_id": "theirs",
            "mark": "of another person",
            "link": "x",
            "said_at": "2026-11-20T20:00:00Z",
            "offset_min": 0,
        }
    ]
    with pocket(browser, house) as phone:
        page = phone.open(handed.links[4])
        page.evaluate("(told) => localStorage.setItem('fenestra-outbox', JSON.stringify(told))", unsent)
        page.goto("/me/check-in/")
        read_contract(page)
        before = rows(house)
        slide(page, "mood", 0.4)
        page.get_by_role("button", name="Send").click()
        page.wait_for_url("**/me/check-in/?sent")
        assert rows(house) == before + 1
        assert page.evaluate("JSON.parse(localStorage.getItem('fenestra-outbox'))") == unsent


def test_five_questions_take_less_than_half_a_minute_and_yes_is_met_with_help(
    browser: Browser, links: tuple[House, Given]
) -> None:
    house, handed = links
    with pocket(browser, house) as phone:
        page = phone.open(handed.links[2])
        read_contract(page)
        began = page.evaluate("performance.now()")
        slide(page, "right now", 0.5)
        slide(page, "strongest", 0.8)
        page.get_by_text("Yes", exact=True).click()
        slide(page, "mood", 0.4)
        slide(page, "ready", 0.6)
        taken_s = (page.evaluate("performance.now()") - began) / 1000
        assert taken_s < THUMB_S
        expect(page.locator(".fe-said.fe-set")).to_have_count(4)
        looked_at(page, "patient-answered")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("heading", name="Would an hour help?")).to_be_visible()
        looked_at(page, "patient-thanks")
        page.get_by_role("button", name="Call me").click()
        expect(page.get_by_role("status")).to_contain_text("Somebody will be in touch")


def test_on_the_train_what_can_be_put_right_is_said_at_once(browser: Browser, links: tuple[House, Given]) -> None:
    house, handed = links
    with pocket(browser, house) as phone:
        page = phone.open(handed.links[4])
        page.goto("/me/check-in/")
        read_contract(page)
        kept_on_the_phone(page)
        before = rows(house)
        phone.signal(False)
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("status")).to_contain_text("Nothing is answered yet")
        page.get_by_text("Yes", exact=True).click()
        for wrong in ("-3", "no idea", "0"):
            page.get_by_label("About how many").fill(wrong)
            page.get_by_role("button", name="Send").click()
            expect(page.get_by_role("status")).to_contain_text("Write how much as a number")
            expect(page.get_by_label("About how many")).to_have_value(wrong)
        page.get_by_label("About how many").fill("2,5")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("status")).to_contain_text("kept on this phone")
        phone.signal(True)
        page.wait_for_url("**/me/check-in/?sent")
        assert rows(house) == before + 1


def test_the_own_page(browser: Browser, links: tuple[House, Given]) -> None:
    house, handed = links
    with pocket(browser, house) as phone:
        page = phone.open(handed.links[3])
        expect(page.get_by_role("heading", level=1)).to_have_text("Is this your page?")
        looked_at(page, "patient-proof")
        prove(page, handed.born)
        expect(page.get_by_role("heading", name="Your plan")).to_be_visible()
        page.get_by_role("button", name="Another time").click()
        expect(page.get_by_role("status")).to_contain_text("will offer you another time")
        page.get_by_label("Write something to keep").fill("Walk the long way, past the river.")
        page.get_by_role("button", name="Keep this").click()
        expect(page.get_by_text("Walk the long way")).to_be_visible()
        page.get_by_text("As a table").click()
        looked_at(page, "patient-own-opened")
        page.get_by_role("link", name="What this treatment is").click()
        looked_at(page, "patient-leaflet")
        page.goto("/me/consents/")
        page.get_by_text("Take it back").first.click()
        looked_at(page, "patient-consents")


def prove(page: Page, born: str) -> None:
    year, month, day = born.split("-")
    for label, typed in (("Day", day), ("Month", month), ("Year", year)):
        page.get_by_label(label).fill(typed)
    page.get_by_role("button", name="Open my page").click()


@looks(SMALL_PHONE, PHONE, DESK)
def test_the_pages_read_well_at_any_size(
    browser: Browser, links: tuple[House, Given], size: ViewportSize, scheme: Any
) -> None:
    house, handed = links
    with pocket(browser, house, size=size, color_scheme=scheme) as phone:
        page = phone.open(handed.links[4])
        prove(page, handed.born)
        for name, path in (
            ("own", "/me/"),
            ("check-in", "/me/check-in/"),
            ("help", "/me/help/"),
            ("closed", "/c/nothing/"),
        ):
            page.goto(path)
            if name == "check-in":
                read_contract(page)
            looked_at(page, f"patient-{name}-{size['width']}-{scheme}")


def test_twice_the_text_still_fits(browser: Browser, links: tuple[House, Given]) -> None:
    house, handed = links
    with pocket(browser, house, size=ViewportSize(width=640, height=800)) as phone:
        page = phone.open(handed.links[4])
        prove(page, handed.born)
        for name, path in (("own", "/me/"), ("check-in", "/me/check-in/")):
            page.goto(path)
            page.evaluate("document.documentElement.style.zoom = 2")
            does_not_overflow(page)
            shot(page, f"patient-{name}-twice", whole=True)


def test_without_a_script_the_form_works(browser: Browser, links: tuple[House, Given]) -> None:
    house, handed = links
    with pocket(browser, house, java_script_enabled=False) as phone:
        page = phone.open(handed.links[4])
        page.goto("/me/check-in/")
        read_contract(page)
        before = rows(house)
        page.get_by_label("right now").fill("41")
        page.get_by_text("Yes", exact=True).click()
        page.get_by_label("About how many").fill("no idea")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("alert")).to_contain_text("There is a problem")
        expect(page.get_by_label("right now")).to_have_value("41")
        shot(page, "patient-no-script", whole=True)
        page.get_by_label("About how many").fill("3")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Thank you for telling us.")
        assert rows(house) == before + 1
