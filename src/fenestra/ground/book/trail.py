"""Who saw a person: what the audit lines answer, newest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from fenestra.ground.book.models import AuditLine
from fenestra.ground.book.scope import Scope

MOST_SHOWN = 500
FIELDS = ("pk", "at", "kind", "what", "by_id", "person_id", "about", "reason")


@dataclass(frozen=True)
class Look:
    """One line about the person. `reason` is as it is stored, under the person's key. `in_list`: the page showed others
    too. `by_id` is empty for the person at their own page, a device and the clock."""

    line_id: int
    at: datetime
    kind: str
    what: str
    by_id: int | None
    about: str
    reason: str
    in_list: bool


@dataclass(frozen=True)
class Trail:
    """The newest lines, and how many there are in all by kind and by human."""

    looks: tuple[Look, ...]
    by_kind: dict[str, int]
    by_human: dict[int | None, int]

    @property
    def total(self) -> int:
        return sum(self.by_kind.values())


def of_person(
    scope: Scope,
    person_id: int,
    *,
    since: datetime,
    until: datetime,
    kinds: Collection[str] = (),
    humans: Collection[int] | None = None,
    called: Mapping[str, str] = MappingProxyType({}),
) -> Trail:
    """Everything the book says of one person in this span, `until` not included: what was read, written, printed, sent,
    refused. `kinds` and `humans` keep some of it; `called` gives acts, by name, a kind of their own."""
    lines = AuditLine.objects.filter(clinic_id=scope.clinic_id, at__gte=since, at__lt=until)
    if kinds:
        lines = lines.filter(Q(kind__in=kinds) | Q(what__in=[what for what, kind in called.items() if kind in kinds]))
    if humans is not None:
        lines = lines.filter(by_id__in=humans)
    found: list[Look] = []
    by_kind: Counter[str] = Counter()
    by_human: Counter[int | None] = Counter()
    for some in (lines.filter(person_id=person_id), _lists(lines, person_id)):
        for pk, at, kind, what, by_id, person, about, reason in some.values_list(*FIELDS):
            kind = called.get(what, kind)
            by_kind[kind] += 1
            by_human[by_id] += 1
            found.append(Look(pk, at, kind, what, by_id, about, reason, person is None))
    newest = sorted(found, key=lambda look: (look.at, look.line_id), reverse=True)[:MOST_SHOWN]
    return Trail(tuple(newest), dict(by_kind), dict(by_human))


def _lists(lines: QuerySet[AuditLine], person_id: int) -> QuerySet[AuditLine]:
    """Pages that showed several people, this one among them, as `reads.as_rows` names them. Text, so that both databases
    find it in the same words."""
    several = lines.filter(person_id=None).annotate(shown=Cast("rows", TextField()))
    return several.filter(shown__contains=f'["person", {int(person_id)}, ""]')
