"""What lies under every lane: windows as soft gradients, months and weeks. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from fenestra.faces.web.staff.journey.course import ONE_DAY, Course, Dose, DoseIs
from fenestra.faces.web.staff.journey.shapes import Glow, Sheet, percent
from fenestra.faces.web.staff.journey.spans import Span

# How a window looks: choices of the drawing. Where it opens and closes is the rule of the protocol.
OPEN_STRENGTH, TAIL_STRENGTH, EXPECTED_SHARE, EASE = 1.15, 0.6, 0.5, timedelta(hours=14)
RISES_BEFORE = timedelta(hours=24)  # of a window only expected: its rise begins so long before it opens


def draw_windows(sheet: Sheet, course: Course, span: Span) -> None:
    for dose in course.doses:
        if glow := glow_of(dose, span):
            sheet.glows.append(glow)


def glow_of(dose: Dose, span: Span) -> Glow | None:
    """Nothing at the end of the dose, rising until the window opens, full while it is open, then a soft tail to
    nothing. Fainter for a window that is only expected. None where there is none, or it lies outside the span."""
    window = dose.window
    if window is None or dose.state in (DoseIs.HERE, DoseIs.NOT_GIVEN, DoseIs.SENT_HOME):
        return None
    starts = dose.at if dose.state is DoseIs.GIVEN else window.opens_at - RISES_BEFORE
    x1, x2 = span.place(starts), span.place(window.soft_until)
    if x2 <= 0 or x1 >= 100:
        return None
    whole, share = window.soft_until - starts, EXPECTED_SHARE if dose.ahead else 1.0

    def stop(at: datetime, strength: float) -> tuple[str, str]:
        return percent(min(100.0, 100 * ((at - starts) / whole))), f"{strength * share:g}"

    stops = (
        stop(starts, 0),
        stop(window.opens_at, OPEN_STRENGTH),
        stop(window.closes_at, OPEN_STRENGTH),
        stop(window.closes_at + EASE, TAIL_STRENGTH),
        stop(window.soft_until, 0),
    )
    return Glow(percent(x1), percent(x2 - x1), stops, expected=dose.ahead)


# ---- months and weeks

MONTH_PX, YEAR_PX, WEEK_PX = 40, 74, 46  # room a label needs after the one before
TODAY_PX = 24  # half the width of the word Today
WEEK_LINES_FROM_PX = 3  # a day at least so wide


@dataclass(frozen=True)
class Tick:
    """A first of a month, a Monday, or the first day shown."""

    day: date
    px: float
    words: str
    month: bool


def ticks(span: Span, pixels: float) -> Iterator[Tick]:
    weeks = pixels / span.days > WEEK_LINES_FROM_PX
    for count in range(span.days):
        day = span.first + ONE_DAY * count
        if day.day == 1 or count == 0:
            yield Tick(day, count * pixels / span.days, f"{day:%b %Y}" if day.month == 1 else f"{day:%b}", month=True)
        elif weeks and day.weekday() == 0:
            yield Tick(day, count * pixels / span.days, str(day.day), month=False)


def draw_axis(sheet: Sheet, span: Span, at: datetime, *, pixels: float, foot: float) -> None:
    """A line for each month and week; a label where it has room beside the one before it, the next month and today."""
    now_px, free_from = span.place(at) * pixels / 100, 0.0
    found = list(ticks(span, pixels))
    months = [tick.px for tick in found if tick.month]
    for tick in found:
        place, next_month = span.place_of(tick.day), next((px for px in months if px > tick.px), pixels + MONTH_PX)
        if tick.day.day == 1 or not tick.month:
            sheet.line("month" if tick.month else "week", place, 3 if tick.month else 17, place, foot)
        if not _has_room(tick, free_from, next_month, now_px, pixels):
            continue
        free_from = tick.px + (YEAR_PX if len(tick.words) > 3 else MONTH_PX if tick.month else 0)
        if tick.month:
            sheet.text("month", place, 13, tick.words, dx=5 if tick.day.day == 1 else 0)
        else:
            sheet.text("week", place, 13, tick.words, anchor="middle")


def _has_room(tick: Tick, free_from: float, next_month: float, now_px: float, pixels: float) -> bool:
    if tick.month:
        wide = YEAR_PX if len(tick.words) > 3 else MONTH_PX
        first = tick.day.day != 1  # a part of a month gives way to the whole one after it
        clear_of_now = not now_px - TODAY_PX - wide < tick.px < now_px + TODAY_PX
        return clear_of_now and tick.px >= free_from and tick.px < pixels - 30 and not (first and next_month < wide)
    half = WEEK_PX / 4
    clear_of_now = abs(tick.px - now_px) > TODAY_PX + half
    return clear_of_now and free_from + half <= tick.px < min(pixels, next_month) - half
