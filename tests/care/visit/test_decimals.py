"""No number is rounded without a word: an order with more decimals is refused, what happened is kept and says so."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import models

from fenestra.care.visit import actions
from fenestra.care.visit.readings import record_round
from fenestra.care.visit.rules import Measure, VisitState
from fenestra.ground.book import digits, vault
from fenestra.ground.book.models import AuditLine
from fenestra.ground.book.verify import verify
from fenestra.science.errors import BadInput
from tests.care.visit.day import Day

S = VisitState


def test_an_order_with_more_decimals_than_are_kept_is_refused_at_its_field(day: Day) -> None:
    visit = day.visit(S.CLEARED)
    with pytest.raises(BadInput, match="more than 3 decimals") as refused:
        day.do(
            actions.order_dose, "dana", visit_id=visit, mg_per_kg=Decimal("0.50001"), dosing_weight_kg=Decimal(74),
            minutes=Decimal(40),
        )  # fmt: skip
    assert refused.value.field == "mg_per_kg"
    assert day.state(visit) is S.CLEARED


def test_a_reading_with_more_decimals_is_kept_rounded_and_its_audit_line_says_from_what(day: Day) -> None:
    visit = day.visit(S.INFUSING)
    day.do(record_round, visit_id=visit, readings={Measure.SPO2: Decimal("97.125"), Measure.PULSE: Decimal("71.00")})
    kept = {r.measure: r.value for r in day.see(visit).readings[-2:]}
    assert kept == {Measure.SPO2: Decimal("97.13"), Measure.PULSE: Decimal(71)}
    line = AuditLine.objects.filter(kind="write").latest("pk")
    assert line.person_id is not None
    assert vault.unlock(line.person_id, line.reason) == "value 97.125 is kept as 97.13"
    assert verify().findings == ()


COLUMN: models.DecimalField[Decimal, Decimal] = models.DecimalField(name="amount_mg", max_digits=6, decimal_places=2)


@pytest.mark.parametrize("value", ["0", "36.50000", "-9999.99", "9999.99", "1E+3"])
def test_what_a_column_holds_is_kept_as_it_stands(value: str) -> None:
    assert digits.settled(COLUMN, Decimal(value), happened=False) == Decimal(value)


@pytest.mark.parametrize(("value", "kept"), [("36.505", "36.51"), ("0.004", "0.00"), ("-1.115", "-1.12")])
def test_what_happened_is_rounded_half_up(value: str, kept: str) -> None:
    assert str(digits.settled(COLUMN, Decimal(value), happened=True)) == kept


@pytest.mark.parametrize("value", ["10000", "9999.995", "NaN", "Infinity", "1E+40"])
@pytest.mark.parametrize("happened", [True, False])
def test_what_no_column_holds_is_refused_with_its_field(value: str, happened: bool) -> None:
    with pytest.raises(BadInput) as refused:
        digits.settled(COLUMN, Decimal(value), happened=happened)
    assert refused.value.field == "amount_mg"
