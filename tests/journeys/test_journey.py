"""The journey of one person, as physician and rater see it: on a desk, on a phone, by keyboard, without script, on paper."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from tests.journeys.desk import DESK, PHONE, ROOT, check_axe, does_not_overflow, looks, shot, sitting
from tests.journeys.house import House, copied, environment

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def lived(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, dict[str, int]]]:
    """A house in which one person has lived a whole course up to today."""
    house = copied(filled, tmp_path_factory.mktemp("lived") / "data")
    made = subprocess.run(
        [sys.executable, "-m", "tests.faces.web.journey.year", str(house.folder)],
        cwd=ROOT, env=environment(house.folder), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    house.start()
    yield house, json.loads(made.stdout)
    house.kill()


Lived = tuple[House, dict[str, int]]


@looks(DESK, PHONE)
def test_the_line_reads_well(browser: Browser, lived: Lived, scheme: str, size: ViewportSize) -> None:
    house, people = lived
    with sitting(browser, house, "dana", size=size, color_scheme=scheme) as desk:
        page = desk.signed_in()
        for who, asked in (
            ("person", ""),
            ("person", "?span=year"),
            ("person", "?back=5"),
            ("empty", ""),
            ("long", ""),
        ):
            page.goto(f"/people/{people[who]}/journey/{asked}")
            check_axe(page)
            does_not_overflow(page)
            shot(page, f"journey-{who}{asked[1:]}-{size['width']}-{scheme}", whole=True)
        page.goto(f"/people/{people['person']}/journey/")
        page.get_by_text("As a table").click()
        check_axe(page)
        does_not_overflow(page)


def test_a_glance_holds_story_next_line_and_year_without_scrolling(browser: Browser, lived: Lived) -> None:
    house, people = lived
    with sitting(browser, house, "dana") as desk:
        page = desk.signed_in(f"/people/{people['person']}/journey/")
        foot = page.locator(".fe-year").first.bounding_box()
        assert foot and foot["y"] + foot["height"] <= DESK["height"]
        expect(page.locator(".fe-story")).to_contain_text("All three doses are given.")
        expect(page.locator(".fe-next-card")).to_contain_text("Therapy hour")


def test_arrows_move_a_day_and_the_line_says_what_the_table_says(browser: Browser, lived: Lived) -> None:
    house, people = lived
    with sitting(browser, house, "dana") as desk:
        page = desk.signed_in(f"/people/{people['person']}/journey/")
        for _ in range(30):  # from the top of the page to the picture, as a hand without a mouse goes
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.hasAttribute('data-journey')"):
                break
        read = page.locator("#read")
        page.keyboard.press("Shift+ArrowLeft")
        page.keyboard.press("ArrowRight")
        expect(read.locator("[data-said]")).to_contain_text(": ")
        said = read.locator("[data-said]").inner_text().split(" · ")
        day = page.evaluate(
            "() => { const p = document.querySelector('[data-journey]');"
            " return new Date(Date.parse(p.dataset.first) + 864e5 * p.dataset.at).toISOString().slice(0, 10); }"
        )
        row = page.locator(f"#table tr[data-day='{day}']").evaluate("row => row.textContent")
        assert all(part.split(": ", 1)[1] in row for part in said)
        box = page.locator(".fe-journey-wide .fe-journey-line").first.bounding_box()
        assert box
        page.mouse.move(box["x"] + 3, box["y"] + 60)
        expect(read.locator("b")).not_to_have_text("")
        assert page.evaluate("document.querySelector('[data-journey]').dataset.at") == "0"


def test_without_script_the_page_tells_all(browser: Browser, lived: Lived) -> None:
    house, people = lived
    with sitting(browser, house, "theo", java_script_enabled=False) as desk:
        page = desk.signed_in(f"/people/{people['person']}/journey/")
        page.locator("#table summary").click()
        expect(page.locator("#table")).to_contain_text("held, inside a window")
        expect(page.locator("[data-hint]")).to_be_hidden()


def test_a_rater_sees_no_dose_and_reads_why(browser: Browser, lived: Lived) -> None:
    house, people = lived
    with sitting(browser, house, "rafi") as desk:
        page = desk.signed_in(f"/people/{people['person']}/journey/")
        expect(page.locator(".fe-story")).to_contain_text("Your role does not see doses")
        assert not page.locator(".fe-j-dose, .fe-j-on-given").count()
        check_axe(page)
        shot(page, "journey-rater", whole=True)


def test_on_paper_it_carries_person_clinic_time_and_the_demo_strip(browser: Browser, lived: Lived) -> None:
    house, people = lived
    with sitting(browser, house, "dana", color_scheme="dark") as desk:
        page = desk.signed_in(f"/people/{people['person']}/journey/")
        page.emulate_media(media="print")
        for part in (".fe-paper", ".fe-demo", ".fe-story", ".fe-journey-wide"):
            expect(page.locator(part).first).to_be_visible()
        expect(page.locator(".fe-paper")).to_contain_text("Leon Fischer · ")
        expect(page.locator(".fe-bar")).to_be_hidden()
        assert page.evaluate("getComputedStyle(document.body).getPropertyValue('--fe-surface').trim()") == "#fff"
        assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
