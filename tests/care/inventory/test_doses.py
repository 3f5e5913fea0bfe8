"""A prepared dose: drawn, given, wasted before a witness, reconciled."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from fenestra.care.inventory import actions, queries, rules, stock
from fenestra.care.inventory.models import LedgerLine
from fenestra.ground.book.models import AuditLine
from fenestra.ground.clinic.rules import NotYours
from fenestra.science.errors import BadInput, Refused
from tests.care.inventory.conftest import Safe


def test_a_dose_is_drawn_given_and_its_rest_wasted_before_a_witness(counted: Safe) -> None:
    draw_id = counted.draw("40", "50")
    counted.give(draw_id, "35.5")
    counted.waste(draw_id, "4.5")
    drawn = counted.see(queries.draw_value, draw_id)
    assert (drawn.facts.drawn_mg, drawn.facts.given_mg, drawn.facts.wasted_mg) == (40, Decimal("35.5"), Decimal("4.5"))
    assert drawn.final_mg_per_ml == Decimal("0.8")
    assert drawn.left_mg == 0
    rules.check_reconciled(drawn.facts, Decimal("0.5"))
    assert counted.see(queries.on_hand) == {counted.lot_id: 9960}


def test_every_line_names_lot_event_day_and_moment_of_typing(counted: Safe) -> None:
    draw_id = counted.draw("40")
    counted.give(draw_id, "40", person_id=12)
    line = counted.see(queries.lines)[-1]
    assert (line.lot_number, line.visit_id, line.person_id) == ("K-101", 7, 12)
    assert line.event_date.isoformat() == "2026-11-20"
    assert line.written_at > line.at
    assert line.ml == 50


def test_nothing_is_drawn_before_the_count_of_the_day(safe: Safe) -> None:
    with pytest.raises(rules.NotCounted, match="Count it before the first draw"):
        safe.draw("40")


def test_yesterdays_count_does_not_open_today(counted: Safe) -> None:
    counted.at += timedelta(days=1)
    with pytest.raises(rules.NotCounted):
        counted.draw("40")


def test_an_expired_lot_is_not_drawn(counted: Safe) -> None:
    counted.at += timedelta(days=300)
    counted.count()
    with pytest.raises(rules.Expired, match="Take another lot"):
        counted.draw("40")


def test_a_lot_nobody_received_is_not_drawn(counted: Safe) -> None:
    with pytest.raises(rules.NoSuchRow, match="Receive it first"):
        counted.draw("40", lot_id=counted.lot_id + 99)


def test_no_more_is_drawn_than_the_book_has(counted: Safe) -> None:
    counted.draw("9990", "250")
    with pytest.raises(rules.NotEnough, match="The book has 10 mg"):
        counted.draw("10.001", "50")


@pytest.mark.parametrize("diluent", ["", "sodium chloride 0.9 %"])
def test_the_strong_solution_never_goes_into_a_vein_undiluted(safe: Safe, diluent: str) -> None:
    strong = safe.do(
        stock.add_product,
        "paula",
        name="Ketamine 100 mg/mL",
        form="vial for injection",
        strength_mg_per_ml=Decimal(100),
        container_ml=Decimal(5),
    )
    lot_id = safe.receive(product_id=strong.id or 0, lot_number="S-1")
    safe.count(lot_id=lot_id)
    with pytest.raises(rules.Undiluted, match="Dilute it"):
        safe.draw("50", "0.5", lot_id=lot_id, diluent=diluent)
    assert safe.draw("50", "0.5", lot_id=lot_id, diluent="", route="im")
    assert safe.draw("50", "50", lot_id=lot_id)


def test_a_larger_volume_without_a_diluent_is_refused(counted: Safe) -> None:
    with pytest.raises(BadInput, match="Name the diluent"):
        counted.draw("50", "10", diluent="")


def test_the_second_checker_signs_with_a_password_of_their_own(counted: Safe) -> None:
    draw_id = counted.draw("40", checker_username="noah", checker_password="password of noah")
    assert counted.see(queries.draw_value, draw_id).checked_by_id == counted.scopes["noah"].staff_id
    with pytest.raises(BadInput, match="somebody else"):
        counted.draw("40", checker_username="nadia", checker_password="password of nadia")


def test_a_dose_the_book_does_not_have_is_recorded_and_marked(counted: Safe) -> None:
    draw_id = counted.draw("40")
    said = counted.give(draw_id, "42.25").said
    assert "2.25 mg are unreconciled" in said
    drawn = counted.see(queries.draw_value, draw_id)
    assert (drawn.facts.given_mg, drawn.left_mg) == (Decimal("42.25"), 0)
    (missing,) = counted.see(queries.unreconciled, visit_id=7)
    assert (missing.mg, missing.unreconciled) == (Decimal("2.25"), True)
    with pytest.raises(rules.NotReconciled, match=r"2\.25 mg more were given"):
        rules.check_reconciled(drawn.facts, Decimal("0.5"))


@pytest.mark.parametrize("draw_id", [None, 4711])
def test_a_dose_without_a_known_draw_is_recorded_all_the_same(safe: Safe, draw_id: int | None) -> None:
    assert safe.give(draw_id, "35").id
    (missing,) = safe.see(queries.unreconciled, visit_id=7)
    assert (missing.mg, missing.lot_id) == (35, None)
    assert safe.see(queries.balances_ok)


def test_an_unreconciled_dose_is_put_right_by_reversal_and_the_missing_draw(counted: Safe) -> None:
    counted.give(None, "35")
    (missing,) = counted.see(queries.unreconciled)
    counted.do(stock.reverse, line_id=missing.id, reason="the draw had not been written")
    counted.give(counted.draw("35"), "35")
    assert counted.see(queries.unreconciled) == []
    assert counted.see(queries.on_hand) == {counted.lot_id: 9965}


def test_a_pumps_many_digits_are_kept_to_a_microgram(counted: Safe) -> None:
    draw_id = counted.draw("40")
    counted.give(draw_id, "33.33333333")
    assert counted.see(queries.draw_value, draw_id).facts.given_mg == Decimal("33.333")


def test_a_dose_stopped_at_its_first_drop_is_still_a_dose(counted: Safe) -> None:
    counted.give(counted.draw("40"), "0.0003")
    (drawn,) = counted.see(queries.draws_of_visit, 7)
    assert drawn.facts.given_mg == Decimal("0.001")


@pytest.mark.parametrize("mg", ["0", "-1", "NaN"])
def test_what_is_no_amount_is_not_a_dose(counted: Safe, mg: str) -> None:
    with pytest.raises(BadInput):
        counted.give(None, mg)


def test_a_draw_that_is_not_accounted_for_stops_the_visit_from_closing(counted: Safe) -> None:
    drawn = counted.see(queries.draws_of_visit, 7)
    assert drawn == []
    counted.give(counted.draw("40"), "35")
    (drawn,) = counted.see(queries.draws_of_visit, 7)
    with pytest.raises(rules.NotReconciled, match="5 mg of what was drawn"):
        rules.check_reconciled(drawn.facts, Decimal("0.5"))
    counted.waste(drawn.id, "4.5")
    rules.check_reconciled(counted.see(queries.draw_value, drawn.id).facts, Decimal("0.5"))


def test_nobody_witnesses_their_own_waste(counted: Safe) -> None:
    draw_id = counted.draw("40")
    with pytest.raises(BadInput, match="somebody else"):
        counted.waste(draw_id, "4", witness="nadia")


def test_who_drew_or_gave_does_not_witness_the_waste(counted: Safe) -> None:
    drawn_by_noah = counted.draw("40", who="noah")
    with pytest.raises(rules.WitnessRefused, match="neither drew, gave nor writes"):
        counted.waste(drawn_by_noah, "4", witness="noah")
    given_by_mira = counted.draw("40")
    counted.give(given_by_mira, "30", given_by=counted.scopes["mira"].staff_id)
    with pytest.raises(rules.WitnessRefused):
        counted.waste(given_by_mira, "10", "noah", witness="mira")


@pytest.mark.parametrize(("witness", "password"), [("noah", "wrong"), ("nobody", "password of nobody")])
def test_a_witness_who_cannot_sign_witnesses_nothing(counted: Safe, witness: str, password: str) -> None:
    draw_id = counted.draw("40")
    with pytest.raises(BadInput, match="do not match a colleague"):
        counted.waste(draw_id, "4", witness=witness, password=password)
    assert counted.see(queries.draw_value, draw_id).left_mg == 40
    assert AuditLine.objects.filter(kind="refusal", what__startswith="wasted medicine").count() == 1


def test_no_more_is_wasted_than_is_left(counted: Safe) -> None:
    draw_id = counted.draw("40")
    with pytest.raises(rules.NotEnough, match="40 mg left in this draw"):
        counted.waste(draw_id, "40.001")


def test_residue_in_the_line_takes_a_witness_too(counted: Safe) -> None:
    draw_id = counted.draw("40")
    told: dict[str, Any] = {"draw_id": draw_id, "mg": Decimal("1.2"), "witness_username": "noah"}
    with pytest.raises(BadInput):
        counted.do(actions.residue_loss, **told, witness_password="guess")
    counted.do(actions.residue_loss, **told, witness_password="password of noah")
    assert counted.see(queries.draw_value, draw_id).facts.residue_mg == Decimal("1.2")


def test_only_undiluted_medicine_goes_back_to_stock(counted: Safe) -> None:
    neat = counted.draw("50", "1", diluent="", route="im")
    counted.do(actions.return_to_stock, draw_id=neat, mg=Decimal(50), reason="the person went home")
    assert counted.see(queries.on_hand) == {counted.lot_id: 10000}
    with pytest.raises(Refused, match="Waste it with a witness"):
        counted.do(actions.return_to_stock, draw_id=counted.draw("40"), mg=Decimal(40), reason="went home")


def test_a_double_click_gives_once(counted: Safe) -> None:
    draw_id = counted.draw("40")
    first, second = (counted.give(draw_id, "20", key="the same form") for _ in range(2))
    assert (second.id, second.again) == (first.id, True)
    assert counted.see(queries.draw_value, draw_id).facts.given_mg == 20


def test_a_therapist_draws_nothing(counted: Safe) -> None:
    with pytest.raises(NotYours):
        counted.draw("40", who="theo")


def test_when_the_second_write_of_a_draw_fails_nothing_remains(counted: Safe, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **told: object) -> None:
        raise RuntimeError("the line could not be written")

    with monkeypatch.context() as patch, pytest.raises(RuntimeError):
        patch.setattr(actions, "move", broken)
        counted.draw("40")
    assert counted.see(queries.draws_of_visit, 7) == []
    assert LedgerLine.objects.filter(kind="draw").count() == 0
    assert counted.see(queries.on_hand) == {counted.lot_id: 10000}
