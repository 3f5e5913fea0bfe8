"""A person comes to the clinic: referred and registered, screened and decided on, consent signed and taken back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.desk import PHONE, Desk, check_axe, does_not_overflow, heading, shot, sitting
from tests.journeys.house import House

pytestmark = pytest.mark.browser

NAME = "Tomas <b>Vale</b>"
YES = {
    "seeks_treatment",
    "detoxified",
    "work_up_complete",
    "misuse_weighing_written",
    "misuse_monitoring_plan",
    "urine_drug_screen_done",
    "psychosis_history",
}
NUMBERS = {
    "weight_kg": "72.5",
    "systolic_mmhg": "124",
    "diastolic_mmhg": "78",
    "pulse_per_min": "71",
    "breath_alcohol_percent": "0",
    "ciwa_ar": "3",
}
TICKED = {
    "tests_done": ("ecg", "renal_function", "liver_function", "stop_bang"),
    "screens_done": ("suicide", "alcohol", "drugs", "mood", "anxiety"),
    "medicine_classes": ("none_of_these",),
}


def send(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()


def looked_at(page: Page, name: str) -> None:
    check_axe(page)
    does_not_overflow(page)
    shot(page, name, whole=True)


def test_from_referral_to_consent_and_back(browser: Browser, own_house: House) -> None:
    with sitting(browser, own_house, "coordinator") as desk:
        person = register_and_refer(desk)
    with sitting(browser, own_house, "physician") as desk:
        screening = ask_and_screen(desk, person)
        decide(desk, screening)
    with sitting(browser, own_house, "coordinator") as desk:
        consent_signed(desk, person)
        consent_withdrawn(desk, person)
    with sitting(browser, own_house, "physician", size=PHONE) as desk:
        page = desk.signed_in(screening)
        heading(page, NAME)
        looked_at(page, "screening-390")
        page.goto("/work-list/")
        expect(page.locator("main")).to_contain_text("was withdrawn")


def register_and_refer(desk: Desk) -> str:
    """The coordinator takes the person in, opens a course, and notes who sent them."""
    page = desk.signed_in("/people/new/")
    for label, typed in (("Name", NAME), ("Birth date", "1984-04-12"), ("Code", "V-900")):
        page.get_by_label(label, exact=True).fill(typed)
    page.get_by_label("Sex, as reference values need it").select_option("male")
    send(page, "Register")
    page.wait_for_url("**/people/*/")
    heading(page, NAME)  # markup in a name is only letters
    person = page.url.replace(desk.house.address, "")
    page.get_by_role("link", name="Note one").click()
    page.get_by_label("Who sent them").select_option("hospital")
    page.get_by_label("What was written or said").fill("<script>alert(1)</script> please see soon")
    send(page, "Keep the referral")
    expect(page.locator("main")).to_contain_text("<script>alert(1)</script> please see soon")
    page.goto(f"{person}episodes/")
    page.get_by_label("alcohol").check()
    page.get_by_label("Goal").select_option("reduction")
    send(page, "Open the episode")
    expect(page.locator("main")).to_contain_text("not chosen yet")
    looked_at(page, "person-registered-1280")
    return person


def ask_and_screen(desk: Desk, person: str) -> str:
    """The physician asks the eleven criteria, then everything screening needs to know."""
    page = desk.signed_in(person)
    page.get_by_role("link", name="Ask the eleven criteria: alcohol").click()
    for number in range(1, 12):
        page.check(f"input[name=c{number}][value={'yes' if number <= 7 else 'no'}]")
    looked_at(page, "criteria-1280")
    send(page, "Keep what was found")
    expect(page.locator("main")).to_contain_text("7 of 11 criteria, severe · F10.20")
    page.goto(f"{person}screening/")
    expect(page.locator("select[name=use_disorder_severity]")).to_have_value("severe")  # the criteria told it
    fill_facts(page)
    page.fill("input[name=weight_kg]", "7250")
    send(page, "Ask the rules and keep")
    expect(page.get_by_role("alert")).to_contain_text("from 25 to 350")
    expect(page.locator("input[name=pulse_per_min]")).to_have_value("71")  # what was typed stays
    looked_at(page, "screening-form-refused-1280")
    page.fill("input[name=weight_kg]", "72.5")
    send(page, "Ask the rules and keep")
    page.wait_for_url("**/screenings/*/")
    return page.url.replace(desk.house.address, "")


def fill_facts(page: Page) -> None:
    asked = page.eval_on_selector_all("input[type=radio]", "all => [...new Set(all.map(one => one.name))]")
    for name in asked:
        page.check(f"input[name={name}][value={'yes' if name in YES else 'no'}]")
    for name, number in NUMBERS.items():
        page.fill(f"input[name={name}]", number)
    for name, values in TICKED.items():
        for value in values:
            page.check(f"input[name={name}][value={value}]")


def decide(desk: Desk, screening: str) -> None:
    """One finding asks for a reason; without one nothing is signed."""
    page = desk.tab(screening)
    expect(page.get_by_role("heading", name="A prescriber must decide: one point")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Psychosis now or earlier: yes")
    looked_at(page, "screening-1280-light")
    page.get_by_role("button", name="Switch between light and dark").click()
    looked_at(page, "screening-1280-dark")
    send(page, "Sign: fit, with this reason")
    expect(page.get_by_role("alert")).to_contain_text("Write why")
    page.get_by_label("Your reason").fill("One episode in 2009, none since; <i>watched</i> by her psychiatrist.")
    send(page, "Sign: fit, with this reason")
    expect(page.locator("main")).to_contain_text("<i>watched</i> by her psychiatrist.")


def consent_signed(desk: Desk, person: str) -> None:
    """On the clinic's tablet: the text, the name typed, both ticks."""
    page = desk.signed_in(person)
    page.get_by_role("link", name="Read and sign: treatment with ketamine").click()
    expect(page.locator("main")).to_contain_text("off-label")
    page.get_by_label("Your name, typed by you").fill("Tomas Vale")
    send(page, "Sign")
    expect(page.get_by_role("alert")).to_contain_text("Tick this if you agree")
    looked_at(page, "consent-refused-1280")
    page.get_by_label("I have read this").check()
    page.get_by_label("Staff: they are neither").check()
    send(page, "Sign")
    expect(page.locator("#consents").locator("xpath=ancestor::section")).to_contain_text("holds")


def consent_withdrawn(desk: Desk, person: str) -> None:
    """It ends at once, and the page says so."""
    page = desk.tab(person)
    page.locator("summary", has_text="1 signature").click()
    page.get_by_role("link", name="Withdraw the consent to treatment with ketamine").click()
    looked_at(page, "withdraw-1280")
    send(page, "Withdraw it now")
    page.locator("summary", has_text="1 signature").click()
    expect(page.locator("main")).to_contain_text("Treatment with ketamine: withdrawn")
    looked_at(page, "person-withdrawn-1280")
