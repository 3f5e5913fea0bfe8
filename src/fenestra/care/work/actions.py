"""Verbs on items of work: open, take, note, do, settle. Cover stands in `cover.py`, the clock in `clock.py`."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from fenestra.care.people.actions import person_of
from fenestra.care.people.rules import chosen
from fenestra.care.work import rules
from fenestra.care.work.clock import escalate_due
from fenestra.care.work.cover import declare_answer_time, declare_cover, take_back_cover
from fenestra.care.work.models import Item
from fenestra.care.work.rows import item_of, open_item_of, step
from fenestra.care.work.rules import ItemKind, ItemState, Level, StepKind
from fenestra.ground.book.act import Act, Done, act
from fenestra.ground.clinic.rules import check_has

__all__ = [
    "declare_answer_time",
    "declare_cover",
    "escalate_due",
    "finish",
    "note",
    "open_item",
    "remark",
    "settle",
    "settle_all",
    "take",
    "take_back_cover",
]


@act("opened an item of work")
def open_item(
    act: Act,
    *,
    kind: str,
    about: str,
    level: str,
    owner_role: str,
    person_id: int | None = None,
    words: str = "",
    due_at: datetime | None = None,
) -> Done:
    """Raise what a human must do. The same cause while it is still open gives the same item; if it is worse now, the
    item becomes as grave as that. `about` names the cause, for example "response:12"; `owner_role` is a role of the
    house or `rules.ON_COVER`."""
    kind, level = chosen(ItemKind, kind, field="kind").value, chosen(Level, level, field="level").value
    rules.check_owner_role(owner_role)
    there = open_item_of(act, kind, about)
    if there is None:
        person = person_of(act.by, person_id) if person_id else None
        fresh = Item(
            clinic_id=act.by.clinic_id, person=person, kind=kind, about=about, level=level, opened_at=act.at,
            due_at=due_at, owner_role=owner_role, state=ItemState.OPEN.value,
        )  # fmt: skip
        try:
            with transaction.atomic():
                made = act.add(fresh)
        except IntegrityError:
            there = open_item_of(act, kind, about)  # the same cause at the same moment from another screen
            if there is None:
                raise
        else:
            act.about("item", made.pk, person_id=person_id)
            step(act, made, StepKind.OPENED, words)
            return act.done(made, "It is on the work list.")
    act.about("item", there.pk, person_id=there.person_id)
    if rules.is_worse(level, than=there.level):
        there = act.change(there, level=level)
        step(act, there, StepKind.RAISED, words)
    return act.done(there, "It is on the work list already.")


@act("took an item of work")
def take(act: Act, *, item_id: int, version: int | None = None) -> Done:
    """This human owes it from now on; also what somebody else had taken. `version` is the item as it was seen."""
    check_has(act.by.roles, rules.WORKS, "take an item of work")
    item = item_of(act, item_id)
    rules.check_can_take(ItemState(item.state), owner_id=item.owner_id, by_id=act.by.staff_id)
    item = act.change(item, seen=version, state=ItemState.TAKEN.value, owner_id=act.by.staff_id)
    step(act, item, StepKind.TAKEN)
    return act.done(item, "It is yours.")


@act("noted something on an item of work")
def note(act: Act, *, item_id: int, words: str) -> Done:
    """Write what was tried, while the item stays open."""
    check_has(act.by.roles, rules.WORKS, "write on an item of work")
    item = item_of(act, item_id)
    rules.check_open(ItemState(item.state))
    made = step(act, item, StepKind.NOTED, rules.check_words(words, what="what was tried"))
    return act.done(made, "Noted.")


@act("finished an item of work")
def finish(act: Act, *, item_id: int, words: str, version: int | None = None) -> Done:
    """The item is done; the words say what was done."""
    check_has(act.by.roles, rules.WORKS, "finish an item of work")
    item = item_of(act, item_id)
    rules.check_open(ItemState(item.state))
    told = rules.check_words(words, what="what was done")
    owner_id = item.owner_id or act.by.staff_id
    item = act.change(item, seen=version, state=ItemState.DONE.value, owner_id=owner_id)
    step(act, item, StepKind.DONE, told)
    return act.done(item, "Done, and kept.")


@act("settled an item of work")
def settle(act: Act, *, kind: str, about: str, words: str) -> Done:
    """What was owed has happened elsewhere (the screening is decided, the check-in has come): the open item of this
    cause is done. Nothing happens when there is none."""
    item = open_item_of(act, kind, about)
    if item is None:
        return act.done(None, "Nothing was open.")
    act.about("item", item.pk, person_id=item.person_id)
    item = act.change(item, state=ItemState.DONE.value)
    step(act, item, StepKind.DONE, words)
    return act.done(item, "Done, and kept.")


@act("settled items of work of a person")
def settle_all(act: Act, *, kind: str, person_id: int, words: str) -> Done:
    """Every open item of this kind about this person is done, whatever raised it."""
    rows = Item.objects.filter(clinic_id=act.by.clinic_id, person_id=person_id, kind=kind)
    for item in rows.exclude(state=ItemState.DONE.value):
        step(act, act.change(item, state=ItemState.DONE.value), StepKind.DONE, words)
    return act.done(None, "Nothing of this kind is open.")


@act("added to an item of work")
def remark(act: Act, *, kind: str, about: str, words: str) -> Done:
    """Something the owner of this cause must know, from another room. Nothing happens when no such item is open."""
    item = open_item_of(act, kind, about)
    if item is None:
        return act.done(None, "Nothing was open.")
    act.about("item", item.pk, person_id=item.person_id)
    return act.done(step(act, item, StepKind.NOTED, words), "Noted.")
