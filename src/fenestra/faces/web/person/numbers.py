"""Whom to call: names and telephone numbers as the clinics gave them."""

from __future__ import annotations

from dataclasses import dataclass

from fenestra.care.checkins.queries import LinkValue
from fenestra.ground.book.scope import OPEN
from fenestra.ground.clinic import queries as clinics


@dataclass(frozen=True)
class Help:
    """One clinic's telephone, and the crisis line it names."""

    clinic: str
    phone: str
    crisis_line: str


def help_of(link: LinkValue) -> Help:
    """The help of the clinic behind a link."""
    there = clinics.clinic(link.scope, OPEN)
    return Help(there.name, there.phone, there.crisis_line)


def all_help() -> list[Help]:
    """The help of every clinic here, for a page whose link does not open; a crisis line that several name stands once."""
    found: list[Help] = []
    for there in clinics.clinics():
        named = any(each.crisis_line == there.crisis_line for each in found)
        found.append(Help(there.name, there.phone, "" if named else there.crisis_line))
    return found
