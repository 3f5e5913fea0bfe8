"""Verbs that keep days of use and without, one row for a day, a substance and a source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from fenestra.care.measures import rules
from fenestra.care.measures.models import UseDay
from fenestra.care.measures.rows import common, correction, measured_person, standing, tell
from fenestra.care.measures.rules import ToldDay
from fenestra.care.people.models import Person
from fenestra.care.people.rules import chosen
from fenestra.ground.book.act import Act, Done, act


@act("kept days of use", happened=True)
def record_use_days(
    act: Act, *, person_id: int, days: Sequence[Mapping[str, Any]], source: str, told_at: datetime | None = None
) -> Done:
    """Keep several days: each with `day`, `substance`, `used` (None: not said), `amount` and `unit`.

    The same account told again is kept once. Another account of the same day from the same source is refused: it is
    corrected instead. Two sources may disagree; both stand.
    """
    today = act.by.day_of(act.at)
    told = rules.told_days(days, today=today)
    person = measured_person(act, person_id, min(one.day for one in told))
    source = chosen(rules.Source, source, field="source").value
    said, fresh = _said(person, source, told), []
    for one in told:
        if (one.day, one.substance.value) in said:
            rules.check_same_day(one, said[one.day, one.substance.value])
            continue
        fresh.append(
            UseDay(
                **common(act, person, one.day, source, told_at), substance=one.substance.value, used=one.used,
                amount=one.amount, unit=one.unit,
            )
        )  # fmt: skip
    made = act.add_many(fresh)
    row = made[-1] if made else None
    if row is not None:
        tell(act, person, row)
    return act.done(row, "1 day is kept." if len(told) == 1 else f"{len(told)} days are kept.")


def _said(person: Person, source: str, told: tuple[ToldDay, ...]) -> dict[tuple[Any, str], tuple[Any, ...]]:
    """What stands already for these days from this source."""
    rows = standing(UseDay, person=person, source=source, day__in=[one.day for one in told])
    return {(row.day, row.substance): (row.used, row.amount, row.unit) for row in rows.order_by("pk")}


@act("corrected a day of use", happened=True)
def correct_use_day(
    act: Act,
    *,
    use_day_id: int,
    used: bool | None,
    amount: Decimal | None = None,
    unit: str = "",
    reason: str,
) -> Done:
    """Say otherwise about one day, with a reason; the first answer stays and both are shown."""
    was = UseDay.objects.filter(pk=use_day_id, person__clinic_id=act.by.clinic_id).first()
    if was is None:
        raise rules.NoSuchRow("There is no such day in this clinic.")
    person = measured_person(act, was.person_id, was.day)
    told = {"day": was.day, "substance": was.substance, "used": used, "amount": amount, "unit": unit}
    one = rules.told_day(told, today=act.by.day_of(act.at))
    fixed = correction(act, person, UseDay, was.pk, reason)
    made = act.add(
        UseDay(
            **common(act, person, was.day, was.source, None), **fixed, substance=was.substance, used=one.used,
            amount=one.amount, unit=one.unit,
        )
    )  # fmt: skip
    tell(act, person, made)
    return act.done(made, "The day is corrected; the first answer stays.")
