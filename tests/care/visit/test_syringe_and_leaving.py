"""A syringe never holds more than one dose may be, its witness handles medicine, and nothing flows into the gone."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fenestra.care.visit import going_home
from fenestra.care.visit.rules import VisitState
from fenestra.science.errors import BadInput
from tests.care.visit.day import STAFF, Day

pytestmark = pytest.mark.django_db


def test_ten_times_the_volume_is_refused(day: Day) -> None:
    visit_id = day.visit(VisitState.ORDERED)
    with pytest.raises(BadInput, match="500 mg would be in the syringe"):
        day.confirm(visit_id, drawn_ml="10")
    assert day.state(visit_id) is VisitState.ORDERED
    assert day.draws(visit_id) == []


def test_somebody_who_does_not_handle_medicine_reads_nothing_back(day: Day) -> None:
    therapist = next(name for name, roles in STAFF.items() if roles == ("therapist",))
    visit_id = day.visit(VisitState.ORDERED)
    with pytest.raises(BadInput, match="does not handle medicine"):
        day.confirm(visit_id, second=therapist)


def test_who_leaves_while_the_pump_runs_has_it_stopped_and_in_the_ledger(day: Day) -> None:
    visit_id = day.visit(VisitState.INFUSING)
    day.later(minutes=8)
    day.do(going_home.left_early, visit_id=visit_id, reason="walked out")
    value = day.see(visit_id)
    assert day.state(visit_id) is VisitState.LEFT_EARLY
    assert value.ended_at == day.at
    assert day.given_mg() == value.given_mg(day.at) > Decimal(0)
    assert value.incidents
