"""A share of a group cannot be had without its endpoint, everyone it was counted among, and the other rule's number."""

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenestra.science.errors import BadInput
from fenestra.science.outcomes.days import EndReason, PersonRecord
from fenestra.science.outcomes.endpoints import DayWindow, MissingRule
from fenestra.science.outcomes.intervals import IntervalMethod, share_interval
from fenestra.science.outcomes.presets import preset
from fenestra.science.outcomes.shares import GroupShare, mean_percent_days, share

from .calendars import person

LATER = date(2030, 1, 1)
THREE_DAYS = replace(preset("krupitsky2007_one_year"), window=DayWindow(1, 3, "first dose"))
FOUR_DAYS = replace(preset("grabski2022_percent_days_abstinent"), window=DayWindow(1, 4, "first dose"))


def group(*days: str) -> list[PersonRecord]:
    return [person(letters, name=f"p{n}") for n, letters in enumerate(days)]


def test_the_same_people_give_two_shares() -> None:
    counted = share(group("aaa", "aaa", "uaa", "a..", "..."), THREE_DAYS, asked_until=LATER)
    assert (counted.n_all, counted.n_seen, counted.n_missing) == (5, 3, 2)
    assert (counted.observed_only.met, counted.observed_only.n) == (2, 3)
    assert (counted.missing_is_use.met, counted.missing_is_use.n) == (2, 5)


def test_the_stated_share_is_the_endpoint_s_own_and_the_other_stands_beside_it() -> None:
    counted = share(group("aaa", "..."), THREE_DAYS, asked_until=LATER)
    assert counted.stated.missing_rule is MissingRule.OBSERVED_ONLY
    assert counted.beside.missing_rule is MissingRule.MISSING_IS_USE
    turned = share(group("aaa", "..."), THREE_DAYS.under(MissingRule.MISSING_IS_USE), asked_until=LATER)
    assert (turned.stated, turned.beside) == (counted.beside, counted.stated)


def test_a_share_carries_its_endpoint_and_both_rules_in_its_type() -> None:
    needed = {"endpoint", "n_all", "n_seen", "observed_only", "missing_is_use"}
    assert needed <= {field.name for field in fields(GroupShare)}
    with pytest.raises(TypeError):
        GroupShare(endpoint=THREE_DAYS, n_all=1, n_seen=1)  # type: ignore[call-arg]  # the rest is missing on purpose


def test_death_transfer_and_an_open_window_are_in_neither_share_and_are_counted() -> None:
    records = [
        *group("aaa"),
        person("a", name="died", ended=(EndReason.DEATH, 2)),
        person("a", name="moved", ended=(EndReason.TRANSFER, 2)),
    ]
    counted = share(records, THREE_DAYS, asked_until=LATER)
    assert counted.ended == ((EndReason.DEATH, 1), (EndReason.TRANSFER, 1))
    assert (counted.observed_only.n, counted.missing_is_use.n, counted.n_all) == (1, 1, 3)
    early = share(group("aaa"), THREE_DAYS, asked_until=date(2026, 3, 2))
    assert (early.n_not_yet_asked, early.stated.n, early.stated.share) == (1, 0, None)


def test_a_share_of_nobody_is_no_number() -> None:
    nobody = share([], THREE_DAYS, asked_until=LATER)
    assert (nobody.stated.share, nobody.stated.interval, nobody.n_all) == (None, None, 0)


def test_nobody_is_counted_twice() -> None:
    with pytest.raises(BadInput, match="twice"):
        share([person("aaa"), person("aaa")], THREE_DAYS, asked_until=LATER)


def test_mean_share_of_days_under_both_rules() -> None:
    counted = mean_percent_days(group("aaaa", "aauu", "a...", "...."), FOUR_DAYS, asked_until=LATER)
    assert (counted.n_all, counted.n_seen, counted.n_nothing_known) == (4, 3, 1)
    assert counted.observed_only.mean == Decimal(250) / 3
    assert (counted.missing_is_use.mean, counted.missing_is_use.n) == (Decimal("43.75"), 4)


def test_a_mean_waits_for_windows_that_are_still_open() -> None:
    counted = mean_percent_days(group("aaaa", "aaaa"), FOUR_DAYS, asked_until=date(2026, 3, 4))
    assert (counted.n_all, counted.n_not_yet_asked, counted.n_seen, counted.missing_is_use.n) == (2, 2, 0, 0)


def test_a_mean_of_one_person_has_no_spread_and_of_nobody_no_value() -> None:
    assert mean_percent_days(group("aaaa"), FOUR_DAYS, asked_until=LATER).observed_only.sd is None
    assert mean_percent_days(group("...."), FOUR_DAYS, asked_until=LATER).observed_only.mean is None


def test_people_who_died_count_with_their_days_until_then_and_are_named() -> None:
    counted = mean_percent_days([person("au", ended=(EndReason.DEATH, 3))], FOUR_DAYS, asked_until=LATER)
    assert (counted.observed_only.mean, counted.missing_is_use.mean) == (50, 50)
    assert counted.ended == ((EndReason.DEATH, 1),)


@given(st.lists(st.text(alphabet="au.", max_size=3), max_size=8))
def test_everyone_is_somewhere_and_the_strict_share_is_never_kinder(days: list[str]) -> None:
    counted = share(group(*days), THREE_DAYS, asked_until=LATER)
    ended = sum(n for _, n in counted.ended)
    assert counted.n_all == counted.n_seen + counted.n_missing + ended + counted.n_not_yet_asked
    assert counted.missing_is_use.n == counted.n_seen + counted.n_missing
    if counted.observed_only.share is not None:
        assert counted.missing_is_use.share is not None
        assert counted.missing_is_use.share <= counted.observed_only.share


@pytest.mark.parametrize("method", IntervalMethod)
@given(st.integers(0, 60), st.integers(1, 60))
def test_an_interval_holds_its_share_and_mirrors(method: IntervalMethod, met: int, more: int) -> None:
    n = met + more
    interval, mirrored = share_interval(met, n, method), share_interval(n - met, n, method)
    assert interval and mirrored
    assert 0 <= interval.low <= met / n <= interval.high <= 1
    assert interval.low == pytest.approx(1 - mirrored.high, abs=1e-9)


def test_the_exact_interval_of_many_people_does_not_overflow() -> None:
    interval = share_interval(1900, 2000, IntervalMethod.CLOPPER_PEARSON)
    assert interval and interval.low < 0.95 < interval.high


def test_more_met_than_there_are_people_is_refused() -> None:
    with pytest.raises(BadInput, match="cannot be"):
        share_interval(3, 2)
