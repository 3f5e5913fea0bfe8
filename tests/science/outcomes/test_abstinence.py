"""An outcome of one person under one missing rule, and the days it rests on. See calendars.py for the letters."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenestra.science.errors import Refused
from fenestra.science.outcomes.abstinence import outcome_of, percent_days_abstinent
from fenestra.science.outcomes.days import EndReason
from fenestra.science.outcomes.endpoints import DayWindow, MissingRule
from fenestra.science.outcomes.presets import Preset, preset

from .calendars import on, person

LATER = date(2030, 1, 1)
WEEK = replace(preset("krupitsky2007_one_year"), window=DayWindow(1, 7, "first dose"))
WEEK_TESTED = replace(WEEK, test_needed=True)
SHARE_OF_DAYS = replace(preset("grabski2022_percent_days_abstinent"), window=DayWindow(1, 10, "first dose"))
OBSERVED, STRICT = MissingRule.OBSERVED_ONLY, MissingRule.MISSING_IS_USE


# the days of the week | observed only | missing = use
TABLE = """
    aaaaaaa | met     | met
    aaaaaau | not_met | not_met
    aaa.aaa | missing | not_met
    aaa?aaa | missing | not_met
    u...... | not_met | not_met
    ....... | missing | not_met
    aaaa... | missing | not_met
    u.aaaaa | not_met | not_met
"""


@pytest.mark.parametrize("line", TABLE.strip().splitlines())
def test_abstinent_throughout_a_week(line: str) -> None:
    days, observed, strict = (cell.strip() for cell in line.split("|"))
    assert outcome_of(person(days), WEEK.under(OBSERVED), asked_until=LATER).outcome == observed
    assert outcome_of(person(days), WEEK.under(STRICT), asked_until=LATER).outcome == strict


def test_an_outcome_says_on_which_days_it_rests() -> None:
    days = outcome_of(person("aau.a?u", positive=(2,)), WEEK, asked_until=LATER).days
    assert (days.abstinent, days.used, days.unknown, days.tests) == (2, 3, 2, 1)
    assert days.sources_disagree == (on(2),)


def test_days_outside_the_window_do_not_count() -> None:
    assert outcome_of(person("uaaaaaaau", first=0), WEEK, asked_until=LATER).outcome == "met"


def test_a_window_that_is_still_open_has_no_outcome_even_after_use() -> None:
    open_window = outcome_of(person("uaaa"), WEEK, asked_until=on(6))
    assert open_window.outcome == "not_yet_asked"
    assert (open_window.days.used, open_window.days.unknown, open_window.days.not_yet_asked) == (1, 2, 1)
    assert outcome_of(person("uaaa"), WEEK, asked_until=on(7)).outcome == "not_met"
    assert outcome_of(person(""), WEEK, asked_until=on(-30)).days.not_yet_asked == 7


@pytest.mark.parametrize("reason", EndReason)
@pytest.mark.parametrize("rule", [OBSERVED, STRICT])
def test_a_reason_of_its_own_is_never_use(reason: EndReason, rule: MissingRule) -> None:
    ended = outcome_of(person("aaa", ended=(reason, 4)), WEEK.under(rule), asked_until=LATER)
    assert (ended.outcome, ended.end_reason) == ("ended", reason)
    assert (ended.days.abstinent, ended.days.after_end, ended.days.unknown) == (3, 4, 0)


def test_use_before_a_reason_of_its_own_counts() -> None:
    assert outcome_of(person("au", ended=(EndReason.PRISON, 3)), WEEK, asked_until=LATER).outcome == "not_met"


def test_a_death_after_the_window_does_not_explain_silence_inside_it() -> None:
    lost_then_died = person("aa", ended=(EndReason.DEATH, 30))
    assert outcome_of(lost_then_died, WEEK.under(STRICT), asked_until=LATER).outcome == "not_met"
    assert outcome_of(lost_then_died, WEEK.under(OBSERVED), asked_until=LATER).outcome == "missing"


def test_an_end_on_the_last_day_of_a_window_explains_the_days_before_it() -> None:
    assert outcome_of(person("aaaaa", ended=(EndReason.DEATH, 7)), WEEK, asked_until=LATER).outcome == "ended"
    assert outcome_of(person("aaaaa", ended=(EndReason.DEATH, 8)), WEEK, asked_until=LATER).outcome == "missing"


def test_an_end_on_the_last_day_of_a_window_that_is_known_changes_nothing() -> None:
    assert outcome_of(person("aaaaaaa", ended=(EndReason.TRANSFER, 7)), WEEK, asked_until=LATER).outcome == "met"


# the person's word, a test, the endpoint asks for a test -> observed only, missing = use
@pytest.mark.parametrize(
    ("days", "tests", "endpoint", "observed", "strict"),
    [
        ("aaaaaaa", {}, WEEK_TESTED, "missing", "not_met"),
        ("aaaaaaa", {"negative": (3,)}, WEEK_TESTED, "met", "met"),
        ("aaaaaaa", {"positive": (3,)}, WEEK_TESTED, "not_met", "not_met"),
        ("aaaaaaa", {"positive": (3,)}, WEEK, "not_met", "not_met"),
        ("aaaaaaa", {"negative": (1,)}, WEEK_TESTED, "met", "met"),
        ("aaaaaaa", {"negative": (7,)}, WEEK_TESTED, "met", "met"),
        ("aaaaaaa", {"negative": (0,)}, WEEK_TESTED, "missing", "not_met"),
        ("aaaaaaa", {"negative": (8,)}, WEEK_TESTED, "missing", "not_met"),
        (".......", {"negative": (3,)}, WEEK_TESTED, "missing", "not_met"),
    ],
)
def test_an_endpoint_that_rests_on_tests_needs_one(
    days: str, tests: dict[str, tuple[int, ...]], endpoint: Preset, observed: str, strict: str
) -> None:
    record = person(days, **tests)  # type: ignore[arg-type]  # tests by name
    assert outcome_of(record, endpoint.under(OBSERVED), asked_until=LATER).outcome == observed
    assert outcome_of(record, endpoint.under(STRICT), asked_until=LATER).outcome == strict


# ten days | per cent of observed days | missing = use
@pytest.mark.parametrize(
    ("days", "observed", "strict"),
    [
        ("aaaaaaaaaa", "100", "100"),
        ("aaaauuuuuu", "40", "40"),
        ("aaaau.....", "80", "40"),
        ("uuuuuuuuuu", "0", "0"),
        ("..........", None, "0"),
    ],
)
def test_per_cent_of_days_abstinent(days: str, observed: str | None, strict: str) -> None:
    percent = percent_days_abstinent(person(days), SHARE_OF_DAYS, asked_until=LATER)
    assert percent.observed == (Decimal(observed) if observed else None)
    assert percent.missing_is_use == Decimal(strict)


def test_days_after_a_death_are_in_no_denominator() -> None:
    percent = percent_days_abstinent(person("aaau", ended=(EndReason.DEATH, 5)), SHARE_OF_DAYS, asked_until=LATER)
    assert percent.observed == percent.missing_is_use == 75
    assert percent.end_reason is EndReason.DEATH


def test_a_share_of_days_waits_until_the_window_closes() -> None:
    percent = percent_days_abstinent(person("aaau"), SHARE_OF_DAYS, asked_until=on(9))
    assert (percent.observed, percent.missing_is_use) == (None, None)


def test_one_endpoint_is_not_counted_as_another() -> None:
    with pytest.raises(Refused, match="does not ask"):
        outcome_of(person("a"), SHARE_OF_DAYS, asked_until=LATER)
    with pytest.raises(Refused, match="does not ask"):
        percent_days_abstinent(person("a"), WEEK, asked_until=LATER)


@given(st.text(alphabet="auh.?", max_size=12), st.integers(-3, 15))
def test_every_day_of_the_window_stands_somewhere_and_missing_as_use_is_never_kinder(days: str, until: int) -> None:
    percent = percent_days_abstinent(person(days), SHARE_OF_DAYS, asked_until=on(until))
    found = percent.days
    assert found.abstinent + found.used + found.unknown + found.after_end + found.not_yet_asked == 10
    assert percent.missing_is_use is None or percent.observed is None or percent.missing_is_use <= percent.observed
