"""Days of use of many people at once, for curves: a small row per day in place of everything that is known of it.

A clinic's year is some ten thousand of these; reading them as values with their corrections takes four times as long.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple, Protocol

from django.db.models import IntegerField, TextField
from django.db.models.functions import Cast

from fenestra.care.measures.models import UseDay
from fenestra.ground.book.scope import Mask, Scope

# Read as the database keeps them: turning each of sixty thousand days, answers and amounts into a value of its own takes
# longer than everything else here, and there are only some hundred of each.
AS_KEPT = {
    "day_text": Cast("day", TextField()),
    "used_number": Cast("used", IntegerField()),
    "amount_text": Cast("amount", TextField()),
}
COLUMNS = ("pk", "person_id", "day_text", "source", "used_number", "amount_text", "unit")
ANSWERS = {None: None, 0: False, 1: True}
HUNDREDTH = Decimal("0.01")  # as the column keeps an amount


class Said(Protocol):
    """One account of a day."""

    @property
    def used(self) -> bool | None: ...
    @property
    def amount(self) -> Decimal | None: ...
    @property
    def unit(self) -> str: ...


class DaySaid(NamedTuple):
    """What one source says of one day, corrections in force; `used` is None when the person would rather not say."""

    day: date
    source: str
    used: bool | None
    amount: Decimal | None
    unit: str


def days_said_of_many(
    scope: Scope, mask: Mask, person_ids: Iterable[int], substance: str
) -> dict[int, tuple[DaySaid, ...]]:
    """What stands of every day of these people, oldest day first, in two questions to the database; a person without any
    has an empty tuple."""
    wanted = set(person_ids) - mask.people
    kept = UseDay.objects.filter(person_id__in=wanted, person__clinic_id=scope.clinic_id, substance=substance)
    replaced = set(kept.exclude(corrects=None).values_list("corrects_id", flat=True))
    found: dict[int, list[DaySaid]] = {each: [] for each in wanted}
    rows = kept.annotate(**AS_KEPT).order_by("person_id", "day", "at", "pk").values_list(*COLUMNS)
    for pk, person_id, day, source, used, amount, unit in rows.iterator():
        if pk not in replaced:
            found[person_id].append(DaySaid(_day(day), source, ANSWERS[used], _amount(amount), unit))
    return {person_id: tuple(days) for person_id, days in found.items()}


@lru_cache(maxsize=4000)
def _day(text: str) -> date:
    return date.fromisoformat(text)


@lru_cache(maxsize=4000)
def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text).quantize(HUNDREDTH)


def together(told: Sequence[Said]) -> tuple[bool | None, Decimal | None, str]:
    """What several accounts of one day come to: use that any source tells is use, with the larger amount told in one unit,
    so that nothing is overlooked."""
    if len(told) == 1:
        return told[0].used, told[0].amount, told[0].unit if told[0].amount is not None else ""
    said = {each.used for each in told if each.used is not None}
    used = True if True in said else (False if said else None)
    counted = [(each.amount, each.unit) for each in told if each.used == used and each.amount is not None]
    if not counted or len({unit for _, unit in counted}) > 1:
        return used, None, ""
    return used, *max(counted)
