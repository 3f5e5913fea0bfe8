"""Who a person is to the clinic, and when bytes about them may leave. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from fenestra.science.errors import BadInput, Refused


class Sex(StrEnum):
    """As reference values need it."""

    FEMALE = "female"
    MALE = "male"
    UNSPECIFIED = "unspecified"


class Goal(StrEnum):
    ABSTINENCE = "abstinence"
    REDUCTION = "reduction"


class Substance(StrEnum):
    ALCOHOL = "alcohol"
    OPIOIDS = "opioids"
    COCAINE = "cocaine"
    NICOTINE = "nicotine"
    CANNABIS = "cannabis"
    AMPHETAMINES = "amphetamines"
    BENZODIAZEPINES = "benzodiazepines"
    OTHER = "other"


class NoSuchPerson(Refused):
    """Not a person of this clinic, or not one this human may see."""


class LeaveEnded(Refused):
    """The leave for these bytes to go out does not hold."""


Choice = TypeVar("Choice", bound=StrEnum)


def chosen(choices: type[Choice], typed: str, *, field: str) -> Choice:
    """One of the values this field has, or a refusal that names them."""
    try:
        return choices(typed)
    except ValueError:
        raise BadInput(f"Choose one of: {', '.join(choices)}.", field=field) from None


MOST_DOSES = 99  # a typing check, not a clinical limit
OLDEST_YEARS = 120  # a typing check, not a clinical limit


@dataclass(frozen=True)
class Identity:
    """Who a person is. Stored only under that person's key."""

    name: str
    born: date
    address: str = ""
    phone: str = ""
    allergies: str = ""


def check_identity(identity: Identity, *, today: date) -> None:
    """Refuse a name or a birth date that cannot be."""
    if not identity.name.strip():
        raise BadInput("Write the person's name, as on their papers.", field="name")
    if identity.born > today:
        raise BadInput(
            "The birth date lies in the future. Write it as year-month-day, for example 1984-04-12.", field="born"
        )
    if years_old(identity.born, today) > OLDEST_YEARS:
        raise BadInput(
            "The birth date is more than 120 years ago. Write it as year-month-day, for example 1984-04-12.",
            field="born",
        )


def years_old(born: date, today: date) -> int:
    """Age in whole years on a clinic day."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
