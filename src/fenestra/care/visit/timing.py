"""When a round is due, when it is late, and when a person may leave at the earliest."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from fenestra.care.visit.chart import minutes_between
from fenestra.care.visit.rules import DOSING, Measure, VisitState
from fenestra.care.visit.values import ReadingValue, VisitValue
from fenestra.science.protocols.leaving import earliest_leave_min, shipped_leaving_rule
from fenestra.science.protocols.monitoring import shipped_schedule
from fenestra.science.protocols.orders import Route as OrderRoute


def is_late(measured_at: datetime, written_at: datetime) -> bool:
    """Typed so long after measuring that it is marked (MON-010)."""
    return minutes_between(measured_at, written_at) > shipped_schedule().overdue_after_min


def last_round_at(value: VisitValue) -> datetime | None:
    """When pressure was last measured."""
    found: ReadingValue | None = value.latest(Measure.SYSTOLIC)
    return found.moment if found else None


def round_due_at(value: VisitValue) -> datetime | None:
    """When the next round is due: every 10 minutes while the dose works, every 15 after (MON-001)."""
    return round_due(value.state, value.started_at, last_round_at(value))


def round_due(state: VisitState, start: datetime | None, last: datetime | None) -> datetime | None:
    """The same from three facts, for the clock, which asks each second."""
    if start is None or state not in (*DOSING, VisitState.RECOVERING):
        return None
    schedule = shipped_schedule()
    every = schedule.during_every_min if state in DOSING else schedule.after_every_min
    return max(start, last or start) + timedelta(minutes=int(every))


def earliest_leave_at(value: VisitValue) -> datetime | None:
    """When the person may leave at the earliest (DIS-001)."""
    end, order = value.ended_at, value.order
    if end is None:
        return None
    weight = order.dosing_weight_kg if order else value.weight_kg
    minutes = earliest_leave_min(
        shipped_leaving_rule(),
        route=OrderRoute(value.route.value),
        dose_ended_min=Decimal(0),
        dose_mg=value.given_mg(end),
        weight_kg=weight or Decimal(0),
    )
    return end + timedelta(minutes=int(minutes))
