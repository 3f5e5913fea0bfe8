"""What pages and upper rooms read of measures, by clinic and behind the mask.

Every list holds the rows that stand, newest day first; what a correction replaced is carried in `earlier`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar, cast

from fenestra.care.measures import rules, values
from fenestra.care.measures.models import Measured, Response, Test, UseDay, Weight
from fenestra.care.measures.said import together
from fenestra.care.measures.values import (
    AlertSaid,
    DayValue,
    MeasureValue,
    PurposeValue,
    ResponseValue,
    TestValue,
    UseDayValue,
    WeightValue,
)
from fenestra.care.people import queries as people
from fenestra.ground.book import vault
from fenestra.ground.book.scope import Mask, Scope
from fenestra.science.instruments import Scored, fulfils, instruments_for

Value = TypeVar("Value", bound=MeasureValue)
Kept = TypeVar("Kept", bound=Measured)
HIDDEN = people.HIDDEN


def responses(scope: Scope, mask: Mask, person_id: int, instrument: str | None = None) -> tuple[ResponseValue, ...]:
    """Answered forms of one person, newest first; of one instrument when named."""
    which = {"instrument": instrument} if instrument else {}
    return _of_one(scope, mask, Response, _response, person_id, **which)


def use_days(
    scope: Scope, mask: Mask, person_id: int, substance: str | None = None, *, days: Collection[date] | None = None
) -> tuple[UseDayValue, ...]:
    """Days of use and without, newest first: one for each day, substance and source; only of these days when given."""
    which: dict[str, Any] = {"substance": substance} if substance else {}
    which |= {"day__in": days} if days is not None else {}
    return _of_one(scope, mask, UseDay, _use_day, person_id, **which)


def weights(scope: Scope, mask: Mask, person_id: int) -> tuple[WeightValue, ...]:
    return _of_one(scope, mask, Weight, _weight, person_id)


def tests(scope: Scope, mask: Mask, person_id: int, substance: str | None = None) -> tuple[TestValue, ...]:
    which = {"substance": substance} if substance else {}
    return _of_one(scope, mask, Test, _test, person_id, **which)


def response(scope: Scope, mask: Mask, response_id: int) -> ResponseValue:
    """One answered form, corrected since or not."""
    return _one(scope, mask, Response, _response, response_id)


def use_day(scope: Scope, mask: Mask, use_day_id: int) -> UseDayValue:
    return _one(scope, mask, UseDay, _use_day, use_day_id)


def weight(scope: Scope, mask: Mask, weight_id: int) -> WeightValue:
    return _one(scope, mask, Weight, _weight, weight_id)


def test(scope: Scope, mask: Mask, test_id: int) -> TestValue:
    return _one(scope, mask, Test, _test, test_id)


def history(value: Value) -> tuple[Value, ...]:
    """Everything ever said in this place, the first answer first."""
    return (*cast("tuple[Value, ...]", value.earlier), value)  # what a value replaced is of its own kind


# ---- of many people at once, for curves


def tests_of_many(
    scope: Scope, mask: Mask, person_ids: Iterable[int], substance: str | None = None
) -> dict[int, tuple[TestValue, ...]]:
    """Tests of these people, in as many questions as for one; a person without any has an empty tuple."""
    which = {"substance": substance} if substance else {}
    return _of_many(scope, mask, Test, _test, person_ids, **which)


def by_day(days: Iterable[UseDayValue]) -> tuple[DayValue, ...]:
    """What the sources together say of each day and substance, oldest day first."""
    told: dict[tuple[Any, str], list[UseDayValue]] = defaultdict(list)
    for each in days:
        told[each.day, each.substance].append(each)
    return tuple(_day(each) for _, each in sorted(told.items()))


def _day(told: list[UseDayValue]) -> DayValue:
    used, amount, unit = together(told)
    disagree = {True, False} <= {each.used for each in told}
    return DayValue(told[0].day, told[0].substance, used, amount, unit, disagree, tuple(told))


# ---- gates


def purposes_open(
    scope: Scope, mask: Mask, person_id: int, at: datetime, answered: Sequence[ResponseValue] | None = None
) -> tuple[PurposeValue, ...]:
    """Each purpose this person's treatment asks for, with the newest whole form that met it, or none. Any instrument
    that fulfils a purpose will do. Who has the person's `responses` at hand gives them as `answered`."""
    treated = {s for each in people.episodes(scope, mask, person_id) if each.open for s in each.substances}
    day = scope.day_of(at)
    known = responses(scope, mask, person_id) if answered is None else answered
    forms = [each for each in known if each.day <= day]
    shipped = rules.purposes()
    return tuple(_purpose(name, forms, shipped) for name in rules.wanted_purposes(treated))


def _purpose(name: str, forms: Sequence[ResponseValue], shipped: Any) -> PurposeValue:
    instruments = tuple(each.id for each in instruments_for(name, shipped))
    met_by = next((form for form in forms if fulfils(name, _scored(form), shipped)), None)
    return PurposeValue(name, instruments, met_by)


def _scored(form: ResponseValue) -> Scored:
    """The stored score as the gates of the science ask for it."""
    return Scored(
        instrument=form.instrument, total=form.total, band=form.band or None, bands={}, complete=form.complete,
        missing=(), subscales=form.subscales, alerts=(),
    )  # fmt: skip


# ---- rows to values

Turn = Callable[[Any, dict[str, Any]], Value]


def _of_one(
    scope: Scope, mask: Mask, kind: type[Kept], turn: Turn[Value], person_id: int, **which: Any
) -> tuple[Value, ...]:
    return _of_many(scope, mask, kind, turn, [person_id], **which)[person_id]


def _of_many(
    scope: Scope, mask: Mask, kind: type[Kept], turn: Turn[Value], person_ids: Iterable[int], **which: Any
) -> dict[int, tuple[Value, ...]]:
    wanted = set(person_ids) - mask.people
    rows = kind._default_manager.filter(person_id__in=wanted, person__clinic_id=scope.clinic_id, **which)
    found: dict[int, list[Kept]] = {each: [] for each in wanted}
    for row in rows.order_by("day", "at", "pk"):
        found[row.person_id].append(row)
    with vault.keys_at_hand({row.person_id for told in found.values() for row in told if row.reason}):
        turned = {person_id: _standing(told, turn, mask) for person_id, told in found.items()}
    return {each: turned.get(each, ()) for each in {*wanted, *person_ids}}


def _one(scope: Scope, mask: Mask, kind: type[Kept], turn: Turn[Value], row_id: int) -> Value:
    row = kind._default_manager.filter(pk=row_id, person__clinic_id=scope.clinic_id).first()
    if row is None or row.person_id in mask.people:
        raise rules.NoSuchRow("There is no such measure in this clinic.")
    chain = [row]
    while chain[0].corrects is not None:
        chain.insert(0, cast(Kept, chain[0].corrects))
    return _standing(chain, turn, mask)[0]


def _standing(rows: list[Kept], turn: Turn[Value], mask: Mask) -> tuple[Value, ...]:
    """The rows no other corrects, newest first, each with the chain it stands on."""
    by_id = {row.pk: row for row in rows}
    replaced = {row.corrects_id for row in rows}
    found = [_with_earlier(row, by_id, turn, mask) for row in rows if row.pk not in replaced]
    return tuple(reversed(found))


def _with_earlier(row: Kept, by_id: dict[int, Kept], turn: Turn[Value], mask: Mask) -> Value:
    was = by_id.get(row.corrects_id or 0)
    earlier: tuple[Value, ...] = ()
    if was is not None:
        before = _with_earlier(was, by_id, turn, mask)
        earlier = history(before)
    return turn(row, {**_common(row, mask), "earlier": earlier})


def _common(row: Measured, mask: Mask) -> dict[str, Any]:
    reason = row.reason and (HIDDEN if mask.hides("identity") else vault.unlock(row.person_id, row.reason))
    return {
        "id": row.pk, "person_id": row.person_id, "day": row.day, "at": row.at, "entered_at": row.entered_at,
        "by_id": row.by_id, "source": row.source, "reason": reason,
    }  # fmt: skip


def _response(row: Response, common: dict[str, Any]) -> ResponseValue:
    subscales = {name: None if told is None else Decimal(told) for name, told in row.subscales.items()}
    alerts = tuple(AlertSaid(each["on"], each["level"], each["say"]) for each in row.alerts)
    return ResponseValue(
        **common, instrument=row.instrument, instrument_hash=row.instrument_hash, purpose=row.purpose,
        repeat=row.repeat, answers=dict(row.answers), total=row.total, band=row.band, complete=row.complete,
        subscales=subscales, alerts=alerts,
    )  # fmt: skip


def _use_day(row: UseDay, common: dict[str, Any]) -> UseDayValue:
    return UseDayValue(**common, substance=row.substance, used=row.used, amount=row.amount, unit=row.unit)


def _weight(row: Weight, common: dict[str, Any]) -> WeightValue:
    return WeightValue(**common, kg=row.kg)


def _test(row: Test, common: dict[str, Any]) -> values.TestValue:
    return TestValue(
        **common, kind=row.kind, substance=row.substance, positive=row.positive, value=row.value, unit=row.unit
    )
