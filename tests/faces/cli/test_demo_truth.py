"""The same seed makes the same clinic, and where the therapy hours lie changes nobody's use."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models, transaction

from fenestra.care.measures.models import UseDay
from fenestra.care.therapy.models import TherapyHour
from fenestra.faces.cli import demo, demo_plan
from fenestra.ground.book import clock, vault
from fenestra.ground.book.digest import canonical

NOON = datetime(2026, 3, 11, 17, tzinfo=UTC)
PEOPLE = 10
BOOK = ("book_", "auth_", "django_", "sessions_")
SECRET = {"password", "token_hash", "last_login", "digest", "secret", "sealed", "fingerprint", "counter"}


@pytest.fixture(autouse=True)
def a_still_clock(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(clock, "now", lambda: NOON)


class _Undone(Exception):
    """Takes the demo back, so that another can be made in the same place."""


@contextmanager
def a_demo(settings: Any, seed: int) -> Iterator[None]:
    try:
        with transaction.atomic():
            demo.fill(seed=seed, people=PEOPLE, quiet=True)
            yield
            raise _Undone
    except _Undone:
        (Path(settings.FENESTRA_DATA) / demo.FILE).unlink()


def _tables() -> list[type[models.Model]]:
    return [each for each in apps.get_models() if not each._meta.db_table.startswith(BOOK)]


def _opened(row: models.Model, person_id: int | None, value: Any) -> Any:
    """What is sealed reads differently each time it is locked; its words are compared."""
    if not isinstance(value, str) or len(value) < 30 or person_id is None:
        return value
    try:
        return vault.unlock(person_id, value)
    except ValueError:
        return value


def everything() -> str:
    """A digest of every row but secrets. Ids are counted from the first of their table: they go on after a rollback."""
    tables = _tables()
    firsts = {table: table._default_manager.order_by("pk").values_list("pk", flat=True).first() for table in tables}
    told = {
        table._meta.db_table: [_line(row, firsts) for row in table._default_manager.order_by("pk")] for table in tables
    }
    return hashlib.sha256(json.dumps(canonical(told), sort_keys=True).encode()).hexdigest()


def _line(row: models.Model, firsts: dict[Any, Any]) -> dict[str, Any]:
    person_id = getattr(row, "person_id", None) or _person_behind(row)
    found: dict[str, Any] = {}
    for column in row._meta.concrete_fields:
        value = getattr(row, column.attname)
        if column.is_relation or column.primary_key:
            first = firsts.get(column.related_model if column.is_relation else type(row))
            found[column.name] = None if value is None or first is None else value - first
        elif column.name not in SECRET and not isinstance(column, models.BigIntegerField):
            found[column.name] = _opened(row, person_id, value)
    return found


def _person_behind(row: models.Model) -> int | None:
    if row._meta.label == "people.Person":
        return row.pk
    for way in ("visit", "episode", "item", "plan"):
        if (behind := getattr(row, way, None)) is not None:
            return getattr(behind, "person_id", None) or _person_behind(behind)
    return None


def use_days() -> list[tuple[Any, ...]]:
    rows = UseDay.objects.select_related("person__clinic").order_by("person__code", "day", "substance", "source")
    return [(row.person.clinic.name, row.person.code, row.day, row.used, row.amount, row.source) for row in rows]


def test_the_same_seed_makes_every_row_again_and_another_seed_does_not(db: None, settings: Any) -> None:
    found = []
    for seed in (5, 5, 6):
        with a_demo(settings, seed):
            # On PostgreSQL row numbers go on counting after a rollback, so there what was drawn is compared without them.
            found.append(everything() if connection.vendor == "sqlite" else use_days())
    assert found[0] == found[1]
    assert found[2] != found[0]


def test_shuffled_hours_change_no_day_of_use(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """All hours in windows, or none: what people use after their doses is drawn without a look at it."""
    found = []
    for share in (0.0, 1.0):
        monkeypatch.setattr(demo_plan, "IN_WINDOW_SHARE", share)
        with a_demo(settings, 5):
            hours = sorted(TherapyHour.objects.values_list("began_at", flat=True))
            found.append((hours, [row[1:] for row in use_days()]))
    (outside, use_outside), (inside, use_inside) = found
    assert outside != inside
    assert use_outside == use_inside
    assert len(use_inside) > 200
