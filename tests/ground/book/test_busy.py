"""A write that failed because somebody else holds the database is told from one that failed for another reason."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from django.db import DatabaseError, OperationalError, connection

from fenestra.ground.book.models import Act
from fenestra.ground.book.patience import is_busy, short_wait
from tests.ground.book import deeds
from tests.ground.book.deeds import NOON


@contextmanager
def held(name: str) -> Iterator[None]:
    """Another connection holds what a write needs."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(name)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
        return
    with closing(connection.get_new_connection(connection.get_connection_params())) as other:
        other.cursor().execute("LOCK TABLE book_act IN EXCLUSIVE MODE")
        yield


def test_an_act_that_finds_the_database_held_is_busy_and_writes_nothing(book_db: str) -> None:
    ada = deeds.a_director()
    with held(book_db), short_wait(0.1), pytest.raises(OperationalError) as caught:
        deeds.keep_rule(rule="LIM-1", by=ada, at=NOON, key="k")
    assert is_busy(caught.value)
    assert Act.objects.count() == 0
    assert not deeds.keep_rule(rule="LIM-1", by=ada, at=NOON, key="k").again


@pytest.mark.parametrize("fault", [OperationalError("disk I/O error"), DatabaseError("is locked"), ValueError()])
def test_another_fault_is_not_busy(fault: Exception) -> None:
    assert not is_busy(fault)
