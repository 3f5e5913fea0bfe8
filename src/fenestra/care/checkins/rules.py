"""What a check-in may hold, when a link opens, and what counts as a miss. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from fenestra.science.errors import BadInput, Refused


class LinkKind(StrEnum):
    """What a link opens: one check-in, or the person's own page."""

    CHECK_IN = "check_in"
    OWN_PAGE = "own_page"


class Used(StrEnum):
    """The answer about yesterday. Not wanting to say is an answer."""

    NO = "no"
    YES = "yes"
    RATHER_NOT = "rather_not"


class LinkRefused(Refused):
    """This link does not open. The sentence says what to do; it never says whose link it was."""


class LinkForged(LinkRefused):
    """Not a link this clinic made, or not all of it."""


class LinkExpired(LinkRefused):
    """Its time is over."""


class LinkEnded(LinkRefused):
    """Somebody ended it: it was lost or forwarded, or consent was withdrawn."""


class LinkUsed(LinkRefused):
    """Its check-in was sent already."""


class WrongBirthDate(Refused):
    """Not the birth date of the person behind the link; it says nothing about whose link it is."""


class HourWanted(StrEnum):
    """What a person would like after a day of use. Wanting nothing is an answer that needs no button."""

    HOUR = "hour"
    CALL = "call"


MOST_WRONG_DATES = 5


MOST_IN_OUTBOX = 50
MOST_IN_A_ROW = 90  # a typing check, not a clinical limit
SLIDER_MOST = 100
LONGEST_TOLD_ID = 40
MOST_AMOUNT = Decimal("999")  # a typing check, not a clinical limit
# A phone stays without a network for days; beyond this a time is a fault of its clock.
OLDEST = timedelta(days=60)
HOURS_OFF_UTC = 14  # no place on earth is further from UTC
MOST_CLOCK_OFF = timedelta(days=65 * 366)  # a phone that forgot the year says 1970; beyond this it is no clock


@dataclass(frozen=True)
class Told:
    """One check-in as a phone told it, with the day it is about worked out."""

    told_id: str
    day: date
    said_at: datetime
    offset_min: int
    clock_off_s: int
    craving_now: int | None
    craving_most: int | None
    used: Used | None
    amount: Decimal | None
    mood: int | None
    readiness: int | None


def read_told(raw: Mapping[str, Any], *, sent_at: datetime, received_at: datetime) -> Told:
    """One check-in of a phone's outbox. `sent_at` is the phone's own clock at the moment of sending: what it differs
    from ours by is taken off the time of the check-in, so that a wrong clock moves no day.

    Refuses what cannot be with the field and the next thing to do; everything may be left unanswered.
    """
    off = received_at - sent_at
    said_at, offset_min = _instant(raw.get("said_at")), _offset(raw.get("offset_min"))
    if max(abs(off), abs(received_at - said_at)) > MOST_CLOCK_OFF:
        raise BadInput(
            "The clock of this phone is far off. Set its date, open the page again and send it.", field="said_at"
        )
    truly = min(said_at + off, received_at)
    if received_at - truly > OLDEST:
        raise BadInput("This check-in is more than 60 days old and cannot be taken any more.", field="said_at")
    used, amount = _used(raw.get("used")), _amount(raw.get("amount"))
    check_use(used, amount)
    return Told(
        told_id=_told_id(raw.get("told_id")),
        day=(truly.astimezone(timezone(timedelta(minutes=offset_min))) - timedelta(days=1)).date(),
        said_at=said_at,
        offset_min=offset_min,
        clock_off_s=round(off.total_seconds()),
        craving_now=_slider(raw.get("craving_now"), "craving_now"),
        craving_most=_slider(raw.get("craving_most"), "craving_most"),
        used=used,
        amount=amount,
        mood=_slider(raw.get("mood"), "mood"),
        readiness=_slider(raw.get("readiness"), "readiness"),
    )


def check_use(used: Used | None, amount: Decimal | None) -> None:
    """A day cannot be both without and with use."""
    if amount is not None and amount < 0:
        raise BadInput("Write how much as a number of 0 or more, or leave it empty.", field="amount")
    if used is Used.NO and amount:
        raise BadInput("You chose No and wrote an amount. Choose Yes, or take the amount away.", field="used")
    if used is Used.YES and amount == 0:
        raise BadInput("You chose Yes and wrote 0. Write how much, or leave it empty.", field="amount")
    if amount is not None and used is not Used.YES and amount > 0:
        raise BadInput("Choose Yes beside the amount, or take the amount away.", field="used")


def _told_id(raw: Any) -> str:
    if not isinstance(raw, str) or not raw or len(raw) > LONGEST_TOLD_ID or not raw.isascii() or not raw.isprintable():
        raise BadInput("This check-in came without its number. Open the page again and send it.", field="told_id")
    return raw


def read_instant(raw: Any) -> datetime:
    """An instant with its offset, as a phone writes it."""
    return _instant(raw)


def _instant(raw: Any) -> datetime:
    try:
        at = datetime.fromisoformat(raw)
    except (TypeError, ValueError):
        at = None
    if at is None or at.utcoffset() is None:
        raise BadInput("The time of this check-in could not be read. Open the page again and send it.", field="said_at")
    return at


def _offset(raw: Any) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or abs(raw) > HOURS_OFF_UTC * 60:
        raise BadInput("The phone's time zone could not be read. Open the page again and send it.", field="offset_min")
    return raw


def _slider(raw: Any, field: str) -> int | None:
    if raw is None or raw == "":
        return None
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw <= SLIDER_MOST:
        raise BadInput("Move the slider between its two ends, or leave it.", field=field)
    return raw


def _used(raw: Any) -> Used | None:
    if raw is None or raw == "":
        return None
    try:
        return Used(raw)
    except ValueError:
        raise BadInput("Choose No, Yes or I would rather not say.", field="used") from None


def _amount(raw: Any) -> Decimal | None:
    if raw is None or raw == "":
        return None
    try:
        amount = Decimal(str(raw))
    except InvalidOperation:
        amount = None
    if isinstance(raw, bool) or amount is None or not amount.is_finite() or abs(amount) > MOST_AMOUNT:
        raise BadInput("Write how much as a number, for example 3, or leave it empty.", field="amount")
    if amount.as_tuple().exponent < -2:  # type: ignore[operator]  # finite: the exponent is a number
        raise BadInput("Write how much with at most two decimals, for example 2.5.", field="amount")
    return amount


def missed_days(expected: set[date], told: set[date], *, until: date) -> tuple[date, ...]:
    """Days the clinic had asked about, up to and with `until`, of which the person said nothing. A miss is data: it is
    shown as a day nobody knows about, never as use."""
    return tuple(sorted(day for day in expected - told if day <= until))


def check_in_a_row(count: int) -> None:
    if not 1 <= count <= MOST_IN_A_ROW:
        raise BadInput(f"Write a number of check-ins from 1 to {MOST_IN_A_ROW}.", field="in_a_row")
