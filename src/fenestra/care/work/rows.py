"""Rows every verb of this room begins with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from fenestra.care.work import rules
from fenestra.care.work.models import AnswerTime, Cover, Item, ItemStep
from fenestra.care.work.rules import ItemState, Span, StepKind
from fenestra.ground.book import vault
from fenestra.ground.book.act import Act


def item_of(act: Act, item_id: int) -> Item:
    """The item, locked; a refusal that does not say whether it exists elsewhere."""
    found = Item.objects.select_for_update(of=("self",)).filter(clinic_id=act.by.clinic_id, pk=item_id).first()
    if found is None:
        raise rules.NoSuchItem("There is no such item in this clinic.")
    act.about("item", found.pk, person_id=found.person_id)
    return found


def open_item_of(act: Act, kind: str, about: str) -> Item | None:
    """The item of this cause that is not over, if there is one."""
    rows = Item.objects.filter(clinic_id=act.by.clinic_id, kind=kind, about=about)
    return rows.exclude(state=ItemState.DONE.value).first()


def step(act: Act, item: Item, kind: StepKind, words: str = "") -> ItemStep:
    """What happened with the item, kept. Words about a person are sealed under their key."""
    stored = vault.lock(item.person_id, words) if item.person_id else words
    made = act.add(ItemStep(item=item, kind=kind.value, words=stored, at=act.at, by_id=act.by.staff_id))
    act.tell("work.changed", about="item", about_id=item.pk, row_id=made.pk)
    return made


def standing_cover(clinic_id: int) -> QuerySet[Cover]:
    """Cover as it is declared now: without what was corrected and without what was taken back."""
    corrected = Cover.objects.filter(clinic_id=clinic_id).exclude(corrects=None).values("corrects_id")
    return Cover.objects.filter(clinic_id=clinic_id).exclude(pk__in=corrected)


def spans_since(clinic_id: int, since: datetime) -> list[Span]:
    """Every stretch of declared cover that is not over at `since`."""
    rows = standing_cover(clinic_id).filter(Q(ends_at__gt=since))
    return list(rows.values_list("starts_at", "ends_at"))


def newest_answer_times(clinic_id: int) -> dict[str, AnswerTime]:
    """The declared answer time of each level; the newest row counts."""
    rows: Iterable[AnswerTime] = AnswerTime.objects.filter(clinic_id=clinic_id).order_by("pk")
    return {row.level: row for row in rows}
