"""What the dosing screen says, read from its presenter without a browser."""

from __future__ import annotations

from fenestra.care.visit import silence
from fenestra.care.visit.rules import VisitState
from fenestra.faces.web.staff.visit.board import board_of
from fenestra.faces.web.staff.visit.lanes import lanes_of
from fenestra.faces.web.staff.visit.seen import Seen, look
from fenestra.ground.book.scope import OPEN, Mask
from tests.care.visit.day import Day

S = VisitState


def seen(day: Day, visit: int, mask: Mask = OPEN) -> Seen:
    return look(day.scopes["nina"], mask, visit, at=day.at)


def test_an_alarm_says_first_what_is_due_then_what_was_found_and_who_holds_the_rule(day: Day) -> None:
    visit = day.visit(S.INFUSING)
    day.round(visit, spo2=88)
    strip = board_of(seen(day, visit)).strips[0]
    assert strip.text.startswith("Stop the infusion if it runs, and follow the emergency path · oxygen saturation 88 %")
    assert strip.level == "high" and "Adopted by Mira" in strip.why


def test_figures_tell_how_far_they_moved_and_the_level_is_called_predicted(day: Day) -> None:
    visit = day.visit(S.INFUSING)
    day.later(minutes=10)
    day.round(visit, systolic=146, diastolic=91)
    board = board_of(seen(day, visit))
    assert board.vitals[0].lines[0] == "+22 / +13 from 124/78"
    assert "working 90 % band" in board.level_note and "predicted, not measured" in board.level_note


def test_whoever_may_not_see_doses_sees_none(day: Day) -> None:
    found = seen(day, day.visit(S.RECOVERING), Mask(frozenset({"dose", "level"})))
    board, lanes = board_of(found), lanes_of(found)
    assert lanes and lanes["dose"] is None and lanes["level"] is None
    assert board.timer and not board.timer.given
    assert not [line.text for line in board.log if " mg" in line.text]


def test_of_two_dangers_the_stop_stands_above_the_pause_and_is_the_next_action(day: Day) -> None:
    visit = day.visit(S.INFUSING)
    day.round(visit, systolic=190, diastolic=110)
    day.later(seconds=5)
    day.round(visit, systolic=190, diastolic=110, spo2=88)
    day.later(seconds=5)
    day.round(visit, systolic=190, diastolic=110, pulse=155, spo2=88)
    board = board_of(seen(day, visit))
    assert board.strips[0].text.startswith("Stop the infusion")
    assert board.next and board.next.sheet == "stop"


def test_what_was_on_another_day_says_the_day(day: Day) -> None:
    visit = day.visit(S.BOOKED)
    here = seen(day, visit)
    assert board_of(here).strips[0].text == f"Booked: expected {here.clock(here.value.due_at)}"
    day.later(minutes=24 * 60)
    late = seen(day, visit)
    for words in (board_of(late).strips[0].text, board_of(late).strips[0].aside):
        assert f"{here.at:%a %-d %b}" in words


def test_only_what_is_done_and_well_is_green(day: Day) -> None:
    looks = {state: board_of(seen(day, day.visit(state))).strips[0] for state in (S.BOOKED, S.LEFT_EARLY, S.DISCHARGED)}
    assert [looks[s].icon for s in looks] == ["clock", "decide", "ok"]
    assert [looks[s].level == "calm" for s in looks] == [False, False, True]


def test_an_injection_has_no_pump_and_its_minutes_are_counted_on(day: Day) -> None:
    visit = day.visit(S.GIVEN, route="im")
    day.later(minutes=7)
    timer = board_of(seen(day, visit)).timer
    assert timer and timer.running and timer.minutes == 7 and not timer.stops


def test_red_is_for_danger_and_not_for_a_round_that_is_late(day: Day) -> None:
    visit = day.visit(S.INFUSING)
    silence.look(day.later(minutes=14))
    late = board_of(seen(day, visit)).next
    day.round(visit, spo2=88)
    danger = board_of(seen(day, visit)).next
    assert late and danger and (late.urgent, danger.urgent) == (False, True)
