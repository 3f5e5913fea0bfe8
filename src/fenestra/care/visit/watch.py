"""Which limits of readings this clinic holds, and what a reading finds under them.

Joins the presets of `science/protocols` with what the medical director adopted, and asks them. An unverified preset
holds only once adopted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from fenestra.care.visit import rules
from fenestra.care.visit.lists import Finding
from fenestra.care.visit.rules import DOSING, Measure, VisitState
from fenestra.care.visit.values import VisitValue
from fenestra.ground.book.scope import OPEN, Scope
from fenestra.ground.clinic import queries as clinic
from fenestra.ground.clinic.presets import adoption_of
from fenestra.science.protocols import thresholds as limits_of_readings
from fenestra.science.protocols.requirements import requirement
from fenestra.science.protocols.thresholds import AlarmAction, DosingPhase, Reading, Threshold
from fenestra.science.quantities import plain

# How a measure at the chair is called in the thresholds file. Dissociation and craving have no limits: they are
# measured, not predicted and not alarmed.
NAMES: Mapping[Measure, str] = {
    Measure.SYSTOLIC: "systolic_mmhg",
    Measure.DIASTOLIC: "diastolic_mmhg",
    Measure.PULSE: "pulse_per_min",
    Measure.SPO2: "spo2_percent",
    Measure.BREATHS: "breaths_per_min",
    Measure.MOAAS: "moaas",
}
# What MON-001 calls the vitals of the default schedule, and wants once before a dose.
_VITALS = {
    "sbp": Measure.SYSTOLIC,
    "dbp": Measure.DIASTOLIC,
    "hr": Measure.PULSE,
    "spo2": Measure.SPO2,
    "rr": Measure.BREATHS,
    "sedation": Measure.MOAAS,
}
BASELINE = tuple(_VITALS[name] for name in requirement("MON-001").words("vitals"))
HIGH = (AlarmAction.STOP, AlarmAction.PAUSE_AND_CALL, AlarmAction.CALL)


@dataclass(frozen=True)
class Rule:
    """A rule of this clinic as an alarm keeps it."""

    id: str
    measure: str
    level: str
    limit: str
    action: str
    source: str
    adopted: str


def feeds_accepted(scope: Scope) -> bool:
    """Whether a medical director has accepted the page on intended use, which feeds from monitors wait for."""
    return clinic.feeds_accepted(scope, OPEN)


def thresholds(scope: Scope) -> tuple[Threshold, ...]:
    """The limits of readings in force in this clinic."""
    return limits_of_readings.in_force(limits_of_readings.load_thresholds(), adoption_of(scope))


def phase_of(state: VisitState) -> DosingPhase:
    """Where a visit stands, as the thresholds name it."""
    if state in DOSING:
        return DosingPhase.DURING
    return DosingPhase.AFTER if state in (VisitState.RECOVERING, *rules.CLOSED) else DosingPhase.BEFORE


def _adopted_words(scope: Scope, rule: str) -> str:
    found = clinic.adopted_rules(scope, OPEN).get(rule)
    if found is None:
        return "Read in its source"
    return f"Adopted by {found.by}, {found.at.astimezone(scope.zone):%-d %b %Y}"


def _rule(scope: Scope, threshold: Threshold) -> Rule:
    side = {"above": ">", "at_or_above": "≥", "below": "<", "at_or_below": "≤"}[threshold.comparison.value]
    return Rule(
        id=threshold.id,
        measure=next(m.value for m, name in NAMES.items() if name == threshold.measure.value),
        level="high" if threshold.action in HIGH else "warn",
        limit=f"{threshold.measure.words} {side} {plain(threshold.value)} {threshold.measure.unit}",
        action=threshold.action.words,
        source=f"{threshold.rule}: {threshold.source}",
        adopted=_adopted_words(scope, threshold.rule),
    )


def reading_of(values: Mapping[Measure, Decimal]) -> Reading:
    named: dict[str, Any] = {NAMES[measure]: value for measure, value in values.items()}
    return Reading(**named)


def found_by(
    scope: Scope, limits: tuple[Threshold, ...], measure: Measure, value: Decimal, state: VisitState
) -> tuple[Rule, ...]:
    """Rules that this reading goes beyond, while the dose works, of the limits in force. Before the dose they are
    findings, not alarms."""
    if measure not in NAMES or phase_of(state) is DosingPhase.BEFORE:
        return ()
    reading = reading_of({measure: value})
    return tuple(_rule(scope, b.threshold) for b in limits_of_readings.breaches(limits, reading, phase_of(state)))


def still_beyond(rule_id: str, value: Decimal) -> bool:
    """Whether this reading is still beyond the limit of an alarm, in whatever phase the visit is by now."""
    known = next((each for each in limits_of_readings.load_thresholds() if each.id == rule_id), None)
    return known is None or known.comparison.passed(value, known.value)


def said(measure: str, value: Decimal) -> str:
    """A reading in words: "systolic pressure 190 mmHg"."""
    kind = rules.MEASURES[Measure(measure)]
    return f"{kind.words} {plain(value)} {kind.unit}".strip()


def baseline_findings(
    scope: Scope, value: VisitValue, limits: tuple[Threshold, ...] | None = None
) -> tuple[Finding, ...]:
    """What the first readings found: holds and decisions before a dose that nobody has decided yet. A page about
    many visits hands in the limits in force, asked once."""
    latest = {measure: value.latest(measure) for measure in NAMES}
    reading = reading_of({measure: seen.value for measure, seen in latest.items() if seen is not None})
    limits = thresholds(scope) if limits is None else limits
    found = limits_of_readings.breaches(limits, reading, DosingPhase.BEFORE)
    made = [
        Finding(b.threshold.rule, b.text, _holds(b.threshold), b.threshold.source, b.threshold.verified) for b in found
    ]
    return tuple(f for f in made if f.blocks or (f.rule, f.text) not in value.decided)


def open_findings(scope: Scope, value: VisitValue, limits: tuple[Threshold, ...] | None = None) -> tuple[Finding, ...]:
    """Everything found before the dose that is not decided: in the arrival answers, and in the newest readings."""
    return value.findings + baseline_findings(scope, value, limits)


def _holds(threshold: Threshold) -> bool:
    hold = (AlarmAction.HOLD, AlarmAction.TRANSFER_DECISION)
    return threshold.action in hold


# ---- orders


# ---- time


def clock_words(scope: Scope, at: datetime) -> str:
    return f"{at.astimezone(scope.zone):%H:%M}"


def name_of(scope: Scope, staff_id: int | None) -> str:
    return clinic.names(scope, OPEN, {staff_id or 0}).get(staff_id or 0, "a colleague")
