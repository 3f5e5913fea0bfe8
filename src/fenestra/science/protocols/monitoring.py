"""How often a person is observed, how late is overdue, and how long a monitor may be silent.

An overdue round says only what has not been done, so it is shown whether or not a clinic has adopted the rule behind
it. Which round of a visit is due, its own room works out from these numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from fenestra.science.errors import BadInput
from fenestra.science.protocols.requirements import requirement


@dataclass(frozen=True)
class ObservationSchedule:
    """How often a person is observed, and how late is overdue."""

    vitals: tuple[str, ...]
    during_every_min: Decimal
    after_every_min: Decimal
    overdue_after_min: Decimal
    stream_silent_low_s: Decimal
    stream_silent_high_s: Decimal
    source: str
    verified: bool

    def __post_init__(self) -> None:
        if self.during_every_min <= 0 or self.after_every_min <= 0:
            raise BadInput("Rounds must be some minutes apart. Enter a number above zero.", field="during_every_min")
        if not 0 < self.stream_silent_low_s <= self.stream_silent_high_s:
            raise BadInput(
                "A silent stream must alarm low before it alarms high. Enter both again, in seconds.",
                field="stream_silent_high_s",
            )


@dataclass(frozen=True)
class PublishedRise:
    """Mean rise of pressure that one clinic published, to be drawn behind the live readings."""

    clinic: str
    peak_min: Decimal
    systolic_mmhg: Decimal
    diastolic_mmhg: Decimal
    source: str


def shipped_schedule() -> ObservationSchedule:
    """Baseline, every 10 minutes during and every 15 after (MON-001); overdue and silence from MON-010, unverified."""
    rounds, alarms = requirement("MON-001"), requirement("MON-010")
    return ObservationSchedule(
        vitals=rounds.words("vitals"),
        during_every_min=rounds.number("during_every_min"),
        after_every_min=rounds.number("after_every_min"),
        overdue_after_min=alarms.number("overdue_after_min"),
        stream_silent_low_s=alarms.number("stream_stale_low_s"),
        stream_silent_high_s=alarms.number("stream_stale_high_s"),
        source=f"{rounds.source}; {alarms.source}",
        verified=rounds.verified and alarms.verified,
    )


def published_rises() -> tuple[PublishedRise, ...]:
    """What two clinics saw on average (MON-006). A spread of clinics, not a forecast for a person."""
    rule = requirement("MON-006")
    rises = []
    for clinic in ("emory", "yale"):
        systolic, diastolic = rule.numbers(f"{clinic}_mean_rise")
        rises.append(
            PublishedRise(clinic.capitalize(), rule.number(f"{clinic}_peak_min"), systolic, diastolic, rule.source)
        )
    return tuple(rises)
