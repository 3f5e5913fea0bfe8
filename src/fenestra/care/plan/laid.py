"""What a course on the calendar is made of: the clinic's calendar, the wish, and each dose laid with its hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from fenestra.care.plan.spans import Span, Taken, Weekly
from fenestra.science.protocols.protocol import WindowRule
from fenestra.science.protocols.window import TherapyWindow, WindowStanding


@dataclass(frozen=True)
class Calendar:
    """What the clinic has: therapists' hours, hours in which doses are given, chairs, and what is given away."""

    zone: ZoneInfo
    therapists: tuple[Weekly, ...]
    dosing: tuple[Weekly, ...]
    chairs: tuple[int, ...]
    taken: tuple[Taken, ...] = ()


@dataclass(frozen=True)
class Wish:
    """What is to be laid. Days between doses are calendar days, counted from one to the next; minutes say how long
    the chair is held before, during and after the dose. `first_instant`: nothing earlier is proposed."""

    person_id: int
    doses: int
    least_days: int
    most_days: int
    minutes_before: int
    dose_minutes: int
    minutes_after: int
    hour_minutes: int
    window: WindowRule
    first_day: date
    first_instant: datetime
    wants_hours: bool = True


class Cost(NamedTuple):
    """What a layout costs, dearest first; `last_day` is the ordinal of its last dose day."""

    without: int
    outside: int
    moved: int
    last_day: int

    def plus(self, other: Cost) -> Cost:
        return Cost(
            self.without + other.without, self.outside + other.outside, self.moved + other.moved,
            max(self.last_day, other.last_day),
        )  # fmt: skip


@dataclass(frozen=True)
class Move:
    """Somebody else's appointment that would lie elsewhere."""

    appointment_id: int
    staff_id: int | None
    person_id: int | None
    to: Span


@dataclass(frozen=True)
class LaidHour:
    """A therapy hour for one dose."""

    staff_id: int
    span: Span
    standing: WindowStanding
    move: Move | None = None

    @property
    def in_window(self) -> bool:
        return self.standing is WindowStanding.OPEN


@dataclass(frozen=True)
class LaidDose:
    """One dose on the calendar: the time its chair is held, when it is expected to end, its window and its hour."""

    day: date
    span: Span
    chair_id: int
    window: TherapyWindow
    hour: LaidHour | None
    cost: Cost


@dataclass(frozen=True)
class Layout:
    """A course on the calendar, with what it costs."""

    doses: tuple[LaidDose, ...]
    cost: Cost

    @property
    def moves(self) -> tuple[Move, ...]:
        return tuple(dose.hour.move for dose in self.doses if dose.hour and dose.hour.move)

    @property
    def why(self) -> str:
        """Why it stands where it stands, in one sentence."""
        hours = [dose.hour for dose in self.doses if dose.hour]
        said = [f"An hour in the window for {sum(hour.in_window for hour in hours)} of {len(self.doses)} doses"]
        if self.cost.outside:
            said.append(f"{self.cost.outside} outside it")
        if self.cost.without:
            said.append(f"{self.cost.without} with no hour at all")
        if self.cost.moved:
            said.append(f"{self.cost.moved} of another person would move")
        return ", ".join(said) + "."
