"""Days of use of many people at once, for curves: a small row per day in place of everything that is known of it.

A clinic's year is some ten thousand of these; reading them as values with their corrections takes four times as long.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple, Protocol

from fenestra.care.measures.models import UseDay
from fenestra.ground.book.scope import Mask, Scope

COLUMNS = ("pk", "corrects_id", "person_id", "day", "source", "used", "amount", "unit")


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
    """What stands of every day of these people, oldest day first, in one question to the database; a person without any
    has an empty tuple."""
    wanted = set(person_ids) - mask.people
    kept = UseDay.objects.filter(person_id__in=wanted, person__clinic_id=scope.clinic_id, substance=substance)
    rows = list(kept.order_by("day", "at", "pk").values_list(*COLUMNS))
    replaced = {row[1] for row in rows}
    found: dict[int, list[DaySaid]] = {each: [] for each in wanted}
    for pk, _, person_id, *said in rows:
        if pk not in replaced:
            found[person_id].append(DaySaid(*said))
    return {person_id: tuple(days) for person_id, days in found.items()}


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
