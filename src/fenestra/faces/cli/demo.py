"""Two made-up clinics, filled through the same acts as real ones. Nobody in them exists.

No benefit is built in: the generator makes dosing days, not outcomes. Passwords are made at install, differ on each
machine, and open this machine's demo only.
"""

from __future__ import annotations

import json
import os
import random
import secrets
import sys
import time
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from fenestra.care.inventory import queries as inventory
from fenestra.care.inventory import stock
from fenestra.care.people import actions as people
from fenestra.care.people import queries as people_queries
from fenestra.care.people.rules import Identity
from fenestra.care.visit import queries as visits
from fenestra.care.visit import watch
from fenestra.faces.cli.demo_day import Course, Day
from fenestra.faces.cli.demo_maker import Maker
from fenestra.ground.book import clock, seal
from fenestra.ground.book.scope import OPEN, Scope
from fenestra.ground.clinic import actions as clinics
from fenestra.ground.clinic import queries as clinic_queries
from fenestra.ground.clinic.rules import Role
from fenestra.science.errors import Refused
from fenestra.science.protocols.presets import presets_to_adopt
from fenestra.science.protocols.regimens import content_hash
from fenestra.science.protocols.regimens import protocol as protocol_of

FILE = "demo-logins.json"

FIRST_NAMES = [
    "Marta",
    "Daniel",
    "Ines",
    "Tomasz",
    "Aisha",
    "Peter",
    "Lucia",
    "Owen",
    "Hana",
    "Samuel",
    "Greta",
    "Ravi",
    "Noor",
    "Felix",
    "Joan",
    "Amara",
    "Kofi",
    "Elsa",
]
LAST_NAMES = [
    "Ellison",
    "Osei",
    "Ferreira",
    "Nowak",
    "Rahman",
    "Lindqvist",
    "Moretti",
    "Hughes",
    "Kimura",
    "Adeyemi",
    "Brandt",
    "Iyer",
    "Haddad",
    "Stone",
    "Petit",
    "Diallo",
]
ALLERGIES = ("penicillin", "", "", "latex", "", "none known", "ibuprofen")


@dataclass(frozen=True)
class Hand:
    """A made-up member of staff."""

    user: str
    name: str
    roles: tuple[Role, ...]


TEAM = (
    Hand("director", "Ruth Abara", (Role.MEDICAL_DIRECTOR, Role.PHYSICIAN)),
    Hand("physician", "Jonas Lund", (Role.PHYSICIAN,)),
    Hand("nurse", "Inderjit Kaur", (Role.NURSE,)),
    Hand("nurse2", "Paul Dean", (Role.NURSE,)),
    Hand("therapist", "Rika Sato", (Role.THERAPIST,)),
    Hand("pharmacist", "Sofia Ito", (Role.PHARMACIST,)),
    Hand("coordinator", "Ben Okafor", (Role.COORDINATOR,)),
    Hand("privacy", "Mina Holt", (Role.PRIVACY_OFFICER,)),
    Hand("auditor", "Carl Weiss", (Role.AUDITOR,)),
)


def fill(*, seed: int, people: int, quiet: bool) -> dict[str, Any]:
    """Make both clinics, or say what is there already. Deterministic by seed, but for the passwords."""
    if not settings.DEMO:
        raise Refused("This is a real clinic's folder. A demo is made in a folder of its own: --data DIR.")
    there = kept()
    if there is not None:
        return {key: value for key, value in there.items() if key != "names"}
    if clinic_queries.clinics():
        raise Refused("There is a clinic in this folder already. Give the demo a folder of its own: --data DIR.")
    began, now = time.monotonic(), clock.now().replace(microsecond=0)
    with transaction.atomic():  # all of it or nothing: a demo that was cut short is made again
        first, second = _both(seed, people, now, quiet)
    seal.seal(clock.now())
    made = {
        "clinics": 2,
        "people": people + max(1, people // 4),
        "acts": first.acts + second.acts,
        "seconds": round(time.monotonic() - began, 1),
        "logins": first.logins + second.logins,
        "links": [],
    }
    _keep({**made, "names": {hand.user: hand.name for hand in TEAM}})
    return made


def _both(seed: int, people: int, now: datetime, quiet: bool) -> tuple[Maker, Maker]:
    first = _clinic("riverbend", "Riverbend Clinic", "America/New_York", seed, now, suffix="")
    second = _clinic("harbour", "Harbour Clinic", "Europe/London", seed + 1, now, suffix="-h")
    _people(first, "R", people, quiet)
    _people(second, "H", max(1, people // 4), quiet)
    return first, second


def _path() -> Path:
    return Path(settings.FENESTRA_DATA) / FILE


def _keep(made: dict[str, Any]) -> None:
    handle = os.open(_path(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(made, file, indent=2)


def kept() -> dict[str, Any] | None:
    """What was made in this folder, with its log-ins; None when there is no demo."""
    return json.loads(_path().read_text()) if _path().exists() else None


def nurse_login() -> tuple[str, str]:
    """A nurse of the first made-up clinic, for the simulated monitor."""
    made = kept()
    if made is None:
        raise Refused("There is no demo in this folder. Run `fenestra demo`, or give --user and --password.")
    login = next(each for each in made["logins"] if each["role"] == "nurse")
    return login["user"], login["password"]


def words(made: dict[str, Any]) -> str:
    """What was made, with the log-ins, for a terminal."""
    lines = [
        f"Made up: {made['clinics']} clinics, {made['people']} people, {made['acts']} acts in {made['seconds']} s. Log-ins:"
    ]
    lines += [f"  {one['clinic']:<10} {one['role']:<17} {one['user']:<14} {one['password']}" for one in made["logins"]]
    return "\n".join(lines)


def greeting(port: int) -> str:
    """The address, and in a demo the log-ins."""
    made = kept() if settings.DEMO else None
    there = f"Fenestra is at http://127.0.0.1:{port}/  (stop with Ctrl-C)"
    return f"{words(made)}\n{there}" if made else there


def _clinic(slug: str, name: str, zone: str, seed: int, now: datetime, *, suffix: str) -> Maker:
    opened = now - timedelta(days=60)
    clinic_id = clinics.found_clinic(
        slug=slug, name=name, time_zone=zone, phone="555 0100", crisis_line="988", made_up=True, at=opened
    )
    maker = Maker(slug, clinic_id, random.Random(seed), now)
    for hand in TEAM:
        user, password = f"{hand.user}{suffix}", secrets.token_urlsafe(9)
        made = maker.do(
            clinics.add_staff, "", opened, username=user, name=hand.name, password=password,
            roles=tuple(role.value for role in hand.roles), phone="4411",
        )  # fmt: skip
        scope = clinic_queries.scope_of(made.id or 0, clinic_id)
        assert scope is not None
        maker.scopes[hand.user], maker.passwords[hand.user] = scope, password
        maker.logins.append(
            {"clinic": slug, "role": hand.roles[0].value, "user": user, "password": password, "totp_secret": None}
        )
    _adopt(maker, opened)
    _stock(maker, opened, suffix)
    return maker


def _adopt(maker: Maker, at: datetime) -> None:
    """The demo's director signs every preset that waits for a signature, and accepts monitor feeds."""
    presets = {each.requirement.id: dict(each.requirement.values) for each in presets_to_adopt()}
    signed = presets | {watch.FEEDS: {"page": "docs/intended-use.md"}}
    maker.do(
        clinics.adopt_rules, "director", at, rules_signed=signed,
        meaning="I adopt these rules for our clinic", password=maker.passwords["director"],
    )  # fmt: skip


def _stock(maker: Maker, at: datetime, suffix: str) -> None:
    product = maker.do(
        stock.add_product, "pharmacist", at, name="Ketamine 50 mg/mL", form="vial",
        strength_mg_per_ml=Decimal(50), container_ml=Decimal(10),
    )  # fmt: skip
    maker.do(
        stock.receive, "pharmacist", at, product_id=product.id, lot_number=f"MADE-UP-{maker.slug[:3].upper()}-1",
        expires_on=(maker.now + timedelta(days=400)).date(), containers=40, supplier_name="Made-up Supplies",
        supplier_address="1 Nowhere Road", registration_number="XX0000000", invoice="MADE-UP-1",
        event_date=at.astimezone(ZoneInfo(maker.scopes["nurse"].time_zone)).date(),
    )  # fmt: skip
    maker.lot_id = inventory.lots(maker.scopes["pharmacist"], OPEN, at=at)[0].id


TODAY = (
    Course("grabski_2022", ("alcohol",), "infusing", 12),
    Course("dakwar_2019", ("cocaine",), "arrived", 20),
    Course("grabski_2022", ("alcohol",), "cleared", 25),
    Course("dakwar_2020", ("alcohol",), "recovering", 75),
    Course("grabski_2022", ("alcohol",), "discharged", 190),
    Course("dakwar_2019", ("cocaine",), "booked", -40),
    Course("grabski_2022", ("alcohol",), "booked", -95),
    Course("grabski_2022", ("alcohol",), "past", 3 * 24 * 60 + 100),
    Course("dakwar_2020", ("alcohol",), "past", 24 * 60 + 200),
    Course("dakwar_2019", ("cocaine",), "past", 9 * 24 * 60),
)


def _course(number: int) -> Course:
    """The first ten fill today and the days before; whoever comes after them had a dose in the last weeks."""
    if number < len(TODAY):
        return TODAY[number]
    past = TODAY[-3:][number % 3]
    return replace(past, minutes_ago=past.minutes_ago + (number - len(TODAY) + 1) * 17 * 60)


def freshen() -> None:
    """A demo of another day gets people for today, so that there is always one in the chair."""
    made = kept()
    if made is None:
        return
    now = clock.now().replace(microsecond=0)
    for clinic in clinic_queries.clinics():
        scope = Scope(clinic.id, None, time_zone=clinic.time_zone)
        today = now.astimezone(ZoneInfo(clinic.time_zone)).date()
        if visits.visits_on(scope, OPEN, day=today):
            continue
        there = len(people_queries.people(scope, OPEN, at=now))
        maker = Maker(f"{clinic.slug}-{today}", clinic.id, random.Random(today.toordinal()), now)
        _know_the_team(maker, made, clinic.slug)
        maker.lot_id = inventory.lots(maker.scopes["pharmacist"], OPEN, at=now)[0].id
        with transaction.atomic():
            for number in range(min(5, there)):
                _person(
                    maker, f"{clinic.slug[0].upper()}-{there + number + 1:03d}", TODAY[number], chair="ABCDA"[number]
                )


def _know_the_team(maker: Maker, made: dict[str, Any], slug: str) -> None:
    """The humans and passwords of a clinic that was filled on another day."""
    ids = {each.username: each.id for each in clinic_queries.staff(Scope(maker.clinic_id, None), OPEN)}
    for login in made["logins"]:
        if login["clinic"] == slug:
            who = login["user"].removesuffix("-h")
            scope = clinic_queries.scope_of(ids[login["user"]], maker.clinic_id)
            assert scope is not None
            maker.scopes[who], maker.passwords[who] = scope, login["password"]
            maker.logins.append(login)


def _people(maker: Maker, letter: str, count: int, quiet: bool) -> None:
    for number in range(count):
        _person(maker, f"{letter}-{number + 1:03d}", _course(number), chair="ABCD"[number % 4])
        if not quiet and sys.stderr.isatty():
            print(f"\r  {maker.slug}: {number + 1} of {count} people", end="", file=sys.stderr, flush=True)
    if not quiet and sys.stderr.isatty():
        print(file=sys.stderr)


def _person(maker: Maker, code: str, course: Course, *, chair: str) -> None:
    chance, now = maker.chance, maker.now
    born = date(1960 + chance.randrange(40), 1 + chance.randrange(12), 1 + chance.randrange(28))
    identity = Identity(
        name=f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}", born=born,
        address="1 Made-up Street", phone="555 0199", allergies=chance.choice(ALLERGIES),
    )  # fmt: skip
    referred = now - timedelta(days=30)
    person = maker.do(
        people.register_person, "coordinator", referred, code=code, identity=identity,
        sex=chance.choice(("female", "male")),
    )  # fmt: skip
    protocol = protocol_of(course.protocol)
    doses = int(protocol.dose.doses.value or 1)
    episode = maker.do(
        people.open_episode, "physician", referred, person_id=person.id, substances=course.substances,
        goal=chance.choice(("abstinence", "reduction")), protocol=protocol.id, protocol_hash=content_hash(protocol),
        doses=doses,
    )  # fmt: skip
    Day(maker, course, episode.id or 0, chair, Decimal(chance.randrange(560, 960)) / 10).run()
