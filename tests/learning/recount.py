"""The same outcome figures once more, counted by hand from the script of the year: from what was put in, by loops a reader
can follow. Nothing of the outcomes room or the registry is used here.

A day is "clean", "use" or None (nobody knows); a person is who they are in the script. Days count from the first dose.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from statistics import fmean

from tests.learning.year import NOON_AFTER_DAYS, Line

OWN_REASONS = ("death", "transfer", "prison", "moved_away")
LAST_ASKED = NOON_AFTER_DAYS - 5  # asked on the next day, reminded on three more, over on the day after


@dataclass(frozen=True)
class Counted:
    """How many of how many, under each rule."""

    met: int
    seen: int
    met_strict: int
    all_due: int
    not_yet: int
    ended: int


def day_of(line: Line, n: int, *, tests: bool) -> str | None:
    """What is known of the n-th day; with `tests`, a positive sample makes it use whatever was said."""
    if tests and line.tests.get(n) is True:
        return "use"
    sign = line.signs[n] if n < len(line.signs) else "-"
    return {".": "clean", "u": "use", "s": "use", "!": "use"}.get(sign)


def last_heard(line: Line) -> int:
    """The last day that was answered for or has a sample with a result; -1 for nobody ever heard."""
    answered = [n for n, sign in enumerate(line.signs) if sign not in "?-"]
    answered += [n for n, positive in line.tests.items() if positive is not None]
    return max(answered, default=-1)


def own_end(line: Line) -> int | None:
    """The day a follow-up ended for a reason of its own."""
    if line.withdraws_on is not None:
        return line.withdraws_on
    return line.ends[0] if line.ends and line.ends[1] in OWN_REASONS else None


def is_due(line: Line, last: int) -> bool:
    return line.dosed_on + last <= LAST_ASKED


def days_between(line: Line, first: int, last: int, *, tests: bool) -> tuple[list[str | None], bool]:
    """What is known of the days of a window, and whether a reason of its own took some of them away."""
    end = own_end(line)
    cut = end is not None and end <= last and last_heard(line) < last
    upto = min(last, last_heard(line)) if cut else last
    return [day_of(line, n, tests=tests) for n in range(first, upto + 1)], cut


def abstinent(lines: list[Line], first: int, last: int, *, tests: bool, sample_needed: bool = False) -> Counted:
    met = seen = all_due = not_yet = ended = 0
    for line in lines:
        if not is_due(line, last):
            not_yet += 1
            continue
        days, cut = days_between(line, first, last, tests=tests)
        sampled = any(first <= n <= last and positive is not None for n, positive in line.tests.items())
        if "use" in days:
            seen, all_due = seen + 1, all_due + 1
        elif cut:
            ended += 1
        elif None in days or (sample_needed and not sampled):
            all_due += 1
        else:
            met, seen, all_due = met + 1, seen + 1, all_due + 1
    return Counted(met, seen, met, all_due, not_yet, ended)


def mean_percent(lines: list[Line], first: int, last: int) -> tuple[float, int, float, int]:
    """Mean per cent of days without use by own word: of known days, and of all days asked about; with how many people."""
    known, asked = [], []
    for line in lines:
        if is_due(line, last):
            days, _ = days_between(line, first, last, tests=False)
            clean, used = days.count("clean"), days.count("use")
            if clean + used:
                known.append(100 * clean / (clean + used))
            if days:
                asked.append(100 * clean / len(days))
    return fmean(known), len(known), fmean(asked), len(asked)


def time_to(line: Line, first: int, last: int, *, strict: bool, event: str, dropout: bool = False) -> tuple[int, bool]:
    """Days of the window until the event, or until nothing more is known. `event`: "first use" or "relapse" (seven days
    in a row, or a use day in each of four weeks in a row)."""
    days = _walked(line, first, last, dropout=dropout)
    used: list[bool] = []
    for day in days:
        if day is None and not strict:
            break
        used.append(day != "clean")
        if event == "first use" and used[-1]:
            return len(used), True
        if event == "relapse" and _relapsed(used):
            return len(used), True
    return len(used), False


def _walked(line: Line, first: int, last: int, *, dropout: bool) -> list[str | None]:
    days, _ = days_between(line, first, last, tests=True)
    for place in range(len(days)):
        if dropout and first + place > last_heard(line):
            days[place] = "use"
    return days[: max(0, LAST_ASKED - line.dosed_on - first + 1)]


def _relapsed(used: list[bool]) -> bool:
    """Whether the last of these days completes a relapse."""
    if len(used) >= 7 and all(used[-7:]):
        return True
    weeks = [any(used[begin : begin + 7]) for begin in range(0, len(used), 7)]
    first_of_week = used[-1] and not any(used[(len(used) - 1) // 7 * 7 : -1])
    return first_of_week and len(weeks) >= 4 and all(weeks[-4:])


def still_without(times: list[tuple[int, bool]], day: int) -> Fraction:
    """The share still without the event after this day, as a product over the days before it, in whole numbers."""
    share = Fraction(1)
    for each in range(day + 1):
        at_risk = sum(time >= each for time, _ in times)
        events = sum(time == each and happened for time, happened in times)
        if at_risk:
            share *= Fraction(at_risk - events, at_risk)
    return share
