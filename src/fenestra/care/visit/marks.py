"""What a start, a change and an end of a dose write: the mark, its ledger line, what stands against it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from fenestra.care.inventory import actions as ledger
from fenestra.care.inventory import queries as stock
from fenestra.care.visit import chart, course, lists, rules, watch
from fenestra.care.visit.models import DoseMark, Visit
from fenestra.care.visit.rows import changed, incident, of_visit, step
from fenestra.care.visit.rules import Mark, VisitState, state_after
from fenestra.care.visit.values import VisitValue
from fenestra.ground.book import vault
from fenestra.ground.book.act import Act
from fenestra.ground.book.scope import OPEN
from fenestra.science.quantities import plain


def mark(
    act: Act,
    row: Visit,
    value: VisitValue,
    kind: Mark,
    *,
    mg_per_min: Decimal | None = None,
    given: Decimal | None = None,
    draw_id: int | None = None,
    reason: str = "",
    beyond: tuple[str, ...] = (),
) -> DoseMark:
    """One change in what flows, and the state it leads to, if any. `value` is the visit before it."""
    made = act.add(
        DoseMark(
            **of_visit(act, row),
            kind=kind.value,
            mg_per_min=mg_per_min,
            given_mg=given,
            draw_id=draw_id,
            reason=vault.lock(row.person_id, reason),
            beyond=list(beyond),
        )
    )
    for text in beyond:
        incident(act, row, "the record goes beyond a rule", text)
    then = state_after(value.route, value.state, kind, given=bool(given) or value.started_at is not None)
    if then is value.state:
        changed(act, row, made)
    else:
        step(act, row, then, reason=reason)
    return made


def check_start(act: Act, value: VisitValue, time_out: Mapping[str, str]) -> None:
    course.check_goes_on(act, value)
    begun = next((s for s in value.steps if s.state in (VisitState.INFUSING, VisitState.GIVEN)), None)
    rules.check_can_start(
        rules.StartFacts(
            route=value.route,
            state=value.state,
            started_by=watch.name_of(act.by, begun.by_id) if begun else "",
            started_at_words=watch.clock_words(act.by, value.started_at) if value.started_at else "",
            open_timeout_items=lists.open_items(lists.TIME_OUT, time_out),
            open_findings=tuple(f.text for f in watch.open_findings(act.by, value)),
            syringe_holds_mg=stock.draw_value(act.by, OPEN, value.syringe.draw_id).left_mg if value.syringe else None,
            ordered_mg=value.order.dose_mg if value.order else None,
        )
    )


def draw_id_of(value: VisitValue) -> int | None:
    return value.syringe.draw_id if value.syringe else None


def hundredths(mg: Decimal, *, nothing: bool = False) -> Decimal:
    """An amount as a mark keeps it and the ledger gets it: one figure in both."""
    rules.check_given(mg, nothing=nothing)
    kept = mg.quantize(chart.HUNDREDTH, ROUND_HALF_UP)
    rules.check_given(kept, nothing=nothing)
    return kept


def ledger_line(act: Act, row: Visit, value: VisitValue, mg: Decimal) -> list[str]:
    """The ledger line of what was given, in this transaction. Without a syringe on record it is unreconciled."""
    if mg < 0:
        return [f"The pump reads {plain(-mg)} mg less than the ledger has as given. Reverse the line that is wrong."]
    if mg == 0:
        return []
    before = len(stock.unreconciled(act.by, OPEN, visit_id=row.pk))
    ledger.give(
        by=act.by, at=act.at, draw_id=draw_id_of(value), mg=mg, visit_id=row.pk, person_id=row.person_id,
        given_by=act.by.staff_id,
    )  # fmt: skip
    if len(stock.unreconciled(act.by, OPEN, visit_id=row.pk)) == before:
        return []
    return [f"{plain(mg)} mg were given, and the book does not have them in a syringe of this visit."]
