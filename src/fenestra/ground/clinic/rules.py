"""Who may do what in a clinic. Pure: no database, no framework."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from fenestra.science.errors import BadInput, NotHere, Refused


class Role(StrEnum):
    """What a human is to a clinic. One may hold several, never both sides of a witness."""

    COORDINATOR = "coordinator"
    PHYSICIAN = "physician"
    MEDICAL_DIRECTOR = "medical director"
    NURSE = "nurse"
    THERAPIST = "therapist"
    PHARMACIST = "pharmacist"
    RATER = "rater"
    STATISTICIAN = "statistician"
    DATA_MONITOR = "data monitor"
    LEAD = "lead"
    PRIVACY_OFFICER = "privacy officer"
    AUDITOR = "auditor"


# The patient at their own page: no member of staff and no role, so whatever asks for a role refuses them. Rooms that
# take a person's own word let them in by this name, for themselves only.
THE_PERSON = "person"

PRESCRIBERS = (Role.PHYSICIAN, Role.MEDICAL_DIRECTOR)
AT_THE_CHAIR = (Role.NURSE, Role.PHYSICIAN, Role.MEDICAL_DIRECTOR)
NEEDS_SECOND_FACTOR = (Role.PHYSICIAN, Role.PHARMACIST, Role.MEDICAL_DIRECTOR)
MAKES_ACCOUNTS = (Role.MEDICAL_DIRECTOR, Role.LEAD)
HANDLES_MEDICINE = (Role.NURSE, Role.PHARMACIST, Role.PHYSICIAN, Role.MEDICAL_DIRECTOR)
ASKS_WHO_SAW = (Role.PRIVACY_OFFICER, Role.AUDITOR)
SEES_PEOPLE = (*AT_THE_CHAIR, Role.COORDINATOR, Role.THERAPIST, Role.PHARMACIST, Role.RATER)
TAKES_BACK = (*SEES_PEOPLE, Role.PRIVACY_OFFICER)
DIAGNOSES = (*PRESCRIBERS, Role.THERAPIST)
COUNSELS = (Role.THERAPIST, *PRESCRIBERS)
KEEPS_TRIGGERS = (*AT_THE_CHAIR, Role.THERAPIST)
KEEPS_THE_BOOK = (Role.PHARMACIST, Role.MEDICAL_DIRECTOR)
CLOSES_RECORDS = (*PRESCRIBERS, Role.PRIVACY_OFFICER)
SETS_HOURS = (Role.COORDINATOR, Role.LEAD, Role.MEDICAL_DIRECTOR, Role.PHYSICIAN, Role.THERAPIST)

FIELD_GROUPS = frozenset({"identity", "counselling", "level", "dose", "live"})

# Groups of fields a role does not see; a human with several roles sees what any of them sees. `live`: what a monitor
# measures, as it comes, which is for those who look after somebody that day.
HIDDEN_FROM: dict[Role, frozenset[str]] = {
    **{role: frozenset() for role in AT_THE_CHAIR},
    Role.COORDINATOR: frozenset({"counselling", "level"}),
    Role.THERAPIST: frozenset({"level"}),
    Role.PHARMACIST: frozenset({"counselling"}),
    Role.RATER: frozenset({"counselling", "level", "dose", "live"}),
    Role.STATISTICIAN: frozenset({"identity", "counselling", "live"}),
    Role.DATA_MONITOR: frozenset({"identity", "counselling", "live"}),
    Role.LEAD: frozenset({"identity", "counselling", "live"}),
    Role.PRIVACY_OFFICER: frozenset({"counselling", "level", "dose", "live"}),
    Role.AUDITOR: frozenset({"counselling", "live"}),
}


SHORTEST_PASSWORD = 12  # characters
LONGEST_PASSWORD = 200  # what the sign-in page takes
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")


class NoSuchColleague(NotHere):
    """Nobody with this number works or worked in this clinic."""


class NoSuchRule(NotHere):
    """No preset of this name is adopted or can be adopted here."""


class NotYours(Refused):
    """This human's roles do not allow it."""


class WrongProof(BadInput):
    """A password or a code that does not prove who is at the screen."""


def check_has(roles: frozenset[str], wanted: tuple[Role, ...], what: str) -> None:
    """Refuse with the roles that may do it."""
    if roles.isdisjoint(wanted):
        names = " or ".join(role.value for role in wanted)
        raise NotYours(f"To {what} takes a {names}. Ask one of them to sign in here.")


def check_new_password(password: str, *, username: str, field: str = "password") -> None:
    """Refuse a password that is too short, too long for the sign-in page, or holds the user name."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise BadInput(
            f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters. Several words are easy to keep in "
            "mind.",
            field=field,
        )
    if username.lower() in password.lower():
        raise BadInput("The user name stands in this password. Choose one that nobody can guess.", field=field)


def check_username(username: str) -> None:
    """Refuse a user name that two people could type differently."""
    if not USERNAME.fullmatch(username):
        raise BadInput(
            "A user name has 2 to 60 lower-case letters, figures, points or dashes, for example nina.berg.",
            field="username",
        )


def check_roles(roles: Iterable[str]) -> None:
    """Refuse a role that there is not."""
    if unknown := set(roles) - {role.value for role in Role}:
        raise BadInput(f"There is no role called {', '.join(sorted(unknown))}.", field="roles")


def check_a_lead_stays(leads: frozenset[int], leaving: int) -> None:
    """Refuse to take the last lead from a clinic, oneself or another: nobody would be left to make accounts as lead.
    `leads`: everybody who can sign in and is lead now."""
    if leads == {leaving}:
        raise Refused("This is the last lead of the clinic. Make somebody else a lead first.")


def check_given_by_another(role: str, *, oneself: bool) -> None:
    """Refuse a role by which one orders doses or signs rules to the human who gives it: it takes a second one."""
    if oneself and role in PRESCRIBERS:
        raise BadInput(
            f"Nobody makes themselves {role}: it takes a second human. Ask another lead or the medical director of the "
            "clinic to give you this role; where there is none yet, make an account for a colleague who holds it.",
            field="role",
        )


def needs_second_factor(roles: frozenset[str]) -> bool:
    """Whether nobody with these roles gets in by a password alone."""
    return can(roles, NEEDS_SECOND_FACTOR)


def check_a_factor_stays(roles: frozenset[str], left: int) -> None:
    """Refuse to take away the last second factor of somebody whose roles need one. `left`: how many would be left."""
    if left == 0 and needs_second_factor(roles):
        raise Refused(
            "Your roles need a second factor, and this is your only one. Add another first, then end this one."
        )


def check_mode(made_up: Iterable[bool], *, demo: bool) -> None:
    """Refuse to serve a made-up clinic as a real one, or a real one as a demo. `made_up`: of each clinic in the folder."""
    if all(each == demo for each in made_up):
        return
    if demo:
        raise Refused("A real clinic is in this folder and stays one. Set FENESTRA_MODE=clinic, or use another folder.")
    raise Refused(
        "A made-up clinic is in this folder, and a demo stays one. Start the real clinic in a folder of its own: "
        "--data DIR."
    )


def can(roles: frozenset[str], wanted: tuple[Role, ...]) -> bool:
    return not roles.isdisjoint(wanted)


def hidden_from(roles: frozenset[str]) -> frozenset[str]:
    """Field groups hidden from somebody with these roles; no role, everything hidden."""
    held = [HIDDEN_FROM[Role(role)] for role in roles]
    return frozenset.intersection(*held) if held else FIELD_GROUPS
