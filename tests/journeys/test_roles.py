"""What each role sees and may do at the dosing screen; and that another clinic's people are not there at all."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.desk import check_axe, heading, shot, sitting
from tests.journeys.house import House

pytestmark = pytest.mark.browser

INFUSING, OTHER_CLINICS = 1, 9  # people and visits of the demo are numbered alike; the ninth is Harbour Clinic's
LEVEL_SERIES = '"median"'

# role: may see the dose, may see the predicted level, may write into the log, may act at the chair
SEES = {
    "physician": (True, True, True, True),
    "therapist": (True, False, True, False),
    "coordinator": (True, False, True, False),
    "pharmacist": (True, True, True, False),
    "privacy": (False, False, False, False),
    "auditor": (True, True, False, False),
}


@pytest.mark.parametrize("user", SEES)
def test_each_role_sees_what_its_mask_allows(browser: Browser, house: House, user: str) -> None:
    dose, level, writes, acts = SEES[user]
    with sitting(browser, house, user) as desk:
        page = desk.signed_in(f"/visits/{INFUSING}/")
        expect(page.locator("#board")).to_be_visible()
        source = page.content()
        assert ("mg over" in source) is dose
        assert (LEVEL_SERIES in source) is level
        assert page.locator("#key-event").count() == int(writes)
        assert page.locator("#key-stop").count() == int(acts)
        if not writes:
            expect(page.locator(".fe-acts")).to_contain_text("Your role looks on here.")
        check_axe(page)
        shot(page, f"visit-as-{user}")


@pytest.mark.parametrize("user", ["therapist", "coordinator", "auditor"])
def test_who_does_not_treat_is_refused_in_words(browser: Browser, house: House, user: str) -> None:
    with sitting(browser, house, user) as desk:
        page = desk.signed_in(f"/visits/{INFUSING}/round/")
        expect(page.locator("main")).to_contain_text("takes a nurse or physician or medical director")
        expect(page.get_by_role("button", name="Record the round")).to_have_count(0)
        token = page.locator("[name=csrfmiddlewaretoken]").first.get_attribute("value") or ""
        told: dict[str, str | float | bool] = {
            "csrfmiddlewaretoken": token,
            "key": f"by-hand-{user}",
            "line": "111 71 66 99",
        }
        answer = desk.context.request.post(f"/visits/{INFUSING}/round/", form=told, headers={"Referer": page.url})
        assert answer.status in (403, 422)
        assert "takes a nurse" in answer.text()
        page.goto(f"/visits/{INFUSING}/")
        expect(page.locator("#log")).not_to_contain_text("111/71")


@pytest.mark.parametrize("path", [f"/people/{OTHER_CLINICS}/", f"/visits/{OTHER_CLINICS}/", "/visits/4711/"])
def test_somebody_of_another_clinic_is_not_there(browser: Browser, house: House, path: str) -> None:
    with sitting(browser, house, "nurse") as desk:
        page = desk.signed_in("/")
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 404
        heading(page, "Not here")
        expect(page.locator("main")).to_contain_text("in this clinic")
        check_axe(page)


def test_the_other_clinics_nurse_sees_her_own_people_only(browser: Browser, house: House) -> None:
    with sitting(browser, house, "nurse-h") as desk:
        page = desk.signed_in("/people/")
        expect(page.locator(".fe-who")).to_contain_text("Harbour Clinic")
        hrefs = page.locator("main a[href^='/people/']").evaluate_all("links => links.map(a => a.getAttribute('href'))")
        assert f"/people/{OTHER_CLINICS}/" in hrefs
        assert f"/people/{INFUSING}/" not in hrefs
