"""Which rounds of observation are due, which are overdue, and when silence is an alarm.

Minutes count from the start of the dose. An overdue round says only what has not been done, so it is shown whether or
not a clinic has adopted the rule behind it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from fenestra.science.errors import BadInput
from fenestra.science.protocols.requirements import requirement
from fenestra.science.protocols.thresholds import DosingPhase


@dataclass(frozen=True)
class ObservationSchedule:
    """How often a person is observed, and how late is overdue. A protocol may bring its own."""

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
class Round:
    """One round of observation that is due."""

    due_min: Decimal
    phase: DosingPhase


class Silence(StrEnum):
    """How grave it is that a monitor's stream has fallen silent."""

    LOW = "low"
    HIGH = "high"


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


def rounds_due(schedule: ObservationSchedule, *, end_min: Decimal | None, until_min: Decimal) -> tuple[Round, ...]:
    """Every round from the baseline to `until_min`.

    `end_min` is when the dose ended, None while it runs; an im dose ends at 0. A round that falls on the end belongs to
    the dose, and the rounds after it count from the end.
    """
    if until_min < 0 or (end_min is not None and end_min < 0):
        raise BadInput("Rounds count from the start of the dose. Enter minutes of zero or more.", field="until_min")
    running_until = until_min if end_min is None else min(end_min, until_min)
    baseline = Round(Decimal(0), DosingPhase.BEFORE)
    during = _rounds(Decimal(0), schedule.during_every_min, running_until, DosingPhase.DURING)
    after = [] if end_min is None else _rounds(end_min, schedule.after_every_min, until_min, DosingPhase.AFTER)
    return (baseline, *during, *after)


def unmet_rounds(
    schedule: ObservationSchedule, rounds: Iterable[Round], taken_min: Iterable[Decimal]
) -> tuple[Round, ...]:
    """The rounds no reading has met.

    A reading meets every round due up to then, and the next one if it comes early by no more than a round may be late.
    Any reading before the dose meets the baseline.
    """
    latest = max(taken_min, default=None)
    if latest is None:
        return tuple(rounds)
    met_until = latest + schedule.overdue_after_min
    return tuple(each for each in rounds if each.phase is not DosingPhase.BEFORE and each.due_min > met_until)


def overdue_rounds(
    schedule: ObservationSchedule, rounds: Iterable[Round], taken_min: Iterable[Decimal], *, now_min: Decimal
) -> tuple[Round, ...]:
    """The unmet rounds whose time has passed by more than the schedule allows, oldest first."""
    unmet = unmet_rounds(schedule, rounds, taken_min)
    return tuple(each for each in unmet if now_min >= each.due_min + schedule.overdue_after_min)


def stream_silence(schedule: ObservationSchedule, *, silent_s: Decimal) -> Silence | None:
    """How grave it is that a stream has been silent for this many seconds; None while it is still usual."""
    if silent_s >= schedule.stream_silent_high_s:
        return Silence.HIGH
    return Silence.LOW if silent_s >= schedule.stream_silent_low_s else None


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


def _rounds(start_min: Decimal, every_min: Decimal, until_min: Decimal, phase: DosingPhase) -> list[Round]:
    how_many = int((until_min - start_min) // every_min) if until_min > start_min else 0
    return [Round(start_min + every_min * place, phase) for place in range(1, how_many + 1)]
