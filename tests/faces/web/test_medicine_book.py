"""The book put right by page: adjusted after a count, destroyed before two colleagues, a line reversed."""

from __future__ import annotations

from decimal import Decimal
from html import unescape

import pytest
from django.test import Client

from fenestra.care.inventory import queries as ledger
from fenestra.care.inventory.rules import LineKind
from fenestra.care.visit.rules import VisitState as S
from fenestra.ground.book.scope import OPEN
from tests.care.visit.day import Day, furnish, password
from tests.faces.signing_in import PAPER
from tests.faces.web.conftest import SignedIn

ADJUST = {
    "direction": "less",
    "mg": "12.5",
    "reason": "one broken vial",
    "password": password("paula"),
    "proof": PAPER[1],
    "key": "a1",
}
DESTROY = {
    "mg": "1000", "manner": "incinerated", "event_date": "2026-11-20", "witness_username": "noel",
    "witness_password": password("noel"), "second_witness_username": "mira",
    "second_witness_password": password("mira"), "key": "d1",
}  # fmt: skip


def on_hand(day: Day) -> Decimal:
    return ledger.on_hand(day.scopes["nina"], OPEN)[day.lot_id]


def said(client: Client, path: str, typed: dict[str, str]) -> str:
    answer = client.post(path, typed)
    assert answer.status_code == 422
    return unescape(answer.content.decode())


@pytest.mark.parametrize(("direction", "left"), [("less", "9987.5"), ("more", "10012.5")])
def test_the_book_is_brought_to_what_was_counted(day: Day, signed_in: SignedIn, direction: str, left: str) -> None:
    client, path = signed_in("paula"), f"/medicine/adjust/{day.lot_id}/"
    assert "Last counted: 10000 mg; the book had 10000 mg then." in client.get(path).content.decode()
    assert client.post(path, ADJUST | {"direction": direction}).status_code == 302
    assert on_hand(day) == Decimal(left)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"direction": ""}, "Choose whether the safe holds more or less."),
        ({"mg": "-5"}, "above zero in mg"),
        ({"mg": "0"}, "above zero in mg"),
        ({"mg": "0.0001"}, "at most 3 decimals"),
        ({"reason": ""}, "Write what the look into it found."),
        ({"password": "guessed"}, "That is not your password."),
        ({"mg": "10000.001"}, "The book has 10000 mg"),
    ],
)
def test_an_adjustment_that_cannot_be_signed_says_why(
    day: Day, signed_in: SignedIn, typed: dict[str, str], words: str
) -> None:
    assert words in said(signed_in("paula"), f"/medicine/adjust/{day.lot_id}/", ADJUST | typed)
    assert on_hand(day) == 10000


def test_stock_is_destroyed_before_two_colleagues_who_sign(day: Day, signed_in: SignedIn) -> None:
    client, path = signed_in("paula"), f"/medicine/destroy/{day.lot_id}/"
    assert client.post(path, DESTROY).status_code == 302
    page = client.get("/medicine/").content.decode()
    assert on_hand(day) == 9000 and "Noel, Mira" in page and "incinerated" in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"witness_username": "paula", "witness_password": password("paula")}, "must be somebody else"),
        ({"second_witness_username": "noel", "second_witness_password": password("noel")}, "Ask another colleague"),
        ({"second_witness_username": "theo", "second_witness_password": password("theo")}, "does not handle medicine"),
        ({"mg": "10000.5"}, "The book has 10000 mg"),
        ({"event_date": "2026-11-21"}, "The date lies in the future."),
        ({"manner": ""}, "Write how it was destroyed."),
    ],
)
def test_nothing_is_destroyed_without_all_of_it(
    day: Day, signed_in: SignedIn, typed: dict[str, str], words: str
) -> None:
    assert words in said(signed_in("paula"), f"/medicine/destroy/{day.lot_id}/", DESTROY | typed)
    assert on_hand(day) == 10000


def test_a_refusal_of_the_second_witness_stands_at_their_field(day: Day, signed_in: SignedIn) -> None:
    page = said(signed_in("paula"), f"/medicine/destroy/{day.lot_id}/", DESTROY | {"second_witness_password": "x"})
    assert 'id="id_second_witness_password_error"' in page and 'id="id_witness_password_error"' not in page


def test_a_wrong_receipt_is_taken_back_once(day: Day, signed_in: SignedIn) -> None:
    client = signed_in()
    line = next(each for each in ledger.lines(day.scopes["nina"], OPEN) if each.kind is LineKind.RECEIVE)
    path = f"/medicine/reverse/{line.id}/"
    assert path in client.get("/medicine/").content.decode()
    assert "Write what was wrong with the line." in said(client, path, {"reason": "", "key": "r0"})
    assert client.post(path, {"reason": "wrong lot", "key": "r1"}).status_code == 302
    assert on_hand(day) == 0
    assert "reversed already" in said(client, path, {"reason": "wrong lot", "key": "r2"})


def test_a_line_of_a_visit_is_not_taken_back_here(day: Day, signed_in: SignedIn) -> None:
    day.visit(S.INFUSING)
    client = signed_in()
    for line in ledger.lines(day.scopes["nina"], OPEN):
        if line.visit_id:
            assert client.get(f"/medicine/reverse/{line.id}/").status_code == 404


def test_no_page_tells_a_balance_before_the_count(day: Day, signed_in: SignedIn) -> None:
    line = ledger.lines(day.scopes["nina"], OPEN)[0]
    day.later(minutes=24 * 60)
    client, asked = signed_in("paula"), [(f"adjust/{day.lot_id}", ADJUST), (f"destroy/{day.lot_id}", DESTROY)]
    for place, typed in [*asked, (f"reverse/{line.id}", {"reason": "wrong", "key": "r1"})]:
        for page in (client.get(f"/medicine/{place}/"), client.post(f"/medicine/{place}/", typed)):
            assert "10000" not in page.content.decode() and "Count it first" in page.content.decode()
    assert on_hand(day) == 10000


def test_who_may_not_is_refused_and_another_clinics_lot_is_not_here(day: Day, signed_in: SignedIn) -> None:
    nurse, therapist, other = signed_in("nina"), signed_in("theo"), furnish(staff_at="lake")
    assert nurse.get(f"/medicine/adjust/{day.lot_id}/").status_code == 403
    assert "/medicine/adjust/" not in nurse.get("/medicine/").content.decode()
    for place in ("adjust", "destroy", "reverse"):
        assert therapist.get(f"/medicine/{place}/{day.lot_id}/").status_code == 403
    for place in ("adjust", "destroy"):
        assert signed_in("paula").get(f"/medicine/{place}/{other.lot_id}/").status_code == 404
    theirs = ledger.lines(other.scopes["nina"], OPEN)[0].id
    assert nurse.get(f"/medicine/reverse/{theirs}/").status_code == 404
