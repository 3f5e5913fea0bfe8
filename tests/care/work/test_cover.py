"""Who is on duty, when somebody reads, and what happens when nobody does."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenestra.care.work import actions, queries, rules
from fenestra.care.work.rules import instant_after, merged
from fenestra.ground.book.scope import OPEN
from fenestra.ground.clinic.rules import NotYours
from fenestra.science.errors import BadInput, Refused
from tests.care.work.desk import MORNING, Desk, furnish


def on_duty(desk: Desk) -> list[str]:
    return [each.name for each in queries.on_duty(desk.scopes["nina"], OPEN, desk.at)]


def read_by(desk: Desk, level: str = "high") -> datetime | None:
    return queries.read_by(desk.scopes["nina"], OPEN, level, desk.at)


def words(desk: Desk, level: str = "high") -> str:
    return queries.read_by_words(desk.scopes["nina"], OPEN, level, desk.at)


def test_two_may_be_on_duty_at_once_and_each_ends_by_themselves(desk: Desk) -> None:
    desk.cover("nina", hours=2)
    desk.cover("dana", starts=1, hours=4)
    assert on_duty(desk) == ["Nina"]
    desk.later(minutes=90)
    assert on_duty(desk) == ["Nina", "Dana"]
    desk.later(minutes=60)
    assert on_duty(desk) == ["Dana"]


def test_cover_to_come_is_taken_back_as_if_never_declared(desk: Desk) -> None:
    cover = desk.cover("nina", starts=5)
    desk.do(actions.take_back_cover, "lena", cover_id=cover)
    assert queries.covers(desk.scopes["nina"], OPEN, since=desk.at, until=desk.at + timedelta(days=2)) == ()


def test_cover_that_has_begun_ends_when_it_is_taken_back(desk: Desk) -> None:
    cover = desk.cover("nina")
    desk.later(minutes=30)
    desk.do(actions.take_back_cover, "lena", cover_id=cover)
    assert on_duty(desk) == []
    (left,) = queries.covers(desk.scopes["nina"], OPEN, since=MORNING, until=desk.at)
    assert (left.starts_at, left.ends_at) == (MORNING, desk.at)
    with pytest.raises(Refused, match="over or was taken back"):
        desk.do(actions.take_back_cover, "lena", cover_id=cover)


@pytest.mark.parametrize(
    ("starts", "hours", "sentence"),
    [(0, -1, "ends before it starts"), (-5, 4, "over already"), (0, 24 * 40, "at most 31 days")],
)
def test_cover_that_cannot_be_is_refused(desk: Desk, starts: float, hours: float, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        desk.cover("nina", starts=starts, hours=hours)


def test_only_lead_and_director_declare_and_only_for_their_own_staff(desk: Desk) -> None:
    other = furnish()
    told = {"starts_at": desk.at, "ends_at": desk.at + timedelta(hours=1)}
    with pytest.raises(NotYours):
        desk.do(actions.declare_cover, "nina", staff_id=desk.scopes["nina"].staff_id, **told)
    with pytest.raises(BadInput, match="works in this clinic"):
        desk.do(actions.declare_cover, "lena", staff_id=other.scopes["nina"].staff_id, **told)
    with pytest.raises(NotYours):
        desk.do(actions.declare_answer_time, "nina", level="high", minutes=30, then_role="lead")
    with pytest.raises(BadInput, match="minutes of cover"):
        desk.answer_within(0)
    assert queries.answer_times(other.scopes["nina"], OPEN) == {}


# ---- escalation


def test_nothing_is_escalated_where_no_answer_time_is_declared(desk: Desk) -> None:
    desk.cover(hours=48)
    item = desk.owed()
    desk.later(minutes=60 * 24)
    assert (desk.see(item).escalated_at, desk.see(item).answer_by) == (None, None)


def test_an_item_nobody_took_in_the_declared_time_is_told_to_the_next_role_once(desk: Desk) -> None:
    desk.cover()
    desk.answer_within(30)
    item = desk.owed()
    assert desk.see(item).answer_by == desk.at + timedelta(minutes=30)
    desk.later(minutes=29)
    assert desk.see(item).escalated_at is None
    desk.later(minutes=1)
    assert (desk.see(item).escalated_at, desk.see(item).escalated_to) == (desk.at, "lead")
    desk.later(minutes=60)
    assert [kind for kind, _ in desk.said(item)] == ["opened", "escalated"]


def test_what_somebody_took_is_not_escalated(desk: Desk) -> None:
    desk.cover()
    desk.answer_within(30)
    item = desk.owed()
    desk.do(actions.take, item_id=item)
    desk.later(minutes=60)
    assert desk.see(item).escalated_at is None


def test_minutes_without_cover_do_not_count(desk: Desk) -> None:
    desk.answer_within(30)
    desk.cover("nina", hours=0.25)
    desk.cover("dana", starts=14, hours=8)
    item = desk.owed()
    assert desk.see(item).answer_by == MORNING + timedelta(hours=14, minutes=15)
    desk.later(minutes=60)
    assert desk.see(item).escalated_at is None
    desk.later(minutes=13 * 60 + 15)
    assert desk.see(item).escalated_at == desk.at


def test_each_level_has_its_own_time_and_the_newest_counts(desk: Desk) -> None:
    desk.cover()
    desk.answer_within(30, level="high")
    desk.answer_within(240, level="low")
    desk.answer_within(60, level="high")
    high, low = desk.owed("a", level="high"), desk.owed("b", level="low")
    desk.later(minutes=61)
    assert desk.see(high).escalated_at is not None
    assert desk.see(low).escalated_at is None


# ---- when somebody reads


def test_the_page_says_when_it_is_read_in_the_time_of_the_clinic(desk: Desk) -> None:
    desk.cover()
    desk.answer_within(30)
    assert read_by(desk) == desk.at + timedelta(minutes=30)
    assert words(desk) == "Somebody of the clinic reads this by 10:30 today."


def test_at_night_it_says_the_next_morning(desk: Desk) -> None:
    desk.answer_within(30)
    desk.cover("nina", starts=22)
    assert words(desk) == "Somebody of the clinic reads this by 08:30 on Saturday 21 November."


def test_without_cover_it_promises_nothing(desk: Desk) -> None:
    desk.answer_within(30)
    assert read_by(desk) is None
    assert words(desk).startswith("Nobody of the clinic is on duty now")


def test_without_an_answer_time_it_says_that_nobody_said_how_soon(desk: Desk) -> None:
    desk.cover()
    assert read_by(desk) is None
    assert "nobody has said how soon" in words(desk)


# ---- the arithmetic, two ways

MINUTE = timedelta(minutes=1)
START = datetime(2026, 1, 1, tzinfo=UTC)
SPANS = st.lists(st.tuples(st.integers(0, 120), st.integers(0, 60)), max_size=6).map(
    lambda told: [(START + start * MINUTE, START + (start + length) * MINUTE) for start, length in told]
)


@given(SPANS, st.integers(1, 60), st.integers(0, 120))
def test_minutes_of_cover_counted_one_by_one_agree(spans: list[rules.Span], minutes: int, since: int) -> None:
    begins = START + since * MINUTE
    covered = [
        begins + n * MINUTE for n in range(400) if any(starts <= begins + n * MINUTE < ends for starts, ends in spans)
    ]
    slow = covered[minutes - 1] + MINUTE if len(covered) >= minutes else None
    assert instant_after(minutes, spans, begins) == slow


@given(SPANS)
def test_merged_cover_is_in_order_and_apart(spans: list[rules.Span]) -> None:
    found = merged(spans)
    assert all(before[1] < after[0] for before, after in itertools.pairwise(found))
