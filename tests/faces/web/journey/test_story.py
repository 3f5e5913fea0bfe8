"""The three sentences that tell a course. They say what was, with counts, and what nobody knows; they promise nothing."""

from __future__ import annotations

from fenestra.faces.web.staff.journey.course import Course, DoseIs, HourIs
from fenestra.faces.web.staff.journey.story import story
from tests.faces.web.journey.made import course, episode, expected, given, hour, told, use_of

PROMISES = (
    "because",
    "helped",
    "works",
    "better",
    "improv",
    "thanks to",
    "effect",
    "relapse",
    "clean",
    "streak",
    "fail",
)


def lines(one: Course) -> list[str]:
    return ["".join(part.words for part in sentence) for sentence in story(one)]


def test_all_doses_given_and_the_last_window_open_with_its_hours() -> None:
    doses = (given(1, 30), given(2, 16), given(3, 2))
    hours = (hour(1, inside=True), hour(-0.5, HourIs.BOOKED, inside=True))
    first, _, _ = lines(course(doses=doses, hours=hours))
    assert first == (
        "All three doses are given. The window after dose 3 is open until Saturday 12:00; "
        "one therapy hour is held in it, one hour is booked in it."
    )


def test_an_open_window_without_an_hour_says_so() -> None:
    assert "no therapy hour is booked in it" in lines(course(doses=(given(1, 2),)))[0]


def test_before_the_window_opens_it_says_when() -> None:
    assert "The window after dose 1 opens Saturday 00:00" in lines(course(doses=(given(1, 0.5),)))[0]


def test_a_window_that_is_over_counts_what_was_held() -> None:
    hours = (hour(8, inside=True), hour(3, inside=False))
    first = lines(course(doses=(given(1, 10),), hours=hours, episode=episode(doses=1)))[0]
    assert first.endswith(
        "is over; one therapy hour was held in it. Two therapy hours in all, one of them inside a window."
    )


def test_a_course_half_way_names_the_next_dose() -> None:
    first = lines(course(doses=(given(1, 10), expected(2, 4))))[0]
    assert first.startswith("One of three doses is given; the next is booked for 24 November.")


def test_a_planned_dose_is_not_called_booked() -> None:
    assert "the next is planned for" in lines(course(doses=(given(1, 10), expected(2, 4, DoseIs.PLANNED))))[0]


def test_nobody_who_sees_no_doses_is_told_of_them() -> None:
    first = lines(course(told=(told(1, 30),), hidden=frozenset({"dose"})))[0]
    assert first == "Your role does not see doses: neither they nor windows nor incidents are told or drawn."


def test_craving_is_two_medians_with_their_counts() -> None:
    said = (told(30, 70), told(25, 74), told(20, 90), told(3, 20), told(1, 30))
    second = lines(course(doses=(given(1, 10),), told=said))[1]
    assert second == "Craving was 74 before the first dose (median of 3) and is 25 this week (two check-ins)."


def test_silence_is_told_as_silence_not_as_calm() -> None:
    second = lines(course(doses=(given(1, 20),), told=(told(30, 70), told(12, 20))))[1]
    assert second.endswith("was 20 when last told, 12 days ago; nobody knows since.")


def test_no_craving_told_is_said_plainly() -> None:
    assert lines(course(doses=(given(1, 2),)))[1] == "Nobody has told of craving yet."


def test_use_is_counted_over_four_weeks_and_unknown_days_stand_apart() -> None:
    days = {n: n in (5, 6) for n in range(1, 29) if n not in (9, 10)}
    third = lines(course(doses=(given(1, 40),), use=(use_of(days, first=28),)))[2]
    assert third == ("Drank on 2 of the last 28 days; 2 more nobody knows. The longest time known without: 18 days.")


def test_four_weeks_nobody_knows_about_are_not_a_count_of_no_use() -> None:
    third = lines(course(doses=(given(1, 60),), use=(use_of({40: False}, first=45),)))[2]
    assert third.startswith("Nobody knows about drinking in the last 28 days.")
    assert "0 of" not in third


def test_a_day_of_use_takes_nothing_from_the_longest_time_without() -> None:
    days: dict[int, bool | None] = dict.fromkeys(range(1, 29), False)
    before = lines(course(doses=(given(1, 40),), use=(use_of(days, first=28),)))[2]
    after = lines(course(doses=(given(1, 40),), use=(use_of({**days, 1: True}, first=28),)))[2]
    assert "The longest time known without: 28 days" in before and "The longest time known without: 27 days" in after


def test_another_substance_is_named() -> None:
    third = lines(course(doses=(given(1, 40),), use=(use_of({1: True}, first=2, substance="cocaine"),)))[2]
    assert third.startswith("Used cocaine on 1 of the last 2 days; 1 more nobody knows.")


def test_somebody_of_whom_nothing_is_written_gets_the_next_step() -> None:
    assert lines(course(episode=None)) == ["Nothing is written yet. Open an episode to plan a course."]
    assert lines(course()) == ["An episode is open and nothing else is written yet. Lay a plan or book a visit."]


def test_no_sentence_promises_or_judges() -> None:
    days = {n: n % 5 == 0 for n in range(1, 29)}
    full = course(
        doses=(given(1, 30), given(2, 16), given(3, 2)), hours=(hour(1, inside=True),),
        told=(told(40, 70), told(1, 10)), use=(use_of(days, first=28),),
    )  # fmt: skip
    said = " ".join(lines(full)).casefold()
    assert not [word for word in PROMISES if word in said]
