"""Items nobody took in the time the clinic declared are told to the next role. Asked by the clock.

Without a declared answer time nothing is escalated: no minutes are made up here, and the page says that none is
declared. Minutes without cover do not count.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from fenestra.care.work.models import AnswerTime, Item
from fenestra.care.work.rows import newest_answer_times, spans_since, step
from fenestra.care.work.rules import ItemState, StepKind, instant_after
from fenestra.ground.book.act import Act, Done, act
from fenestra.ground.book.scope import Scope
from fenestra.ground.clinic import queries as clinics


def look(at: datetime) -> None:
    """Escalate what is due, clinic by clinic. Called each second; an item is escalated once."""
    for clinic in clinics.clinics():
        scope = Scope(clinic.id, None, frozenset(), clinic.time_zone, "the clock")
        times = newest_answer_times(clinic.id)
        for item, due in _due(clinic.id, times, at):
            key = f"escalated:{item.pk}:{due.isoformat()}"
            _escalate(by=scope, at=at, key=key, item_id=item.pk, then_role=times[item.level].then_role)


def _due(clinic_id: int, times: dict[str, AnswerTime], at: datetime) -> Iterator[tuple[Item, datetime]]:
    """Open items whose answer time has passed, with the moment it did."""
    if not times:
        return
    soonest = at - timedelta(minutes=min(row.minutes for row in times.values()))
    waiting = Item.objects.filter(
        clinic_id=clinic_id, state=ItemState.OPEN.value, escalated_at=None, level__in=times, opened_at__lte=soonest
    )
    rows = list(waiting.order_by("opened_at"))
    spans = spans_since(clinic_id, rows[0].opened_at) if rows else []
    for row in rows:
        due = instant_after(times[row.level].minutes, spans, row.opened_at)
        if due is not None and due <= at:
            yield row, due


@act("escalated an item of work")
def _escalate(act: Act, *, item_id: int, then_role: str) -> Done:
    """Asked once more under the item's lock: somebody may have taken it since the clock looked."""
    item = Item.objects.select_for_update(of=("self",)).get(pk=item_id, clinic_id=act.by.clinic_id)
    act.about("item", item.pk, person_id=item.person_id)
    if item.state != ItemState.OPEN.value or item.escalated_at is not None:
        return act.done(item, "Somebody took it meanwhile.")
    item = act.change(item, escalated_at=act.at, escalated_to=then_role)
    step(act, item, StepKind.ESCALATED, f"Nobody took it in the declared time; told to the {then_role}.")
    return act.done(item, "Escalated.")


escalate_due = look
