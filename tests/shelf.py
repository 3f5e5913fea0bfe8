"""The clinic that most tests begin with, made once for a file of tests and handed to each as it was.

A file's tests run inside one transaction in which the clinic was furnished; each test runs in a savepoint of its own,
which is rolled back. Furnishing takes longer than most of these tests.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import override_settings

from tests.care.visit.day import Day, furnish

QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the real hash is slow on purpose


@pytest.fixture(scope="module")
def furnished(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[Day | None]:
    """The clinic of this file. None in a file with tests that take a database of their own, which close this one, and in
    a file that says `NO_SHELF`: its tests found clinics whose humans have the same names."""
    of_this_file = (item for item in request.session.items if item.path == request.path)
    own_database = any("book_db" in getattr(item, "fixturenames", ()) for item in of_this_file)
    if own_database or getattr(request.module, "NO_SHELF", False):
        yield None
        return
    with django_db_blocker.unblock(), _kept_open(), override_settings(PASSWORD_HASHERS=QUICK), transaction.atomic():
        yield furnish()
        transaction.set_rollback(True)


@contextmanager
def _kept_open() -> Iterator[None]:
    """Each test's end would close the connection, and with it the transaction of the file."""
    connection.ensure_connection()
    connection.close = lambda: None  # type: ignore[method-assign]  # taken back below
    try:
        yield
    finally:
        del connection.close


def as_it_was(furnished: Day | None) -> Day:
    """The clinic as it was made, for one test: its clock and its humans are the test's own."""
    return furnish() if furnished is None else dataclasses.replace(furnished, scopes=dict(furnished.scopes))
