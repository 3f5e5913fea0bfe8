"""Score a calendar of use: how many days without, how much on the others, how long until the first.

An unknown day is never counted as abstinent and never as use; it is reported apart and breaks a run of abstinent
days. One number says how the share of abstinent days would look if every unknown day had been use.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from fenestra.science.errors import BadInput, DataFault
from fenestra.science.instruments.scoring import read_sex
from fenestra.science.instruments.terms import Sex
from fenestra.science.instruments.values import Instrument
from fenestra.science.quantities import percent_of

Amount = Decimal | int | None


@dataclass(frozen=True)
class CalendarLimits:
    """From how many drinks a day is a heavy one, and how many grams of pure alcohol a drink holds."""

    heavy_day_drinks_man: int
    heavy_day_drinks_woman: int
    grams_per_drink: int

    def heavy_day_drinks(self, sex: Sex) -> int:
        """The limit for this sex; unspecified takes the lower one, so that no heavy day is overlooked."""
        by_sex = {Sex.MALE: self.heavy_day_drinks_man, Sex.FEMALE: self.heavy_day_drinks_woman}
        return by_sex.get(sex, min(by_sex.values()))


@dataclass(frozen=True)
class UseSummary:
    """What a calendar shows. Values are exact; None means there is nothing to say it of, never zero.

    `days` counts days with a known entry. `heavy_drinking_days` and `drinks_per_drinking_day` exist for alcohol only;
    the latter is None when no known day had a drink. `first_use` is the index, from 1, of the first day with any use,
    unknown days counted as places; 0 when no known day had use.
    """

    days: int
    unknown_days: int
    percent_days_abstinent: Decimal | None
    heavy_drinking_days: int | None
    drinks_per_drinking_day: Decimal | None
    longest_abstinent_days: int | None
    first_use: int | None
    percent_days_abstinent_if_unknown_were_use: Decimal | None


def calendar_limits(instrument: Instrument) -> CalendarLimits:
    """The limits as the calendar's own file states them."""
    # awkward, because the file states them in sentences: reading them there keeps the numbers in one place
    heavy = next((metric.text for metric in instrument.metrics if metric.id == "hdd"), "")
    drinks = re.search(r"at least (\d+) drinks \(man\) or (\d+) \(woman\)", heavy)
    grams = re.search(r"USA (\d+) g", str(instrument.notes.get("unit", "")))
    if not drinks or not grams:
        field = "unit" if drinks else "metric"
        raise DataFault(f"{instrument.id}.toml", "top level", field, "the limit cannot be read from its sentence")
    return CalendarLimits(int(drinks[1]), int(drinks[2]), int(grams[1]))


def score_drinks(drinks: Sequence[Amount], limits: CalendarLimits, *, sex: Sex | str | None = None) -> UseSummary:
    """Score days of alcohol, one entry per day in order, in standard drinks; None is an unknown day."""
    return _summary(drinks, heavy_from=limits.heavy_day_drinks(read_sex(sex)))


def score_use(amounts: Sequence[Amount]) -> UseSummary:
    """Score days of any other substance, one amount per day in order; None is an unknown day."""
    return _summary(amounts, heavy_from=None)


def _summary(entries: Sequence[Amount], heavy_from: int | None) -> UseSummary:
    _check_amounts(entries)
    known = [entry for entry in entries if entry is not None]
    used = [entry for entry in known if entry > 0]
    is_alcohol = heavy_from is not None
    return UseSummary(
        days=len(known),
        unknown_days=len(entries) - len(known),
        percent_days_abstinent=percent_of(len(known) - len(used), len(known)),
        heavy_drinking_days=sum(e >= heavy_from for e in known) if heavy_from is not None and known else None,
        drinks_per_drinking_day=Decimal(sum(used)) / len(used) if is_alcohol and used else None,
        longest_abstinent_days=_longest_abstinent(entries) if known else None,
        first_use=next((n for n, e in enumerate(entries, 1) if e is not None and e > 0), 0) if known else None,
        percent_days_abstinent_if_unknown_were_use=percent_of(len(known) - len(used), len(entries)),
    )


def _check_amounts(entries: Sequence[Amount]) -> None:
    for number, entry in enumerate(entries, 1):
        if entry is not None and not (Decimal(entry).is_finite() and entry >= 0):
            raise BadInput(
                f"Day {number}: “{entry}” is not an amount. Give 0 or more, or mark it unknown.", field="days"
            )


def _longest_abstinent(entries: Sequence[Amount]) -> int:
    runs = groupby(entries, key=lambda entry: entry is not None and entry == 0)
    return max((len(list(run)) for is_abstinent, run in runs if is_abstinent), default=0)
