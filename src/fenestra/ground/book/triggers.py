"""Append-only triggers, made from one list: every table of an `EventRow`.

SQLite deletes the row that an `INSERT OR REPLACE` displaces without asking the delete trigger, unless the connection
that writes has recursive triggers on; a program beside ours has not. So a third trigger there refuses a row whose
place is taken, and REPLACE finds nothing to displace.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models, transaction

from fenestra.ground.book.models import EventRow

log = logging.getLogger("fenestra.triggers")

MESSAGE = "rows of {table} are added, never changed"
TAKEN = "such a row is there already, and " + MESSAGE
NO_NUMBER_YET = -1  # what NEW.id is in SQLite before a row has been given its number


@dataclass(frozen=True)
class Guard:
    """One trigger of one table: how it is made, and how the database tells of it when it is right."""

    name: str
    table: str
    lines: tuple[str, ...]
    told: tuple[Any, ...]


def append_only_tables() -> list[str]:
    """Tables whose rows are facts that happened."""
    return sorted(_models())


def _models() -> dict[str, type[models.Model]]:
    return {model._meta.db_table: model for model in apps.get_models() if issubclass(model, EventRow)}


def guards(table: str) -> list[Guard]:
    """The triggers this table must have on the database at hand."""
    return _sqlite(table) if connection.vendor == "sqlite" else _postgres(table)


def _sqlite(table: str) -> list[Guard]:
    never = MESSAGE.format(table=table)
    return [
        _sqlite_guard(table, "update", f'BEFORE UPDATE ON "{table}"', never),
        _sqlite_guard(table, "delete", f'BEFORE DELETE ON "{table}"', never),
        _sqlite_guard(
            table, "replace", f'BEFORE INSERT ON "{table}" WHEN {_place_is_taken(table)}', TAKEN.format(table=table)
        ),
    ]


def _sqlite_guard(table: str, verb: str, when: str, message: str) -> Guard:
    name = f"{table}_no_{verb}"
    create = f"CREATE TRIGGER \"{name}\" {when} BEGIN SELECT RAISE(ABORT, '{message}'); END"
    return Guard(name, table, (f'DROP TRIGGER IF EXISTS "{name}"', create), (table, create))


def _place_is_taken(table: str) -> str:
    """Whether a row with the number, or with the values of any unique constraint, of the new one is there."""
    key = _models()[table]._meta.pk
    taken = [" AND ".join([f'"{column}" = NEW."{column}"' for column in columns]) for columns in unique_columns(table)]
    return f'(NEW."{key.column}" <> {NO_NUMBER_YET} AND EXISTS (SELECT 1 FROM "{table}" WHERE {taken[0]}))' + "".join(
        f' OR EXISTS (SELECT 1 FROM "{table}" WHERE {same})' for same in taken[1:]
    )


def unique_columns(table: str) -> list[tuple[str, ...]]:
    """The columns of each unique constraint of a table, its number first."""
    meta: Any = _models()[table]._meta
    alone = [(field.column,) for field in meta.local_concrete_fields if field.unique and not field.primary_key]
    sets = [*meta.unique_together, *(constraint.fields for constraint in meta.total_unique_constraints)]
    return [(meta.pk.column,), *alone, *(tuple(meta.get_field(name).column for name in names) for names in sets)]


def _postgres(table: str) -> list[Guard]:
    name, body = f"{table}_append_only", f" BEGIN RAISE EXCEPTION '{MESSAGE.format(table=table)}'; END "
    lines = (
        f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $${body}$$',
        f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"',
        f'CREATE TRIGGER "{name}" BEFORE UPDATE OR DELETE OR TRUNCATE ON "{table}" '
        f'FOR EACH STATEMENT EXECUTE FUNCTION "{name}"()',
    )
    return [Guard(name, table, lines, (table, body, BEFORE_UPDATE_DELETE_TRUNCATE))]


SQLITE_QUERY = "SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger'"
POSTGRES_QUERY = (
    "SELECT c.relname, p.prosrc, t.tgtype FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
    "JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')"
)
BEFORE_UPDATE_DELETE_TRUNCATE = 2 + 16 + 8 + 32  # bits of pg_trigger.tgtype; a trigger for each row would add 1


def missing_guards() -> list[Guard]:
    """Triggers that do not stand right now: gone, disabled, or of the right name and doing something else."""
    with connection.cursor() as cursor:
        cursor.execute(SQLITE_QUERY if connection.vendor == "sqlite" else POSTGRES_QUERY)
        there = set(cursor.fetchall())
    return [guard for table in append_only_tables() for guard in guards(table) if guard.told not in there]


def missing_triggers() -> list[str]:
    """Append-only tables that stand unguarded right now."""
    return sorted({guard.table for guard in missing_guards()})


def _missing_where_there_is_a_table() -> Iterator[Guard]:
    if missing := missing_guards():
        present = set(connection.introspection.table_names())
        yield from (guard for guard in missing if guard.table in present)


def make_triggers(**_: Any) -> None:
    """Make every append-only trigger that does not stand: all of them, or none. Runs after each migration."""
    if not list(_missing_where_there_is_a_table()):
        return
    with transaction.atomic(), connection.cursor() as cursor:
        for guard in _missing_where_there_is_a_table():
            for line in guard.lines:
                cursor.execute(line)


def report_missing() -> list[str]:
    """Names of the triggers that tables stand without, written into the log before anything makes them again."""
    names = [guard.name for guard in _missing_where_there_is_a_table()]
    if names:
        log.warning("Rows could have been changed: the protection %s was missing. It is put back.", ", ".join(names))
    return names


def check_triggers() -> None:
    """Refuse to start while a record of what happened could be changed."""
    if unguarded := missing_triggers():
        raise ImproperlyConfigured(
            f"The records in {', '.join(unguarded)} are not protected against change. "
            "Run `fenestra migrate`, which puts the protection back, then start again."
        )
