"""Today of a clinic that has no work yet says what to do first; one at work is not told."""

from __future__ import annotations

import pytest

from fenestra.care.inventory import queries as stock
from fenestra.care.visit.rules import VisitState
from tests.care.visit.day import Day
from tests.faces.web.conftest import SignedIn


def test_a_clinic_without_work_is_told_what_to_do_first(signed_in: SignedIn) -> None:
    page = signed_in("mira").get("/").content.decode()
    assert "Begin here" in page
    for path in ("/clinic/staff/", "/clinic/rules/", "/calendar/hours/", "/medicine/"):
        assert f'href="{path}"' in page
    assert "8 presets are not in force" in page


def test_a_clinic_at_work_is_not(day: Day, signed_in: SignedIn) -> None:
    day.visit(VisitState.INFUSING)
    assert "Begin here" not in signed_in("mira").get("/").content.decode()


def test_a_role_that_does_not_see_doses_is_told_nothing_of_the_safe(signed_in: SignedIn) -> None:
    page = signed_in("rafi").get("/").content.decode()
    assert "Begin here" in page and "Receive medicine" not in page


def test_a_clinic_without_a_product_is_led_to_the_page_that_adds_one(
    signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stock, "products", lambda scope, mask: [])
    monkeypatch.setattr(stock, "lots", lambda scope, mask, **asked: [])
    assert 'href="/medicine/products/new/"' in signed_in("mira").get("/").content.decode()
    page = signed_in("nina").get("/").content.decode()
    assert "Add a product" in page and "/medicine/products/new/" not in page


def test_a_clinic_with_a_product_and_an_empty_safe_is_led_to_the_receipt(
    signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stock, "lots", lambda scope, mask, **asked: [])
    assert 'href="/medicine/receive/"' in signed_in("nina").get("/").content.decode()
