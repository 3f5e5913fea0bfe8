"""The windows of the last days: where each stands on the ruler, and whether a therapy hour is in it. Pure.

The window is a hypothesis. Nothing here says that these days count more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from fenestra.care.therapy.due import ExpectedValue
from fenestra.care.therapy.queries import WindowValue
from fenestra.science.protocols.protocol import WindowRule
from fenestra.science.protocols.window import TherapyWindow, WindowStanding

RULE_IN_WORDS = "The window is a hypothesis: the hours are a working rule of each protocol, not a proven fact."
RULER_H = 96


@dataclass(frozen=True)
class HourWords:
    """The therapy hour of a window: `look` is held, booked, begun (nobody wrote it down yet) or none; `percent` its place
    on the ruler."""

    look: str
    said: str
    percent: float | None


@dataclass(frozen=True)
class WindowRow:
    """One window on the ruler of 0 to 96 hours."""

    person_id: int
    name: str
    dose: str
    dose_number: int
    ended: str
    ended_at: str
    hours: int
    now_percent: float
    stops: tuple[tuple[float, float], ...]
    say: str
    open: bool
    hour: HourWords
    without_hour: bool


def _hours(span: timedelta) -> float:
    return span / timedelta(hours=1)


def hours_since(each: WindowValue, at: datetime) -> float:
    return _hours(at - each.ended_at)


def rows(
    found: Sequence[WindowValue], names: Mapping[int, str], *, at: datetime, zone: str,
    calendar: Iterable[ExpectedValue] = (),
) -> list[WindowRow]:  # fmt: skip
    """Windows that a protocol's rule counts as open or yet to open; what closes first is on top. `calendar`: hours that
    began and that nobody wrote down yet are neither held nor missing."""
    begun = [each for each in calendar if each.unwritten(at)]
    shown = [each for each in found if each.standing is not WindowStanding.SOFT_TAIL]
    return [_row(each, names, at, zone, _began_in(each, begun)) for each in shown]


def _began_in(window: WindowValue, begun: Sequence[ExpectedValue]) -> datetime | None:
    """When an hour of this person began inside this window of which nobody wrote what became of it."""
    inside = (
        each.starts_at
        for each in begun
        if each.person_id == window.person_id and window.window.standing(each.starts_at) is WindowStanding.OPEN
    )
    return max(inside, default=None)


def in_tail(found: Sequence[WindowValue], names: Mapping[int, str]) -> list[tuple[int, str]]:
    """People past the hours of the rule but within its soft tail, by name; not who has a later window."""
    later = {each.person_id for each in found if each.standing is not WindowStanding.SOFT_TAIL}
    tail = {each.person_id for each in found} - later
    return sorted(((each, names.get(each, "")) for each in tail), key=lambda pair: pair[1])


def _row(each: WindowValue, names: Mapping[int, str], at: datetime, zone: str, began_at: datetime | None) -> WindowRow:
    hours = hours_since(each, at)
    return WindowRow(
        person_id=each.person_id,
        name=names.get(each.person_id, ""),
        dose=f"dose {each.dose_number} of {each.doses_planned}",
        dose_number=each.dose_number,
        ended=f"dose ended {_moment(each.ended_at, zone)}",
        ended_at=_moment(each.ended_at, zone),
        hours=int(hours),
        now_percent=_percent(hours),
        stops=_stops(_hours(each.window.opens_at - each.ended_at), _hours(each.window.closes_at - each.ended_at)),
        say=say(each.window, at),
        open=each.standing is WindowStanding.OPEN,
        hour=_hour_words(each, zone, began_at),
        without_hour=each.without_hour and began_at is None,
    )


def _percent(hours: float) -> float:
    return round(100 * min(max(hours, 0.0), RULER_H) / RULER_H, 1)


def _moment(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%a %H:%M}"


def _hour_words(each: WindowValue, zone: str, began_at: datetime | None) -> HourWords:
    """Held before booked: what happened is more than what is meant to."""
    if each.held_at:
        return HourWords("held", f"hour held {_moment(each.held_at, zone)}", _percent(hours_since(each, each.held_at)))
    if each.booked_at:
        place = _percent(hours_since(each, each.booked_at))
        return HourWords("booked", f"hour booked {_moment(each.booked_at, zone)}", place)
    if began_at:
        place = _percent(hours_since(each, began_at))
        return HourWords("begun", f"hour of {_moment(began_at, zone)} not written down", place)
    return HourWords("none", "no hour booked in it", None)


def say(window: TherapyWindow, at: datetime) -> str:
    """Where the rule stands, to the hour."""
    if at < window.opens_at:
        return f"opens in {_hours_words(_hours(window.opens_at - at))}"
    return f"closes in {_hours_words(_hours(window.closes_at - at))}"


def _hours_words(hours: float) -> str:
    return f"{int(hours)} h" if hours >= 1 else f"{max(1, int(60 * hours))} min"


def stops(rule: WindowRule) -> tuple[tuple[float, float], ...]:
    """A soft gradient: nothing at the dose, full between the rule's hours, then a tail. Never a box with hard edges."""
    return _stops(float(rule.opens_h), float(rule.closes_h))


def _stops(opens: float, closes: float) -> tuple[tuple[float, float], ...]:
    hours = ((0, 0), (opens - 8, 0), (opens + 3, 1.35), (closes - 3, 1.35), (closes + 6, 0.63), (RULER_H, 0.3))
    return tuple((round(100 * max(0, hour) / RULER_H, 1), strength) for hour, strength in hours)
