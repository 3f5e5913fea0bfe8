"""A physician plans after consent; an hour outside its window needs a reason; a review stops the course or lets it go on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.journeys import planner
from tests.journeys.desk import DESK, PHONE, check_axe, does_not_overflow, heading, looks, shot, sitting
from tests.journeys.house import House, copied

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def planning(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, dict[str, int]]]:
    """A house with a chair, hours, and two people who wait for a plan."""
    made = copied(filled, tmp_path_factory.mktemp("planning") / "data")
    people = planner.ready(made.folder)
    made.start()
    yield made, people
    made.kill()


def look(page: Page, name: str) -> None:
    check_axe(page)
    does_not_overflow(page)
    size = page.viewport_size
    assert size
    shot(page, f"{name}-{size['width']}", whole=True)


def choose_first_way(page: Page) -> None:
    page.get_by_role("link", name="Choose Alcohol: three weekly infusions with relapse prevention").click()
    expect(page.get_by_role("heading", name="Way 1")).to_be_visible()
    page.get_by_role("link", name="Take way 1").click()


def test_without_consent_the_plan_is_refused_with_what_to_do(
    browser: Browser, planning: tuple[House, dict[str, int]]
) -> None:
    house, people = planning
    with sitting(browser, house, "physician") as desk:
        page = desk.signed_in(f"/people/{people['unsigned']}/plan/")
        choose_first_way(page)
        page.get_by_label("Why this plan").fill("what was typed stays")
        page.get_by_role("button", name="Make the plan").click()
        expect(page.get_by_role("alert")).to_contain_text("is not signed. Let the person read and sign it")
        expect(page.get_by_label("Why this plan")).to_have_value("what was typed stays")
        look(page, "plan-refused")


def test_a_physician_plans_reviews_the_course_and_moves_an_hour(
    browser: Browser, planning: tuple[House, dict[str, int]]
) -> None:
    house, people = planning
    path = f"/people/{people['ready']}/plan/"
    with sitting(browser, house, "physician") as desk:
        page = desk.signed_in(path)
        heading(page, "Plan for Rosa Planned")
        look(page, "plan-chooser")
        page.get_by_role("link", name="Choose Alcohol: three weekly infusions with relapse prevention").click()
        expect(page.get_by_text("An hour in the window for 3 of 3 doses.").first).to_be_visible()
        look(page, "plan-ways")
        page.get_by_role("link", name="Take way 1").click()
        look(page, "plan-confirm")
        page.get_by_role("button", name="Make the plan").click()
        heading(page, "Plan of Rosa Planned")
        expect(page.locator(".fe-messages")).to_contain_text("The plan is made: 3 doses. The visit is booked.")
        look(page, "plan-course")

        # The hour of dose 1 is moved out of its window: only with a reason.
        page.locator("a[href^='/calendar/']").filter(has_not_text="Calendar").first.click()
        look(page, "plan-appointment")
        page.locator("#move_day").evaluate(
            "field => { const day = new Date(field.value); day.setDate(day.getDate() + 7); field.value = day.toISOString().slice(0, 10) }"
        )
        page.locator("#move_hour").fill("13:00")
        page.get_by_role("button", name="Move it").click()
        expect(page.locator("#move_outside_because_error")).to_contain_text("lies outside the window of its dose")
        page.locator("#move_outside_because").fill("away until then")
        page.get_by_role("button", name="Move it").click()
        expect(page.locator("main")).to_contain_text("Outside the window of its dose: away until then")

        # Before dose 2: stop, then go on with a reason.
        page.goto(path)
        review = page.get_by_role("region", name="Course review before dose 2")
        review.get_by_label("The course").select_option("no")
        review.get_by_label("Why").fill("two weeks without a drink")
        review.get_by_role("button", name="Keep the review").click()
        expect(page.locator("main")).to_contain_text("The course review before dose 2 says stop.")
        review.get_by_label("The course").select_option("yes")
        review.get_by_role("button", name="Keep the review").click()
        expect(page.get_by_role("alert")).to_contain_text("Write why, in a sentence")
        look(page, "plan-review-refused")
        review.get_by_label("Why").fill("a lapse on Sunday; the person asks for it")
        review.get_by_role("button", name="Keep the review").click()
        expect(page.locator("main")).to_contain_text("review says go on")


@looks(DESK, PHONE)
def test_the_pages_of_planning_read_well(
    browser: Browser, planning: tuple[House, dict[str, int]], scheme: str, size: ViewportSize
) -> None:
    house, people = planning
    chooser = f"/people/{people['unsigned']}/plan/"
    with sitting(browser, house, "director", size=size, color_scheme=scheme) as desk:
        page = desk.signed_in(chooser)
        look(page, f"plan-chooser-{scheme}")
        page.get_by_role("link", name="Choose Alcohol: three weekly infusions with relapse prevention").click()
        look(page, f"plan-ways-{scheme}")
        page.get_by_role("link", name="Take way 2").click()
        look(page, f"plan-confirm-{scheme}")
        for name, path in {
            "course": f"/people/{people['ready']}/plan/",
            "calendar": "/calendar/",
            "hours": "/calendar/hours/",
        }.items():
            page.goto(path)
            look(page, f"plan-{name}-{scheme}")
        page.goto("/calendar/")
        page.get_by_role("link", name="Week after").click()
        look(page, f"plan-week-after-{scheme}")
