"""What a page knows of a visit: frozen values, folded from the rows of one visit. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from fenestra.care.visit.chart import DoseChange, ended_at, given_mg, runs_dry_at, started_at, written_mg
from fenestra.care.visit.lists import Finding
from fenestra.care.visit.rules import Measure, Route, VisitState
from fenestra.science.protocols.thresholds import AlarmAction

MILDEST_FIRST = [action.words for action in AlarmAction]


@dataclass(frozen=True)
class VisitLine:
    """A dosing day in a list."""

    id: int
    person_id: int
    day: date
    due_at: datetime
    chair: str
    dose_number: int
    doses_planned: int
    substances: tuple[str, ...]
    route: Route
    state: VisitState
    since: datetime


@dataclass(frozen=True)
class StepValue:
    state: VisitState
    at: datetime
    by_id: int | None
    reason: str


@dataclass(frozen=True)
class OrderValue:
    id: int
    dose_mg: Decimal
    mg_per_kg: Decimal
    body_weight_kg: Decimal
    dosing_weight_kg: Decimal
    minutes: Decimal | None
    findings: tuple[str, ...]
    reason: str
    model: str
    model_version: str
    by_id: int | None
    at: datetime


@dataclass(frozen=True)
class SyringeValue:
    """What was drawn up and read back by a second person."""

    draw_id: int
    order_id: int
    drawn_mg: Decimal
    volume_ml: Decimal
    mg_per_ml: Decimal
    rate_ml_per_h: Decimal | None
    asked_by_id: int
    by_id: int | None
    at: datetime


@dataclass(frozen=True)
class ReadingValue:
    """One measured thing at one time. `act_id` groups what was typed together as one round."""

    id: int
    measure: Measure
    value: Decimal
    at: datetime
    entered_at: datetime
    origin: str
    act_id: int
    by_id: int | None
    corrects_id: int | None

    @property
    def moment(self) -> datetime:
        """Where it stands in the order of the visit: a device's clock may be wrong, the server's is not."""
        return self.entered_at if self.origin == "stream" else min(self.at, self.entered_at)


def counting(readings: Iterable[ReadingValue]) -> list[ReadingValue]:
    """Readings that count, by their moment: corrections stand in place of what they correct."""
    kept = list(readings)
    corrected = {r.corrects_id for r in kept if r.corrects_id}
    return sorted((r for r in kept if r.id not in corrected), key=lambda r: (r.moment, r.id))


@dataclass(frozen=True)
class AlarmValue:
    id: int
    rule: str
    measure: str
    level: str
    said: str
    action: str
    source: str
    adopted: str
    since: datetime
    seen_at: datetime | None
    seen_by_id: int | None
    over_at: datetime | None

    @property
    def open(self) -> bool:
        """An alarm holds until somebody has seen it and what it is about is over."""
        return self.seen_at is None or self.over_at is None

    @property
    def asks(self) -> tuple[bool, int]:
        """How much it asks for, to compare alarms by: one that is not over before one that is, a stop before a pause."""
        strength = MILDEST_FIRST.index(self.action) if self.action in MILDEST_FIRST else -1
        return (self.over_at is None, strength)


@dataclass(frozen=True)
class EntryValue:
    """One line of the log, in words, with who."""

    at: datetime
    text: str
    by_id: int | None
    kind: str


@dataclass(frozen=True)
class LeavingValue:
    ready_at: datetime
    left_at: datetime
    escort: str


@dataclass(frozen=True)
class VisitValue:
    """One dosing day, whole."""

    id: int
    version: int
    clinic_id: int
    person_id: int
    episode_id: int
    substances: tuple[str, ...]
    doses_planned: int
    day: date
    due_at: datetime
    chair: str
    dose_number: int
    route: Route
    protocol: str
    steps: tuple[StepValue, ...]
    arrival: Mapping[str, str]
    time_out: Mapping[str, str]
    discharge: Mapping[str, str]
    findings: tuple[Finding, ...]
    decided: frozenset[tuple[str, str]]
    order: OrderValue | None
    syringe: SyringeValue | None
    changes: tuple[DoseChange, ...]
    readings: tuple[ReadingValue, ...]
    alarms: tuple[AlarmValue, ...]
    entries: tuple[EntryValue, ...]
    incidents: tuple[EntryValue, ...]
    leaving: LeavingValue | None
    monitor: str
    monitor_since: datetime | None

    @property
    def state(self) -> VisitState:
        return self.steps[-1].state

    @property
    def weight_kg(self) -> Decimal | None:
        said = self.arrival.get("weight_kg")
        return Decimal(said) if said else None

    @property
    def started_at(self) -> datetime | None:
        return started_at(self.changes)

    @property
    def ended_at(self) -> datetime | None:
        return ended_at(self.changes)

    @property
    def syringe_mg(self) -> Decimal | None:
        """What the pump can give at most: the order, or less when less was drawn."""
        if self.order is None or self.syringe is None:
            return None
        return min(self.order.dose_mg, self.syringe.drawn_mg)

    def given_mg(self, at: datetime) -> Decimal:
        return given_mg(self.changes, at=at, syringe_mg=self.syringe_mg)

    @property
    def above_one_mg_per_kg(self) -> bool:
        """Whether more than 1 mg/kg was ordered or, by the marks, given; true where nobody was weighed (DIS-001)."""
        if self.weight_kg is None or (self.order and self.order.mg_per_kg > 1):
            return True
        return written_mg(self.changes) > self.weight_kg

    def runs_dry_at(self) -> datetime | None:
        return runs_dry_at(self.changes, syringe_mg=self.syringe_mg) if self.syringe_mg is not None else None

    def open_alarms(self) -> tuple[AlarmValue, ...]:
        return tuple(alarm for alarm in self.alarms if alarm.open)

    def latest(self, measure: Measure) -> ReadingValue | None:
        """The newest reading that counts: typed late, it stands where it was measured."""
        found = [r for r in counting(self.readings) if r.measure is measure]
        return found[-1] if found else None

    def baseline(self, measure: Measure) -> ReadingValue | None:
        """The first typed reading that counts, before anything was given."""
        typed = [r for r in counting(self.readings) if r.measure is measure and r.origin != "stream"]
        start = self.started_at
        return next((r for r in typed if start is None or r.at <= start), None)
