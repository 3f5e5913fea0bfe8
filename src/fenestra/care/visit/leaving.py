"""What stands against letting a person go home: pressure, the list, a syringe that does not balance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from fenestra.care.inventory import queries as stock
from fenestra.care.inventory.rules import check_reconciled
from fenestra.care.visit import lists, rules
from fenestra.care.visit.rules import Measure
from fenestra.care.visit.timing import earliest_leave_at
from fenestra.care.visit.values import ReadingValue, VisitValue
from fenestra.care.visit.watch import clock_words, reading_of
from fenestra.ground.book.scope import OPEN, Scope
from fenestra.ground.clinic.presets import adoption_of
from fenestra.ground.clinic.rules import PRESCRIBERS
from fenestra.science.errors import Refused
from fenestra.science.protocols.leaving import shipped_leaving_rule, vitals_against_leaving
from fenestra.science.protocols.requirements import requirement
from fenestra.science.quantities import plain


def pressure_against_leaving(scope: Scope, value: VisitValue) -> str:
    """A sentence when the last pressure speaks against leaving (DIS-002, where it is adopted); empty when it does not."""
    rule = shipped_leaving_rule()
    if not adoption_of(scope).standing(requirement("DIS-002")).in_force:
        return ""
    now, first = _pressure(value.latest), _pressure(value.baseline)
    if vitals_against_leaving(rule, reading_of(now), reading_of(first)) is not False:
        return ""
    shown = "/".join(plain(each) for each in now.values())
    before = "/".join(plain(each) for each in first.values())
    return (
        f"The last pressure is {shown}, the first was {before}: outside what the discharge rule allows (DIS-002). "
        "Measure again, or let a prescriber discharge."
    )


def discharge_facts(
    scope: Scope, value: VisitValue, answers: Mapping[str, str], *, at: datetime
) -> rules.DischargeFacts:
    """What a discharge is judged by, gathered."""
    earliest = earliest_leave_at(value)
    return rules.DischargeFacts(
        route=value.route,
        state=value.state,
        at=at,
        earliest=earliest,
        earliest_words=clock_words(scope, earliest) if earliest else "",
        open_items=lists.open_items(lists.discharge_lines(), answers),
        pressure_words="" if scope.has(*PRESCRIBERS) else pressure_against_leaving(scope, value),
        unreconciled_words=unreconciled(scope, value),
        alarms_open=len(value.open_alarms()),
    )


def unreconciled(scope: Scope, value: VisitValue, draws: Sequence[stock.DrawValue] | None = None) -> str:
    """A sentence when given, wasted and returned do not make up what was drawn (DOS-006)."""
    tolerance = requirement("DOS-006").number("tolerance_mg")
    for draw in stock.draws_of_visit(scope, OPEN, value.id) if draws is None else draws:
        try:
            check_reconciled(draw.facts, tolerance)
        except Refused as refused:
            return str(refused)
    if missing := stock.unreconciled(scope, OPEN, visit_id=value.id):
        mg = sum((line.mg for line in missing), Decimal(0))
        return f"{plain(mg)} mg were given that the book has in no syringe. Find the draw that is missing, then reverse and record it."
    return ""


def _pressure(of: Callable[[Measure], ReadingValue | None]) -> dict[Measure, Decimal]:
    found = {measure: of(measure) for measure in (Measure.SYSTOLIC, Measure.DIASTOLIC)}
    return {measure: seen.value for measure, seen in found.items() if seen is not None}
