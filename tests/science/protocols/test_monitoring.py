"""Rounds of observation, overdue rounds, silence, and when a person may leave."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenestra.science.errors import BadInput
from fenestra.science.protocols.leaving import (
    earliest_leave_min,
    shipped_leaving_rule,
    still_open,
    vitals_against_leaving,
)
from fenestra.science.protocols.monitoring import (
    overdue_rounds,
    published_rises,
    rounds_due,
    shipped_schedule,
    stream_silence,
    unmet_rounds,
)
from fenestra.science.protocols.orders import Route
from fenestra.science.protocols.thresholds import Reading

SCHEDULE = shipped_schedule()
LEAVING = shipped_leaving_rule()


def due(end_min: int | None, until_min: int) -> list[tuple[str, int]]:
    end = None if end_min is None else Decimal(end_min)
    rounds = rounds_due(SCHEDULE, end_min=end, until_min=Decimal(until_min))
    return [(each.phase.value, int(each.due_min)) for each in rounds]


def test_an_infusion_of_40_minutes_has_a_baseline_then_10_and_15_minute_rounds() -> None:
    assert due(end_min=40, until_min=75) == [
        ("before", 0),
        ("during", 10),
        ("during", 20),
        ("during", 30),
        ("during", 40),
        ("after", 55),
        ("after", 70),
    ]


def test_rounds_after_an_early_stop_count_from_the_stop() -> None:
    assert due(end_min=13, until_min=45) == [("before", 0), ("during", 10), ("after", 28), ("after", 43)]


def test_while_the_dose_runs_the_rounds_go_on() -> None:
    assert due(end_min=None, until_min=29) == [("before", 0), ("during", 10), ("during", 20)]


def test_an_im_dose_has_only_rounds_after_it() -> None:
    assert due(end_min=0, until_min=30) == [("before", 0), ("after", 15), ("after", 30)]


def test_a_time_before_the_dose_has_no_rounds() -> None:
    with pytest.raises(BadInput, match="count from the start"):
        rounds_due(SCHEDULE, end_min=None, until_min=Decimal(-1))


@pytest.mark.parametrize(
    ("taken", "now", "expected"),
    [
        ([-20], "12.9", []),
        ([-20], "13", [10]),
        ([-20, 7], "13", []),  # three minutes early counts
        ([-20, "6.9"], "13", [10]),
        ([-20, 16], "22.9", []),  # the late reading met the round of minute 10
        ([-20, 16], "23", [20]),
        ([], "3", [0]),
        ([-20], "40", [10, 20, 30]),
        ([-20, 40], "40", []),
    ],
)
def test_a_round_is_overdue_three_minutes_after_it_was_due(taken: list[str], now: str, expected: list[int]) -> None:
    rounds = rounds_due(SCHEDULE, end_min=None, until_min=Decimal(now))
    late = overdue_rounds(SCHEDULE, rounds, [Decimal(each) for each in taken], now_min=Decimal(now))
    assert [int(each.due_min) for each in late] == expected


@pytest.mark.parametrize(
    ("silent_s", "expected"), [("14.9", None), ("15", "low"), ("59.9", "low"), ("60", "high"), ("600", "high")]
)
def test_a_silent_stream_is_an_alarm(silent_s: str, expected: str | None) -> None:
    assert stream_silence(SCHEDULE, silent_s=Decimal(silent_s)) == expected


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


minutes = st.integers(min_value=0, max_value=300)


@given(end=minutes, until=minutes, more=minutes)
def test_waiting_longer_only_adds_rounds(end: int, until: int, more: int) -> None:
    shorter, longer = due(end, until), due(end, until + more)
    assert longer[: len(shorter)] == shorter
    assert sorted(longer, key=lambda each: each[1]) == longer


@given(taken=st.lists(minutes.map(Decimal), max_size=8), more=minutes.map(Decimal))
def test_another_reading_never_opens_a_round(taken: list[Decimal], more: Decimal) -> None:
    rounds = rounds_due(SCHEDULE, end_min=Decimal(40), until_min=Decimal(300))
    assert set(unmet_rounds(SCHEDULE, rounds, [*taken, more])) <= set(unmet_rounds(SCHEDULE, rounds, taken))


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
