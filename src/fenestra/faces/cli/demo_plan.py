"""The plan of a made-up course: when each dose is, and the therapy hours that go with it, in windows and outside them.

Hours are drawn for themselves. Nothing that a person uses, feels or answers is drawn with a look at them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fenestra.care.plan import actions as plan
from fenestra.care.plan import queries as plans
from fenestra.care.plan.actions import chair_time
from fenestra.care.plan.rules import AppointmentKind
from fenestra.care.plan.values import AppointmentValue
from fenestra.faces.cli.demo_maker import Maker
from fenestra.faces.cli.demo_people import DOSE_EVERY_DAYS, Way, Who
from fenestra.ground.book.scope import OPEN
from fenestra.science.protocols.protocol import Protocol
from fenestra.science.protocols.regimens import content_hash
from fenestra.science.protocols.regimens import protocol as protocol_of
from fenestra.science.protocols.window import WindowStanding, therapy_window

CHAIRS = ("A", "B", "C", "D")
DOSE_HOURS = (9, 11, 13, 15)
THERAPISTS = ("therapist", "therapist2")
HOUR_MINUTES = 60
IN_WINDOW_SHARE = 0.7
WHY_OUTSIDE = (
    "The person works away until then.", "Both therapists are booked in these days.",
    "The person asked for more rest first.", "A public holiday lies in the window.",
)  # fmt: skip


@dataclass(frozen=True)
class Dose:
    """One dose of the course: its number, when its infusion starts, and its chair."""

    number: int
    start: datetime
    chair: str
    fixed_chair: bool


@dataclass(frozen=True)
class Hour:
    """A therapy hour that goes with a dose."""

    dose_number: int
    at: datetime
    therapist: str
    because: str


@dataclass(frozen=True)
class Laid:
    """A plan as it was made, with the appointments it booked."""

    plan_id: int
    doses: tuple[Dose, ...]
    appointments: tuple[AppointmentValue, ...]

    def appointment(self, kind: AppointmentKind, number: int) -> list[AppointmentValue]:
        return [each for each in self.appointments if (each.kind, each.dose_number) == (kind, number)]


def doses_of(maker: Maker, who: Who) -> tuple[Dose, ...]:
    """Weekly doses. Those of today's people fall where their state of today wants them."""
    protocol = protocol_of(who.protocol)
    count = int(protocol.dose.doses.value or 1) if protocol.dose.doses else 1
    if (today := who.today) is not None:
        newest = maker.now - timedelta(minutes=today.minutes_ago)
        chair = "ABCD"[who.number % 4]
        alone = who.number < len(CHAIRS)  # the first four have a chair to themselves today; later doses find theirs
        return tuple(
            Dose(n, newest + timedelta(days=DOSE_EVERY_DAYS * (n - today.dose)), chair, alone and n == today.dose)
            for n in range(1, count + 1)
        )
    found = []
    for number in range(1, count + 1):
        day = who.began + timedelta(days=DOSE_EVERY_DAYS * (number - 1))
        _, hour, free = maker.take_free((day, hour, chair) for hour in DOSE_HOURS for chair in CHAIRS)
        found.append(Dose(number, maker.moment(day, int(str(hour)), 30), str(free), True))
    return tuple(found)


def hours_of(maker: Maker, who: Who, doses: Sequence[Dose]) -> list[Hour]:
    """One hour for each dose, mostly in its window; outside it with a reason."""
    chance, protocol, found = who.draws("hours"), protocol_of(who.protocol), []
    for dose in doses:
        inside = chance.random() < IN_WINDOW_SHARE
        why = chance.choice(WHY_OUTSIDE)
        slots = list(_slots(maker, protocol, dose, inside=inside)) or list(_slots(maker, protocol, dose, inside=False))
        chance.shuffle(slots)
        at, therapist = maker.take_free(slots)
        assert isinstance(at, datetime)
        standing = therapy_window(protocol.window, _ends(protocol, dose)).standing(at)
        because = "" if standing is WindowStanding.OPEN else why
        found.append(Hour(dose.number, at, str(therapist), because))
    return found


def _ends(protocol: Protocol, dose: Dose) -> datetime:
    return dose.start + timedelta(minutes=chair_time(protocol).dose)


def _slots(maker: Maker, protocol: Protocol, dose: Dose, *, inside: bool) -> Iterator[tuple[object, ...]]:
    window = therapy_window(protocol.window, _ends(protocol, dose))
    for days in range(1, 7):
        day = maker.day_of(dose.start) + timedelta(days=days)
        for hour in range(9, 17):
            at = maker.moment(day, hour)
            is_open = window.standing(at) is WindowStanding.OPEN
            if day.weekday() < 5 and is_open is inside and (inside or at > window.closes_at):
                yield from ((at, therapist) for therapist in THERAPISTS)


def make(maker: Maker, who: Who, episode_id: int) -> Laid:
    """Lay the course on the calendar, ten days before it begins or just now."""
    doses = doses_of(maker, who)
    hours = hours_of(maker, who, doses)
    held = chair_time(protocol_of(who.protocol))
    at = min(doses[0].start - timedelta(days=10), maker.now - timedelta(hours=3))
    made = maker.do(
        plan.make_plan, "physician", at, episode_id=episode_id, protocol=who.protocol,
        protocol_hash=content_hash(protocol_of(who.protocol)),
        dose_days=tuple(dose.start - timedelta(minutes=held.before) for dose in doses),
        chair_ids=tuple(maker.chairs[dose.chair] if dose.fixed_chair else None for dose in doses),
        hours=tuple(_as_told(maker, hour) for hour in hours),
    )  # fmt: skip
    scope = maker.scopes["physician"]
    found = plans.plan_of(scope, OPEN, episode_id)
    assert found is not None
    until = doses[-1].start + timedelta(days=30)
    booked = plans.appointments(scope, OPEN, doses[0].start - timedelta(days=1), until, person_id=found.person_id)
    return Laid(made.id or 0, doses, tuple(booked))


def know_calendar(maker: Maker) -> None:
    """What is booked already in a clinic that was filled on another day."""
    scope, hour = maker.scopes["physician"], timedelta(hours=1)
    who_of = {maker.staff_id(who): who for who in THERAPISTS}
    for booked in plans.appointments(scope, OPEN, maker.now - hour, maker.now + timedelta(days=40)):
        at = booked.starts_at.astimezone(maker.zone).replace(minute=0, second=0, microsecond=0)
        while booked.staff_id in who_of and at < booked.ends_at:
            maker.taken.add((at, who_of[booked.staff_id]))
            at += hour
    maker.chairs |= {each.name: each.id for each in plans.chairs(scope, OPEN)}


def _as_told(maker: Maker, hour: Hour) -> dict[str, Any]:
    return {
        "staff_id": maker.staff_id(hour.therapist), "starts_at": hour.at, "minutes": HOUR_MINUTES,
        "dose_number": hour.dose_number, "outside_because": hour.because,
    }  # fmt: skip


def stops_early(who: Who) -> int | None:
    """Before which dose the course review says stop; None when the whole course is given."""
    chance = who.draws("review")
    return 3 if who.way is not Way.TODAY and who.protocol == "grabski_2022" and chance.random() < 0.15 else None
