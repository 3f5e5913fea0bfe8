"""What follows the doses of a made-up person: check-ins, days of use, forms, tests, and how it ends.

Use and craving are drawn day by day in `demo_chance`, before and apart from everything else: nothing here hands a dose,
a therapy hour or a window to those draws.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from fenestra.care.checkins import actions as checkins
from fenestra.care.checkins import asked, contract, links, rules
from fenestra.care.checkins.rules import LinkKind
from fenestra.care.measures import actions as measures
from fenestra.care.people import actions as people
from fenestra.care.work import owed
from fenestra.faces.cli import demo_scales
from fenestra.faces.cli.demo_chance import amount, craving_course, use_course
from fenestra.faces.cli.demo_door import Let
from fenestra.faces.cli.demo_maker import Maker
from fenestra.faces.cli.demo_people import YEAR_DAYS, Way, Who

BEFORE_DAYS = 10  # check-ins begin so long before the first dose
SOBER_DAYS = 4  # and everybody had stopped so long before it
FOLLOW_UP_WEEKS = (4, 13, 26, 52)
ENDS = {
    Way.LOST: "lost_to_follow_up", Way.WITHDREW: "consent_withdrawn", Way.TRANSFER: "transfer", Way.DEATH: "death",
}  # fmt: skip
OWN_WORDS = (
    "I want to be there when she starts school.",
    "Walk first, then decide.",
    "It passes. It passed last time.",
)


@dataclass
class Year:
    """The days of one person since the first dose, and what was told of them. `used` and `craving` begin ten days
    before it."""

    maker: Maker
    who: Who
    let: Let
    last_day: int
    used: tuple[bool, ...]
    craving: tuple[int, ...]
    link_id: int = 0
    told: set[int] = field(default_factory=set)

    def day(self, number: int) -> date:
        return self.who.began + timedelta(days=number)

    def at(self, number: int, hour: int = 8) -> datetime:
        return self.maker.moment(self.day(number), hour, 10)


def drawn(who: Who) -> tuple[tuple[bool, ...], tuple[int, ...]]:
    """Use and craving of each day from ten days before the first dose to the end of the year."""
    early = who.draws("use before")
    before = tuple(early.random() < 0.7 for _ in range(BEFORE_DAYS - SOBER_DAYS)) + (False,) * SOBER_DAYS
    used = before + use_course(who.draws("use"), who.substance, YEAR_DAYS)
    return used, craving_course(who.draws("craving"), used)


def leaves_after(who: Who) -> int | None:
    """The day after the first dose on which this person is last seen; None for those who stay."""
    if who.way not in ENDS:
        return None
    return who.draws("leaves").randrange(30, 200)


def follow(maker: Maker, who: Who, let: Let) -> Year:
    """Everything between the first dose and today, or the end."""
    yesterday = (maker.today - who.began).days - 1
    left = leaves_after(who)
    last = min(yesterday, YEAR_DAYS - 1 if left is None else left)
    used, craving = drawn(who)
    year = Year(maker, who, let, last, used, craving)
    _begin(year)
    _check_ins(year)
    _follow_ups(year)
    _end(year, left, yesterday)
    return year


def _begin(year: Year) -> None:
    """The phone gets its link, and the person reads who sees what."""
    maker, token = year.maker, links.new_token()
    at = maker.before(year.at(-BEFORE_DAYS, 7))
    made = maker.do(
        checkins.make_link, "coordinator", at, person_id=year.let.person_id, kind=LinkKind.OWN_PAGE.value,
        token_hash=links.hash_of(token), expires_at=maker.now + timedelta(days=400),
    )  # fmt: skip
    year.link_id = made.id or 0
    by_person(maker, checkins.see_contract, at, person_id=year.let.person_id, version=contract.load().version)
    if year.who.number % 3 == 0:
        words = year.who.draws("words").choice(OWN_WORDS)
        by_person(maker, checkins.keep_words, at, person_id=year.let.person_id, words=words)


def by_person(maker: Maker, action: Any, at: datetime, **told: Any) -> None:
    maker.scopes["person"] = maker.person
    maker.do(action, "person", at, **told)


def asked_days(last: int) -> Iterator[int]:
    """Each day at first, every third day up to three months, then once a week."""
    for number in range(-BEFORE_DAYS, last + 1):
        if number < 28 or (number < 91 and number % 3 == 0) or number % 7 == 0:
            yield number


def _check_ins(year: Year) -> None:
    """Reminders made some weeks ahead, and outboxes sent when the phone has a network."""
    numbers = list(asked_days(year.last_day))
    for start in range(0, len(numbers), 28):
        _ask(year, numbers[start : start + 28])
    chance = year.who.draws("answers")
    answering = chance.uniform(0.6, 0.95)
    outbox: list[int] = []
    for number in numbers:
        if chance.random() < answering - 0.0006 * max(0, number):
            outbox.append(number)
        held = 3 if number > year.last_day - 14 else 14
        if outbox and (number - outbox[0] >= held or number == numbers[-1]):
            _send(year, chance, outbox)
            outbox = []
    if outbox:
        _send(year, chance, outbox)


def _ask(year: Year, numbers: list[int]) -> None:
    days = [
        {
            "day": year.day(number),
            "token_hash": links.hash_of(links.new_token()),
            "expires_at": year.at(number + 2, 20),
        }
        for number in numbers
    ]
    at = year.maker.before(year.at(numbers[0], 6))
    year.maker.do(asked.ask_for_days, "coordinator", at, person_id=year.let.person_id, days=days)


def _send(year: Year, chance: random.Random, numbers: list[int]) -> None:
    """One outbox. The phone of one person in seventeen runs a day behind."""
    maker, who = year.maker, year.who
    received = maker.before(year.at(numbers[-1] + 1) + timedelta(minutes=4))
    behind = timedelta(days=1) if who.number % 17 == 3 else timedelta()
    told = tuple(_one(year, chance, number, received, behind) for number in numbers)
    by_person(maker, checkins.send, received, person_id=year.let.person_id, link_id=year.link_id, told=told)


def _one(year: Year, chance: random.Random, number: int, received: datetime, behind: timedelta) -> dict[str, Any]:
    who, said_at = year.who, min(year.at(number + 1), received)
    place = number + BEFORE_DAYS
    used, craving = year.used[place], year.craving[place]
    offset = said_at.utcoffset() or timedelta()
    rather_not = chance.random() < (0.12 if used else 0.01)
    how_much = str(amount(chance, who.substance)) if used and not rather_not and chance.random() < 0.8 else None
    raw = {
        "told_id": f"{who.code}-{number}", "said_at": (said_at - behind).isoformat(),
        "offset_min": round(offset.total_seconds() / 60), "craving_now": max(0, craving - chance.randrange(0, 16)),
        "craving_most": craving, "used": "rather_not" if rather_not else "yes" if used else "no", "amount": how_much,
        "mood": min(100, max(0, round(chance.gauss(62 - craving / 5, 11)))),
        "readiness": min(100, max(0, round(chance.gauss(70, 12)))),
    }  # fmt: skip
    if not rather_not:
        year.told.add(number)
    return asdict(rules.read_told(raw, sent_at=received - behind, received_at=received))


def _follow_ups(year: Year) -> None:
    """Forms, the calendar of use and a test at some weeks; now and then nobody comes."""
    since, chance = 0, year.who.draws("follow-ups")
    for weeks in FOLLOW_UP_WEEKS:
        number, comes = weeks * 7 - 1, chance.random() < 0.88
        if number <= year.last_day and comes:
            _follow_up(year, weeks, since, number)
            since = number


def _follow_up(year: Year, weeks: int, since: int, number: int) -> None:
    maker, who, person_id = year.maker, year.who, year.let.person_id
    at = maker.before(year.at(number, 15))
    for instrument in demo_scales.FOLLOW_UP:
        demo_scales.ask(maker, who, person_id, instrument, at, weeks=weeks)
    days = tuple(_told_day(year, each) for each in range(since, number) if each not in year.told)
    if days:
        maker.do(measures.record_use_days, "nurse", at, person_id=person_id, days=days, source="staff")
    kind = "breath" if who.substance == "alcohol" else "urine"
    maker.do(
        measures.record_test, "nurse", at, person_id=person_id, kind=kind, substance=who.substance,
        positive=year.used[number + BEFORE_DAYS], day=maker.day_of(at),
    )  # fmt: skip


def _told_day(year: Year, number: int) -> dict[str, Any]:
    return {"day": year.day(number), "substance": year.who.substance, "used": year.used[number + BEFORE_DAYS]}


def _end(year: Year, left: int | None, yesterday: int) -> None:
    """How it ends: each reason is one of its own. Somebody who stays away is looked for before the course is closed."""
    maker, who, let = year.maker, year.who, year.let
    because = "completed" if who.way is Way.COMPLETED else ENDS.get(who.way, "")
    if not because or (left is not None and left >= yesterday):
        return
    looked_for = 60 if who.way is Way.LOST else 2
    at = maker.before(year.at((YEAR_DAYS if left is None else left) + looked_for, 14))
    if who.way is Way.WITHDREW:
        for consent_id in (let.check_ins_consent_id, let.treatment_consent_id):
            maker.do(owed.withdraw_consent, "coordinator", at, consent_id=consent_id, reason="")
    maker.do(people.close_episode, "physician", at, episode_id=let.episode_id, because=because)
