"""The curve of small groups a reader can check by hand, and its properties for any group."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenestra.science.errors import BadInput, Refused
from fenestra.science.outcomes.curve_summaries import median_time, restricted_mean
from fenestra.science.outcomes.survival import RiskRow, SurvivalCurve, TimeToEvent, kaplan_meier

People = list[TimeToEvent]


def curve(text: str) -> SurvivalCurve:
    """A curve from days: 5 is an event on day 5, 5+ last seen on day 5, 2-5 entered after day 2."""
    return kaplan_meier(_read(n, word) for n, word in enumerate(text.split()))


def _read(n: int, word: str) -> TimeToEvent:
    entry, _, day = word.rstrip("+").rpartition("-")
    return TimeToEvent(f"p{n}", int(day), not word.endswith("+"), int(entry) if entry else None)


def survival(found: SurvivalCurve) -> dict[int, float]:
    return {step.day: round(step.survival, 4) for step in found.steps}


def test_six_people_by_hand() -> None:
    assert survival(curve("1 2 2+ 3 4+ 5")) == {1: 0.8333, 2: 0.6667, 3: 0.4444, 4: 0.4444, 5: 0.0}


def test_who_was_last_seen_on_the_day_of_an_event_was_at_risk_of_it() -> None:
    (step,) = curve("2 2+").steps
    assert (step.at_risk, step.events, step.censored, step.survival) == (2, 1, 1, 0.5)


def test_no_event_is_no_band_and_no_error() -> None:
    (step,) = curve("9+ 9+").steps
    assert (step.survival, step.standard_error, step.low, step.high) == (1.0, 0.0, None, None)


def test_when_everyone_had_the_event_there_is_neither_error_nor_band() -> None:
    last = curve("1 2").steps[-1]
    assert (last.survival, last.standard_error, last.low, last.high) == (0.0, None, None, None)


def test_nothing_is_said_beyond_the_last_day_anyone_was_followed() -> None:
    found = curve("3 7+")
    assert found.at(7) and found.at(8) is None and found.at(-1) is None
    assert found.at(3) == found.steps[0]
    before = found.at(0)
    assert before and (before.survival, before.at_risk) == (1.0, 2)
    between = found.at(5)
    assert between and (between.survival, between.at_risk) == (0.5, 1)


def test_a_curve_of_nobody_says_nothing() -> None:
    nobody = kaplan_meier([])
    assert (nobody.steps, nobody.at(0), nobody.last_day, median_time(nobody).day) == ((), None, None, None)


def test_the_rows_beneath_a_curve_add_up_to_everyone() -> None:
    assert curve("0+ 3 3+ 9").rows([0, 3, 4, 10]) == (
        RiskRow(0, 0, 4, 0, 0),
        RiskRow(3, 0, 3, 0, 1),
        RiskRow(4, 0, 1, 1, 2),
        RiskRow(10, 0, 0, 2, 2),
    )


def test_who_entered_late_counts_only_from_then_on() -> None:
    found = curve("2 1-4 3-6+")
    assert survival(found) == {2: 0.5, 4: 0.25, 6: 0.25}
    assert found.row(1) == RiskRow(1, not_yet_entered=2, at_risk=1, events=0, censored=0)


def test_a_median_that_was_not_reached_is_none() -> None:
    assert median_time(curve("1 9+ 9+")).day is None


def test_a_curve_that_lies_flat_on_one_half_has_its_median_in_the_middle() -> None:
    assert median_time(curve("1 2 5 6")).day == 3.5
    assert median_time(curve("1 2 5+ 6+")).day == 2


def test_the_mean_up_to_a_day_is_the_area_under_the_curve() -> None:
    mean = restricted_mean(curve("2 6"), to_day=4)
    assert (mean.days, mean.standard_error) == (2 + 2 * 0.5, pytest.approx((2 * 0.5) * (1 / 2) ** 0.5))
    ended = restricted_mean(curve("1 2"), to_day=4)
    assert (ended.days, ended.standard_error) == (1.5, pytest.approx(0.5 * (1 / 2) ** 0.5))
    with pytest.raises(Refused, match="Nobody was followed"):
        restricted_mean(curve("2 3+"), to_day=4)


@pytest.mark.parametrize(("day", "entered_after"), [(-1, None), (3, 3), (3, 4), (3, -1)])
def test_a_time_that_cannot_be_is_refused(day: int, entered_after: int | None) -> None:
    with pytest.raises(BadInput):
        TimeToEvent("p", day, True, entered_after)


def test_nobody_stands_in_a_curve_twice() -> None:
    with pytest.raises(BadInput, match="twice"):
        kaplan_meier([TimeToEvent("p", 1, True), TimeToEvent("p", 2, True)])


@st.composite
def groups(draw: st.DrawFn, late: bool = True, censored: bool = True) -> People:
    people = []
    for n in range(draw(st.integers(0, 25))):
        day = draw(st.integers(0, 30))
        entry = draw(st.none() | st.integers(0, day - 1)) if late and day else None
        people.append(TimeToEvent(f"p{n}", day, draw(st.booleans()) if censored else True, entry))
    return people


@given(groups())
def test_the_curve_never_rises_and_its_band_holds_it(people: People) -> None:
    steps = kaplan_meier(people).steps
    levels = [1.0, *(step.survival for step in steps)]
    assert levels == sorted(levels, reverse=True)
    for step in steps:
        assert (step.low is None) == (step.high is None)
        if step.low is not None and step.high is not None:
            assert 0 <= step.low <= step.survival <= step.high <= 1


@given(groups())
def test_each_step_counts_who_leaves_on_its_day_and_why(people: People) -> None:
    for step in kaplan_meier(people).steps:
        leaving = [person.event for person in people if person.day == step.day]
        assert (step.events, step.censored) == (leaving.count(True), leaving.count(False))
        assert step.at_risk == sum(person.is_at_risk(step.day) for person in people)


@given(groups(late=False, censored=False), st.integers(0, 30))
def test_where_everyone_is_seen_to_the_end_the_curve_is_a_plain_count(people: People, day: int) -> None:
    found = kaplan_meier(people).at(day)
    if found is not None:
        assert found.survival == pytest.approx(sum(person.day > day for person in people) / len(people))


@given(groups(), st.lists(st.integers(0, 40), max_size=5))
def test_the_rows_always_add_up_to_everyone(people: People, ticks: list[int]) -> None:
    for row in kaplan_meier(people).rows(ticks):
        assert row.not_yet_entered + row.at_risk + row.events + row.censored == len(people)


@given(groups(), st.randoms())
def test_the_order_of_the_people_does_not_matter(people: People, chance: object) -> None:
    shuffled = list(people)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # a random.Random
    assert kaplan_meier(shuffled).steps == kaplan_meier(people).steps


@given(groups(), st.integers(0, 30))
def test_a_recount_day_by_day_gives_the_same_curve(people: People, day: int) -> None:
    survival = 1.0
    for each_day in range(day + 1):
        at_risk = [person for person in people if person.is_at_risk(each_day)]
        had_it = sum(person.event and person.day == each_day for person in at_risk)
        survival *= 1 - had_it / len(at_risk) if at_risk else 1.0
    found = kaplan_meier(people).at(day)
    assert found is None or found.survival == pytest.approx(survival)


@given(groups(), st.integers(1, 30))
def test_the_mean_up_to_a_day_is_the_sum_of_its_days(people: People, to_day: int) -> None:
    found = kaplan_meier(people)
    if found.last_day is not None and found.last_day >= to_day:
        daily = [step.survival for day in range(to_day) if (step := found.at(day))]
        assert restricted_mean(found, to_day=to_day).days == pytest.approx(sum(daily))
