"""A small line of values over days, as numbers for an SVG. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

WIDTH, HEIGHT, PAD = 320, 72, 10


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    value: Decimal
    day: date


@dataclass(frozen=True)
class Trend:
    """Where the dots stand; `path` joins them. The scale's ends are said at its side."""

    dots: tuple[Dot, ...]
    path: str
    low: str
    high: str
    first: date
    last: date
    width: int = WIDTH
    height: int = HEIGHT


def trend(points: Sequence[tuple[date, Decimal]], *, low: float | Decimal, high: float | Decimal) -> Trend | None:
    """The trend of two or more values, oldest first, on the whole range of the scale; None when there is no line."""
    if len(points) < 2 or not low < high:
        return None
    first, last = points[0][0], points[-1][0]
    days = max((last - first).days, 1)
    dots = tuple(
        Dot(
            round(PAD + (day - first).days / days * (WIDTH - 2 * PAD), 1),
            round(
                HEIGHT - PAD - float((value - Decimal(low)) / (Decimal(high) - Decimal(low))) * (HEIGHT - 2 * PAD), 1
            ),
            value,
            day,
        )
        for day, value in points
    )
    path = " ".join(f"{dot.x},{dot.y}" for dot in dots)
    return Trend(dots, path, f"{low}", f"{high}", first, last)


def weights_trend(points: Sequence[tuple[date, Decimal]]) -> Trend | None:
    """Weights have no scale of their own: from 5 kg below the lowest to 5 kg above the highest, said at the side."""
    if not points:
        return None
    values = [value for _, value in points]
    return trend(points, low=int(min(values)) - 5, high=int(max(values)) + 5)
