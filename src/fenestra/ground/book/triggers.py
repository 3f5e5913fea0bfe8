"""Append-only triggers, made from one list: every table of an `EventRow`."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from fenestra.ground.book.models import EventRow

MESSAGE = "rows of {table} are added, never changed"


def append_only_tables() -> list[str]:
    """Tables whose rows are facts that happened."""
    return sorted(model._meta.db_table for model in apps.get_models() if issubclass(model, EventRow))


def _sqlite(table: str) -> list[str]:
    lines = []
    for verb in ("update", "delete"):
        name = f"{table}_no_{verb}"
        lines.append(f'DROP TRIGGER IF EXISTS "{name}"')
        lines.append(
            f'CREATE TRIGGER "{name}" BEFORE {verb.upper()} ON "{table}" '
            f"BEGIN SELECT RAISE(ABORT, '{MESSAGE.format(table=table)}'); END"
        )
    return lines


def _postgres(table: str) -> list[str]:
    name = f"{table}_append_only"
    refuse = (
        f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS '
        f"$$ BEGIN RAISE EXCEPTION '{MESSAGE.format(table=table)}'; END $$"
    )
    return [
        refuse,
        f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"',
        f'CREATE TRIGGER "{name}" BEFORE UPDATE OR DELETE OR TRUNCATE ON "{table}" '
        f'FOR EACH STATEMENT EXECUTE FUNCTION "{name}"()',
    ]


def make_triggers(**_: Any) -> None:
    """Make every append-only trigger again. Runs after each migration."""
    present = set(connection.introspection.table_names())
    write = _sqlite if connection.vendor == "sqlite" else _postgres
    with connection.cursor() as cursor:
        for table in append_only_tables():
            if table in present:
                for line in write(table):
                    cursor.execute(line)


def missing_triggers() -> list[str]:
    """Append-only tables that stand unguarded right now."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            wanted = {t: {f"{t}_no_update", f"{t}_no_delete"} for t in append_only_tables()}
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'")
            wanted = {t: {f"{t}_append_only"} for t in append_only_tables()}
        there = {row[0] for row in cursor.fetchall()}
    return [table for table, names in wanted.items() if not names <= there]


def check_triggers() -> None:
    """Refuse to start while a record of what happened could be changed."""
    if unguarded := missing_triggers():
        raise ImproperlyConfigured(
            f"The records in {', '.join(unguarded)} are not protected against change. "
            "Run `fenestra migrate`, which puts the protection back, then start again."
        )
