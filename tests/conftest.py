"""What every test stands on: databases whose append-only triggers are in force, and no test that skips.

`db` (or `@pytest.mark.django_db`) is the ordinary way: the test runs inside a transaction that is rolled back.
`book_db` is a real database of the test's own, with commits and threads, copied from the migrated one. Flushing is not
to be had: it would empty tables whose rows are added and never changed, so `transactional_db` is refused.
"""

from __future__ import annotations

import shutil
import sqlite3
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection, connections
from django.test.utils import setup_databases, teardown_databases
from hypothesis import HealthCheck, settings

FLUSHING = {"transactional_db", "django_db_reset_sequences", "django_db_serialized_rollback", "live_server"}
# tools/check.py runs these on one database only; that is right only while none of them opens one.
WITHOUT_DATABASE = ("tests/science/", "tests/look/", "tests/house/", "tests/journeys/")

# Tests judge right and wrong; a busy machine makes nothing wrong. Timings are judged by `make prove`.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("house")


# A skipped test proves nothing and hides that it does not, so it fails the run.

OUTCOMES: Counter[str] = Counter()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if hasattr(report, "wasxfail"):
        OUTCOMES["xfailed or xpassed"] += 1
    elif report.skipped:
        OUTCOMES["skipped"] += 1


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.skipped:
        OUTCOMES["skipped"] += 1


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if OUTCOMES.total() and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if OUTCOMES.total():
        counted = ", ".join(f"{count} {name}" for name, count in sorted(OUTCOMES.items()))
        terminalreporter.write_line(f"{counted}: a skipped check is a failed check", red=True)


# What a test may ask for is settled before it runs.


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if refusal := refusal_of(
            item.nodeid, set(getattr(item, "fixturenames", ())), item.get_closest_marker("django_db")
        ):
            raise pytest.UsageError(f"{item.nodeid}: {refusal}")


def refusal_of(nodeid: str, fixtures: set[str], mark: pytest.Mark | None) -> str | None:
    """Why this test may not have the database it asks for, or None."""
    if FLUSHING & fixtures or (mark and (mark.kwargs.get("transaction") or mark.args[:1] == (True,))):
        return "flushing would empty append-only tables. Ask for book_db: a real database with commits and threads."
    if "book_db" in fixtures and (mark or "db" in fixtures):
        return "ask for db or for book_db, not for both."
    if nodeid.startswith(WITHOUT_DATABASE) and (mark or {"db", "book_db"} & fixtures):
        return "tests here open no database. Move the test to the floor whose tables it reads."
    return None


# The databases.


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """SQLite runs from a file, so that the migrated database can be copied and write-ahead logging is real."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "migrated.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: Any, django_db_modify_db_settings: None
) -> Iterator[None]:
    """The migrated database, also in a run that asks for nothing but `book_db`, which the plugin's own setup misses."""
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, aliases={"default"})
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


@pytest.fixture(autouse=True)
def folders_of_its_own(request: pytest.FixtureRequest) -> None:
    """A test with a database writes its files, and the head of the audit chain, where only it looks."""
    if {"db", "book_db"} & set(request.fixturenames):
        settings, folder = request.getfixturevalue("settings"), request.getfixturevalue("tmp_path")
        settings.FENESTRA_DATA = settings.STATIC_ROOT = folder
        settings.FENESTRA_HEAD_FILE = folder / "heads" / "head.jsonl"


@pytest.fixture
def book_db(django_db_setup: None, django_db_blocker: Any, tmp_path: Path) -> Iterator[str]:
    """A fresh migrated database with commits and threads allowed; gives its name (SQLite: its file).

    Every connection of this process, in whatever thread, goes to it while the test runs. A thread closes its own
    connection when it ends (`django.db.connection.close()`).
    """
    migrated = str(connection.settings_dict["NAME"])
    copy = copied_file if connection.vendor == "sqlite" else copied_database
    with django_db_blocker.unblock():
        connections.close_all()
        with copy(migrated, tmp_path) as name:
            # All threads' connections are made from this one dictionary.
            django_settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
            try:
                yield name
            finally:
                connections.close_all()
                django_settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = migrated


@contextmanager
def copied_file(migrated: str, folder: Path) -> Iterator[str]:
    """A copy of the migrated SQLite file in the test's own folder, which is pytest's to remove."""
    with closing(sqlite3.connect(migrated)) as source:
        source.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    yield str(shutil.copyfile(migrated, folder / "book.sqlite3"))


@contextmanager
def copied_database(migrated: str, _folder: Path) -> Iterator[str]:
    """A copy of the migrated PostgreSQL database, dropped at the end whoever is still connected."""
    name = f"book_{uuid.uuid4().hex[:12]}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{migrated}"')
    try:
        yield name
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
