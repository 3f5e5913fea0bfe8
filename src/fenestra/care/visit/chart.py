"""What has flowed, and when: the dose marks of a visit folded into segments. Pure and exact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import reduce
from itertools import zip_longest

from fenestra.care.visit.rules import Mark

HUNDREDTH = Decimal("0.01")
FLOWS = (Mark.START, Mark.RATE, Mark.RESUME)
ENDS = (Mark.STOP, Mark.FINISH)


@dataclass(frozen=True)
class DoseChange:
    """One change in what flows. `given_mg` is at a stop or finish what was given in the visit by then, all together;
    at `GIVEN` what went in at that moment, beside what flows."""

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
    left, rate = syringe_mg, Decimal(0)
    for change, following in zip_longest(changes, changes[1:]):
        rate = _rate_after(change, rate)
        if syringe_mg is not None and change.kind in ENDS and change.given_mg is not None:
            left = max(syringe_mg - change.given_mg, Decimal(0))
        if not rate:
            continue
        end = min(until, following.at) if following else until
        if left is not None:
            end = min(end, change.at + timedelta(microseconds=int(left / rate * 60_000_000)))
        if end > change.at:
            segment = Segment(change.at, end, rate)
            found.append(segment)
            left = None if left is None else left - segment.mg
    return tuple(found)


def _rate_after(change: DoseChange, rate: Decimal) -> Decimal:
    """The flow after this change; what is pushed in by hand changes no pump."""
    if change.kind in FLOWS:
        return change.mg_per_min or Decimal(0)
    return rate if change.kind is Mark.GIVEN else Decimal(0)


def rate_now(changes: Sequence[DoseChange]) -> Decimal:
    """Milligrams a minute that flow after the last change, by the record; zero while nothing does."""
    return reduce(lambda rate, change: _rate_after(change, rate), changes, Decimal(0))


def _last_read(changes: Sequence[DoseChange]) -> int:
    """Where the newest total stands that somebody wrote down at a stop; -1 when nobody has."""
    return max((i for i, c in enumerate(changes) if c.kind in ENDS and c.given_mg is not None), default=-1)


def written_mg(changes: Sequence[DoseChange]) -> Decimal:
    """Milligrams that stand on the marks as given: the last total and what went in by hand since. The ledger's sum."""
    read = _last_read(changes)
    base = changes[read].given_mg if read >= 0 else None
    by_hand = [c.given_mg for c in changes[read + 1 :] if c.kind is Mark.GIVEN and c.given_mg is not None]
    return (base or Decimal(0)) + sum(by_hand, Decimal(0))


def given_mg(changes: Sequence[DoseChange], *, at: datetime, syringe_mg: Decimal | None = None) -> Decimal:
    """Milligrams given by this moment: as written where somebody wrote it, and rate times time since."""
    so_far = [c for c in changes if c.at <= at]
    read = _last_read(so_far)
    flowed = segments(so_far, until=at, syringe_mg=syringe_mg)
    since = [s.mg for s in flowed if read < 0 or s.start >= so_far[read].at]
    return (written_mg(so_far) + sum(since, Decimal(0))).quantize(HUNDREDTH, ROUND_HALF_UP)


def runs_dry_at(changes: Sequence[DoseChange], *, syringe_mg: Decimal) -> datetime | None:
    """When the running pump will have given everything; None while nothing flows."""
    if not rate_now(changes):
        return None
    last = changes[-1].at
    flowed = segments(changes, until=datetime.max.replace(tzinfo=last.tzinfo), syringe_mg=syringe_mg)
    return flowed[-1].end if flowed else last


def started_at(changes: Sequence[DoseChange]) -> datetime | None:
    """When the first milligram went in."""
    return next((c.at for c in changes if c.kind in FLOWS or c.given_mg), None)


def ended_at(changes: Sequence[DoseChange]) -> datetime | None:
    """When the dose ended: the stop, the pump's finish, or the injection; None before, and while more flows or may."""
    end: datetime | None = None
    in_line = begun = False  # a pump that runs or is paused; anything given at all
    for change in changes:
        begun = begun or change.kind in FLOWS or bool(change.given_mg)
        if change.kind in FLOWS:
            in_line, end = True, None
        elif change.kind is Mark.GIVEN and not in_line:
            end = change.at
        elif change.kind in ENDS and begun:
            in_line, end = False, end or change.at
    return end
