"""A person's own line: the wish between visits, days with and without use, and treatments, drawn and as a table.

What nobody knows is shown as not known: a line never crosses a day that was asked about and not answered, nor a gap of
more than seven days, and a missing day is never a day of use or without. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from fenestra.care.checkins.queries import CheckInsValue, CheckInValue
from fenestra.care.checkins.rules import SLIDER_MOST
from fenestra.care.measures.values import DayValue
from fenestra.care.visit.day_queries import EndedDose
from fenestra.faces.web.person.words import Asked

WIDTH, HEIGHT = 340, 190
TOP, FLOOR = 28, 136  # of the wish: strongest and none at all
USE_TOP, USE_MIDDLE, USE_BOTTOM, WORDS = 146, 153, 160, 182
EDGE = 11.0  # so that the mark of a treatment on the first or last day stands whole
LONGEST = timedelta(days=84)
SHORTEST = timedelta(days=13)
LONGEST_GAP = timedelta(days=7)
ONE_DAY = timedelta(days=1)
FEW = 7  # so many answers at each end before the two ends are compared


@dataclass(frozen=True)
class Point:
    """One check-in."""

    x: str
    now: str | None
    most: str | None
    low: str


@dataclass(frozen=True)
class Mark:
    x: str
    number: int


@dataclass(frozen=True)
class UseMark:
    x: str
    known: bool


@dataclass(frozen=True)
class Row:
    """One day of the table."""

    day: date
    now: int | None
    most: int | None
    use: str
    dose: int | None


@dataclass(frozen=True)
class Line:
    """The picture and its table. `said` is the picture in one sentence, for who does not see it."""

    title: str
    sentence: str
    said: str
    first: date
    points: tuple[Point, ...] = ()
    runs: tuple[str, ...] = ()
    doses: tuple[Mark, ...] = ()
    used: tuple[UseMark, ...] = ()
    without: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    day: str = "3"
    width: int = WIDTH
    height: int = HEIGHT
    floor: int = FLOOR
    bottom: int = USE_BOTTOM
    use_top: int = USE_TOP
    dot: int = USE_MIDDLE
    words: int = WORDS
    strongest: int = TOP + 4
    none: int = FLOOR - 5


def drawn(
    told: CheckInsValue, use: Sequence[DayValue], doses: Sequence[EndedDose], asked: Asked, *, at: datetime, zone: str
) -> Line:
    """The last twelve weeks at most. A day told twice stands as it was told last. Use stands on the day it is about,
    the wish on the day it was told, which is the day after."""
    place = ZoneInfo(zone)
    today = at.astimezone(place).date()
    wishes = {_told_on(each): each for each in told.told if each.day <= today}
    used = {each.day: each for each in use if each.day <= today}
    ends = {dose.ended_at.astimezone(place).date(): dose.dose_number for dose in doses}
    title = f"{asked.wish[0].upper()}{asked.wish[1:]}, and use"
    first = _first(today, [*wishes, *used, *ends])
    if not wishes and not used:
        return Line(title, "", "", first)
    scale = _Scale(first, today)
    days = [first + timedelta(days=each) for each in range((today - first).days + 1)]
    seen = [wishes[day] for day in days if day in wishes]
    missed = {day for day in told.missed if day >= first and day not in used}
    sentence = _sentence(list(wishes.values()))
    return Line(
        title,
        sentence,
        f"{title}, from {first:%-d %B} to today. {sentence}",
        first,
        points=tuple(_point(each, scale) for each in seen) or (Point("0", None, None, "0"),),
        runs=_runs(seen, missed, scale),
        doses=tuple(Mark(scale.x(day), number) for day, number in sorted(ends.items()) if day >= first),
        used=_used(days, used, missed, scale),
        without=tuple(scale.x(day) for day in days if day in used and used[day].used is False),
        rows=tuple(_row(day, wishes, used, ends, missed) for day in reversed(days) if day in {*wishes, *used, *ends, *missed}),
        day=f"{scale.day_wide:.1f}",
    )  # fmt: skip


def _told_on(one: CheckInValue) -> date:
    """A check-in is about the day before the one on which it was told."""
    return one.day + ONE_DAY


def _first(today: date, days: Sequence[date]) -> date:
    earliest = min(days, default=today)
    return max(today - LONGEST, min(earliest, today - SHORTEST))


@dataclass(frozen=True)
class _Scale:
    first: date
    last: date

    @property
    def step(self) -> float:
        return (WIDTH - 2 * EDGE) / (self.last - self.first).days

    @property
    def day_wide(self) -> float:
        return max(2.0, self.step * 0.7)

    def x(self, day: date, *, left: bool = False) -> str:
        middle = EDGE + (day - self.first).days * self.step
        return f"{middle - (self.day_wide / 2 if left else 0):.1f}"

    @staticmethod
    def y(value: int) -> str:
        return f"{FLOOR - (FLOOR - TOP) * value / SLIDER_MOST:.1f}"


def _point(one: CheckInValue, scale: _Scale) -> Point:
    now, most = one.craving_now, one.craving_most
    return Point(
        scale.x(_told_on(one)),
        scale.y(now) if now is not None else None,
        scale.y(most) if most is not None and (now is None or most > now) else None,
        scale.y(now if now is not None else 0),
    )


def _runs(seen: Sequence[CheckInValue], missed: set[date], scale: _Scale) -> tuple[str, ...]:
    """Stretches of the line: broken at a miss, at an unanswered slider, and at a gap of more than seven days."""
    runs: list[list[CheckInValue]] = [[]]
    for one in seen:
        last = runs[-1][-1] if runs[-1] else None
        far = last and (one.day - last.day > LONGEST_GAP or any(last.day < day < one.day for day in missed))
        if one.craving_now is None or far:
            runs.append([])
        if one.craving_now is not None:
            runs[-1].append(one)
    joined = [
        [(scale.x(_told_on(each)), scale.y(each.craving_now or 0)) for each in run] for run in runs if len(run) > 1
    ]
    return tuple("M" + "L".join(f"{x} {y}" for x, y in run) for run in joined)


def _used(days: Sequence[date], used: dict[date, DayValue], missed: set[date], scale: _Scale) -> tuple[UseMark, ...]:
    """Days with use, and days of which nobody knows because they were asked about."""
    marks = []
    for day in days:
        told = used.get(day)
        if told is not None and told.used is not False:
            marks.append(UseMark(scale.x(day, left=True), told.used is True))
        elif told is None and day in missed:
            marks.append(UseMark(scale.x(day, left=True), False))
    return tuple(marks)


def _row(
    day: date, wishes: dict[date, CheckInValue], used: dict[date, DayValue], ends: dict[date, int], missed: set[date]
) -> Row:
    one, told = wishes.get(day), used.get(day)
    known = {True: "yes", False: "no", None: "not known"}[told.used if told else None]
    if told and told.used and told.amount is not None:
        known = f"yes, {told.amount.normalize():f} {told.unit}".rstrip()
    return Row(day, one.craving_now if one else None, one.craving_most if one else None, known, ends.get(day))


def _sentence(told: Sequence[CheckInValue]) -> str:
    """How many answers there are; with enough of them, the middle answer of the first and of the last."""
    answers = [each.craving_now for each in told if each.craving_now is not None]
    if len(answers) < 2 * FEW:
        many = "1 check-in" if len(told) == 1 else f"{len(told)} check-ins"
        return f"{many} so far."
    first, last = median(answers[:FEW]), median(answers[-FEW:])
    return f"The middle of your first {FEW} answers was {first:.0f} of 100; of your last {FEW} it is {last:.0f}."
