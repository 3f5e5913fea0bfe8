"""On which day an event came, or until when it is known not to have come. See calendars.py for the letters."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenestra.science.errors import BadInput, Refused
from fenestra.science.outcomes.days import EndReason
from fenestra.science.outcomes.endpoints import DayWindow, MissingRule
from fenestra.science.outcomes.presets import Preset, RunOfUse, preset
from fenestra.science.outcomes.times import PersonTime, time_of

from .calendars import on, person

LATER = date(2030, 1, 1)
OBSERVED, STRICT = MissingRule.OBSERVED_ONLY, MissingRule.MISSING_IS_USE
TEN_DAYS = DayWindow(1, 10, "first dose")
LAPSE = replace(preset("first_lapse"), window=TEN_DAYS)
DROPOUT = replace(preset("dakwar2019_relapse"), window=TEN_DAYS)
HEAVY = replace(preset("return_to_heavy_drinking"), window=TEN_DAYS)
RUN = replace(
    preset("xbot2018_relapse"), window=DayWindow(1, 21, "first dose"), run=RunOfUse(days_in_a_row=3, weeks_in_a_row=3)
)


def told(found: PersonTime) -> str:
    return f"{found.time.day} {found.leaving}"


# ten days | endpoint | observed only | missing = use
TABLE = """
    aaaaaaaaaa             | lapse   | 10 window_closed | 10 window_closed
    aaauaaaaaa             | lapse   | 4 event          | 4 event
    aa.uaaaaaa             | lapse   | 2 unknown_day    | 3 event
    aa?aaaaaaa             | lapse   | 2 unknown_day    | 3 event
    aaa.......             | lapse   | 3 unknown_day    | 4 event
    ..........             | lapse   | 0 unknown_day    | 1 event
    aaa.......             | dropout | 4 event          | 4 event
    ..........             | dropout | 1 event          | 1 event
    a.a.......             | dropout | 1 unknown_day    | 2 event
    aauaaaaaaa             | dropout | 3 event          | 3 event
    aauuhaaaaa             | heavy   | 5 event          | 5 event
    uuuuuuuuuu             | heavy   | 10 window_closed | 10 window_closed
    aauuuaaaaaaaaaaaaaaaa  | run     | 5 event          | 5 event
    uuauuauuaaaaaaaaaaaaa  | run     | 21 window_closed | 21 window_closed
    uaaaaaaaaauaaaaaaauaa  | run     | 19 event         | 19 event
    uaaaaaaaaaaaaaaaaauaa  | run     | 21 window_closed | 21 window_closed
    uu.uaaaaaaaaaaaaaaaaa  | run     | 2 unknown_day    | 3 event
"""
ENDPOINTS = {"lapse": LAPSE, "dropout": DROPOUT, "heavy": HEAVY, "run": RUN}


@pytest.mark.parametrize("line", TABLE.strip().splitlines())
def test_the_day_of_an_event_or_until_when_it_is_known_not_to_have_come(line: str) -> None:
    days, name, observed, strict = (cell.strip() for cell in line.split("|"))
    endpoint, record = ENDPOINTS[name], person(days)
    assert told(time_of(record, endpoint.under(OBSERVED), asked_until=LATER)) == observed
    assert told(time_of(record, endpoint.under(STRICT), asked_until=LATER)) == strict


def test_a_lapse_is_not_a_relapse() -> None:
    record = person("aauaaaaaaaaaaaaaaaaaa")
    assert time_of(record, LAPSE, asked_until=LATER).time.event
    assert not time_of(record, RUN, asked_until=LATER).time.event


@pytest.mark.parametrize("reason", EndReason)
@pytest.mark.parametrize("endpoint", [LAPSE, LAPSE.under(STRICT), DROPOUT], ids=["observed", "strict", "dropout"])
def test_a_reason_of_its_own_is_no_event(endpoint: Preset, reason: EndReason) -> None:
    found = time_of(person("aaa", ended=(reason, 5)), endpoint, asked_until=LATER)
    assert (told(found), found.end_reason) == ("3 ended", reason)


def test_days_that_nobody_could_be_asked_about_yet_are_not_missing() -> None:
    found = time_of(person("aaa"), LAPSE.under(STRICT), asked_until=on(3))
    assert told(found) == "3 not_yet_asked"
    assert told(time_of(person(""), DROPOUT, asked_until=on(0))) == "0 not_yet_asked"
    assert told(time_of(person("a" * 10), LAPSE, asked_until=on(9))) == "9 not_yet_asked"
    assert told(time_of(person("a" * 10), LAPSE, asked_until=on(10))) == "10 window_closed"
    assert told(time_of(person("aaa", ended=(EndReason.DEATH, 3)), LAPSE, asked_until=on(3))) == "3 ended"


def test_a_positive_test_is_a_lapse_on_its_own_day() -> None:
    assert told(time_of(person("aaaaaaaaaa", positive=(6,)), LAPSE, asked_until=LATER)) == "6 event"


def test_a_share_endpoint_has_no_time() -> None:
    with pytest.raises(Refused, match="does not ask"):
        time_of(person("a"), preset("krupitsky2007_one_year"), asked_until=LATER)


def test_a_time_is_counted_from_day_one() -> None:
    with pytest.raises(BadInput, match="day 1"):
        replace(LAPSE, window=DayWindow(2, 10, "first dose"))


@given(st.text(alphabet="auh.?", max_size=25), st.sampled_from([LAPSE, DROPOUT, HEAVY, RUN]), st.integers(-2, 30))
def test_missing_as_use_never_puts_an_event_later_and_never_takes_one_away(
    days: str, endpoint: Preset, until: int
) -> None:
    observed = time_of(person(days), endpoint.under(OBSERVED), asked_until=on(until)).time
    strict = time_of(person(days), endpoint.under(STRICT), asked_until=on(until)).time
    if observed.event:
        assert strict.event and strict.day <= observed.day


@given(st.text(alphabet="au", min_size=10, max_size=10))
def test_with_every_day_known_the_first_lapse_is_the_first_day_of_use(days: str) -> None:
    found = time_of(person(days), LAPSE, asked_until=LATER).time
    assert (found.day, found.event) == ((days.index("u") + 1, True) if "u" in days else (10, False))
