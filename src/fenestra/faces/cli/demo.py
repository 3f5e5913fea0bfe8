"""Two made-up clinics, filled through the same acts as real ones. Nobody in them exists.

No benefit is built in: what people use after a dose is drawn from control arms without ketamine, with no look at a
dose, a therapy hour or a window (`demo_chance`). Passwords and links are made at install, differ on each machine, and
open this machine's demo only.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.hashers import get_hasher
from django.db import transaction

from fenestra.care.inventory import queries as inventory
from fenestra.care.people import queries as people_queries
from fenestra.care.visit import queries as visits
from fenestra.faces.cli import demo_clinic, demo_people, demo_plan, demo_today
from fenestra.faces.cli.demo_course import Course
from fenestra.faces.cli.demo_maker import Maker
from fenestra.ground.book import clock, seal
from fenestra.ground.book.scope import OPEN, Scope
from fenestra.ground.clinic import queries as clinic_queries
from fenestra.science.errors import Refused

FILE = "demo-logins.json"


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
    with transaction.atomic(), _passwords_remembered():  # all of it or nothing: a demo that was cut short is made again
        first, second = _both(seed, people, now, quiet)
    seal.seal(clock.now())
    made = {
        "clinics": 2,
        "people": people + max(1, people // 4),
        "acts": first.acts + second.acts,
        "seconds": round(time.monotonic() - began, 1),
        "logins": first.logins + second.logins,
        "links": first.links + second.links,
    }
    _keep({**made, "names": {hand.user: hand.name for hand in demo_clinic.TEAM}})
    return made


def _both(seed: int, people: int, now: datetime, quiet: bool) -> tuple[Maker, Maker]:
    first = demo_clinic.found("riverbend", "Riverbend Clinic", "America/New_York", now, suffix="")
    second = demo_clinic.found("harbour", "Harbour Clinic", "Europe/London", now, suffix="-h")
    courses = {
        maker.slug: [Course(maker, who) for who in demo_people.people(seed, maker.slug, count, maker.local)]
        for maker, count in ((first, people), (second, max(1, people // 4)))
    }
    _take_round([course for each in courses.values() for course in each], quiet)
    for maker in (first, second):
        demo_today.tidy(maker)
        demo_today.raise_work(maker, courses[maker.slug])
        demo_today.look_over(maker)
        demo_today.live_links(maker, courses[maker.slug])
        demo_clinic.enrol(maker)
    return first, second


def _take_round(courses: list[Course], quiet: bool) -> None:
    """First everybody up to their plan and today's visit, in the order of their codes; then everybody's days."""
    steps = [course.begin for course in courses] + [course.go_on for course in courses]
    for done, step in enumerate(steps, 1):
        step()
        if not quiet and sys.stderr.isatty():
            end = "\n" if done == len(steps) else ""
            told = f"  {len(courses)} made-up people, fourteen months: {round(100 * done / len(steps))} %"
            print(f"\r{told}", end=end, file=sys.stderr, flush=True)


@contextmanager
def _passwords_remembered() -> Iterator[None]:
    """While a demo is made, a password that was found right once is not worked out anew: its witnesses sign hundreds of
    times, and a hash is slow on purpose."""
    hasher: Any = get_hasher("default")
    hasher.verify = lru_cache(hasher.verify)
    try:
        yield
    finally:
        del hasher.verify


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
        maker = Maker(f"{clinic.slug}-{today}", clinic.id, now, ZoneInfo(clinic.time_zone))
        _know_the_team(maker, made, clinic.slug)
        maker.lot_id = inventory.lots(maker.scopes["pharmacist"], OPEN, at=now)[0].id
        demo_plan.know_calendar(maker)
        with transaction.atomic(), _passwords_remembered():
            for who in demo_people.for_today(today.toordinal(), clinic.slug, there, min(5, there), maker.local):
                course = Course(maker, who)
                course.begin()
                course.go_on()


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
