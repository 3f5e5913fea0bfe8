"""Verbs of the dose itself: draw up and read back, start, change, pause, stop, finish, inject, waste, discharge.

The dose, its ledger line and its audit line are one transaction. A start is refused when its rule says no; a start,
a stop or an injection that has already happened is recorded all the same, marked, and an incident.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from fenestra.care.inventory import actions as ledger
from fenestra.care.inventory import queries as stock
from fenestra.care.visit import chart, course, facts, lists, rules, watch
from fenestra.care.visit.lists import Phase
from fenestra.care.visit.models import Confirmation, Discharge, DoseMark, Visit
from fenestra.care.visit.rows import NAMES_SOMEBODY, changed, incident, keep_answers, of_visit, step, visit_of
from fenestra.care.visit.rules import Mark, Route, VisitState, state_after
from fenestra.care.visit.values import VisitValue
from fenestra.ground.book import vault
from fenestra.ground.book.act import Act, Done, act
from fenestra.ground.book.scope import OPEN
from fenestra.ground.clinic.rules import AT_THE_CHAIR, HANDLES_MEDICINE, PRESCRIBERS, check_has
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
    watch.check_syringe(act.by, value.order, drawn_mg)
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
            rate_ml_per_h=watch.pump_rate(value.order, syringe.final_mg_per_ml),
            asked_by_id=asked_by,
        )
    )
    act.change(row)  # a start from a page that does not show this syringe is stale
    step(act, row, VisitState.CONFIRMED)
    return act.done(made, f"Drawn up and read back by {second.name}.")


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


@act("started an infusion")
def start_infusion(act: Act, *, visit_id: int, time_out: Mapping[str, str], version: int) -> Done:
    """The pump runs from now, after a complete time-out. A second start, or one without it, is refused."""
    check_has(act.by.roles, AT_THE_CHAIR, "start an infusion")
    row, value = visit_of(act, visit_id)
    rules.check_is_infusion(value.route)
    _check_start(act, value, time_out)
    act.change(row, seen=version)
    keep_answers(act, row, Phase.TIME_OUT, lists.of_lines(lists.TIME_OUT, time_out), NAMES_SOMEBODY)
    assert value.order is not None and value.order.minutes is not None
    rate = value.order.dose_mg / value.order.minutes
    made = mark(act, row, value, Mark.START, mg_per_min=watch.flow(rate), draw_id=_draw_id(value))
    return act.done(made, "The infusion runs.")


def _check_start(act: Act, value: VisitValue, time_out: Mapping[str, str]) -> None:
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


def _draw_id(value: VisitValue) -> int | None:
    return value.syringe.draw_id if value.syringe else None


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
        mg_per_min=watch.flow(mg_per_min),
        draw_id=_draw_id(value),
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
    mg_per_min = watch.flow(ml_per_h * value.syringe.mg_per_ml / Decimal(60))
    too_fast = watch.faster_than_allowed(act.by, value, mg_per_min)
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
    total = _hundredths(read_mg, nothing=True) if read_mg is not None else value.given_mg(act.at)
    written = chart.written_mg(value.changes)
    if total < written:
        beyond.append(
            f"{plain(total)} mg were read; {plain(written)} mg are in the book. Reverse the line that is wrong."
        )
        total = written
    if value.order and total > value.order.dose_mg:
        beyond.append(f"{plain(total)} mg were given; {plain(value.order.dose_mg)} mg were ordered.")
    beyond += _ledger(act, row, value, total - written)
    made = mark(act, row, value, kind, given=total, draw_id=_draw_id(value), reason=reason, beyond=tuple(beyond))
    return act.done(made, f"{plain(total)} mg given.")


def _hundredths(mg: Decimal, *, nothing: bool = False) -> Decimal:
    """An amount as a mark keeps it and the ledger gets it: one figure in both."""
    rules.check_given(mg, nothing=nothing)
    kept = mg.quantize(chart.HUNDREDTH, ROUND_HALF_UP)
    rules.check_given(kept, nothing=nothing)
    return kept


def _ledger(act: Act, row: Visit, value: VisitValue, mg: Decimal) -> list[str]:
    """The ledger line of what was given, in this transaction. Without a syringe on record it is unreconciled."""
    if mg < 0:
        return [f"The pump reads {plain(-mg)} mg less than the ledger has as given. Reverse the line that is wrong."]
    if mg == 0:
        return []
    before = len(stock.unreconciled(act.by, OPEN, visit_id=row.pk))
    ledger.give(
        by=act.by, at=act.at, draw_id=_draw_id(value), mg=mg, visit_id=row.pk, person_id=row.person_id,
        given_by=act.by.staff_id,
    )  # fmt: skip
    if len(stock.unreconciled(act.by, OPEN, visit_id=row.pk)) == before:
        return []
    return [f"{plain(mg)} mg were given, and the book does not have them in a syringe of this visit."]


@act("gave an injection")
def give_injection(act: Act, *, visit_id: int, time_out: Mapping[str, str], version: int) -> Done:
    """The whole im dose at one moment, after a complete time-out, with its ledger line."""
    check_has(act.by.roles, AT_THE_CHAIR, "give an injection")
    row, value = visit_of(act, visit_id)
    if value.route is not Route.IM:
        raise rules.WrongState("This visit is for an infusion. Start the pump instead.")
    _check_start(act, value, time_out)
    act.change(row, seen=version)
    keep_answers(act, row, Phase.TIME_OUT, lists.of_lines(lists.TIME_OUT, time_out), NAMES_SOMEBODY)
    assert value.order is not None
    beyond = tuple(_ledger(act, row, value, value.order.dose_mg))
    made = mark(act, row, value, Mark.GIVEN, given=value.order.dose_mg, draw_id=_draw_id(value), beyond=beyond)
    return act.done(made, f"{plain(value.order.dose_mg)} mg given.")


@act("recorded a dose that had been given", happened=True)
def record_given(act: Act, *, visit_id: int, given_mg: Decimal, reason: str) -> Done:
    """A dose that went in without its order or list, beside whatever a pump gives. Never refused: kept, marked, in the
    ledger, an incident."""
    check_has(act.by.roles, AT_THE_CHAIR, "record a dose")
    row, value = visit_of(act, visit_id)
    given_mg = _hundredths(given_mg)
    beyond = [
        f"A dose of {plain(given_mg)} mg was recorded from the state '{value.state.value}'.",
        *course.unreviewed(act, value),
        *_ledger(act, row, value, given_mg),
    ]
    made = mark(
        act, row, value, Mark.GIVEN, given=given_mg, draw_id=_draw_id(value), reason=reason, beyond=tuple(beyond)
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


@act("discharged a person")
def discharge(
    act: Act, *, visit_id: int, answers: Mapping[str, str], escort: str, ready_at: datetime | None = None, version: int
) -> Done:
    """Signed by a clinician after the whole list, not before time, with every milligram accounted for."""
    check_has(act.by.roles, AT_THE_CHAIR, "discharge somebody")
    row, value = visit_of(act, visit_id)
    lists.check_answers(lists.discharge_lines(), answers)
    rules.check_can_discharge(watch.discharge_facts(act.by, value, answers, at=act.at))
    if not escort.strip():
        raise BadInput("Write who takes the person home.", field="escort")
    act.change(row, seen=version)
    keep_answers(act, row, Phase.DISCHARGE, lists.of_lines(lists.discharge_lines(), answers))
    row_again = facts.load(row)
    ready = ready_at or act.at
    if row_again.ended_at and not row_again.ended_at <= ready <= act.at:
        raise BadInput("The time of readiness lies between the end of the dose and now.", field="ready_at")
    made = act.add(
        Discharge(**of_visit(act, row), ready_at=ready, left_at=act.at, escort=vault.lock(row.person_id, escort))
    )
    step(act, row, VisitState.DISCHARGED)
    return act.done(made, "Discharged.")


@act("recorded that a person left early", happened=True)
def left_early(act: Act, *, visit_id: int, reason: str) -> Done:
    """The person went before the list was done. Never refused, and an incident."""
    check_has(act.by.roles, AT_THE_CHAIR, "record that somebody left")
    row, value = visit_of(act, visit_id)
    incident(act, row, "left early", f"Left while '{value.state.value}': {reason or 'no reason given'}.")
    if value.state in (VisitState.INFUSING, VisitState.PAUSED):  # nothing flows into somebody who has left
        stop(by=act.by, at=act.at, visit_id=visit_id, reason=reason or "left early")
    if value.state in rules.CLOSED:
        act.tell("visit.changed", about="visit", about_id=row.pk)
    else:
        step(act, row, VisitState.LEFT_EARLY, reason=reason)
    return act.done(row, "Kept, and an incident is open. Call the person today.")
