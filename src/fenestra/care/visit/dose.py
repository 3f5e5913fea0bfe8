"""Verbs of an infusion: start, change the rate, pause, go on, stop, finish.

The dose, its ledger line and its audit line are one transaction. A start is refused when its rule says no; a start,
a stop or an injection that has already happened is recorded all the same, marked, and an incident.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from fenestra.care.visit import chart, course, lists, ordering, rules
from fenestra.care.visit.lists import Phase
from fenestra.care.visit.marks import check_start, draw_id_of, hundredths, ledger_line, mark
from fenestra.care.visit.rows import NAMES_SOMEBODY, keep_answers, visit_of
from fenestra.care.visit.rules import Mark, VisitState
from fenestra.care.visit.values import VisitValue
from fenestra.ground.book.act import Act, Done, act
from fenestra.ground.clinic.rules import AT_THE_CHAIR, PRESCRIBERS, check_has
from fenestra.science.errors import BadInput, Refused
from fenestra.science.quantities import plain


@act("started an infusion")
def start_infusion(act: Act, *, visit_id: int, time_out: Mapping[str, str], version: int) -> Done:
    """The pump runs from now, after a complete time-out. A second start, or one without it, is refused."""
    check_has(act.by.roles, AT_THE_CHAIR, "start an infusion")
    row, value = visit_of(act, visit_id)
    rules.check_is_infusion(value.route)
    check_start(act, value, time_out)
    act.change(row, seen=version)
    keep_answers(act, row, Phase.TIME_OUT, lists.of_lines(lists.TIME_OUT, time_out), NAMES_SOMEBODY)
    assert value.order is not None and value.order.minutes is not None
    rate = value.order.dose_mg / value.order.minutes
    made = mark(act, row, value, Mark.START, mg_per_min=ordering.flow(rate), draw_id=draw_id_of(value))
    return act.done(made, "The infusion runs.")


@act("recorded a start that had happened", happened=True)
def record_start(act: Act, *, visit_id: int, mg_per_min: Decimal, reason: str) -> Done:
    """The pump is running already, whatever the list said. Kept, marked, and an incident."""
    check_has(act.by.roles, AT_THE_CHAIR, "record a start")
    row, value = visit_of(act, visit_id)
    rules.check_is_infusion(value.route)
    rules.check_rate(mg_per_min, field="mg_per_min", unit="mg a minute")
    beyond = (f"A start was recorded from the state '{value.state.value}'.", *course.unreviewed(act, value))
    made = mark(
        act,
        row,
        value,
        Mark.START,
        mg_per_min=ordering.flow(mg_per_min),
        draw_id=draw_id_of(value),
        reason=reason,
        beyond=beyond,
    )
    return act.done(made, "Kept, marked, and an incident is open.")


@act("changed the rate", happened=True)
def change_rate(act: Act, *, visit_id: int, ml_per_h: Decimal, reason: str, already_done: bool = False) -> Done:
    """A new pump rate. As an order it keeps to the limits; what has been done already is kept whatever they say."""
    check_has(act.by.roles, AT_THE_CHAIR, "change the rate")
    row, value = visit_of(act, visit_id)
    rules.check_is_infusion(value.route)
    rules.check_rate(ml_per_h, field="ml_per_h", unit="mL/h")
    if not reason.strip():
        raise BadInput("Write why the rate changes.", field="reason")
    if value.syringe is None or value.order is None:
        raise rules.WrongState("There is no drawn-up dose whose rate could change. Record the start first.")
    mg_per_min = ordering.flow(ml_per_h * value.syringe.mg_per_ml / Decimal(60))
    too_fast = ordering.faster_than_allowed(act.by, value, mg_per_min)
    if not already_done:
        rules.check_step(value.route, value.state, VisitState.PAUSED)
        if too_fast:
            raise rules.BeyondLimit(too_fast)
    beyond = tuple(text for text in (too_fast, _unless_flowing(value)) if text)
    made = mark(act, row, value, Mark.RATE, mg_per_min=mg_per_min, reason=reason, beyond=beyond)
    return act.done(made, f"The pump runs at {plain(ml_per_h)} mL/h.")


def _unless_flowing(value: VisitValue) -> str:
    return (
        ""
        if value.state is VisitState.INFUSING
        else f"A change of what flows was recorded while '{value.state.value}'."
    )


@act("paused an infusion", happened=True)
def pause(act: Act, *, visit_id: int, reason: str) -> Done:
    """The pump stands. Taken in any state; where nothing flows it changes none."""
    check_has(act.by.roles, AT_THE_CHAIR, "record a pause")
    row, value = visit_of(act, visit_id)
    rules.check_is_infusion(value.route)
    beyond = tuple(text for text in (_unless_flowing(value),) if text)
    return act.done(mark(act, row, value, Mark.PAUSE, reason=reason, beyond=beyond), "Paused.")


@act("let an infusion go on")
def resume(act: Act, *, visit_id: int, reason: str) -> Done:
    """The pump runs again at its last rate. An open alarm needs a prescriber to go on."""
    check_has(act.by.roles, AT_THE_CHAIR, "let an infusion go on")
    row, value = visit_of(act, visit_id)
    if value.state is not VisitState.PAUSED:
        rules.check_step(value.route, value.state, VisitState.INFUSING)
        raise rules.WrongState("The pump is not paused.")
    if value.open_alarms() and not act.by.has(*PRESCRIBERS):
        raise Refused("An alarm stands. A prescriber decides whether the infusion goes on.")
    course.check_still_agrees(act, value)
    last = [c.mg_per_min for c in value.changes if c.mg_per_min][-1]
    return act.done(mark(act, row, value, Mark.RESUME, mg_per_min=last, reason=reason), "The infusion goes on.")


@act("stopped a dose", happened=True)
def stop(act: Act, *, visit_id: int, reason: str, given_mg: Decimal | None = None) -> Done:
    """Nothing flows any more. Never refused for its state; writes what was given into the ledger."""
    return _end(act, visit_id, Mark.STOP, reason, given_mg)


@act("finished an infusion", happened=True)
def finish(act: Act, *, visit_id: int, given_mg: Decimal | None = None) -> Done:
    """The pump has given everything. `given_mg` is what was read off it; absent, rate times time."""
    return _end(act, visit_id, Mark.FINISH, "", given_mg)


def _end(act: Act, visit_id: int, kind: Mark, reason: str, read_mg: Decimal | None) -> Done:
    check_has(act.by.roles, AT_THE_CHAIR, "record the end of a dose")
    row, value = visit_of(act, visit_id)
    rules.check_is_infusion(value.route)
    beyond = []
    if value.state not in (VisitState.INFUSING, VisitState.PAUSED):
        beyond.append(f"The end of a dose was recorded while '{value.state.value}'.")
    total = hundredths(read_mg, nothing=True) if read_mg is not None else value.given_mg(act.at)
    written = chart.written_mg(value.changes)
    if total < written:
        beyond.append(
            f"{plain(total)} mg were read; {plain(written)} mg are in the book. Reverse the line that is wrong."
        )
        total = written
    if value.order and total > value.order.dose_mg:
        beyond.append(f"{plain(total)} mg were given; {plain(value.order.dose_mg)} mg were ordered.")
    beyond += ledger_line(act, row, value, total - written)
    made = mark(act, row, value, kind, given=total, draw_id=draw_id_of(value), reason=reason, beyond=tuple(beyond))
    return act.done(made, f"{plain(total)} mg given.")
