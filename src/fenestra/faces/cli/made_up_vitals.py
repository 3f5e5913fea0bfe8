"""Numbers for the simulated monitor. They are made up: no model of the body stands behind them, they predict nothing,
and they answer to no dose. The same code gives the same numbers.

Each number is a start drawn once, a slow wave and a little noise, held to a span in which nothing calm raises an alarm.
In the story `high` the upper pressure stays calm for a minute, then climbs and passes 180 after two minutes; it stays
there, so that an alarm can be seen, taken and followed.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

STORIES = ("calm", "high")
WAVE_S = 47.0  # a period that does not fall in step with the two seconds between readings
PRESSURE_EVERY_S = 30  # a cuff takes its time
CLIMB_FROM_S, CLIMB_S, CLIMB_TO = 60.0, 70.0, 188.0


@dataclass(frozen=True)
class Span:
    """Where a made-up number starts, and how far wave and noise carry it."""

    low: int
    high: int
    wave: float
    noise: float


PULSE, SPO2, BREATHS = Span(66, 84, 3, 1), Span(97, 98, 0.6, 0.3), Span(13, 16, 1, 0.4)
SYSTOLIC, DIASTOLIC = Span(118, 132, 3, 1.5), Span(72, 82, 2, 1)


class MadeUpVitals:
    """The numbers of one made-up bedside, by second since it was connected."""

    def __init__(self, seed: str, story: str) -> None:
        self.chance, self.story = random.Random(seed), story
        self.starts = {
            span: self.chance.uniform(span.low, span.high) for span in (PULSE, SPO2, BREATHS, SYSTOLIC, DIASTOLIC)
        }

    def at(self, second: int) -> dict[str, int]:
        """What the made-up monitor shows in this second; pressure only in the story `high`, when its cuff has measured."""
        shown = {
            "pulse": self._number(PULSE, second),
            "spo2": min(100, self._number(SPO2, second)),
            "breaths": self._number(BREATHS, second),
        }
        if self.story == "high" and second % PRESSURE_EVERY_S == 0:
            shown["systolic"] = round(self._climbing(second))
            shown["diastolic"] = self._number(DIASTOLIC, second)
        return shown

    def _number(self, span: Span, second: int) -> int:
        return round(self._wavy(span, second))

    def _wavy(self, span: Span, second: int) -> float:
        wave = span.wave * math.sin(2 * math.pi * second / WAVE_S)
        return self.starts[span] + wave + self.chance.gauss(0, span.noise)

    def _climbing(self, second: int) -> float:
        share = min(1.0, max(0.0, (second - CLIMB_FROM_S) / CLIMB_S))
        return self._wavy(SYSTOLIC, second) * (1 - share) + (CLIMB_TO + self.chance.gauss(0, 1)) * share
