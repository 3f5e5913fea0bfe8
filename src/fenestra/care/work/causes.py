"""What has been raised of one kind, by its cause: for rooms that raise and settle items by the clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from fenestra.care.work.models import Item, ItemStep
from fenestra.care.work.rules import ItemKind, ItemState, Level, StepKind
from fenestra.ground.book.scope import Scope


@dataclass(frozen=True)
class CauseValue:
    """One cause: how often it was raised, how grave its newest item is, whether that is open, and whether a human said
    that it is done."""

    about: str
    times: int
    level: Level
    is_open: bool
    done_by_human: bool

    @property
    def may_be_raised(self) -> bool:
        """It is not on the list, and no human took it off: what a human has called done stays done."""
        return not (self.is_open or self.done_by_human)


def causes(scope: Scope, kind: ItemKind, *, abouts: Iterable[str]) -> dict[str, CauseValue]:
    """Everything ever raised about these causes, and what is open of this kind whatever its cause."""
    of_kind = Item.objects.filter(clinic_id=scope.clinic_id, kind=kind.value)
    ends = ItemStep.objects.filter(item=OuterRef("pk"), kind=StepKind.DONE.value).order_by("-pk")
    wanted = of_kind.filter(about__in=list(abouts)) | of_kind.exclude(state=ItemState.DONE.value)
    found: dict[str, CauseValue] = {}
    for row in wanted.annotate(ended_by=Subquery(ends.values("by_id")[:1])).order_by("pk"):
        before = found.get(row.about)
        is_open = row.state != ItemState.DONE.value
        by_human = not is_open and row.ended_by is not None
        times = before.times + 1 if before else 1
        found[row.about] = CauseValue(row.about, times, Level(row.level), is_open, by_human)
    return found
