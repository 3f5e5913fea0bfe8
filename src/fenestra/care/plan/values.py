"""What pages and upper rooms read of plans and the calendar: frozen, and as the asker may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from fenestra.care.plan.laid import Layout
from fenestra.care.plan.rules import AppointmentKind, AppointmentState, DoseState, Spacing
from fenestra.science.protocols.window import TherapyWindow


@dataclass(frozen=True)
class PlannedDoseValue:
    """One dose on the calendar. `window` counts from when it is expected to end; what was given is in its visit."""

    id: int
    number: int
    starts_at: datetime
    ends_at: datetime
    chair_id: int | None
    chair: str
    state: DoseState
    window: TherapyWindow
    version: int


@dataclass(frozen=True)
class PlanValue:
    """One episode's way through one version of a protocol."""

    id: int
    episode_id: int
    person_id: int
    protocol: str
    protocol_hash: str
    ethics_reference: str
    reason: str
    made_at: datetime
    by_id: int
    ended_at: datetime | None
    ended_because: str
    doses: tuple[PlannedDoseValue, ...]
    version: int

    @property
    def open(self) -> bool:
        return self.ended_at is None

    def dose(self, number: int) -> PlannedDoseValue | None:
        return next((each for each in self.doses if each.number == number), None)


@dataclass(frozen=True)
class AppointmentValue:
    """A person is expected. `in_window` is None where no window belongs to it."""

    id: int
    person_id: int
    kind: AppointmentKind
    starts_at: datetime
    ends_at: datetime
    staff_id: int | None
    dose_id: int | None
    dose_number: int | None
    chair: str
    state: AppointmentState
    in_window: bool | None
    outside_because: str
    because: str
    version: int


@dataclass(frozen=True)
class ChairValue:
    id: int
    name: str
    in_use: bool
    version: int


@dataclass(frozen=True)
class HoursValue:
    """Weekly hours by the clinic's clock: of a therapist, or (without one) hours in which doses are given."""

    id: int
    staff_id: int | None
    weekday: int
    from_time: time
    until_time: time


@dataclass(frozen=True)
class IntentionValue:
    """`by_id` is None when the person wrote it on their own page."""

    id: int
    words: str
    dose_id: int | None
    dose_number: int | None
    at: datetime
    by_id: int | None


@dataclass(frozen=True)
class CourseReviewValue:
    id: int
    before_dose: int
    go_on: bool
    reason: str
    at: datetime
    by_id: int


@dataclass(frozen=True)
class Alternatives:
    """Ways to lay a course, best first. `missing` says, in sentences, what the clinic has not declared yet."""

    layouts: tuple[Layout, ...]
    spacing: Spacing
    first_day: date
    missing: tuple[str, ...]
