"""The ledger in words: amounts exact, names instead of numbers. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from fenestra.care.inventory.rules import LineKind
from fenestra.care.inventory.values import CountValue, LineValue, LotValue
from fenestra.faces.web.days import clock_time
from fenestra.science.quantities import plain

KIND_WORDS = {
    LineKind.RECEIVE: "received",
    LineKind.DRAW: "drawn up",
    LineKind.GIVE: "given",
    LineKind.WASTE: "wasted",
    LineKind.OVERFILL_GAIN: "overfill gained",
    LineKind.RESIDUE_LOSS: "left in the line",
    LineKind.RETURN: "returned",
    LineKind.DESTROY: "destroyed",
    LineKind.TRANSFER: "transferred",
    LineKind.ADJUST: "book adjusted",
    LineKind.REVERSE: "line reversed",
}


@dataclass(frozen=True)
class LotWords:
    """A lot; its balance is empty while it must stay hidden."""

    id: int
    product: str
    number: str
    expires_on: date
    expired: bool
    counted_today: bool
    balance: str


@dataclass(frozen=True)
class LineWords:
    when: str
    day: date
    what: str
    amount: str
    lot: str
    visit_id: int | None
    by: str
    witness: str
    note: str
    reversible_id: int | None


@dataclass(frozen=True)
class CountWords:
    when: str
    lot: str
    counted: str
    book: str
    differs: str
    by: str


def lot(value: LotValue, *, shown: bool) -> LotWords:
    balance = f"{plain(value.on_hand_mg)} mg in {plain(value.on_hand_ml)} mL" if shown else ""
    return LotWords(
        value.id, value.product, value.number, value.expires_on, value.expired, value.counted_today, balance
    )


def story(lots: Sequence[LotValue], uncovered: Sequence[LineValue], *, counts_here: bool, known: bool = True) -> str:
    """One sentence on how the safe stands."""
    if not known:
        return "No product is known yet. It is added first, then its first lot is received."
    if not lots:
        return "The safe is empty by the book. Receive a lot to begin."
    open_lots = sum(not each.counted_today for each in lots)
    many = "1 lot is" if len(lots) == 1 else f"{len(lots)} lots are"
    counted = "all counted today" if not open_lots else f"{open_lots} not counted today"
    tail = " The balance of a lot shows once it is counted." if open_lots and counts_here else ""
    owed = f" {len(uncovered)} given without cover in the book." if uncovered else ""
    return f"{many} in stock, {counted}.{tail}{owed}"


def can_be_reversed(line: LineValue) -> bool:
    """Whether a line is one of the safe alone, and no reversal; whether it was reversed before, the act knows."""
    return (
        line.draw_id is None and line.visit_id is None and not line.unreconciled and line.kind is not LineKind.REVERSE
    )


def staff_in(*groups: Sequence[LineValue] | Sequence[CountValue]) -> set[int]:
    """Everybody named by these lines and counts."""
    found: set[int | None] = set()
    for group in groups:
        for each in group:
            found.add(each.by_id)
            if isinstance(each, LineValue):
                found |= {each.given_by_id, *each.witness_ids}
    return {one for one in found if one is not None}


def lines(
    found: Sequence[LineValue], names: Mapping[int, str], *, zone: str, hide_lots: set[int] | None = None
) -> list[LineWords]:
    """Newest first by the time it happened; of one moment, the last written first. What was received of a lot still to
    be counted blind stands without its amount."""
    shown = [*reversed(found)]
    shown.sort(key=lambda each: each.at, reverse=True)  # keeps the last written first among those of one moment
    return [_line(each, names, zone, hide_lots or set()) for each in shown]


def _line(each: LineValue, names: Mapping[int, str], zone: str, hide_lots: set[int]) -> LineWords:
    hidden = each.lot_id in hide_lots and each.kind is LineKind.RECEIVE
    volume = f" ({plain(each.ml)} mL)" if each.ml is not None else ""
    return LineWords(
        when=clock_time(each.at, zone),
        day=each.event_date,
        what=KIND_WORDS[each.kind],
        amount="shown once counted" if hidden else f"{plain(each.mg)} mg{volume}",
        lot=each.lot_number,
        visit_id=each.visit_id,
        by=names.get(each.given_by_id or each.by_id or 0, ""),
        witness=", ".join(names.get(one, "") for one in each.witness_ids),
        note=" · ".join(word for word in (each.manner, each.reason) if word),
        reversible_id=each.id if can_be_reversed(each) and not hidden else None,
    )


def counts(
    found: Sequence[CountValue], lots: Mapping[int, LotValue], names: Mapping[int, str], zone: str, shown: set[int]
) -> list[CountWords]:
    """Counts of a day beside the book as it stood then; of lots that are hidden still, none."""
    return [
        CountWords(
            when=clock_time(each.at, zone),
            lot=lots[each.lot_id].number if each.lot_id in lots else "",
            counted=f"{plain(each.counted_mg)} mg",
            book=f"{plain(each.book_mg)} mg",
            differs=f"{'+' if each.variance_mg > 0 else '−'}{plain(abs(each.variance_mg))} mg"
            if each.variance_mg
            else "",
            by=names.get(each.by_id, ""),
        )
        for each in found
        if each.lot_id in shown or each.lot_id not in lots
    ]
