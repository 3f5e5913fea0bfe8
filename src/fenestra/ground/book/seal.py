"""Chains committed audit lines and has the head written outside the database (`heads.py`)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef, QuerySet

from fenestra.ground.book.digest import FIRST_LINK, canonical, link_of
from fenestra.ground.book.heads import catch_up, head, head_file, write_head
from fenestra.ground.book.models import AuditLine, Seal

__all__ = ["head", "head_file", "line_content", "seal"]

BATCH = 5000
# On PostgreSQL a line may commit after one with a higher id; so far back the sealer looks for such. SQLite has one
# writer, so there a line below a sealed one was put in, and the sealer leaves it for the verifier to find.
LOOK_BACK = {"postgresql": 10_000, "sqlite": 0}
SEAL_LOCK = 0x0FE_5EA1
LINE_FIELDS = (
    "id", "act_id", "kind", "what", "clinic_id", "by_id", "person_id", "about", "at", "rows", "reason",
)  # fmt: skip


def line_content(line: dict[str, Any]) -> dict[str, Any]:
    """What a link covers of a line: every stored field."""
    return {name: canonical(line[name]) for name in LINE_FIELDS}


def seal(at: datetime) -> int:
    """Chain every committed line that is not yet sealed; returns how many. Called each second by the clock."""
    sealed = 0
    catch_up(at)
    while _unsealed().exists():
        with transaction.atomic():
            batch = _seal_batch()
        sealed += batch
        write_head(at)
    return sealed


def _unsealed() -> QuerySet[AuditLine]:
    floor = (Seal.objects.aggregate(highest=Max("line_id"))["highest"] or 0) - LOOK_BACK[connection.vendor]
    sealed = Seal.objects.filter(line=OuterRef("pk"))
    return AuditLine.objects.filter(~Exists(sealed), pk__gt=floor).order_by("pk")


def _seal_batch() -> int:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEAL_LOCK])
    last = Seal.objects.order_by("-id").first()
    link = last.link if last else FIRST_LINK
    number = last.pk if last else 0
    seals = []
    for line in _unsealed().values(*LINE_FIELDS)[:BATCH]:
        link = link_of(link, line_content(line))
        number += 1
        seals.append(Seal(id=number, line_id=line["id"], link=link))
    Seal.objects.bulk_create(seals)
    return len(seals)
