"""The windows of the last days: when each dose ended and where its protocol's working rule stands. Pure.

The window is a hypothesis. Nothing here says that these days count more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from fenestra.care.visit.day_queries import EndedDose
from fenestra.science.protocols.protocol import WindowRule
from fenestra.science.protocols.regimens import load_protocols

RULE_IN_WORDS = "The window is a hypothesis: the hours are a working rule of each protocol, not a proven fact."
RULER_H = 96


@cache
def rules() -> Mapping[str, WindowRule]:
    """The window rule of each protocol, by its id."""
    return {protocol.id: protocol.window for protocol in load_protocols()}


def days_back() -> int:
    """How far back a dose may lie and still have a window: the longest soft tail."""
    return max(int(rule.soft_tail_to_day) for rule in rules().values())


@dataclass(frozen=True)
class WindowRow:
    """One window on the ruler of 0 to 96 hours."""

    person_id: int
    name: str
    dose: str
    ended: str
    hours: int
    now_percent: float
    stops: tuple[tuple[float, float], ...]
    say: str
    open: bool


def _hours(dose: EndedDose, at: datetime) -> float:
    return (at - dose.ended_at) / timedelta(hours=1)


def rows(ended: Sequence[EndedDose], names: Mapping[int, str], *, at: datetime, zone: str) -> list[WindowRow]:
    """Windows that a protocol's rule counts as open or yet to open; what closes first is on top."""
    found = [(dose, rules()[dose.protocol]) for dose in ended if dose.protocol in rules()]
    shown = [(dose, rule) for dose, rule in found if _hours(dose, at) < min(float(rule.closes_h), RULER_H)]
    shown.sort(key=lambda pair: float(pair[1].closes_h) - _hours(pair[0], at))
    return [_row(dose, rule, names, at, zone) for dose, rule in shown]


def in_tail(ended: Sequence[EndedDose], names: Mapping[int, str], *, at: datetime) -> list[tuple[int, str]]:
    """People past the hours of the rule but within its soft tail, by name."""
    tail = {
        dose.person_id: names.get(dose.person_id, "")
        for dose in ended
        if (rule := rules().get(dose.protocol))
        and float(rule.closes_h) <= _hours(dose, at) <= 24 * float(rule.soft_tail_to_day)
    }
    open_now = {
        d.person_id for d in ended if d.protocol in rules() and _hours(d, at) < float(rules()[d.protocol].closes_h)
    }
    return sorted(((each, name) for each, name in tail.items() if each not in open_now), key=lambda pair: pair[1])


def _row(dose: EndedDose, rule: WindowRule, names: Mapping[int, str], at: datetime, zone: str) -> WindowRow:
    hours = _hours(dose, at)
    local = dose.ended_at.astimezone(ZoneInfo(zone))
    return WindowRow(
        person_id=dose.person_id,
        name=names.get(dose.person_id, ""),
        dose=f"dose {dose.dose_number} of {dose.doses_planned}",
        ended=f"dose ended {local:%a %H:%M}",
        hours=int(hours),
        now_percent=round(100 * hours / RULER_H, 1),
        stops=stops(rule),
        say=say(rule, hours),
        open=hours >= float(rule.opens_h),
    )


def say(rule: WindowRule, hours: float) -> str:
    """Where the rule stands, to the hour."""
    opens, closes = float(rule.opens_h), float(rule.closes_h)
    if hours < opens:
        return f"opens in {_hours_words(opens - hours)}"
    return f"closes in {_hours_words(closes - hours)}"


def _hours_words(hours: float) -> str:
    return f"{int(hours)} h" if hours >= 1 else f"{max(1, int(60 * hours))} min"


def stops(rule: WindowRule) -> tuple[tuple[float, float], ...]:
    """A soft gradient: nothing at the dose, full between the rule's hours, then a tail. Never a box with hard edges."""
    opens, closes = float(rule.opens_h), float(rule.closes_h)
    hours = ((0, 0), (opens - 8, 0), (opens + 3, 1.35), (closes - 3, 1.35), (closes + 6, 0.63), (RULER_H, 0.3))
    return tuple((round(100 * max(0, hour) / RULER_H, 1), strength) for hour, strength in hours)
