"""How pages write a day and a time: the year stands beside it when it is not the year that is running."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from fenestra.ground.book import clock


def short(day: date, *, zone: tzinfo | None = None) -> str:
    """Thu 19 Nov; Thu 20 Nov 2025 for a day of another year than this one (of the server, or in `zone`)."""
    return f"{day:%a %-d %b}" if day.year == clock.now().astimezone(zone).year else f"{day:%a %-d %b %Y}"


def short_moment(at: datetime, zone: tzinfo) -> str:
    """Thu 19 Nov 10:24, as the clinic's wall clock shows it; with the year when it is not this one."""
    here = at.astimezone(zone)
    return f"{short(here.date(), zone=zone)} {here:%H:%M}"


def clock_time(at: datetime, zone: str) -> str:
    """10:24, as the clinic's wall clock shows it."""
    return f"{at.astimezone(ZoneInfo(zone)):%H:%M}"


def moment(at: datetime, now: datetime, zone: str) -> str:
    """10:24 of the same clinic day, else Fri 20 Nov 10:24."""
    place = ZoneInfo(zone)
    same_day = at.astimezone(place).date() == now.astimezone(place).date()
    return clock_time(at, zone) if same_day else short_moment(at, place)
