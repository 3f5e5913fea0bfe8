"""The newest reading that counts, as the database finds it, is the one the whole list would give."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from fenestra.care.visit import facts
from fenestra.care.visit.models import Observation, Visit
from fenestra.care.visit.readings import record_round, record_stream
from fenestra.care.visit.rules import Measure, VisitState
from fenestra.care.visit.values import counting
from fenestra.ground.book.scope import Scope
from tests.care.visit.day import Day

PULSE = Measure.PULSE


def check_newest(visit_id: int) -> None:
    rows = Observation.objects.filter(visit_id=visit_id, measure=PULSE.value)
    assert facts.newest(Visit.objects.get(pk=visit_id), PULSE) == counting(map(facts.reading, rows))[-1]


def test_late_corrected_and_streamed_readings_leave_the_same_one_newest(day: Day) -> None:
    visit = day.visit(VisitState.INFUSING)
    start = day.later(minutes=10)
    device = Scope(Visit.objects.get(pk=visit).clinic_id, None, frozenset(), "UTC", "bed 1")
    for number, clock_off_min in enumerate((0, 90, -90)):  # a device clock may be wrong
        at = day.later(minutes=1)
        told = {"readings": {PULSE: Decimal(70 + number)}, "measured_at": at + timedelta(minutes=clock_off_min)}
        record_stream(visit_id=visit, device="bed 1", by=device, at=at, key=f"s{number}", **told)
        check_newest(visit)
        day.later(minutes=1)
        day.round(visit, pulse=80 + number, measured_at=start)
        check_newest(visit)
        day.round(visit, pulse=90 + number)
        check_newest(visit)
        last = Observation.objects.filter(visit_id=visit, measure=PULSE.value).latest("pk")
        wrong = {PULSE: last.pk}
        day.do(record_round, visit_id=visit, readings={PULSE: Decimal(60 + number)}, corrects=wrong)
        check_newest(visit)


def test_a_round_typed_after_a_worse_monitor_reading_and_measured_before_it_ends_no_alarm(day: Day) -> None:
    visit = day.visit(VisitState.INFUSING)
    measured_at = day.later(minutes=10)
    device, at = Scope(Visit.objects.get(pk=visit).clinic_id, None, frozenset(), "UTC", "bed 1"), day.later(minutes=1)
    low = {Measure.SPO2: Decimal(84)}
    record_stream(visit_id=visit, readings=low, measured_at=at, device="bed 1", by=device, at=at, key="low")
    day.later(seconds=30)
    day.round(visit, spo2=98, measured_at=measured_at)
    assert [alarm.over_at for alarm in day.see(visit).alarms if alarm.measure == "spo2"].count(None) > 0


def test_nothing_measured_has_no_newest(day: Day) -> None:
    assert facts.newest(Visit.objects.get(pk=day.visit(VisitState.BOOKED)), PULSE) is None
