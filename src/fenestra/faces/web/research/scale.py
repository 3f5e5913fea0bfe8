"""Where days and shares stand on a picture, for a desk and for a phone. Pure."""

from __future__ import annotations

from dataclasses import dataclass

DAYS_A_WEEK = 7
YEAR_WEEKS = (0, 4, 8, 13, 26, 39, 52)
YEAR_WEEKS_NARROW = (0, 13, 26, 39, 52)


@dataclass(frozen=True)
class Scale:
    """A plot of shares over days; `narrow` is the one for a phone, drawn for itself so that its words stay readable."""

    narrow: bool
    last_day: int
    height: int = 320
    top: int = 12

    @property
    def width(self) -> int:
        return 340 if self.narrow else 860

    @property
    def left(self) -> int:
        return 40 if self.narrow else 100

    @property
    def right(self) -> int:
        return self.width - (14 if self.narrow else 150)

    @property
    def bottom(self) -> int:
        return self.top + self.height

    def x(self, day: float) -> float:
        return round(self.left + day / self.last_day * (self.right - self.left), 1)

    def y(self, share: float) -> float:
        return round(self.top + self.height * (1 - share), 1)

    def weeks(self) -> tuple[int, ...]:
        """The weeks that get a tick."""
        weeks = self.last_day // DAYS_A_WEEK
        if weeks > 26:
            ticks = YEAR_WEEKS_NARROW if self.narrow else YEAR_WEEKS
            return tuple(each for each in ticks if each <= weeks)
        step = 1 if weeks <= 6 else (8 if self.narrow else 4)
        return tuple(range(0, weeks + 1, step))


def whole_weeks(day: int) -> int:
    """The end of the week a day lies in: where a picture ends."""
    return -(-day // DAYS_A_WEEK) * DAYS_A_WEEK
