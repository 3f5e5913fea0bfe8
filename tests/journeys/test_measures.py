"""Director, nurse and therapist: a form with a thought of suicide becomes work that somebody takes and does."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.journeys.desk import DESK, PHONE, check_axe, does_not_overflow, heading, looks, shot, sitting
from tests.journeys.house import House

pytestmark = pytest.mark.browser

PERSON = 3
PHQ9 = {1: "Several days", 2: "More than half the days", 9: "Several days"}


def choose(page: Page, number: int, words: str) -> None:
    page.locator(f"#id_i{number}").get_by_label(words, exact=True).check()


def looked_at(page: Page, name: str) -> None:
    check_axe(page)
    does_not_overflow(page)
    shot(page, f"measures-{name}", whole=True)


def test_a_thought_of_suicide_is_taken_and_done(browser: Browser, own_house: House) -> None:
    with (
        sitting(browser, own_house, "director") as director,
        sitting(browser, own_house, "nurse") as nurse,
        sitting(browser, own_house, "therapist") as therapist,
    ):
        given_the_director_declares_cover(director.signed_in("/work-list/cover/"))
        page = nurse.signed_in(f"/people/{PERSON}/")
        when_the_nurse_asks_the_phq9(page)
        then_the_page_says_what_to_do_now(page)
        when_somebody_takes_it_and_does_it(therapist.signed_in("/"))
        when_the_nurse_corrects_an_answer(page)
        when_the_nurse_fills_in_the_days_of_use(page)
        when_the_nurse_weighs_and_tests(page)
        then_the_page_tells_it_all(page)


def given_the_director_declares_cover(page: Page) -> None:
    looked_at(page, "cover-empty")
    page.get_by_label("Who", exact=True).select_option(index=1)
    page.get_by_label("At", exact=True).fill("00:00")
    page.get_by_label("Until the hour").fill("23:59")
    page.get_by_role("button", name="Declare cover").click()
    expect(page.locator(".fe-messages")).to_contain_text("The cover is declared")
    page.get_by_label("Level").select_option("high")
    page.get_by_label("Minutes of cover").fill("30")
    page.get_by_label("Then told to").select_option("medical director")
    page.get_by_role("button", name="Declare the answer time").click()
    expect(page.locator(".fe-messages")).to_contain_text("The answer time is declared")
    looked_at(page, "cover")


def when_the_nurse_asks_the_phq9(page: Page) -> None:
    page.get_by_role("link", name="Mood: ask with PHQ-9").click()
    heading(page, "PHQ-9")
    page.get_by_role("button", name="Keep the answers").click()
    expect(page.locator(".fe-errors")).to_contain_text("Answer at least one question")
    looked_at(page, "phq9")
    for number, words in PHQ9.items():
        choose(page, number, words)
    page.get_by_role("button", name="Keep the answers").click()


def then_the_page_says_what_to_do_now(page: Page) -> None:
    now = page.get_by_role("alert")
    expect(now).to_contain_text("Do not leave the person alone")
    expect(now).to_contain_text("Tell whoever is on cover")
    heading(page, "in part: no total")
    looked_at(page, "suicide-alert")


def when_somebody_takes_it_and_does_it(page: Page) -> None:
    needs = page.locator(".fe-todo li", has_text="Thoughts of suicide on a form").first
    expect(needs).to_be_visible()
    page.get_by_role("link", name="Work", exact=True).click()
    looked_at(page, "work")
    page.get_by_role("button", name="Take: Thoughts of suicide on a form").first.click()
    expect(page.locator(".fe-messages")).to_contain_text("It is yours")
    page.get_by_role("button", name="Done").click()
    expect(page.locator(".fe-errors")).to_contain_text("Write what you did")
    page.get_by_label("What you did").fill("Screened with the ASQ, safety plan renewed, physician told.")
    looked_at(page, "item")
    page.get_by_role("button", name="Done").click()
    page.wait_for_url("**/work-list/")
    expect(page.locator("#done").locator("xpath=ancestor::section")).to_contain_text("Thoughts of suicide on a form")
    looked_at(page, "work-done")


def when_the_nurse_corrects_an_answer(page: Page) -> None:
    page.get_by_role("link", name="Correct it").click()
    choose(page, 9, "Not at all")
    page.get_by_label("Why it is corrected").fill("tapped the wrong line")
    page.get_by_role("button", name="Keep the correction").click()
    row = page.locator("tr", has_text="9. ")
    expect(row).to_contain_text("Not at all")
    expect(row).to_contain_text("Several days")
    looked_at(page, "corrected")


def when_the_nurse_fills_in_the_days_of_use(page: Page) -> None:
    page.goto(f"/people/{PERSON}/measures/use/")
    first = page.locator(".fe-calendar li:has(select)").nth(1)
    first.get_by_role("combobox").first.select_option("no use")
    first.get_by_role("textbox").fill("4")
    page.get_by_role("button", name="Keep the days").click()
    expect(page.locator(".fe-errors")).to_contain_text("cannot be both a day without use and a day with use")
    expect(page.locator(".fe-calendar li:has(select)").nth(1).get_by_role("textbox")).to_have_value("4")
    looked_at(page, "use-refused")
    page.locator(".fe-calendar li:has(select)").nth(1).get_by_role("combobox").first.select_option("use")
    page.locator(".fe-calendar li:has(select)").nth(2).get_by_role("combobox").first.select_option("no use")
    page.get_by_role("button", name="Keep the days").click()
    expect(page.locator(".fe-messages")).to_contain_text("2 days are kept")


def when_the_nurse_weighs_and_tests(page: Page) -> None:
    page.get_by_role("link", name="Weight", exact=True).click()
    page.get_by_label("Weight in kilograms").fill("72.5")
    page.get_by_role("button", name="Keep the weight").click()
    page.get_by_role("link", name="Test", exact=True).click()
    page.get_by_label("Sample").select_option("urine")
    page.get_by_label("Substance").select_option("cocaine")
    page.get_by_label("Result").select_option("no")
    page.get_by_role("button", name="Keep the test").click()
    expect(page.locator(".fe-messages")).to_contain_text("The test is kept")


def then_the_page_tells_it_all(page: Page) -> None:
    expect(page.get_by_role("table").first).to_be_visible()
    for words in ("72.5 kg", "urine, cocaine: negative", "corrected; before", "use, 4 drinks"):
        expect(page.locator("main")).to_contain_text(words)
    looked_at(page, "all")


@looks(DESK, PHONE)
def test_the_pages_read_well(browser: Browser, house: House, scheme: str, size: ViewportSize) -> None:
    pages = {
        "work": "/work-list/",
        "cover": "/work-list/cover/",
        "person": f"/people/{PERSON}/",
        "measures": f"/people/{PERSON}/measures/",
        "asq": f"/people/{PERSON}/measures/ask/asq/",
        "cssrs": f"/people/{PERSON}/measures/ask/cssrs_screener/",
        "craving": f"/people/{PERSON}/measures/ask/craving_vas/",
        "use": f"/people/{PERSON}/measures/use/",
        "weight": f"/people/{PERSON}/measures/weight/",
    }
    with sitting(browser, house, "director", size=size, color_scheme=scheme) as desk:
        page = desk.signed_in("/")
        for name, path in pages.items():
            page.goto(path)
            expect(page.get_by_role("heading", level=1)).to_be_attached()
            check_axe(page)
            does_not_overflow(page)
            shot(page, f"measures-{name}-{size['width']}-{scheme}", whole=True)
