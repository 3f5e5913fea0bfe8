"""Filters every template knows. Clock times stand in the clinic's zone; amounts are exact."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django import template

from fenestra.faces.web import days
from fenestra.science import quantities

register = template.Library()


@register.filter
def clock(at: datetime | None, zone: str) -> str:
    """10:24, as the clinic's wall clock shows it."""
    return days.clock_time(at, zone) if at else ""


@register.filter
def moment(at: datetime | None, zone: str) -> str:
    """19 Nov 2026 10:24, for paper that is read on another day."""
    return f"{at.astimezone(ZoneInfo(zone)):%-d %b %Y %H:%M}" if at else ""


@register.filter
def day_of(at: datetime | None, zone: str) -> str:
    """Thu 19 Nov, the clinic day of a moment; with the year when it is not this one."""
    return days.short(at.astimezone(ZoneInfo(zone)).date(), zone=ZoneInfo(zone)) if at else ""


@register.filter
def short_day(day: date | None) -> str:
    """Thu 19 Nov; Thu 20 Nov 2025 in another year."""
    return days.short(day) if day else ""


@register.filter
def full_day(day: date | None) -> str:
    """19 Nov 2026; a date that may be years away."""
    return f"{day:%-d %b %Y}" if day else ""


@register.filter
def plain(amount: Decimal | None) -> str:
    """36.25 for 36.250; nothing for an amount nobody knows."""
    return quantities.plain(amount) if amount is not None else ""


@register.filter
def dialled(phone: str) -> str:
    """A telephone number as a link dials it: digits, and the plus in front."""
    return "".join(sign for sign in phone if sign.isdigit() or sign == "+")
