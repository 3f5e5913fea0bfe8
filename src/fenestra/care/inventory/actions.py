"""Verbs on a prepared dose: draw, give, waste, lose in the line, return. Stock itself moves in `stock.py`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from fenestra.care.inventory import product, rules
from fenestra.care.inventory.ledger import (
    draw_of,
    known_draw,
    left_in_draw_mg,
    lot_facts,
    lot_of,
    move,
    people_at,
)
from fenestra.care.inventory.models import Draw, LedgerLine
from fenestra.care.inventory.rules import Account, LineKind, Preparation
from fenestra.ground.book.act import Act, Done, act
from fenestra.ground.clinic.rules import HANDLES_MEDICINE, check_has
from fenestra.ground.clinic.signatures import sign
from fenestra.ground.clinic.witness import witness
from fenestra.science.errors import Refused
from fenestra.science.protocols.orders import Route
from fenestra.science.protocols.requirements import requirement
from fenestra.science.quantities import plain


@act("drew a dose")
def draw(
    act: Act,
    *,
    lot_id: int,
    mg: Decimal,
    volume_ml: Decimal,
    route: str,
    diluent: str = "",
    visit_id: int | None = None,
    person_id: int | None = None,
    checker_username: str = "",
    checker_password: str = "",
) -> Done:
    """Prepare one syringe or bag: `mg` out of the lot, made up with the diluent to `volume_ml` (the volume after
    dilution; without a diluent, what comes from the vial). The second checker signs with a password of their own."""
    check_has(act.by.roles, HANDLES_MEDICINE, "draw a dose")
    prepared_by = act.by.staff_id
    if prepared_by is None:
        raise Refused("A dose is drawn by a human. Sign in, then record the draw.")
    lot = lot_of(act.by, lot_id)
    act.about("lot", lot.pk, person_id=person_id)
    product.check_can_be_dosed(lot.number, lot.product.drug)
    made = Preparation(mg, volume_ml, diluent, Route(route))
    rules.check_preparation(
        made,
        strength_mg_per_ml=lot.product.strength_mg_per_ml,
        never_undiluted_mg_per_ml=requirement("DOS-003").number("never_undiluted_mg_per_ml"),
    )
    rules.check_can_draw(lot_facts(lot, act.by, act.at), mg, today=act.by.day_of(act.at))
    checker = witness(act.by, checker_username, checker_password) if checker_username else None
    drawn = act.add(
        Draw(
            clinic_id=act.by.clinic_id,
            lot=lot,
            visit_id=visit_id,
            person_id=person_id,
            route=made.route.value,
            diluent=diluent,
            volume_ml=volume_ml,
            final_mg_per_ml=made.final_mg_per_ml,
            prepared_by_id=prepared_by,
            checked_by_id=checker.id if checker else None,
            at=act.at,
        )
    )
    move(
        act,
        LineKind.DRAW,
        Account.STOCK,
        Account.DRAWN,
        mg,
        ml=rules.ml_of(mg, lot.product.strength_mg_per_ml),
        lot_id=lot.pk,
        draw=drawn,
        visit_id=visit_id,
        person_id=person_id,
    )
    return act.done(drawn, f"{plain(mg)} mg of lot {lot.number} are drawn, {plain(made.final_mg_per_ml)} mg/mL.")


@act("gave a dose", happened=True)
def give(
    act: Act, *, draw_id: int | None, mg: Decimal, visit_id: int | None, person_id: int | None, given_by: int | None
) -> Done:
    """Record what was given, to 0.001 mg and no less. Never refused for lack of balance, an unknown draw or a missing count: what
    the draw cannot have held stands on a line of its own, marked unreconciled (`queries.unreconciled`)."""
    check_has(act.by.roles, HANDLES_MEDICINE, "record a dose")
    mg = rules.recorded_mg(mg)
    source = known_draw(act.by, draw_id)
    act.about("draw", draw_id or 0, person_id=person_id)
    left = left_in_draw_mg(source.pk) if source else Decimal(0)
    covered = min(mg, left)
    given: dict[str, Any] = {"draw": source, "visit_id": visit_id, "person_id": person_id, "given_by_id": given_by}
    lot_id = source.lot_id if source else None
    line = None
    for part, account in ((covered, Account.DRAWN), (mg - covered, Account.UNCOVERED)):
        if part:
            ml = rules.ml_of(part, source.final_mg_per_ml) if source else None
            missing = account is Account.UNCOVERED
            moved = move(
                act, LineKind.GIVE, account, Account.GIVEN, part, ml=ml, lot_id=lot_id, unreconciled=missing, **given
            )
            line = line or moved
    if covered == mg:
        return act.done(line, f"{plain(mg)} mg are recorded as given.")
    act.tell("ledger.unreconciled", about="visit", about_id=visit_id, row_id=line.pk if line else None)
    return act.done(
        line,
        f"{plain(mg)} mg are recorded as given. The book had only {plain(left)} mg in this draw: "
        f"{plain(mg - covered)} mg are unreconciled. Open an incident and find the draw that is missing.",
    )


@act("wasted medicine")
def waste(act: Act, *, draw_id: int, mg: Decimal, method: str, witness_username: str, witness_password: str) -> Done:
    """Throw away what is left in a syringe or bag, before the eyes of a second person who neither drew nor gave it
    and signs with their own password (CSR-009)."""
    rules.check_words(method, "how it was made unusable", field="method")
    told = (witness_username, witness_password)
    return _throw_away(act, LineKind.WASTE, Account.WASTED, draw_id, mg, told, method, "wasted")


@act("lost residue in the line")
def residue_loss(act: Act, *, draw_id: int, mg: Decimal, witness_username: str, witness_password: str) -> Done:
    """What stayed in tubing and cannot be recovered. Witnessed like waste, or it would be the way around it."""
    told = (witness_username, witness_password)
    return _throw_away(act, LineKind.RESIDUE_LOSS, Account.RESIDUE, draw_id, mg, told, "", "lost in the line")


def _throw_away(
    act: Act, kind: LineKind, target: Account, draw_id: int, mg: Decimal, told: tuple[str, str], manner: str, word: str
) -> Done:
    check_has(act.by.roles, HANDLES_MEDICINE, "waste medicine")
    rules.check_amount(mg)
    source = draw_of(act.by, draw_id)
    act.about("draw", source.pk, person_id=source.person_id)
    second = witness(act.by, *told)
    rules.check_other_than(second.id, people_at(source) | {act.by.staff_id})
    line = _out_of(act, kind, source, target, mg, witness_id=second.id, manner=manner)
    sign(act, line, meaning="I saw this medicine go", by_id=second.id)
    return act.done(line, f"{plain(mg)} mg are {word}, witnessed by {second.name}.")


@act("returned a draw to stock")
def return_to_stock(act: Act, *, draw_id: int, mg: Decimal, reason: str) -> Done:
    """Put undiluted, untouched medicine back. What was diluted cannot go back into a vial."""
    check_has(act.by.roles, HANDLES_MEDICINE, "return medicine to stock")
    rules.check_amount(mg)
    rules.check_words(reason, "why it goes back", field="reason")
    source = draw_of(act.by, draw_id)
    act.about("draw", source.pk, person_id=source.person_id)
    rules.check_can_return(source.diluent)
    line = _out_of(act, LineKind.RETURN, source, Account.STOCK, mg, reason=reason)
    return act.done(line, f"{plain(mg)} mg are back in stock.")


def _out_of(act: Act, kind: LineKind, source: Draw, target: Account, mg: Decimal, **details: Any) -> LedgerLine:
    rules.check_covers(left_in_draw_mg(source.pk), mg, "left in this draw")
    return move(
        act,
        kind,
        Account.DRAWN,
        target,
        mg,
        ml=rules.ml_of(mg, source.final_mg_per_ml),
        lot_id=source.lot_id,
        draw=source,
        visit_id=source.visit_id,
        person_id=source.person_id,
        **details,
    )
