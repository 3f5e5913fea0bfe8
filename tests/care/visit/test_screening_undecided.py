"""A screening that nobody let pass binds orders and starts; what was given all the same is kept and marked."""

from __future__ import annotations

from typing import Any

import pytest

from fenestra.care.people import screening
from fenestra.care.plan.rules import NotReady
from fenestra.care.visit.rules import VisitState as S
from tests.care.people.known import good_facts
from tests.care.visit.day import Day


def screened(day: Day, **facts: Any) -> int:
    kept = day.do(screening.keep_screening, "cora", person_id=day.person_id, facts=good_facts(**facts))
    assert kept.id
    return kept.id


def decided(day: Day, kept: int, decision: str) -> None:
    day.later(minutes=1)
    day.do(screening.decide_screening, "dana", screening_id=kept, decision=decision, reason="weighed")


def test_no_order_while_a_prescriber_still_owes_the_decision(day: Day) -> None:
    visit = day.visit(S.CLEARED)
    kept = screened(day, psychosis_history=True)
    with pytest.raises(NotReady, match="A prescriber decides there, with a reason, before a dose"):
        day.order(visit)
    assert day.state(visit) is S.CLEARED
    decided(day, kept, "fit")
    day.order(visit)
    assert day.state(visit) is S.ORDERED


def test_no_start_after_a_prescriber_decided_not_now(day: Day) -> None:
    visit = day.visit(S.CONFIRMED)
    decided(day, screened(day, psychosis_history=True), "not_now")
    with pytest.raises(NotReady, match="not now"):
        day.start(visit)
    assert day.state(visit) is S.CONFIRMED
