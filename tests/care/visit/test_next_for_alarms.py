"""What the next action asks for while an alarm stands."""

from __future__ import annotations

import pytest

from fenestra.care.visit import queries, silence
from fenestra.care.visit.rules import VisitState
from fenestra.ground.book.scope import OPEN
from tests.care.visit.day import Day

CASES = [
    ({"systolic": 190, "diastolic": 100}, "pause", "Pause the infusion"),
    ({"spo2": 88}, "stop", "Stop the infusion"),
    ({"spo2": 93}, "round", "Look at the person"),
]


def next_sheet(day: Day, visit: int) -> tuple[str, str]:
    found = queries.next_for(day.scopes["nina"], OPEN, day.see(visit), at=day.at)
    assert found
    return found.sheet, found.what


@pytest.mark.parametrize(("round_", "sheet", "what"), CASES)
def test_the_next_action_does_what_the_rule_asks_for(day: Day, round_: dict[str, int], sheet: str, what: str) -> None:
    visit = day.visit(VisitState.INFUSING)
    day.later(minutes=5)
    day.round(visit, **round_)
    opens, says = next_sheet(day, visit)
    assert opens == sheet and says.startswith(what)


def test_an_overdue_round_asks_for_the_round_and_not_for_the_pump(day: Day) -> None:
    visit = day.visit(VisitState.INFUSING)
    silence.look(day.later(minutes=14))
    assert next_sheet(day, visit) == ("round", "Measure a round now.")
