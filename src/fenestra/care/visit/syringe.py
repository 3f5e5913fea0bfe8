"""Verbs of the syringe: draw up and have it read back, waste what is left."""

from __future__ import annotations

from decimal import Decimal

from fenestra.care.inventory import actions as ledger
from fenestra.care.inventory import queries as stock
from fenestra.care.visit import ordering, rules
from fenestra.care.visit.models import Confirmation
from fenestra.care.visit.rows import of_visit, step, visit_of
from fenestra.care.visit.rules import VisitState
from fenestra.care.visit.values import VisitValue
from fenestra.ground.book.act import Act, Done, act
from fenestra.ground.book.scope import OPEN
from fenestra.ground.clinic.rules import HANDLES_MEDICINE, check_has
from fenestra.ground.clinic.signatures import sign
from fenestra.ground.clinic.witness import witness
from fenestra.science.errors import BadInput, Refused
from fenestra.science.quantities import plain


@act("drew up a dose and had it read back")
def confirm_dose(
    act: Act,
    *,
    visit_id: int,
    lot_id: int,
    drawn_ml: Decimal,
    final_ml: Decimal,
    diluent: str,
    read_back_mg: Decimal,
    second_username: str,
    second_password: str,
) -> Done:
    """Draw from a lot, and a second person reads order, syringe and pump back with their own password."""
    check_has(act.by.roles, HANDLES_MEDICINE, "draw up a dose")
    row, value = visit_of(act, visit_id)
    rules.check_step(value.route, value.state, VisitState.CONFIRMED)
    asked_by = act.by.staff_id
    assert value.order is not None and asked_by is not None  # the state table: confirmed comes only after ordered
    second = witness(act.by, second_username, second_password)
    if read_back_mg != value.order.dose_mg:
        raise BadInput(
            f"{second.name} read back {plain(read_back_mg)} mg, the order is {plain(value.order.dose_mg)} mg. "
            "Stop, look at the order together, and read it again.",
            field="read_back_mg",
        )
    drawn_mg = stock.mg_in(act.by, OPEN, lot_id=lot_id, volume_ml=drawn_ml)
    if drawn_mg < value.order.dose_mg:
        raise BadInput(
            f"{plain(drawn_ml)} mL hold {plain(drawn_mg)} mg; the order is {plain(value.order.dose_mg)} mg. Draw more.",
            field="drawn_ml",
        )
    ordering.check_syringe(act.by, value, value.order, drawn_mg)
    drawn = ledger.draw(
        by=act.by, at=act.at, lot_id=lot_id, mg=drawn_mg, volume_ml=final_ml, diluent=diluent,
        route=value.route.value, visit_id=row.pk, person_id=row.person_id,
        checker_username=second_username, checker_password=second_password,
    )  # fmt: skip
    assert drawn.id is not None
    syringe = stock.draw_value(act.by, OPEN, drawn.id)
    made = act.add(
        Confirmation(
            **{**of_visit(act, row), "by_id": second.id},
            order_id=value.order.id,
            draw_id=drawn.id,
            drawn_mg=drawn_mg,
            volume_ml=final_ml,
            mg_per_ml=syringe.final_mg_per_ml,
            rate_ml_per_h=ordering.pump_rate(value.order, syringe.final_mg_per_ml),
            asked_by_id=asked_by,
        )
    )
    sign(act, made, meaning="I read this dose back; it is what was ordered", by_id=second.id)
    act.change(row)  # a start from a page that does not show this syringe is stale
    step(act, row, VisitState.CONFIRMED)
    return act.done(made, f"Drawn up and read back by {second.name}.")


@act("wasted what was left")
def waste(act: Act, *, visit_id: int, mg: Decimal, method: str, witness_username: str, witness_password: str) -> Done:
    """What is left in the syringe is destroyed before the eyes of a second person, who signs with a password."""
    check_has(act.by.roles, HANDLES_MEDICINE, "waste medicine")
    row, value = visit_of(act, visit_id)
    done = ledger.waste(
        by=act.by, at=act.at, draw_id=_draw_to_waste(act, value, mg), mg=mg, method=method,
        witness_username=witness_username, witness_password=witness_password,
    )  # fmt: skip
    act.tell("visit.changed", about="visit", about_id=row.pk)
    return done


def _draw_to_waste(act: Act, value: VisitValue, mg: Decimal) -> int:
    """The oldest syringe of this visit that still holds so much: a replaced order leaves one behind."""
    drawn = stock.draws_of_visit(act.by, OPEN, value.id)
    if not drawn:
        raise Refused("No syringe is on record in this visit, so there is nothing to waste here.")
    holding = [draw.id for draw in drawn if mg.is_finite() and draw.left_mg >= mg]
    return holding[0] if holding else max(drawn, key=lambda draw: draw.left_mg).id
