"""`fenestra found`: a real clinic begins, with the account of its first lead, who makes all others."""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import Any
from zoneinfo import ZoneInfo

from fenestra.faces.cli.answer import Answer
from fenestra.faces.cli.house import answering, bring_up_to_date, one_writer
from fenestra.ground.book.folder import data_folder, holds_a_clinic
from fenestra.science.errors import BadInput, Refused

ASKED = {
    "name": "Name of the clinic",
    "time_zone": "Time zone, for example Europe/Berlin",
    "phone": "Telephone, for people on its papers (may stay empty)",
    "lead": "Name of the first lead",
    "user": "User name of the first lead",
}
MAY_BE_EMPTY = ("phone",)


def add_to(commands: Any) -> None:
    told = commands.add_parser(
        "found",
        help="begin a real clinic, with its first lead",
        description="Begin a real clinic in a folder of its own. Asks for what is not given here. The password is typed, "
        "or stands as one line on standard input; it is never an argument, which others on this machine could read.",
    )
    for name, question in ASKED.items():
        told.add_argument(f"--{name.replace('_', '-')}", help=question)
    told.set_defaults(run=answering(_found, makes=True))


def _found(told: argparse.Namespace) -> Answer:
    from fenestra.ground.clinic import rules

    _check_mode()
    held = _open() if holds_a_clinic(data_folder()) else None  # who has a clinic already is not asked first
    said = {name: _asked(getattr(told, name), name) for name in ASKED}
    _check_time_zone(said["time_zone"])
    password = _password()
    rules.check_username(said["user"])
    rules.check_new_password(password, username=said["user"])
    held = held or _open()  # what was told is whole: only now is something made
    made = _write(said, password)
    del held
    text = f"{said['name']} is founded. {said['lead']} signs in as {said['user']} and is its lead. Next: fenestra serve"
    return Answer(text, made)


def _open() -> Any:
    """The folder for this process alone, brought up to date, and nobody's yet."""
    from fenestra.ground.clinic import queries as clinics

    held = one_writer()
    bring_up_to_date()
    if there := clinics.clinics():
        raise Refused(f"{there[0].name} is in this folder already. Give a new clinic a folder of its own: --data DIR.")
    return held


def _check_mode() -> None:
    from django.conf import settings

    if settings.DEMO:
        raise Refused(
            "This is demo mode, and a demo never becomes a real clinic. Set FENESTRA_MODE=clinic and what it asks for, "
            "and give the clinic a folder of its own: --data DIR."
        )


def _asked(given: str | None, name: str) -> str:
    """What was given, or else the answer to a question."""
    if given is None and sys.stdin.isatty():
        given = input(f"{ASKED[name]}: ")
    answer = (given or "").strip()
    if not answer and name not in MAY_BE_EMPTY:
        raise BadInput(f"{ASKED[name]} is missing. Give it as --{name.replace('_', '-')}.", field=name)
    return answer


def _check_time_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError) as fault:
        raise BadInput(f"There is no time zone '{name}'. Write it as Europe/Berlin.", field="time_zone") from fault


def _password() -> str:
    """Typed twice at a terminal without being shown; else one line of standard input."""
    if not sys.stdin.isatty():
        typed = sys.stdin.readline().rstrip("\r\n")
    else:
        typed = getpass.getpass("Password of the first lead: ")
        if getpass.getpass("The same once more: ") != typed:
            raise BadInput("The two passwords differ. Nothing was founded; start again.", field="password")
    return typed


def _write(said: dict[str, str], password: str) -> dict[str, Any]:
    """Clinic and lead together, or neither."""
    from django.db import transaction
    from django.utils.text import slugify

    from fenestra.ground.book import clock, seal
    from fenestra.ground.book.scope import Scope
    from fenestra.ground.clinic.actions import add_staff, found_clinic
    from fenestra.ground.clinic.rules import Role

    at, slug = clock.now(), slugify(said["name"]) or "clinic"
    with transaction.atomic():
        clinic_id = found_clinic(
            slug=slug, name=said["name"], time_zone=said["time_zone"], phone=said["phone"], crisis_line="",
            made_up=False, at=at,
        )  # fmt: skip
        lead = add_staff(
            username=said["user"], name=said["lead"], password=password, roles=(Role.LEAD.value,),
            by=Scope(clinic_id, None), at=at, key=f"first lead of {slug}",
        )  # fmt: skip
    seal.seal(clock.now())
    return {"clinic": clinic_id, "slug": slug, "name": said["name"], "lead": lead.id, "user": said["user"]}
