"""Any sequence of legal and illegal acts: the record and the ledger agree, and the record is never refused."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fenestra.care.visit import actions, dose, going_home, injection
from fenestra.care.visit.rules import STEPS, Route
from fenestra.science.errors import Refused
from tests.care.visit.day import Day

RECORDS: dict[str, Callable[[Day, int], Any]] = {
    "pause": lambda day, v: day.do(dose.pause, visit_id=v, reason="x"),
    "stop": lambda day, v: day.do(dose.stop, visit_id=v, reason="x"),
    "finish": lambda day, v: day.do(dose.finish, visit_id=v),
    "given": lambda day, v: day.do(injection.record_given, visit_id=v, given_mg=Decimal("1.5"), reason="x"),
    "started": lambda day, v: day.do(dose.record_start, visit_id=v, mg_per_min=Decimal("0.2"), reason="x"),
    "round": lambda day, v: day.round(v, systolic=190, diastolic=90),
    "oxygen": lambda day, v: day.do(actions.record_event, visit_id=v, kind="oxygen", text="2 L"),
    "left": lambda day, v: day.do(going_home.left_early, visit_id=v, reason="x"),
}
ORDERS: dict[str, Callable[[Day, int], Any]] = {
    "arrive": Day.arrive,
    "check": Day.check,
    "order": Day.order,
    "confirm": lambda day, v: day.see(v).order and day.confirm(v),
    "start": Day.start,
    "waste": Day.waste_rest,
    "discharge": Day.discharge,
    "home": lambda day, v: day.do(actions.send_home, visit_id=v, reason="x"),
    "resume": lambda day, v: day.do(dose.resume, "dana", visit_id=v, reason="x"),
}
WAY = ("arrive", "check", "order", "confirm", "start")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.integers(0, len(WAY)),
    st.lists(st.sampled_from([*RECORDS, *ORDERS, "wait"]), min_size=1, max_size=8),
)
def test_whatever_is_done_in_whatever_order(day: Day, along: int, then: list[str]) -> None:
    with transaction.atomic():
        visit = day.book()
        for name in (*WAY[:along], *then):
            if name == "wait":
                day.later(minutes=17)
            elif name in RECORDS:
                assert RECORDS[name](day, visit).act_id, name
            else:
                with suppress(Refused):
                    ORDERS[name](day, visit)
            value = day.see(visit)
            assert value.state in STEPS[Route.IV]
            assert day.books_balance()
        day.do(dose.stop, visit_id=visit, reason="the end")
        assert day.see(visit).given_mg(day.at) == day.given_mg()
        transaction.set_rollback(True)
