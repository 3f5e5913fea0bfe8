"""The ledger's page: exact balances, counted blind, and what is owed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fenestra.care.inventory import queries as ledger
from fenestra.care.visit.rules import VisitState as S
from fenestra.faces.web.staff.medicine import words as medicine_words
from fenestra.ground.book.scope import OPEN
from tests.care.visit.day import Day, furnish
from tests.faces.web.conftest import SignedIn

RECEIPT = {
    "lot_number": "K-202", "expires_on": "2027-09-30", "containers": "5", "supplier_name": "Harbour Medical Supply",
    "supplier_address": "1 Quay Street", "registration_number": "RX0000001", "invoice": "INV-8",
    "event_date": "2026-11-20", "key": "r1",
}  # fmt: skip


def tomorrow(day: Day) -> None:
    """Another clinic day, on which nothing is counted yet."""
    day.later(minutes=24 * 60)


def test_whoever_counts_does_not_see_a_balance_before_their_count(day: Day, signed_in: SignedIn) -> None:
    tomorrow(day)
    client = signed_in()
    for path in ("/medicine/", f"/medicine/count/{day.lot_id}/"):
        assert "10000" not in client.get(path).content.decode()
    answer = client.post(f"/medicine/count/{day.lot_id}/", {"containers": "10", "opened_ml": "", "key": "c1"})
    assert answer.status_code == 302
    page = client.get("/medicine/").content.decode()
    assert "10000 mg counted, and the book agrees." in page and "10000 mg in 200 mL" in page


def test_whoever_never_counts_sees_the_balance(day: Day, signed_in: SignedIn) -> None:
    tomorrow(day)
    page = signed_in("cora").get("/medicine/").content.decode()
    assert "10000 mg in 200 mL" in page and "Receive a lot" not in page


def test_a_count_that_differs_says_by_how_much_and_what_to_do(day: Day, signed_in: SignedIn) -> None:
    client = signed_in()
    client.post(f"/medicine/count/{day.lot_id}/", {"containers": "9", "opened_ml": "19.99", "key": "c1"})
    page = client.get("/medicine/").content.decode()
    assert "0.5 mg less than the book" in page and "Count once more with a colleague" in page
    assert "−0.5 mg" in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"containers": ""}, "Write how many full containers are in the safe"),
        ({"containers": "-1"}, "Write a whole number from 0 on"),
        ({"containers": "3", "opened_ml": "1.234"}, "at most two decimals"),
        ({"containers": "3", "opened_ml": "NaN"}, "at most two decimals"),
    ],
)
def test_a_count_that_cannot_be_read_says_why(day: Day, signed_in: SignedIn, typed: dict[str, str], said: str) -> None:
    answer = signed_in().post(f"/medicine/count/{day.lot_id}/", typed | {"key": "c1"})
    assert answer.status_code == 422 and said in answer.content.decode()


def test_a_lot_is_received_and_its_amount_stays_hidden_until_counted(day: Day, signed_in: SignedIn) -> None:
    client = signed_in("paula")
    product = ledger.products(day.scopes["nina"], OPEN)[0].id
    assert client.post("/medicine/receive/", RECEIPT | {"product_id": product}).status_code == 302
    lot = next(each for each in ledger.lots(day.scopes["nina"], OPEN, at=day.at) if each.number == "K-202")
    assert lot.on_hand_mg == Decimal(5000)
    assert "5000" not in signed_in("nina").get("/medicine/").content.decode()


def test_a_receipt_with_an_empty_field_says_what_to_write(day: Day, signed_in: SignedIn) -> None:
    product = ledger.products(day.scopes["nina"], OPEN)[0].id
    typed = RECEIPT | {"product_id": product, "invoice": "", "event_date": "2026-11-21"}
    page = signed_in("paula").post("/medicine/receive/", typed).content.decode()
    assert "Write the number of the invoice." in page and 'value="K-202"' in page
    typed |= {"invoice": "INV-8"}
    page = signed_in("paula").post("/medicine/receive/", typed).content.decode()
    assert "The date lies in the future." in page


def test_the_lines_of_a_day_name_who_and_the_witness(day: Day, signed_in: SignedIn) -> None:
    day.visit(S.DISCHARGED)
    page = signed_in().get("/medicine/").content.decode()
    assert "13 mg (13 mL)" in page and "<td>Noel</td>" in page and "into the deactivation container" in page
    day.later(minutes=24 * 60)
    assert "Nothing moved on this day." in signed_in().get("/medicine/").content.decode()
    assert "<td>Noel</td>" in signed_in().get("/medicine/?day=2026-11-20").content.decode()
    assert signed_in().get("/medicine/?day=yesterday").status_code == 200


def test_a_role_that_does_not_see_doses_does_not_see_the_ledger(day: Day, signed_in: SignedIn) -> None:
    answer = signed_in("rafi").get("/medicine/")
    assert answer.status_code == 403 and "To read the ledger takes a" in answer.content.decode()


def test_a_role_that_does_not_handle_medicine_counts_nothing(day: Day, signed_in: SignedIn) -> None:
    client = signed_in("theo")
    assert client.get(f"/medicine/count/{day.lot_id}/").status_code == 403
    assert client.post("/medicine/receive/", RECEIPT).status_code == 403


def test_another_clinics_lot_is_not_here(day: Day, signed_in: SignedIn) -> None:
    other = furnish()
    assert signed_in().get(f"/medicine/count/{other.lot_id}/").status_code == 404


def test_many_lines_cost_no_more_questions_than_few(
    day: Day, signed_in: SignedIn, django_assert_max_num_queries: object
) -> None:
    client = signed_in()
    for _ in range(4):
        day.visit(S.CONFIRMED, episode_id=day.episode(day.person()))
    with django_assert_max_num_queries(16):  # type: ignore[operator]  # pytest-django's fixture has no public type
        client.get("/medicine/")


def test_lines_stand_newest_first_by_when_they_happened_not_by_when_they_were_written(day: Day) -> None:
    first = day.visit(S.RECOVERING)
    day.waste_rest(first)
    written = ledger.lines(day.scopes["nina"], OPEN)
    shown = medicine_words.lines([*written[::2], *written[1::2]], {}, zone="UTC")
    assert [line.when for line in shown] == sorted((line.when for line in shown), reverse=True)
