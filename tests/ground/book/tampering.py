"""Ways to tamper with a clinic's book behind its back, each told by what a verifier must then name.

Used by the tests and by faults/tamper.py; both look at the book with `findings`, which also compares it with the heads
as they were kept elsewhere before the harm (`keep_heads_elsewhere`). Every plant first takes the guards away, as somebody with the database
file in hand could, and puts them back afterwards.
"""

from __future__ import annotations

import base64
import json
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction

from fenestra.ground.book import heads
from fenestra.ground.book.digest import FIRST_LINK, link_of, row_digest
from fenestra.ground.book.finding import Finding
from fenestra.ground.book.models import AuditLine, Seal
from fenestra.ground.book.seal import LINE_FIELDS, line_content
from fenestra.ground.book.triggers import append_only_tables, guards, make_triggers
from fenestra.ground.book.verify import verify
from fenestra.ground.clinic.accounts import add_staff
from fenestra.ground.clinic.models import Adoption

Plant = Callable[[random.Random], str]  # does the harm; gives the row a verifier must name, as "table:id"


def execute(sql: str, values: list[Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values or [])


def one(sql: str, values: list[Any] | None = None) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, values or [])
        return cursor.fetchone()


def drop_guards() -> None:
    for table in append_only_tables():
        for guard in guards(table):
            execute(f"DROP TRIGGER IF EXISTS {guard.name}" + ("" if connection.vendor == "sqlite" else f" ON {table}"))


@contextmanager
def unguarded() -> Iterator[None]:
    """No guards and no foreign keys while the harm is done."""
    with connection.constraint_checks_disabled(), transaction.atomic():  # SQLite: not inside one
        drop_guards()
        if connection.vendor == "postgresql":
            execute("SET LOCAL session_replication_role = replica")
        yield
        if connection.vendor == "postgresql":
            execute("SET LOCAL session_replication_role = origin")
        make_triggers()


def a_colleague(by: Any, at: Any) -> None:
    """Head rows that an act made: an account and its role."""
    add_staff(
        username="bea",
        name="Bea Nurse",
        password="a long enough one",
        roles=("nurse", "rater"),
        by=by,
        at=at,
        key="bea",
    )


def elsewhere() -> Path:
    return heads.head_file().with_name("elsewhere.jsonl")


def keep_heads_elsewhere() -> None:
    """What an auditor does now and then: copies the file of heads to a place this machine cannot write."""
    shutil.copyfile(heads.head_file(), elsewhere())


def findings(key: str) -> list[Finding]:
    """What is found with the clinic's own file of heads, and with the copy kept elsewhere, under the key kept elsewhere."""
    return [found for path in (heads.head_file(), elsewhere()) for found in verify(path, key=key).findings]


def a_line(chance: random.Random, *, least: int = 1) -> int:
    """The id of some sealed audit line of an act with rows."""
    ids = list(AuditLine.objects.filter(kind="write", pk__gte=least).values_list("pk", flat=True))
    return chance.choice(ids)


EDITS: dict[str, Any] = {
    "what": "did something else",
    "by_id": 4711,
    "person_id": 4711,
    "about": "rule:8",
    "reason": "another reason",
    "at": "2020-01-01 00:00:00",
    "clinic_id": 4711,
    "kind": "read",
}


def edit_a_line(chance: random.Random) -> str:
    line, (field, value) = a_line(chance), chance.choice(sorted(EDITS.items()))
    execute(f"UPDATE book_auditline SET {field} = %s WHERE id = %s", [value, line])
    return f"book_auditline:{line}"


def delete_a_line(chance: random.Random) -> str:
    line = a_line(chance)
    execute("DELETE FROM book_auditline WHERE id = %s", [line])
    return f"book_auditline:{line}"


def delete_a_line_with_its_seal(chance: random.Random) -> str:
    line = a_line(chance)
    (seal,) = one("SELECT id FROM book_seal WHERE line_id = %s", [line])
    (last,) = one("SELECT max(id) FROM book_seal")
    (act,) = one("SELECT act_id FROM book_auditline WHERE id = %s", [line])
    execute("DELETE FROM book_seal WHERE id = %s", [seal])
    execute("DELETE FROM book_auditline WHERE id = %s", [line])
    return f"book_act:{act}" if seal == last else f"book_seal:{seal}"


def insert_a_line(chance: random.Random) -> str:
    """A line of long ago, before everything that is sealed."""
    execute(
        "INSERT INTO book_auditline (id, act_id, kind, what, clinic_id, by_id, person_id, about, at, rows, reason) "
        "SELECT -%s, NULL, kind, what, clinic_id, by_id, person_id, about, '2020-01-01 00:00:00', '[]', reason "
        "FROM book_auditline WHERE id = %s",
        [(forged := chance.randint(1, 9999)), a_line(chance)],
    )
    return f"book_auditline:-{forged}"


def swap_two_lines(chance: random.Random) -> str:
    """What two lines say changes places; both stay where they are. Their acts change with them."""
    first, second = a_line(chance), a_line(chance)
    while first == second:
        second = a_line(chance)
    fields = ", ".join(LINE_FIELDS[1:])
    rows = {pk: one(f"SELECT {fields} FROM book_auditline WHERE id = %s", [pk]) for pk in (first, second)}
    places = ", ".join(f"{name} = %s" for name in LINE_FIELDS[1:])
    for pk, other in ((first, second), (second, first)):
        execute(f"UPDATE book_auditline SET {places} WHERE id = %s", [*rows[other], pk])
    return f"book_auditline:{first}"


def swap_two_links(chance: random.Random) -> str:
    """Two seals change places, so that the lines stand in another order."""
    last = one("SELECT max(id) FROM book_seal")[0]
    number = chance.randint(1, last - 1)
    (line,) = one("SELECT line_id FROM book_seal WHERE id = %s", [number])
    for old, new in ((number, -1), (number + 1, number), (-1, number + 1)):
        execute("UPDATE book_seal SET id = %s WHERE id = %s", [new, old])
    return f"book_auditline:{line}"


def cut_the_chain(chance: random.Random) -> str:
    """The newest lines vanish with their seals, acts and rows, as if they had never been."""
    (last,) = one("SELECT max(id) FROM book_seal")
    keep = chance.randint(1, last - 1)
    (line,) = one("SELECT line_id FROM book_seal WHERE id = %s", [keep])
    (act,) = one("SELECT max(act_id) FROM book_auditline WHERE id <= %s", [line])
    for table, pk, _, *version in rows_after(line):
        if version in ([], [1]):
            execute(f"DELETE FROM {table} WHERE id = %s", [pk])
    for table in ("book_event", "book_requestkey"):
        execute(f"DELETE FROM {table} WHERE act_id > %s", [act])
    execute("DELETE FROM book_seal WHERE id > %s", [keep])
    execute("DELETE FROM book_auditline WHERE id > %s", [line])
    return f"book_seal:{last}"


def rows_after(line: int) -> list[list[Any]]:
    found = []
    for rows in AuditLine.objects.filter(pk__gt=line).order_by("-pk").values_list("rows", flat=True):
        found += reversed(rows)
    return found


def rebuild_the_chain(chance: random.Random) -> str:
    """A line is edited and every link from it on is made again, as somebody who knows this code could."""
    changed = a_line(chance)
    execute("UPDATE book_auditline SET what = 'did something else' WHERE id = %s", [changed])
    link = FIRST_LINK
    lines = {line["id"]: line for line in AuditLine.objects.values(*LINE_FIELDS)}
    for seal in Seal.objects.order_by("pk"):
        link = link_of(link, line_content(lines[seal.line_id]))
        execute("UPDATE book_seal SET link = %s WHERE id = %s", [link, seal.pk])
    return f"book_seal:{one('SELECT max(id) FROM book_seal')[0]}"


def change_a_row(chance: random.Random) -> str:
    """A row of another room changes; its audit line does not."""
    row = some_adoption(chance)
    field, value = chance.choice(
        [("rule", "forged"), ("meaning", "more"), ("content", '{"a": 1}'), ("at", "2020-01-01")]
    )
    execute(f"UPDATE clinic_adoption SET {field} = %s WHERE id = %s", [value, row])
    return f"clinic_adoption:{row}"


def some_adoption(chance: random.Random) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM clinic_adoption ORDER BY id")
        return chance.choice([row[0] for row in cursor.fetchall()])


def delete_a_row(chance: random.Random) -> str:
    row = some_adoption(chance)
    execute("DELETE FROM clinic_adoption WHERE id = %s", [row])
    return f"clinic_adoption:{row}"


def put_a_row_in(chance: random.Random) -> str:
    """A row that no act wrote."""
    execute(
        "INSERT INTO clinic_adoption (id, clinic_id, rule, content, content_hash, meaning, by_id, at) "
        "SELECT %s, clinic_id, rule, content, content_hash, meaning, by_id, at FROM clinic_adoption WHERE id = %s",
        [(forged := chance.randint(10**6, 10**7)), some_adoption(chance)],
    )
    return f"clinic_adoption:{forged}"


def change_who_did_it(chance: random.Random) -> str:
    """The act itself names another human or another moment."""
    (act,) = one("SELECT act_id FROM book_auditline WHERE id = %s", [a_line(chance)])
    field, value = chance.choice([("by_id", 4711), ("at", "2020-01-01 00:00:00"), ("name", "did something else")])
    execute(f"UPDATE book_act SET {field} = %s WHERE id = %s", [value, act])
    return f"book_act:{act}"


def change_a_row_and_record_it_again(chance: random.Random) -> str:
    """A row changes, and a new line says that this is how it was."""
    row = some_adoption(chance)
    execute("UPDATE clinic_adoption SET rule = 'forged' WHERE id = %s", [row])
    (last,) = one("SELECT max(id) FROM book_auditline")
    forged = json.dumps([["clinic_adoption", row, row_digest(Adoption.objects.get(pk=row))]])
    execute(
        "INSERT INTO book_auditline (id, act_id, kind, what, clinic_id, by_id, person_id, about, at, rows, reason) "
        "SELECT %s, NULL, kind, what, clinic_id, by_id, person_id, about, at, %s, reason FROM book_auditline WHERE id = %s",
        [last + 1, forged, last],
    )
    return f"clinic_adoption:{row}"


def rebuild_with_heads_nobody_signed(chance: random.Random) -> str:
    """The chain is made anew from its beginning, and the file of heads with it, as of a version that signed none."""
    rebuild_the_chain(chance)
    _write_heads(None)
    return heads.head_file().name


def rebuild_with_heads_of_another_key(chance: random.Random) -> str:
    """The chain and its heads are made anew, signed with a key of the forger's own."""
    rebuild_the_chain(chance)
    _write_heads(Ed25519PrivateKey.generate())
    return f"{heads.head_file().name}:1"


def rebuild_with_the_stolen_key(chance: random.Random) -> str:
    """The chain is made anew by somebody who also holds the key; the copy kept elsewhere tells."""
    named = rebuild_the_chain(chance)
    _write_heads(heads._private_key())
    return named


def cut_the_chain_and_its_heads(chance: random.Random) -> str:
    """The newest lines vanish, and so do their heads in the clinic's own file; the copy kept elsewhere tells."""
    named = cut_the_chain(chance)
    (last,) = one("SELECT max(id) FROM book_seal")
    kept = [text for text in heads.head_file().read_text().splitlines() if json.loads(text)["seal"] <= last]
    heads.head_file().write_text("".join(f"{text}\n" for text in kept))
    return named


def _write_heads(key: Ed25519PrivateKey | None) -> None:
    """One head for each that stood in the file, as the chain says now."""
    told = []
    for number in [json.loads(text)["seal"] for text in heads.head_file().read_text().splitlines()]:
        line, link = one("SELECT line_id, link FROM book_seal WHERE id = %s", [number])
        head = {"seal": number, "line": line, "link": link, "at": "2026-01-05T12:00:00+00:00"}
        if key:
            head["signature"] = base64.urlsafe_b64encode(key.sign(heads._signed_bytes(head))).decode()
        told.append(json.dumps(head) + "\n")
    heads.head_file().write_text("".join(told))


def change_a_head(chance: random.Random) -> str:
    """One head of the file names another moment."""
    told = heads.head_file().read_text().splitlines()
    number = chance.randrange(len(told))
    told[number] = json.dumps({**json.loads(told[number]), "at": "2020-01-01T00:00:00+00:00"})
    heads.head_file().write_text("".join(f"{text}\n" for text in told))
    return f"{heads.head_file().name}:{number + 1}"


def put_a_head_in(chance: random.Random) -> str:
    """A head that nobody signed stands after those that were."""
    line, link = one("SELECT line_id, link FROM book_seal WHERE id = 1")
    with heads.head_file().open("a") as file:
        file.write(json.dumps({"seal": 1, "line": line, "link": link, "at": "2020-01-01T00:00:00+00:00"}) + "\n")
    return f"{heads.head_file().name}:{len(heads.head_file().read_text().splitlines())}"


def change_a_head_row(chance: random.Random) -> str:
    """A row that may change is changed by nobody's act."""
    bea = one("SELECT id FROM clinic_staff WHERE username = 'bea'")[0]
    table, pk, column, value = chance.choice(
        [
            ("clinic_staff", bea, "password", "a hash of the forger's own"),
            ("clinic_staff", bea, "name", "Somebody Else"),
            ("clinic_membership", _role_of(bea), "role", "medical director"),
            ("clinic_clinic", one("SELECT max(id) FROM clinic_clinic")[0], "name", "Another Clinic"),
        ]
    )
    execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [value, pk])
    return f"{table}:{pk}"


def _role_of(staff_id: int) -> int:
    found: int = one("SELECT max(id) FROM clinic_membership WHERE staff_id = %s", [staff_id])[0]
    return found


def change_a_head_row_as_a_new_version(chance: random.Random) -> str:
    """The forger counts the version up, as an act would."""
    pk = one("SELECT max(id) FROM clinic_clinic")[0]
    execute("UPDATE clinic_clinic SET name = 'Another Clinic', version = version + 1 WHERE id = %s", [pk])
    return f"clinic_clinic:{pk}"


def put_an_older_version_back(chance: random.Random) -> str:
    """A head row becomes again what it was before its last act."""
    pk = one("SELECT max(id) FROM clinic_clinic")[0]
    execute("UPDATE clinic_clinic SET name = 'River Clinic', version = version - 1 WHERE id = %s", [pk])
    return f"clinic_clinic:{pk}"


def delete_a_head_row(chance: random.Random) -> str:
    pk = _role_of(one("SELECT id FROM clinic_staff WHERE username = 'bea'")[0])
    execute("DELETE FROM clinic_membership WHERE id = %s", [pk])
    return f"clinic_membership:{pk}"


def put_a_head_row_in(chance: random.Random) -> str:
    """A role that no act gave."""
    bea = one("SELECT id FROM clinic_staff WHERE username = 'bea'")[0]
    execute(
        "INSERT INTO clinic_membership (id, version, clinic_id, staff_id, role, ended_at) "
        "SELECT %s, 1, clinic_id, staff_id, 'medical director', NULL FROM clinic_membership WHERE id = %s",
        [(forged := chance.randint(10**6, 10**7)), _role_of(bea)],
    )
    return f"clinic_membership:{forged}"


PLANTS: tuple[Plant, ...] = (
    edit_a_line,
    delete_a_line,
    delete_a_line_with_its_seal,
    insert_a_line,
    swap_two_lines,
    swap_two_links,
    cut_the_chain,
    rebuild_the_chain,
    change_a_row,
    delete_a_row,
    put_a_row_in,
    change_who_did_it,
    change_a_row_and_record_it_again,
    rebuild_with_heads_nobody_signed,
    rebuild_with_heads_of_another_key,
    rebuild_with_the_stolen_key,
    cut_the_chain_and_its_heads,
    change_a_head,
    put_a_head_in,
    change_a_head_row,
    change_a_head_row_as_a_new_version,
    put_an_older_version_back,
    delete_a_head_row,
    put_a_head_row_in,
)
