"""The chairs of Today: every tile has the same rows, so that eyes do not hunt. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from fenestra.care.visit.chart import minutes_between
from fenestra.care.visit.day_queries import GlanceValue
from fenestra.care.visit.rules import CLOSED, DOSING, MEANING, Measure, VisitState
from fenestra.care.visit.values import ReadingValue, VisitValue
from fenestra.faces.web.days import clock_time
from fenestra.faces.web.staff.people.words import chair_words
from fenestra.faces.web.staff.today import trace
from fenestra.faces.web.staff.today.needs import ICONS, RANKS, sentence, visit_page
from fenestra.science.quantities import plain

UNDER_WAY = (*DOSING, VisitState.RECOVERING)
NOT_MEASURED = "–"


@dataclass(frozen=True)
class Strip:
    """The state of a visit in one line: a shape, words, and last a colour."""

    look: str  # high, warn, tech, calm, waiting
    icon: str
    words: str


@dataclass(frozen=True)
class Figure:
    """One number with its own time; the time says "not measured" when there is none."""

    value: str
    unit: str
    name: str
    when: str


@dataclass(frozen=True)
class Tile:
    """One visit of today."""

    visit_id: int
    href: str
    chair: str
    state: str
    name: str
    dose: str
    strip: Strip
    minutes: str
    minutes_of: str
    figures: tuple[Figure, ...]
    progress: trace.Progress | None
    trace: trace.Trace | None
    next_what: str
    next_when: str
    expected: str


@dataclass(frozen=True)
class Counts:
    in_a_chair: int
    in_the_house: int
    expected: int
    done: int


def counts(glances: Sequence[GlanceValue]) -> Counts:
    """Who is where. Together they are everybody booked today."""
    states = [glance.value.state for glance in glances]
    in_a_chair = sum(state in UNDER_WAY for state in states)
    expected, done = states.count(VisitState.BOOKED), sum(state in CLOSED for state in states)
    return Counts(in_a_chair, len(states) - in_a_chair - expected - done, expected, done)


def tiles(glances: Sequence[GlanceValue], names: Mapping[int, str], *, at: datetime, zone: str) -> list[Tile]:
    """A tile for each visit that is not closed: alarms first, then who is dosed, in the house, expected."""
    there = sorted((g for g in glances if g.value.state not in CLOSED), key=_order)
    return [_tile(glance, names.get(glance.line.person_id, ""), at, zone) for glance in there]


def _order(glance: GlanceValue) -> tuple[int, int, datetime]:
    alarm = min((RANKS[alarm.level] for alarm in glance.value.open_alarms()), default=len(RANKS))
    state = glance.value.state
    stage = 0 if state in UNDER_WAY else 2 if state is VisitState.BOOKED else 1
    return (alarm, stage, glance.line.due_at)


def _tile(glance: GlanceValue, name: str, at: datetime, zone: str) -> Tile:
    value, line = glance.value, glance.line
    minutes, minutes_of = _minutes(value, at)
    return Tile(
        visit_id=line.id,
        href=visit_page(line.id),
        chair=sentence(chair_words(line.chair)),
        state=value.state.value,
        name=name,
        dose=f"dose {line.dose_number} of {line.doses_planned}",
        strip=strip(glance),
        minutes=minutes,
        minutes_of=minutes_of,
        figures=_figures(value, zone),
        progress=trace.progress(value, leave_at=glance.earliest_leave_at, at=at),
        trace=trace.trace(value, leave_at=glance.earliest_leave_at),
        next_what=glance.next.what if glance.next else "",
        next_when=_when(glance.next.due_at, at, zone) if glance.next and glance.next.due_at else "",
        expected=_when(line.due_at, at, zone) if value.state is VisitState.BOOKED else "",
    )


def strip(glance: GlanceValue) -> Strip:
    """The most urgent open alarm, else what is to decide, else where the visit stands."""
    alarms = sorted(glance.value.open_alarms(), key=lambda alarm: alarm.asks, reverse=True)
    alarms.sort(key=lambda alarm: RANKS[alarm.level])
    if alarms:
        more = f", and {len(alarms) - 1} more" if len(alarms) > 1 else ""
        return Strip(alarms[0].level, ICONS[alarms[0].level], sentence(alarms[0].said) + more)
    if glance.findings:
        blocks = glance.findings[0].blocks
        words = "No dose as it stands" if blocks else f"Decide: {len(glance.findings)} found on arrival"
        return Strip("warn", "decide", words)
    if glance.value.state in UNDER_WAY:
        if glance.value.latest(Measure.SYSTOLIC) is None:
            return Strip("waiting", "clock", "Nothing measured yet")
        return Strip("calm", "ok", "No open alarm")
    return Strip("waiting", "clock", sentence(MEANING[glance.value.state]))


def _minutes(value: VisitValue, at: datetime) -> tuple[str, str]:
    start = value.started_at
    if start is None:
        return "", ""
    gone = str(int(minutes_between(start, at)))
    planned: Decimal | None = value.order.minutes if value.order else None
    if value.state in DOSING and planned:
        return gone, f"of {plain(planned)} min"
    return gone, "min since start"


def _figures(value: VisitValue, zone: str) -> tuple[Figure, ...]:
    systolic, diastolic = value.latest(Measure.SYSTOLIC), value.latest(Measure.DIASTOLIC)
    if systolic is None and value.started_at is None:
        return ()
    pressure = f"{_number(systolic)}/{_number(diastolic)}" if systolic else NOT_MEASURED
    pulse, spo2 = value.latest(Measure.PULSE), value.latest(Measure.SPO2)
    return (
        Figure(pressure, "", "pressure", _taken(systolic, zone)),
        Figure(_number(pulse), "", "pulse", _taken(pulse, zone)),
        Figure(_number(spo2), "%" if spo2 else "", "SpO₂", _taken(spo2, zone)),
    )


def _number(reading: ReadingValue | None) -> str:
    return plain(reading.value) if reading else NOT_MEASURED


def _taken(reading: ReadingValue | None, zone: str) -> str:
    return clock_time(reading.at, zone) if reading else "not measured"


def _when(due: datetime, at: datetime, zone: str) -> str:
    """Clock time first, relative second: "10:33, in 8 min"."""
    minutes = round((due - at).total_seconds() / 60)
    if minutes == 0:
        return f"{clock_time(due, zone)}, now"
    ahead, span = minutes > 0, _span(abs(minutes))
    return f"{clock_time(due, zone)}, in {span}" if ahead else f"{clock_time(due, zone)}, {span} ago"


def _span(minutes: int) -> str:
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"
