"""A monitor that is unplugged is taken off on the dosing screen, with the reason; it is not missed any more."""

from __future__ import annotations

import pytest

from fenestra.care.visit import silence
from fenestra.care.visit.readings import connect_monitor
from fenestra.care.visit.rules import VisitState
from fenestra.faces.web.staff.visit.keys import MONITOR_OFF, keys_of
from fenestra.faces.web.staff.visit.seen import look
from fenestra.ground.book.scope import OPEN
from fenestra.ground.clinic import intended_use
from fenestra.ground.clinic.actions import adopt_rules
from tests.care.visit.day import STAFF, Day, password
from tests.faces.web.dosing.conftest import Browser
from tests.faces.web.dosing.test_sheets import send, words

S = VisitState


def connected(day: Day, state: VisitState) -> int:
    signed = {intended_use.FEEDS: intended_use.content()}
    day.do(adopt_rules, "mira", rules_signed=signed, meaning="read", password=password("mira"))
    visit = day.visit(S.ARRIVED)
    day.do(connect_monitor, visit_id=visit, device="Chair B monitor", token_hash="0" * 64)
    if state is S.INFUSING:
        for step in (day.check, day.order, day.confirm, day.start):
            step(visit)
    return visit


def offered(day: Day, visit: int, who: str = "nina") -> bool:
    return MONITOR_OFF in keys_of(look(day.scopes[who], OPEN, visit, at=day.at))


def test_an_unplugged_monitor_alarms_until_it_is_taken_off_with_a_reason(day: Day, as_: Browser) -> None:
    visit = connected(day, S.INFUSING)
    silence.look(day.later(seconds=60))
    page = words(as_("nina").get(f"/visits/{visit}/"))
    assert "No reading from the monitor" in page and "Take the monitor off" in page
    refused = send(as_("nina"), visit, "monitor-off", reason="")
    assert refused.status_code == 422 and "Write why, in a few words." in words(refused)
    assert send(as_("nina"), visit, "monitor-off", reason="unplugged for the toilet").status_code == 204
    silence.look(day.later(seconds=60))
    page = words(as_("nina").get(f"/visits/{visit}/"))
    assert all(alarm.over_at for alarm in day.see(visit).open_alarms())
    assert "No monitor connected" in page and "Take the monitor off" not in page
    assert "Chair B monitor taken off: unplugged for the toilet" in page


def test_taking_off_is_offered_while_a_monitor_is_connected_and_to_those_at_the_chair(day: Day) -> None:
    visit = connected(day, S.ARRIVED)
    at_the_chair = {name for name in STAFF if offered(day, visit, name)}
    assert at_the_chair == {"mira", "dana", "nina", "noel"}
    assert not offered(day, day.visit(S.ARRIVED, episode_id=day.episode(day.person(name="Ada Quist"))))


@pytest.mark.parametrize("state", [S.ARRIVED, S.INFUSING])
def test_the_same_sheet_sent_twice_takes_it_off_once(day: Day, as_: Browser, state: VisitState) -> None:
    visit = connected(day, state)
    for _ in range(2):
        assert send(as_("nina"), visit, "monitor-off", key="once", reason="moved to chair C").status_code == 204
    texts = [entry.text for entry in day.see(visit).entries]
    assert texts.count("Chair B monitor taken off: moved to chair C") == 1
    assert not offered(day, visit)
