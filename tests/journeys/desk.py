"""What a journey does at a desk: a signed-in page of one role that fails on script errors and blocked loads; axe; pictures."""

from __future__ import annotations

import itertools
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, expect

from fenestra.ground.clinic import totp
from tests.journeys.house import House

ROOT = Path(__file__).resolve().parents[2]
AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text()
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What is spoken holds what is seen: axe counts this rule as an experiment and leaves it out unless it is named.
NAMES = json.dumps({"label-content-name-mismatch": {"enabled": True}})
DESK = ViewportSize(width=1280, height=800)
PHONE = ViewportSize(width=390, height=844)
SMALL_PHONE = ViewportSize(width=320, height=640)
SHOTS = os.environ.get("FENESTRA_SHOTS")  # a folder for pictures; without one none are taken
# `make prove` looks at every size in both schemes; `make test` at each size and each scheme once.
EVERY_LOOK = "FENESTRA_EVERY_LOOK" in os.environ
# A refusal (422), a page that is not there (404) and a server that is down are answers; Chromium writes them down too.
ANSWERS = ("the server responded with a status of", "net::ERR_")


def looks(*sizes: ViewportSize) -> pytest.MarkDecorator:
    """Run a test at these sizes, light and dark by turns, or every size both ways."""
    schemes, alone = ("light", "dark"), itertools.cycle(("light", "dark"))
    chosen = [(size, scheme) for size in sizes for scheme in (schemes if EVERY_LOOK else (next(alone),))]
    names = [f"{size['width']}-{scheme}" for size, scheme in chosen]
    return pytest.mark.parametrize(("size", "scheme"), chosen, ids=names)


@dataclass
class Watch:
    """Collects what must not happen on a page: script errors, console errors, loads that the policy blocked."""

    faults: list[str] = field(default_factory=list)

    def page(self, page: Page) -> None:
        page.on("pageerror", lambda fault: self.faults.append(f"{page.url}: {fault}"))
        page.on("console", lambda message: self.console(page, message))

    def console(self, page: Page, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(words in message.text for words in ANSWERS):
            self.faults.append(f"{page.url}: {message.text}")


class Desk:
    """One browser of one human: tabs share the session, as they do in life."""

    def __init__(self, browser: Browser, house: House, user: str, *, size: ViewportSize = DESK, **more: Any) -> None:
        self.house, self.user, self.watch = house, user, Watch()
        self.context: BrowserContext = browser.new_context(
            base_url=house.address,
            viewport=size,
            **more,
        )
        self.context.set_default_timeout(20_000)
        self.context.on("page", self.watch.page)

    def tab(self, path: str = "") -> Page:
        page = self.context.new_page()
        if path:
            page.goto(path)
        return page

    def signed_in(self, path: str = "/") -> Page:
        """A page of this human, who has typed name and password here today already."""
        if self.user not in self.house.sessions:
            page = self.typed_in(path)
            self.house.sessions[self.user] = self.context.cookies()
            return page
        self.context.add_cookies(self.house.sessions[self.user])
        page = self.tab(path)
        if urlsplit(page.url).path == "/sign-in/":  # nobody touched that session for a while
            page.close()
            page = self.typed_in(path)
            self.house.sessions[self.user] = self.context.cookies()
        return page

    def typed_in(self, path: str = "/") -> Page:
        """Sign in by typing, as everybody does, and go to a page."""
        page = self.tab("/sign-in/" if path == "/" else f"/sign-in/?next={path}")
        user, password = self.house.login(self.user)
        page.get_by_label("User name").fill(user)
        page.get_by_label("Password").fill(password)
        page.get_by_label("Password").press("Enter")
        page.wait_for_url(lambda url: urlsplit(url).path != "/sign-in/")
        if urlsplit(page.url).path == "/sign-in/second/":
            page.get_by_label("Code of your app").fill(page.locator("#demo-code .fe-spelled").inner_text())
            page.get_by_label("Code of your app").press("Enter")
        page.wait_for_url(f"**{path}")
        return page

    def enrolled(self) -> tuple[Page, list[str]]:
        """Sign in for the first time in a role that needs a second factor, and take one; with the codes for paper."""
        page = self.tab("/sign-in/")
        user, password = self.house.login(self.user)
        page.get_by_label("User name").fill(user)
        page.get_by_label("Password").fill(password)
        page.get_by_label("Password").press("Enter")
        heading(page, "One more thing before you begin")
        check_axe(page)
        shot(page, "second-factor-taken", whole=True)
        page.get_by_text("Or type this into the app").click()
        app_secret = page.locator("code.fe-spelled").inner_text().replace(" ", "")
        code = page.get_by_label("The code your app shows now")
        code.fill("000 000")
        code.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("That code does not fit")
        code.fill(totp.code(app_secret, totp.step_at(time.time())))
        code.press("Enter")
        heading(page, "Write these codes down")
        check_axe(page)
        shot(page, "codes-for-paper", whole=True)
        codes = page.locator(".fe-codes code").all_inner_texts()
        page.get_by_role("link", name="go on").click()
        return page, codes

    def leave(self) -> None:
        self.context.close()
        assert not self.watch.faults, self.watch.faults


@contextmanager
def sitting(browser: Browser, house: House, user: str, **more: Any) -> Iterator[Desk]:
    """A desk that is left at the end, and complains then of what happened on its pages."""
    desk = Desk(browser, house, user, **more)
    try:
        yield desk
    except BaseException:
        desk.context.close()
        raise
    desk.leave()


def check_axe(page: Page) -> None:
    """No finding of WCAG 2.2 A and AA. Runs in the page's own world, past the policy, which blocks added scripts."""
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": AXE})
    told = session.send(
        "Runtime.evaluate",
        {
            "expression": f"axe.run({{runOnly: {WCAG}, rules: {NAMES}}}).then(JSON.stringify)",
            "awaitPromise": True,
            "returnByValue": True,
        },
    )
    session.detach()
    found = json.loads(told["result"]["value"])["violations"]
    assert not found, [(f["id"], n["html"][:200], n["failureSummary"]) for f in found for n in f["nodes"]]


def shot(page: Page, name: str, *, whole: bool = False) -> None:
    """Keep a picture for human eyes, where somebody named a folder for them."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=whole)


def does_not_overflow(page: Page) -> None:
    width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1], f"{page.url} is {width[0]} wide in {width[1]}"


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(text)
