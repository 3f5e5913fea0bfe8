"""Everybody: signing in, being refused in words, signing out, and a session that is over."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.desk import Desk, check_axe, heading, shot, sitting
from tests.journeys.house import House

pytestmark = pytest.mark.browser


class TestSigningIn:
    def test_a_nurse_signs_in_by_keyboard_and_is_where_she_wanted_to_be(self, browser: Browser, house: House) -> None:
        with sitting(browser, house, "nurse") as desk:
            page = self.given_the_page_she_asked_for(desk, "/people/")
            self.when_she_types_her_name_and_password(page, *house.login("nurse"))
            self.then_she_is_there_and_the_page_knows_her(page)

    def test_a_wrong_password_is_said_without_telling_which_was_wrong(self, browser: Browser, house: House) -> None:
        with sitting(browser, house, "nurse") as desk:
            page = desk.tab("/sign-in/")
            self.when_she_types_her_name_and_password(page, "nurse", "not the password")
            expect(page.get_by_role("alert")).to_contain_text("User name and password do not match an account.")
            expect(page.get_by_label("User name")).to_have_value("nurse")
            expect(page.get_by_label("Password")).to_have_value("")
            check_axe(page)
            shot(page, "sign-in-wrong")

    def test_after_signing_out_the_back_button_shows_nobody(self, browser: Browser, house: House) -> None:
        with sitting(browser, house, "nurse") as desk:
            page = desk.typed_in("/people/")
            page.get_by_role("button", name="Sign out").click()
            expect(page.get_by_role("status").first).to_contain_text("You are signed out.")
            page.go_back()
            heading(page, "Sign in")

    def test_a_session_that_is_over_is_said_on_an_open_page(self, browser: Browser, house: House) -> None:
        with sitting(browser, house, "nurse") as desk:
            page = desk.typed_in("/")
            other = desk.tab("/people/")
            other.get_by_role("button", name="Sign out").click()
            heading(other, "Sign in")
            expect(page.locator("#link-strip")).to_contain_text("You are signed out", timeout=20_000)
            shot(page, "today-signed-out")
            page.reload()
            heading(page, "Sign in")

    def given_the_page_she_asked_for(self, desk: Desk, path: str) -> Page:
        page = desk.tab(path)
        heading(page, "Sign in")
        return page

    def when_she_types_her_name_and_password(self, page: Page, user: str, password: str) -> None:
        page.get_by_label("User name").focus()
        page.keyboard.type(user)
        page.keyboard.press("Tab")
        page.keyboard.type(password)
        page.keyboard.press("Enter")

    def then_she_is_there_and_the_page_knows_her(self, page: Page) -> None:
        page.wait_for_url("**/people/")
        expect(page.locator(".fe-who")).to_contain_text("Inderjit Kaur")
        expect(page.locator(".fe-who")).to_contain_text("Riverbend Clinic")
        expect(page.locator(".fe-demo")).to_contain_text("Made-up demo clinic")
