"""The databases that tests run on are guarded as a clinic's own is, and none sees what another left."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from fenestra.ground.book.models import Act
from fenestra.ground.book.triggers import missing_triggers

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def write_an_act() -> None:
    Act.objects.create(name="stopped dose", clinic_id=1, by_id=None, at=NOON, written_at=NOON)


def write_an_act_in_a_thread() -> threading.Thread:
    def write() -> None:
        write_an_act()
        connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    return thread


@pytest.mark.django_db
def test_a_rolled_back_test_stands_on_guarded_tables():
    write_an_act()
    assert missing_triggers() == []


@pytest.mark.parametrize("turn", ["first", "second"])
def test_a_fresh_database_starts_empty_and_sees_commits_of_other_threads(book_db, turn):
    for thread in [write_an_act_in_a_thread() for _ in range(4)]:
        thread.join()
    assert Act.objects.count() == 4


def test_a_fresh_database_refuses_to_change_what_happened(book_db):
    write_an_act()
    for change in (Act.objects.all().delete, lambda: Act.objects.update(name="never happened")):
        with pytest.raises(DatabaseError, match="added, never changed"), transaction.atomic():
            change()
    assert Act.objects.get().name == "stopped dose"


@pytest.mark.django_db
def test_what_a_fresh_database_held_is_gone():
    assert Act.objects.count() == 0
