"""What pages read of work and cover, by clinic and behind the mask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When, Window
from django.db.models.functions import Coalesce

from fenestra.care.work import rules
from fenestra.care.work.models import AnswerTime, Cover, Item, ItemStep
from fenestra.care.work.rows import newest_answer_times, spans_since, standing_cover
from fenestra.care.work.rules import ItemKind, ItemState, Level, Span, StepKind
from fenestra.ground.book import vault
from fenestra.ground.book.scope import Mask, Scope
from fenestra.ground.clinic import queries as clinics

MOST_SHOWN = 200
HIDDEN = "(hidden from your role)"


@dataclass(frozen=True)
class ItemValue:
    """One thing somebody owes. `due_at` was told by what raised it; `answer_by` is when the declared answer time and
    cover say that somebody has taken it, None when either is not declared."""

    id: int
    kind: ItemKind
    about: str
    level: Level
    person_id: int | None
    words: str
    opened_at: datetime
    due_at: datetime | None
    answer_by: datetime | None
    owner_role: str
    owner_id: int | None
    owner: str
    state: ItemState
    escalated_at: datetime | None
    escalated_to: str
    version: int

    @property
    def deadline(self) -> datetime | None:
        """What closes first: while nobody has taken it, the answer; else what it is due for."""
        waiting = self.answer_by if self.state is ItemState.OPEN else None
        told = [each for each in (waiting, self.due_at) if each is not None]
        return min(told, default=None)


@dataclass(frozen=True)
class StepValue:
    kind: StepKind
    words: str
    at: datetime
    by_id: int | None
    by: str


@dataclass(frozen=True)
class DutyValue:
    """One stretch of declared cover."""

    id: int
    staff_id: int
    name: str
    phone: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class AnswerTimeValue:
    level: Level
    minutes: int
    then_role: str
    at: datetime


def _seen(scope: Scope, mask: Mask) -> QuerySet[Item]:
    """Items of this clinic the asker may see."""
    return Item.objects.filter(clinic_id=scope.clinic_id).exclude(person_id__in=mask.people)


def _read(rows: QuerySet[Item]) -> QuerySet[Any]:
    """What a value needs beside its row, in the same question: the newest words that raised it, who has it, the key."""
    raised = ItemStep.objects.filter(item=OuterRef("pk"), kind__in=(StepKind.OPENED.value, StepKind.RAISED.value))
    return vault.with_keys(rows).annotate(
        said=Subquery(raised.order_by("-pk").values("words")[:1]), owner_name=F("owner__name")
    )


def _worst_first(rows: QuerySet[Item]) -> QuerySet[Item]:
    """By level, then by what closes first; what has no day of its own stands by when it was opened."""
    ranks = [When(level=level.value, then=Value(rules.rank(level))) for level in Level]
    return rows.annotate(
        rank=Case(*ranks, default=Value(len(ranks)), output_field=IntegerField()),
        closes=Coalesce(F("due_at"), F("opened_at")),
    ).order_by("rank", "closes", "pk")


def _waiting(scope: Scope, mask: Mask, at: datetime) -> QuerySet[Item]:
    return _seen(scope, mask).exclude(state=ItemState.DONE.value).filter(opened_at__lte=at)


def items(
    scope: Scope,
    mask: Mask,
    at: datetime,
    owner_id: int | None = None,
    limit: int = MOST_SHOWN,
    *,
    person_id: int | None = None,
) -> tuple[ItemValue, ...]:
    """Items that are not over, what harms and what closes first on top; as many questions to the database for five
    thousand as for one. `owner_id` keeps those this human has taken."""
    rows = _waiting(scope, mask, at)
    rows = rows if owner_id is None else rows.filter(owner_id=owner_id)
    rows = rows if person_id is None else rows.filter(person_id=person_id)
    return _values(scope, mask, _worst_first(rows)[:limit])


def first_items(scope: Scope, mask: Mask, at: datetime, limit: int) -> tuple[tuple[ItemValue, ...], int]:
    """The first of `items`, and how many are not over in all; one question for both."""
    found = list(_read(_worst_first(_waiting(scope, mask, at)).annotate(all_of_them=Window(Count("pk"))))[:limit])
    return _values_of(scope, mask, found), found[0].all_of_them if found else 0


def how_many(scope: Scope, mask: Mask, at: datetime) -> int:
    """All items that are not over."""
    return _waiting(scope, mask, at).count()


def done_lately(scope: Scope, mask: Mask, *, since: datetime, limit: int = MOST_SHOWN) -> tuple[ItemValue, ...]:
    """What was done since then, newest first, for the page's history."""
    ended = ItemStep.objects.filter(kind=StepKind.DONE.value, at__gte=since).values("item_id")
    rows = _seen(scope, mask).filter(state=ItemState.DONE.value, pk__in=ended).order_by("-pk")
    return _values(scope, mask, rows[:limit])


def item(scope: Scope, mask: Mask, item_id: int) -> ItemValue:
    """One item of this clinic, done or not."""
    found = _values(scope, mask, _seen(scope, mask).filter(pk=item_id))
    if not found:
        raise rules.NoSuchItem("There is no such item in this clinic.")
    return found[0]


def of_cause(scope: Scope, mask: Mask, about: str) -> tuple[ItemValue, ...]:
    """What one cause has raised, done or not, newest first."""
    return _values(scope, mask, _seen(scope, mask).filter(about=about).order_by("-pk"))


def steps(scope: Scope, mask: Mask, item_id: int) -> tuple[StepValue, ...]:
    """What happened with one item, in order."""
    row = _seen(scope, mask).filter(pk=item_id).first()
    if row is None:
        raise rules.NoSuchItem("There is no such item in this clinic.")
    found = list(ItemStep.objects.filter(item=row).order_by("pk"))
    who = clinics.names(scope, mask, {each.by_id for each in found if each.by_id})
    with vault.keys_at_hand([row.person_id] if row.person_id else []):
        return tuple(
            StepValue(
                StepKind(each.kind), _words(row, each.words, mask), each.at, each.by_id, who.get(each.by_id or 0, "")
            )
            for each in found
        )


def _words(row: Item, stored: str, mask: Mask) -> str:
    """Free text about a person may name them, so it is hidden from whoever may not know who they are."""
    if row.person_id is None or not stored:
        return stored
    return HIDDEN if mask.hides("identity") else vault.unlock(row.person_id, stored)


def _values(scope: Scope, mask: Mask, rows: QuerySet[Item]) -> tuple[ItemValue, ...]:
    return _values_of(scope, mask, list(_read(rows)))


def _values_of(scope: Scope, mask: Mask, rows: Sequence[Any]) -> tuple[ItemValue, ...]:
    """`rows` as `_read` reads them."""
    if not rows:
        return ()
    times = newest_answer_times(scope.clinic_id)
    spans = rules.merged(spans_since(scope.clinic_id, min(row.opened_at for row in rows))) if times else []
    with vault.keys_of(rows):
        return tuple(_value(row, mask, _answer_by(row, times, spans)) for row in rows)


def _answer_by(row: Item, times: dict[str, AnswerTime], spans: Sequence[Span]) -> datetime | None:
    told = times.get(row.level)
    return rules.instant_after(told.minutes, spans, row.opened_at) if told else None


def _value(row: Any, mask: Mask, answer_by: datetime | None) -> ItemValue:
    return ItemValue(
        row.pk, ItemKind(row.kind), row.about, Level(row.level), row.person_id, _words(row, row.said or "", mask),
        row.opened_at, row.due_at, answer_by, row.owner_role, row.owner_id, row.owner_name or "",
        ItemState(row.state), row.escalated_at, row.escalated_to, row.version,
    )  # fmt: skip


# ---- who is on duty, and when somebody reads


def covers(scope: Scope, mask: Mask, *, since: datetime, until: datetime) -> tuple[DutyValue, ...]:
    """Cover declared for any part of this stretch of time, in order of its start."""
    rows = standing_cover(scope.clinic_id).filter(ends_at__gt=since, starts_at__lt=until)
    rows = rows.filter(ends_at__gt=F("starts_at"))  # what was taken back before it began has no length
    return tuple(
        DutyValue(row.pk, row.staff_id, row.staff.name, row.staff.phone, row.starts_at, row.ends_at)
        for row in rows.select_related("staff").order_by("starts_at", "staff__name")
    )


def check_cover(scope: Scope, mask: Mask, cover_id: int) -> None:
    """Refuse a stretch of cover that was never declared in this clinic."""
    if not Cover.objects.filter(clinic_id=scope.clinic_id, pk=cover_id).exists():
        raise rules.NoSuchItem("No such cover was declared in this clinic.")


def on_duty(scope: Scope, mask: Mask, at: datetime) -> tuple[DutyValue, ...]:
    """Who the clinic declared to be on duty at this moment; empty when nobody is."""
    rows = standing_cover(scope.clinic_id).filter(Q(starts_at__lte=at) & Q(ends_at__gt=at)).select_related("staff")
    return tuple(
        DutyValue(row.pk, row.staff_id, row.staff.name, row.staff.phone, row.starts_at, row.ends_at)
        for row in rows.order_by("ends_at", "staff__name")
    )


def answer_times(scope: Scope, mask: Mask) -> dict[Level, AnswerTimeValue]:
    """What the clinic declared for each level; a level without one is not among them."""
    return {
        Level(level): AnswerTimeValue(Level(level), row.minutes, row.then_role, row.at)
        for level, row in newest_answer_times(scope.clinic_id).items()
    }


def read_by(scope: Scope, mask: Mask, level: str, at: datetime) -> datetime | None:
    """When somebody on the declared cover has read an item of this level raised now. None when the clinic declared no
    cover that reaches so far, or no answer time: then the page says so plainly (`read_by_words`)."""
    told = newest_answer_times(scope.clinic_id).get(Level(level).value)
    if told is None:
        return None
    return rules.instant_after(told.minutes, spans_since(scope.clinic_id, at), at)


def read_by_words(scope: Scope, mask: Mask, level: str, at: datetime) -> str:
    """The same as a plain sentence, for staff and for the person's own page. Promises nothing nobody declared."""
    when = read_by(scope, mask, level, at)
    zone = scope.zone
    if when is not None:
        here, day = when.astimezone(zone), at.astimezone(zone).date()
        moment = f"{here:%H:%M} today" if here.date() == day else f"{here:%H:%M on %A %-d %B}"
        return f"Somebody of the clinic reads this by {moment}."
    if on_duty(scope, mask, at):
        return "Somebody of the clinic is on duty now, but nobody has said how soon this is read. Do not wait for it."
    return "Nobody of the clinic is on duty now, and nobody has said when this is read. Do not wait for it."
