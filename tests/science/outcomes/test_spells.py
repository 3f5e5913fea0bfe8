"""Runs of use and abstinence as they were. See calendars.py for the letters."""

from __future__ import annotations

from decimal import Decimal
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenestra.science.errors import BadInput
from fenestra.science.outcomes.spells import mean_days_of_last, spell_summary, spells
from fenestra.science.outcomes.use_rule import DayState, DecidedDay, UseRule, decided_days
from fenestra.science.protocols.requirements import requirement

from .calendars import on, person

LETTERS = {"abstinent": "a", "used": "u"}


def days(letters: str) -> tuple[DecidedDay, ...]:
    letters = letters.replace(" ", "")
    return decided_days(person(letters), on(1), on(len(letters)), rule=UseRule.SELF_REPORT)


def told(letters: str) -> str:
    """Each spell as letter and days; < and > where it may reach further than is known."""
    return " ".join(
        f"{'' if spell.began_known else '<'}{LETTERS[spell.state]}{spell.days}{'' if spell.ended_known else '>'}"
        for spell in spells(days(letters))
    )


@pytest.mark.parametrize(
    ("calendar", "expected"),
    [
        ("aaa uu aaaa", "<a3 u2 a4>"),
        ("aaa . aaa", "<a3> <a3>"),
        ("aaa ? aaa", "<a3> <a3>"),
        ("aau . uaa", "<a2 u1> <u1 a2>"),
        ("...", ""),
        ("", ""),
        ("h", "<u1>"),
    ],
)
def test_an_unknown_day_ends_what_is_known_and_no_spell_reaches_across_it(calendar: str, expected: str) -> None:
    assert told(calendar) == expected


def test_a_day_left_out_is_unknown() -> None:
    first, _, third = days("aaa")
    assert [spell.days for spell in spells([first, third])] == [1, 1]


def test_a_lapse_leaves_every_day_before_it_standing() -> None:
    before, after = spell_summary(days("aaaaa")), spell_summary(days("aaaaau"))
    assert before.longest and after.longest
    assert (after.abstinent_days, after.longest.days) == (before.abstinent_days, before.longest.days) == (5, 5)
    assert after.present and after.present.state is DayState.USED


def test_the_present_spell_is_unknown_when_the_last_day_is() -> None:
    assert spell_summary(days("aaa.")).present is None
    assert spell_summary(days("")).present is None


def test_of_two_equally_long_spells_the_later_is_the_longest() -> None:
    longest = spell_summary(days("aauaa")).longest
    assert longest and longest.first == on(4)


def test_the_mean_of_the_last_spells() -> None:
    found = spells(days("aaau au aau aaa"))
    assert mean_days_of_last(found, how_many=2) == Decimal("2.5")
    assert mean_days_of_last(found, how_many=9) == Decimal("2.25")
    assert mean_days_of_last(found, how_many=2, state=DayState.USED) == 1
    assert mean_days_of_last((), how_many=2) is None
    with pytest.raises(BadInput, match="1 or more"):
        mean_days_of_last(found, how_many=0)


def test_every_view_of_the_requirement_is_there() -> None:
    assert set(requirement("OUT-004").words("views")) == {"current_spell", "longest_spell", "total_days", "mean_last_n"}


def test_days_out_of_order_are_refused() -> None:
    with pytest.raises(BadInput, match="in order"):
        spells(tuple(reversed(days("aa"))))


CALENDARS = st.text(alphabet="au.", max_size=40)


@given(CALENDARS)
def test_spells_hold_each_known_day_once(calendar: str) -> None:
    covered = [spell.first.toordinal() + n for spell in spells(days(calendar)) for n in range(spell.days)]
    assert covered == [day.day.toordinal() for day in days(calendar) if day.state is not DayState.UNKNOWN]


@given(CALENDARS)
def test_a_plain_count_of_runs_gives_the_same_spells(calendar: str) -> None:
    runs = [(letter, len(list(run))) for letter, run in groupby(calendar) if letter != "."]
    assert [(LETTERS[spell.state], spell.days) for spell in spells(days(calendar))] == runs


@given(CALENDARS, st.sampled_from("au."))
def test_no_further_day_ever_takes_days_or_the_longest_spell_away(calendar: str, next_day: str) -> None:
    before, after = spell_summary(days(calendar)), spell_summary(days(calendar + next_day))
    assert after.abstinent_days >= before.abstinent_days
    assert (after.longest.days if after.longest else 0) >= (before.longest.days if before.longest else 0)
