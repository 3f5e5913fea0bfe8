"""The sealer chains what was committed; the verifier finds every way of tampering with it, and nothing else."""

from __future__ import annotations

import hashlib
import json
import random
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

from fenestra.ground.book import clock, heads
from fenestra.ground.book import seal as seals
from fenestra.ground.book.heads import public_key, write_head
from fenestra.ground.book.models import AuditLine, Seal
from fenestra.ground.book.scope import Scope
from fenestra.ground.book.seal import head_file, seal
from fenestra.ground.book.verify import verify
from fenestra.ground.clinic import accounts
from fenestra.ground.clinic.actions import found_clinic
from fenestra.ground.clinic.models import Staff
from fenestra.science.errors import BadInput, Refused
from tests.ground.book import deeds, tampering
from tests.ground.book.deeds import NOON, keep_rule, keep_two, rename, together


def write_some(ada, count: int) -> None:
    """Acts of every kind: single, nested, head rows made and changed, refused; sealed now and then."""
    for n in range(count):
        keep_rule(rule=f"LIM-{n}", person_id=n % 3 or None, by=ada, at=NOON, key=f"a{n}")
        keep_two(first=f"A-{n}", second=f"B-{n}", by=ada, at=NOON, key=f"b{n}")
        rename(name=f"River {n}", seen=n + 1, by=ada, at=NOON, key=f"c{n}")
        with pytest.raises(Refused):
            keep_rule(rule="LIM", person_id=1, last="refuse", by=ada, at=NOON, key=f"d{n}")
        if n % 2:
            seal(NOON)
    tampering.a_colleague(ada, NOON)
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
    mutable = 1 + 2 + 2  # the clinic, two accounts, two roles
    assert (found.lines, found.rows) == (1 + 32, 24 + 25 + mutable)  # rows of rooms, and the acts themselves
    assert found.uncovered == 1  # the director's account, which no act made


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
    tampering.keep_heads_elsewhere()
    key = public_key()
    with tampering.unguarded():
        named = plant(random.Random(seed))
    assert named in [finding.row for finding in tampering.findings(key)]


@pytest.mark.parametrize("plant", tampering.PLANTS, ids=lambda plant: plant.__name__)
def test_the_sealer_does_not_cover_up_what_was_tampered_with(real_ada, plant):
    """The sealer runs on after the harm; the finding stays."""
    write_some(real_ada, 3)
    tampering.keep_heads_elsewhere()
    with tampering.unguarded():
        plant(random.Random(1))
    seal(NOON)
    assert tampering.findings(public_key())


def test_without_a_head_from_outside_a_rebuilt_chain_looks_whole(ada):
    """Why the head is written on another disk."""
    write_some(ada, 2)
    with tampering.unguarded():
        tampering.rebuild_the_chain(random.Random(1))
    assert verify(None).findings == ()
    assert [f.what for f in verify(head_file()).findings] != []


def test_heads_of_an_older_version_may_stand_before_signed_ones(ada):
    """They were not signed then; they can accuse the chain, and never vouch for it."""
    write_some(ada, 1)
    head_file().write_text("".join(unsigned(text) for text in head_file().read_text().splitlines()))
    assert [f.what for f in verify(head_file()).findings] == ["holds no signed head: nobody vouches for this chain"]
    write_head(NOON)
    assert verify(head_file()).findings == ()


def unsigned(text: str) -> str:
    return json.dumps({name: value for name, value in json.loads(text).items() if name != "signature"}) + "\n"


def test_heads_are_asked_for_the_key_that_was_kept_elsewhere(ada, settings, tmp_path):
    """Whoever puts a key of their own in the place of the clinic's is found by whoever kept the public one."""
    write_some(ada, 1)
    key, path = public_key(), tmp_path / "public"
    path.write_text(key)
    assert verify(head_file(), key=key).whole and verify(head_file(), key=str(path)).whole
    settings.FENESTRA_HEAD_KEY_FILE = settings.FENESTRA_MASTER_KEY_FILE
    assert [f.what for f in verify(head_file()).findings] == ["was not signed by this clinic's key"]
    with pytest.raises(BadInput, match="no public key"):
        verify(head_file(), key="nonsense")


def test_a_head_file_that_was_cut_is_named(ada, monkeypatch):
    write_some(ada, 4)
    kept = head_file().read_text().splitlines()
    assert len(kept) > 1
    head_file().write_text(kept[0] + "\n")
    assert verify(head_file()).whole  # a head may be a moment late
    later = clock.now() + timedelta(minutes=3)
    monkeypatch.setattr(clock, "now", lambda: later)
    after = json.loads(kept[0])["seal"] + 1
    assert [f.row for f in verify(head_file()).findings] == [f"book_seal:{after}"]


def test_a_server_that_stopped_before_the_head_was_written_writes_it_when_it_starts(ada):
    write_some(ada, 2)
    whole = head_file().read_text().splitlines()
    head_file().write_text("".join(f"{text}\n" for text in whole[:-1]))
    heads._looked_at.clear()
    seal(NOON)
    assert json.loads(head_file().read_text().splitlines()[-1])["link"] == json.loads(whole[-1])["link"]
    assert verify(head_file()).whole


# Rows that may change.


def test_in_a_book_that_recorded_head_rows_from_its_first_line_none_goes_uncovered(db):
    clinic_id = found_clinic(
        slug="lake", name="Lake", time_zone="Europe/Berlin", phone="", crisis_line="", made_up=True, at=NOON
    )
    by = Scope(clinic_id, None)
    tampering.a_colleague(by, NOON)
    assert (verify(None).findings, verify(None).uncovered) == ((), 0)
    Staff.objects.create(pk=-5, username="mole", name="Mole", password="!")
    assert [f.row for f in verify(None).findings] == ["clinic_staff:-5"]


def test_signing_in_changes_nothing_that_is_covered(ada):
    keep_rule(rule="LIM-1", by=ada, at=NOON, key="k")
    tampering.a_colleague(ada, NOON)
    bea = Staff.objects.get(username="bea")
    bea.last_login = NOON
    bea.save(update_fields=["last_login"])
    assert bea.check_password("a long enough one") and verify(None).findings == ()


def test_accounts_and_roles_stay_covered_through_every_act(ada):
    keep_rule(rule="LIM-1", by=ada, at=NOON, key="k")
    tampering.a_colleague(ada, NOON)
    bea, by = Staff.objects.get(username="bea").pk, replace(ada, roles=frozenset({"lead"}))
    accounts.give_role(staff_id=bea, role="pharmacist", by=by, at=NOON, key="1")
    accounts.end_role(staff_id=bea, role="pharmacist", by=by, at=NOON, key="2")
    accounts.disable_account(staff_id=bea, reason="left", by=by, at=NOON, key="3")
    accounts.enable_account(staff_id=bea, by=by, at=NOON, key="4")
    own = replace(by, staff_id=bea)
    accounts.change_password(old="a long enough one", new="another long one", by=own, at=NOON, key="5")
    assert verify(None).findings == ()


def test_a_head_file_that_is_gone_or_cannot_be_read_is_named(ada):
    write_some(ada, 1)
    with head_file().open("a") as file:
        file.write('{"seal": 1, "li')
    assert [f.what for f in verify(head_file()).findings] == ["cannot be read"]
    head_file().unlink()
    assert [f.row for f in verify(head_file()).findings] == ["head.jsonl"]
