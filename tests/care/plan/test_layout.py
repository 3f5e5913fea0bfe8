"""Doses laid backwards from therapist hours: what every proposal keeps to, and that nothing better was missed."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from fenestra.care.plan.laid import Calendar, Cost, Layout, Wish
from fenestra.care.plan.layout import FIRST_DAYS, layouts
from fenestra.care.plan.spans import Span, Taken, Weekly, free, span_from, span_on, starts_in
from fenestra.science.protocols.protocol import WindowRule
from fenestra.science.protocols.window import WindowStanding, therapy_window

NEW_YORK = ZoneInfo("America/New_York")
MONDAY = date(2026, 11, 23)
RULE = WindowRule(Decimal(24), Decimal(72), Decimal(14), "a working rule", "clinic practice", False)
THEO, TESS = 4, 5
PERSON, OTHER = 17, 18


def week(*days: int, start: int = 9, end: int = 17, staff: int | None = None) -> tuple[Weekly, ...]:
    return tuple(Weekly(day, time(start), time(end), staff) for day in days)


def wish(**other: object) -> Wish:
    told: dict[str, object] = {
        "person_id": PERSON, "doses": 3, "least_days": 7, "most_days": 21, "minutes_before": 60, "dose_minutes": 40,
        "minutes_after": 60, "hour_minutes": 60, "window": RULE, "first_day": MONDAY,
        "first_instant": datetime(2026, 11, 23, 5, 0, tzinfo=UTC),
    }  # fmt: skip
    return Wish(**{**told, **other})  # type: ignore[arg-type]  # a table of named values


def calendar(
    therapists: tuple[Weekly, ...], *, dosing: tuple[Weekly, ...] = week(0, 1, 2, 3, 4), chairs: tuple[int, ...] = (1,),
    taken: tuple[Taken, ...] = (), zone: ZoneInfo = NEW_YORK,
) -> Calendar:  # fmt: skip
    return Calendar(zone, therapists, dosing, chairs, taken)


def days(laid: Layout) -> list[str]:
    return [f"{dose.day:%a %d}" for dose in laid.doses]


def test_a_weekly_course_stands_one_to_three_days_before_the_days_a_therapist_has() -> None:
    """Theo works on Fridays alone, so a dose with its hour in the window is on a Tuesday, Wednesday or Thursday."""
    best = layouts(calendar(week(4, staff=THEO)), wish(), count=3)
    assert [days(each) for each in best] == [
        ["Tue 24", "Tue 01", "Tue 08"],
        ["Wed 25", "Wed 02", "Wed 09"],
        ["Thu 26", "Thu 03", "Thu 10"],
    ]
    assert [each.cost[:3] for each in best] == [(0, 0, 0)] * 3
    assert best[0].why == "An hour in the window for 3 of 3 doses."


def test_a_week_in_which_the_therapist_is_away_makes_the_trial_s_longest_gap_of_use() -> None:
    away = Taken(1, Span(datetime(2026, 12, 4, tzinfo=UTC), datetime(2026, 12, 5, tzinfo=UTC)), staff_id=THEO)
    best = layouts(calendar(week(4, staff=THEO), taken=(away,)), wish(), count=1)[0]
    assert days(best) == ["Tue 24", "Tue 08", "Tue 15"]


def test_without_a_therapist_in_the_window_the_nearest_hour_outside_is_named_as_outside() -> None:
    only_once = layouts(calendar(week(0, staff=THEO), dosing=week(1)), wish(doses=1), count=1)[0]
    assert (only_once.cost.outside, only_once.cost.without) == (1, 0)
    hour = only_once.doses[0].hour
    assert hour and hour.standing is WindowStanding.SOFT_TAIL
    assert only_once.why == "An hour in the window for 0 of 1 doses, 1 outside it."


def test_a_clinic_without_therapist_hours_gets_doses_without_an_hour_and_is_told() -> None:
    best = layouts(calendar(()), wish(), count=1)[0]
    assert best.cost.without == 3
    assert "3 with no hour at all" in best.why


def test_a_regimen_without_therapy_lays_doses_alone() -> None:
    best = layouts(calendar(()), wish(wants_hours=False), count=1)[0]
    assert best.cost[:3] == (0, 0, 0)
    assert all(dose.hour is None for dose in best.doses)


def test_no_hours_for_doses_no_course() -> None:
    assert layouts(calendar(week(4, staff=THEO), dosing=()), wish()) == []


def test_moving_somebody_s_hour_is_shown_beside_the_way_that_moves_nobody() -> None:
    """Theo's only hour in the window is another person's, whom Saturday would suit as well."""
    friday = datetime(2026, 11, 27, 14, 0, tzinfo=UTC)
    given_away = Taken(
        7, span_from(friday, 60), OTHER, THEO, may_move_in=Span(friday - timedelta(days=1), friday + timedelta(days=2))
    )
    theo = (*week(4, start=9, end=10, staff=THEO), *week(5, start=9, end=10, staff=THEO))
    house = calendar(theo, dosing=week(1), taken=(given_away,))
    moving, staying = (each for each in layouts(house, wish(doses=1)) if days(each) == ["Tue 24"])
    assert [(each.cost.outside, len(each.moves)) for each in (moving, staying)] == [(0, 1), (1, 0)]
    assert moving.moves[0].appointment_id == 7
    assert moving.moves[0].to.starts_at == friday + timedelta(days=1)
    assert moving.why == "An hour in the window for 1 of 1 doses, 1 of another person would move."


def test_an_hour_that_nobody_may_move_stays() -> None:
    friday = datetime(2026, 11, 27, 14, 0, tzinfo=UTC)
    stays = Taken(7, span_from(friday, 60), OTHER, THEO)
    house = calendar(week(4, start=9, end=10, staff=THEO), dosing=week(1), taken=(stays,))
    assert all(not each.moves for each in layouts(house, wish(doses=1)))


def test_a_window_is_counted_in_elapsed_hours_across_the_change_of_clocks() -> None:
    """Clocks go back on Sunday 1 November 2026 in New York: 72 hours after Thursday noon are Sunday eleven."""
    house = calendar(week(6, staff=THEO, start=9, end=18), dosing=(Weekly(3, time(9, 20), time(12)),))
    asked = wish(doses=1, first_day=date(2026, 10, 29), first_instant=datetime(2026, 10, 29, tzinfo=UTC))
    best = layouts(house, asked, count=1)[0].doses[0]
    assert best.window.closes_at.astimezone(NEW_YORK).strftime("%a %H:%M") == "Sun 10:00"
    assert best.hour and best.hour.in_window
    assert best.hour.span.starts_at.astimezone(NEW_YORK).strftime("%H:%M") == "09:00"


# Properties: any small clinic, any spacing, across any change of clocks.

ZONES = st.sampled_from([NEW_YORK, ZoneInfo("Europe/London"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("UTC")])
FIRST = st.sampled_from([date(2026, 10, 22), date(2026, 3, 5), date(2026, 3, 26), date(2026, 6, 1), date(2026, 4, 2)])


@st.composite
def weeklies(draw: st.DrawFn, *, staff: tuple[int | None, ...], least: int, most: int) -> tuple[Weekly, ...]:
    made = []
    for _ in range(draw(st.integers(least, most))):
        start = draw(st.integers(0, 20))
        made.append(
            Weekly(
                draw(st.integers(0, 6)),
                time(start),
                time(start + draw(st.integers(1, 3))),
                draw(st.sampled_from(staff)),
            )
        )
    return tuple(made)


@st.composite
def cases(draw: st.DrawFn, *, movable: bool) -> tuple[Calendar, Wish]:
    zone, first = draw(ZONES), draw(FIRST)
    begin = datetime.combine(first, time(0), zone).astimezone(UTC)
    taken = []
    for number in range(draw(st.integers(0, 5))):
        span = span_from(begin + timedelta(hours=draw(st.integers(0, 24 * 12))), 60)
        staff, person = draw(st.sampled_from([None, THEO, TESS])), draw(st.sampled_from([PERSON, OTHER]))
        inside = Span(span.starts_at - timedelta(days=2), span.ends_at + timedelta(days=2))
        moves = movable and staff is not None and person == OTHER and draw(st.booleans())
        taken.append(Taken(number, span, person, staff, draw(st.sampled_from([None, 1])), inside if moves else None))
    least = draw(st.integers(1, 3))
    asked = wish(
        doses=draw(st.integers(1, 2)), least_days=least, most_days=least + draw(st.integers(0, 1)), first_day=first,
        first_instant=begin + timedelta(hours=draw(st.integers(0, 30))), minutes_before=0, minutes_after=20,
    )  # fmt: skip
    dosing = draw(weeklies(staff=(None,), least=1, most=4))
    return calendar(
        draw(weeklies(staff=(THEO, TESS), least=0, most=4)), dosing=dosing, chairs=(1, 2), taken=tuple(taken), zone=zone
    ), asked


def in_somebody_s_hours(house: Calendar, staff: int, span: Span) -> bool:
    day = span.starts_at.astimezone(house.zone).date()
    mine = [each for each in house.therapists if each.staff_id == staff]
    return any((open_ := span_on(each, day, house.zone)) is not None and open_.holds(span) for each in mine)


@given(cases(movable=True))
@settings(max_examples=60)
def test_every_hour_lies_in_its_therapist_s_hours_and_nothing_is_given_away_twice(case: tuple[Calendar, Wish]) -> None:
    house, asked = case
    for laid in layouts(house, asked, count=30):
        moved_away = {move.appointment_id for move in laid.moves}
        assert len(moved_away) == len(laid.moves)
        staffed, own = [], []
        for dose in laid.doses:
            own.append(dose.span)
            assert dose.span.starts_at >= asked.first_instant
            assert free(dose.span, [each for each in house.taken if each.chair_id == dose.chair_id])
            ended = dose.span.starts_at + timedelta(minutes=asked.minutes_before + asked.dose_minutes)
            assert dose.window == therapy_window(RULE, ended)
            if dose.hour is None:
                continue
            assert in_somebody_s_hours(house, dose.hour.staff_id, dose.hour.span)
            assert dose.hour.in_window is (dose.window.standing(dose.hour.span.starts_at) is WindowStanding.OPEN)
            own.append(dose.hour.span)
            staffed.append((dose.hour.staff_id, dose.hour.span))
            if move := dose.hour.move:
                assert in_somebody_s_hours(house, dose.hour.staff_id, move.to)
                staffed.append((dose.hour.staff_id, move.to))
        stays = [each for each in house.taken if each.id not in moved_away]
        staffed += [(each.staff_id, each.span) for each in stays if each.staff_id is not None]
        own += [each.span for each in stays if each.person_id == asked.person_id]
        laid_spans = {dose.span for dose in laid.doses} | {dose.hour.span for dose in laid.doses if dose.hour}
        assert not any(a.meets(b) for a, b in itertools.combinations(own, 2) if {a, b} & laid_spans)
        touched = laid_spans | {move.to for move in laid.moves}
        pairs = itertools.combinations(staffed, 2)
        assert not any(a[1].meets(b[1]) for a, b in pairs if a[0] == b[0] and {a[1], b[1]} & touched)


@given(cases(movable=False))
@settings(max_examples=40)
def test_trying_everything_finds_nothing_better(case: tuple[Calendar, Wish]) -> None:
    house, asked = case
    found = {laid.doses[0].day: laid.cost for laid in layouts(house, asked, count=FIRST_DAYS)}
    for offset in range(FIRST_DAYS):
        first = asked.first_day + timedelta(days=offset)
        assert found.get(first) == best_by_trying(house, asked, first)


def best_by_trying(house: Calendar, asked: Wish, first: date) -> Cost | None:
    """The slow judge: every gap, every start, every hour, no bound."""
    best: Cost | None = None
    gaps = range(asked.least_days, asked.most_days + 1)
    for steps in itertools.product(gaps, repeat=asked.doses - 1):
        on = [first + timedelta(days=sum(steps[:number])) for number in range(asked.doses)]
        for ways in itertools.product(*(every_way(house, asked, day) for day in on)):
            spans = [span for dose, hour, _ in ways for span in (dose, hour) if span]
            if any(a.meets(b) for a, b in itertools.combinations(spans, 2)):
                continue
            kinds = [kind for _, _, kind in ways]
            cost = Cost(kinds.count("none"), kinds.count("outside"), 0, on[-1].toordinal())
            best = cost if best is None else min(best, cost)
    return best


def every_way(house: Calendar, asked: Wish, day: date) -> list[tuple[Span, Span | None, str]]:
    own = [each for each in house.taken if each.person_id == asked.person_id]
    minutes = asked.minutes_before + asked.dose_minutes + asked.minutes_after
    opened = [span for each in house.dosing if (span := span_on(each, day, house.zone))]
    ways: list[tuple[Span, Span | None, str]] = []
    for dose in {dose for span in opened for dose in starts_in(span, minutes=minutes, every_minutes=30)}:
        chairs = [c for c in house.chairs if free(dose, [each for each in house.taken if each.chair_id == c])]
        if dose.starts_at < asked.first_instant or not free(dose, own) or not chairs:
            continue
        window = therapy_window(RULE, dose.starts_at + timedelta(minutes=asked.minutes_before + asked.dose_minutes))
        ways.append((dose, None, "none"))
        for number in range(16):
            for weekly in house.therapists:
                shift = span_on(weekly, day + timedelta(days=number), house.zone)
                busy = [each for each in house.taken if each.staff_id == weekly.staff_id]
                for hour in starts_in(shift, minutes=60, every_minutes=30) if shift else ():
                    same_day = (
                        hour.starts_at.astimezone(house.zone).date() <= dose.ends_at.astimezone(house.zone).date()
                    )
                    if not free(hour, own) or not free(hour, busy) or hour.starts_at < dose.ends_at:
                        continue
                    standing = window.standing(hour.starts_at)
                    if standing is WindowStanding.OPEN:
                        ways.append((dose, hour, "inside"))
                    elif standing is not WindowStanding.CLOSED and not same_day:
                        ways.append((dose, hour, "outside"))
    # Hours of one kind that lie alike are one way: only where they lie matters.
    return sorted(set(ways), key=lambda way: (way[0], way[1] or way[0], way[2]))
