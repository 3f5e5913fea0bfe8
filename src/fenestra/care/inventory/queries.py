"""What pages read of the controlled-drug ledger, by clinic and behind the mask."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db.models import OuterRef, Q, QuerySet, Subquery

from fenestra.care.inventory import rules
from fenestra.care.inventory.ledger import (
    MICROGRAMS,
    balance_mg,
    draw_facts,
    lines_of_draw,
    net_by,
    uncovered,
)
from fenestra.care.inventory.models import Count, Draw, LedgerLine, Lot, Product
from fenestra.care.inventory.rules import Account, LineKind
from fenestra.care.inventory.values import CountValue, DrawValue, LineValue, LotName, LotValue, ProductValue
from fenestra.ground.book.scope import Mask, Scope


def _check_sees_doses(mask: Mask) -> None:
    if mask.hides("dose"):
        raise rules.DosesHidden("Your role does not see doses, and so not the ledger. Ask a pharmacist or a nurse.")


def products(scope: Scope, mask: Mask) -> list[ProductValue]:
    """What this clinic buys, by name."""
    return [
        ProductValue(p.pk, p.name, p.form, p.drug, p.schedule, p.strength_mg_per_ml, p.container_ml, p.version)
        for p in Product.objects.filter(clinic_id=scope.clinic_id).order_by("name")
    ]


def _lots(scope: Scope) -> QuerySet[Lot]:
    rows = Lot.objects.filter(clinic_id=scope.clinic_id).select_related("product")
    return rows.order_by("expires_on", "number", "pk")


def _counted(scope: Scope, at: datetime) -> set[int]:
    rows = Count.objects.filter(clinic_id=scope.clinic_id, clinic_day=scope.day_of(at))
    return set(rows.values_list("lot_id", flat=True))


def lots_to_count(scope: Scope, mask: Mask, *, at: datetime) -> list[LotName]:
    """Lots that are in stock, without their balance, for the page on which a count is typed."""
    held, counted = on_hand(scope, mask), _counted(scope, at)
    return [
        LotName(row.pk, row.product_id, row.product.name, row.number, row.expires_on, row.pk in counted)
        for row in _lots(scope)
        if held.get(row.pk)
    ]


def lots(scope: Scope, mask: Mask, *, at: datetime, in_stock: bool = False) -> list[LotValue]:
    """Lots with their balance, first to expire first; only those that hold something when `in_stock`."""
    held, counted, today = on_hand(scope, mask), _counted(scope, at), scope.day_of(at)
    return [
        _lot(row, held.get(row.pk, rules.NOTHING), row.pk in counted, today)
        for row in _lots(scope)
        if held.get(row.pk) or not in_stock
    ]


def _lot(row: Lot, mg: Decimal, counted: bool, today: date) -> LotValue:
    strength = row.product.strength_mg_per_ml
    return LotValue(
        row.pk, row.product_id, row.product.name, strength, row.number, row.expires_on, row.expires_on < today,
        counted, mg, rules.ml_of(mg, strength), row.product.drug,
    )  # fmt: skip


def on_hand(scope: Scope, mask: Mask) -> dict[int, Decimal]:
    """Milligrams in stock by lot id, derived from the lines."""
    _check_sees_doses(mask)
    return net_by("lot_id", LedgerLine.objects.filter(clinic_id=scope.clinic_id), Account.STOCK)


def counted_today(scope: Scope, mask: Mask, *, at: datetime, lot_id: int | None = None) -> bool:
    """Whether this lot, or every lot in stock, has been counted on this clinic day."""
    if lot_id:
        return lot_id in _counted(scope, at)
    _check_sees_doses(mask)
    counted = Count.objects.filter(clinic_id=scope.clinic_id, clinic_day=scope.day_of(at)).values("lot_id")
    uncounted = LedgerLine.objects.filter(clinic_id=scope.clinic_id).exclude(lot_id__in=counted)
    return not any(net_by("lot_id", uncounted, Account.STOCK).values())


def counts(scope: Scope, mask: Mask, *, day: date | None = None, lot_id: int | None = None) -> list[CountValue]:
    """Blind counts beside the book as it stood then, newest first."""
    _check_sees_doses(mask)
    rows = Count.objects.filter(clinic_id=scope.clinic_id).order_by("-pk")
    rows = rows.filter(clinic_day=day) if day else rows
    rows = rows.filter(lot_id=lot_id) if lot_id else rows
    found = rows.annotate(brought=_moved_by_then(target=Account.STOCK), taken=_moved_by_then(source=Account.STOCK))
    return [
        CountValue(
            r.pk, r.lot_id, r.containers, r.opened_ml, r.counted_mg, Decimal((r.brought or 0) - (r.taken or 0)).scaleb(-3),
            r.clinic_day, r.at, r.by_id,
        )
        for r in found
    ]  # fmt: skip


def _moved_by_then(**account: Account) -> Subquery:
    """Micrograms of a counted lot that had come into an account, or left it, by the last line before the count."""
    lines = LedgerLine.objects.filter(lot_id=OuterRef("lot_id"), pk__lte=OuterRef("last_line_id"), **account)
    return Subquery(lines.order_by().values("lot_id").annotate(micrograms=MICROGRAMS).values("micrograms"))


def _draws(scope: Scope, mask: Mask) -> QuerySet[Draw]:
    _check_sees_doses(mask)
    rows = Draw.objects.filter(clinic_id=scope.clinic_id).exclude(person_id__in=mask.people)
    return rows.select_related("lot__product").order_by("pk")


def _draw(row: Draw) -> DrawValue:
    return DrawValue(
        row.pk, row.lot_id, row.lot.number, row.lot.product.name, row.visit_id, row.person_id, row.route,
        row.diluent, row.volume_ml, row.final_mg_per_ml, row.prepared_by_id, row.checked_by_id, row.at,
        draw_facts(lines_of_draw(row.pk)),
    )  # fmt: skip


def draw_value(scope: Scope, mask: Mask, draw_id: int) -> DrawValue:
    """One prepared dose with what was given, wasted, returned and is left."""
    row = _draws(scope, mask).filter(pk=draw_id).first()
    if row is None:
        raise rules.NoSuchRow("There is no such draw in this clinic. Look at the draws of the visit.")
    return _draw(row)


def draws_of_visit(scope: Scope, mask: Mask, visit_id: int) -> list[DrawValue]:
    """Every prepared dose of a visit, in the order of drawing."""
    return [_draw(row) for row in _draws(scope, mask).filter(visit_id=visit_id)]


def left_by_visit(scope: Scope, mask: Mask, visit_ids: list[int]) -> dict[int, Decimal]:
    """The most milligrams that any one prepared dose of each visit still holds, for a page about many visits."""
    _check_sees_doses(mask)
    lines = LedgerLine.objects.filter(clinic_id=scope.clinic_id, draw__visit_id__in=visit_ids)
    lines = lines.filter(Q(source=Account.DRAWN) | Q(target=Account.DRAWN)).exclude(draw__person_id__in=mask.people)
    named = lines.order_by().values_list("draw__visit_id", "draw_id", "target").annotate(micrograms=MICROGRAMS)
    held: dict[tuple[int, int], Decimal] = {}
    for visit_id, draw_id, target, micrograms in named:
        mg = Decimal(micrograms).scaleb(-3)
        before = held.get((visit_id, draw_id), rules.NOTHING)
        held[visit_id, draw_id] = before + (mg if target == Account.DRAWN else -mg)
    most: dict[int, Decimal] = {}
    for (visit_id, _), mg in held.items():
        most[visit_id] = max(mg, most.get(visit_id, rules.NOTHING))
    return most


def _line(row: LedgerLine, mask: Mask) -> LineValue:
    masked = row.person_id in mask.people
    witnesses = tuple(each for each in (row.witness_id, row.second_witness_id) if each is not None)
    return LineValue(
        row.pk, LineKind(row.kind), row.lot_id, row.lot.number if row.lot else "", row.draw_id, Account(row.source),
        Account(row.target), row.mg, row.ml, row.event_date, row.at, row.written_at, row.by_id,
        None if masked else row.visit_id, None if masked else row.person_id, row.given_by_id, witnesses,
        row.manner, row.reason, row.unreconciled, row.reverses_id,
    )  # fmt: skip


def lines(scope: Scope, mask: Mask, *, day: date | None = None, lot_id: int | None = None) -> list[LineValue]:
    """The ledger in the order of writing. Of a person the asker may not see, the milligrams stand without a name."""
    _check_sees_doses(mask)
    rows = LedgerLine.objects.filter(clinic_id=scope.clinic_id).select_related("lot").order_by("pk")
    rows = rows.filter(event_date=day) if day else rows
    rows = rows.filter(lot_id=lot_id) if lot_id else rows
    return [_line(row, mask) for row in rows]


def line(scope: Scope, mask: Mask, line_id: int) -> LineValue:
    """One line of this clinic's ledger."""
    _check_sees_doses(mask)
    row = LedgerLine.objects.filter(clinic_id=scope.clinic_id, pk=line_id).select_related("lot").first()
    if row is None:
        raise rules.NoSuchRow("There is no such line in this clinic's ledger. Go back to Medicine and choose one.")
    return _line(row, mask)


def unreconciled(scope: Scope, mask: Mask, *, visit_id: int | None = None) -> list[LineValue]:
    """Doses given that the book did not have and nobody has put right since; each is an incident."""
    _check_sees_doses(mask)
    rows = uncovered().filter(clinic_id=scope.clinic_id).select_related("lot")
    rows = rows.filter(visit_id=visit_id) if visit_id else rows
    return [_line(row, mask) for row in rows]


def balances_ok(scope: Scope, mask: Mask) -> bool:
    """Whether no lot and no draw of this clinic is below zero: true as long as the ledger was only written by acts."""
    mine = LedgerLine.objects.filter(clinic_id=scope.clinic_id)
    drawn = net_by("draw_id", mine, Account.DRAWN)
    return all(mg >= 0 for mg in [*on_hand(scope, mask).values(), *drawn.values()])


def mg_in(scope: Scope, mask: Mask, *, lot_id: int, volume_ml: Decimal) -> Decimal:
    """Milligrams that a volume drawn from this lot holds, by the strength on its label."""
    _check_sees_doses(mask)
    row = _lots(scope).filter(pk=lot_id).first()
    if row is None:
        raise rules.NoSuchRow("There is no such lot in this clinic. Choose one that is in stock.")
    return rules.rounded_mg(volume_ml * row.product.strength_mg_per_ml)


def given_to_person_mg(scope: Scope, mask: Mask, *, person_id: int, since: datetime) -> Decimal:
    """Milligrams this person was given since a moment, reversals taken off."""
    _check_sees_doses(mask)
    mine = LedgerLine.objects.filter(clinic_id=scope.clinic_id, person_id=person_id, at__gte=since)
    return balance_mg(mine, Account.GIVEN)
