"""The JSON block behind the live lanes: what was measured, given and predicted, on minutes since the start."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fenestra.care.visit import chart
from fenestra.care.visit.rules import Measure
from fenestra.care.visit.values import ReadingValue, VisitValue
from fenestra.faces.web.staff.visit.log import ENTRY_KINDS, MARK_WORDS, SHORT
from fenestra.faces.web.staff.visit.seen import Seen, milliseconds
from fenestra.faces.web.staff.visit.vitals import NAMES, SIDES
from fenestra.science.protocols import thresholds
from fenestra.science.protocols.thresholds import DosingPhase, Threshold
from fenestra.science.quantities import plain

BEFORE_MIN, LEAST_MIN = -10.0, 100.0
STREAM_EVERY_MS = 15_000  # a monitor sends each second; the eye sees no more than this on the lane
RATINGS = (Measure.UNREAL, Measure.APART)


def lanes_of(seen: Seen) -> dict[str, Any] | None:
    """What the scripts draw; None before the dose, when there is no minute to draw from."""
    start = seen.value.started_at
    if start is None:
        return None
    here = seen.at.astimezone(seen.scope.zone)
    offset = here.utcoffset()
    return {
        "start_ms": milliseconds(start),
        "server_now_ms": milliseconds(seen.at),
        "x": [_first_minute(seen), _last_minute(seen)],
        "time_zone": seen.scope.time_zone,
        "tz_offset_min": int(offset.total_seconds() // 60) if offset else 0,
        "pressure": _cuffs(seen),
        "pulse": _line(seen, Measure.PULSE),
        "spo2": _line(seen, Measure.SPO2),
        "limits": {"pressure": _limits(seen, "systolic_mmhg"), "spo2": _limits(seen, "spo2_percent")},
        # The published rise is one mean at its peak, without a course over time: said in words, not drawn.
        "expected": None,
        "level": _level(seen),
        "level_why_not": seen.level.why_not or None,
        "dose": None if seen.hides_dose else _dose(seen),
        "events": _events(seen),
    }


def _m(seen: Seen, at: datetime) -> float:
    return round(seen.minute(at), 2)


def _first_minute(seen: Seen) -> float:
    """Ten minutes before the start, or far enough to show the first reading, half an hour at most."""
    first = min((_m(seen, r.at) for r in seen.value.readings), default=0.0)
    return max(-30.0, min(BEFORE_MIN, first - 2))


def _last_minute(seen: Seen) -> float:
    last = max((_m(seen, at) for at in (seen.value.steps[-1].at, *(r.at for r in seen.value.readings))), default=0.0)
    leave = _m(seen, seen.earliest_leave_at) if seen.earliest_leave_at else 0.0
    return max(LEAST_MIN, last + 5, leave + 5)


def counting(value: VisitValue, measure: Measure) -> list[ReadingValue]:
    """Readings that count: a corrected one gives way to its correction."""
    corrected = {r.corrects_id for r in value.readings if r.corrects_id}
    return [r for r in value.readings if r.measure is measure and r.id not in corrected]


def phase_at(value: VisitValue, at: datetime) -> DosingPhase:
    """Whether a reading was taken before, during or after the dose."""
    start, end = value.started_at, value.ended_at
    if start is None or at < start:
        return DosingPhase.BEFORE
    return DosingPhase.AFTER if end is not None and at >= end else DosingPhase.DURING


def _cuffs(seen: Seen) -> list[dict[str, Any]]:
    """Each pressure as one mark. A systolic without its diastolic is not drawn: it stands in the log."""
    lower = {r.act_id: r for r in counting(seen.value, Measure.DIASTOLIC)}
    pairs = [(high, lower[high.act_id]) for high in counting(seen.value, Measure.SYSTOLIC) if high.act_id in lower]
    return [
        {
            "m": _m(seen, high.at),
            "sys": float(high.value),
            "dia": float(low.value),
            "out": is_outside(seen, high),
            "text": f"{plain(high.value)}/{plain(low.value)}",
        }
        for high, low in sorted(pairs, key=lambda pair: pair[0].at)
    ]


def is_outside(seen: Seen, reading: ReadingValue) -> bool:
    """Whether this reading is beyond a limit of its phase."""
    asked: dict[str, Any] = {NAMES[reading.measure]: reading.value}
    return bool(thresholds.breaches(seen.limits, thresholds.Reading(**asked), phase_at(seen.value, reading.at)))


def _line(seen: Seen, measure: Measure) -> list[list[float]]:
    """Minute and value; of a stream, one in fifteen seconds and the newest."""
    rows, last = [], -STREAM_EVERY_MS
    readings = sorted(counting(seen.value, measure), key=lambda r: r.at)
    for index, reading in enumerate(readings):
        at = milliseconds(reading.at) or 0
        if reading.origin != "stream" or at - last >= STREAM_EVERY_MS or index == len(readings) - 1:
            rows.append([_m(seen, reading.at), float(reading.value)])
            last = at
    return rows


def _limits(seen: Seen, measure: str) -> list[dict[str, Any]]:
    """The limit lines of the phase the visit is in."""
    phase = phase_at(seen.value, seen.at)
    held = [t for t in seen.limits if t.measure.value == measure and phase in t.phases]
    return [{"value": float(t.value), "text": _limit_words(t)} for t in held]


def _limit_words(limit: Threshold) -> str:
    short = limit.action.value.replace("pause_and_call", "pause and call").replace("_", " ")
    of = "systolic " if limit.measure.value == "systolic_mmhg" else ""
    return f"{of}{SIDES[limit.comparison]} {plain(limit.value)}: {short}"


def _level(seen: Seen) -> dict[str, Any] | None:
    found = seen.level.prediction
    if seen.level.why_not or found is None:
        return None
    return {
        "model": found.model_id,
        "note": level_words(seen),
        "m": [round(m, 1) for m in found.minutes],
        "median": [round(v, 1) for v in found.p50],
        "p05": [round(v, 1) for v in found.p05],
        "p95": [round(v, 1) for v in found.p95],
    }


def level_words(seen: Seen) -> str:
    """What is said beside the curve, always with its model and that nobody measured it."""
    found = seen.level.prediction
    if found is None:
        return seen.level.why_not
    read = "" if found.verified else " · its numbers were not all read in their source"
    return f"median and working 90 % band · {found.model_id} · predicted, not measured{read}"


def _dose(seen: Seen) -> dict[str, Any] | None:
    value = seen.value
    ends = value.ended_at or value.runs_dry_at() or value.changes[-1].at
    parts = chart.segments(value.changes, until=ends, syringe_mg=value.syringe_mg)
    bars = [{"from": _m(seen, p.start), "to": _m(seen, p.end), "planned": False} for p in parts]
    bars = bars or [{"from": _m(seen, c.at), "to": _m(seen, c.at), "planned": False} for c in value.changes[:1]]
    return {"bars": bars, "text": dose_words(seen)}


def dose_words(seen: Seen) -> str:
    """ "37 mg over 40 min = 60 mL/h"; of a dose without an order, what was given."""
    order, syringe = seen.value.order, seen.value.syringe
    if order is None:
        return f"{plain(seen.value.given_mg(seen.at))} mg, no order on record"
    over = f" over {plain(order.minutes)} min" if order.minutes else ""
    rate = f" = {plain(syringe.rate_ml_per_h)} mL/h" if syringe and syringe.rate_ml_per_h else ""
    return f"{plain(order.dose_mg)} mg{over}{rate}"


def _events(seen: Seen) -> list[dict[str, Any]]:
    value = seen.value
    marks = [] if seen.hides_dose else [(c.at, MARK_WORDS[c.kind].lower()) for c in value.changes]
    entries = [(e.at, e.text if e.kind == "note" else ENTRY_KINDS.get(e.kind, e.kind)) for e in value.entries]
    ratings = [
        (r.at, f"{SHORT[r.measure]} {plain(r.value)}")
        for m in RATINGS
        for r in counting(value, m)
        if seen.minute(r.at) > 0
    ]
    return [{"m": _m(seen, at), "text": text} for at, text in sorted([*marks, *entries, *ratings])]
