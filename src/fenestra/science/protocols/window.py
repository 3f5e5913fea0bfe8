"""The therapy window after one dose, on the clock. A hypothesis with an editable rule: it forbids nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from fenestra.science.errors import BadInput
from fenestra.science.protocols.protocol import WindowRule


class WindowStanding(StrEnum):
    """Where a moment stands: before the window, in it, in its soft tail, or after both."""

    NOT_YET = "not_yet"
    OPEN = "open"
    SOFT_TAIL = "soft_tail"
    CLOSED = "closed"


@dataclass(frozen=True)
class TherapyWindow:
    """When therapy is aimed for after one dose. Both ends of the window count as inside it."""

    opens_at: datetime
    closes_at: datetime
    soft_until: datetime

    @property
    def half_at(self) -> datetime:
        """When half of the window is over."""
        opens_at = self.opens_at.astimezone(UTC)
        return (opens_at + (self.closes_at.astimezone(UTC) - opens_at) / 2).astimezone(self.opens_at.tzinfo)

    def standing(self, at: datetime) -> WindowStanding:
        """Where this moment stands to the window. Compared as instants: in autumn one wall-clock hour comes twice."""
        _check_has_zone(at, "at")
        moment = at.astimezone(UTC)
        if moment < self.opens_at.astimezone(UTC):
            return WindowStanding.NOT_YET
        if moment <= self.closes_at.astimezone(UTC):
            return WindowStanding.OPEN
        return WindowStanding.SOFT_TAIL if moment <= self.soft_until.astimezone(UTC) else WindowStanding.CLOSED


def therapy_window(rule: WindowRule, dose_ended_at: datetime) -> TherapyWindow:
    """The window of one dose, in elapsed hours after its end: a change of clocks does not move it."""
    _check_has_zone(dose_ended_at, "dose_ended_at")
    return TherapyWindow(
        opens_at=_after(dose_ended_at, hours=float(rule.opens_h)),
        closes_at=_after(dose_ended_at, hours=float(rule.closes_h)),
        soft_until=_after(dose_ended_at, days=float(rule.soft_tail_to_day)),
    )


def _after(start: datetime, *, hours: float = 0, days: float = 0) -> datetime:
    """That much elapsed time later, in the zone of the start; Python alone would add hours on the wall clock."""
    return (start.astimezone(UTC) + timedelta(hours=hours, days=days)).astimezone(start.tzinfo)


def _check_has_zone(time: datetime, field: str) -> None:
    if time.utcoffset() is None:
        raise BadInput("This time needs its time zone. Give it with its offset.", field=field)
