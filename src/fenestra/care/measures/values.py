"""What pages and upper rooms get to see of a measure. Each value carries the answers it replaced, oldest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class MeasureValue:
    """Something measured of one person. `earlier` holds what was said first and corrected; `reason` says why this row
    took its place."""

    id: int
    person_id: int
    day: date
    at: datetime
    entered_at: datetime
    by_id: int | None
    source: str
    reason: str
    earlier: tuple[MeasureValue, ...]

    @property
    def corrected(self) -> bool:
        return bool(self.earlier)


@dataclass(frozen=True)
class AlertSaid:
    """What a form asked for when it was answered."""

    on: str
    level: str
    say: str


@dataclass(frozen=True)
class ResponseValue(MeasureValue):
    """One answered form. Missing stays missing: no total unless every item of it was answered."""

    instrument: str
    instrument_hash: str
    purpose: str
    repeat: bool
    answers: Mapping[str, int | str]
    total: Decimal | None
    band: str
    complete: bool
    subscales: Mapping[str, Decimal | None]
    alerts: tuple[AlertSaid, ...]


@dataclass(frozen=True)
class UseDayValue(MeasureValue):
    """One day and substance from one source; `used` is None when the person would rather not say."""

    substance: str
    used: bool | None
    amount: Decimal | None
    unit: str


@dataclass(frozen=True)
class WeightValue(MeasureValue):
    kg: Decimal


@dataclass(frozen=True)
class TestValue(MeasureValue):
    """One biological test; `positive` is None when the sample could not be read."""

    kind: str
    substance: str
    positive: bool | None
    value: Decimal | None
    unit: str


@dataclass(frozen=True)
class DayValue:
    """What all sources together say of one day. Use that any source tells counts as use, with the larger amount told,
    so that nothing is overlooked; `disagree` says that another source tells otherwise."""

    day: date
    substance: str
    used: bool | None
    amount: Decimal | None
    unit: str
    disagree: bool
    told: tuple[UseDayValue, ...]


@dataclass(frozen=True)
class PurposeValue:
    """One purpose a gate may name: the instruments that would do, and the newest whole form that met it."""

    purpose: str
    instruments: tuple[str, ...]
    met_by: ResponseValue | None

    @property
    def met(self) -> bool:
        return self.met_by is not None
