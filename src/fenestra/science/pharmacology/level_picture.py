"""Predicted levels as an SVG picture that stands by itself: axes with units, a line and a band for each model, words.

Each model has a dash of its own and its name at the end of its line, so that no meaning hangs on colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from fenestra.science.errors import BadInput

WIDTH, HEIGHT = 860, 400
LEFT, RIGHT, TOP, BOTTOM = 64, 190, 44, 56
INK, GRID, PAPER = "#16181d", "#d9dbe3", "#ffffff"
LINES = (("#3d4cc4", ""), ("#8a5200", "7 4"), ("#1f7a4a", "2 4"), ("#7a2f6d", "10 3 2 3"))
LABEL_GAP = 16
TICKS = 5
SAYS = "predicted, not measured"


@dataclass(frozen=True)
class Curve:
    """One model's curve in ng/mL; `band` is its 5 and 95 % levels, or None where bands are left out."""

    model: str
    verified: bool
    minutes: tuple[float, ...]
    ng_per_ml: tuple[float, ...]
    band: tuple[tuple[float, ...], tuple[float, ...]] | None


@dataclass(frozen=True)
class _Plot:
    """Where minutes and levels stand."""

    first_min: float
    last_min: float
    most: float

    def x(self, minute: float) -> float:
        return round(LEFT + (minute - self.first_min) / (self.last_min - self.first_min) * (WIDTH - LEFT - RIGHT), 1)

    def y(self, level: float) -> float:
        return round(TOP + (1 - level / self.most) * (HEIGHT - TOP - BOTTOM), 1)

    def points(self, minutes: Sequence[float], levels: Sequence[float]) -> str:
        return " ".join(f"{self.x(minute)},{self.y(level)}" for minute, level in zip(minutes, levels, strict=True))


def level_svg(curves: Sequence[Curve], title: str) -> str:
    """The picture. Up to four models; more lines cannot be told apart."""
    if not 1 <= len(curves) <= len(LINES):
        raise BadInput(f"A picture holds one to {len(LINES)} models. Name fewer.", field="compare")
    plot = _plot(curves)
    body = [*_axes(plot), *(each for place, curve in enumerate(curves) for each in _drawn(curve, plot, place))]
    said = f"{SAYS}; {_what(curves)}"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
            f'role="img" aria-labelledby="t d" font-family="sans-serif" font-size="13" fill="{INK}">',
            f'<title id="t">{escape(title)}</title><desc id="d">{escape(said)}</desc>',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>',
            f'<text x="{LEFT}" y="20" font-weight="bold">{escape(title)}</text>',
            f'<text x="{LEFT}" y="36" font-size="12">{escape(said)}</text>',
            *body,
            *_names(curves, plot),
            "</svg>\n",
        ]
    )


def _what(curves: Sequence[Curve]) -> str:
    if curves[0].band is None:
        return "typical level"
    return "median and working 90 % band, our assumption"


def _plot(curves: Sequence[Curve]) -> _Plot:
    highest = max(max(curve.band[1] if curve.band else curve.ng_per_ml) for curve in curves)
    minutes = [minute for curve in curves for minute in (curve.minutes[0], curve.minutes[-1])]
    step = _step(highest)
    return _Plot(min(minutes), max(minutes), step * (int(highest / step) + 1))


def _step(span: float) -> float:
    """A round distance between ticks: 1, 2 or 5 of a power of ten."""
    power = 1.0
    while span / power > TICKS * 10:
        power *= 10
    while span / power < TICKS:
        power /= 10
    return next(power * each for each in (1, 2, 5, 10) if span / (power * each) <= TICKS + 1)


def _axes(plot: _Plot) -> list[str]:
    drawn = []
    for level in _ticks(0.0, plot.most):
        y = plot.y(level)
        drawn.append(f'<path d="M{LEFT} {y}H{WIDTH - RIGHT}" stroke="{GRID}"/>')
        drawn.append(f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{level:g}</text>')
    for minute in _ticks(plot.first_min, plot.last_min):
        drawn.append(f'<text x="{plot.x(minute)}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{minute:g}</text>')
    middle = (LEFT + WIDTH - RIGHT) / 2
    drawn.append(f'<text x="{middle}" y="{HEIGHT - 14}" text-anchor="middle">minutes</text>')
    drawn.append(f'<text transform="translate(16 {HEIGHT / 2}) rotate(-90)" text-anchor="middle">ng/mL</text>')
    return drawn


def _ticks(first: float, last: float) -> list[float]:
    step = _step(last - first)
    return [first + step * place for place in range(int((last - first) / step + 1e-9) + 1)]


def _drawn(curve: Curve, plot: _Plot, place: int) -> list[str]:
    colour, dash = LINES[place]
    drawn = []
    if curve.band:
        low, high = curve.band
        edge = plot.points(curve.minutes, high) + " " + plot.points(curve.minutes[::-1], low[::-1])
        drawn.append(f'<polygon points="{edge}" fill="{colour}" fill-opacity="0.13"/>')
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    line = plot.points(curve.minutes, curve.ng_per_ml)
    drawn.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2.2"{dashed}/>')
    return drawn


def _names(curves: Sequence[Curve], plot: _Plot) -> list[str]:
    """Each model's name at the end of its line, moved down where two would touch."""
    ends = sorted((plot.y(curve.ng_per_ml[-1]), place) for place, curve in enumerate(curves))
    drawn, free_from = [], 0.0
    lowest = HEIGHT - BOTTOM - LABEL_GAP * (len(curves) - 1)
    for rank, (y, place) in enumerate(ends):
        at = max(min(y, lowest + LABEL_GAP * rank), free_from)
        free_from = at + LABEL_GAP
        name = curves[place].model + ("" if curves[place].verified else ", unverified")
        colour = LINES[place][0]
        drawn.append(f'<text x="{WIDTH - RIGHT + 8}" y="{at + 4}" fill="{colour}">{escape(name)}</text>')
    return drawn
