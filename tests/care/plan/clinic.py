"""A clinic that can plan: chairs, hours for doses, two therapists with hours, a person screened and consented.

clinic = open_clinic()
plan = clinic.plan()
clinic.as_("dana", actions.review_course, plan_id=plan, before_dose=2, go_on=True, reason="craving is still high")
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from fenestra.care.people.models import Consent, Screening, ScreeningDecision
from fenestra.care.plan import actions, queries
from fenestra.care.plan.values import AppointmentValue, PlanValue
from fenestra.ground.book import vault
from fenestra.ground.book.act import Done
from fenestra.ground.book.scope import OPEN, Scope
from fenestra.science.protocols.regimens import content_hash, protocol
from tests.care.visit.day import Day, furnish

NEW_YORK = ZoneInfo("America/New_York")
FRIDAY = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)  # ten o'clock in New York
WEEKDAYS = range(5)


def at(day: int, hour: int, minute: int = 0, *, month: int = 11, year: int = 2026) -> datetime:
    """A moment of late 2026 on New York's clock, unless another month is named."""
    return datetime(year, month, day, hour, minute, tzinfo=NEW_YORK)


# Grabski's three weekly doses on Tuesdays at nine; each ends at 10:40, so its window is Wednesday to Friday 10:40.
TUESDAYS = (at(24, 9), at(1, 9, month=12), at(8, 9, month=12))


@dataclass
class Clinic:
    """The clinic under test, in its own words."""

    day: Day
    person_id: int
    episode_id: int
    chair_id: int
    theo: int

    @property
    def scope(self) -> Scope:
        return self.day.scopes["dana"]

    def as_(self, who: str, verb: Callable[..., Done], **told: Any) -> Done:
        return self.day.do(verb, who, **told)

    def plan(self, protocol_id: str = "grabski_2022", **other: Any) -> int:
        told: dict[str, Any] = {
            "episode_id": self.episode_id, "protocol": protocol_id, "dose_days": TUESDAYS,
            "protocol_hash": content_hash(protocol(protocol_id)), "chair_ids": (self.chair_id,) * 3,
        }  # fmt: skip
        return self.as_("dana", actions.make_plan, **{**told, **other}).id or 0

    def see(self) -> PlanValue:
        found = queries.plan_of(self.scope, OPEN, self.episode_id)
        assert found
        return found

    def hour(self, starts_at: datetime, dose_number: int = 1, because: str = "") -> dict[str, Any]:
        return {
            "staff_id": self.theo, "starts_at": starts_at, "minutes": 60, "dose_number": dose_number,
            "outside_because": because,
        }  # fmt: skip

    def calendar(self, **which: Any) -> list[AppointmentValue]:
        return queries.appointments(self.scope, OPEN, FRIDAY, datetime(2027, 3, 1, tzinfo=UTC), **which)


def open_clinic(
    *, consented: bool = True, verdict: str = "fit", decided: str = "", day: Day | None = None, **founded: Any
) -> Clinic:
    """A clinic of its own, or the one of this day, ready to plan."""
    day = day or furnish(FRIDAY, **founded)
    chair = day.do(actions.add_chair, "cora", name="B").id or 0
    theo = day.scopes["theo"].staff_id or 0
    for weekday in WEEKDAYS:
        day.do(actions.set_dosing_hours, "cora", weekday=weekday, from_time=time(9), until_time=time(16))
    for weekday in (2, 3, 4):
        day.do(actions.set_hours, "cora", staff_id=theo, weekday=weekday, from_time=time(9), until_time=time(13))
    made = Clinic(day, day.person_id, day.episode(), chair, theo)
    if consented:
        consent(made)
    if verdict:
        screen(made, verdict, decided)
    return made


def consent(clinic: Clinic, *, kind: str = "treatment", expires_at: datetime | None = None) -> int:
    return Consent.objects.create(
        person_id=clinic.person_id, at=FRIDAY, by_id=None, kind=kind, text_version="1", text_hash="0" * 64,
        signed_name="", expires_at=expires_at,
    ).pk  # fmt: skip


def screen(clinic: Clinic, verdict: str, decided: str = "") -> None:
    none = vault.lock(clinic.person_id, "[]")
    row = Screening.objects.create(
        person_id=clinic.person_id, at=FRIDAY, by_id=None, facts=vault.lock(clinic.person_id, "{}"), verdict=verdict,
        reasons=none, trials=none,
    )  # fmt: skip
    if decided:
        ScreeningDecision.objects.create(
            person_id=clinic.person_id, at=FRIDAY, by_id=None, screening=row, decision=decided, reason=""
        )


MONDAY = date(2026, 11, 23)
