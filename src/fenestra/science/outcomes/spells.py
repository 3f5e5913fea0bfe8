"""Runs of days with use and of days without, as they were; never a streak that a lapse sets back to nothing.

An unknown day ends what is known: a spell never reaches across it, and what lies on its other side is a spell of its own.
Views as OUT-004 asks for: all days, the longest spell, the present one, the mean of the last few. A new day of use takes
nothing away from the first two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from fenestra.science.errors import BadInput
from fenestra.science.outcomes.use_rule import DayState, DecidedDay

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Spell:
    """Days in a row of one kind, both ends included.

    `began_known`: the day before is known, and was of the other kind; otherwise the spell may have begun earlier.
    `ended_known`: the same for the day after; otherwise it may go on.
    """

    state: DayState
    first: date
    last: date
    began_known: bool
    ended_known: bool

    @property
    def days(self) -> int:
        """How many days are known to belong to it: the least it can have lasted."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class SpellSummary:
    """All abstinent days, all days of use, all unknown ones; the longest abstinent spell; the spell that reaches the last day.

    `longest` None: no abstinent day is known. `present` None: the last day is unknown, or there is none.
    """

    abstinent_days: int
    use_days: int
    unknown_days: int
    longest: Spell | None
    present: Spell | None


def spells(days: Sequence[DecidedDay]) -> tuple[Spell, ...]:
    """The spells in these days, in order. Days come in order, each once; a day left out is an unknown one."""
    _check_in_order(days)
    known = {day.day: day.state for day in days if day.state is not DayState.UNKNOWN}
    firsts = [day for day, state in known.items() if known.get(day - ONE_DAY) is not state]
    return tuple(_spell(first, known) for first in firsts)


def spell_summary(days: Sequence[DecidedDay]) -> SpellSummary:
    """What these days come to; two equally long spells: the later one."""
    found, states = spells(days), [day.state for day in days]
    abstinent = [spell for spell in found if spell.state is DayState.ABSTINENT]
    at_the_end = found and days[-1].day == found[-1].last
    return SpellSummary(
        abstinent_days=states.count(DayState.ABSTINENT),
        use_days=states.count(DayState.USED),
        unknown_days=states.count(DayState.UNKNOWN),
        longest=max(abstinent, key=lambda spell: (spell.days, spell.first), default=None),
        present=found[-1] if at_the_end else None,
    )


def mean_days_of_last(found: Sequence[Spell], *, how_many: int, state: DayState = DayState.ABSTINENT) -> Decimal | None:
    """The mean length in days of the last spells of one kind, of fewer where there are fewer; None where there is none."""
    if how_many < 1:
        raise BadInput(f"A mean of {how_many} spells is no mean. Ask for 1 or more.", field="how_many")
    last = [spell.days for spell in found if spell.state is state][-how_many:]
    return Decimal(sum(last)) / len(last) if last else None


def _spell(first: date, known: Mapping[date, DayState]) -> Spell:
    state, last = known[first], first
    while known.get(last + ONE_DAY) is state:
        last += ONE_DAY
    return Spell(state, first, last, began_known=first - ONE_DAY in known, ended_known=last + ONE_DAY in known)


def _check_in_order(days: Sequence[DecidedDay]) -> None:
    for earlier, later in pairwise(days):
        if later.day <= earlier.day:
            raise BadInput(f"{later.day} comes after {earlier.day}. Give each day once, in order.", field="days")
