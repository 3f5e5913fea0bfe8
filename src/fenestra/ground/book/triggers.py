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


def _postgres_body(table: str) -> str:
    return f" BEGIN RAISE EXCEPTION '{MESSAGE.format(table=table)}'; END "


def _postgres(table: str) -> list[str]:
    name = f"{table}_append_only"
    refuse = f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $${_postgres_body(table)}$$'
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
    """Append-only tables that stand unguarded right now: no trigger, a disabled one, or one that does something else."""
    query, wanted = (
        (SQLITE_QUERY, _sqlite_guards) if connection.vendor == "sqlite" else (POSTGRES_QUERY, _postgres_guards)
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        there = set(cursor.fetchall())
    return [table for table in append_only_tables() if not wanted(table) <= there]


SQLITE_QUERY = "SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger'"
POSTGRES_QUERY = (
    "SELECT c.relname, p.prosrc, t.tgtype FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
    "JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')"
)
BEFORE_UPDATE_DELETE_TRUNCATE = 2 + 16 + 8 + 32  # bits of pg_trigger.tgtype; a trigger for each row would add 1


def _sqlite_guards(table: str) -> set[tuple[Any, ...]]:
    return {(table, line) for line in _sqlite(table) if line.startswith("CREATE TRIGGER")}


def _postgres_guards(table: str) -> set[tuple[Any, ...]]:
    return {(table, _postgres_body(table), BEFORE_UPDATE_DELETE_TRUNCATE)}


def check_triggers() -> None:
    """Refuse to start while a record of what happened could be changed."""
    if unguarded := missing_triggers():
        raise ImproperlyConfigured(
            f"The records in {', '.join(unguarded)} are not protected against change. "
            "Run `fenestra migrate`, which puts the protection back, then start again."
        )
