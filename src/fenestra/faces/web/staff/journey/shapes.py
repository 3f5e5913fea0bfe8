"""What a picture is made of. Across in per cent of the width, down in pixels, so that it is sharp at any width. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field


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


@dataclass
class Sheet:
    """The shapes of one picture, in the order in which they are drawn."""

    glows: list[Glow] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)

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
