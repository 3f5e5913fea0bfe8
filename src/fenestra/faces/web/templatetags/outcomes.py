"""Filters of the research pages."""

from __future__ import annotations

from django import template

from fenestra.faces.web.research.scale import DAYS_A_WEEK

register = template.Library()


@register.filter
def share(told: float) -> str:
    """31 for a share of 0.31: per cent, as an interval's end."""
    return f"{100 * told:.0f}"


@register.filter
def week(day: int) -> int:
    """The week after the start that ends on this day."""
    return day // DAYS_A_WEEK


@register.filter
def words(told: str) -> str:
    """odds ratio, for odds_ratio."""
    return told.replace("_", " ")
