"""On SQLite the writers of the one process take turns, first come, first served, and no turn is ever lost."""

from __future__ import annotations

import gc
import os
import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import OperationalError, connection, transaction

from fenestra.ground.book import lockfile
from fenestra.ground.book.models import Act
from fenestra.ground.book.sqlite.base import PRAGMAS, WAL, DatabaseWrapper, FirstComeLock
from tests.ground.book.deeds import NOON, together


def until(true: Callable[[], object]) -> None:
    """Wait, but not for ever, until something is so."""
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end, "it never came to be so"
        time.sleep(0.005)


# The lock by itself.


def test_turns_are_given_in_the_order_in_which_they_were_asked_for():
    lock, order = FirstComeLock(), []
    lock.acquire(0)

    def take(number):
        lock.acquire(number)
        order.append(number)
        lock.release(number)

    threads = [threading.Thread(target=take, args=(number,)) for number in range(1, 21)]
    for number, thread in enumerate(threads, start=1):
        thread.start()
        until(lambda number=number: len(lock._queue) == number)
    lock.release(0)
    for thread in threads:
        thread.join(5)
    assert order == list(range(1, 21))


def test_its_owner_may_take_it_again_and_keeps_it_until_the_last_is_given_back():
    lock = FirstComeLock()
    lock.acquire(1)
    lock.acquire(1)
    lock.release(1)
    other = threading.Thread(target=lock.acquire, args=(2,))
    other.start()
    other.join(0.1)
    assert other.is_alive()
    lock.release(1)
    other.join(5)
    assert not other.is_alive()


def test_giving_back_what_one_does_not_hold_changes_nothing():
    lock = FirstComeLock()
    lock.acquire(1)
    lock.release(2)
    assert lock._owner == 1


def test_somebody_interrupted_while_waiting_leaves_the_queue(monkeypatch):
    lock = FirstComeLock()
    lock.acquire(1)

    def interrupted(self, timeout=None):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(threading.Event, "wait", interrupted)
        with pytest.raises(KeyboardInterrupt):
            lock.acquire(2)
    lock.release(1)
    assert lock._owner is None


def test_a_turn_that_does_not_come_in_time_is_not_taken_later():
    lock = FirstComeLock()
    lock.acquire(1)
    assert not lock.acquire(2, 0.01)
    lock.release(1)
    assert lock._owner is None


# The connections, on a file of the test's own whatever database the run is on.


@pytest.fixture
def connect(tmp_path, book_db) -> Iterator[Callable[[], DatabaseWrapper]]:
    """Gives a new connection to one SQLite file with one table."""
    name, made = str(tmp_path / "turns.sqlite3"), []
    settings = {**connection.settings_dict, "ENGINE": "fenestra.ground.book.sqlite", "NAME": name}
    settings |= {"OPTIONS": {"transaction_mode": "IMMEDIATE"}, "CONN_MAX_AGE": 0}

    def fresh() -> DatabaseWrapper:
        wrapper = DatabaseWrapper(settings, "default")
        wrapper.inc_thread_sharing()
        made.append(wrapper)
        return wrapper

    first = fresh()
    run(first, "CREATE TABLE t (id INTEGER PRIMARY KEY, who TEXT)")
    yield fresh
    for wrapper in made:
        wrapper.close()


def run(wrapper: DatabaseWrapper, sql: str) -> list[tuple]:
    with wrapper.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


def free(wrapper: DatabaseWrapper) -> bool:
    return wrapper.lock._owner is None


def test_the_connection_is_set_up_as_the_house_says(connect):
    asked = {line.split()[1].split("=")[0]: line.split("=")[1] for line in (WAL, *PRAGMAS)}
    names = {"WAL": "wal", "FULL": 2, "ON": 1, "5000": 5000}
    wrapper = connect()
    assert {name: run(wrapper, f"PRAGMA {name}")[0][0] for name in asked} == {n: names[v] for n, v in asked.items()}


@pytest.mark.parametrize(
    "statement",
    ["INSERT INTO t (who) VALUES ('a')", "UPDATE t SET who = 'b'", "DELETE FROM t", "PRAGMA wal_checkpoint(TRUNCATE)",
     "INSERT INTO t (who) VALUES ('a') RETURNING id", "WITH x AS (SELECT 1) DELETE FROM t", "VACUUM"],
)  # fmt: skip
def test_a_write_outside_any_transaction_waits_for_its_turn_and_gives_it_back(connect, statement):
    holder, writer = connect(), connect()
    holder.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    thread = threading.Thread(target=run, args=(writer, statement))
    thread.start()
    until(lambda: len(holder.lock._queue) == 1)
    holder.rollback()
    holder.set_autocommit(True)
    thread.join(5)
    assert free(writer)


def begin(wrapper: DatabaseWrapper) -> None:
    wrapper.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def test_in_a_short_wait_neither_the_turn_of_another_nor_the_file_is_waited_for_long(connect, tmp_path):
    holder, writer = connect(), connect()
    begin(holder)
    with writer.short_wait(0.05), pytest.raises(OperationalError, match="other writes of this process"):
        begin(writer)
    holder.rollback()
    outside = sqlite3.connect(tmp_path / "turns.sqlite3", isolation_level=None)
    outside.execute("BEGIN IMMEDIATE")
    with writer.short_wait(0.05), pytest.raises(OperationalError, match="database is locked"):
        begin(writer)
    outside.close()
    assert free(writer)
    assert run(writer, "PRAGMA busy_timeout") == [(5000,)]


def test_a_connection_opened_in_a_short_wait_waits_its_usual_time_afterwards(connect):
    fresh = connect()
    with fresh.short_wait(0.05):
        assert run(fresh, "PRAGMA busy_timeout")[0][0] <= 50
    assert run(fresh, "PRAGMA busy_timeout") == [(5000,)]


def test_a_read_waits_for_nobody(connect):
    holder = connect()
    holder.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    assert run(connect(), "SELECT count(*) FROM t") == [(0,)]
    holder.rollback()


def test_a_write_that_gives_rows_back_keeps_its_turn_until_it_is_committed(connect):
    writer, other = connect(), connect()
    with writer.cursor() as cursor:
        cursor.execute("INSERT INTO t (who) VALUES ('a'), ('b') RETURNING id")
        assert cursor.fetchone() == (1,)
        assert not free(writer)  # the second row is still to be read, so nothing is committed yet
        assert run(other, "SELECT count(*) FROM t") == [(0,)]
    assert free(writer)
    assert run(other, "SELECT count(*) FROM t") == [(2,)]


def test_a_statement_that_fails_gives_its_turn_back(connect):
    writer = connect()
    with pytest.raises(OperationalError):
        run(writer, "INSERT INTO no_such_table VALUES (1)")
    assert free(writer)


def test_a_transaction_that_cannot_begin_gives_its_turn_back(connect, tmp_path):
    writer = connect()
    run(writer, "PRAGMA busy_timeout=50")
    outside = sqlite3.connect(tmp_path / "turns.sqlite3", isolation_level=None)
    outside.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="locked"):
        writer.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    assert free(writer)
    outside.close()


def test_a_commit_that_fails_gives_its_turn_back_with_the_rollback(book_db, monkeypatch):
    if connection.vendor != "sqlite":
        return  # there are no turns to take

    def fail(*_):
        raise OperationalError("disk I/O error")

    with monkeypatch.context() as patch, pytest.raises(OperationalError), transaction.atomic():
        Act.objects.create(name="stopped dose", clinic_id=1, by_id=None, at=NOON, written_at=NOON)
        patch.setattr("django.db.backends.base.base.BaseDatabaseWrapper._commit", fail)
    assert connection.lock._owner is None
    assert Act.objects.count() == 0


def test_a_connection_closed_inside_a_transaction_gives_its_turn_back(connect):
    writer = connect()
    writer.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    assert not free(writer)
    writer.close()
    assert free(writer)


def test_a_thread_that_ends_inside_a_transaction_gives_its_turn_back(book_db):
    if connection.vendor != "sqlite":
        return  # there are no turns to take

    def end_in_the_middle():
        transaction.atomic().__enter__()
        Act.objects.create(name="half done", clinic_id=1, by_id=None, at=NOON, written_at=NOON)

    thread = threading.Thread(target=end_in_the_middle)
    thread.start()
    thread.join(5)
    gc.collect()
    assert connection.lock._owner is None
    Act.objects.create(name="the next one", clinic_id=1, by_id=None, at=NOON, written_at=NOON)
    assert Act.objects.get().name == "the next one"


def test_thirty_writers_lose_nothing_and_none_waits_long(book_db):
    waits = []

    def write(number):
        def run():
            for n in range(10):
                began = time.monotonic()
                with transaction.atomic():
                    Act.objects.create(name=f"{number}/{n}", clinic_id=1, by_id=None, at=NOON, written_at=NOON)
                waits.append(time.monotonic() - began)
                time.sleep(random.random() / 100)

        return run

    for future in together(*[write(number) for number in range(30)]):
        assert future.exception() is None
    assert set(Act.objects.values_list("name", flat=True)) == {f"{a}/{b}" for a in range(30) for b in range(10)}
    assert Act.objects.count() == 300
    assert max(waits) < 5, "a writer waited longer than SQLite's own patience"
    print(f"longest wait of 300 writes by 30 threads: {max(waits):.2f} s")


# The folder.

HOLD = "import sys, pathlib; from fenestra.ground.book import lockfile; file = lockfile.take(pathlib.Path(sys.argv[1]))"


def test_a_second_process_is_refused_with_a_sentence_that_names_the_first(tmp_path):
    with lockfile.take(tmp_path):
        second = subprocess.run(
            [sys.executable, "-c", HOLD, str(tmp_path)], capture_output=True, text=True, check=False
        )
    assert second.returncode == 1
    said = second.stderr.splitlines()[-1]
    assert f"is in use by process {os.getpid()}. Stop that one first, or use a folder of its own with --data." in said


def test_a_killed_process_leaves_the_folder_free(tmp_path):
    wait = f"{HOLD}; print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", wait, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout and holder.stdout.readline() == "held\n"
        with pytest.raises(lockfile.InUse, match=f"process {holder.pid}"):
            lockfile.take(Path(tmp_path))
        holder.kill()
        holder.wait(5)
    lockfile.take(tmp_path).close()
