"""The schedule of observation, and when a person may leave."""

from dataclasses import replace
from decimal import Decimal

import pytest

from fenestra.science.errors import BadInput
from fenestra.science.protocols.leaving import (
    earliest_leave_min,
    shipped_leaving_rule,
    still_open,
    vitals_against_leaving,
)
from fenestra.science.protocols.monitoring import (
    published_rises,
    shipped_schedule,
)
from fenestra.science.protocols.orders import Route
from fenestra.science.protocols.thresholds import Reading

SCHEDULE = shipped_schedule()
LEAVING = shipped_leaving_rule()


def test_a_schedule_that_cannot_be_kept_is_refused() -> None:
    with pytest.raises(BadInput, match="some minutes apart"):
        replace(SCHEDULE, during_every_min=Decimal(0))
    with pytest.raises(BadInput, match="low before it alarms high"):
        replace(SCHEDULE, stream_silent_high_s=Decimal(5))


def test_the_expected_rise_is_a_spread_of_clinics() -> None:
    assert [(each.clinic, each.systolic_mmhg, each.peak_min) for each in published_rises()] == [
        ("Emory", Decimal("3.28"), 30),
        ("Yale", Decimal("16.0"), 40),
    ]


@pytest.mark.parametrize(
    ("route", "dose_mg", "expected"),
    [
        (Route.IV, "56", 100),
        (Route.IM, "35", 100),
        (Route.IM, "70", 100),
        (Route.IM, "70.01", 160),
        (Route.IV, "75", 100),
    ],
)
def test_the_earliest_leave_is_60_minutes_and_120_for_a_large_im_dose(
    route: Route, dose_mg: str, expected: int
) -> None:
    leave = earliest_leave_min(
        LEAVING, route=route, dose_ended_min=Decimal(40), dose_mg=Decimal(dose_mg), weight_kg=Decimal(70)
    )
    assert leave == expected


@pytest.mark.parametrize(
    ("systolic", "diastolic", "baseline", "expected"),
    [
        (120, 80, 120, True),
        (144, 80, 120, True),
        (145, 80, 120, False),
        (96, 80, 120, True),
        (95, 80, 120, False),
        (160, 80, 150, True),
        (161, 80, 150, False),
        (90, 60, 100, True),
        (89, 60, 100, False),
        (120, 99, 120, True),
        (120, 100, 120, False),
        (None, 80, 120, None),
        (120, None, 120, None),
        (120, 80, None, None),
        (161, 80, None, False),
        (None, 100, 120, False),
    ],
)
def test_pressure_at_leaving(
    systolic: int | None, diastolic: int | None, baseline: int | None, expected: bool | None
) -> None:
    def exact(value: int | None) -> Decimal | None:
        return None if value is None else Decimal(value)

    reading = Reading(systolic_mmhg=exact(systolic), diastolic_mmhg=exact(diastolic))
    assert vitals_against_leaving(LEAVING, reading, Reading(systolic_mmhg=exact(baseline))) is expected


def test_a_criterion_is_open_until_it_is_answered_with_yes() -> None:
    answers: dict[str, bool | None] = dict.fromkeys(LEAVING.criteria, True)
    assert still_open(LEAVING, answers) == ()
    assert still_open(LEAVING, {**answers, "escort_present": None, "walks_unaided_as_before": False}) == (
        "walks_unaided_as_before",
        "escort_present",
    )
    assert still_open(LEAVING, {}) == LEAVING.criteria
