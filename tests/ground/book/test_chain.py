"""The sealer chains what was committed; the verifier finds every way of tampering with it, and nothing else."""

from __future__ import annotations

import hashlib
import json
import random
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

from fenestra.ground.book import seal as seals
from fenestra.ground.book.models import AuditLine, Seal
from fenestra.ground.book.seal import head_file, seal
from fenestra.ground.book.verify import verify
from fenestra.science.errors import Refused
from tests.ground.book import deeds, tampering
from tests.ground.book.deeds import NOON, keep_rule, keep_two, rename, together


def write_some(ada, count: int) -> None:
    """Acts of every kind: single, nested, a changed head row, refused; sealed now and then."""
    for n in range(count):
        keep_rule(rule=f"LIM-{n}", person_id=n % 3 or None, by=ada, at=NOON, key=f"a{n}")
        keep_two(first=f"A-{n}", second=f"B-{n}", by=ada, at=NOON, key=f"b{n}")
        rename(name=f"River {n}", seen=n + 1, by=ada, at=NOON, key=f"c{n}")
        with pytest.raises(Refused):
            keep_rule(rule="LIM", person_id=1, last="refuse", by=ada, at=NOON, key=f"d{n}")
        if n % 2:
            seal(NOON)
    seal(NOON)


@pytest.fixture
def ada(db):
    return deeds.a_director()


@pytest.fixture
def real_ada(book_db):
    return deeds.a_director()


# An honest book.


def test_an_honest_book_has_no_findings(ada):
    write_some(ada, 8)
    found = verify(head_file())
    assert found.findings == ()
    assert (found.lines, found.rows) == (32, 24 + 24)  # rows of rooms, and the acts themselves


def test_an_empty_book_is_whole(db):
    assert verify(head_file()).whole


def test_each_line_is_sealed_once_in_order(ada):
    write_some(ada, 3)
    assert seal(NOON) == 0
    assert list(Seal.objects.order_by("pk").values_list("pk", "line_id")) == [
        (n, line) for n, line in enumerate(AuditLine.objects.order_by("pk").values_list("pk", flat=True), start=1)
    ]


def test_more_lines_than_a_batch_are_sealed_in_one_go(ada, monkeypatch):
    monkeypatch.setattr(seals, "BATCH", 3)
    for n in range(10):
        keep_rule(rule=f"LIM-{n}", by=ada, at=NOON, key=str(n))
    assert seal(NOON) == 10
    assert verify(head_file()).whole
    assert len(head_file().read_text().splitlines()) == 4


def test_the_head_is_kept_outside_the_database(ada):
    write_some(ada, 1)
    last = Seal.objects.latest("pk")
    assert last.link in head_file().read_text().splitlines()[-1]
    assert head_file().resolve() != Path(settings.DATABASES["default"]["NAME"]).resolve()


def test_the_exact_bytes_of_a_link_are_those_of_the_readme(ada):
    """Written once more with nothing of the project, as an outsider would."""
    keep_rule(rule="LIM-1", by=ada, at=NOON, key="k")
    seal(NOON)
    line = AuditLine.objects.values().get()
    line["at"] = line["at"].strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    text = "0" * 64 + "\n" + json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    assert Seal.objects.get().link == hashlib.sha256(text.encode()).hexdigest()


def test_the_verifier_does_not_accuse_a_clinic_at_work(real_ada):
    """Acts and the sealer go on while the book is verified again and again."""
    keep_rule(rule="first", by=real_ada, at=NOON, key="first")
    seal(NOON)
    stop = threading.Event()

    def work(name):
        def run():
            for n in range(40):
                keep_rule(rule=name, by=real_ada, at=NOON, key=f"{name}{n}")

        return run

    def sealing():
        while not stop.is_set():
            seal(NOON)

    def verifying():
        found = []
        try:
            for _ in range(15):
                found += verify(head_file()).findings
        finally:
            stop.set()
        return found

    *others, verdict = together(work("A"), work("B"), sealing, verifying)
    assert [other.exception() for other in others] == [None] * 3
    assert verdict.result() == []
    seal(NOON)
    assert verify(head_file()).whole


def test_a_line_that_commits_after_a_later_one_was_sealed_is_honest(real_ada, monkeypatch):
    """PostgreSQL hands out ids before commits. On SQLite the second act waits for the first."""
    opened, go_on = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            keep_rule(rule="slow", by=real_ada, at=NOON, key="slow", last="nothing said")
            opened.set()
            go_on.wait(2)

    monkeypatch.setitem(deeds.LAST, "nothing said", lambda act: act.events.clear())
    thread = threading.Thread(target=lambda: (slow(), connection.close()))
    thread.start()
    assert opened.wait(5)
    if connection.vendor == "sqlite":
        go_on.set()
    keep_rule(rule="quick", by=real_ada, at=NOON, key="quick")
    seal(NOON)
    go_on.set()
    thread.join(10)
    assert verify(head_file()).findings == ()
    seal(NOON)
    assert verify(head_file()).findings == ()
    assert Seal.objects.count() == 2


# A book somebody tampered with.


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("plant", tampering.PLANTS, ids=lambda plant: plant.__name__)
def test_tampering_is_found_and_named(real_ada, plant, seed):
    write_some(real_ada, 3)
    with tampering.unguarded():
        named = plant(random.Random(seed))
    found = verify(head_file())
    assert named in [finding.row for finding in found.findings]


@pytest.mark.parametrize("plant", tampering.PLANTS, ids=lambda plant: plant.__name__)
def test_the_sealer_does_not_cover_up_what_was_tampered_with(real_ada, plant):
    """The sealer runs on after the harm; the finding stays."""
    write_some(real_ada, 3)
    with tampering.unguarded():
        plant(random.Random(1))
    seal(NOON)
    assert verify(head_file()).findings


def test_without_a_head_from_outside_a_rebuilt_chain_looks_whole(ada):
    """Why the head is written on another disk."""
    write_some(ada, 2)
    with tampering.unguarded():
        tampering.rebuild_the_chain(random.Random(1))
    assert verify(None).findings == ()
    assert [f.what for f in verify(head_file()).findings] != []


def test_a_head_file_that_is_gone_or_cannot_be_read_is_named(ada):
    write_some(ada, 1)
    with head_file().open("a") as file:
        file.write('{"seal": 1, "li')
    assert [f.what for f in verify(head_file()).findings] == ["cannot be read"]
    head_file().unlink()
    assert [f.row for f in verify(head_file()).findings] == ["head.jsonl"]
