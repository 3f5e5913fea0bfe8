"""Rows that an older version wrote still verify: no column of an event row came, went or was renamed behind its digest."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.db.migrations import AddField, CreateModel, Migration
from django.test.utils import isolate_apps

from fenestra.ground.book.models import EventRow
from tests.house.column_walks import column_faults, migrations


def test_every_column_that_came_after_its_table_is_named() -> None:
    assert column_faults(apps.get_models(), migrations()) == []


def test_every_room_with_event_rows_is_walked() -> None:
    rooms = {model._meta.app_label for model in apps.get_models() if issubclass(model, EventRow)}
    assert {"book", "clinic", "people", "inventory", "visit"} <= rooms <= {m.app_label for m in migrations()}


def reading(later: tuple[str, ...], **fields: models.Field[Any, Any]) -> type[models.Model]:
    body = {"__module__": "fenestra.care.visit.models", "ADDED_LATER": later, **fields}
    body["Meta"] = type("Meta", (), {"app_label": "visit"})
    return type("Reading", (EventRow,), body)


def history(*added: AddField) -> list[Migration]:
    born = CreateModel("Reading", [("id", models.BigAutoField()), ("value", models.IntegerField())])
    return [written("0001_initial", born), written("0002_more", *added)]


def written(name: str, *operations: Any) -> Migration:
    made: Any = Migration(name, "visit")
    made.operations = list(operations)
    return made


def number(**told: Any) -> models.IntegerField[Any, Any]:
    return models.IntegerField(**told)


@pytest.mark.parametrize(
    ("later", "fields", "says"),
    [
        ((), ("value",), ""),
        ((), ("value", "drawn"), "drawn: came after its table"),
        (("drawn",), ("value", "drawn"), ""),
        ((), (), "value: was in its table"),
        (("value",), ("value",), "value: is named in ADDED_LATER"),
        (("gone",), ("value",), "gone: is named in ADDED_LATER"),
    ],
)
@isolate_apps()
def test_it_finds_what_makes_older_rows_fail(later: tuple[str, ...], fields: tuple[str, ...], says: str) -> None:
    model = reading(later, **{name: number(default=0) for name in fields})
    found = column_faults([model], history(AddField("reading", "drawn", number(default=0))))
    assert [says in fault for fault in found] == ([True] if says else []), found


@isolate_apps()
def test_it_finds_a_column_whose_older_rows_hold_another_value_than_its_default() -> None:
    model = reading(("drawn",), value=number(), drawn=number(default=0))
    added = AddField("reading", "drawn", number(default=7), preserve_default=False)
    (fault,) = column_faults([model], history(added))
    assert "not its default" in fault


@isolate_apps()
def test_a_table_that_no_migration_makes_is_found() -> None:
    (fault,) = column_faults([reading((), value=number())], [])
    assert "no migration makes its table" in fault
