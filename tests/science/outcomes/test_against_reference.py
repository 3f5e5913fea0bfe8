"""Curves and intervals agree with R's to the six decimals it printed. See tests/reference/README.md."""

from __future__ import annotations

import csv
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from fenestra.science.outcomes.curve_summaries import median_time, restricted_mean
from fenestra.science.outcomes.intervals import IntervalMethod, share_interval
from fenestra.science.outcomes.survival import SurvivalCurve, TimeToEvent, kaplan_meier

REFERENCE = Path(__file__).parents[2] / "reference" / "outcomes"
TOLERANCE = 2e-6


@cache
def case(case_id: str) -> dict[str, Any]:
    cases = tomllib.loads((REFERENCE / "reference.toml").read_text(encoding="utf-8"))["case"]
    return next(each for each in cases if each["id"] == case_id)


@cache
def lung(sex: int) -> SurvivalCurve:
    with (REFERENCE / "lung.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["sex"] == str(sex)]
    return kaplan_meier(TimeToEvent(f"p{n}", int(row["time"]), row["event"] == "1") for n, row in enumerate(rows))


@pytest.mark.parametrize("sex", [1, 2])
def test_the_curve_its_error_its_band_and_those_at_risk(sex: int) -> None:
    want = case("km_lung_sex")
    found = [step for day in want["times"] if (step := lung(sex).at(day))]
    assert [step.at_risk for step in found] == want[f"sex{sex}_at_risk"]
    for field, name in [("survival", "surv"), ("standard_error", "se"), ("low", "lower"), ("high", "upper")]:
        ours = [getattr(step, field) for step in found]
        assert ours == pytest.approx(want[f"sex{sex}_{name}"], abs=TOLERANCE), field


@pytest.mark.parametrize("sex", [1, 2])
def test_the_median_and_its_band(sex: int) -> None:
    want, median = case("km_lung_sex"), median_time(lung(sex))
    ours = (median.day, median.low, median.high)
    assert ours == tuple(want[name][sex - 1] for name in ("median", "median_lower", "median_upper"))


@pytest.mark.parametrize("sex", [1, 2])
def test_the_mean_up_to_a_year(sex: int) -> None:
    want, mean = case("rmst_lung_sex_365"), restricted_mean(lung(sex), to_day=365)
    assert mean.days == pytest.approx(want["rmst"][sex - 1], abs=TOLERANCE)
    assert mean.standard_error == pytest.approx(want["se"][sex - 1], abs=TOLERANCE)


@pytest.mark.parametrize("method", IntervalMethod)
def test_the_interval_of_a_share(method: IntervalMethod) -> None:
    interval = share_interval(13, 27, method)
    assert interval
    assert [interval.low, interval.high] == pytest.approx(case("binomial_ci_13_27")[method.value], abs=TOLERANCE)
