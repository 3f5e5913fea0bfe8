"""The log of a dosing day in words, newest first: steps, rounds, alarms, entries, incidents, each with who."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from fenestra.care.visit.actions import ENTRY_KINDS
from fenestra.care.visit.chart import DoseChange
from fenestra.care.visit.rules import Mark, Measure, VisitState
from fenestra.care.visit.values import ReadingValue, StepValue
from fenestra.faces.web.staff.visit.seen import Seen
from fenestra.science.quantities import plain

STEP_WORDS = {
    VisitState.ARRIVED: "Checked in",
    VisitState.CLEARED: "Fit for a dose today",
    VisitState.TREATING: "Treating",
    VisitState.RECOVERING: "Recovering",
    VisitState.DISCHARGED: "Discharged",
    VisitState.LEFT_EARLY: "Left early",
    VisitState.SENT_HOME: "Sent home, no dose",
}
MARK_WORDS = {
    Mark.START: "Infusion started",
    Mark.RATE: "Rate changed",
    Mark.PAUSE: "Pump paused",
    Mark.RESUME: "Infusion goes on",
    Mark.STOP: "Dose stopped",
    Mark.FINISH: "Pump finished",
    Mark.GIVEN: "Injection given",
}
SHORT = {
    Measure.PULSE: "pulse",
    Measure.SPO2: "SpO₂",
    Measure.BREATHS: "breaths",
    Measure.MOAAS: "MOAA/S",
    Measure.UNREAL: "unreal",
    Measure.APART: "apart",
    Measure.CONTACT: "contact",
    Measure.CRAVING: "craving",
    Measure.SYSTOLIC: "systolic",
    Measure.DIASTOLIC: "diastolic",
}


@dataclass(frozen=True)
class LogLine:
    at: datetime
    clock: str
    minute: str
    text: str
    who: str
    kind: str = ""


def minute_words(seen: Seen, at: datetime) -> str:
    """Minutes since the start, before it with a minus; nothing while there was no start."""
    if seen.value.started_at is None:
        return ""
    minute = seen.minute(at)
    return f"{'−' if minute <= -1 else ''}{int(abs(minute))} min"


def log_of(seen: Seen) -> tuple[LogLine, ...]:
    """Every line, newest first; lines of one moment keep the order in which they were written."""
    lines = [*_steps(seen), *_rounds(seen), *_papers(seen), *_alarms(seen), *_entries(seen)]
    oldest_first = sorted(lines, key=lambda line: line.at)
    return tuple(oldest_first[::-1])


def _line(seen: Seen, at: datetime, text: str, by_id: int | None, kind: str = "") -> LogLine:
    return LogLine(at, seen.clock(at), minute_words(seen, at), text, seen.name(by_id), kind)


def _steps(seen: Seen) -> Iterator[LogLine]:
    """Steps in words; a step that a dose mark made is told by its mark."""
    marks = list(seen.value.changes)
    for step in seen.value.steps:
        mark = next((m for m in marks if m.at == step.at and _leads_to(m, step)), None)
        if mark is not None:
            marks.remove(mark)
        text = _mark_words(seen, mark) if mark else STEP_WORDS.get(step.state, "")
        if text:
            yield _line(seen, step.at, f"{text}: {step.reason}" if step.reason else text, step.by_id)


def _leads_to(mark: DoseChange, step: StepValue) -> bool:
    flowing = step.state in (VisitState.INFUSING, VisitState.PAUSED, VisitState.GIVEN)
    return flowing or (step.state is VisitState.RECOVERING and mark.kind in (Mark.STOP, Mark.FINISH))


def _mark_words(seen: Seen, mark: DoseChange) -> str:
    words = MARK_WORDS[mark.kind]
    if seen.hides_dose:
        return words
    if mark.given_mg is not None:
        return f"{words}, {plain(mark.given_mg)} mg given"
    if mark.mg_per_min and mark.kind in (Mark.START, Mark.RATE):
        return f"{words}, {rate_words(seen, mark)}"
    return words


def rate_words(seen: Seen, mark: DoseChange) -> str:
    """The flow as the pump shows it, when the syringe is known; else in mg a minute."""
    syringe, flow = seen.value.syringe, mark.mg_per_min or 0
    if syringe is None:
        return f"{float(flow):.2f} mg/min"
    if mark.kind is Mark.START and syringe.rate_ml_per_h:
        return f"{plain(syringe.rate_ml_per_h)} mL/h"
    return f"{float(flow * 60 / syringe.mg_per_ml):.1f} mL/h"


def _rounds(seen: Seen) -> Iterator[LogLine]:
    """What was typed together is one line; what a monitor streams is drawn, not logged."""
    typed = [r for r in seen.value.readings if r.origin != "stream"]
    for _, group in groupby(typed, key=lambda reading: reading.act_id):
        round_ = list(group)
        late = ", typed late" if round_[0].origin == "late" else ""
        text = round_words({r.measure: r for r in round_})
        yield _line(seen, round_[0].at, text + late, round_[0].by_id)


def round_words(readings: dict[Measure, ReadingValue]) -> str:
    """ "146/91, pulse 84, SpO₂ 97"."""
    said = {measure: plain(reading.value) for measure, reading in readings.items()}
    parts = []
    if Measure.SYSTOLIC in said and Measure.DIASTOLIC in said:
        parts.append(f"{said.pop(Measure.SYSTOLIC)}/{said.pop(Measure.DIASTOLIC)}")
    return ", ".join([*parts, *(f"{SHORT[m]} {value}" for m, value in said.items())])


def _papers(seen: Seen) -> Iterator[LogLine]:
    order, syringe = seen.value.order, seen.value.syringe
    if order and not seen.hides_dose:
        over = f" over {plain(order.minutes)} min" if order.minutes else ""
        why = f": {order.reason}" if order.reason else ""
        yield _line(seen, order.at, f"Ordered {plain(order.dose_mg)} mg{over}{why}", order.by_id)
    if syringe and not seen.hides_dose:
        drawn = f"Drawn up {plain(syringe.drawn_mg)} mg in {plain(syringe.volume_ml)} mL, read back"
        yield _line(seen, syringe.at, drawn, syringe.by_id)


def _alarms(seen: Seen) -> Iterator[LogLine]:
    for alarm in seen.value.alarms:
        yield _line(seen, alarm.since, f"Alarm: {alarm.said}", None, "alarm")
        if alarm.seen_at:
            yield _line(seen, alarm.seen_at, f"Seen: {alarm.said}", alarm.seen_by_id)
        if alarm.over_at:
            yield _line(seen, alarm.over_at, f"Over: {alarm.said}", None)


def _entries(seen: Seen) -> Iterator[LogLine]:
    for entry in seen.value.entries:
        word = ENTRY_KINDS.get(entry.kind, entry.kind)
        yield _line(seen, entry.at, entry.text if entry.kind == "note" else f"{word}: {entry.text}", entry.by_id)
    for entry in seen.value.incidents:
        text = "" if seen.hides_dose else f": {entry.text}"
        yield _line(seen, entry.at, f"Incident, {entry.kind}{text}", entry.by_id, "incident")
