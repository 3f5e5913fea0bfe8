"""Verbs on stock: receive, count, destroy, transfer, adjust, reverse."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from fenestra.care.inventory import product as products
from fenestra.care.inventory import rules
from fenestra.care.inventory.ledger import left_in_draw_mg, lot_of, move, stock_mg
from fenestra.care.inventory.models import Count, Delivery, LedgerLine, Lot, Product
from fenestra.care.inventory.product import Drug
from fenestra.care.inventory.rules import ML_STEP, Account, LineKind
from fenestra.ground.book.act import Act, Done, act
from fenestra.ground.clinic.rules import HANDLES_MEDICINE, KEEPS_THE_BOOK, check_has
from fenestra.ground.clinic.signatures import sign
from fenestra.ground.clinic.witness import check_own_password, witness
from fenestra.science.errors import BadInput, Refused
from fenestra.science.quantities import plain


@act("added a product")
def add_product(
    act: Act,
    *,
    name: str,
    form: str,
    strength_mg_per_ml: Decimal,
    container_ml: Decimal,
    drug: str = Drug.RACEMATE.value,
    schedule: str = "III",
    strength_again: Decimal | None = None,
) -> Done:
    """A preparation this clinic buys, as its vial is labelled. `strength_again`: an unusual strength, read twice."""
    check_has(act.by.roles, KEEPS_THE_BOOK, "add a product")
    rules.check_words(name, "the name on the vial", field="name")
    rules.check_words(form, "the form, for example vial for injection", field="form")
    rules.check_amount(strength_mg_per_ml, field="strength_mg_per_ml", unit="mg/mL")
    rules.check_amount(container_ml, field="container_ml", step=ML_STEP, unit="mL")
    products.check_drug(drug)
    products.check_new_name(name, Product.objects.filter(clinic_id=act.by.clinic_id).values_list("name", flat=True))
    products.check_strength(strength_mg_per_ml, drug=drug, again=strength_again)
    product = act.add(
        Product(
            clinic_id=act.by.clinic_id,
            name=name,
            form=form,
            drug=drug,
            schedule=schedule,
            strength_mg_per_ml=strength_mg_per_ml,
            container_ml=container_ml,
        )
    )
    act.about("product", product.pk)
    return act.done(product, f"{name} can be received now.")


@act("received medicine")
def receive(
    act: Act,
    *,
    product_id: int,
    lot_number: str,
    expires_on: date,
    containers: int,
    supplier_name: str,
    supplier_address: str,
    registration_number: str,
    invoice: str,
    event_date: date,
) -> Done:
    """Take containers into the safe from a supplier, with what the law asks of a receipt (CSR-003, CSR-010). Answers
    with the id of the lot."""
    check_has(act.by.roles, HANDLES_MEDICINE, "receive medicine")
    product = Product.objects.filter(clinic_id=act.by.clinic_id, pk=product_id).first()
    if product is None:
        raise rules.NoSuchRow("There is no such product in this clinic. Add it first.")
    rules.check_words(lot_number, "the lot number on the label", field="lot_number")
    rules.check_words(invoice, "the number of the invoice", field="invoice")
    rules.check_event_date(event_date, today=act.by.day_of(act.at))
    lot = _lot(act, product, lot_number, expires_on)
    act.about("lot", lot.pk)
    ml = containers * product.container_ml
    mg = ml * product.strength_mg_per_ml
    rules.check_amount(mg, field="containers")
    line = move(act, LineKind.RECEIVE, Account.SUPPLIER, Account.STOCK, mg, ml=ml, lot_id=lot.pk, event_date=event_date)
    _delivery(act, line, supplier_name, supplier_address, registration_number, containers, invoice)
    return act.done(lot, f"{containers} containers of lot {lot_number} are in stock: {plain(mg)} mg.")


def _lot(act: Act, product: Product, number: str, expires_on: date) -> Lot:
    there = Lot.objects.filter(product=product, number=number).first()
    if there is None:
        return act.add(Lot(clinic_id=act.by.clinic_id, product=product, number=number, expires_on=expires_on))
    if there.expires_on != expires_on:
        raise BadInput(
            f"Lot {number} is in the book with the date {there.expires_on.isoformat()}. Read its label once more.",
            field="expires_on",
        )
    return lot_of(act.by, there.pk)


def _delivery(
    act: Act, line: LedgerLine, name: str, address: str, registration_number: str, containers: int, invoice: str = ""
) -> None:
    rules.check_words(name, "the name of the other registrant", field="name")
    rules.check_words(address, "the address of the other registrant", field="address")
    rules.check_words(registration_number, "the registration number of the other registrant", field="registration")
    act.add(
        Delivery(
            line=line,
            party_name=name,
            party_address=address,
            registration_number=registration_number,
            containers=containers,
            invoice=invoice,
        )
    )


@act("counted a lot blind")
def blind_count(act: Act, *, lot_id: int, containers: int, opened_ml: Decimal) -> Done:
    """What is in the safe, counted before the book shows its balance: full containers, and millilitres in opened
    ones. The answer says what the book has."""
    check_has(act.by.roles, HANDLES_MEDICINE, "count stock")
    if act.by.staff_id is None:
        raise Refused("Stock is counted by a human. Sign in, then count.")
    if containers < 0 or not opened_ml.is_finite() or opened_ml < 0:
        raise BadInput(
            "Write how many full containers there are, and the millilitres in opened ones.", field="containers"
        )
    if opened_ml:
        rules.check_amount(opened_ml, field="opened_ml", step=ML_STEP, unit="mL")
    lot = lot_of(act.by, lot_id)
    act.about("lot", lot.pk)
    counted_mg = (containers * lot.product.container_ml + opened_ml) * lot.product.strength_mg_per_ml
    book_mg = stock_mg(lot.pk)
    last = LedgerLine.objects.filter(lot=lot).order_by("-pk").values_list("pk", flat=True).first()
    count = act.add(
        Count(
            clinic_id=act.by.clinic_id,
            lot=lot,
            containers=containers,
            opened_ml=opened_ml,
            counted_mg=rules.rounded_mg(counted_mg),
            last_line_id=last or 0,
            clinic_day=act.by.day_of(act.at),
            at=act.at,
            by_id=act.by.staff_id,
        )
    )
    act.tell("ledger.counted", about="lot", about_id=lot.pk, row_id=count.pk)
    return act.done(count, rules.count_in_words(lot.number, rules.rounded_mg(counted_mg), book_mg))


@act("gained overfill")
def overfill_gain(act: Act, *, lot_id: int, mg: Decimal, reason: str) -> Done:
    """Vials held more than their label says; the surplus is stock from now on."""
    check_has(act.by.roles, HANDLES_MEDICINE, "record overfill")
    rules.check_amount(mg)
    rules.check_words(reason, "how the surplus was found", field="reason")
    line = _stock_line(act, LineKind.OVERFILL_GAIN, Account.OVERFILL, Account.STOCK, lot_id, mg, reason=reason)
    return act.done(line, f"{plain(mg)} mg of overfill are in stock.")


@act("destroyed stock")
def destroy(
    act: Act,
    *,
    lot_id: int,
    mg: Decimal,
    manner: str,
    event_date: date,
    witness_username: str,
    witness_password: str,
    second_witness_username: str,
    second_witness_password: str,
) -> Done:
    """Destroy stock before two employees who each sign (CSR-008). The paper form stays with the clinic."""
    check_has(act.by.roles, HANDLES_MEDICINE, "destroy stock")
    rules.check_amount(mg)
    rules.check_words(manner, "how it was destroyed", field="manner")
    rules.check_event_date(event_date, today=act.by.day_of(act.at))
    first = witness(act.by, witness_username, witness_password)
    second = witness(act.by, second_witness_username, second_witness_password, field="second_witness")
    rules.check_other_than(second.id, {first.id, act.by.staff_id})
    line = _stock_line(
        act,
        LineKind.DESTROY,
        Account.STOCK,
        Account.DESTROYED,
        lot_id,
        mg,
        manner=manner,
        event_date=event_date,
        witness_id=first.id,
        second_witness_id=second.id,
    )
    for each in (first, second):
        sign(act, line, meaning="I saw this stock being destroyed", by_id=each.id)
    return act.done(line, f"{plain(mg)} mg are destroyed, witnessed by {first.name} and {second.name}.")


@act("transferred stock")
def transfer(
    act: Act,
    *,
    lot_id: int,
    containers: int,
    recipient_name: str,
    recipient_address: str,
    registration_number: str,
    invoice: str,
    event_date: date,
) -> Done:
    """Hand full containers to another registrant."""
    check_has(act.by.roles, KEEPS_THE_BOOK, "transfer stock")
    rules.check_event_date(event_date, today=act.by.day_of(act.at))
    lot = lot_of(act.by, lot_id)
    mg = containers * lot.product.container_ml * lot.product.strength_mg_per_ml
    rules.check_amount(mg, field="containers")
    line = _stock_line(act, LineKind.TRANSFER, Account.STOCK, Account.TRANSFERRED, lot_id, mg, event_date=event_date)
    _delivery(act, line, recipient_name, recipient_address, registration_number, containers, invoice)
    return act.done(line, f"{containers} containers, {plain(mg)} mg, went to {recipient_name}.")


@act("adjusted the book")
def adjust(act: Act, *, lot_id: int, change_mg: Decimal, reason: str, password: str, proof: str = "") -> Done:
    """Bring the book to what is really there: plus for found, minus for missing. A pharmacist or the medical director
    signs by proving who they are (CSR-012)."""
    check_has(act.by.roles, KEEPS_THE_BOOK, "adjust the book")
    rules.check_words(reason, "why the book was wrong", field="reason")
    mg = abs(change_mg)
    rules.check_amount(mg, field="change_mg")
    check_own_password(act.by, password, proof)
    found = (Account.VARIANCE, Account.STOCK)
    source, target = found if change_mg > 0 else found[::-1]
    line = _stock_line(act, LineKind.ADJUST, source, target, lot_id, mg, reason=reason)
    sign(act, line, meaning="The book is brought to what is there")
    return act.done(line, f"The book is {plain(mg)} mg {'higher' if change_mg > 0 else 'lower'} now.")


def _stock_line(
    act: Act,
    kind: LineKind,
    source: Account,
    target: Account,
    lot_id: int,
    mg: Decimal,
    *,
    event_date: date | None = None,
    manner: str = "",
    reason: str = "",
    witness_id: int | None = None,
    second_witness_id: int | None = None,
) -> LedgerLine:
    lot = lot_of(act.by, lot_id)
    act.about("lot", lot.pk, reason=reason)
    if source is Account.STOCK:
        rules.check_covers(stock_mg(lot.pk), mg, f"of lot {lot.number} in stock")
    return move(
        act,
        kind,
        source,
        target,
        mg,
        ml=rules.ml_of(mg, lot.product.strength_mg_per_ml),
        lot_id=lot.pk,
        event_date=event_date,
        manner=manner,
        reason=reason,
        witness_id=witness_id,
        second_witness_id=second_witness_id,
    )


@act("reversed a ledger line")
def reverse(act: Act, *, line_id: int, reason: str) -> Done:
    """Take a wrong line back by the opposite one, which points to it. Both stay in the book."""
    check_has(act.by.roles, HANDLES_MEDICINE, "reverse a line")
    rules.check_words(reason, "what was wrong with the line", field="reason")
    wrong = LedgerLine.objects.filter(clinic_id=act.by.clinic_id, pk=line_id).first()
    if wrong is None:
        raise rules.NoSuchRow("There is no such line in this clinic's ledger.")
    if wrong.lot_id:
        lot_of(act.by, wrong.lot_id)
    act.about("ledger line", wrong.pk, person_id=wrong.person_id, reason=reason)
    rules.check_can_reverse(LineKind(wrong.kind), already=LedgerLine.objects.filter(reverses=wrong).exists())
    _check_still_there(wrong)
    line = move(
        act,
        LineKind.REVERSE,
        Account(wrong.target),
        Account(wrong.source),
        wrong.mg,
        ml=wrong.ml,
        lot_id=wrong.lot_id,
        draw_id=wrong.draw_id,
        visit_id=wrong.visit_id,
        person_id=wrong.person_id,
        reason=reason,
        unreconciled=wrong.unreconciled,
        reverses=wrong,
    )
    return act.done(line, f"The line of {plain(wrong.mg)} mg is reversed. Write the right one now.")


def _check_still_there(wrong: LedgerLine) -> None:
    """A reversal too may not take more out of an account of the house than it holds."""
    if wrong.target == Account.STOCK and wrong.lot_id:
        rules.check_covers(stock_mg(wrong.lot_id), wrong.mg, "of this lot in stock")
    if wrong.target == Account.DRAWN and wrong.draw_id:
        rules.check_covers(left_in_draw_mg(wrong.draw_id), wrong.mg, "left in this draw")
