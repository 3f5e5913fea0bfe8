"""Courses made by hand for the pure parts of the page: no database, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from fenestra.care.people.queries import EpisodeValue, PersonValue
from fenestra.faces.web.staff.journey.course import Course, Dose, DoseIs, Hour, HourIs, Told, UseOf
from fenestra.science.protocols.regimens import protocol
from fenestra.science.protocols.window import therapy_window

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
RULE = protocol("grabski_2022").window


def days_ago(days: float) -> datetime:
    return NOON - timedelta(days=days)


def day_ago(days: int) -> date:
    return (NOON - timedelta(days=days)).date()


def person(**other: Any) -> PersonValue:
    told = {
        "id": 7, "code": "A-7", "name": "Leon Fischer", "born": None, "age": 45, "sex": "male", "allergies": "",
        "address": "", "version": 1,
    }  # fmt: skip
    return PersonValue(**{**told, **other})


def episode(*, opened: float = 60, doses: int = 3, **other: Any) -> EpisodeValue:
    told = {
        "id": 1, "person_id": 7, "substances": ("alcohol",), "goal": "abstinence", "protocol": "grabski_2022",
        "protocol_hash": "0", "doses_planned": doses, "opened_at": days_ago(opened), "open": True, "closed_at": None,
        "closed_because": None, "version": 1,
    }  # fmt: skip
    return EpisodeValue(**{**told, **other})


def given(number: int, days: float, of: int = 3) -> Dose:
    ended = days_ago(days)
    return Dose(number, of, ended, DoseIs.GIVEN, therapy_window(RULE, ended), 10 + number)


def expected(number: int, days: float, state: DoseIs = DoseIs.BOOKED) -> Dose:
    at = NOON + timedelta(days=days)
    return Dose(number, 3, at, state, therapy_window(RULE, at), 10 + number if state is DoseIs.BOOKED else None)


def hour(days: float, state: HourIs = HourIs.HELD, *, inside: bool | None = None) -> Hour:
    return Hour(days_ago(days), 50, state, inside)


def told(days: float, now: int | None, most: int | None = None) -> Told:
    """A check-in said so many days ago, about the day before."""
    at = days_ago(days)
    return Told((at - timedelta(days=1)).date(), at, now, most)


def use_of(
    days: Mapping[int, bool | None], *, amounts: Mapping[int, int] | None = None, first: int, **other: Any
) -> UseOf:
    """Days by how long ago they were; what is not named is a day nobody knows. Reaches up to yesterday."""
    held = {
        "substance": "alcohol", "used": {day_ago(n): said for n, said in days.items()},
        "amounts": {day_ago(n): Decimal(drinks) for n, drinks in (amounts or {}).items()}, "unit": "drinks",
        "disagree": frozenset(), "heavy_from": 5, "first": day_ago(first), "last": day_ago(1),
    }  # fmt: skip
    return UseOf(**{**held, **other})


def course(**other: Any) -> Course:
    held: dict[str, Any] = {"person": person(), "episode": episode(), "at": NOON, "zone": "UTC"}
    return Course(**{**held, **other})
