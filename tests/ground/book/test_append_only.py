"""Rows of what happened are added and never changed, whichever way somebody tries."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from fenestra.ground.book.models import Act, EventRow
from fenestra.ground.book.seal import seal
from fenestra.ground.book.triggers import append_only_tables, check_triggers, make_triggers, missing_triggers
from tests.ground.book import deeds
from tests.ground.book.deeds import NOON

REPLACE = {
    "sqlite": ("INSERT OR REPLACE INTO {t} SELECT * FROM {t} LIMIT 1", "REPLACE INTO {t} SELECT * FROM {t} LIMIT 1"),
    "postgresql": ("TRUNCATE {t} CASCADE",),
}
CHANGES = (
    "UPDATE {t} SET id = id",
    "UPDATE {t} SET id = id + 1000000",
    "DELETE FROM {t}",
    "INSERT INTO {t} SELECT * FROM {t} WHERE true ON CONFLICT (id) DO UPDATE SET id = excluded.id",
)


def run(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture
def written(db):
    """A book in which every table of the book holds a row."""
    ada = deeds.a_director()
    deeds.keep_rule(rule="LIM-1", by=ada, at=NOON, key="k")
    seal(NOON)
    connection.check_constraints()  # else PostgreSQL refuses TRUNCATE for a reason of its own


def test_the_book_itself_and_adoptions_are_among_the_guarded_tables():
    assert {"book_act", "book_auditline", "book_event", "book_requestkey", "book_seal", "clinic_adoption"} <= set(
        append_only_tables()
    )


def test_every_guarded_table_is_there_and_guarded(db):
    assert set(append_only_tables()) <= set(connection.introspection.table_names())
    assert missing_triggers() == []


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(
    "table", ["book_act", "book_auditline", "book_event", "book_requestkey", "book_seal", "clinic_adoption"]
)
def test_a_stored_row_cannot_be_changed(written, table, change):
    with pytest.raises(DatabaseError, match=f"rows of {table} are added, never changed"):
        run(change.format(t=table))


@pytest.mark.parametrize(
    "table", ["book_act", "book_auditline", "book_event", "book_requestkey", "book_seal", "clinic_adoption"]
)
def test_a_stored_row_cannot_be_replaced_or_swept_away(written, table):
    for change in REPLACE[connection.vendor]:
        with pytest.raises(DatabaseError, match="are added, never changed"):
            run(change.format(t=table))


def test_a_whole_model_cannot_be_changed_through_django(written):
    for model in [m for m in apps.get_models() if issubclass(m, EventRow) and m._default_manager.exists()]:
        row = model._default_manager.first()
        with pytest.raises(DatabaseError), transaction.atomic():
            row.save(force_update=True)
        with pytest.raises(DatabaseError), transaction.atomic():
            model._default_manager.filter(pk=row.pk)._raw_delete(using="default")


# A guard that is gone.


def drop(table: str, verb: str) -> list[str]:
    if connection.vendor == "sqlite":
        return [f"DROP TRIGGER {table}_no_{verb}"]
    return [f"DROP TRIGGER {table}_append_only ON {table}"]


def make_toothless(table: str, verb: str) -> list[str]:
    """A trigger of the right name that refuses nothing."""
    if connection.vendor == "sqlite":
        return [
            *drop(table, verb),
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.replace('replace', 'insert')} ON {table} BEGIN SELECT 1; END",
        ]
    return [
        f"CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RETURN NULL; END $$"
    ]


def put_to_sleep(table: str, verb: str) -> list[str]:
    if connection.vendor == "sqlite":
        return drop(table, verb)  # SQLite knows no disabled trigger
    return [f"ALTER TABLE {table} DISABLE TRIGGER {table}_append_only"]


@pytest.mark.parametrize("harm", [drop, make_toothless, put_to_sleep])
@pytest.mark.parametrize("verb", ["update", "delete", "replace"])
@pytest.mark.parametrize("table", append_only_tables())
def test_a_guard_that_is_gone_is_found_and_stops_the_start_and_is_made_again(db, table, verb, harm):
    for line in harm(table, verb):
        run(line)
    assert missing_triggers() == [table]
    with pytest.raises(ImproperlyConfigured, match=f"{table} are not protected.*fenestra migrate"):
        check_triggers()
    make_triggers()
    check_triggers()


def test_migrating_puts_every_guard_back(book_db):
    for line in drop("book_act", "update"):
        run(line)
    call_command("migrate", verbosity=0)
    assert missing_triggers() == []
    Act.objects.create(name="stopped dose", clinic_id=1, by_id=None, at=NOON, written_at=NOON)
    with pytest.raises(DatabaseError, match="added, never changed"):
        Act.objects.update(name="never happened")
