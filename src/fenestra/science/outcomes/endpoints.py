"""What an outcome number is about: without its endpoint no number is shown.

An endpoint says over which days it looks, in which unit it counts, what counts, where the definition comes from, and what
is done with people nobody could ask. Two endpoints that differ in any of these are two endpoints: they are not compared.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from fenestra.science.errors import BadInput


class MissingRule(StrEnum):
    """What a statistic does with a missing answer. In care and on the person's page missing stays missing."""

    MISSING_IS_USE = "missing_is_use"
    OBSERVED_ONLY = "observed_only"
    MULTIPLE_IMPUTATION = "multiple_imputation"


@dataclass(frozen=True)
class DayWindow:
    """Days an endpoint looks at, both included, counted from the dose (day 0) or whatever start it names."""

    first_day: int
    last_day: int
    counted_from: str

    def __post_init__(self) -> None:
        if self.last_day < self.first_day:
            raise BadInput(
                f"The window ends on day {self.last_day}, before it begins on day {self.first_day}. Enter both again.",
                field="last_day",
            )
        _check_said(self.counted_from, "counted_from")

    @property
    def days(self) -> int:
        """How many days the window has."""
        return self.last_day - self.first_day + 1


@dataclass(frozen=True)
class Endpoint:
    """One endpoint, whole: a number under it means nothing without every one of these fields."""

    id: str
    name: str
    window: DayWindow
    unit: str
    criterion: str
    source: str
    missing_rule: MissingRule
    verified: bool

    def __post_init__(self) -> None:
        for field in ("id", "name", "unit", "criterion", "source"):
            _check_said(getattr(self, field), field)

    def under(self, missing_rule: MissingRule) -> Endpoint:
        """The same endpoint under another rule for missing answers, to be shown beside this one."""
        return replace(self, missing_rule=missing_rule)

    def is_comparable_with(self, other: Endpoint) -> bool:
        """Whether two numbers may stand in one comparison: same window, unit, criterion and missing rule."""
        return (self.window, self.unit, self.criterion, self.missing_rule) == (
            other.window,
            other.unit,
            other.criterion,
            other.missing_rule,
        )


def _check_said(text: str, field: str) -> None:
    if not text.strip():
        raise BadInput(f"An endpoint needs its {field.replace('_', ' ')}. Write it out.", field=field)
