"""A year of one clinic, written down as a script and lived through the same actions that pages call.

Each person is a line: what they were treated for, the day of their first dose, then one sign per day, the day of the dose
first: `12. u 3- 20.` is twelve days without, a day of use, three days nobody asked about, twenty days without.

    .  without use, in the person's own word         ?  asked; they would rather not say
    u  use, in the person's own word                 -  nobody asked
    s  use, told to staff                            !  first told as a day without, later corrected to use
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from fenestra.care.checkins import links
from fenestra.care.inventory import stock
from fenestra.care.measures import actions as measures
from fenestra.care.measures import queries as told
from fenestra.care.people import actions as people
from fenestra.care.people import consent
from fenestra.care.people.consent_texts import newest_text
from fenestra.care.people.rules import ConsentKind
from fenestra.care.visit.rules import VisitState
from fenestra.ground.book.scope import OPEN
from tests.care.checkins.phone import Phone
from tests.care.visit import day as clinic
from tests.care.visit.day import Day

BEGAN = datetime(2025, 1, 6, 17, 0, tzinfo=UTC)  # noon in New York
FIRST_DAY = date(2025, 1, 6)
NOON_AFTER_DAYS = 400
DAYS_A_CALENDAR = 28  # staff fill a calendar in with the person this often
CHECK_INS = 10  # the first days of whoever has a phone link are told by check-ins


@dataclass(frozen=True)
class Line:
    """One person of the script. Days are counted from their first dose; `ends` is how the course ended, and when."""

    name: str
    substance: str
    dosed_on: int  # day of the clinic's year
    days: str
    tests: dict[int, bool | None] = field(default_factory=dict)
    ends: tuple[int, str] | None = None
    withdraws_on: int | None = None
    by_phone: bool = False

    @property
    def signs(self) -> str:
        """One sign per day, the day of the dose first."""
        runs = re.findall(r"(\d*)([.us!?-])", self.days)
        return "".join(sign * int(times or 1) for times, sign in runs)


def _every(step: int, until: int) -> dict[int, bool | None]:
    return dict.fromkeys(range(step, until, step), False)


SCRIPT = (
    # alcohol: twelve people
    Line("a year without", "alcohol", 0, "390."),
    Line("a year without, by phone", "alcohol", 3, "380.", by_phone=True),
    Line("one lapse", "alcohol", 5, "30. u 350."),
    Line("a lapse told to staff", "alcohol", 10, "61. 2s 300."),
    Line("a lapse first told as none", "alcohol", 11, "20. ! 350."),
    Line("back to daily use", "alcohol", 15, "14. 80u 20. 40u"),
    Line("stopped coming", "alcohol", 20, "45."),
    Line("a hole in the calendar", "alcohol", 21, "90. 9- 270."),
    Line("would rather not say", "alcohol", 25, "8. 3? 10. u 340."),
    Line("a test said otherwise", "alcohol", 30, "370.", tests={50: True}),
    Line("died", "alcohol", 33, "70.", ends=(75, "death")),
    Line("came late", "alcohol", 300, "90."),
    Line("went elsewhere after use", "alcohol", 40, "20. 3u 30.", ends=(60, "transfer")),
    Line("completed, and told a year", "alcohol", 42, "300. u 60.", ends=(21, "completed")),
    Line("lost", "alcohol", 50, "10.", ends=(40, "lost_to_follow_up")),
    # cocaine: eleven people; the five weeks begin the day before the dose
    Line("five weeks clean and tested", "cocaine", 2, "60.", tests=_every(3, 40)),
    Line("clean, never tested", "cocaine", 4, "60."),
    Line("clean at the end only", "cocaine", 6, "5. 4u 40.", tests=_every(7, 40)),
    Line("used in the last two weeks", "cocaine", 8, "25. u 20.", tests=_every(7, 40)),
    Line("tested positive in the last two weeks", "cocaine", 9, "60.", tests={**_every(7, 40), 28: True}),
    Line("dropped out", "cocaine", 12, "9.", tests={7: False}),
    Line("one day nobody asked", "cocaine", 14, "30. - 30.", tests=_every(5, 40)),
    Line("withdrew consent", "cocaine", 16, "12.", withdraws_on=15),
    Line("used on the day of the dose", "cocaine", 18, "u 50.", tests=_every(4, 40)),
    Line("a sample nobody could read", "cocaine", 19, "60.", tests={30: None}),
    Line("came last week", "cocaine", 393, "5."),
    # opioids: seven people
    Line("a year without opioids", "opioids", 1, "390.", tests=_every(30, 360)),
    Line("seven days in a row", "opioids", 7, "40. 9u 300."),
    Line("a day in each of four weeks", "opioids", 13, "8. u 6. u 6. u 6. u 6. u 300."),
    Line("in prison", "opioids", 17, "100.", ends=(103, "prison")),
    Line("silent after a month", "opioids", 22, "30."),
    Line("moved away in the eleventh month", "opioids", 26, "330.", ends=(331, "moved_away")),
    Line("one lapse in the tenth month", "opioids", 28, "290. u 70."),
)


@dataclass
class Year:
    """The clinic after its year: `at` is noon of its last day; who is who by the name in the script."""

    day: Day
    people: dict[str, int]

    @property
    def at(self) -> datetime:
        return BEGAN + timedelta(days=NOON_AFTER_DAYS)


def live(script: tuple[Line, ...] = SCRIPT, *, run: Day | None = None) -> Year:
    """Everything that happens in the script, in the order of its days."""
    year = Year(run or clinic.furnish(BEGAN), {})
    happenings = sorted((when, order, act) for order, (when, act) in enumerate(_all(year, script)))
    for when, _, act in happenings:
        year.day.at = BEGAN + timedelta(days=when)
        act()
    year.day.at = year.at
    return year


def _all(year: Year, script: tuple[Line, ...]) -> Iterator[tuple[int, Callable[[], Any]]]:
    for line in script:
        yield from _of(year, line)


def _of(year: Year, line: Line) -> Iterator[tuple[int, Callable[[], Any]]]:
    """What happens to one person, each with its day."""
    yield line.dosed_on, partial(_come, year, line)
    told_until = CHECK_INS if line.by_phone else 0
    for n in range(told_until):
        yield line.dosed_on + n + 1, partial(_check_in, year, line, n)
    for begin in range(told_until, len(line.signs), DAYS_A_CALENDAR):
        end = min(begin + DAYS_A_CALENDAR, len(line.signs))
        yield line.dosed_on + end, partial(_tell, year, line, begin, end)
    for n, positive in line.tests.items():
        yield line.dosed_on + n, partial(_test, year, line, n, positive)
    if line.ends:
        yield line.dosed_on + line.ends[0], partial(_close, year, line)
    if line.withdraws_on is not None:
        yield line.dosed_on + line.withdraws_on, partial(_withdraw, year, line)


def _come(year: Year, line: Line) -> None:
    """Registered, agreed, a course opened, and the first dose given on that day."""
    day = year.day
    person = year.people[line.name] = day.person()
    for kind in (ConsentKind.TREATMENT, ConsentKind.CHECK_INS):
        text = newest_text(kind)
        day.do(
            consent.sign_consent, "cora", person_id=person, kind=kind.value, text_version=text.version,
            text_hash=text.text_hash, signed_name="by hand",
        )  # fmt: skip
    _count_the_lot(year)
    day.visit(VisitState.DISCHARGED, episode_id=day.episode(person, substances=(line.substance,)))


def _count_the_lot(year: Year) -> None:
    """Before the first draw of a day; each dose so far took one millilitre out of ten vials of twenty."""
    left = 10 * 20 - (len(year.people) - 1)
    year.day.do(stock.blind_count, lot_id=year.day.lot_id, containers=left // 20, opened_ml=Decimal(left % 20))


def _tell(year: Year, line: Line, begin: int, end: int) -> None:
    """A calendar filled in with the person; days nobody asked about are left out of it."""
    person, signs = year.people[line.name], line.signs
    for source, of in (("person", ".u?!"), ("staff", "s")):
        days = tuple(_day(line, n, signs[n]) for n in range(begin, end) if signs[n] in of)
        if days:
            year.day.do(measures.record_use_days, person_id=person, days=days, source=source)
    for n in range(begin, end):
        if signs[n] == "!":
            _correct(year, line, n)


def _day(line: Line, n: int, sign: str) -> dict[str, Any]:
    return {
        "day": _date(line, n),
        "substance": line.substance,
        "used": {"u": True, "s": True, "?": None}.get(sign, False),
    }


def _correct(year: Year, line: Line, n: int) -> None:
    days = told.use_days(year.day.scopes["nina"], OPEN, year.people[line.name], line.substance)
    (row,) = (each for each in days if each.day == _date(line, n))
    year.day.do(
        measures.correct_use_day, use_day_id=row.id, used=True, amount=None, unit="", reason="said otherwise later"
    )


def _check_in(year: Year, line: Line, n: int) -> None:
    """The day after, a link on the phone: yesterday, used or not."""
    phone = Phone(year.day, year.people[line.name])
    phone.give_link()
    answer = {"u": "yes", ".": "no"}[line.signs[n]]
    phone.send(phone.told(f"{links.new_token()[:12]}", used=answer, day=_date(line, n).isoformat()))


def _test(year: Year, line: Line, n: int, positive: bool | None) -> None:
    year.day.do(
        measures.record_test, person_id=year.people[line.name], kind="urine", substance=line.substance,
        positive=positive, day=_date(line, n),
    )  # fmt: skip


def _close(year: Year, line: Line) -> None:
    assert line.ends
    day = year.day
    (course,) = told.people.episodes(day.scopes["nina"], OPEN, year.people[line.name])
    day.do(people.close_episode, "dana", episode_id=course.id, because=line.ends[1])


def _withdraw(year: Year, line: Line) -> None:
    day = year.day
    signed = told.people.standing_consent(
        day.scopes["cora"], OPEN, year.people[line.name], ConsentKind.TREATMENT, day.at
    )
    assert signed
    day.do(consent.withdraw_consent, "cora", consent_id=signed.id)


def _date(line: Line, n: int) -> date:
    return FIRST_DAY + timedelta(days=line.dosed_on + n)
