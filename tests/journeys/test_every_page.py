"""Every main page, on a desk and on a phone, light and dark: nothing for axe to find, nothing that runs over the side."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from tests.journeys.desk import DESK, PHONE, check_axe, does_not_overflow, looks, shot, sitting
from tests.journeys.house import House

pytestmark = pytest.mark.browser

PAGES = {
    "today": "/",
    "people": "/people/",
    "person": "/people/1/",
    "journey": "/people/1/journey/",
    "check-ins": "/people/1/check-ins/",
    "register": "/people/new/",
    "outcomes": "/outcomes/",
    "medicine": "/medicine/",
    "receive": "/medicine/receive/",
    "product": "/medicine/products/new/",
    "adjust": "/medicine/adjust/1/",
    "destroy": "/medicine/destroy/1/",
    "infusing": "/visits/1/",
    "booked": "/visits/6/",
    "nowhere": "/nowhere/",
}


@looks(DESK, PHONE)
def test_every_page_reads_well(browser: Browser, house: House, scheme: str, size: ViewportSize) -> None:
    with sitting(browser, house, "director", size=size, color_scheme=scheme) as desk:
        page = desk.tab("/sign-in/")
        check_axe(page)
        does_not_overflow(page)
        shot(page, f"sign-in-{size['width']}-{scheme}", whole=True)
        page.close()
        page = desk.signed_in("/")
        for name, path in PAGES.items():
            page.goto(path)
            expect(page.get_by_role("heading", level=1)).to_be_attached()
            check_axe(page)
            does_not_overflow(page)
            shot(page, f"{name}-{size['width']}-{scheme}", whole=True)
