"""Stock: received, counted blind, destroyed, transferred, adjusted, reversed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from fenestra.care.inventory import queries, rules, stock
from fenestra.care.inventory.models import Delivery, LedgerLine
from fenestra.ground.book.scope import OPEN, Mask
from fenestra.ground.book.seal import seal
from fenestra.ground.book.verify import verify
from fenestra.ground.clinic.queries import mask_of
from fenestra.ground.clinic.rules import NotYours
from fenestra.science.errors import BadInput
from tests.care.inventory.conftest import TODAY, Safe, furnish


def destroyed(safe: Safe, mg: str, first: str = "noah", second: str = "mira", **other: Any) -> int | None:
    told: dict[str, Any] = {
        "lot_id": safe.lot_id,
        "mg": Decimal(mg),
        "manner": "returned for incineration",
        "event_date": TODAY,
        "witness_username": first,
        "witness_password": f"password of {first}",
        "second_witness_username": second,
        "second_witness_password": f"password of {second}",
    }
    return safe.do(stock.destroy, "paula", **{**told, **other}).id


def adjusted(safe: Safe, change_mg: str, who: str = "paula", **other: Any) -> int | None:
    told = {"reason": "counted three times", "password": f"password of {who}", **other}
    return safe.do(stock.adjust, who, lot_id=safe.lot_id, change_mg=Decimal(change_mg), **told).id


def transferred(safe: Safe, containers: int) -> int | None:
    return safe.do(
        stock.transfer,
        "paula",
        lot_id=safe.lot_id,
        containers=containers,
        recipient_name="Hill Clinic",
        recipient_address="2 Hill Road",
        registration_number="RX0000002",
        invoice="T-1",
        event_date=TODAY,
    ).id


def on_hand(safe: Safe) -> Decimal:
    return safe.see(queries.on_hand)[safe.lot_id]


def test_a_receipt_brings_containers_times_volume_times_strength(safe: Safe) -> None:
    (lot,) = safe.see(queries.lots, at=safe.at)
    assert (lot.on_hand_mg, lot.on_hand_ml) == (10_000, 200)
    (delivery,) = Delivery.objects.all()
    assert (delivery.party_name, delivery.registration_number, delivery.containers) == (
        "Harbour Medical Supply",
        "RX0000001",
        10,
    )


def test_a_receipt_keeps_its_real_day_beside_the_moment_of_typing(safe: Safe) -> None:
    safe.receive(lot_number="K-102", event_date=TODAY - timedelta(days=3))
    line = safe.see(queries.lines)[-1]
    assert (line.event_date, line.written_at.date() >= TODAY) == (TODAY - timedelta(days=3), True)
    with pytest.raises(BadInput, match="lies in the future"):
        safe.receive(lot_number="K-103", event_date=TODAY + timedelta(days=1))


@pytest.mark.parametrize("field", ["supplier_name", "supplier_address", "registration_number", "invoice", "lot_number"])
def test_a_receipt_without_what_the_law_asks_is_refused_whole(safe: Safe, field: str) -> None:
    told: dict[str, Any] = {"lot_number": "K-102", field: " "}
    with pytest.raises(BadInput, match="the record must hold it"):
        safe.receive(**told)
    assert len(safe.see(queries.lots, at=safe.at)) == 1


def test_more_of_a_lot_can_come_but_not_with_another_date(safe: Safe) -> None:
    assert safe.receive(containers=2) == safe.lot_id
    assert on_hand(safe) == 12_000
    with pytest.raises(BadInput, match="Read its label once more"):
        safe.receive(expires_on=date(2028, 1, 1))


def test_who_counts_sees_lots_without_their_balance(safe: Safe) -> None:
    (lot,) = safe.see(queries.lots_to_count, at=safe.at)
    assert not lot.counted_today
    assert not [name for name in vars(lot) if name.endswith(("_mg", "_ml"))]


def test_a_count_answers_with_the_book_and_keeps_the_difference(safe: Safe) -> None:
    assert "the book agrees" in safe.count().said
    said = safe.count(containers=9, opened_ml="18.5").said
    assert "75 mg less than the book's 10000 mg" in said
    safe.draw("40")
    newest, first = safe.see(queries.counts)
    assert (newest.variance_mg, first.variance_mg) == (-75, 0)  # the later draw changes neither
    assert safe.see(queries.counted_today, at=safe.at)


def test_a_lot_received_after_the_count_is_not_counted_today(counted: Safe) -> None:
    other = counted.receive(lot_number="K-102")
    assert counted.see(queries.counted_today, at=counted.at, lot_id=counted.lot_id)
    assert not counted.see(queries.counted_today, at=counted.at, lot_id=other)
    assert not counted.see(queries.counted_today, at=counted.at)


def test_the_day_of_a_count_is_the_clinics_own(counted: Safe) -> None:
    counted.at = counted.at.replace(day=21, hour=3)  # ten in the evening of the same day in New York
    assert counted.see(queries.counted_today, at=counted.at)
    counted.at = counted.at.replace(hour=6)
    assert not counted.see(queries.counted_today, at=counted.at)


def test_destroying_takes_two_witnesses_who_are_different_people(safe: Safe) -> None:
    with pytest.raises(rules.WitnessRefused):
        destroyed(safe, "1000", "noah", "noah")
    with pytest.raises(BadInput, match="somebody else"):
        destroyed(safe, "1000", "noah", "paula")
    with pytest.raises(BadInput, match="do not match"):
        destroyed(safe, "1000", second_witness_password="guess")
    destroyed(safe, "1000")
    line = safe.see(queries.lines)[-1]
    assert line.witness_ids == (safe.scopes["noah"].staff_id, safe.scopes["mira"].staff_id)
    assert on_hand(safe) == 9_000


def test_a_transfer_names_the_other_registrant(safe: Safe) -> None:
    transferred(safe, 4)
    assert on_hand(safe) == 6_000
    assert Delivery.objects.order_by("pk").last().party_name == "Hill Clinic"  # type: ignore[union-attr]  # is there
    with pytest.raises(rules.NotEnough):
        transferred(safe, 7)


def test_only_who_keeps_the_book_adjusts_it_and_signs(safe: Safe) -> None:
    with pytest.raises(NotYours):
        adjusted(safe, "-75", "nadia")
    with pytest.raises(BadInput, match="not your password"):
        adjusted(safe, "-75", password="guess")
    with pytest.raises(BadInput, match="why the book was wrong"):
        adjusted(safe, "-75", reason="")
    adjusted(safe, "-75")
    adjusted(safe, "5", "mira")
    assert on_hand(safe) == 9_930


def test_no_adjustment_takes_the_book_below_zero(safe: Safe) -> None:
    with pytest.raises(rules.NotEnough):
        adjusted(safe, "-10000.001")


def test_overfill_is_stock_from_now_on(safe: Safe) -> None:
    safe.do(stock.overfill_gain, lot_id=safe.lot_id, mg=Decimal("12.5"), reason="vial held 20.25 mL")
    assert on_hand(safe) == Decimal("10012.5")


def test_a_reversal_moves_back_and_points_to_the_wrong_line(counted: Safe) -> None:
    draw_id = counted.draw("400")
    wrong = counted.see(queries.lines)[-1]
    counted.do(stock.reverse, line_id=wrong.id, reason="typed 400 instead of 40")
    right = counted.see(queries.lines)[-1]
    assert (right.reverses_id, right.source, right.target) == (wrong.id, wrong.target, wrong.source)
    assert on_hand(counted) == 10_000
    assert counted.see(queries.draw_value, draw_id).facts == rules.DrawFacts()


def test_a_line_is_reversed_once_and_a_reversal_never(counted: Safe) -> None:
    counted.draw("40")
    wrong = counted.see(queries.lines)[-1]
    back = counted.do(stock.reverse, line_id=wrong.id, reason="wrong person").id
    for line_id in (wrong.id, back):
        with pytest.raises(rules.AlreadyReversed):
            counted.do(stock.reverse, line_id=line_id, reason="once more")


def test_what_was_used_since_cannot_be_reversed_away(counted: Safe) -> None:
    received = counted.see(queries.lines)[0]
    draw_id = counted.draw("40")
    drawn = counted.see(queries.lines)[-1]
    counted.give(draw_id, "1")
    for line in (received, drawn):
        with pytest.raises(rules.NotEnough):
            counted.do(stock.reverse, line_id=line.id, reason="typed wrong")


def test_a_reversed_dose_is_in_the_syringe_again(counted: Safe) -> None:
    draw_id = counted.draw("40")
    line_id = counted.give(draw_id, "35").id
    counted.do(stock.reverse, line_id=line_id, reason="given from the other syringe")
    assert counted.see(queries.draw_value, draw_id).left_mg == 40


def test_another_clinics_ledger_is_not_to_be_seen_or_moved(safe: Safe) -> None:
    line = safe.see(queries.lines)[0]
    stranger = replace(safe.scopes["paula"], clinic_id=safe.clinic_id + 1)
    assert queries.lines(stranger, OPEN) == queries.lots(stranger, OPEN, at=safe.at) == []
    safe.scopes["stranger"] = stranger
    for verb, told in (
        (stock.reverse, {"line_id": line.id, "reason": "mine now"}),
        (stock.blind_count, {"lot_id": safe.lot_id, "containers": 1, "opened_ml": Decimal(0)}),
    ):
        with pytest.raises(rules.NoSuchRow):
            safe.do(verb, "stranger", **told)


def test_who_may_not_see_doses_sees_no_ledger(counted: Safe) -> None:
    draw_id = counted.draw("40")
    rater = counted.scopes["rafi"]
    for query in (queries.on_hand, queries.lines, queries.counts, queries.unreconciled):
        with pytest.raises(rules.DosesHidden):
            query(rater, mask_of(rater))
    with pytest.raises(rules.DosesHidden):
        queries.draw_value(rater, mask_of(rater), draw_id)


def test_of_a_masked_person_the_milligrams_stand_without_a_name(counted: Safe) -> None:
    counted.draw("40", person_id=12)
    mask = Mask(people=frozenset({12}))
    line = queries.lines(counted.scopes["nadia"], mask)[-1]
    assert (line.mg, line.person_id, line.visit_id) == (40, None, None)
    assert queries.draws_of_visit(counted.scopes["nadia"], mask, 7) == []


@pytest.mark.parametrize("change", [{"mg": Decimal(1)}, {"witness_id": None}])
def test_a_line_is_never_changed(safe: Safe, change: dict[str, Any]) -> None:
    with pytest.raises(DatabaseError, match="added, never changed"), transaction.atomic():
        LedgerLine.objects.update(**change)


@pytest.mark.parametrize(
    "wrong",
    [
        {"mg": Decimal(0)},
        {"mg": Decimal(-1)},
        {"lot_id": None},
        {"target": "supplier"},
        {"target": "drawn"},
        {"kind": "waste", "source": "stock", "target": "wasted"},
        {"kind": "destroy", "witness_id": 2},
        {"witness_id": 1},
        {"witness_id": 2, "second_witness_id": 2},
        {"kind": "reverse"},
    ],
)
def test_what_cannot_be_is_refused_by_the_database_itself(safe: Safe, wrong: dict[str, Any]) -> None:
    sound = {
        "clinic_id": safe.clinic_id,
        "kind": "receive",
        "lot_id": safe.lot_id,
        "source": "supplier",
        "target": "stock",
        "mg": Decimal(5),
        "event_date": TODAY,
        "at": safe.at,
        "written_at": safe.at,
        "by_id": 1,
    }
    LedgerLine(**sound).save(force_insert=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerLine(**{**sound, **wrong}).save(force_insert=True)


def test_the_book_verifies_every_row_of_the_ledger(book_db: str, quick_passwords: None) -> None:
    safe = furnish()
    safe.count()
    draw_id = safe.draw("40")
    safe.give(draw_id, "35.125")
    safe.waste(draw_id, "4.875")
    seal(safe.at)
    verdict = verify()
    assert verdict.whole, verdict.findings
