"""When somebody asks how it goes in the year after the last dose. The points and their source stand in OUT-003."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from fenestra.science.protocols.requirements import requirement

POINTS = "OUT-003"


@dataclass(frozen=True)
class FollowUpPoint:
    """One point: so many months after the last dose. It lasts until the next one begins; the last has no end."""

    month: int
    day: date
    until: date | None

    def is_met_by(self, asked: date) -> bool:
        """Whether something asked or measured on this day belongs to this point."""
        return self.day <= asked and (self.until is None or asked < self.until)


def follow_up_months() -> tuple[int, ...]:
    """The months after the last dose at which somebody asks how it goes, in order."""
    rule = requirement(POINTS)
    return tuple(sorted({int(each) for key in ("months_core", "months_extra") for each in rule.numbers(key)}))


def add_months(day: date, count: int) -> date:
    """The same day so many months on; the last of the month where there is no such day."""
    month = day.month - 1 + count
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def follow_up_points(last_dose: date) -> tuple[FollowUpPoint, ...]:
    """Every point after this dose, earliest first."""
    months = follow_up_months()
    days = [add_months(last_dose, month) for month in months]
    return tuple(map(FollowUpPoint, months, days, [*days[1:], None]))


def follow_up_at(last_dose: date, today: date) -> FollowUpPoint | None:
    """The point that has come last by this day; None before the first."""
    return next((each for each in reversed(follow_up_points(last_dose)) if each.day <= today), None)
