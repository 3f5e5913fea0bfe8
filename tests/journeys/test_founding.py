"""A real clinic from nothing: founded, rules signed, a nurse and a product added, the first lot received and counted."""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.desk import DESK, PHONE, Desk, check_axe, does_not_overflow, heading, shot
from tests.journeys.house import FENESTRA, House, environment

pytestmark = pytest.mark.browser

LEAD, DIRECTOR, NURSE = "a window over the lake", "seven herons stand still", "the boat is in the reeds"


class Founded(House):
    """A clinic that `fenestra found` made in a folder of its own."""

    def login(self, user: str) -> tuple[str, str]:
        return user, {"lena": LEAD, "mira": DIRECTOR, "nina": NURSE}[user]


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Founded]:
    key, head_key, folder = tmp_path / "master.key", tmp_path / "head.key", tmp_path / "data"
    for each in (key, head_key):
        each.write_text(base64.urlsafe_b64encode(os.urandom(32)).decode())
    told = {
        "FENESTRA_MODE": "clinic", "FENESTRA_SECRET_KEY": "s" * 50, "FENESTRA_HOSTS": "127.0.0.1",
        "FENESTRA_MASTER_KEY_FILE": str(key), "FENESTRA_HEAD_KEY_FILE": str(head_key),
        "FENESTRA_HEAD_FILE": str(tmp_path / "heads" / "head.jsonl"),
    }  # fmt: skip
    words = ["--name", "Lake Clinic", "--time-zone", "Europe/Berlin", "--lead", "Lena Lake", "--user", "lena"]
    done = subprocess.run(
        [FENESTRA, "found", *words], env=environment(folder, **told), input=f"{LEAD}\n", capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    monkeypatch.setattr("tests.journeys.house.environment", lambda folder: environment(folder, **told))
    served = Founded(folder)
    served.start()
    yield served
    served.kill()


def look(page: Page, name: str) -> None:
    """The page at a desk and on a phone."""
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        check_axe(page)
        does_not_overflow(page)
        shot(page, f"founding-{name}-{size['width']}", whole=True)
    page.set_viewport_size(DESK)


def make_account(page: Page, name: str, username: str, role: str, password: str) -> None:
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("User name").fill(username)
    page.get_by_label(role, exact=True).check()
    page.get_by_label("First password").fill(password)
    page.get_by_label("The same once more").fill(password)
    page.get_by_role("button", name="Make the account").click()
    expect(page.locator(".fe-messages")).to_contain_text(f"{name} has an account.")


def add_product(page: Page) -> None:
    """From the steps on Today: refused with nothing typed, asked once more for a strength that is not usual, added."""
    page.get_by_role("link", name="Today", exact=True).first.click()
    page.get_by_role("link", name="Add a product").click()
    heading(page, "Add a product")
    page.get_by_role("button", name="Add the product").click()
    expect(page.get_by_role("alert")).to_contain_text("Write the name on the vial.")
    page.get_by_label("Name", exact=True).fill("Ketamine 50 mg/mL")
    page.get_by_label("Drug").select_option("racemic ketamine")
    page.get_by_label("Strength").fill("5")
    page.get_by_label("Each holds").fill("10")
    page.get_by_role("button", name="Add the product").click()
    expect(page.get_by_role("alert")).to_contain_text("type its strength a second time")
    look(page, "product-asked-again")
    page.get_by_label("Strength mg/mL", exact=True).fill("50")
    page.get_by_role("button", name="Add the product").click()
    expect(page.locator(".fe-messages")).to_contain_text("Ketamine 50 mg/mL can be received now.")
    heading(page, "Receive a lot")
    page.get_by_role("link", name="Leave it").click()
    heading(page, "Medicine")
    look(page, "medicine-product")


def receive_first_lot(page: Page) -> None:
    """The nurse takes the first lot into the safe and counts it."""
    page.get_by_role("link", name="Today", exact=True).first.click()
    page.get_by_role("link", name="Receive medicine").click()
    heading(page, "Receive a lot")
    page.get_by_label("Product").select_option("Ketamine 50 mg/mL")
    for label, typed in {
        "Lot number": "L-1", "Expires on": "2099-06-30", "Containers": "10", "Supplier": "Made-up Supplies",
        "Supplier's address": "1 Nowhere Road", "Registration number": "XX0000000", "Invoice": "I-1",
    }.items():  # fmt: skip
        page.get_by_label(label, exact=True).fill(typed)
    look(page, "receive")
    page.get_by_role("button", name="Take it into the safe").click()
    expect(page.locator(".fe-messages")).to_contain_text("10 containers of lot L-1 are in stock")
    page.get_by_role("link", name="Count: lot L-1").click()
    page.get_by_label("Full containers").fill("10")
    page.get_by_role("button", name="Write the count").click()
    expect(page.locator(".fe-messages")).to_contain_text("5000 mg counted, and the book agrees.")
    look(page, "medicine-received")
    page.get_by_role("link", name="Destroy stock of lot L-1").click()
    page.get_by_role("button", name="Write it as destroyed").click()
    expect(page.get_by_role("alert")).to_contain_text("Write how it was destroyed.")
    look(page, "destroy-refused")
    page.get_by_role("link", name="Leave it").click()
    page.get_by_role("link", name="Reverse: received, lot L-1").click()
    heading(page, "Reverse a line")
    look(page, "reverse")


def test_a_clinic_is_founded_and_its_nurse_receives_the_first_lot(browser: Browser, lake: Founded) -> None:
    lead = Desk(browser, lake, "lena")
    page = lead.typed_in("/")
    expect(page.get_by_role("heading", name="Begin here")).to_be_visible()
    look(page, "today")
    page.get_by_role("link", name="Add staff").click()
    heading(page, "Staff")
    expect(page.locator("main")).to_contain_text("Nobody here is medical director.")
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_role("alert")).to_contain_text("Write the name")
    look(page, "staff-refused")
    make_account(page, "Mira Director", "mira", "medical director", DIRECTOR)
    lead.leave()

    director = Desk(browser, lake, "mira")
    page, paper = director.enrolled()
    page.get_by_role("link", name="Adopt rules").click()
    heading(page, "Rules of this clinic")
    expect(page.locator("main")).to_contain_text("0 of 14 in force")
    page.get_by_role("button", name="Sign and adopt").click()
    expect(page.get_by_role("alert")).to_contain_text("Tick each rule you adopt")
    look(page, "rules")
    for tick in page.locator(".fe-rule-tick input").all():
        tick.check()
    page.get_by_label("Your password").fill(DIRECTOR)
    page.get_by_label("Code of your app").fill(paper.pop())
    page.get_by_role("button", name="Sign and adopt").click()
    expect(page.locator("main")).to_contain_text("14 of 14 in force")
    look(page, "rules-signed")
    page.get_by_role("link", name="History, withdraw: SAF-002").click()
    page.get_by_label("Why it ends").fill("liver tests are ordered by our own protocol")
    page.get_by_label("Your password").fill(DIRECTOR)
    page.get_by_label("Code of your app").fill(paper.pop())
    look(page, "rule")
    page.get_by_role("button", name="Sign and withdraw").click()
    expect(page.locator("main")).to_contain_text("13 of 14 in force")
    page.get_by_role("link", name="Intended use").click()
    look(page, "intended-use")
    page.get_by_label("Your password").fill(DIRECTOR)
    page.get_by_label("Code of your app").fill(paper.pop())
    page.get_by_role("button", name="Sign and accept").click()
    expect(page.locator("main")).to_contain_text("feeds on")
    page.get_by_role("link", name="Staff", exact=True).click()
    make_account(page, "Nina Nurse", "nina", "nurse", NURSE)
    look(page, "staff")
    page.get_by_role("link", name="Change roles and account of Nina Nurse").click()
    look(page, "account")
    add_product(page)
    director.leave()

    nurse = Desk(browser, lake, "nina")
    page = nurse.typed_in("/")
    page.get_by_role("link", name="Nina Nurse, Lake Clinic").click()
    page.get_by_role("link", name="Your password").click()
    look(page, "password")
    receive_first_lot(page)
    nurse.leave()
