"""Seeded draws for made-up people, and what their use is drawn from.

Use is drawn from control arms of the packaged evidence: until the first use by the shares still free of use, after it
as runs of use and of abstinence. The draw knows a substance and a number of days. It knows no dose, no therapy hour and
no window, so that no benefit of any of them can be built in.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from fenestra.science.evidence.library import load_evidence
from fenestra.science.evidence.tables import read_toml

AIMS_FILE = Path(__file__).parent / "data" / "demo_aims.toml"


def chance_of(*names: object) -> random.Random:
    """A stream of draws of its own for each thing that is drawn: one draw more in one moves no other."""
    return random.Random("/".join(str(name) for name in names))


@dataclass(frozen=True)
class Aim:
    """The share of a control arm that was still free of use on a day."""

    day: int
    share: float


@dataclass(frozen=True)
class Aims:
    """What the use of one substance is drawn from. `used_after`: mean share of days with use after the first, and
    `people_alike` how little people differ in it (the size of its Beta law)."""

    free: tuple[Aim, ...]
    used_after: float
    people_alike: float
    spell_days: float
    amount_mean: float
    amount_spread: float
    unit: str


@cache
def aims_of(substance: str) -> Aims:
    """What the draw of this substance aims at, with the figures of the evidence file."""
    told = read_toml(AIMS_FILE)[substance]
    free = tuple(Aim(each["weeks"] * 7, _share(each)) for each in told["free"])
    after = told.get("use_after_first")
    return Aims(
        free,
        float(after) if after is not None else _used_after(free, told),
        float(told["people_alike"]), float(told["spell_days"]), float(told["amount_mean"]), float(told["amount_spread"]), told["unit"],
    )  # fmt: skip


def _share(source: dict[str, Any]) -> float:
    """The figure of one arm at one time, from the evidence file."""
    evidence = load_evidence()
    if "benchmark" in source:
        found = next(each for each in evidence.benchmarks if each.id == source["benchmark"])
        point = next(p for p in found.point if (p.arm, p.timepoint_weeks) == (source["arm"], source["weeks"]))
        return float(point.percent_reported) / 100
    rows = [
        row
        for row in evidence.trial(source["trial"]).outcome
        if (row.arm, row.name, row.timepoint_weeks) == (source["arm"], source["outcome"], source["weeks"])
    ]
    (row,) = rows
    assert row.events is not None and row.n is not None
    return row.events / row.n if row.events else 0.5 / row.n


def _used_after(free: Sequence[Aim], told: dict[str, Any]) -> float:
    """The share of days with use after the first that brings days abstinent midway between the groups named."""
    days = told["over_weeks"] * 7
    wanted = float(sum(each["percent"] for each in told["days_abstinent"]) / len(told["days_abstinent"])) / 100
    before = sum(share_free(free, day + 1) for day in range(days)) / days
    return 1 - (wanted - before) / (1 - before)


def share_free(free: Sequence[Aim], day: float) -> float:
    """The share still free of use on a day: a straight line between the aims on a logarithmic scale, and on beyond."""
    points = [Aim(0, 1.0), *free]
    begin, end = next(((a, b) for a, b in pairwise(points) if day <= b.day), (points[-2], points[-1]))
    slope = math.log(end.share / begin.share) / (end.day - begin.day)
    return begin.share * math.exp(slope * (day - begin.day))


def first_use(chance: random.Random, free: Sequence[Aim]) -> int:
    """Whole days without use before the first day with it."""
    drawn = 1 - chance.random()
    day = 0
    while share_free(free, day + 1) >= drawn and day < 2000:
        day += 1
    return day


def use_course(chance: random.Random, substance: str, days: int) -> tuple[bool, ...]:
    """Whether a made-up person uses on each of so many days after they stopped."""
    aims = aims_of(substance)
    first = first_use(chance, aims.free)
    alike, used_after = aims.people_alike, aims.used_after
    share = min(max(chance.betavariate(used_after * alike, (1 - used_after) * alike), 0.02), 0.98)
    off_days = max(1.0, aims.spell_days * (1 - share) / share)
    on_days = off_days * share / (1 - share)
    used: list[bool] = [False] * min(first, days)
    today = True
    while len(used) < days:
        used.append(today)
        today = chance.random() < (1 - 1 / max(on_days, 1.0) if today else 1 / off_days)
    return tuple(used)


def amount(chance: random.Random, substance: str) -> Decimal:
    """How much on a day with use: drinks, or grams."""
    aims = aims_of(substance)
    drawn = Decimal(max(aims.amount_mean / 4, chance.gauss(aims.amount_mean, aims.amount_spread)))
    return drawn.quantize(Decimal(1)) if aims.unit == "drinks" else drawn.quantize(Decimal("0.1"))


def craving_course(chance: random.Random, used: Sequence[bool]) -> tuple[int, ...]:
    """Craving from 0 to 100 on each day: a start, a slow fall as in any group that stops, noise, and more on days of
    use. A made-up shape without a source; it knows no dose and no window either."""
    start, settles = chance.gauss(62, 13), chance.uniform(0.45, 0.85)
    drift, found = 0.0, []
    for day, each in enumerate(used):
        drift = 0.8 * drift + chance.gauss(0, 6)
        level = start * (settles + (1 - settles) * math.exp(-day / 60))
        found.append(round(min(100, max(0, level + drift + (14 if each else 0)))))
    return tuple(found)
