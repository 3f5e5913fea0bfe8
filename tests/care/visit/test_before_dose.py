"""Arrival, decisions, orders, read-back, start, discharge: what is refused, with which sentence."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from fenestra.care.visit import actions, going_home, injection, lists, queries, syringe
from fenestra.care.visit.readings import see_alarm
from fenestra.care.visit.rules import BeyondLimit, ListNotDone, Measure, VisitState, WrongState
from fenestra.care.work import queries as work
from fenestra.care.work.rules import ON_COVER, ItemKind, Level
from fenestra.ground.book.scope import OPEN
from fenestra.science.errors import BadInput, Refused
from tests.care.visit.day import CALM, PROTOCOL, Day, all_yes, furnish, password

S = VisitState
D = Decimal


def findings(day: Day, visit: int) -> list[lists.Finding]:
    return list(queries.findings(day.scopes["dana"], OPEN, day.see(visit)))


def decide(
    day: Day, visit: int, finding: lists.Finding, *, who: str = "dana", reason: str = "benefit outweighs"
) -> Any:
    return day.do(actions.decide, who, visit_id=visit, rule=finding.rule, finding=finding.text, reason=reason)


# Arrival.


@pytest.mark.parametrize("weight", ["0", "1", "900", "-70", "NaN"])
def test_a_weight_nobody_has_is_refused(day: Day, weight: str) -> None:
    visit = day.visit(S.ARRIVED)
    with pytest.raises(BadInput):
        day.check(visit, weight_kg=weight)
    assert day.state(visit) is S.ARRIVED and not day.see(visit).readings


@pytest.mark.parametrize(
    ("item", "said"),
    [("identity", ""), ("solids_h", "six"), ("solids_h", "1,5"), ("ciwa_ar", "-1"), ("escort_name", " ")],
)
def test_an_answer_that_cannot_be_read_is_refused_by_its_line(day: Day, item: str, said: str) -> None:
    visit = day.visit(S.ARRIVED)
    with pytest.raises(BadInput) as refusal:
        day.check(visit, **{item: said})
    assert refusal.value.field == item
    assert day.see(visit).arrival == {}


def test_nobody_is_cleared_without_every_first_reading(day: Day) -> None:
    visit = day.visit(S.ARRIVED)
    for missing in CALM:
        readings = {measure: value for measure, value in CALM.items() if measure is not missing}
        with pytest.raises(BadInput, match="before a dose"):
            day.check(visit, only=readings)
    assert day.state(visit) is S.ARRIVED


@pytest.mark.parametrize(
    "said",
    [
        {"identity": "no"},
        {"consent": "no"},
        {"ciwa_ar": "8"},
        {"ciwa_ar": "15"},
        {"asq_5": "yes"},
    ],
)
def test_what_blocks_a_dose_cannot_be_decided_away_and_ends_only_with_another_answer(
    day: Day, said: dict[str, str]
) -> None:
    visit = day.visit(S.ARRIVED)
    day.check(visit, **said)
    (found,) = findings(day, visit)
    assert found.blocks
    with pytest.raises(Refused, match="cannot be decided away"):
        decide(day, visit, found)
    day.check(visit)
    assert day.state(visit) is S.CLEARED


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ({"solids_h": "5.9"}, "PRE-001"),
        ({"clear_liquids_h": "1.5"}, "PRE-001"),
        ({"takes_opioid": "yes"}, "SCR-006"),
        ({"breath_alcohol_percent": "0.03"}, "SCR-007"),
        ({"pregnancy_positive": "yes"}, "SCR-004"),
        ({"asq_2": "yes"}, "SCR-008"),
        ({"ketamine_craving": "yes"}, "SCR-005"),
    ],
)
def test_what_wants_a_decision_holds_the_visit_until_a_prescriber_gives_a_reason(
    day: Day, said: dict[str, str], rule: str
) -> None:
    visit = day.visit(S.ARRIVED)
    day.check(visit, **said)
    (found,) = findings(day, visit)
    assert (found.rule, found.blocks, day.state(visit)) == (rule, False, S.ARRIVED)
    with pytest.raises(Refused):
        decide(day, visit, found, who="nina")
    with pytest.raises(BadInput, match="Write why"):
        decide(day, visit, found, reason=" ")
    decide(day, visit, found)
    assert day.state(visit) is S.CLEARED and findings(day, visit) == []


def test_a_held_pressure_blocks_and_a_raised_one_wants_a_decision(day: Day) -> None:
    visit = day.visit(S.ARRIVED)
    day.check(visit, readings={Measure.SYSTOLIC: D(165)})
    assert sorted((f.rule, f.blocks) for f in findings(day, visit)) == [("THR-001", False), ("THR-002", True)]


def test_a_decision_about_146_does_not_cover_151(day: Day) -> None:
    visit = day.visit(S.ARRIVED)
    day.check(visit, readings={Measure.SYSTOLIC: D(146)})
    decide(day, visit, findings(day, visit)[0])
    assert day.state(visit) is S.CLEARED
    day.check(visit, readings={Measure.SYSTOLIC: D(151)})
    assert day.state(visit) is S.ARRIVED
    (found,) = findings(day, visit)
    assert "151" in found.text


def test_a_finding_that_is_not_open_any_more_cannot_be_decided(day: Day) -> None:
    visit = day.visit(S.ARRIVED)
    day.check(visit, readings={Measure.SYSTOLIC: D(146)})
    (old,) = findings(day, visit)
    day.check(visit, readings={Measure.SYSTOLIC: D(151)})
    with pytest.raises(Refused, match="not open any more"):
        decide(day, visit, old)


def test_a_reading_beyond_a_limit_after_the_order_holds_the_start_until_decided(day: Day) -> None:
    visit = day.visit(S.CONFIRMED)
    day.round(visit, systolic=151, diastolic=85)
    with pytest.raises(ListNotDone, match="151"):
        day.start(visit)
    decide(day, visit, findings(day, visit)[0])
    assert day.state(visit) is S.CONFIRMED
    day.start(visit)
    assert day.state(visit) is S.INFUSING


# Orders.


@pytest.mark.parametrize("per_kg", ["1.01", "1.2", "5"])
def test_an_order_beyond_the_hard_limit_is_refused_with_any_reason(day: Day, per_kg: str) -> None:
    visit = day.visit(S.CLEARED)
    with pytest.raises(BeyondLimit, match="lower the dose"):
        day.order(visit, per_kg, reason="the person asks for it")
    assert day.see(visit).order is None


def test_an_order_beyond_a_soft_limit_needs_the_reason_and_keeps_what_it_went_beyond(day: Day) -> None:
    visit = day.visit(S.CLEARED)
    with pytest.raises(BeyondLimit, match="reason"):
        day.order(visit, "0.9", reason=" ")
    day.order(visit, "0.9", reason="no effect at 0.8")
    order = day.see(visit).order
    assert order and order.findings and order.reason == "no effect at 0.8"


def test_above_100_kg_the_prescriber_decides_the_dosing_weight_and_says_why(day: Day) -> None:
    visit = day.visit(S.ARRIVED)
    day.check(visit, weight_kg="118")
    with pytest.raises(BeyondLimit, match="dosing weight"):
        day.order(visit)
    day.order(visit, dosing_weight_kg=D(100), reason="dosed on 100 kg")
    order = day.see(visit).order
    assert order and (order.body_weight_kg, order.dosing_weight_kg, order.dose_mg) == (118, 100, 50)


@pytest.mark.parametrize(
    "other",
    [
        {"minutes": None},
        {"minutes": D(0)},
        {"minutes": D(-40)},
        {"minutes": D("NaN")},
        {"minutes": D(39)},
        {"dosing_weight_kg": D(0)},
        {"dosing_weight_kg": D(1)},
        {"dosing_weight_kg": D(80)},
        {"mg_per_kg": D("NaN")},
        {"mg_per_kg": D(0)},
        {"mg_per_kg": D("-0.5")},
    ],
)
def test_an_order_that_cannot_be_is_refused_and_nothing_written(day: Day, other: dict[str, Any]) -> None:
    visit = day.visit(S.CLEARED)
    with pytest.raises(Refused):
        day.order(visit, **other)
    assert day.see(visit).order is None and day.state(visit) is S.CLEARED


def test_seven_days_count_every_visit_of_the_person(day: Day) -> None:
    episode = day.episode()
    first = day.visit(S.RECOVERING, episode_id=episode, dose_number=1)
    day.do(injection.record_given, visit_id=first, given_mg=D(130), reason="wrong syringe")
    day.later(minutes=3 * 24 * 60)
    second = day.visit(S.CLEARED, episode_id=episode, dose_number=2)
    day.review(episode, 2)
    with pytest.raises(BeyondLimit, match="7 days"):
        day.order(second)
    day.later(minutes=5 * 24 * 60)
    third = day.visit(S.CLEARED, episode_id=episode, dose_number=3)
    day.review(episode, 3)
    day.order(third)


def test_no_order_without_adopted_limits(db: None, quick_passwords: None) -> None:
    day = furnish(adopted=())
    visit = day.visit(S.CLEARED)
    with pytest.raises(BeyondLimit, match="adopts the limits"):
        day.order(visit)


# Read-back and start.


def test_a_read_back_that_differs_from_the_order_draws_nothing(day: Day) -> None:
    visit = day.visit(S.ORDERED)
    with pytest.raises(BadInput, match=r"read back 36 mg, the order is 37 mg"):
        day.do(
            syringe.confirm_dose, visit_id=visit, lot_id=day.lot_id, drawn_ml=D(1), final_ml=D(50), diluent="saline",
            read_back_mg=D(36), second_username="noel", second_password=password("noel"),
        )  # fmt: skip
    assert day.draws(visit) == []


@pytest.mark.parametrize("drawn", ["0.73", "0", "-1", "NaN"])
def test_too_little_or_nonsense_drawn_is_refused(day: Day, drawn: str) -> None:
    visit = day.visit(S.ORDERED)
    with pytest.raises(BadInput):
        day.confirm(visit, drawn_ml=drawn)
    assert day.draws(visit) == []


def test_nobody_reads_back_to_themselves_or_with_a_wrong_password(day: Day) -> None:
    visit = day.visit(S.ORDERED)
    with pytest.raises(Refused, match="somebody else"):
        day.confirm(visit, second="nina")
    with pytest.raises(Refused, match="do not match"):
        day.confirm(visit, second="nobody")
    assert day.draws(visit) == [] and day.state(visit) is S.ORDERED


@pytest.mark.parametrize("route", ["iv", "im"])
def test_every_line_of_the_time_out_stands_before_the_dose(day: Day, route: str) -> None:
    visit = day.visit(S.CONFIRMED, route=route)
    for line in lists.TIME_OUT:
        if not line.optional:
            with pytest.raises(ListNotDone, match="time-out"):
                day.start(visit, time_out=all_yes(lists.TIME_OUT) | {line.item: "no"})
    with pytest.raises(ListNotDone, match="Therapy hour"):
        day.start(visit, time_out=all_yes(lists.TIME_OUT) | {"therapy": ""})
    assert day.see(visit).changes == () and day.given_mg() == 0


def test_a_second_start_names_who_started_and_when(day: Day) -> None:
    visit = day.visit(S.INFUSING)
    day.later(minutes=3)
    with pytest.raises(Refused, match=r"started at 10:00 by Nina\. Open the dosing screen"):
        day.start(visit, who="noel")


def test_a_start_from_a_page_that_shows_another_order_is_stale(day: Day) -> None:
    visit = day.visit(S.CONFIRMED)
    seen = day.see(visit).version
    day.order(visit, "0.4")
    day.confirm(visit)
    with pytest.raises(Refused, match="Somebody changed this"):
        day.start(visit, version=seen)
    assert day.see(visit).changes == ()


def test_nobody_is_sent_home_while_a_syringe_is_not_accounted_for(day: Day) -> None:
    visit = day.visit(S.CONFIRMED)
    with pytest.raises(ListNotDone, match="50 mg of what was drawn"):
        day.do(actions.send_home, visit_id=visit, reason="unwell")
    day.waste_rest(visit)
    day.do(actions.send_home, visit_id=visit, reason="unwell")


# Discharge.


@pytest.fixture
def ready(day: Day) -> int:
    """Finished, wasted, an hour gone, a calm round: everything but the list."""
    visit = day.visit(S.RECOVERING)
    day.waste_rest(visit)
    day.later(minutes=60)
    day.round(visit)
    return visit


def test_a_person_leaves_with_both_times_kept(day: Day, ready: int) -> None:
    judged = day.at - timedelta(minutes=12)
    day.discharge(ready, ready_at=judged)
    leaving = day.see(ready).leaving
    assert leaving and (leaving.ready_at, leaving.left_at, leaving.escort) == (judged, day.at, "Jo Ellison")


@pytest.mark.parametrize("item", [line.item for line in lists.discharge_lines()])
def test_every_criterion_stands_before_leaving(day: Day, ready: int, item: str) -> None:
    with pytest.raises(ListNotDone, match="Still open"):
        day.discharge(ready, answers=all_yes(lists.discharge_lines()) | {item: "no"})
    assert day.state(ready) is S.RECOVERING and day.see(ready).discharge == {}


def test_nobody_leaves_before_time_or_with_medicine_left_or_without_escort(day: Day) -> None:
    visit = day.visit(S.RECOVERING)
    with pytest.raises(ListNotDone, match="earliest time to leave is 11:41"):
        day.discharge(visit)
    day.later(minutes=60)
    with pytest.raises(ListNotDone, match="13 mg of what was drawn"):
        day.discharge(visit)
    day.waste_rest(visit)
    with pytest.raises(BadInput, match="who takes the person home"):
        day.discharge(visit, escort=" ")


@pytest.mark.parametrize("route", ["iv", "im"])
def test_nobody_leaves_while_a_dose_works(day: Day, route: str) -> None:
    states = (S.INFUSING, S.PAUSED) if route == "iv" else (S.GIVEN, S.TREATING)
    for state in states:
        visit = day.visit(state, route=route, episode_id=day.episode(day.person(), protocol=PROTOCOL[route]))
        with pytest.raises(WrongState, match=f"'{state.value}'"):
            day.discharge(visit)


def test_nobody_leaves_under_an_alarm_until_it_is_seen_and_over(day: Day, ready: int) -> None:
    day.round(ready, spo2=93)
    (alarm,) = day.see(ready).open_alarms()
    with pytest.raises(ListNotDone, match="measure again"):
        day.discharge(ready)
    day.do(see_alarm, visit_id=ready, alarm_id=alarm.id)
    with pytest.raises(ListNotDone, match="measure again"):
        day.discharge(ready)
    day.round(ready)
    day.discharge(ready)


@pytest.mark.parametrize("pressure", [(165, 80), (88, 60), (95, 60), (124, 101)])
def test_a_tick_does_not_make_a_measured_pressure_acceptable(day: Day, ready: int, pressure: tuple[int, int]) -> None:
    day.round(ready, systolic=pressure[0], diastolic=pressure[1])
    with pytest.raises(ListNotDone, match="discharge rule"):
        day.discharge(ready)


@pytest.mark.parametrize("minutes", [-61, 1])
def test_the_time_of_readiness_lies_between_the_dose_and_now(day: Day, ready: int, minutes: int) -> None:
    with pytest.raises(BadInput, match="readiness"):
        day.discharge(ready, ready_at=day.at + timedelta(minutes=minutes))


def test_leaving_early_is_taken_with_everything_open(day: Day) -> None:
    visit = day.visit(S.INFUSING)
    day.do(going_home.left_early, visit_id=visit, reason="walked out")
    assert day.state(visit) is S.LEFT_EARLY
    assert [entry.kind for entry in day.see(visit).incidents] == ["left early"]


@pytest.mark.parametrize("asked", ["asq_1", "asq_2", "asq_3", "asq_5"])
def test_a_thought_of_suicide_on_arrival_is_owed_by_whoever_is_on_cover_once(day: Day, asked: str) -> None:
    visit = day.visit(S.ARRIVED)
    for _ in range(2):
        day.check(visit, **{asked: "yes"})
    (item,) = work.items(day.scopes["nina"], OPEN, day.at)
    assert (item.kind, item.level, item.owner_role, item.person_id) == (
        ItemKind.SUICIDE_ALERT, Level.HIGH, ON_COVER, day.person_id,
    )  # fmt: skip


def test_four_times_no_raises_nothing(day: Day) -> None:
    day.check(day.visit(S.ARRIVED))
    assert work.items(day.scopes["nina"], OPEN, day.at) == ()
