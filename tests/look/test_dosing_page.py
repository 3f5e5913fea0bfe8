"""What the dosing page does under a nurse's hands, in a real browser, against a pretended server."""

import shutil
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from . import harness

pytestmark = pytest.mark.browser
AXE = harness.HERE.parents[1] / "node_modules/axe-core/axe.min.js"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with harness.server() as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page on which any script error or blocked load fails the test."""
    faults: list[str] = []
    tab = browser.new_page(
        viewport={"width": 1280, "height": 800},
    )
    tab.on("pageerror", lambda fault: faults.append(str(fault)))
    yield tab
    tab.close()
    assert not faults


def opened(page: Page, address: str, state: str = "calm") -> Page:
    harness.Scene.posted.clear()
    harness.Scene.extra = []
    harness.Scene.silent = harness.Scene.refuses = harness.Scene.signed_out = False
    page.goto(f"{address}/dosing_{state}")
    page.locator("#lane-pressure canvas").wait_for()
    return page


def test_at_1280_by_800_nothing_scrolls_and_all_lanes_are_whole(page: Page, address: str) -> None:
    opened(page, address)
    sizes = page.evaluate("[document.documentElement.scrollHeight, document.documentElement.scrollWidth]")
    assert sizes == [800, 1280]
    lanes_end = page.evaluate("document.getElementById('lane-events').getBoundingClientRect().bottom")
    assert lanes_end <= page.evaluate("document.getElementById('lanes-box').getBoundingClientRect().bottom")


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_phone_nothing_overflows_sideways(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    opened(page, address, "alarm")
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_a_round_is_typed_in_one_line(page: Page, address: str) -> None:
    opened(page, address)
    page.keyboard.press("v")
    page.keyboard.type("146 91 84 97")
    expect(page.locator("#diastolic")).to_have_value("91")
    page.keyboard.press("Enter")
    expect(page.locator("#sheet-round")).to_be_hidden()
    (round_,) = harness.Scene.posted
    assert {"systolic": "146", "diastolic": "91", "pulse": "84", "spo2": "97"}.items() <= round_.items()


def test_a_sent_form_gets_a_new_request_key(page: Page, address: str) -> None:
    opened(page, address)
    for _ in range(2):
        page.keyboard.press("v")
        page.keyboard.type("120 80 70 98")
        page.keyboard.press("Enter")
        expect(page.locator("#sheet-round")).to_be_hidden()
    first, second = harness.Scene.posted
    assert first["key"] == "round-1" != second["key"]


def test_what_the_server_refuses_comes_back_with_focus_on_the_summary(page: Page, address: str) -> None:
    opened(page, address)
    page.keyboard.press("v")
    page.keyboard.type("999 91 84 97")
    page.keyboard.press("Enter")
    expect(page.locator("#sheet-round .fe-errors")).to_be_focused()
    expect(page.locator("#sheet-round #systolic")).to_have_value("999")


def test_without_a_network_nothing_typed_is_lost_and_the_key_stays(page: Page, address: str) -> None:
    opened(page, address)
    page.keyboard.press("e")
    page.keyboard.type("Feels warm")
    page.route("**/visits/7/event/", lambda route: route.abort())
    page.locator("#sheet-event button[type=submit]").click()
    expect(page.locator("#sheet-event .fe-send-note")).to_have_text("Not sent. Try again.")
    expect(page.locator("#event-text")).to_have_value("Feels warm")
    page.unroute("**/visits/7/event/")
    page.locator("#sheet-event button[type=submit]").click()
    expect(page.locator("#sheet-event")).to_be_hidden()
    assert [act["key"] for act in harness.Scene.posted] == ["event-1"]


def test_a_redirect_to_the_sign_in_page_is_not_taken_for_a_yes(page: Page, address: str) -> None:
    opened(page, address)
    page.keyboard.press("e")
    page.keyboard.type("Feels warm")
    page.route("**/visits/7/event/", lambda route: route.fulfill(status=302, headers={"Location": "/sign-in/"}))
    page.locator("#sheet-event button[type=submit]").click()
    expect(page.locator("#sheet-event .fe-send-note")).to_contain_text("signed out")


def test_a_refusal_that_comes_as_a_whole_page_is_shown_in_its_words(page: Page, address: str) -> None:
    opened(page, address, "alarm")
    harness.Scene.refuses = True
    page.keyboard.press("a")
    expect(page.locator("#sheet-problem .fe-errors")).to_be_focused()
    expect(page.locator("#sheet-problem")).to_contain_text("This cannot be done")
    expect(page.locator("#sheet-problem")).to_contain_text("Only staff in the room may.")


def test_a_session_that_ended_is_said(page: Page, address: str) -> None:
    opened(page, address)
    harness.Scene.signed_out = True
    page.reload()
    expect(page.locator("#link-strip")).to_contain_text("You are signed out", timeout=8_000)


def test_a_board_action_that_was_not_sent_says_so_and_can_be_repeated(page: Page, address: str) -> None:
    opened(page, address, "alarm")
    page.route("**/visits/7/seen/", lambda route: route.abort())
    page.keyboard.press("a")
    expect(page.locator("#notice")).to_contain_text("I have seen it: Not sent. Try again.")
    page.unroute("**/visits/7/seen/")
    page.locator("#notice button").first.click()
    expect(page.locator("#notice")).to_be_hidden()
    assert [act["path"] for act in harness.Scene.posted] == ["/visits/7/seen/"]


def test_stop_needs_a_whole_second(page: Page, address: str) -> None:
    opened(page, address)
    page.locator("#stop").click()
    page.keyboard.down("s")
    page.wait_for_timeout(300)
    page.keyboard.up("s")
    page.wait_for_timeout(1_000)
    assert not harness.Scene.posted
    page.keyboard.down("s")
    page.wait_for_timeout(1_200)
    page.keyboard.up("s")
    page.wait_for_timeout(200)
    assert [act["path"] for act in harness.Scene.posted] == ["/visits/7/stop/"]


def test_stop_works_by_holding_the_pointer_while_readings_arrive(page: Page, address: str) -> None:
    opened(page, address)
    page.locator("#stop").hover()
    page.mouse.down()
    page.request.get(f"{address}/tell/calm")
    page.wait_for_timeout(1_300)
    page.mouse.up()
    page.wait_for_timeout(200)
    assert [act["path"] for act in harness.Scene.posted] == ["/visits/7/stop/"]


def test_enter_does_the_next_action_but_not_while_it_has_just_changed(page: Page, address: str) -> None:
    opened(page, address)
    page.request.get(f"{address}/tell/alarm")
    expect(page.locator("#next")).to_contain_text("Pause the pump now")
    page.keyboard.press("Enter")
    page.wait_for_timeout(700)
    assert not harness.Scene.posted
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert [act["path"] for act in harness.Scene.posted] == ["/visits/7/paused/"]


def test_a_new_alarm_is_said_once_and_a_sheet_being_typed_in_stays(page: Page, address: str) -> None:
    opened(page, address)
    page.evaluate("""() => { window.said = []; new MutationObserver(() => said.push(document.getElementById('alarm-say').textContent))
        .observe(document.getElementById('alarm-say'), {childList: true}) }""")
    page.keyboard.press("e")
    page.keyboard.type("Half a sen")
    for _ in range(2):
        page.request.get(f"{address}/tell/alarm")
        expect(page.locator(".fe-state.fe-high")).to_be_attached()
        page.wait_for_timeout(1_500)
    page.keyboard.type("tence")
    expect(page.locator("#event-text")).to_have_value("Half a sentence")
    assert page.evaluate("said") == ["Stop is due. Pressure 192 over 112, twice."]


def test_letters_in_a_field_are_letters(page: Page, address: str) -> None:
    opened(page, address)
    page.keyboard.press("e")
    page.keyboard.type("pare stadt?")
    expect(page.locator("#event-text")).to_have_value("pare stadt?")
    expect(page.locator("#sheet-keys")).to_be_hidden()


def test_readings_arrive_without_fetching_the_board(page: Page, address: str) -> None:
    opened(page, address)
    page.wait_for_timeout(1_000)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("document.querySelector('[data-live=pulse]').textContent = 'old'")
    expect(page.locator("[data-live=pulse]")).not_to_have_text("old", timeout=4_000)
    assert not [url for url in asked if "board" in url]


def test_silence_makes_numbers_old_and_says_since_when(page: Page, address: str) -> None:
    opened(page, address)
    expect(page.locator("#link-strip")).to_be_hidden()
    page.request.get(f"{address}/silence")
    expect(page.locator("#link-strip")).to_contain_text("No link to the clinic’s server since", timeout=20_000)
    expect(page.locator("html")).to_have_class("fe-old")
    page.wait_for_timeout(3_000)  # a new line opens meanwhile, and is as silent
    expect(page.locator("#link-strip")).to_be_visible()
    expect(page.locator(".fe-of-pulse")).to_have_class("fe-vital fe-of-pulse fe-stale", timeout=10_000)


def test_a_late_reading_never_replaces_a_newer_one(page: Page, address: str) -> None:
    opened(page, address)
    harness.Scene.silent = True
    page.wait_for_timeout(1_500)
    tell = "(reading) => document.dispatchEvent(new CustomEvent('fe:event', {detail: {kind: 'reading', visit: 7, ...reading}}))"
    page.evaluate(tell, {"at_ms": 1, "pulse": 33})
    expect(page.locator("[data-live=pulse]")).not_to_have_text("33")


def test_two_cuff_readings_in_one_minute_are_two_rows(page: Page, address: str) -> None:
    opened(page, address)
    harness.Scene.extra = [{"m": 30.4, "sys": 151, "dia": 93, "out": False, "text": ""}]
    page.request.get(f"{address}/tell/calm")
    page.locator("#table-pressure summary").click()
    expect(page.locator("#table-pressure table")).to_contain_text("151/93")
    expect(page.locator("#table-pressure table")).to_contain_text("146/91")


def test_a_reading_from_the_future_has_no_known_age(page: Page, address: str) -> None:
    opened(page, address)
    harness.Scene.silent = True
    page.wait_for_timeout(1_200)
    page.evaluate("document.querySelector('[data-live-age=pulse]').dataset.ageMs = Date.now() + 60_000")
    expect(page.locator("[data-live-age=pulse]")).to_have_text("clock runs ahead")
    expect(page.locator(".fe-of-pulse")).to_have_class("fe-vital fe-of-pulse fe-stale")


def test_two_tabs_share_one_stream(browser: Browser, address: str) -> None:
    before = harness.Scene.streams
    together = browser.new_context()
    tabs = [opened(together.new_page(), address) for _ in range(3)]
    for tab in tabs:
        tab.evaluate("document.querySelector('[data-live=pulse]').textContent = 'old'")
        expect(tab.locator("[data-live=pulse]")).not_to_have_text("old", timeout=4_000)
    together.close()
    assert harness.Scene.streams - before == 1


def test_paper_gets_the_light_tokens_and_the_whole_page(page: Page, address: str) -> None:
    page.emulate_media(color_scheme="dark")
    opened(page, address)
    page.emulate_media(color_scheme="dark", media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).overflow") == "visible"
    expect(page.locator(".fe-acts")).to_be_hidden()


def test_the_chart_is_read_by_arrows_and_as_a_table(page: Page, address: str) -> None:
    opened(page, address)
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#readout")).to_contain_text("predicted level")
    page.locator("#table-pressure summary").click()
    expect(page.locator("#table-pressure table")).to_contain_text("146/91")
    page.request.get(f"{address}/tell/calm")
    page.wait_for_timeout(1_800)
    expect(page.locator("#table-pressure table")).to_be_visible()


def test_sound_says_it_is_off_until_it_is_armed_by_a_tap(page: Page, address: str) -> None:
    opened(page, address, "alarm")
    expect(page.locator("#sound")).to_contain_text("Sound is off")
    page.locator("#sound").click()
    expect(page.locator("#sound")).to_contain_text("Sound is on")


@pytest.mark.parametrize("state", ["calm", "alarm"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(browser: Browser, address: str, state: str, theme: str, width: int) -> None:
    tab = browser.new_page(viewport={"width": width, "height": 800}, bypass_csp=True, color_scheme=theme)  # type: ignore[arg-type]  # one of two words
    opened(tab, address, state)
    tab.keyboard.press("v")
    tab.add_script_tag(path=AXE)
    found = tab.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})")["violations"]
    tab.keyboard.press("Escape")
    found += tab.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})")["violations"]
    tab.close()
    assert not [(fault["id"], node["html"][:150], node["failureSummary"]) for fault in found for node in fault["nodes"]]
