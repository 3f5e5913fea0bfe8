"""The layout of the time line: what stands where, what is joined, what is hatched, and what is never drawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from fenestra.faces.web.staff.journey import picture, spans, table, year
from fenestra.faces.web.staff.journey.course import Course, DoseIs, HourIs, Sample, Scale
from fenestra.faces.web.staff.journey.lanes import craving_runs, hour_mark, unknown_runs
from fenestra.faces.web.staff.journey.picture import Picture
from tests.faces.web.journey.made import (
    course,
    day_ago,
    days_ago,
    episode,
    expected,
    given,
    hour,
    told,
    use_of,
)

DOSES = (given(1, 30), given(2, 16), given(3, 2))


def drawn(one: Course) -> Picture:
    return picture.wide(one, spans.course_span(one))


def marks(one: Course) -> list[tuple[str, str]]:
    return [(mark.name, mark.word) for mark in drawn(one).sheet.marks]


def lanes(one: Course) -> list[str]:
    return [lane.name for lane in drawn(one).names]


# ---- doses and windows


def test_given_is_filled_booked_is_dashed_planned_is_hollow() -> None:
    doses = (given(1, 10), expected(2, 4), expected(3, 11, DoseIs.PLANNED))
    assert marks(course(doses=doses))[:3] == [("given", "1"), ("booked", "2"), ("planned", "3")]


def test_a_window_begins_and_ends_at_nothing() -> None:
    (glow,) = drawn(course(doses=(given(1, 5),))).sheet.glows
    assert glow.stops[0] == ("0.00%", "0") and glow.stops[-1] == ("100.00%", "0")
    strengths = [float(strength) for _, strength in glow.stops]
    assert strengths[1] == strengths[2] > strengths[3] > 0


def test_a_window_that_is_only_expected_is_fainter() -> None:
    glows = drawn(course(doses=(given(1, 5), expected(2, 4)))).sheet.glows
    assert [glow.expected for glow in glows] == [False, True]
    assert float(glows[0].stops[1][1]) > float(glows[1].stops[1][1])


def test_a_dose_that_was_not_given_opens_no_window() -> None:
    home = replace(expected(1, -3), state=DoseIs.NOT_GIVEN)
    assert not drawn(course(doses=(home,))).sheet.glows


@pytest.mark.parametrize(
    ("state", "inside", "mark"),
    [
        (HourIs.HELD, True, "hour-in"),
        (HourIs.HELD, False, "hour-out"),
        (HourIs.HELD, None, "hour-before"),
        (HourIs.BOOKED, True, "hour-booked-in"),
        (HourIs.BOOKED, False, "hour-booked"),
        (HourIs.MISSED, False, "missed"),
    ],
)
def test_what_an_hour_was_is_its_shape(state: HourIs, inside: bool | None, mark: str) -> None:
    assert hour_mark(hour(1, state, inside=inside)) == mark


# ---- craving: never across a miss, never across more than seven days


def test_a_line_joins_check_ins_of_days_in_a_row() -> None:
    assert [len(run) for run in craving_runs(course(told=(told(4, 50), told(3, 40), told(2, 45))))] == [3]


def test_a_line_never_crosses_a_miss() -> None:
    one = course(told=(told(4, 50), told(2, 45)), missed=(day_ago(4),))  # said 2 days ago about 3; missed: about 4
    assert [len(run) for run in craving_runs(one)] == [1, 1]


def test_a_line_never_crosses_more_than_seven_days() -> None:
    assert [len(run) for run in craving_runs(course(told=(told(12, 50), told(5, 45), told(-2.1, 30))))] == [2, 1]


def test_a_check_in_without_craving_draws_no_point() -> None:
    assert not craving_runs(course(told=(told(4, None),)))


@for_any(
    st.sets(st.integers(0, 60), max_size=30),
    st.sets(st.integers(0, 61), max_size=12),
)
def test_every_craving_is_drawn_once_and_no_join_is_forbidden(said: set[int], missed: set[int]) -> None:
    silent = {day_ago(n + 1) for n in missed - said}
    one = course(told=tuple(told(n, 50) for n in said), missed=tuple(sorted(silent)))
    runs = craving_runs(one)
    assert sorted(each.at for run in runs for each in run) == sorted(days_ago(n) for n in said)
    for run in runs:
        for before, after in pairwise(run):
            assert after.at - before.at <= timedelta(days=7)
            assert not any(before.day < day < after.day for day in silent)


# ---- use: missing is hatched, never nothing and never zero


def test_a_day_nobody_knows_is_hatched_and_a_day_without_is_a_dot() -> None:
    sheet = drawn(course(use=(use_of({4: False, 3: True, 1: False}, amounts={3: 6}, first=4),))).sheet
    kinds = [bar.kind for bar in sheet.bars]
    assert kinds.count("unknown") == 1 and kinds.count("use") == 1
    assert [mark.name for mark in sheet.marks].count("without") == 2


def test_use_without_an_amount_is_drawn_hollow() -> None:
    kinds = [bar.kind for bar in drawn(course(use=(use_of({1: True}, first=1),))).sheet.bars]
    assert kinds == ["use-untold"]


def test_a_day_one_would_rather_not_tell_of_is_unknown() -> None:
    assert unknown_runs(use_of({3: None, 1: False}, first=3)) == [(0, 2)]


def test_brackets_carry_spells_and_a_lapse_leaves_the_earlier_one_whole() -> None:
    days: dict[int, bool | None] = dict.fromkeys(range(1, 41), False)
    days[8] = True
    words = [text.words for text in drawn(course(doses=DOSES, use=(use_of(days, first=40),))).sheet.texts]
    assert "32 days without" in words
    assert any(said.startswith("7 d") for said in words)


def test_use_is_never_red() -> None:
    kinds = {bar.kind for bar in drawn(course(use=(use_of({2: True, 1: True}, amounts={2: 12}, first=3),))).sheet.bars}
    assert kinds <= {"use", "use-untold", "unknown"}  # journey.css gives none of them the tokens of alarm


# ---- lanes


def test_who_sees_no_doses_has_no_lane_of_them_and_no_window() -> None:
    hidden = course(hours=(hour(2),), told=(told(1, 30),), hidden=frozenset({"dose"}))
    assert "Doses" not in lanes(hidden) and not drawn(hidden).sheet.glows
    assert "dose" not in drawn(hidden).says


def test_each_form_has_its_lane_with_its_purpose() -> None:
    scales = (
        Scale(day_ago(9), "PHQ-9", "mood", Decimal(14), "moderate", whole=True),
        Scale(day_ago(2), "PHQ-9", "mood", Decimal(7), "mild", whole=True),
    )
    tests = (Sample(day_ago(3), "urine cocaine", None, ""),)
    one = course(scales=scales, tests=tests)
    assert lanes(one)[-2:] == ["PHQ-9", "Urine cocaine"]
    assert marks(one)[-3:] == [("scale", ""), ("scale", ""), ("unread", "")]


def test_a_form_that_is_not_whole_has_no_number() -> None:
    one = course(scales=(Scale(day_ago(9), "PHQ-9", "mood", None, "", whole=False),))
    assert "not whole" in [text.words for text in drawn(one).sheet.texts]


def test_a_whole_form_without_a_total_says_its_word() -> None:
    one = course(scales=(Scale(day_ago(9), "ASQ", "suicide", None, "negative", whole=True),))
    said = [text.words for text in drawn(one).sheet.texts]
    assert "negative" in said and "not whole" not in said


def test_an_empty_lane_says_why() -> None:
    words = [text.words for text in drawn(course(doses=(given(1, 2),))).sheet.texts]
    assert "No therapy hour is booked or held yet." in words
    assert "No check-in was asked for yet." in words


# ---- axis, today, the future


def test_today_lies_where_it_lies_and_the_future_after_it() -> None:
    found = drawn(course(doses=DOSES))
    assert found.now == found.future and 0 < float(found.now.rstrip("%")) < 100


def test_the_phone_shows_seven_weeks_and_can_go_back() -> None:
    one = course(doses=DOSES)
    assert spans.phone_span(one).days == 49 and spans.phone_span(one).shows(one.today)
    assert not spans.phone_span(one, 10).shows(one.today)
    assert picture.phone(one, spans.phone_span(one, 10)).now == ""


def test_the_course_shows_the_weeks_before_and_after_the_doses() -> None:
    span = spans.course_span(course(doses=DOSES))
    assert span.shows(day_ago(30) - timedelta(days=10)) and span.shows(day_ago(-30))
    assert span.days <= spans.LONGEST.days


def test_a_long_finished_course_is_first_shown_by_its_latest_weeks() -> None:
    late = course(doses=(given(1, 330), given(2, 320)), episode=episode(opened=340))
    assert spans.first_shown(late) is spans.Shown.LATEST
    assert spans.first_shown(course(doses=DOSES)) is spans.Shown.COURSE


def test_every_shape_lies_in_the_picture() -> None:
    days = {n: n % 3 == 0 for n in range(1, 400)}
    one = course(
        doses=DOSES, hours=(hour(100), hour(1)), told=tuple(told(n, n % 100) for n in range(300)),
        use=(use_of(days, amounts={3: 9}, first=420),), episode=episode(opened=430),
    )  # fmt: skip
    for shown in spans.Shown:
        sheet = picture.wide(one, spans.span_of(one, shown)).sheet
        for bar in sheet.bars:
            assert float(bar.x[:-1]) >= 0 and float(bar.x[:-1]) + float(bar.width[:-1]) <= 100.02
        assert all(-0.01 <= float(mark.x[:-1]) <= 100.01 for mark in sheet.marks)


# ---- the year


def test_follow_ups_count_from_the_last_dose_and_say_what_is_owed() -> None:
    one = course(doses=(given(1, 110), given(2, 100)), episode=episode(opened=120))
    ruler = year.ruler(one, spans.course_span(one))
    kinds = {each.month: each.kind for each in ruler.follow_ups}
    assert kinds[1] == kinds[2] == kinds[3] == "owed" and kinds[6] == kinds[12] == "ahead"
    assert "3 months: owed" in ruler.says


def test_a_scale_after_its_point_meets_a_follow_up() -> None:
    scales = (Scale(day_ago(60), "PHQ-9", "mood", Decimal(7), "mild", whole=True),)
    one = course(doses=(given(1, 100),), episode=episode(opened=120), scales=scales)
    kinds = {each.month: each.kind for each in year.ruler(one, spans.course_span(one)).follow_ups}
    assert kinds[1] == "met" and kinds[2] == "owed"


def test_no_follow_up_is_counted_where_doses_are_hidden() -> None:
    assert not year.ruler(course(hidden=frozenset({"dose"})), spans.phone_span(course())).follow_ups


def test_a_form_of_long_ago_keeps_its_lane_without_a_mark_in_it() -> None:
    one = course(
        scales=(Scale(day_ago(300), "PHQ-9", "mood", Decimal(7), "mild", whole=True),), episode=episode(opened=310)
    )
    found = picture.wide(one, spans.latest_span(one))
    assert [lane.name for lane in found.names][-1] == "PHQ-9" and not found.sheet.marks


def test_the_newest_craving_is_named_and_no_older_one_where_the_picture_goes_back() -> None:
    one = course(told=(told(60, 80), told(1, 30)), episode=episode(opened=70))
    words = [text.words for text in picture.phone(one, spans.phone_span(one)).sheet.texts if text.kind == "craving"]
    assert words == ["30"]
    back = picture.phone(one, spans.phone_span(one, 5))
    assert not [text for text in back.sheet.texts if text.kind == "craving"]


def test_no_follow_up_has_a_day_while_further_doses_have_none() -> None:
    one = course(doses=(given(1, 5), expected(2, 4)))
    assert not year.ruler(one, spans.course_span(one)).follow_ups
    whole = course(doses=(given(1, 10), given(2, 3), expected(3, 4)))
    assert {each.kind for each in year.ruler(whole, spans.course_span(whole)).follow_ups} == {"ahead"}


# ---- markup in what people wrote

MARKUP = "<script>alert(1)</script>"


def test_a_day_one_would_rather_not_tell_of_has_no_dot() -> None:
    assert not [name for name, _ in marks(course(use=(use_of({2: None}, first=2),))) if name.startswith("without")]


def test_markup_in_a_value_is_escaped_in_the_picture_and_in_the_table() -> None:
    one = course(tests=(Sample(day_ago(3), "urine cocaine", True, f"{MARKUP} units"),))
    assert MARKUP not in drawn(one).over and "&lt;script&gt;" in drawn(one).over
    (row,) = table.rows(one)
    assert MARKUP not in row.markup and "&lt;script&gt;" in row.markup
