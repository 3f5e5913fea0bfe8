"""What people mistype: it comes back in words, beside what they typed, and nothing is kept."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.desk import Desk, check_axe, shot, sitting
from tests.journeys.house import House

pytestmark = pytest.mark.browser

INFUSING, ARRIVED, CLEARED = 1, 2, 3


def sent(desk: Desk, path: str, **fields: str) -> Page:
    """Fill a sheet that is a page of its own, and send it."""
    page = desk.signed_in(path)
    for name, text in fields.items():
        page.locator(f"[name={name}]").fill(text)
    page.locator("main button[type=submit]").first.click()
    expect(page.get_by_role("alert")).to_be_visible()
    return page


def says(page: Page, words: str) -> None:
    expect(page.get_by_role("alert")).to_contain_text(words)
    check_axe(page)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("1200 91 84 97", "1200 cannot be a systolic pressure. It lies between 30 and 300 mmHg"),
        ("84 120 70 97", "has the lower number first"),
        ("128 82 71 98 14", "Type four: 146 91 84 97"),
        ("128,5 82 71 98", "has a comma"),
        ("high 82 71 98", "'high' is not a number"),
        ("", "Type at least one reading"),
    ],
)
def test_a_round_that_cannot_be(browser: Browser, house: House, typed: str, words: str) -> None:
    with sitting(browser, house, "nurse") as desk:
        page = sent(desk, f"/visits/{INFUSING}/round/", line=typed)
        says(page, words)
        expect(page.locator("[name=line]")).to_have_value(typed)


@pytest.mark.parametrize(
    ("typed", "words"),
    [("0", "weight"), ("900", "weight"), ("1,5", "has a comma"), ("-70", "is not a number"), ("", "Write weight")],
)
def test_a_weight_that_cannot_be(browser: Browser, house: House, typed: str, words: str) -> None:
    with sitting(browser, house, "nurse") as desk:
        page = desk.signed_in(f"/visits/{ARRIVED}/arrival/")
        numbers = {"systolic": "128", "diastolic": "82", "pulse": "71", "spo2": "98", "breaths": "14", "moaas": "5"}
        rest = {"solids_h": "9", "clear_liquids_h": "3", "escort_name": "A", "escort_phone": "5", "transport": "car"}
        for name, text in (numbers | rest | {"breath_alcohol_percent": "0", "weight_kg": typed}).items():
            page.locator(f"[name={name}]").fill(text)
        for choice in page.locator("main input[type=radio][value=no]").all():
            choice.check()
        for name in ("identity", "consent"):
            page.locator(f"[name={name}][value=yes]").check()
        page.locator("main button[type=submit]").first.click()
        says(page, words)
        expect(page.locator("[name=weight_kg]")).to_have_value(typed)
        shot(page, "weight-refused", whole=True)


@pytest.mark.parametrize(
    ("mg_per_kg", "words"),
    [
        ("5", "The order cannot be confirmed; lower the dose."),
        ("0", "a number above zero"),
        ("half", "'half' is not a number"),
        ("0,5", "has a comma"),
    ],
)
def test_an_order_that_cannot_be(browser: Browser, house: House, mg_per_kg: str, words: str) -> None:
    with sitting(browser, house, "physician") as desk:
        page = sent(desk, f"/visits/{CLEARED}/order/", mg_per_kg=mg_per_kg)
        says(page, words)
        shot(page, f"order-refused-{mg_per_kg.replace(',', '-')}", whole=True)


def test_an_order_weighed_for_nobody(browser: Browser, house: House) -> None:
    with sitting(browser, house, "physician") as desk:
        for weight in ("0", "900"):
            says(sent(desk, f"/visits/{CLEARED}/order/", dosing_weight_kg=weight), "weight")


def test_a_person_born_tomorrow(browser: Browser, house: House) -> None:
    with sitting(browser, house, "coordinator") as desk:
        page = desk.signed_in("/people/new/")
        tomorrow = (date.today() + timedelta(days=2)).isoformat()
        page.get_by_label("Name").fill("Nobody Yet")
        page.get_by_label("Birth date").fill(tomorrow)
        page.get_by_label("Sex").select_option("female")
        page.get_by_label("Code").fill("R-900")
        page.locator("main button[type=submit]").first.click()
        says(page, "birth")
        expect(page.get_by_label("Name")).to_have_value("Nobody Yet")
        shot(page, "born-tomorrow")


def test_a_person_registered_with_a_double_click_is_there_once(browser: Browser, house: House) -> None:
    name = "Maximiliana Featherstonehaugh-Oyelaran von und zu Brandenburg"
    with sitting(browser, house, "coordinator") as desk:
        page = desk.signed_in("/people/new/")
        page.get_by_label("Name").fill(name)
        page.get_by_label("Birth date").fill("1980-02-29")
        page.get_by_label("Sex").select_option("female")
        page.get_by_label("Code").fill("R-901")
        page.locator("main button[type=submit]").first.dblclick()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Featherstonehaugh")
        shot(page, "long-name")
        page.goto("/people/")
        expect(page.locator("main tr, main li", has_text="Featherstonehaugh")).to_have_count(1)
        page.set_viewport_size({"width": 390, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        shot(page, "long-name-phone")
