"""The state tables, and that actions really reach every state of them."""

from __future__ import annotations

import pytest

from fenestra.care.visit import rules
from fenestra.care.visit.rules import CLOSED, DOSING, MEANING, OPEN, STEPS, Route, VisitState, WrongState, check_step
from tests.care.visit.day import Day

S = VisitState
IV_ONLY, IM_ONLY = {S.INFUSING, S.PAUSED}, {S.GIVEN, S.TREATING}
EVERY = [(route, state) for route in Route for state in STEPS[route]]


def test_each_state_appears_in_a_table_and_has_its_meaning() -> None:
    assert set(STEPS[Route.IV]) | set(STEPS[Route.IM]) == set(VisitState) == set(MEANING)
    assert set(STEPS[Route.IV]) == set(VisitState) - IM_ONLY
    assert set(STEPS[Route.IM]) == set(VisitState) - IV_ONLY


@pytest.mark.parametrize("route", Route)
def test_a_table_leads_only_to_states_it_knows_and_every_state_can_be_reached(route: Route) -> None:
    table = STEPS[route]
    reached, front = {S.BOOKED}, [S.BOOKED]
    while front:
        fresh = set(table[front.pop()]) - reached
        reached |= fresh
        front += fresh
    assert reached == set(table)


@pytest.mark.parametrize("route", Route)
def test_only_closed_states_lead_nowhere(route: Route) -> None:
    assert {state for state, steps in STEPS[route].items() if not steps} == set(CLOSED)


def test_an_injection_has_no_pause_and_no_stop() -> None:
    assert STEPS[Route.IM][S.CONFIRMED] == (S.ORDERED, S.GIVEN, S.SENT_HOME)
    assert STEPS[Route.IM][S.GIVEN] == (S.TREATING, S.RECOVERING)
    assert not IV_ONLY & {then for steps in STEPS[Route.IM].values() for then in steps}


@pytest.mark.parametrize("route", Route)
def test_nobody_is_sent_home_or_discharged_while_a_dose_works(route: Route) -> None:
    for state in set(DOSING) & set(STEPS[route]):
        assert not {S.SENT_HOME, S.DISCHARGED} & set(STEPS[route][state])


def test_every_state_is_booked_open_or_closed() -> None:
    assert sorted((S.BOOKED, *OPEN, *CLOSED)) == sorted(VisitState)


@pytest.mark.parametrize(("route", "now"), EVERY)
def test_a_step_outside_the_table_is_refused_with_the_state_and_what_it_can_become(
    route: Route, now: VisitState
) -> None:
    for then in VisitState:
        if then in STEPS[route][now]:
            assert rules.can_step(route, now, then)
            check_step(route, now, then)
            continue
        assert not rules.can_step(route, now, then)
        with pytest.raises(WrongState) as refusal:
            check_step(route, now, then)
        said = str(refusal.value)
        assert f"'{now.value}': {MEANING[now]}." in said
        assert "It is closed." in said if now in CLOSED else all(step.value in said for step in STEPS[route][now])


@pytest.mark.parametrize(("route", "state"), EVERY)
def test_actions_take_a_visit_to_every_state(day: Day, route: Route, state: VisitState) -> None:
    visit = day.visit(state, route=route.value)
    value = day.see(visit)
    assert value.state is state
    assert value.incidents == () or state is S.LEFT_EARLY
    assert day.books_balance()
