"""The story of a person in three sentences: the doses and the window, the craving, the use. Pure.

It says what was and what is owed, with its counts and with what nobody knows. It never says why, and it promises nothing:
the window is a hypothesis, and a change after a dose is not shown to come from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from fenestra.faces.web.staff.journey.course import ONE_DAY, Course, Dose, DoseIs, Hour, HourIs, Told, UseOf
from fenestra.science.outcomes.spells import spell_summary
from fenestra.science.outcomes.use_rule import DayState
from fenestra.science.protocols.window import WindowStanding

USE_DAYS = 28  # how far back the third sentence looks: four weeks
WEEK = timedelta(days=7)
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class Part:
    """Some words of a sentence; `strong` for what the eye should catch."""

    words: str
    strong: bool = False


Sentence = tuple[Part, ...]


def story(course: Course) -> tuple[Sentence, ...]:
    """Three sentences; for somebody of whom nothing is written, the one that says so."""
    if course.empty:
        return (_nothing_yet(course),)
    return (_doses(course), _craving(course), _use(course))


def _say(*parts: str | Part) -> Sentence:
    return tuple(part if isinstance(part, Part) else Part(part) for part in parts)


def _number(count: int) -> str:
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def _many(count: int, one: str) -> str:
    return f"{_number(count)} {one}{'' if count == 1 else 's'}"


def _nothing_yet(course: Course) -> Sentence:
    if course.episode is None:
        return _say("Nothing is written yet. ", Part("Open an episode", True), " to plan a course.")
    return _say("An episode is open and nothing else is written yet. ", Part("Lay a plan", True), " or book a visit.")


# ---- doses, window, therapy


def _doses(course: Course) -> Sentence:
    if course.hides("dose"):
        return _say(
            "Your role does not see doses: neither they nor windows nor incidents are told or drawn.", *_hours(course)
        )
    return _say(*_how_many(course), *_window(course))


def _of_episode(course: Course) -> list[Dose]:
    since = course.episode.opened_at if course.episode else None
    return [dose for dose in course.doses if since is None or dose.at >= since]


def _how_many(course: Course) -> list[str | Part]:
    doses = _of_episode(course)
    given = sum(dose.state is DoseIs.GIVEN for dose in doses)
    of = max([dose.of for dose in doses] + [course.episode.doses_planned if course.episode else 0], default=0)
    here = next((dose for dose in doses if dose.state is DoseIs.HERE), None)
    if here:
        return [Part(f"{here.words} is being given today", True), f"; {_number(given)} before it. "]
    if not given:
        ahead = next((dose for dose in doses if dose.ahead), None)
        return [
            "No dose is given yet"
            + (f"; the first is {_dated(ahead, course)}. " if ahead else " and none is planned. ")
        ]
    if given >= of:
        return ["The only dose is given. " if of <= 1 else f"All {_number(given)} doses are given. "]
    following = next((dose for dose in doses if dose.ahead), None)
    then = f"; the next is {_dated(following, course)}. " if following else "; no further dose is planned. "
    return [
        Part(f"{_number(given).capitalize()} of {_number(of)} doses", True),
        f" {'is' if given == 1 else 'are'} given{then}",
    ]


def _dated(dose: Dose, course: Course) -> str:
    return f"{dose.state.value} for {dose.at.astimezone(ZoneInfo(course.zone)):%-d %B}"


def _window(course: Course) -> list[str | Part]:
    """Where the last window stands, and the hours in it."""
    last = next((dose for dose in reversed(course.given) if dose.window), None)
    if last is None or last.window is None:
        return []
    standing = last.window.standing(course.at)
    which = f"The window after dose {last.number}"
    if standing is WindowStanding.NOT_YET:
        return [f"{which} ", Part(f"opens {_clock(last.window.opens_at, course)}", True), *_in_window(course, last)]
    if standing is WindowStanding.OPEN:
        return [
            f"{which} is ",
            Part(f"open until {_clock(last.window.closes_at, course)}", True),
            *_in_window(course, last),
        ]
    return [f"{which} is over", *_in_window(course, last), *_hours(course)]


def _clock(at: datetime, course: Course) -> str:
    return f"{at.astimezone(ZoneInfo(course.zone)):%A %H:%M}"


def _in_window(course: Course, dose: Dose) -> list[str | Part]:
    def inside(hour: Hour) -> bool:
        return dose.window is not None and dose.window.standing(hour.at) is WindowStanding.OPEN

    held = sum(hour.state is HourIs.HELD and inside(hour) for hour in course.hours)
    booked = sum(hour.state is HourIs.BOOKED and inside(hour) for hour in course.hours)
    over = dose.window is not None and dose.window.standing(course.at) in (
        WindowStanding.SOFT_TAIL,
        WindowStanding.CLOSED,
    )
    if over:
        return [f"; {_many(held, 'therapy hour')} {'was' if held == 1 else 'were'} held in it."]
    if not held and not booked:
        return ["; ", Part("no therapy hour is booked in it", True), "."]
    said = [f"{_many(held, 'therapy hour')} {'is' if held == 1 else 'are'} held in it"] if held else []
    said += (
        [f"{_many(booked, 'hour' if held else 'therapy hour')} {'is' if booked == 1 else 'are'} booked in it"]
        if booked
        else []
    )
    return ["; " + ", ".join(said) + "."]


def _hours(course: Course) -> list[str | Part]:
    held = [hour for hour in course.hours if hour.state is HourIs.HELD]
    if not held:
        return []
    inside = sum(hour.inside is True for hour in held)
    where = "" if course.hides("dose") else f", {_number(inside)} of them inside a window"
    return [f" {_many(len(held), 'therapy hour').capitalize()} in all{where}."]


# ---- craving


def _craving(course: Course) -> Sentence:
    told = [each for each in course.told if each.craving_now is not None]
    if not told:
        return _say("Nobody has told of craving yet.")
    now = [each for each in told if course.at - WEEK < each.at <= course.at]
    before, when = _before(course, told)
    lately = _lately(course, now, told[-1])
    if not before or before == now:
        return _say("Craving ", *lately, ".")
    return _say(
        "Craving was ", Part(f"{_middle(before)} {when}", True), f" (median of {len(before)}) and ", *lately, "."
    )


def _before(course: Course, told: Sequence[Told]) -> tuple[list[Told], str]:
    """The check-ins before the first dose of the episode; the first week asked where doses are hidden or none is given."""
    since = course.episode.opened_at if course.episode else None
    first = next((dose for dose in course.given if since is None or dose.at >= since), None)
    if first:
        return [each for each in told if each.at < first.at], "before the first dose"
    return [each for each in told if each.at < told[0].at + WEEK], "in the first week asked"


def _lately(course: Course, now: Sequence[Told], last: Told) -> list[str | Part]:
    if now:
        return ["is ", Part(f"{_middle(now)} this week", True), f" ({_many(len(now), 'check-in')})"]
    days = (course.today - course.day_of(last.at)).days
    return [f"was {last.craving_now} when last told, ", Part(f"{days} days ago", True), "; nobody knows since"]


def _middle(told: Sequence[Told]) -> int:
    return round(median(each.craving_now for each in told if each.craving_now is not None))


# ---- use


def _use(course: Course) -> Sentence:
    if not course.use:
        return _say("No day of use or without is written yet.")
    parts = list[str | Part]()
    for use in course.use[:2]:
        parts += [*([" "] if parts else []), *_of_substance(course, use)]
    return _say(*parts)


def _of_substance(course: Course, use: UseOf) -> list[str | Part]:
    yesterday = course.today - ONE_DAY
    days = [each for each in use.decided if yesterday - ONE_DAY * (USE_DAYS - 1) <= each.day <= yesterday]
    used, unknown = (sum(each.state is state for each in days) for state in (DayState.USED, DayState.UNKNOWN))
    name = "Drank" if use.substance == "alcohol" else f"Used {use.substance}"
    if unknown == len(days):  # nothing known is not a count of nothing
        of = "drinking" if use.substance == "alcohol" else f"use of {use.substance}"
        return ["Nobody knows about ", Part(f"{of} in the last {len(days)} days", True), *_longest(use), "."]
    said: list[str | Part] = [f"{name} on ", Part(f"{used} of the last {len(days)} days", True)]
    said.append(f"; {unknown} more nobody knows" if unknown else "; every day is known")
    return [*said, *_longest(use), "."]


def _longest(use: UseOf) -> list[str | Part]:
    longest = spell_summary(use.decided).longest
    return (
        [f". The longest time known without: {longest.days} day{'' if longest.days == 1 else 's'}"] if longest else []
    )
