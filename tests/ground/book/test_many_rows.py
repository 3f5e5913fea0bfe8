"""Many rows of one act are written at once, and are guarded, digested and verified like those written one by one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, transaction

from fenestra.ground.book import seal, verify
from fenestra.ground.book.act import Act, Done, act
from fenestra.ground.book.digest import row_digest
from fenestra.ground.book.models import AuditLine
from fenestra.ground.clinic.models import Adoption
from fenestra.science.errors import Refused
from tests.ground.book import deeds
from tests.ground.book.deeds import NOON
from tests.ground.book.tampering import execute, unguarded

COUNT = 1200  # more than one statement takes
SEALED_AT = datetime(2026, 1, 5, 13, tzinfo=UTC)


@pytest.fixture
def ada(db):
    return deeds.a_director()


@act("kept many rules")
def keep_many(act: Act, *, count: int, refuse: bool = False) -> Done:
    content = {"least_mg": "1.50"}
    made = act.add_many([deeds.a_row(act, f"LIM-{number}", content) for number in range(count)])
    if refuse:
        raise Refused("Not today.")
    return act.done(made[-1] if made else None, f"{len(made)} are kept.")


def test_each_row_stands_in_the_audit_line_with_the_digest_of_what_is_stored(ada):
    keep_many(count=COUNT, by=ada, at=NOON, key="k")
    line = AuditLine.objects.get()
    stored = Adoption.objects.order_by("pk")
    assert [row.rule for row in stored] == [f"LIM-{number}" for number in range(COUNT)]
    told = [[table, pk, digest] for table, pk, digest in line.rows if table == Adoption._meta.db_table]
    assert told == [[Adoption._meta.db_table, row.pk, row_digest(row)] for row in stored]


def test_they_cost_a_handful_of_statements(ada, django_assert_max_num_queries):
    keep_many(count=2, by=ada, at=NOON, key="warm")
    with django_assert_max_num_queries(30):
        keep_many(count=COUNT, by=ada, at=NOON, key="k")


def test_the_book_verifies_and_names_the_one_row_that_was_changed(book_db):
    keep_many(count=3, by=deeds.a_director(), at=NOON, key="k")
    seal.seal(SEALED_AT)
    assert verify.verify(seal.head_file()).whole
    changed = Adoption.objects.get(rule="LIM-1").pk
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Adoption.objects.filter(pk=changed).update(meaning="otherwise")
    with unguarded():
        execute("UPDATE clinic_adoption SET meaning = 'otherwise' WHERE id = %s", [changed])
    found = verify.verify(seal.head_file()).findings
    assert [finding.row for finding in found] == [f"clinic_adoption:{changed}"]


def test_a_refusal_takes_all_of_them_back(ada):
    with pytest.raises(Refused):
        keep_many(count=5, refuse=True, by=ada, at=NOON, key="k")
    assert not Adoption.objects.exists()


def test_none_at_all_is_nothing(ada):
    assert keep_many(count=0, by=ada, at=NOON, key="k").said == "0 are kept."
    assert not Adoption.objects.exists()
