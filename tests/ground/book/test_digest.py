"""A row's digest is of what is stored, and is the same whenever and however it is read again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from fenestra.care.visit.models import Observation
from fenestra.ground.book.digest import as_bytes, canonical, digest_of, row_digest
from fenestra.ground.book.models import AuditLine, PersonKey
from fenestra.ground.book.seal import seal
from fenestra.ground.book.verify import verify
from fenestra.ground.clinic.models import Adoption
from tests.ground.book import deeds
from tests.ground.book.deeds import NOON

FIVE_WEST = timezone(timedelta(hours=-5))


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (Decimal("0.50"), "0.5"),
        (Decimal("100"), "100"),
        (Decimal("1E+2"), "100"),
        (Decimal("0.000"), "0"),
        (datetime(2026, 1, 5, 12, 0, 0, 7, tzinfo=UTC), "2026-01-05T12:00:00.000007Z"),
        (datetime(2026, 1, 5, 7, 0, tzinfo=FIVE_WEST), "2026-01-05T12:00:00.000000Z"),
        (date(2026, 1, 5), "2026-01-05"),
        (b"\x00\xff", "00ff"),
        (memoryview(b"\x00\xff"), "00ff"),
        ({"b": (1, None), "a": True}, {"b": [1, None], "a": True}),
    ],
)
def test_each_kind_of_value_has_one_form(value, stored):
    assert canonical(value) == stored


def test_the_order_of_names_does_not_matter_and_everything_is_ascii():
    assert as_bytes({"b": "ü", "a": 1}) == as_bytes({"a": 1, "b": "ü"}) == b'{"a":1,"b":"\\u00fc"}'


CONTENTS = [
    {"level": "0.50", "list": [1, 2.5, None, True], "nested": {"ü": "é"}},
    {"b": 1, "a": {"z": 1, "y": [{"x": 1}]}},
    [],
    {"count": 0, "share": 0.1},
]


@pytest.mark.parametrize("content", CONTENTS)
@pytest.mark.parametrize("microsecond", [0, 1, 999999, 120000])
def test_what_an_act_recorded_is_what_is_read_again(db, content, microsecond):
    ada = deeds.a_director()
    at = (NOON + timedelta(microseconds=microsecond)).astimezone(FIVE_WEST)
    row = deeds.a_row(deeds.Act("adopted", ada, at), "LIM-1", content)
    opened = deeds.Act("adopted", ada, at)
    opened.add(row)
    assert row_digest(Adoption.objects.get()) == opened.rows[0][2]
    assert Adoption.objects.get().at == at


def test_a_row_has_the_same_digest_on_every_database(db):
    """The figure was made once, on SQLite; PostgreSQL must come to it too."""
    row = Adoption(
        id=7, clinic_id=1, rule="LIM-1", content={"b": [1, 2.5], "a": "ü"}, content_hash="00", meaning="m", by_id=2,
        at=NOON + timedelta(microseconds=30),
    )  # fmt: skip
    ada = deeds.a_director()
    row.clinic_id, row.by_id = ada.clinic_id, ada.staff_id
    row.save(force_insert=True)
    row = Adoption.objects.get()
    row.clinic_id, row.by_id = 1, 2
    assert row_digest(row) == digest_of(
        {"id": 7, "clinic_id": 1, "rule": "LIM-1", "content": {"a": "ü", "b": [1, 2.5]}, "content_hash": "00",
         "meaning": "m", "by_id": 2, "at": "2026-01-05T12:00:00.000030Z"}
    )  # fmt: skip


def test_bytes_are_read_as_they_were_written(db):
    PersonKey.objects.create(person_id=5, wrapped=bytes(range(256)))
    assert row_digest(PersonKey.objects.get()) == digest_of({"person_id": 5, "wrapped": bytes(range(256)).hex()})


def test_the_verifier_reads_lines_by_sql_as_the_sealer_reads_them_by_models(db):
    """A line with every field filled, odd characters and an early microsecond."""
    AuditLine.objects.create(
        kind="read", what="ü – ×", clinic_id=1, by_id=2, person_id=3, about="person:3", reason="\\ \" \n",
        at=NOON + timedelta(microseconds=1), rows=[["t", 1, "d"]],
    )  # fmt: skip
    seal(NOON)
    assert verify().findings == ()


def test_a_field_added_later_leaves_the_digest_of_older_rows_as_it_was() -> None:
    told = {"visit_id": 1, "measure": "pulse", "value": Decimal(70), "device": ""}
    row = Observation(**told)
    stored = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}
    assert row_digest(row) == digest_of({name: value for name, value in stored.items() if name != "drawn"})
    assert row_digest(Observation(**told, drawn=False)) == digest_of({**stored, "drawn": False})
