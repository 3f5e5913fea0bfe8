"""Consent taken back binds orders and starts at once; what was given all the same is kept, marked, and an incident."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fenestra.care.people import consent
from fenestra.care.people.rules import NotConsented
from fenestra.care.visit import dose
from fenestra.care.visit.rules import VisitState as S
from tests.care.people.known import sign
from tests.care.visit.day import Day


def take_back(day: Day, signed: int) -> None:
    day.later(minutes=1)
    day.do(consent.withdraw_consent, "cora", consent_id=signed)


def test_no_order_after_consent_was_withdrawn(day: Day) -> None:
    signed, visit = sign(day), day.visit(S.CLEARED)
    take_back(day, signed)
    with pytest.raises(NotConsented, match="withdrawn"):
        day.order(visit)
    assert day.state(visit) is S.CLEARED


@pytest.mark.parametrize("route", ["iv", "im"])
def test_no_start_after_consent_was_withdrawn_between_order_and_start(day: Day, route: str) -> None:
    signed, visit = sign(day), day.visit(S.CONFIRMED, route=route)
    take_back(day, signed)
    with pytest.raises(NotConsented, match="withdrawn"):
        day.start(visit)
    assert day.state(visit) is S.CONFIRMED


def test_a_paused_infusion_does_not_go_on_after_consent_was_withdrawn_and_can_be_stopped(day: Day) -> None:
    signed, visit = sign(day), day.visit(S.PAUSED)
    take_back(day, signed)
    with pytest.raises(NotConsented, match="withdrawn"):
        day.do(dose.resume, visit_id=visit, reason="calm again")
    day.do(dose.stop, visit_id=visit, reason="she wants it over")
    assert day.state(visit) is S.RECOVERING


def test_a_start_that_happened_all_the_same_is_kept_and_an_incident(day: Day) -> None:
    signed, visit = sign(day), day.visit(S.CONFIRMED)
    take_back(day, signed)
    day.do(dose.record_start, visit_id=visit, mg_per_min=Decimal("0.5"), reason="it ran already")
    assert day.state(visit) is S.INFUSING
    assert any("withdrawn" in incident.text for incident in day.see(visit).incidents)


def test_a_new_signature_lets_the_day_go_on(day: Day) -> None:
    signed, visit = sign(day), day.visit(S.CLEARED)
    take_back(day, signed)
    day.later(minutes=1)
    sign(day)
    day.order(visit)
    assert day.state(visit) is S.ORDERED
