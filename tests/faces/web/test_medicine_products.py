"""A product is added by whoever keeps the book, shown on Medicine, and its first lot received."""

from __future__ import annotations

from decimal import Decimal
from html import unescape

import pytest
from django.test import Client

from fenestra.care.inventory import queries as ledger
from fenestra.care.inventory import stock
from fenestra.care.inventory.product import NotTheOrderedDrug
from fenestra.care.visit.rules import VisitState as S
from fenestra.ground.book.scope import OPEN
from tests.care.visit.day import Day
from tests.faces.web.conftest import SignedIn
from tests.faces.web.test_medicine import RECEIPT

NEW = "/medicine/products/new/"
VIAL = {
    "name": "Ketamine 10 mg/mL", "drug": "racemic ketamine", "form": "vial for injection", "strength_mg_per_ml": "10",
    "container_ml": "20", "strength_again": "", "key": "p1",
}  # fmt: skip


def products(day: Day) -> dict[str, ledger.ProductValue]:
    return {each.name: each for each in ledger.products(day.scopes["nina"], OPEN)}


def refused(client: Client, **typed: str) -> str:
    answer = client.post(NEW, VIAL | typed)
    assert answer.status_code == 422
    return unescape(answer.content.decode())


@pytest.mark.parametrize("who", ["paula", "mira"])
def test_a_product_is_added_and_its_first_lot_received(day: Day, signed_in: SignedIn, who: str) -> None:
    client = signed_in(who)
    answer = client.post(NEW, VIAL)
    made = products(day)["Ketamine 10 mg/mL"]
    assert answer.headers["Location"] == f"/medicine/receive/?product={made.id}"
    assert f'<option value="{made.id}" selected>' in client.get(answer.headers["Location"]).content.decode()
    assert client.post("/medicine/receive/", RECEIPT | {"product_id": str(made.id)}).status_code == 302
    lots = {each.number: each for each in ledger.lots(day.scopes["nina"], OPEN, at=day.at)}
    assert lots["K-202"].on_hand_mg == Decimal(1000)


def test_medicine_shows_what_stands_on_the_vial(day: Day, signed_in: SignedIn) -> None:
    signed_in("paula").post(NEW, VIAL | {"strength_mg_per_ml": "12.5", "strength_again": "12.50"})
    page = signed_in().get("/medicine/").content.decode()
    assert "12.5 mg/mL" in page and "20 mL" in page and "racemic ketamine" in page
    assert products(day)["Ketamine 10 mg/mL"].strength_mg_per_ml == Decimal("12.5")


@pytest.mark.parametrize("strength", ["10", "50", "100", "50.000"])
def test_a_usual_vial_is_taken_at_once(day: Day, signed_in: SignedIn, strength: str) -> None:
    assert signed_in("paula").post(NEW, VIAL | {"strength_mg_per_ml": strength}).status_code == 302


@pytest.mark.parametrize("again", ["", "50", "0.5"])
def test_an_unusual_strength_is_read_off_the_label_twice(day: Day, signed_in: SignedIn, again: str) -> None:
    client = signed_in("paula")
    said = refused(client, strength_mg_per_ml="5", strength_again=again)
    assert "5 mg/mL of racemic ketamine is not one of the vials known here" in said
    assert "Strength, read a second time" in said
    assert client.post(NEW, VIAL | {"strength_mg_per_ml": "5", "strength_again": "5"}).status_code == 302


@pytest.mark.parametrize("name", ["Ketamine 50 mg/mL", "ketamine  50 MG/ML", "Ketamine 50mg/mL"])
def test_a_name_that_is_there_already_is_refused(day: Day, signed_in: SignedIn, name: str) -> None:
    assert "Ketamine 50 mg/mL is there already." in refused(signed_in("paula"), name=name)
    assert len(products(day)) == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": " "}, "Write the name on the vial."),
        ({"drug": ""}, "Choose which ketamine the label names."),
        ({"drug": "ketamine"}, "Choose which ketamine the label names."),
        ({"form": ""}, "Write the form"),
        ({"strength_mg_per_ml": ""}, "Write how many milligrams are in one millilitre."),
        ({"strength_mg_per_ml": "50 mg"}, "at most 3 decimals"),
        ({"strength_mg_per_ml": "0.0001"}, "at most 3 decimals"),
        ({"strength_mg_per_ml": "NaN"}, "at most 3 decimals"),
        ({"strength_mg_per_ml": "0"}, "above zero in mg/mL"),
        ({"strength_mg_per_ml": "-50"}, "above zero in mg/mL"),
        ({"container_ml": "0"}, "above zero in mL"),
        ({"container_ml": "1.234"}, "at most 2 decimals"),
    ],
)
def test_what_cannot_be_a_product_says_why(day: Day, signed_in: SignedIn, typed: dict[str, str], said: str) -> None:
    assert said in refused(signed_in("paula"), **typed)
    assert len(products(day)) == 1


def test_sent_twice_it_is_added_once(day: Day, signed_in: SignedIn) -> None:
    client = signed_in("paula")
    places = {client.post(NEW, VIAL).headers["Location"] for _ in range(2)}
    assert len(places) == 1 and len(products(day)) == 2


@pytest.mark.parametrize("who", ["nina", "dana", "theo", "lena"])
def test_only_who_keeps_the_book_adds_a_product(day: Day, signed_in: SignedIn, who: str) -> None:
    client = signed_in(who)
    assert client.get(NEW).status_code == 403 and client.post(NEW, VIAL).status_code == 403
    assert NEW not in client.get("/medicine/").content.decode() and len(products(day)) == 1


def test_esketamine_is_kept_apart_and_never_drawn_up_for_an_order_of_racemic_ketamine(
    day: Day, signed_in: SignedIn
) -> None:
    visit = day.visit(S.ORDERED)
    other = day.do(
        stock.add_product, "paula", name="Esketamine", form="vial", drug="esketamine", strength_mg_per_ml=Decimal(50),
        strength_again=Decimal(50), container_ml=Decimal(20),
    )  # fmt: skip
    told = {**RECEIPT, "product_id": str(other.id), "lot_number": "E-7"}
    assert signed_in("paula").post("/medicine/receive/", told).status_code == 302
    lots = {each.number: each.id for each in ledger.lots(day.scopes["nina"], OPEN, at=day.at)}
    day.do(stock.blind_count, lot_id=lots["E-7"], containers=5, opened_ml=Decimal(0))
    page = signed_in().get(f"/visits/{visit}/").content.decode()
    assert "K-101" in page and "E-7" not in page
    day.lot_id = lots["E-7"]
    with pytest.raises(NotTheOrderedDrug, match="Lot E-7 holds esketamine"):
        day.confirm(visit)
