"""The numbers readable at two metres: each with its age, its baseline and what is usual."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from fenestra.care.visit.rules import DOSING, Measure, VisitState
from fenestra.care.visit.values import ReadingValue
from fenestra.faces.web.staff.visit.seen import Seen, milliseconds
from fenestra.science.pharmacology.expected_rise import expected_rise
from fenestra.science.protocols import thresholds
from fenestra.science.protocols.requirements import requirement
from fenestra.science.protocols.thresholds import Comparison, DosingPhase
from fenestra.science.quantities import plain

NAMES = {
    Measure.SYSTOLIC: "systolic_mmhg",
    Measure.DIASTOLIC: "diastolic_mmhg",
    Measure.PULSE: "pulse_per_min",
    Measure.SPO2: "spo2_percent",
    Measure.BREATHS: "breaths_per_min",
    Measure.MOAAS: "moaas",
}
SIDES = {
    Comparison.ABOVE: "above",
    Comparison.AT_OR_ABOVE: "from",
    Comparison.BELOW: "below",
    Comparison.AT_OR_BELOW: "down to",
}


@dataclass(frozen=True)
class Vital:
    """One figure. `live` names the measure that a monitor may replace in place, with its `change` from `first`."""

    kind: str
    label: str
    figure: str
    unit: str
    lines: tuple[str, ...]
    clock: str
    age_ms: int | None
    stale_s: int
    lower: str = ""
    live: str = ""
    bad: bool = False
    paired: bool = False
    first: str = ""
    change: str = ""


def vitals_of(seen: Seen) -> tuple[Vital, ...]:
    return (
        _pressure(seen),
        _single(seen, Measure.PULSE, "pulse", "Pulse", "/min", live="pulse"),
        _single(seen, Measure.SPO2, "spo2", "SpO₂", "%", live="spo2"),
    )


def pair_of(seen: Seen) -> tuple[Vital, ...]:
    """Sedation and breaths, side by side."""
    return (
        _single(seen, Measure.MOAAS, "rating", "Sedation", "", paired=True),
        _single(seen, Measure.BREATHS, "rating", "Breaths", "", paired=True),
    )


def counted_rounds(seen: Seen) -> int:
    """How many times pressure was measured since the dose started."""
    start = seen.value.started_at
    return len([r for r in seen.value.readings if r.measure is Measure.SYSTOLIC and start and r.at >= start])


def stale_after_s(seen: Seen, reading: ReadingValue | None) -> int:
    """When a number is old: a stream's after seconds, a typed one when its round is overdue (MON-001, MON-010).

    0 while no round is due: before the dose and after the visit a number only tells its age.
    """
    if seen.state not in (*DOSING, VisitState.RECOVERING):
        return 0
    rule, schedule = requirement("MON-010"), requirement("MON-001")
    if reading is not None and reading.origin == "stream":
        return rule.whole("stream_stale_low_s")
    every = schedule.whole("during_every_min" if seen.state in DOSING else "after_every_min")
    return 60 * (every + rule.whole("overdue_after_min"))


def phase_of(seen: Seen) -> DosingPhase:
    value = seen.value
    if value.started_at is None:
        return DosingPhase.BEFORE
    return DosingPhase.AFTER if value.ended_at else DosingPhase.DURING


def _is_bad(seen: Seen, *readings: ReadingValue | None) -> bool:
    """Beyond a limit that asks for more than a second look. Before the dose it is a finding, not an alarm."""
    if phase_of(seen) is DosingPhase.BEFORE:
        return False
    asked: dict[str, Any] = {NAMES[r.measure]: r.value for r in readings if r is not None}
    found = thresholds.breaches(seen.limits, thresholds.Reading(**asked), phase_of(seen)) if asked else ()
    return any(b.threshold.action is not thresholds.AlarmAction.WARN for b in found)


def _signed(value: Decimal) -> str:
    return f"{'+' if value >= 0 else '−'}{plain(abs(value))}"


def _pressure(seen: Seen) -> Vital:
    high, low = seen.value.latest(Measure.SYSTOLIC), seen.value.latest(Measure.DIASTOLIC)
    first_high, first_low = seen.value.baseline(Measure.SYSTOLIC), seen.value.baseline(Measure.DIASTOLIC)
    lines = []
    if high and low and first_high and first_low and high.id != first_high.id:
        rise = f"{_signed(high.value - first_high.value)} / {_signed(low.value - first_low.value)}"
        lines.append(f"{rise} from {plain(first_high.value)}/{plain(first_low.value)}")
    if phase_of(seen) is DosingPhase.DURING:
        lines.append(usual_rise_words())
    return Vital(
        kind="pressure",
        label="Pressure",
        figure=plain(high.value) if high else "–",
        lower=plain(low.value) if low else "–",
        unit="",
        lines=tuple(lines) or _limits_words(seen, Measure.SYSTOLIC),
        clock=seen.clock(high.at) if high else "",
        age_ms=milliseconds(high.at) if high else None,
        stale_s=stale_after_s(seen, high),
        bad=_is_bad(seen, high, low),
    )


def usual_rise_words() -> str:
    """The published mean rise at its peak, for the regimen it was measured with; no course over time is known."""
    usual = expected_rise()
    read = "" if usual.verified else ", not read in its source"
    when = f"min {plain(usual.peak_from_min)}–{plain(usual.peak_to_min)}"
    rise = f"{_signed(usual.systolic_mmhg)} / {_signed(usual.diastolic_mmhg)}"
    return f"published mean {rise} at {when}, with {usual.regimen}{read}"


def _limits_words(seen: Seen, measure: Measure) -> tuple[str, ...]:
    """The limits of this measure in the phase the visit is in."""
    phase = phase_of(seen)
    held = [t for t in seen.limits if t.measure.value == NAMES[measure] and phase in t.phases]
    short = {"pause_and_call": "pause", "transfer_decision": "transfer"}
    said = [f"{short.get(t.action.value, t.action.value)} {SIDES[t.comparison]} {plain(t.value)}" for t in held]
    return (", ".join(said),) if said else ()


def _single(
    seen: Seen, measure: Measure, kind: str, label: str, unit: str, *, live: str = "", paired: bool = False
) -> Vital:
    last, first = seen.value.latest(measure), seen.value.baseline(measure)
    change = ""
    if last and first and last.id != first.id and not paired:
        change = f"{_signed(last.value - first.value)} from {plain(first.value)}"
    words = {Measure.MOAAS: "MOAA/S", Measure.BREATHS: "a minute"}.get(measure, "")
    lines = (words,) if paired else _limits_words(seen, measure)
    return Vital(
        kind=kind,
        label=label,
        figure=plain(last.value) if last else "–",
        unit=unit if last else "",
        lines=lines,
        clock=seen.clock(last.at) if last else "",
        age_ms=milliseconds(last.at) if last else None,
        stale_s=stale_after_s(seen, last),
        live=live,
        bad=_is_bad(seen, last),
        paired=paired,
        first=plain(first.value) if first else "",
        change=change,
    )


def told_of(seen: Seen) -> tuple[Vital, ...]:
    """What the person tells: before the dose and latest, without a limit and without a prediction."""
    return (
        _before_and_latest(seen, "Dissociation", (Measure.UNREAL, Measure.APART), ("unreal", "apart")),
        _before_and_latest(seen, "Craving", (Measure.CRAVING,), ("",)),
    )


def _before_and_latest(seen: Seen, label: str, measures: tuple[Measure, ...], words: tuple[str, ...]) -> Vital:
    said = [_told_words(seen, measure, word) for measure, word in zip(measures, words, strict=True)]
    times = [last.at for measure in measures if (last := seen.value.latest(measure))]
    line = ", ".join(each for each in said if each)
    lines = (f"{line}, at {seen.clock(max(times))}" if times else "not asked yet",)
    return Vital("told", label, "", "of 100", lines, "", None, 0)


def _told_words(seen: Seen, measure: Measure, word: str) -> str:
    """ "unreal 0 before, 42 now"; one number alone is named for what it is."""
    first, last = seen.value.baseline(measure), seen.value.latest(measure)
    if last is None:
        return ""
    now = plain(last.value)
    if first is not None and first.id == last.id:
        return f"{word} {now} before".strip()
    return f"{word} {plain(first.value)} → {now}".strip() if first else f"{word} {now}".strip()
