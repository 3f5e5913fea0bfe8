"""What may be kept of answers, use days, weights and tests, and which work an answer raises. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any

from fenestra.care.people.rules import Substance, chosen
from fenestra.care.work.rules import ON_COVER, ItemKind, Level
from fenestra.ground.book.texts import check_length
from fenestra.ground.clinic.rules import SEES_PEOPLE, THE_PERSON, Role
from fenestra.science.errors import BadInput, NotHere, Refused
from fenestra.science.instruments import Alert, AlertLevel, Instrument, Kind, find_instrument
from fenestra.science.protocols.requirements import requirement


class Source(StrEnum):
    """Who says so."""

    PERSON = "person"
    STAFF = "staff"
    COLLATERAL = "collateral"
    TEST = "test"


class TestKind(StrEnum):
    """What was tested."""

    URINE = "urine"
    BREATH = "breath"
    BLOOD = "blood"
    SALIVA = "saliva"
    HAIR = "hair"


MEASURES = SEES_PEOPLE
DRINKS, GRAMS = "drinks", "g"
LARGEST_AMOUNT = Decimal(9999)  # a typing check, not a clinical limit
LONGEST_UNIT = 20
LONGEST_REASON = 500
MOST_DAYS = 400  # a typing check: a year and a month of days at once
BASELINE = ("suicide", "alcohol", "drugs", "mood", "anxiety")  # the purposes SCR-008 names before a first dose
WITHDRAWAL = {Substance.ALCOHOL: "alcohol_withdrawal", Substance.OPIOIDS: "opioid_withdrawal"}


class NoSuchRow(NotHere):
    """Not a measure of this person, or not one this human may see."""


class CorrectedAlready(Refused):
    """A correction stands on this row already."""


class DayRecorded(BadInput):
    """This day says something else already."""


def purposes() -> Mapping[str, Sequence[str]]:
    """Which instruments fulfil which purpose, as SCR-008 says."""
    found: Mapping[str, Sequence[str]] = requirement("SCR-008").values["purposes"]
    return found


def wanted_purposes(substances: Iterable[str]) -> tuple[str, ...]:
    """The purposes somebody treated for these substances must meet: the baseline, and withdrawal where it can come."""
    return BASELINE + tuple(purpose for substance, purpose in WITHDRAWAL.items() if substance in set(substances))


def answerable(instrument_id: str) -> Instrument:
    """The instrument, or a refusal: a calendar is kept as use days."""
    found = find_instrument(instrument_id)
    if found.kind is Kind.CALENDAR:
        raise BadInput("Days of use are kept one by one. Enter them in the use calendar.", field="instrument")
    return found


@cache
def content_hash(instrument_id: str) -> str:
    """What exactly was asked and scored, so that a later change of the file is seen on earlier answers."""
    content = json.dumps(_plain(find_instrument(instrument_id)), sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return str(value) if isinstance(value, Decimal) else value


# ---- what an answer raises

# Items that ask about suicide on forms that ask about other things too. A test reads every shipped alert against this.
SUICIDE_ITEMS = {"phq9": frozenset({"i9"})}
LEVELS = {
    AlertLevel.STOP: Level.HIGH,
    AlertLevel.URGENT: Level.HIGH,
    AlertLevel.WARN: Level.MEDIUM,
    AlertLevel.INFO: Level.LOW,
}


@dataclass(frozen=True)
class Raised:
    """One item of work an answer raises: its kind, how grave, who owes it, and what the form says to do."""

    kind: ItemKind
    level: Level
    owner_role: str
    words: str


def is_about_suicide(instrument_id: str, alert: Alert) -> bool:
    return instrument_id in purposes()["suicide"] or alert.on in SUICIDE_ITEMS.get(instrument_id, frozenset())


def raised_by(instrument: Instrument, alerts: Sequence[Alert]) -> tuple[Raised, ...]:
    """The work the alerts of one form raise: thoughts of suicide as one item, whatever they score, for whoever is on
    cover; everything else as another."""
    suicide = [alert for alert in alerts if is_about_suicide(instrument.id, alert)]
    others = [alert for alert in alerts if alert not in suicide]
    found = []
    if suicide:
        found.append(Raised(ItemKind.SUICIDE_ALERT, Level.HIGH, ON_COVER, _words(instrument, suicide)))
    if others:
        level = min((LEVELS[alert.level] for alert in others), key=list(Level).index)
        owner = ON_COVER if level is Level.HIGH else Role.PHYSICIAN.value
        found.append(Raised(ItemKind.SCORE_ALERT, level, owner, _words(instrument, others)))
    return tuple(found)


def cause(first_response_id: int) -> str:
    """How an item of work names the form that raised it: by the answer a chain of corrections began with."""
    return f"response:{first_response_id}"


def _words(instrument: Instrument, alerts: Sequence[Alert]) -> str:
    return f"{instrument.title}: " + " ".join(f"{alert.say}." for alert in alerts)


# ---- checks


def can_measure(roles: frozenset[str]) -> bool:
    """Whether this is somebody who sees people, or the person themselves on their own page."""
    return THE_PERSON in roles or not roles.isdisjoint(MEASURES)


def check_day(day: date, *, today: date) -> None:
    """Refuse a day that has not come yet, by the clinic's calendar."""
    if day > today:
        raise BadInput(
            f"{day.isoformat()} has not come yet. Choose {today.isoformat()} or an earlier day.", field="day"
        )


def check_reason(reason: str) -> str:
    """A correction says why; without a reason nobody can judge which of two answers holds."""
    told = reason.strip()
    if not told:
        raise BadInput(
            "Write why it is corrected, for example: misread, said otherwise when asked again.", field="reason"
        )
    check_length(told, LONGEST_REASON, field="reason")
    return told


@dataclass(frozen=True)
class ToldDay:
    """One day and one substance as told. `used` is None when the person would rather not say."""

    day: date
    substance: Substance
    used: bool | None
    amount: Decimal | None
    unit: str

    @property
    def said(self) -> tuple[bool | None, Decimal | None, str]:
        return self.used, self.amount, self.unit


def told_day(told: Mapping[str, Any], *, today: date) -> ToldDay:
    """One line of a use calendar, checked: no day without and with use, no negative amount, no day to come."""
    day, used, amount = told["day"], told.get("used"), told.get("amount")
    check_day(day, today=today)
    substance = chosen(Substance, told["substance"], field="substance")
    check_use(day, used, amount)
    unit = str(told.get("unit") or "").strip()
    if amount is not None and substance is Substance.ALCOHOL and unit not in (DRINKS, GRAMS):
        if unit:
            raise BadInput(f"Write alcohol in {DRINKS} or in grams of pure alcohol ({GRAMS}).", field="unit")
        unit = DRINKS
    if len(unit) > LONGEST_UNIT:
        raise BadInput(f"Write the unit in at most {LONGEST_UNIT} characters.", field="unit")
    return ToldDay(day, substance, used, amount, unit if amount is not None else "")


def check_use(day: date, used: bool | None, amount: Decimal | None) -> None:
    """Refuse an amount that cannot be, or that says the opposite of the answer beside it."""
    if amount is None:
        return
    if not amount.is_finite() or amount < 0:
        raise BadInput(f"{day.isoformat()}: an amount is 0 or more. Write how much it was.", field="amount")
    if amount > LARGEST_AMOUNT:
        raise BadInput(f"{day.isoformat()}: {amount} is surely mistyped. Write how much it was.", field="amount")
    if used is None:
        raise BadInput(f"{day.isoformat()}: say whether there was use before you write how much.", field="used")
    if used != (amount > 0):
        raise BadInput(
            f"{day.isoformat()} cannot be both a day without use and a day with use. Choose one, or leave the amount "
            "empty.",
            field="amount",
        )


def told_days(days: Sequence[Mapping[str, Any]], *, today: date) -> tuple[ToldDay, ...]:
    """Several lines of a use calendar; a day and substance that stands twice is refused."""
    if not days:
        raise BadInput("Fill in at least one day.", field="day")
    if len(days) > MOST_DAYS:
        raise BadInput(f"Send at most {MOST_DAYS} days at once.", field="day")
    found: dict[tuple[date, Substance], ToldDay] = {}
    for line in days:
        one = told_day(line, today=today)
        if (one.day, one.substance) in found:
            raise BadInput(
                f"{one.day.isoformat()} stands twice for {one.substance.value}. Leave one of them.", field="day"
            )
        found[one.day, one.substance] = one
    return tuple(found.values())


def check_same_day(told: ToldDay, said: tuple[bool | None, Decimal | None, str]) -> None:
    """Refuse a second, different account of one day from the same source; the way to change it is a correction."""
    if told.said != said:
        had = {True: "with use", False: "without use", None: "not said"}[said[0]]
        raise DayRecorded(
            f"{told.day.isoformat()} is kept already as a day {had} for {told.substance.value}. Correct that day, with "
            "a reason; both answers stay.",
            field="day",
        )


def check_test(*, positive: bool | None, value: Decimal | None, unit: str) -> None:
    if value is not None and (not value.is_finite() or value < 0):
        raise BadInput("Write the measured value as a number of 0 or more, for example 0.4.", field="value")
    if value is not None and not unit.strip():
        raise BadInput("Write the unit of the value, for example ng/mL or g/L.", field="unit")
    if len(unit) > LONGEST_UNIT:
        raise BadInput(f"Write the unit in at most {LONGEST_UNIT} characters.", field="unit")
    if positive is None and value is not None:
        raise BadInput("A sample that could not be read has no value. Take one of the two away.", field="value")
