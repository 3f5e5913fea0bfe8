"""How lines are summed, locked and written. For this room's own actions and queries only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, DecimalField, ExpressionWrapper, F, Q, QuerySet, Sum
from django.db.models.functions import Cast, Round

from fenestra.care.inventory import rules
from fenestra.care.inventory.models import Count, Draw, LedgerLine, Lot
from fenestra.care.inventory.rules import Account, DrawFacts, LineKind, LotFacts
from fenestra.ground.book import clock
from fenestra.ground.book.act import Act
from fenestra.ground.book.scope import Scope

# SQLite keeps decimals as floating point, so sums are taken over whole micrograms, which it adds exactly.
MICROGRAMS = Sum(
    Cast(Round(ExpressionWrapper(F("mg") * 1000, output_field=DecimalField())), BigIntegerField()), default=0
)

NET_OF: dict[LineKind, str] = {
    LineKind.DRAW: "drawn_mg",
    LineKind.GIVE: "given_mg",
    LineKind.WASTE: "wasted_mg",
    LineKind.RETURN: "returned_mg",
    LineKind.RESIDUE_LOSS: "residue_mg",
}


def lot_of(scope: Scope, lot_id: int) -> Lot:
    """The lot, locked until the act ends: whoever moves its milligrams waits here. SQLite's act is alone already."""
    rows = Lot.objects.select_for_update(of=("self",)).select_related("product")
    row = rows.filter(clinic_id=scope.clinic_id, pk=lot_id).first()
    if row is None:
        raise rules.NoSuchRow("There is no such lot in this clinic. Receive it first, from its invoice.")
    return row


def known_draw(scope: Scope, draw_id: int | None) -> Draw | None:
    """The draw with its lot locked, or None when this clinic has no such draw."""
    row = Draw.objects.filter(clinic_id=scope.clinic_id, pk=draw_id or 0).first()
    if row is not None:
        lot_of(scope, row.lot_id)
    return row


def draw_of(scope: Scope, draw_id: int) -> Draw:
    """The draw with its lot locked, or a refusal."""
    row = known_draw(scope, draw_id)
    if row is None:
        raise rules.NoSuchRow("There is no such draw in this clinic. Look at the draws of the visit.")
    return row


def _total(lines: QuerySet[LedgerLine]) -> Decimal:
    return Decimal(lines.aggregate(micrograms=MICROGRAMS)["micrograms"]).scaleb(-3)


def balance_mg(lines: QuerySet[LedgerLine], account: Account) -> Decimal:
    """What these lines brought into an account less what they took out."""
    return _total(lines.filter(target=account)) - _total(lines.filter(source=account))


def net_by(name: str, lines: QuerySet[LedgerLine], account: Account) -> dict[int, Decimal]:
    """The balance of an account for each lot or draw at once, by its id."""
    net: dict[int, Decimal] = {}
    touching = lines.filter(Q(source=account) | Q(target=account)).order_by()
    for owner, target, micrograms in touching.values_list(name, "target").annotate(micrograms=MICROGRAMS):
        mg = Decimal(micrograms).scaleb(-3)
        net[owner] = net.get(owner, Decimal(0)) + (mg if target == account else -mg)
    return net


def stock_mg(lot_id: int) -> Decimal:
    """Milligrams of a lot in the safe, by the book."""
    return balance_mg(LedgerLine.objects.filter(lot_id=lot_id), Account.STOCK)


def left_in_draw_mg(draw_id: int) -> Decimal:
    """Milligrams still in a prepared dose, by the book."""
    return balance_mg(LedgerLine.objects.filter(draw_id=draw_id), Account.DRAWN)


def draw_facts(lines: Iterable[LedgerLine]) -> DrawFacts:
    """What became of one draw. A reversal takes its milligrams off the kind of the line it reverses."""
    net: dict[str, Decimal] = {}
    for line in lines:
        wrong = line.reverses
        kind, sign = (LineKind(wrong.kind), -1) if wrong else (LineKind(line.kind), 1)
        name = NET_OF[kind]
        net[name] = net.get(name, Decimal(0)) + sign * line.mg
        if line.unreconciled:
            net["uncovered_mg"] = net.get("uncovered_mg", Decimal(0)) + sign * line.mg
    return DrawFacts(**net)


def lines_of_draw(draw_id: int) -> QuerySet[LedgerLine]:
    """Every line of a draw, with the line it reverses, oldest first."""
    return LedgerLine.objects.filter(draw_id=draw_id).select_related("reverses").order_by("pk")


def people_at(draw: Draw) -> set[int | None]:
    """Who prepared a dose and who gave from it: none of them may witness its waste."""
    gave = LedgerLine.objects.filter(draw=draw, kind=LineKind.GIVE).values_list("by_id", "given_by_id")
    return {draw.prepared_by_id} | {human for pair in gave for human in pair}


def lot_facts(lot: Lot, scope: Scope, at: datetime) -> LotFacts:
    """A lot as a draw meets it now."""
    counted = Count.objects.filter(lot=lot, clinic_day=scope.day_of(at)).exists()
    return LotFacts(lot.number, lot.expires_on, lot.product.strength_mg_per_ml, stock_mg(lot.pk), counted)


def uncovered() -> QuerySet[LedgerLine]:
    """Lines of doses the book did not have, not reversed since."""
    reversed_ids = LedgerLine.objects.filter(reverses__unreconciled=True).values("reverses_id")
    rows = LedgerLine.objects.filter(Q(unreconciled=True, reverses=None))
    return rows.exclude(pk__in=reversed_ids).order_by("pk")


def move(
    act: Act,
    kind: LineKind,
    source: Account,
    target: Account,
    mg: Decimal,
    *,
    lot_id: int | None,
    event_date: date | None = None,
    **details: Any,
) -> LedgerLine:
    """Write one line, and let live pages know. The caller has locked the lot and asked the balance."""
    line = act.add(
        LedgerLine(
            clinic_id=act.by.clinic_id,
            kind=kind.value,
            source=source.value,
            target=target.value,
            mg=mg,
            lot_id=lot_id,
            event_date=event_date or act.by.day_of(act.at),
            at=act.at,
            written_at=clock.now(),
            by_id=act.by.staff_id,
            **details,
        )
    )
    act.tell("ledger.changed", about="lot", about_id=lot_id, row_id=line.pk)
    return line
