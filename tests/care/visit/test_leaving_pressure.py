"""Nobody is discharged on a pressure that the discharge rule does not allow, unless a prescriber does it."""

from __future__ import annotations

import pytest

from fenestra.care.visit import leaving, queries
from fenestra.care.visit.rules import ListNotDone, VisitState
from fenestra.ground.book.scope import OPEN
from tests.care.visit.day import Day

pytestmark = pytest.mark.django_db

PRESSURES = [(122, 78, False), (175, 88, True), (84, 60, True), (130, 101, True)]


@pytest.mark.parametrize(("systolic", "diastolic", "refused"), PRESSURES)
def test_the_last_pressure_is_held_against_the_first(day: Day, systolic: int, diastolic: int, refused: bool) -> None:
    visit_id = day.visit(VisitState.RECOVERING)
    day.round(visit_id, systolic=systolic, diastolic=diastolic)
    value = queries.visit(day.scopes["nina"], OPEN, visit_id)
    assert bool(leaving.pressure_against_leaving(day.scopes["nina"], value)) is refused


def test_a_nurse_is_refused_and_a_prescriber_may(day: Day) -> None:
    visit_id = day.visit(VisitState.RECOVERING)
    day.waste_rest(visit_id)
    day.later(minutes=61)
    day.round(visit_id, systolic=168, diastolic=92)
    with pytest.raises(ListNotDone, match="168/92"):
        day.discharge(visit_id)
    day.discharge(visit_id, who="dana")
    assert day.state(visit_id) is VisitState.DISCHARGED
