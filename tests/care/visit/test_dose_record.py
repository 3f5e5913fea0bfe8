"""What is recorded of a dose: in any state, adding up, one figure in the chart and in the ledger."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fenestra.care.inventory import queries as ledger
from fenestra.care.visit import dose, going_home, injection, queries
from fenestra.care.visit.rules import CLOSED, STEPS, Mark, Route, VisitState, WrongState
from fenestra.ground.book.scope import OPEN
from fenestra.science.errors import BadInput, Refused
from tests.care.visit.day import Day

S = VisitState
D = Decimal
IV_STATES = list(STEPS[Route.IV])


# Adding up. The order is 37 mg over 40 minutes: 0.925 mg a minute.


def test_a_stop_half_way_gives_rate_times_time_in_chart_and_ledger(day: Day) -> None:
    visit = day.visit(S.INFUSING)
    day.later(minutes=20)
    assert day.do(dose.stop, visit_id=visit, reason="dizzy").said == "18.5 mg given."
    assert day.see(visit).given_mg(day.at) == day.given_mg() == D("18.5")
    assert day.draws(visit)[0].left_mg == D("31.5")
    assert day.see(visit).incidents == ()


def test_a_pause_stops_the_flow_and_a_resume_goes_on_at_the_last_rate(day: Day) -> None:
    visit = day.visit(S.INFUSING)
    day.later(minutes=10)
    day.do(dose.pause, visit_id=visit, reason="needs a moment")
    day.later(minutes=30)
    assert day.see(visit).given_mg(day.at) == D("9.25")
    day.do(dose.resume, visit_id=visit, reason="ready")
    day.later(minutes=10)
    day.do(dose.stop, visit_id=visit, reason="enough")
    assert day.given_mg() == D("18.5")


def test_a_pump_left_running_is_never_counted_beyond_the_order(day: Day) -> None:
    visit = day.visit(S.INFUSING)
    day.later(minutes=300)
    day.do(dose.finish, visit_id=visit)
    assert day.given_mg() == D(37)
    assert day.see(visit).incidents == ()


def test_more_read_off_the_pump_than_was_ordered_is_kept_and_an_incident(day: Day) -> None:
    visit = day.visit(S.INFUSING)
    day.later(minutes=40)
    day.do(dose.finish, visit_id=visit, given_mg=D("41.5"))
    assert day.given_mg() == D("41.5")
    assert "41.5 mg were given; 37 mg were ordered." in [e.text for e in day.see(visit).incidents]


def test_more_than_the_syringe_held_is_kept_marked_unreconciled_and_an_incident(day: Day) -> None:
    visit = day.visit(S.INFUSING)
    day.later(minutes=40)
    day.do(dose.finish, visit_id=visit, given_mg=D(60))
    assert day.given_mg() == D(60)
    assert ledger.unreconciled(day.scopes["nina"], OPEN, visit_id=visit)[0].mg == D(10)
    assert day.books_balance()


def test_a_stop_told_twice_from_two_screens_gives_nothing_twice(day: Day) -> None:
    visit = day.visit(S.INFUSING)
    day.later(minutes=20)
    day.do(dose.stop, visit_id=visit, reason="dizzy")
    day.later(minutes=5)
    day.do(dose.stop, "noel", visit_id=visit, reason="dizzy")
    assert day.see(visit).given_mg(day.at) == day.given_mg() == D("18.5")
    assert [s.state for s in day.see(visit).steps].count(S.RECOVERING) == 1


def test_a_later_reading_of_the_pump_adds_only_the_difference_each_time(day: Day) -> None:
    visit = day.visit(S.INFUSING)
    day.later(minutes=20)
    for read in ("20", "25", "30"):
        day.do(dose.stop, visit_id=visit, reason="read again", given_mg=D(read))
        assert day.see(visit).given_mg(day.at) == day.given_mg() == D(read)


def test_a_dose_recorded_beside_a_running_infusion_is_added_and_the_infusion_still_runs(day: Day) -> None:
    visit = day.visit(S.INFUSING)
    day.later(minutes=20)
    day.do(injection.record_given, visit_id=visit, given_mg=D(5), reason="pushed by hand")
    assert day.state(visit) is S.INFUSING
    assert day.given_mg() == D(5)
    day.later(minutes=10)
    assert day.see(visit).given_mg(day.at) == D("32.75")
    day.do(dose.stop, visit_id=visit, reason="enough")
    assert day.see(visit).given_mg(day.at) == day.given_mg() == D("32.75")


def test_a_dose_recorded_before_any_order_counts_and_a_stop_after_it_adds_nothing(day: Day) -> None:
    visit = day.visit(S.CLEARED)
    day.do(injection.record_given, visit_id=visit, given_mg=D(20), reason="given in error")
    assert day.state(visit) is S.RECOVERING
    day.do(dose.stop, visit_id=visit, reason="to be sure")
    assert day.see(visit).given_mg(day.at) == day.given_mg() == D(20)
    assert day.see(visit).incidents and day.books_balance()


def test_a_second_injection_is_added_to_the_first(day: Day) -> None:
    visit = day.visit(S.GIVEN, route="im")
    day.later(minutes=5)
    day.do(injection.record_given, visit_id=visit, given_mg=D(8), reason="a second one")
    assert day.see(visit).given_mg(day.at) == day.given_mg() == D(45)


def test_what_flows_again_after_a_stop_is_added_to_what_was_read(day: Day) -> None:
    visit = day.visit(S.INFUSING)
    day.later(minutes=10)
    day.do(dose.stop, visit_id=visit, reason="thought done", given_mg=D(9))
    day.do(dose.record_start, visit_id=visit, mg_per_min=D("0.5"), reason="it still ran")
    assert day.see(visit).ended_at is None
    day.later(minutes=10)
    day.do(dose.stop, visit_id=visit, reason="now")
    assert day.see(visit).given_mg(day.at) == day.given_mg() == D(14)


@pytest.mark.parametrize("amount", ["-5", "NaN", "Infinity", "100000000"])
def test_an_amount_that_cannot_be_is_refused_with_nothing_written(day: Day, amount: str) -> None:
    visit = day.visit(S.INFUSING)
    day.later(minutes=10)
    before = day.see(visit)
    for verb, told in ((dose.stop, {"reason": "x"}), (dose.finish, {}), (injection.record_given, {"reason": "x"})):
        with pytest.raises(BadInput):
            day.do(verb, visit_id=visit, given_mg=D(amount), **told)
    assert day.see(visit) == before and day.given_mg() == 0


# In any state.


@pytest.mark.parametrize("state", IV_STATES)
def test_a_stop_a_pause_and_a_dose_are_taken_in_every_state_of_an_infusion(day: Day, state: VisitState) -> None:
    visit = day.visit(state)
    already = day.given_mg()
    for verb, told in (
        (dose.pause, {"reason": "x"}),
        (dose.stop, {"reason": "x"}),
        (injection.record_given, {"given_mg": D(3), "reason": "x"}),
        (dose.record_start, {"mg_per_min": D("0.1"), "reason": "x"}),
        (dose.finish, {}),
    ):
        assert day.do(verb, visit_id=visit, **told).act_id
        assert day.state(visit) in STEPS[Route.IV]
    assert day.see(visit).incidents
    assert day.given_mg() == already + 3 == day.see(visit).given_mg(day.at)
    assert day.books_balance()


@pytest.mark.parametrize("state", list(STEPS[Route.IM]))
def test_a_dose_is_taken_in_every_state_of_an_injection(day: Day, state: VisitState) -> None:
    visit = day.visit(state, route="im")
    already = day.given_mg()
    day.do(injection.record_given, visit_id=visit, given_mg=D(3), reason="x")
    assert day.given_mg() == already + 3 == day.see(visit).given_mg(day.at)
    assert day.state(visit) in STEPS[Route.IM]
    assert day.see(visit).incidents


@pytest.mark.parametrize("state", list(STEPS[Route.IM]))
def test_an_injection_knows_no_start_rate_pause_resume_or_stop(day: Day, state: VisitState) -> None:
    visit = day.visit(state, route="im")
    before = day.see(visit)
    for verb, told in (
        (dose.pause, {"reason": "x"}),
        (dose.stop, {"reason": "x"}),
        (dose.finish, {}),
        (dose.record_start, {"mg_per_min": D("0.1"), "reason": "x"}),
        (dose.change_rate, {"ml_per_h": D(10), "reason": "x"}),
        (dose.change_rate, {"ml_per_h": D(10), "reason": "x", "already_done": True}),
        (dose.start_infusion, {"time_out": {}, "version": before.version}),
    ):
        with pytest.raises(WrongState):
            day.do(verb, visit_id=visit, **told)
    with pytest.raises(Refused):
        day.do(dose.resume, "dana", visit_id=visit, reason="x")
    assert day.see(visit) == before


@pytest.mark.parametrize("state", [s for s in IV_STATES if s is not S.INFUSING])
def test_a_pause_when_nothing_flows_changes_no_state_and_opens_no_way_to_a_dose(day: Day, state: VisitState) -> None:
    visit = day.visit(state)
    day.do(dose.pause, visit_id=visit, reason="x")
    assert day.state(visit) is state
    assert day.see(visit).incidents
    if state is not S.PAUSED:
        with pytest.raises(WrongState):
            day.do(dose.resume, "dana", visit_id=visit, reason="x")


def test_a_stop_typed_before_anything_flowed_does_not_take_the_dose_away(day: Day) -> None:
    visit = day.visit(S.CONFIRMED)
    day.do(dose.stop, visit_id=visit, reason="wrong chair")
    assert day.state(visit) is S.CONFIRMED
    day.start(visit)
    assert day.see(visit).started_at == day.at


@pytest.mark.parametrize("state", CLOSED)
def test_a_stop_in_a_closed_visit_is_kept_and_the_visit_stays_closed(day: Day, state: VisitState) -> None:
    visit = day.visit(state)
    day.do(dose.stop, visit_id=visit, reason="pump log")
    assert day.state(visit) is state
    assert day.see(visit).changes[-1].kind is Mark.STOP
    assert day.see(visit).incidents


def test_somebody_who_walks_out_of_a_closed_visit_stays_where_they_were(day: Day) -> None:
    visit = day.visit(S.DISCHARGED)
    day.do(going_home.left_early, visit_id=visit, reason="told later")
    assert day.state(visit) is S.DISCHARGED and day.see(visit).incidents


# Rates and starts.


def test_a_faster_rate_than_the_limit_is_refused_as_an_order_and_kept_when_already_done(day: Day) -> None:
    visit = day.visit(S.INFUSING)
    with pytest.raises(Refused, match="under 40 minutes"):
        day.do(dose.change_rate, visit_id=visit, ml_per_h=D(80), reason="late")
    day.do(dose.change_rate, visit_id=visit, ml_per_h=D(80), reason="late", already_done=True)
    assert any("under 40 minutes" in entry.text for entry in day.see(visit).incidents)


@pytest.mark.parametrize("rate", ["0", "-10", "NaN", "9999999999"])
def test_a_rate_that_cannot_be_is_refused(day: Day, rate: str) -> None:
    visit = day.visit(S.INFUSING)
    for done in (True, False):
        with pytest.raises(BadInput):
            day.do(dose.change_rate, visit_id=visit, ml_per_h=D(rate), reason="x", already_done=done)
    with pytest.raises(BadInput):
        day.do(dose.record_start, visit_id=visit, mg_per_min=D(rate), reason="x")


def test_an_infusion_goes_on_under_an_alarm_only_through_a_prescriber(day: Day) -> None:
    visit = day.visit(S.PAUSED)
    day.round(visit, systolic=190, diastolic=100)
    with pytest.raises(Refused, match="prescriber"):
        day.do(dose.resume, visit_id=visit, reason="calm")
    day.do(dose.resume, "dana", visit_id=visit, reason="calm")
    assert day.state(visit) is S.INFUSING


def test_a_dose_that_was_wasted_cannot_be_started(day: Day) -> None:
    visit = day.visit(S.CONFIRMED)
    day.waste(visit, D(50))
    with pytest.raises(Refused, match="holds 0 mg"):
        day.start(visit)
    assert day.state(visit) is S.CONFIRMED


def test_the_first_syringe_of_an_order_that_was_replaced_can_still_be_wasted(day: Day) -> None:
    visit = day.visit(S.CONFIRMED)
    day.order(visit, "0.4")
    day.confirm(visit)
    day.waste(visit, D(50))
    assert [draw.left_mg for draw in day.draws(visit)] == [0, 50]
    day.start(visit)


def test_a_level_is_not_drawn_for_a_dose_whose_time_course_is_unknown(day: Day) -> None:
    visit = day.visit(S.INFUSING)
    day.later(minutes=20)
    day.do(injection.record_given, visit_id=visit, given_mg=D(5), reason="pushed by hand")
    level = queries.level(day.scopes["nina"], OPEN, day.see(visit), age=42)
    assert level.prediction is None and "without its rate" in level.why_not


def test_an_injection_above_one_mg_per_kg_by_what_was_given_keeps_the_longer_watch(day: Day) -> None:
    visit = day.visit(S.GIVEN, route="im")
    day.do(injection.record_given, visit_id=visit, given_mg=D(40), reason="a second one")
    given_at = day.at
    leave = queries.earliest_leave_at(day.see(visit))
    assert leave is not None and (leave - given_at).total_seconds() == 120 * 60
    assert queries.level(day.scopes["nina"], OPEN, day.see(visit), age=42).prediction is None
