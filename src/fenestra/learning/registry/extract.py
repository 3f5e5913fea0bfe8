"""From what a clinic knows of one person to the record an outcome is counted from. Pure: values in, values out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache

from fenestra.care.measures import rules as measures
from fenestra.care.measures.said import DaySaid, together
from fenestra.care.measures.values import TestValue
from fenestra.learning.registry.rules import OWN_WORD, TESTS_OF_A_DAY, CourseEnded, LeftOut
from fenestra.science.instruments import find_instrument
from fenestra.science.instruments.scoring import read_sex
from fenestra.science.instruments.use_days import CalendarLimits, calendar_limits
from fenestra.science.outcomes.days import BiologicalTest, FollowUp, PersonRecord, UseDay


@dataclass(frozen=True)
class Known:
    """Everything known of one person about one substance. `person` is a bare number of this extract, no code."""

    person: str
    sex: str
    is_alcohol: bool
    start: date
    ended: CourseEnded | None
    told: tuple[DaySaid, ...]
    tests: tuple[TestValue, ...]


@cache
def limits() -> CalendarLimits:
    """From how many drinks a day is a heavy one, as the use calendar's own file says."""
    return calendar_limits(find_instrument("tlfb"))


def person_record(known: Known) -> tuple[PersonRecord, Counter[LeftOut]]:
    """The record of one person from the start on, and how much of what was told is not in it, by why.

    `last_seen` is the last day the person answered for, or a sample was read for: a visit at which nobody asked about use
    tells nothing of it. Days before the start stand in no window and are not carried.
    """
    left_out = Counter[LeftOut]()
    left_out[LeftOut.TOLD_BY_OTHERS] = sum(
        each.source == measures.Source.COLLATERAL and each.day >= known.start for each in known.told
    )
    left_out[LeftOut.SAMPLES_OF_WEEKS] = sum(
        each.kind not in TESTS_OF_A_DAY and each.day >= known.start for each in known.tests
    )
    ended_on = max(known.ended.day, known.start) if known.ended else None
    days = _days(known)
    tests = [each for each in _tests(known) if each.day >= known.start]
    kept_days = tuple(each for each in days if ended_on is None or each.day <= ended_on)
    kept_tests = tuple(each for each in tests if ended_on is None or each.day <= ended_on)
    left_out[LeftOut.AFTER_THE_END] = len(days) - len(kept_days) + len(tests) - len(kept_tests)
    follow_up = FollowUp(
        known.start, _last_seen(kept_days, kept_tests), known.ended.reason if known.ended else None, ended_on
    )
    return PersonRecord(known.person, follow_up, kept_days, kept_tests), left_out


def _last_seen(days: Iterable[UseDay], tests: Iterable[BiologicalTest]) -> date | None:
    known = [each.day for each in days if each.used is not None]
    known += [each.day for each in tests if each.positive is not None]
    return max(known, default=None)


def _tests(known: Known) -> list[BiologicalTest]:
    """Samples of a day, and days of use that were read off a sample."""
    samples = [BiologicalTest(each.day, each.positive) for each in known.tests if each.kind in TESTS_OF_A_DAY]
    read_off = [each for each in known.told if each.source == measures.Source.TEST]
    return samples + [BiologicalTest(each.day, each.used) for each in read_off]


def _days(known: Known) -> list[UseDay]:
    """Each day from the start on once, by the person's own word."""
    said: dict[date, list[DaySaid]] = {}
    for each in known.told:
        if each.source in OWN_WORD and each.day >= known.start:
            said.setdefault(each.day, []).append(each)
    return [_use_day(day, *together(told), known.is_alcohol, known.sex) for day, told in said.items()]


@lru_cache(maxsize=20_000)
def _use_day(day: date, used: bool | None, amount: Decimal | None, unit: str, is_alcohol: bool, sex: str) -> UseDay:
    """One day, made once for everybody of whom the same is known: most days of a clinic are like one another."""
    drinks = _drinks(amount, unit) if is_alcohol else None
    return UseDay(day, used, drinks, _heavy(used, drinks, sex))


def _drinks(amount: Decimal | None, unit: str) -> Decimal | None:
    """Standard drinks, where alcohol was counted in drinks or in grams of pure alcohol."""
    if amount is None or unit not in (measures.DRINKS, measures.GRAMS):
        return None
    return amount if unit == measures.DRINKS else amount / limits().grams_per_drink


def _heavy(used: bool | None, drinks: Decimal | None, sex: str) -> bool | None:
    """A day without use is no heavy one; a day with use nobody counted may be one or not."""
    if drinks is None:
        return False if used is False else None
    return drinks >= limits().heavy_day_drinks(read_sex(sex))
