"""A program beside ours, with the database file and none of our connection's settings, cannot replace a row either."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from fenestra.ground.book.models import Act, RequestKey, Seal
from fenestra.ground.book.seal import seal
from fenestra.ground.book.triggers import append_only_tables, guards, make_triggers, missing_triggers, unique_columns
from tests.ground.book import deeds
from tests.ground.book.deeds import NOON


class Plain:
    """Another connection: plain sqlite3, or an ordinary one of PostgreSQL."""

    def __init__(self, there: Any) -> None:
        self._there = there

    def write(self, sql: str, values: list[Any]) -> None:
        cursor = self._there.cursor()
        cursor.execute(sql if connection.vendor == "sqlite" else sql.replace("?", "%s"), values)
        self._there.commit()

    def replace(self, table: str, row: dict[str, Any]) -> None:
        """One row in the place of another, the way this database spells it."""
        names, places = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
        change = ", ".join(f'"{name}" = excluded."{name}"' for name in row)
        if connection.vendor == "sqlite":
            self.write(f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({places})", list(row.values()))
        else:
            sql = f"INSERT INTO {table} ({names}) VALUES ({places}) ON CONFLICT (id) DO UPDATE SET {change}"
            self.write(sql, list(row.values()))


@pytest.fixture
def plain(book_db: str) -> Iterator[Plain]:
    ada = deeds.a_director()
    deeds.keep_rule(rule="LIM-1", by=ada, at=NOON, key="k")
    seal(NOON)
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(book_db)) as other:
            yield Plain(other)
        return
    with closing(connection.get_new_connection(connection.get_connection_params())) as other:
        yield Plain(other)


def test_a_row_is_not_replaced_by_its_number(plain: Plain) -> None:
    forged = {"id": Act.objects.get().pk, "name": "forged", "clinic_id": 1, "at": NOON, "written_at": NOON}
    with pytest.raises(Exception, match="rows of book_act are added, never changed"):
        plain.replace("book_act", forged)
    assert Act.objects.get().name == "kept a rule"


def test_a_row_is_not_replaced_by_what_is_unique_about_it(plain: Plain) -> None:
    line = Seal.objects.get().line_id
    with pytest.raises(Exception, match=r"rows of book_seal are added, never changed|duplicate key"):
        plain.replace("book_seal", {"id": 777, "line_id": line, "link": "forged"})
    assert Seal.objects.get().link != "forged"


def rows_of(table: str) -> dict[str, Any]:
    """A row of ones: good enough for a table that is looked at by nobody but its guards."""
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, table)
    return {column.name: 1 for column in described}


def every_way(table: str) -> list[tuple[str, ...]]:
    """The columns by which SQLite could find a row to displace: its number, and each unique index that there is."""
    found: list[tuple[str, ...]] = [("id",)]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT name, partial FROM pragma_index_list('{table}') WHERE \"unique\"")
        for name, partial in cursor.fetchall():
            assert not partial, f"{table} has the partial unique index {name}, which no guard knows"
            cursor.execute(f"SELECT name FROM pragma_index_info('{name}') ORDER BY seqno")
            found.append(tuple(column for (column,) in cursor.fetchall()))
    return found


@pytest.mark.parametrize("table", append_only_tables())
def test_every_unique_index_of_every_guarded_table_is_guarded(db: None, table: str) -> None:
    if connection.vendor == "postgresql":
        assert [guard.table for guard in guards(table)] == [table]  # ON CONFLICT DO UPDATE is an update there
        return
    assert sorted(every_way(table)) == sorted(unique_columns(table))


def test_on_sqlite_no_row_of_any_guarded_table_is_displaced(book_db: str) -> None:
    if connection.vendor == "postgresql":
        assert missing_triggers() == []
        return
    with closing(sqlite3.connect(book_db)) as other:
        there = Plain(other)
        there.write("PRAGMA ignore_check_constraints = ON", [])  # a row of ones is nothing a check would let pass
        for table in append_only_tables():
            row = rows_of(table)
            there.replace(table, row)  # nothing is there to replace
            for columns in unique_columns(table):
                different = {name: value if name in columns else 2 for name, value in row.items()}
                with pytest.raises(sqlite3.IntegrityError, match=f"rows of {table} are added, never changed"):
                    there.replace(table, different)
            assert other.execute(f"SELECT count(*) FROM {table}").fetchone() == (1,), table


def test_a_row_with_the_number_that_means_none_yet_does_not_stop_the_clinic(plain: Plain) -> None:
    plain.write(
        "INSERT INTO book_act (id, name, clinic_id, at, written_at) VALUES (?, ?, ?, ?, ?)", [-1, "odd", 1, NOON, NOON]
    )
    Act.objects.create(name="stopped dose", clinic_id=1, by_id=None, at=NOON, written_at=NOON)
    assert Act.objects.count() == 3


def test_a_request_key_that_comes_twice_is_an_integrity_error_still(db: None) -> None:
    act = Act.objects.create(name="stopped dose", clinic_id=1, by_id=None, at=NOON, written_at=NOON)
    told = {"clinic_id": 1, "by_id": 1, "key": "k", "fingerprint": "", "act": act, "answer": {}}
    RequestKey.objects.create(**told)
    with pytest.raises(IntegrityError), transaction.atomic():
        RequestKey.objects.create(**told)
    assert RequestKey.objects.count() == 1


# Making them.


def names() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            if connection.vendor == "sqlite"
            else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        )
        return {name for (name,) in cursor.fetchall()}


def spoil(table: str) -> None:
    """A trigger of the right name that refuses nothing."""
    guard = guards(table)[0]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"DROP TRIGGER {guard.name}")
            cursor.execute(f"CREATE TRIGGER {guard.name} BEFORE UPDATE ON {table} BEGIN SELECT 1; END")
        else:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {guard.name}")


def test_a_making_that_is_interrupted_leaves_everything_as_it_was(db: None) -> None:
    spoil("book_act")
    before = names()

    def stop_before_it_is_made(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("CREATE TRIGGER"):
            raise DatabaseError("the power is gone")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(stop_before_it_is_made), pytest.raises(DatabaseError, match="power"):
        make_triggers()
    assert names() == before


def test_what_stands_is_not_made_again(db: None, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(1):
        make_triggers()
    spoil("book_act")
    with django_assert_max_num_queries(10):
        make_triggers()
    assert missing_triggers() == []
