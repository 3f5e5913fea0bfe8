"""What a picture is made of. Across in per cent of the width, down in pixels, so that it is sharp at any width. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.html import escape
from django.utils.safestring import mark_safe


def percent(place: float) -> str:
    """As an attribute: 12.34%."""
    return f"{place:.2f}%"


@dataclass(frozen=True)
class Bar:
    kind: str
    x: str
    y: float
    width: str
    height: float


@dataclass(frozen=True)
class Line:
    kind: str
    x1: str
    y1: float
    x2: str
    y2: float


@dataclass(frozen=True)
class Mark:
    """A small shape of the picture's own set, by name, centred on its place; `word` stands in it."""

    name: str
    x: str
    y: float
    word: str = ""


@dataclass(frozen=True)
class Text:
    kind: str
    x: str
    y: float
    words: str
    anchor: str = "start"
    dx: float = 0


@dataclass(frozen=True)
class Glow:
    """One window: a gradient from the end of its dose to nothing, never a box. `stops` are offset and strength."""

    x: str
    width: str
    stops: tuple[tuple[str, str], ...]
    expected: bool


# Hundreds of shapes stand in one picture: written here, because a template takes ten times as long for them.


def _line(line: Line) -> str:
    return f'<line class="fe-j-{line.kind}" x1="{line.x1}" y1="{line.y1}" x2="{line.x2}" y2="{line.y2}"/>'


def _bar(bar: Bar, key: str) -> str:
    fill = f' fill="url(#{key}-unknown)"' if bar.kind in HATCHED else ""
    return f'<rect class="fe-j-{bar.kind}" x="{bar.x}" y="{bar.y}" width="{bar.width}" height="{bar.height}"{fill}/>'


def _mark(mark: Mark, key: str) -> str:
    shape = f'<use href="#{key}-{mark.name}" x="{mark.x}" y="{mark.y}"/>'
    if not mark.word:
        return shape
    kind = f"fe-j-number fe-j-on-{mark.name}"
    word = escape(mark.word)
    return f'{shape}<text class="{kind}" x="{mark.x}" y="{mark.y}" dy="4" text-anchor="middle">{word}</text>'


def _text(text: Text) -> str:
    place = f'x="{text.x}" y="{text.y}" dx="{text.dx:g}" text-anchor="{text.anchor}"'
    return f'<text class="fe-j-t-{text.kind}" {place}>{escape(text.words)}</text>'


HATCHED = ("unknown", "miss")


@dataclass
class Sheet:
    """The shapes of one picture, in the order in which they are drawn."""

    glows: list[Glow] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)

    def under(self, key: str) -> str:
        """Grid, doses, bars: what lies under the line of craving, as SVG."""
        lines = "".join(_line(each) for each in self.lines if each.kind != "craving")
        return mark_safe(lines + "".join(_bar(each, key) for each in self.bars))  # numbers and our own names only

    def line_of_craving(self) -> str:
        return mark_safe("".join(_line(each) for each in self.lines if each.kind == "craving"))

    def over(self, key: str) -> str:
        """Marks and words, as SVG; words are escaped."""
        marks = "".join(_mark(each, key) for each in self.marks)
        return mark_safe(marks + "".join(_text(each) for each in self.texts))

    def bar(self, kind: str, x1: float, x2: float, y: float, height: float) -> None:
        """From one place to another, cut to the picture."""
        left, right = max(0.0, x1), min(100.0, x2)
        if right > left:
            self.bars.append(Bar(kind, percent(left), round(y, 1), percent(right - left), round(height, 1)))

    def line(self, kind: str, x1: float, y1: float, x2: float, y2: float) -> None:
        self.lines.append(Line(kind, percent(x1), round(y1, 1), percent(x2), round(y2, 1)))

    def mark(self, name: str, x: float, y: float, word: str = "") -> None:
        self.marks.append(Mark(name, percent(x), round(y, 1), word))

    def text(self, kind: str, x: float, y: float, words: str, *, anchor: str = "start", dx: float = 0) -> None:
        self.texts.append(Text(kind, percent(x), round(y, 1), words, anchor, dx))
