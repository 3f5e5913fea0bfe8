"""Everybody: warned before a session ends, and at the chair locked with what was typed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.journeys.desk import check_axe, shot, sitting
from tests.journeys.house import House

pytestmark = pytest.mark.browser
LEFT = "**/account/left/"


def says(text: str) -> Callable[[Route], None]:
    """The server's answer to how long is left, so that nobody waits a quarter of an hour."""
    return lambda route: route.fulfill(status=200, content_type="text/plain", body=text)


def after_a_minute(page: Page, text: str) -> None:
    page.unroute(LEFT)
    page.route(LEFT, says(text))
    page.clock.fast_forward(61_000)


def test_two_minutes_before_the_end_the_page_says_so_and_one_click_extends_it(browser: Browser, house: House) -> None:
    with sitting(browser, house, "coordinator") as desk:
        page = desk.signed_in("/people/")
        page.clock.install()
        page.reload()
        expect(page.locator("#limit")).to_be_hidden()
        after_a_minute(page, "118 120 end")
        strip = page.locator("#limit")
        expect(strip.get_by_role("status")).to_have_text(
            "Nobody has touched this screen. In 2 minutes you are signed out."
        )
        check_axe(page)
        shot(page, "limit-warning")
        page.unroute(LEFT)
        with page.expect_response("**/account/stay/") as stayed:
            strip.get_by_role("button", name="I am still here").click()
        assert stayed.value.status == 200
        expect(strip).to_be_hidden()


def test_at_the_chair_the_page_locks_and_opens_with_what_was_typed(browser: Browser, house: House) -> None:
    with sitting(browser, house, "nurse") as desk:
        page = desk.signed_in("/people/new/")
        page.clock.install()
        page.reload()
        typed = page.get_by_label("Name").first
        typed.fill("a name half typed")
        after_a_minute(page, "0 120 lock")
        lock = page.get_by_role("dialog", name="Locked, and still yours")
        expect(lock).to_be_visible()
        expect(typed).to_be_hidden()
        check_axe(page)
        shot(page, "locked")
        page.keyboard.press("Escape")
        expect(lock).to_be_visible()
        lock.get_by_label("Password to unlock").fill("not it")
        lock.get_by_role("button", name="Unlock").click()
        expect(lock.get_by_role("alert")).to_have_text("That is not your password. Type it once more.")
        page.unroute(LEFT)
        lock.get_by_label("Password to unlock").fill(house.login("nurse")[1])
        lock.get_by_role("button", name="Unlock").click()
        expect(lock).to_be_hidden()
        expect(typed).to_have_value("a name half typed")
