"""A walk over event rows and the migrations that made them: a row written by an older version must still verify.

A row's digest covers every column. So a column that came after the table must be named in the model's `ADDED_LATER`
(`ground/book/digest.py` then leaves it out while it holds its default), and none may go or change its name.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration
from django.db.migrations.operations import AddField, CreateModel

from fenestra.ground.book.models import EventRow


def migrations() -> list[Migration]:
    """Every migration of the house, as written down; no database is asked."""
    return list(MigrationLoader(None).disk_migrations.values())


def column_faults(all_models: Iterable[type[models.Model]], written: Iterable[Migration]) -> list[str]:
    """Columns of event rows that make rows written before them fail to verify."""
    written = list(written)
    found = []
    for model in all_models:
        if issubclass(model, EventRow):
            found += [f"{model._meta.label}.{name}: {what}" for name, what in faults_of(model, written)]
    return found


def faults_of(model: type[models.Model], written: list[Migration]) -> list[tuple[str, str]]:
    born = columns_at_birth(model, written)
    if born is None:
        return [("-", "no migration makes its table; run makemigrations")]
    now = {field.name for field in model._meta.concrete_fields}
    named = set(getattr(model, "ADDED_LATER", ()))
    gone = "was in its table and is not any more: rows with it no longer verify; keep the column"
    later = "came after its table: name it in ADDED_LATER, or rows written before it no longer verify"
    never = "is named in ADDED_LATER, and its table was made with it, or has no such column; take it out"
    told = [(born - now, gone), (now - born - named, later), (named - (now - born), never)]
    faults = [(name, what) for names, what in told for name in sorted(names)]
    return faults + [(name, what) for name, what in once_only(model, written) if name in named]


def columns_at_birth(model: type[models.Model], written: list[Migration]) -> set[str] | None:
    """Fields of the migration that made the table; relations of a circle are added a line further down in it."""
    for migration in written:
        if made := next((o for o in migration.operations if makes(o, migration, model)), None):
            return {name for name, _ in made.fields} | {
                o.name for o in migration.operations if adds(o, migration, model)
            }
    return None


def makes(operation: Any, migration: Migration, model: type[models.Model]) -> bool:
    return isinstance(operation, CreateModel) and is_of(operation.name, migration, model)


def adds(operation: Any, migration: Migration, model: type[models.Model]) -> bool:
    return isinstance(operation, AddField) and is_of(operation.model_name, migration, model)


def is_of(name: str, migration: Migration, model: type[models.Model]) -> bool:
    return (migration.app_label, name.lower()) == (model._meta.app_label, model._meta.model_name)


def once_only(model: type[models.Model], written: list[Migration]) -> list[tuple[str, str]]:
    """Columns that older rows were filled with by a value that is not the field's default."""
    what = "older rows were filled with a value that is not its default, so they no longer verify; give it that default"
    added: list[Any] = [o for migration in written for o in migration.operations if adds(o, migration, model)]
    return [
        (o.name, what)
        for o in added
        if not o.preserve_default and o.field.get_default() != model._meta.get_field(o.name).get_default()
    ]
