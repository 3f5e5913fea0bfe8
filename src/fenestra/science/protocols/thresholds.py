"""Alarm and hold limits as typed values, and which of them a reading goes beyond.

The numbers are presets of the requirements file; a protocol or a clinic may put its own in their place. A limit that is
unverified and not adopted is not in force: `in_force` keeps the ones that are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path

from fenestra.science.errors import DataFault
from fenestra.science.evidence.tables import build_all, check_keys, read_toml
from fenestra.science.protocols.adoption import Adoption, Standing
from fenestra.science.protocols.requirements import requirement
from fenestra.science.quantities import plain

THRESHOLDS_FILE = Path(__file__).parent / "data" / "thresholds.toml"


class Measure(StrEnum):
    """What is measured, with its unit in the name."""

    SYSTOLIC = "systolic_mmhg"
    DIASTOLIC = "diastolic_mmhg"
    PULSE = "pulse_per_min"
    BREATHS = "breaths_per_min"
    OXYGEN = "spo2_percent"
    SEDATION = "moaas"
    BREATH_ALCOHOL = "breath_alcohol_percent"
    ALCOHOL_WITHDRAWAL = "ciwa_ar"
    OPIOID_WITHDRAWAL_COWS = "cows"
    OPIOID_WITHDRAWAL_SIGNS = "opioid_signs"

    @property
    def words(self) -> str:
        """The measure and its unit as staff say it."""
        return _WORDS[self][0]

    @property
    def unit(self) -> str:
        return _WORDS[self][1]


_WORDS = {
    Measure.SYSTOLIC: ("Systolic pressure", "mmHg"),
    Measure.DIASTOLIC: ("Diastolic pressure", "mmHg"),
    Measure.PULSE: ("Pulse", "per minute"),
    Measure.BREATHS: ("Breathing", "per minute"),
    Measure.OXYGEN: ("Oxygen saturation", "percent"),
    Measure.SEDATION: ("MOAA/S", "points"),
    Measure.BREATH_ALCOHOL: ("Breath alcohol", "percent"),
    Measure.ALCOHOL_WITHDRAWAL: ("CIWA-Ar", "points"),
    Measure.OPIOID_WITHDRAWAL_COWS: ("COWS", "points"),
    Measure.OPIOID_WITHDRAWAL_SIGNS: ("Observed opioid withdrawal signs", "points"),
}


class Comparison(StrEnum):
    """On which side of the value the limit is passed."""

    ABOVE = "above"
    AT_OR_ABOVE = "at_or_above"
    BELOW = "below"
    AT_OR_BELOW = "at_or_below"

    def passed(self, measured: Decimal, limit: Decimal) -> bool:
        """Whether the measured value has passed the limit."""
        return {
            Comparison.ABOVE: measured > limit,
            Comparison.AT_OR_ABOVE: measured >= limit,
            Comparison.BELOW: measured < limit,
            Comparison.AT_OR_BELOW: measured <= limit,
        }[self]


class DosingPhase(StrEnum):
    """Where a visit stands: before the dose, while it is given, after it."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


class AlarmAction(StrEnum):
    """What a passed limit asks for, mildest first."""

    WARN = "warn"
    DECIDE = "decide"
    HOLD = "hold"
    TRANSFER_DECISION = "transfer_decision"
    CALL = "call"
    PAUSE_AND_CALL = "pause_and_call"
    STOP = "stop"

    @property
    def words(self) -> str:
        """What to do, as staff read it."""
        return {
            AlarmAction.WARN: "Look at the person and measure again.",
            AlarmAction.DECIDE: "The prescriber decides and gives a reason.",
            AlarmAction.HOLD: "No dose now; treat, and measure again.",
            AlarmAction.TRANSFER_DECISION: "No dose; the prescriber decides about a transfer.",
            AlarmAction.CALL: "Call the prescriber.",
            AlarmAction.PAUSE_AND_CALL: "Pause the infusion and call the prescriber.",
            AlarmAction.STOP: "Stop the infusion if it runs, and follow the emergency path.",
        }[self]


@dataclass(frozen=True)
class Threshold:
    """One limit of one measure, with its source and how it stands here."""

    id: str
    rule: str
    measure: Measure
    comparison: Comparison
    value: Decimal
    phases: tuple[DosingPhase, ...]
    action: AlarmAction
    source: str
    verified: bool
    note: str = ""
    standing: Standing = Standing.UNADOPTED


@dataclass(frozen=True)
class Reading:
    """What was measured at one time; None is not measured. Symptoms in the words of THR-004."""

    systolic_mmhg: Decimal | None = None
    diastolic_mmhg: Decimal | None = None
    pulse_per_min: Decimal | None = None
    breaths_per_min: Decimal | None = None
    spo2_percent: Decimal | None = None
    moaas: Decimal | None = None
    breath_alcohol_percent: Decimal | None = None
    ciwa_ar: Decimal | None = None
    cows: Decimal | None = None
    opioid_signs: Decimal | None = None
    symptoms: frozenset[str] = frozenset()

    def measured(self, measure: Measure) -> Decimal | None:
        """The value of one measure; None where it was not taken."""
        value: Decimal | None = getattr(self, measure.value)
        return value


@dataclass(frozen=True)
class Breach:
    """A limit that a reading has passed, and the sentence that goes with it."""

    threshold: Threshold
    measured: Decimal

    @property
    def text(self) -> str:
        limit = self.threshold
        side = limit.comparison.replace("_", " ")
        return f"{limit.measure.words} {plain(self.measured)} {limit.measure.unit} is {side} {plain(limit.value)}. {limit.action.words}"


@dataclass(frozen=True)
class _Row:
    """One row of the file; its number is looked up in the requirement it names."""

    id: str
    rule: str
    key: str
    measure: Measure
    comparison: Comparison
    phases: tuple[DosingPhase, ...]
    action: AlarmAction
    beyond_phase: str = ""
    verified: bool = True


def read_thresholds(path: Path) -> tuple[Threshold, ...]:
    """The limits of one file, each with the number, source and mark of the requirement it names."""
    tables = read_toml(path)
    check_keys(tables, {"threshold"}, file=path.name)
    rows = build_all(_Row, tables.get("threshold", []), file=path.name, table="threshold")
    return tuple(_with_number(row, file=path.name) for row in rows)


@cache
def load_thresholds() -> tuple[Threshold, ...]:
    """All limits that ship, before any clinic has adopted them."""
    return read_thresholds(THRESHOLDS_FILE)


def in_force(thresholds: Iterable[Threshold], adoption: Adoption) -> tuple[Threshold, ...]:
    """The limits that hold here, marked with the ground on which they hold."""
    marked = (replace(each, standing=_standing(each, adoption)) for each in thresholds)
    return tuple(each for each in marked if each.standing.in_force)


def _standing(threshold: Threshold, adoption: Adoption) -> Standing:
    """As its requirement stands, unless this use of the number is less verified than the number itself."""
    return adoption.standing(replace(requirement(threshold.rule), verified=threshold.verified))


def overridden(thresholds: Iterable[Threshold], own: Iterable[Threshold]) -> tuple[Threshold, ...]:
    """Limits in force with a signed protocol's own in place of those with the same id, its further ones after them."""
    by_id = {each.id: each for each in own}
    replaced = [by_id.pop(each.id, each) for each in thresholds]
    return (*replaced, *by_id.values())


def breaches(thresholds: Iterable[Threshold], reading: Reading, phase: DosingPhase) -> tuple[Breach, ...]:
    """Every limit of this phase that the reading has passed. What was not measured passes no limit and clears none."""
    found = []
    for threshold in thresholds:
        measured = reading.measured(threshold.measure)
        if (
            phase in threshold.phases
            and measured is not None
            and threshold.comparison.passed(measured, threshold.value)
        ):
            found.append(Breach(threshold, measured))
    return tuple(found)


def not_measured(thresholds: Iterable[Threshold], reading: Reading, phase: DosingPhase) -> tuple[Measure, ...]:
    """The measures that have a limit in this phase and no value in this reading: silence is not calm."""
    wanted = dict.fromkeys(each.measure for each in thresholds if phase in each.phases)
    return tuple(measure for measure in wanted if reading.measured(measure) is None)


def stop_symptoms(reading: Reading) -> tuple[str, ...]:
    """Symptoms in this reading with which the dose is stopped and the emergency path taken, whatever the pressure."""
    return tuple(each for each in requirement("THR-004").words("symptom_list") if each in reading.symptoms)


def _with_number(row: _Row, *, file: str) -> Threshold:
    rule = requirement(row.rule)
    phase = rule.values.get("phase")
    if phase is not None and row.phases != (phase,) and not row.beyond_phase:
        raise DataFault(file, f"threshold {row.id}", "phases", f"{row.rule} holds {phase} the dose only")
    return Threshold(
        id=row.id,
        rule=row.rule,
        measure=row.measure,
        comparison=row.comparison,
        value=rule.number(row.key),
        phases=row.phases,
        action=row.action,
        source=rule.source,
        verified=rule.verified and row.verified,
        note=row.beyond_phase,
    )
