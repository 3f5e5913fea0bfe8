"""Pictures of rows: a share with its interval beside published arms, and each person's own line where they are too few for a
curve. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fenestra.faces.web.research.arms import ArmShown
from fenestra.faces.web.research.curve_picture import Mark
from fenestra.faces.web.research.scale import DAYS_A_WEEK, Scale, whole_weeks
from fenestra.science.outcomes.clinic_curve import TooFewForACurve
from fenestra.science.outcomes.times import Leaving

DOT_ROW, LINE_ROW, LOW_LINE_ROW = 40, 18, 7
MANY_LINES = 40


@dataclass(frozen=True)
class Dot:
    """A number between 0 and 100 % with its interval, where it has one."""

    y: float
    name: str
    value: str
    kind: str  # ours, ours-other, arm
    x: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class DotPicture:
    width: int
    height: int
    left: float
    right: float
    axis: tuple[Mark, ...]
    dots: tuple[Dot, ...]


@dataclass(frozen=True)
class Told:
    """One row to draw: a name, a share between 0 and 1 or None, its interval, and the number in words."""

    name: str
    share: float | None
    low: float | None
    high: float | None
    value: str
    kind: str


def arm_rows(arms: Sequence[ArmShown]) -> list[Told]:
    return [
        Told(
            f"{arm.letter} {arm.name}, {point.source_id}", float(point.percent) / 100,
            point.interval.low if point.interval else None, point.interval.high if point.interval else None,
            f"{float(point.percent):.0f} %", "arm",
        )
        for arm in arms
        for point in arm.points
    ]  # fmt: skip


def dot_picture(rows: Sequence[Told], *, narrow: bool) -> DotPicture:
    width = 340 if narrow else 860
    left, right = 10, width - 52

    def x(share: float | None) -> float | None:
        return None if share is None else round(left + share * (right - left), 1)

    bottom = 8 + DOT_ROW * len(rows)
    return DotPicture(
        width, bottom + 22, left, right,
        tuple(Mark(x(n / 4) or left, bottom, f"{25 * n} %") for n in range(5)),
        tuple(
            Dot(30 + DOT_ROW * n, each.name, each.value, each.kind, x(each.share), x(each.low), x(each.high))
            for n, each in enumerate(rows)
        ),
    )  # fmt: skip


@dataclass(frozen=True)
class OwnLine:
    """One person's time: until `x` free of the event, then what `kind` says; `other_x` under the other rule."""

    y: float
    x: float
    kind: Leaving
    other_x: float
    other_event: bool


@dataclass(frozen=True)
class LinesPicture:
    scale: Scale
    height: int
    ticks: tuple[Mark, ...]
    lines: tuple[OwnLine, ...]


def lines_picture(own: TooFewForACurve, *, narrow: bool) -> LinesPicture:
    """Single lines, longest first, as they come."""
    gap = LINE_ROW if len(own.lines) <= MANY_LINES else LOW_LINE_ROW
    scale = Scale(narrow, whole_weeks(own.endpoint.window.last_day), height=gap * max(len(own.lines), 1), top=16)
    other = {each.time.person: each.time for each in own.lines_beside}
    return LinesPicture(
        scale, scale.bottom + 44,
        tuple(Mark(scale.x(week * DAYS_A_WEEK), scale.bottom, f"{week}") for week in scale.weeks()),
        tuple(
            OwnLine(
                scale.top + gap * (n + 0.5), scale.x(each.time.day), each.leaving,
                scale.x(other[each.time.person].day), other[each.time.person].event,
            )
            for n, each in enumerate(own.lines)
        ),
    )  # fmt: skip
