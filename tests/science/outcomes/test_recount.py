"""The whole way from days to numbers, counted a second time straight from the letters. See calendars.py for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenestra.science.outcomes.clinic_curve import ClinicCurve, clinic_curve
from fenestra.science.outcomes.days import EndReason, PersonRecord
from fenestra.science.outcomes.endpoints import DayWindow
from fenestra.science.outcomes.presets import CurveFloors, preset
from fenestra.science.outcomes.shares import share

from .calendars import person

LATER = date(2030, 1, 1)
DAYS = 8
WEEK = DayWindow(1, DAYS, "first dose")
ABSTINENT = replace(preset("krupitsky2007_one_year"), window=WEEK)
LAPSE = replace(preset("first_lapse"), window=WEEK)
NO_FLOORS = CurveFloors(0, 0, 0, "a test")

Told = tuple[str, bool]
TOLD = st.tuples(st.text(alphabet="aaau.?", max_size=DAYS), st.booleans())


def record(name: str, told: Told) -> PersonRecord:
    letters, died = told
    return person(letters, name=name, ended=(EndReason.DEATH, max(1, len(letters.rstrip(".")))) if died else None)


def visible(told: Told) -> str:
    """The letters of the days a person could be asked for."""
    letters, died = told
    return letters.rstrip(".") if died else letters.ljust(DAYS, ".")


def recounted(told: Told) -> str:
    seen = visible(told)
    if "u" in seen:
        return "not met"
    if len(seen) < DAYS:
        return "ended"
    return "missing" if set(seen) & set(".?") else "met"


def recounted_lapse(told: Told, missing_is_use: bool) -> tuple[int, bool]:
    for place, letter in enumerate(visible(told)):
        if letter == "u" or (missing_is_use and letter != "a"):
            return place + 1, True
        if letter != "a":
            return place, False
    return len(visible(told)), False


def recounted_curve(times: list[tuple[int, bool]], day: int) -> float:
    free = 1.0
    for each_day in range(1, day + 1):
        at_risk = sum(until >= each_day for until, _ in times)
        free *= 1 - times.count((each_day, True)) / at_risk if at_risk else 1
    return free


@given(st.lists(TOLD, max_size=12))
def test_a_recount_gives_the_same_share(group: list[Told]) -> None:
    counted = share([record(f"p{n}", told) for n, told in enumerate(group)], ABSTINENT, asked_until=LATER)
    stand = [recounted(told) for told in group]
    met, not_met, missing = (stand.count(each) for each in ("met", "not met", "missing"))
    assert (counted.observed_only.met, counted.observed_only.n) == (met, met + not_met)
    assert (counted.missing_is_use.met, counted.missing_is_use.n) == (met, met + not_met + missing)
    assert sum(n for _, n in counted.ended) == stand.count("ended")


@given(st.lists(TOLD, min_size=1, max_size=12), st.integers(0, DAYS))
def test_a_recount_gives_the_same_curve_under_both_rules(group: list[Told], day: int) -> None:
    records = [record(f"p{n}", told) for n, told in enumerate(group)]
    found = clinic_curve(records, LAPSE, asked_until=LATER, floors=NO_FLOORS)
    assert isinstance(found, ClinicCurve)
    for curve, missing_is_use in [(found.observed_only, False), (found.missing_is_use, True)]:
        times = [recounted_lapse(told, missing_is_use) for told in group]
        assert sorted((each.day, each.event) for each in curve.people) == sorted(times)
        step = curve.at(day)
        assert step is None or step.survival == pytest.approx(recounted_curve(times, day))
