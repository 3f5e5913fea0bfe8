"""The lanes of the time line: each draws one kind of thing between its top and its foot. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from fenestra.faces.web.staff.journey.course import Course, Dose, DoseIs, Hour, HourIs, Sample, Scale, Told, UseOf
from fenestra.faces.web.staff.journey.shapes import Sheet
from fenestra.faces.web.staff.journey.spans import Span
from fenestra.science.outcomes.spells import Spell
from fenestra.science.outcomes.use_rule import DayState

LONGEST_GAP = timedelta(days=7)  # a craving line never crosses more; a rule of the drawing (look §4)
SLIDER = 100


@dataclass(frozen=True)
class Frame:
    """Where a lane may draw, and how wide the picture is at its narrowest, so that words do not collide."""

    sheet: Sheet
    span: Span
    top: float
    height: float
    pixels: float

    @property
    def foot(self) -> float:
        return self.top + self.height

    @property
    def middle(self) -> float:
        return self.top + self.height / 2

    @property
    def day_px(self) -> float:
        return self.pixels / self.span.days

    def px(self, place: float) -> float:
        return place * self.pixels / 100


# ---- doses

DOSE_MARKS = {
    DoseIs.GIVEN: "given", DoseIs.HERE: "here", DoseIs.BOOKED: "booked", DoseIs.PLANNED: "planned",
    DoseIs.SENT_HOME: "sent-home", DoseIs.NOT_GIVEN: "not-given",
}  # fmt: skip


def draw_doses(frame: Frame, doses: Sequence[Dose], foot: float) -> None:
    """Numbered: filled is given, dashed is booked, hollow is planned. A given dose runs down through every lane."""
    shown = [dose for dose in doses if frame.span.shows_moment(dose.at)]
    if not shown:
        _no_dose_here(frame, doses)
    places = [frame.span.place(dose.at) for dose in shown]
    for index, (dose, place) in enumerate(zip(shown, places, strict=True)):
        numbered = dose.state not in (DoseIs.SENT_HOME, DoseIs.NOT_GIVEN)
        if dose.state is DoseIs.GIVEN:
            frame.sheet.line("dose", place, frame.middle, place, foot)
        frame.sheet.mark(DOSE_MARKS[dose.state], place, frame.middle, str(dose.number) if numbered else "")
        following = frame.px(places[index + 1]) if index + 1 < len(places) else frame.pixels
        if following - frame.px(place) > DOSE_WORDS_PX:
            _dose_words(frame, dose, place)


def _no_dose_here(frame: Frame, doses: Sequence[Dose]) -> None:
    before = [dose for dose in doses if dose.state is DoseIs.GIVEN and frame.span.place(dose.at) < 0]
    if before:
        last = before[-1]
        when = last.at.astimezone(ZoneInfo(frame.span.zone))
        frame.sheet.text(
            "faint", 0, frame.middle + 4, f"None in these weeks; dose {last.number}: {when:%-d %b %Y}", dx=4
        )


DOSE_WORDS_PX = 74


def _dose_words(frame: Frame, dose: Dose, place: float) -> None:
    when = dose.at.astimezone(ZoneInfo(frame.span.zone))
    said = "" if dose.state is DoseIs.GIVEN else dose.state.value
    if said:
        frame.sheet.text("ink", place, frame.middle - 2, said, dx=14)
    frame.sheet.text("faint", place, frame.middle + (11 if said else 4), f"{when:%-d %b}", dx=14)


# ---- therapy


def hour_mark(hour: Hour) -> str:
    """Filled inside a window, hollow outside it, dashed when booked, a cross when missed, small before any dose."""
    if hour.state is HourIs.MISSED:
        return "missed"
    if hour.state is HourIs.BOOKED:
        return "hour-booked-in" if hour.inside else "hour-booked"
    return {True: "hour-in", False: "hour-out", None: "hour-before"}[hour.inside]


def draw_hours(frame: Frame, hours: Iterable[Hour]) -> None:
    for hour in hours:
        if frame.span.shows_moment(hour.at):
            frame.sheet.mark(hour_mark(hour), frame.span.place(hour.at), frame.middle)


# ---- craving


def craving_runs(course: Course) -> list[list[Told]]:
    """Stretches a line may join: no missed day between two check-ins, and no gap over seven days."""
    told = sorted((each for each in course.told if each.craving_now is not None), key=lambda each: each.at)
    runs: list[list[Told]] = [[each] for each in told[:1]]
    for before, after in pairwise(told):
        if _joined(before, after, course):
            runs[-1].append(after)
        else:
            runs.append([after])
    return runs


def _joined(before: Told, after: Told, course: Course) -> bool:
    missed = any(before.day < day < after.day for day in course.missed)
    return not missed and after.at - before.at <= LONGEST_GAP


def draw_craving(frame: Frame, course: Course) -> None:
    """A line through “now”, a pale bar up to the strongest of that day. Points are joined, never smoothed."""

    def down(value: float) -> float:
        return frame.foot - value * frame.height / SLIDER

    for value in (0, SLIDER // 2, SLIDER):
        frame.sheet.line("grid", 0, down(value), 100, down(value))
        frame.sheet.text("faint", 100, down(value) - 3, str(value), anchor="end", dx=-2)
    last: tuple[float, float, int] | None = None
    last_at = None
    for run in craving_runs(course):
        points = [(frame.span.place(each.at), each) for each in run]
        for (x1, one), (x2, two) in pairwise(points):
            if x2 >= 0 and x1 <= 100:
                frame.sheet.line("craving", x1, down(one.craving_now or 0), x2, down(two.craving_now or 0))
        for place, each in points:
            if 0 <= place <= 100 and each.craving_now is not None:
                most = each.craving_most
                if most is not None and most > each.craving_now:
                    frame.sheet.line(
                        "peak" if frame.day_px > 3 else "peak-thin", place, down(each.craving_now), place, down(most)
                    )
                frame.sheet.mark("told" if frame.day_px > 3 else "told-small", place, down(each.craving_now))
                last, last_at = (place, down(each.craving_now), each.craving_now), each.at
    if last and last_at == max(each.at for each in course.told if each.craving_now is not None):
        near_edge = frame.px(last[0]) > frame.pixels - 46
        frame.sheet.text("craving", last[0], last[1] + 5, str(last[2]), anchor="end" if near_edge else "start", dx=-9 if near_edge else 9)  # fmt: skip


# ---- use

NO_AMOUNT = 0.42  # how high a day of use without an amount stands: its bar is hollow
BRACKET_PX, BRACKET_WORDS_PX, BRACKET_NUMBER_PX, SHORTEST_TOLD = 3, 92, 30, 3


def draw_use(frame: Frame, use: UseOf) -> None:
    """Bars of what was told, a dot for a day without, hatching for days nobody knows. Brackets below carry the spells
    without, as long as they were."""
    base, high = frame.foot - 16, frame.height - 22
    most = max([float(each) for each in use.amounts.values()] + [2.0 * use.heavy_from if use.heavy_from else 1.0])
    if use.heavy_from:
        y = base - high * use.heavy_from / most
        frame.sheet.line("heavy", 0, y, 100, y)
        frame.sheet.text("faint", 100, y - 3, f"heavy, {use.heavy_from} or more", anchor="end", dx=-2)
    _hatch(frame, use, base, high)
    share = 0.66 if frame.day_px > 3 else 0.9
    for day, used in use.used.items():
        if used is None or not frame.span.shows(day):
            continue
        if not used:
            frame.sheet.mark(
                "without" if frame.day_px > 3 else "without-small", frame.span.place_of(day, 0.5), base - 1.6
            )
            continue
        amount = use.amounts.get(day)
        tall = max(2.0, high * float(amount) / most) if amount is not None else high * NO_AMOUNT
        left = frame.span.place_of(day, (1 - share) / 2)
        kind = "use" if amount is not None else "use-untold"
        frame.sheet.bar(kind, left, left + 100 * share / frame.span.days, base - tall, tall)
    for spell in use.spells:
        if spell.state is DayState.ABSTINENT:
            _bracket(frame, spell, base + 8)


def unknown_runs(use: UseOf) -> list[tuple[int, int]]:
    """Days nobody knows, as runs: how many days after the first each begins, and how many it lasts."""
    runs: list[tuple[int, int]] = []
    for index, day in enumerate(use.decided):
        if day.state is not DayState.UNKNOWN:
            continue
        if runs and sum(runs[-1]) == index:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((index, 1))
    return runs


def _hatch(frame: Frame, use: UseOf, base: float, high: float) -> None:
    for begins, lasts in unknown_runs(use):
        first = use.first + timedelta(days=begins)
        left = frame.span.place_of(first)
        frame.sheet.bar("unknown", left, left + 100 * lasts / frame.span.days, base - high / 2, high / 2)


def _bracket(frame: Frame, spell: Spell, y: float) -> None:
    """A bracket is open at an end beyond which nobody knows."""
    left, right = frame.span.place_of(spell.first), frame.span.place_of(spell.last, 1)
    if right <= 0 or left >= 100 or spell.days < SHORTEST_TOLD:
        return
    x1, x2 = max(0.0, left), min(100.0, right)
    frame.sheet.line("bracket", x1, y, x2, y)
    if spell.began_known and left >= 0:
        frame.sheet.line("bracket", x1, y - 4, x1, y)
    if spell.ended_known and right <= 100:
        frame.sheet.line("bracket", x2, y - 4, x2, y)
    wide = frame.px(x2) - frame.px(x1)
    if wide > BRACKET_NUMBER_PX:
        words = f"{spell.days} days without" if wide > BRACKET_WORDS_PX else f"{spell.days} d"
        frame.sheet.text("bracket", (x1 + x2) / 2, y + 4, words, anchor="middle")


# ---- check-ins


def draw_check_ins(frame: Frame, course: Course) -> None:
    """By the day a check-in is about: answered, or asked and missed."""
    share = 0.62 if frame.day_px > 3 else 0.9
    missed = set(course.missed)
    for day in sorted({each.day for each in course.told} | missed):
        left = frame.span.place_of(day, (1 - share) / 2)
        right = left + 100 * share / frame.span.days
        if day in missed:
            frame.sheet.bar("miss", left, right, frame.top + 1, frame.height - 2)
        else:
            frame.sheet.bar("answered", left, right, frame.top + 3, frame.height - 6)


# ---- scales, tests, incidents

NUMBER_PX = 26


def draw_scales(frame: Frame, scales: Sequence[Scale]) -> None:
    shown = [each for each in scales if frame.span.shows(each.day)]
    places = [frame.span.place_of(each.day, 0.5) for each in shown]
    for place, each, words in _with_room(frame, places, shown):
        frame.sheet.mark("scale", place, frame.middle)
        if words:
            _beside(frame, place, each.said)


def draw_tests(frame: Frame, tests: Sequence[Sample]) -> None:
    shown = [each for each in tests if frame.span.shows(each.day)]
    places = [frame.span.place_of(each.day, 0.5) for each in shown]
    for place, each, words in _with_room(frame, places, shown):
        frame.sheet.mark({True: "positive", False: "negative", None: "unread"}[each.positive], place, frame.middle)
        if words and each.value:
            _beside(frame, place, each.value.split(" ")[0])


def _with_room(frame: Frame, places: Sequence[float], shown: Sequence[Scale] | Sequence[Sample]) -> Iterable[tuple[float, Any, bool]]:  # fmt: skip
    """Each with its place, and whether a number has room before the next one."""
    following = [*places[1:], 200.0][: len(places)]  # none when nothing of it lies in the span
    return [
        (place, each, frame.px(after) - frame.px(place) > NUMBER_PX)
        for place, each, after in zip(places, shown, following, strict=True)
    ]


def _beside(frame: Frame, place: float, words: str) -> None:
    near_edge = frame.px(place) > frame.pixels - 8 * len(words) - 12
    frame.sheet.text("ink", place, frame.middle + 4, words, anchor="end" if near_edge else "start", dx=-7 if near_edge else 7)  # fmt: skip


def draw_incidents(frame: Frame, moments: Iterable[datetime]) -> None:
    for at in moments:
        if frame.span.shows_moment(at):
            frame.sheet.mark("incident", frame.span.place(at), frame.middle)
