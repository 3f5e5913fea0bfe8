"""Who the made-up people are, and which way each goes. Drawn by seed and code; nobody in them exists."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache

from fenestra.care.people.rules import Identity
from fenestra.faces.cli.demo_chance import chance_of

FIRST_NAMES = {
    "female": ("Marta", "Ines", "Aisha", "Lucia", "Hana", "Greta", "Noor", "Joan", "Amara", "Elsa"),
    "male": ("Daniel", "Tomasz", "Peter", "Owen", "Samuel", "Ravi", "Felix", "Kofi"),
}
LAST_NAMES = (
    "Ellison", "Osei", "Ferreira", "Nowak", "Rahman", "Lindqvist", "Moretti", "Hughes", "Kimura", "Adeyemi", "Brandt",
    "Iyer", "Haddad", "Stone", "Petit", "Diallo",
)  # fmt: skip
ALLERGIES = ("penicillin", "", "", "latex", "", "none known", "ibuprofen")


@dataclass(frozen=True)
class Course:
    """How far a made-up person is today: minutes since the newest infusion started, or a state before it. `dose` is
    which dose of the plan that is."""

    protocol: str
    substance: str
    until: str
    minutes_ago: int
    dose: int = 1


# The first ten fill today and the days before; tests and rigs know the first eight by their codes.
TODAY = (
    Course("grabski_2022", "alcohol", "infusing", 12),
    Course("dakwar_2019", "cocaine", "arrived", 20),
    Course("grabski_2022", "alcohol", "cleared", 25),
    Course("dakwar_2020", "alcohol", "recovering", 75),
    Course("grabski_2022", "alcohol", "discharged", 190, dose=3),
    Course("dakwar_2019", "cocaine", "booked", -40),
    Course("grabski_2022", "alcohol", "booked", -95),
    Course("grabski_2022", "alcohol", "past", 3 * 24 * 60 + 100, dose=2),
    Course("dakwar_2020", "alcohol", "past", 24 * 60 + 200),
    Course("dakwar_2019", "cocaine", "past", 9 * 24 * 60),
)
PROTOCOLS = (
    ("grabski_2022", "alcohol"), ("dakwar_2020", "alcohol"), ("grabski_2022", "alcohol"), ("dakwar_2019", "cocaine"),
)  # fmt: skip


class Way(StrEnum):
    """How far a made-up person comes, and how it ends."""

    TODAY = "has a dose today or had one in the last days"
    REFERRED = "referred, not screened yet"
    SCREENING = "screened, a prescriber has not decided"
    NOT_NOW = "screened: not now"
    DECLINED = "fit, and did not want it"
    WAITING = "planned, the first dose is still to come"
    GOING_ON = "treated, and followed"
    COMPLETED = "followed for a year"
    LOST = "lost to follow-up"
    WITHDREW = "took consent back"
    TRANSFER = "went on to another clinic"
    DEATH = "died"


# Whoever comes after today's people goes these ways in turn.
IN_TURN = (
    Way.GOING_ON, Way.REFERRED, Way.COMPLETED, Way.LOST, Way.SCREENING, Way.GOING_ON, Way.NOT_NOW, Way.COMPLETED,
    Way.WAITING, Way.GOING_ON, Way.DECLINED, Way.COMPLETED, Way.WITHDREW, Way.GOING_ON, Way.LOST, Way.COMPLETED,
    Way.DEATH, Way.GOING_ON, Way.TRANSFER, Way.COMPLETED,
)  # fmt: skip
UNTREATED = (Way.REFERRED, Way.SCREENING, Way.NOT_NOW, Way.DECLINED)
YEAR_DAYS = 364
LONGEST_AGO_DAYS = 425  # fourteen months


@dataclass(frozen=True)
class Who:
    """One made-up person. `began`: the day of the first dose, given or planned; of those who are never treated, the day
    of their screening."""

    code: str
    number: int
    identity: Identity
    sex: str
    weight_kg: Decimal
    way: Way
    protocol: str
    substance: str
    goal: str
    began: date
    today: Course | None
    made_by: tuple[object, ...]

    def draws(self, of: str) -> random.Random:
        """The stream of draws of one thing about this person."""
        return chance_of(*self.made_by, of)


def people(seed: int, slug: str, count: int, now: datetime) -> list[Who]:
    """The made-up people of one clinic, in the order of their codes. `now` is on the clinic's clock."""
    return [one(seed, slug, number, number, count, now) for number in range(count)]


def for_today(seed: int, slug: str, there: int, count: int, now: datetime) -> list[Who]:
    """People for a later day of a demo, after those who are there."""
    return [one(seed, slug, there + place, place, count, now) for place in range(count)]


@cache
def _names(seed: int, slug: str) -> list[tuple[str, str]]:
    """Sex and name of everybody who could be in a clinic, shuffled: no two people have the same one."""
    every = [(sex, f"{first} {last}") for sex, names in FIRST_NAMES.items() for first in names for last in LAST_NAMES]
    chance_of(seed, slug, "names").shuffle(every)
    return every


def one(seed: int, slug: str, number: int, place: int, count: int, now: datetime) -> Who:
    """The person with this number, who stands in this place of the day and of the ways."""
    code = f"{slug[0].upper()}-{number + 1:03d}"
    chance = chance_of(seed, slug, code, "who")
    today = TODAY[place] if place < len(TODAY) else None
    way = Way.TODAY if today else IN_TURN[(place - len(TODAY)) % len(IN_TURN)]
    protocol, substance = (today.protocol, today.substance) if today else PROTOCOLS[place % len(PROTOCOLS)]
    born = date(1960 + chance.randrange(40), 1 + chance.randrange(12), 1 + chance.randrange(28))
    sex, name = _names(seed, slug)[number % len(_names(seed, slug))]
    return Who(
        code=code,
        number=number,
        identity=Identity(
            name=name, born=born, address="1 Made-up Street", phone="555 0199", allergies=chance.choice(ALLERGIES),
        ),
        sex=sex,
        weight_kg=Decimal(chance.randrange(560, 960)) / 10,
        way=way,
        protocol=protocol,
        substance=substance,
        goal=chance.choice(("abstinence", "reduction")),
        began=_began(way, today, place, count, now, chance.randrange(-6, 7)),
        today=today,
        made_by=(seed, slug, code),
    )  # fmt: skip


DOSE_EVERY_DAYS = 7


def _began(way: Way, today: Course | None, number: int, count: int, now: datetime, shift: int) -> date:
    if today:
        return (now - timedelta(minutes=today.minutes_ago, days=DOSE_EVERY_DAYS * (today.dose - 1))).date()
    if way is Way.WAITING:
        return _weekday(now.date() + timedelta(days=9 + number % 12))
    if way in (Way.REFERRED, Way.SCREENING):
        return now.date() - timedelta(days=2 + number % 9)
    others = max(1, count - len(TODAY))
    share = (number - len(TODAY) + 0.5) / others
    if way is Way.COMPLETED:
        ago = YEAR_DAYS + 12 + share * 40  # a year and a little
    else:
        ago = 35 + share * (LONGEST_AGO_DAYS - 90)
    return _weekday(now.date() - timedelta(days=round(ago) + shift))


def _weekday(day: date) -> date:
    """The Monday to Thursday next to it, so that an hour can follow within the week."""
    return day - timedelta(days=max(0, day.weekday() - 3))
