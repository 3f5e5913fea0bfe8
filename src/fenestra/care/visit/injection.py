"""Verbs of an injection, which has no pause and no stop: given, then treat, then recover."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from fenestra.care.visit import course, lists, rules
from fenestra.care.visit.lists import Phase
from fenestra.care.visit.marks import check_start, draw_id_of, hundredths, ledger_line, mark
from fenestra.care.visit.rows import NAMES_SOMEBODY, keep_answers, step, visit_of
from fenestra.care.visit.rules import Mark, Route, VisitState
from fenestra.ground.book.act import Act, Done, act
from fenestra.ground.clinic.rules import AT_THE_CHAIR, check_has
from fenestra.science.quantities import plain


@act("gave an injection")
def give_injection(act: Act, *, visit_id: int, time_out: Mapping[str, str], version: int) -> Done:
    """The whole im dose at one moment, after a complete time-out, with its ledger line."""
    check_has(act.by.roles, AT_THE_CHAIR, "give an injection")
    row, value = visit_of(act, visit_id)
    if value.route is not Route.IM:
        raise rules.WrongState("This visit is for an infusion. Start the pump instead.")
    check_start(act, value, time_out)
    act.change(row, seen=version)
    keep_answers(act, row, Phase.TIME_OUT, lists.of_lines(lists.TIME_OUT, time_out), NAMES_SOMEBODY)
    assert value.order is not None
    beyond = tuple(ledger_line(act, row, value, value.order.dose_mg))
    made = mark(act, row, value, Mark.GIVEN, given=value.order.dose_mg, draw_id=draw_id_of(value), beyond=beyond)
    return act.done(made, f"{plain(value.order.dose_mg)} mg given.")


@act("recorded a dose that had been given", happened=True)
def record_given(act: Act, *, visit_id: int, given_mg: Decimal, reason: str) -> Done:
    """A dose that went in without its order or list, beside whatever a pump gives. Never refused: kept, marked, in the
    ledger, an incident."""
    check_has(act.by.roles, AT_THE_CHAIR, "record a dose")
    row, value = visit_of(act, visit_id)
    given_mg = hundredths(given_mg)
    beyond = [
        f"A dose of {plain(given_mg)} mg was recorded from the state '{value.state.value}'.",
        *course.unreviewed(act, value),
        *ledger_line(act, row, value, given_mg),
    ]
    made = mark(
        act, row, value, Mark.GIVEN, given=given_mg, draw_id=draw_id_of(value), reason=reason, beyond=tuple(beyond)
    )
    return act.done(made, "Kept, marked, and an incident is open.")


@act("treated after an injection", happened=True)
def treat(act: Act, *, visit_id: int, reason: str) -> Done:
    """Something after an injection is being treated."""
    check_has(act.by.roles, AT_THE_CHAIR, "record a treatment")
    row, value = visit_of(act, visit_id)
    rules.check_step(value.route, value.state, VisitState.TREATING)
    return act.done(step(act, row, VisitState.TREATING, reason=reason), "Kept.")


@act("saw a person recover")
def recover(act: Act, *, visit_id: int) -> Done:
    """The effect of an injection wears off and nothing is being treated."""
    check_has(act.by.roles, AT_THE_CHAIR, "record recovery")
    row, value = visit_of(act, visit_id)
    rules.check_step(value.route, value.state, VisitState.RECOVERING)
    return act.done(step(act, row, VisitState.RECOVERING), "Recovering.")
