"""The clinic's curve as a picture: step, band, ticks, the other rule, rows beneath, published arms. Pure: numbers in, places
out; the template draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from fenestra.faces.web.research.arms import ArmShown
from fenestra.faces.web.research.scale import DAYS_A_WEEK, Scale, whole_weeks
from fenestra.science.outcomes.clinic_curve import ClinicCurve
from fenestra.science.outcomes.survival import CurveStep, SurvivalCurve

GRID = (0.0, 0.25, 0.5, 0.75, 1.0)
LABEL_GAP = 30  # between two labels at the right end, so that they do not touch


@dataclass(frozen=True)
class Mark:
    """A text or a mark at a place."""

    x: float
    y: float
    says: str = ""
    more: str = ""
    kind: str = ""


@dataclass(frozen=True)
class ArmPicture:
    """One published arm: diamonds at the times that were counted, dashed between, an interval or a hatched band."""

    letter: str
    diamonds: tuple[Mark, ...]
    whiskers: tuple[tuple[float, float, float], ...]
    path: str
    band: str


@dataclass(frozen=True)
class Row:
    """One row of numbers beneath the curve."""

    name: str
    y: float
    cells: tuple[Mark, ...]


@dataclass(frozen=True)
class CurvePicture:
    scale: Scale
    height: int
    grid: tuple[Mark, ...]
    ticks: tuple[Mark, ...]
    band: str
    solid: str
    thin: str
    other: str
    last_seen: tuple[Mark, ...]
    arms: tuple[ArmPicture, ...]
    rows: tuple[Row, ...]
    labels: tuple[Mark, ...]


def curve_picture(
    own: ClinicCurve, arms: Sequence[ArmShown], *, event: str, rules: tuple[str, str], narrow: bool
) -> CurvePicture:
    """The picture of a curve. `event` names what ends a line, `rules` the stated and the other missing rule."""
    scale = Scale(narrow, whole_weeks(own.endpoint.window.last_day), height=230 if narrow else 320)
    curve, other = own.stated, own.beside
    thin_from = own.thin_from(curve)
    shown = [arm for arm in arms if any(point.day <= scale.last_day for point in arm.points)]
    return CurvePicture(
        scale=scale,
        height=scale.bottom + (104 if not narrow else 112),
        grid=tuple(Mark(scale.left - 8, scale.y(share), f"{share:.0%}".replace("%", " %")) for share in GRID),
        ticks=tuple(Mark(scale.x(week * DAYS_A_WEEK), scale.bottom, f"{week}") for week in scale.weeks()),
        band=_band(curve, scale),
        solid=_steps(curve, scale, until=thin_from),
        thin=_steps(curve, scale, since=thin_from) if thin_from is not None else "",
        other=_steps(other, scale),
        last_seen=tuple(
            Mark(scale.x(step.day), scale.y(step.survival)) for step in curve.steps if _is_early(step, own)
        ),
        arms=tuple(_arm(arm, scale) for arm in shown),
        rows=_rows(curve, scale, event, own.endpoint.window.last_day),
        labels=() if narrow else _labels(curve, other, scale, rules),
    )  # fmt: skip


def _is_early(step: CurveStep, own: ClinicCurve) -> bool:
    """Somebody was seen for the last time on this day, before the window closed."""
    return step.censored > 0 and step.day < own.endpoint.window.last_day


def _ends(curve: SurvivalCurve) -> int:
    return curve.last_day or 0


def _corners(curve: SurvivalCurve) -> list[tuple[int, float]]:
    """Day and share from that day on, the start first."""
    return [(0, 1.0), *((step.day, step.survival) for step in curve.steps if step.events)]


def _steps(curve: SurvivalCurve, scale: Scale, *, since: int | None = None, until: int | None = None) -> str:
    """The step as a path, whole or from or to a day."""
    begin, end = since or 0, min(_ends(curve), _ends(curve) if until is None else until)
    if end <= begin and since is None:
        return ""
    at_begin = [share for day, share in _corners(curve) if day <= begin][-1]
    path = f"M{scale.x(begin)} {scale.y(at_begin)}"
    for day, share in _corners(curve):
        if begin < day <= end:
            path += f"H{scale.x(day)}V{scale.y(share)}"
    return path + f"H{scale.x(end)}"


def _band(curve: SurvivalCurve, scale: Scale) -> str:
    """The 95 % band where there is one: nothing before the first event, nothing once nobody is left without."""
    path = ""
    stretches = [(step, after.day) for step, after in pairwise(curve.steps)]
    for step, until in stretches:
        if step.low is not None and step.high is not None:
            left, right = scale.x(step.day), scale.x(until)
            path += f"M{left} {scale.y(step.high)}H{right}V{scale.y(step.low)}H{left}Z"
    return path


def _rows(curve: SurvivalCurve, scale: Scale, event: str, last_day: int) -> tuple[Row, ...]:
    """At risk, event, not followed: at each tick the three add up to everyone."""
    days = [min(week * DAYS_A_WEEK, last_day) for week in scale.weeks()]
    counted = curve.rows(days)
    names = ("At risk", event, "Not followed")
    cells = ([row.at_risk for row in counted], [row.events for row in counted], [row.censored for row in counted])
    first = scale.bottom + (66 if scale.narrow else 56)
    gap = 16 if scale.narrow else 19
    return tuple(
        Row(name, first + gap * n, tuple(Mark(scale.x(week * DAYS_A_WEEK), first + gap * n, str(value)) for week, value in zip(scale.weeks(), values, strict=True)))
        for n, (name, values) in enumerate(zip(names, cells, strict=True))
    )  # fmt: skip


def _arm(arm: ArmShown, scale: Scale) -> ArmPicture:
    points = [point for point in arm.points if point.day <= scale.last_day]
    diamonds = tuple(
        Mark(scale.x(point.day), scale.y(float(point.percent) / 100), arm.letter if n == len(points) - 1 else "")
        for n, point in enumerate(points)
    )
    bounded = [(scale.x(p.day), scale.y(p.interval.high), scale.y(p.interval.low)) for p in points if p.interval]
    is_series = len(points) > 1
    path = "M" + "L".join(f"{each.x} {each.y}" for each in diamonds) if is_series else ""
    band = ""
    if is_series and len(bounded) == len(points):
        there, back = [f"{x} {high}" for x, high, _ in bounded], [f"{x} {low}" for x, _, low in reversed(bounded)]
        band = "M" + "L".join([*there, *back]) + "Z"
    return ArmPicture(arm.letter, diamonds, tuple(bounded), path, band)


def _labels(curve: SurvivalCurve, other: SurvivalCurve, scale: Scale, rules: tuple[str, str]) -> tuple[Mark, ...]:
    """Words at the right end of the two lines, pushed apart where they would touch."""
    wanted = [
        (curve.steps[-1].survival, "Ours", rules[0], "main"),
        (other.steps[-1].survival, "Ours", rules[1], "other"),
    ]
    wanted.sort(key=lambda each: -each[0])
    placed: list[Mark] = []
    for share, says, more, kind in wanted:
        y = scale.y(share) if not placed else max(scale.y(share), placed[-1].y + LABEL_GAP)
        placed.append(Mark(scale.right + 26, y, says, more, kind))
    return tuple(placed)
