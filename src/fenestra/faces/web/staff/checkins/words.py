"""Check-ins and links in words. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from fenestra.care.checkins.queries import CheckInsValue, CheckInValue, OpenLinkValue
from fenestra.care.checkins.rules import LinkKind, Used
from fenestra.faces.web.days import short

NOT_KNOWN = "not known"
OPENS = {LinkKind.CHECK_IN: "one check-in", LinkKind.OWN_PAGE: "the own page"}
USED = {Used.NO.value: "no", Used.YES.value: "yes", Used.RATHER_NOT.value: "would rather not say", "": NOT_KNOWN}


@dataclass(frozen=True)
class DayTold:
    """One day: what was told, or that it was asked about and nobody knows."""

    day: date
    missed: bool
    now: str = NOT_KNOWN
    most: str = NOT_KNOWN
    used: str = NOT_KNOWN
    mood: str = NOT_KNOWN
    readiness: str = NOT_KNOWN


@dataclass(frozen=True)
class LinkWords:
    id: int
    opens: str
    about: str
    made_at: datetime
    state: str
    open: bool


def days(told: CheckInsValue) -> list[DayTold]:
    """Newest first. A miss is a day nobody knows about."""
    found = [*map(_told, told.told), *(DayTold(day, missed=True) for day in told.missed)]
    return sorted(found, key=lambda each: each.day, reverse=True)


def _told(one: CheckInValue) -> DayTold:
    used = USED[one.used]
    if one.amount is not None and one.used == Used.YES:
        used += f", {one.amount.normalize():f}"
    return DayTold(
        one.day, False, _of_100(one.craving_now), _of_100(one.craving_most), used, _of_100(one.mood),
        _of_100(one.readiness),
    )  # fmt: skip


def _of_100(value: int | None) -> str:
    return NOT_KNOWN if value is None else str(value)


def link(one: OpenLinkValue, at: datetime, zone: tzinfo) -> LinkWords:
    """What a link opens and until when; never the link itself."""
    ends = f"{one.expires_at.astimezone(zone):%-d %b %Y %H:%M}"
    over = one.ended or one.sent or one.expires_at <= at
    state = (
        "ended"
        if one.ended
        else "its check-in is here"
        if one.sent
        else f"{'ran out' if over else 'open until'} {ends}"
    )
    about = short(one.day) if one.day else ""
    return LinkWords(one.id, OPENS[one.kind], about, one.made_at, state, not over)
