"""Which limits an order asks: those of the version a medical director signed, stricter or looser; the record asks none."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal as D
from typing import Any

import pytest

from fenestra.care.people import actions as people
from fenestra.care.plan import actions as plan
from fenestra.care.plan import queries as plan_queries
from fenestra.care.plan.models import ProtocolVersion
from fenestra.care.visit import dose, injection
from fenestra.care.visit.rules import BeyondLimit, VisitState
from fenestra.ground.book.scope import OPEN
from fenestra.science.errors import BadInput
from fenestra.science.protocols.adoption import NO_CLINIC
from fenestra.science.protocols.limit_values import LimitValues
from fenestra.science.protocols.limits import shipped_limits
from fenestra.science.protocols.protocol import Protocol, Use
from fenestra.science.protocols.regimens import content_hash, protocol, with_changes
from fenestra.science.protocols.stored import protocol_as_text
from tests.care.visit.day import Day, furnish, password

pytestmark = pytest.mark.django_db

SHIPPED = {item.name: getattr(shipped_limits(NO_CLINIC), item.name) for item in fields(LimitValues)}


def own(name: str, changes: dict[str, str], **other: Any) -> Protocol:
    limits = LimitValues(**{**SHIPPED, **{limit: D(value) for limit, value in changes.items()}})
    return with_changes(protocol(name), version="1-river", reason="what we hold here", own_limits=limits, **other)


STRICTER = {"iv_soft_mg_per_kg": "0.3", "iv_hard_mg_per_kg": "0.4"}
LOOSER = {
    "iv_soft_mg_per_kg": "1.2", "iv_hard_mg_per_kg": "1.2", "soft_mg": "120", "hard_mg": "120", "visit_hard_mg": "120",
    "seven_day_soft_mg": "200", "iv_min_minutes": "30",
}  # fmt: skip
IM_LOOSER = {
    "im_soft_mg_per_kg": "1.5", "im_hard_mg_per_kg": "1.5", "soft_mg": "160", "hard_mg": "160", "visit_hard_mg": "160",
    "seven_day_soft_mg": "200",
}  # fmt: skip


def under(day: Day, version: Protocol, *, sign: bool = True) -> int:
    """An episode that follows this version, signed by the clinic's medical director unless nobody has."""
    if sign:
        day.do(plan.sign_protocol, "mira", content=protocol_as_text(version), reason="ours", password=password("mira"))
    made = day.do(
        people.open_episode, "dana", person_id=day.person_id, substances=("alcohol",), goal="abstinence",
        protocol=version.id, protocol_hash=content_hash(version), doses=3,
    )  # fmt: skip
    return made.id or 0


def test_a_stricter_signed_limit_refuses_an_order_that_the_presets_let_pass(day: Day) -> None:
    visit = day.visit(VisitState.CLEARED, episode_id=under(day, own("grabski_2022", STRICTER)))
    with pytest.raises(BeyondLimit, match=r"37 mg iv is above 29\.6 mg, which is 0\.4 mg/kg"):
        day.order(visit, "0.5", reason="as always")
    with pytest.raises(BeyondLimit, match="Write the reason"):
        day.order(visit, "0.35")
    day.order(visit, "0.3")
    assert day.state(visit) is VisitState.ORDERED


def test_the_same_order_passes_under_a_version_without_limits_of_its_own(day: Day) -> None:
    visit = day.visit(VisitState.CLEARED)
    day.order(visit, "0.5")
    assert day.state(visit) is VisitState.ORDERED


def test_a_looser_limit_binds_as_signed(day: Day) -> None:
    visit = day.visit(VisitState.CLEARED, episode_id=under(day, own("grabski_2022", LOOSER)))
    day.order(visit, "1.2", minutes=D(30))
    with pytest.raises(BeyondLimit, match=r"is 1\.2 mg/kg"):
        day.order(visit, "1.21", reason="as always")
    with pytest.raises(BeyondLimit, match="faster than 30 minutes"):
        day.order(visit, "1", minutes=D(29), reason="as always")


def test_a_looser_limit_that_nobody_signed_lets_nothing_more_pass(day: Day) -> None:
    visit = day.visit(VisitState.CLEARED, episode_id=under(day, own("grabski_2022", LOOSER), sign=False))
    with pytest.raises(BeyondLimit, match=r"1 mg/kg for 74 kg"):
        day.order(visit, "1.2", reason="as always")


def test_signed_im_limits_bind_an_injection(day: Day) -> None:
    changes: dict[str, Any] = {"use": Use.CLINICAL, "plannable": True}
    episode = under(day, own("krupitsky_1997", IM_LOOSER, **changes))
    visit = day.visit(VisitState.CLEARED, route="im", episode_id=episode)
    day.order(visit, "1.5")
    with pytest.raises(BeyondLimit, match=r"is 1\.5 mg/kg"):
        day.order(visit, "1.6", reason="as always")


def test_signed_limits_of_another_clinic_bind_nobody_here(day: Day) -> None:
    version = own("grabski_2022", LOOSER)
    under(furnish(staff_at="lake"), version)
    here = under(day, version, sign=False)
    assert plan_queries.limits_of_episode(day.scopes["dana"], OPEN, here).rule == "LIM-001"


def test_a_syringe_and_a_rate_are_held_against_the_signed_limits_too(day: Day) -> None:
    visit = day.visit(VisitState.CLEARED, episode_id=under(day, own("grabski_2022", LOOSER)))
    day.order(visit, "1.2", minutes=D(30))
    with pytest.raises(BadInput, match=r"no one dose is above 120 mg"):
        day.confirm(visit, drawn_ml="3")
    day.confirm(visit, drawn_ml="2")
    day.start(visit)
    with pytest.raises(BeyondLimit, match="under 30 minutes"):
        day.do(dose.change_rate, visit_id=visit, ml_per_h=D(120), reason="late")


# ---- limits bind orders, never the record


def test_what_was_given_beyond_a_signed_limit_is_kept(day: Day) -> None:
    visit = day.visit(VisitState.CLEARED, episode_id=under(day, own("grabski_2022", STRICTER)))
    day.do(injection.record_given, visit_id=visit, given_mg=D(60), reason="given before anybody looked")
    assert day.given_mg() == 60


def test_a_rate_beyond_a_signed_limit_is_kept_when_it_was_set_already(day: Day) -> None:
    slower = own("grabski_2022", {"iv_min_minutes": "60"})
    visit = day.visit(VisitState.CLEARED, episode_id=under(day, slower))
    day.order(visit, "0.5", minutes=D(60))
    day.confirm(visit)
    day.start(visit)
    with pytest.raises(BeyondLimit, match="under 60 minutes"):
        day.do(dose.change_rate, visit_id=visit, ml_per_h=D(60), reason="late")
    day.do(dose.change_rate, visit_id=visit, ml_per_h=D(60), reason="late", already_done=True)
    assert any("under 60 minutes" in entry.text for entry in day.see(visit).incidents)


def test_the_record_is_taken_also_when_the_signed_version_cannot_be_read(
    day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = day.visit(VisitState.INFUSING, episode_id=under(day, own("grabski_2022", {"seven_day_soft_mg": "90"})))
    monkeypatch.setattr(ProtocolVersion, "from_db", classmethod(_spoilt))
    day.do(dose.change_rate, visit_id=visit, ml_per_h=D(50), reason="late", already_done=True)
    day.do(injection.record_given, visit_id=visit, given_mg=D(5), reason="beside the pump")
    texts = [entry.text for entry in day.see(visit).incidents]
    assert any("cannot be read" in text for text in texts)
    assert day.see(visit).changes


def _spoilt(of: Any, db: str, names: object, values: list[Any]) -> ProtocolVersion:
    """The row as it would come back from a damaged table: its text is none."""
    row: ProtocolVersion = of(*values)
    row.content = "{"
    return row
