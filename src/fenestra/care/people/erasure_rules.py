"""When a person's record may be erased, and by whom. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from fenestra.ground.clinic.rules import Role
from fenestra.science.errors import BadInput, Refused

ERASES = (Role.PRIVACY_OFFICER, Role.MEDICAL_DIRECTOR)


class Basis(StrEnum):
    """Why a record is erased: a choice and no words, so that nothing typed outlives the person's texts."""

    ASKED = "the person asked"
    KEPT_LONG_ENOUGH = "kept as long as the law asks"
    MISTAKE = "registered by mistake"


@dataclass(frozen=True)
class ErasureValue:
    """Where an erasure stands: asked for, turned down or done."""

    id: int
    person_id: int
    basis: Basis
    keep_until: date
    asked_by: int
    asked_roles: frozenset[str]
    asked_at: datetime
    answered_by: int | None = None
    answered_at: datetime | None = None
    done: bool = False

    @property
    def open(self) -> bool:
        return self.answered_at is None


@dataclass(frozen=True)
class BeforeErasing:
    """What is asked of the house before a record may go. `kept_outside`: acts that wait outside the database, whether
    for it or for a human; nobody can say whom they name."""

    today: date
    keep_until: date
    nobody_asks_for_it: bool
    legal_hold: bool
    open_episodes: int
    kept_outside: int
    erased: bool


def check_may_erase(facts: BeforeErasing) -> None:
    """Refuse while something must or may still be kept, saying what."""
    if facts.erased:
        raise Refused("This record is erased already. Nothing is left to erase.")
    if facts.keep_until >= facts.today:
        raise BadInput(
            f"The law makes the clinic keep this record until {facts.keep_until.isoformat()}. It cannot go before.",
            field="keep_until",
        )
    if not facts.nobody_asks_for_it:
        raise BadInput(
            "While a court, an authority or a contract asks for a record it is kept. Ask again when that has ended.",
            field="nobody_asks_for_it",
        )
    if facts.legal_hold:
        raise Refused("A legal hold stands on this record. It can go when the matter is over and the hold has ended.")
    if facts.open_episodes:
        raise Refused("A course of treatment is open. Close it first.")
    if facts.kept_outside:
        raise Refused(
            f"{facts.kept_outside} records wait outside the database, and nobody can say whom they name. Let them be "
            "written, or take them out of the spool folder, then ask again."
        )


def check_second_human(asked: ErasureValue, by: int | None, roles: frozenset[str]) -> None:
    """Refuse the same human twice, and two humans who do not hold both roles between them."""
    if asked.asked_by == by:
        raise Refused("You asked for this erasure. Somebody else confirms it.")
    if not all(role in asked.asked_roles | roles for role in ERASES) or roles.isdisjoint(ERASES):
        missing = next(role for role in ERASES if role not in asked.asked_roles) if roles else ERASES[1]
        raise Refused(f"A {missing.value} confirms this erasure. Ask one to sign in here.")
