"""What has flowed, and when: the dose marks of a visit folded into segments. Pure and exact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import zip_longest

from fenestra.care.visit.rules import Mark

HUNDREDTH = Decimal("0.01")
FLOWS = (Mark.START, Mark.RATE, Mark.RESUME)


@dataclass(frozen=True)
class DoseChange:
    """One change in what flows. `given_mg` stands where somebody read the pump or the syringe."""

    kind: Mark
    at: datetime
    mg_per_min: Decimal | None = None
    given_mg: Decimal | None = None


@dataclass(frozen=True)
class Segment:
    """A stretch of constant rate."""

    start: datetime
    end: datetime
    mg_per_min: Decimal

    @property
    def minutes(self) -> Decimal:
        return minutes_between(self.start, self.end)

    @property
    def mg(self) -> Decimal:
        return self.minutes * self.mg_per_min


def minutes_between(start: datetime, end: datetime) -> Decimal:
    """Exact minutes, from whole microseconds."""
    return Decimal((end - start) // timedelta(microseconds=1)) / Decimal(60_000_000)


def segments(
    changes: Sequence[DoseChange], *, until: datetime, syringe_mg: Decimal | None = None
) -> tuple[Segment, ...]:
    """Stretches of flow up to `until`; never more than the syringe holds, because then the pump runs dry."""
    found: list[Segment] = []
    left = syringe_mg
    for change, following in zip_longest(changes, changes[1:]):
        if change.kind not in FLOWS or not change.mg_per_min:
            continue
        end = min(until, following.at) if following else until
        if left is not None:
            end = min(end, change.at + timedelta(microseconds=int(left / change.mg_per_min * 60_000_000)))
        if end > change.at:
            segment = Segment(change.at, end, change.mg_per_min)
            found.append(segment)
            left = None if left is None else left - segment.mg
    return tuple(found)


def given_mg(changes: Sequence[DoseChange], *, at: datetime, syringe_mg: Decimal | None = None) -> Decimal:
    """Milligrams given by this moment: as read at the end where somebody read it, else rate times time."""
    read = [c.given_mg for c in changes if c.given_mg is not None and c.at <= at]
    if read:
        return read[-1]
    total = sum((s.mg for s in segments(changes, until=at, syringe_mg=syringe_mg)), Decimal(0))
    return total.quantize(HUNDREDTH, ROUND_HALF_UP)


def runs_dry_at(changes: Sequence[DoseChange], *, syringe_mg: Decimal) -> datetime | None:
    """When the running pump will have given everything; None while nothing flows."""
    last = changes[-1] if changes else None
    if last is None or last.kind not in FLOWS or not last.mg_per_min:
        return None
    before = given_mg(changes, at=last.at, syringe_mg=syringe_mg)
    return last.at + timedelta(microseconds=int((syringe_mg - before) / last.mg_per_min * 60_000_000))


def started_at(changes: Sequence[DoseChange]) -> datetime | None:
    """When the first milligram went in."""
    return changes[0].at if changes else None


def ended_at(changes: Sequence[DoseChange]) -> datetime | None:
    """When the dose ended: the stop, the pump's finish, or the injection."""
    ends = [c.at for c in changes if c.kind in (Mark.STOP, Mark.FINISH, Mark.GIVEN)]
    return ends[-1] if ends else None
