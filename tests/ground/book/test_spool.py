"""What happened is kept outside the database when that does not answer, and written once when it does."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DataError, OperationalError, connection, transaction

from fenestra.ground.book import spool
from fenestra.ground.book.act import act
from fenestra.ground.book.models import AuditLine, RequestKey
from fenestra.ground.book.told import NotPlain
from fenestra.ground.book.verify import verify
from fenestra.ground.clinic.models import Adoption
from fenestra.science.errors import Refused
from tests.ground.book import deeds
from tests.ground.book.deeds import NOON, keep_rule, record, together


@pytest.fixture
def ada(book_db):
    return deeds.a_director()


@pytest.fixture
def silent(monkeypatch):
    """A database that does not answer until `silent.undo()`."""

    def fail(*_, **__):
        raise OperationalError("the database does not answer")

    with monkeypatch.context() as patch:
        patch.setattr(transaction, "atomic", fail)
        yield patch


def files(ending: str) -> list[str]:
    return sorted(path.name for path in spool.folder().glob(f"*.{ending}"))


# Kept, and written later.


def test_the_record_of_what_happened_is_kept_and_said_to_be(ada, silent):
    done = record(rule="given", by=ada, at=NOON, key="k")
    assert done.spooled and "Kept safe outside the database" in done.said
    assert spool.waiting() == 1
    silent.undo()
    assert deeds.counts() == deeds.NOTHING


def test_it_is_written_once_when_the_database_answers_again(ada, silent):
    record(rule="given", by=ada, at=NOON, key="k")
    silent.undo()
    assert (spool.play(NOON), spool.play(NOON)) == (1, 0)
    assert deeds.counts() == deeds.kept(1)
    assert spool.waiting() == 0
    assert Adoption.objects.get().at == NOON


def test_the_request_that_was_kept_gets_its_answer_when_it_comes_again(ada, silent):
    record(rule="given", by=ada, at=NOON, key="k")
    silent.undo()
    spool.play(NOON)
    assert record(rule="given", by=ada, at=NOON, key="k").again
    assert deeds.counts() == deeds.kept(1)


def test_an_ordinary_act_is_not_kept_and_fails(ada, silent):
    with pytest.raises(OperationalError):
        keep_rule(rule="LIM-1", by=ada, at=NOON, key="k")
    assert files("*") == []


def test_a_refusal_is_not_kept(ada):
    with pytest.raises(Refused):
        record(rule="given", last="refuse", by=ada, at=NOON, key="k")
    assert files("*") == []


def test_it_is_kept_in_the_order_in_which_it_happened(ada, silent):
    for n in range(12):
        record(rule=f"step {n}", by=ada, at=NOON, key=str(n))
    silent.undo()
    assert spool.play(NOON) == 12
    assert [row.rule for row in Adoption.objects.order_by("pk")] == [f"step {n}" for n in range(12)]


def test_what_happened_before_is_written_before_what_happened_after(ada, silent):
    record(rule="dose started", by=ada, at=NOON, key="start")
    silent.undo()
    record(rule="dose stopped", by=ada, at=NOON, key="stop")
    assert [row.rule for row in Adoption.objects.order_by("pk")] == ["dose started", "dose stopped"]
    assert spool.waiting() == 0


def test_what_the_database_still_does_not_take_stays_in_its_place(ada, silent):
    for n in range(3):
        record(rule=f"step {n}", by=ada, at=NOON, key=str(n))
    before = files("kept")
    assert spool.play(NOON) == 0
    assert files("kept") == before


def test_nothing_of_what_is_kept_can_be_read_in_its_file(ada, silent):
    record(rule="given to Rosa Quinn", by=ada, at=NOON, key="k")
    (path,) = spool.folder().glob("*.kept")
    assert b"Rosa" not in path.read_bytes()


def test_a_value_that_no_file_can_hold_shows_before_it_is_needed(ada):
    with pytest.raises(NotPlain):
        record(rule=object(), by=ada, at=NOON, key="k")
    assert deeds.counts() == deeds.NOTHING


# A database that really does not answer.


def lock_out(book_db: str):
    """Another connection that holds the database, and the wait for it cut short."""
    if connection.vendor == "sqlite":
        other = sqlite3.connect(book_db, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        connection.cursor().execute("PRAGMA busy_timeout=50")
        return other
    other = connection.copy()
    other.connect()
    other.set_autocommit(False)
    other.cursor().execute("LOCK TABLE book_act IN ACCESS EXCLUSIVE MODE")
    connection.cursor().execute("SET lock_timeout = 50")
    return other


def test_a_database_held_by_another_program_makes_the_record_wait_and_loses_nothing(ada, book_db):
    with closing(lock_out(book_db)):
        assert record(rule="given", by=ada, at=NOON, key="k").spooled
        assert record(rule="given", by=ada, at=NOON, key="k").spooled  # the nurse presses again
        assert spool.play(NOON) == 0
        assert spool.waiting() == 2
    assert spool.play(NOON) == 2
    assert deeds.counts() == deeds.kept(1)
    assert spool.waiting() == 0


def test_a_record_does_not_wait_as_long_as_an_order_for_a_database_that_is_held(ada, book_db):
    """Two records, and one wait of the usual five seconds would already fail; each of ours is less than one."""
    with closing(lock_out(book_db)):
        usual = "PRAGMA busy_timeout=5000" if connection.vendor == "sqlite" else "SET lock_timeout = 5000"
        connection.cursor().execute(usual)
        began = time.monotonic()
        assert record(rule="given", by=ada, at=NOON, key="1").spooled
        assert record(
            rule="stopped", by=ada, at=NOON, key="2"
        ).spooled  # what waits before it is tried in the same time
        assert time.monotonic() - began < 4.5


# A crash at any moment.


def test_an_act_whose_file_outlived_its_write_is_written_once(ada, silent, monkeypatch):
    """The process dies after the commit and before the file is gone."""
    record(rule="given", by=ada, at=NOON, key="k")
    silent.undo()
    with monkeypatch.context() as patch:
        patch.setattr(type(spool.folder()), "unlink", die)
        with pytest.raises(KeyboardInterrupt):
            spool.play(NOON)
    assert spool.waiting() == 1
    assert spool.play(NOON) == 1
    assert deeds.counts() == deeds.kept(1)


def test_an_act_whose_write_was_cut_off_is_still_kept(ada, silent, monkeypatch):
    """The process dies in the middle of the write."""
    record(rule="given", by=ada, at=NOON, key="k")
    silent.undo()
    with monkeypatch.context() as patch:
        patch.setattr(RequestKey, "save", die)
        with pytest.raises(KeyboardInterrupt):
            spool.play(NOON)
    assert deeds.counts() == deeds.NOTHING
    assert spool.play(NOON) == 1
    assert deeds.counts() == deeds.kept(1)


def die(*_, **__):
    raise KeyboardInterrupt


def test_two_threads_that_play_at_one_moment_write_each_act_once(ada, silent):
    for n in range(10):
        record(rule=f"step {n}", by=ada, at=NOON, key=str(n))
    silent.undo()
    for future in together(*[lambda: spool.play(NOON)] * 3):
        assert future.exception() is None
    assert deeds.counts() == deeds.kept(10)
    assert spool.waiting() == 0


# What cannot be played.


def test_an_act_refused_when_played_is_set_aside_and_counted_and_the_rest_goes_on(ada, silent, monkeypatch):
    monkeypatch.setitem(deeds.LAST, "turns", deeds.nothing)
    record(rule="first", last="turns", by=ada, at=NOON, key="1")
    record(rule="second", by=ada, at=NOON, key="2")
    silent.undo()
    monkeypatch.setitem(deeds.LAST, "turns", deeds.refuse)
    assert spool.play(NOON) == 1
    assert (spool.waiting(), spool.refused()) == (0, 1)
    assert deeds.counts() == deeds.kept(1, refusals=1)


@pytest.mark.parametrize("fault", [TypeError, KeyError, DataError, AssertionError])
def test_a_kept_act_that_fails_when_played_holds_nothing_back(ada, silent, monkeypatch, fault):
    def fail(act):
        raise fault("out of range")

    monkeypatch.setitem(deeds.LAST, "turns", deeds.nothing)
    record(rule="first", last="turns", by=ada, at=NOON, key="1")
    record(rule="second", by=ada, at=NOON, key="2")
    silent.undo()
    monkeypatch.setitem(deeds.LAST, "turns", fail)
    assert not record(rule="third", by=ada, at=NOON, key="3").spooled
    assert [kept.rule for kept in Adoption.objects.order_by("pk")] == ["second", "third"]
    assert (spool.waiting(), spool.refused()) == (0, 1)


def test_an_act_that_another_thread_has_just_set_aside_does_not_stop_the_next_record(ada, silent, monkeypatch):
    def refuse_after_another(act):
        (path,) = spool.folder().glob("*.kept")
        path.rename(path.with_suffix(".refused"))
        raise Refused("Not now.")

    monkeypatch.setitem(deeds.LAST, "turns", deeds.nothing)
    record(rule="first", last="turns", by=ada, at=NOON, key="1")
    silent.undo()
    monkeypatch.setitem(deeds.LAST, "turns", refuse_after_another)
    assert not record(rule="second", by=ada, at=NOON, key="2").spooled
    assert Adoption.objects.get().rule == "second"
    assert (spool.waiting(), spool.refused()) == (0, 1)


def test_a_file_that_cannot_be_read_is_set_aside_once_and_does_not_hold_back_the_others(ada, silent, caplog):
    record(rule="first", by=ada, at=NOON, key="1")
    (path,) = spool.folder().glob("*.kept")
    path.write_bytes(path.read_bytes()[:-8])
    record(rule="second", by=ada, at=NOON, key="2")
    silent.undo()
    assert (spool.play(NOON), spool.play(NOON)) == (1, 0)
    assert (spool.waiting(), spool.refused(), spool.unreadable()) == (0, 0, 1)
    assert [line.message for line in caplog.records if "cannot be read" in line.message] == [
        f"The kept act {path.name} cannot be read and is set aside: InvalidTag"
    ]
    assert Adoption.objects.get().rule == "second"


def test_what_was_kept_by_an_act_this_version_does_not_know_waits_for_a_human(ada, book_db):
    spool.keep("an act of an older version", by=ada, at=NOON, key="k", told={})
    assert spool.play(NOON) == 0
    assert (spool.waiting(), spool.unreadable()) == (0, 1)


# The name of an act.


def test_an_act_is_kept_under_its_name_so_that_a_file_may_be_moved(ada, silent):
    record(rule="given", by=ada, at=NOON, key="k")
    (path,) = spool.folder().glob("*.kept")
    assert spool._read(path)["action"] == "recorded what happened"


def test_no_two_acts_have_one_name():
    with pytest.raises(ValueError, match="'recorded what happened' is the name of the act"):

        @act("recorded what happened", happened=True)
        def another(opened): ...


# The audit line.


@pytest.fixture
def no_audit(monkeypatch):
    """An audit table that takes no line until `no_audit.undo()`."""

    def fail(*_, **__):
        raise OperationalError("disk I/O error")

    with monkeypatch.context() as patch:
        patch.setattr(AuditLine, "save", fail)
        yield patch


def test_an_audit_line_that_fails_blocks_an_ordinary_act(ada, no_audit):
    with pytest.raises(OperationalError):
        keep_rule(rule="LIM-1", by=ada, at=NOON, key="k")
    assert deeds.counts() == deeds.NOTHING


def test_an_audit_line_that_fails_never_blocks_the_record_of_what_happened(ada, no_audit):
    done = record(rule="given", by=ada, at=NOON, key="k")
    assert done.id and not done.spooled
    assert deeds.counts() == deeds.holds(acts=1, rows=1, events=1, keys=1)
    assert spool.waiting() == 1


def test_the_late_audit_line_is_written_once_and_the_book_is_whole_again(ada, no_audit):
    done = record(rule="given", person_id=5, by=ada, at=NOON, key="k")
    assert not verify().whole
    no_audit.undo()
    spool.play(NOON)
    spool.play(NOON + timedelta(seconds=1))
    line = AuditLine.objects.get()
    assert (line.act_id, line.kind, line.person_id, line.about) == (done.act_id, "write", 5, "rule:7")
    assert verify().findings == ()


def test_no_late_audit_line_is_kept_for_an_act_that_was_rolled_back(ada, no_audit, monkeypatch):
    def fail(*_, **__):
        raise ValueError("a fault of ours, after the audit line")

    monkeypatch.setattr(RequestKey, "save", fail)
    with pytest.raises(ValueError, match="after the audit line"):
        record(rule="given", by=ada, at=NOON, key="k")
    assert files("*") == []


def test_a_human_with_roles_is_the_same_human_when_the_act_is_played(ada, silent):
    lead = replace(ada, roles=frozenset({"lead", "nurse"}))
    record(rule="given", by=lead, at=NOON, key="k")
    silent.undo()
    spool.play(NOON)
    assert AuditLine.objects.get().by_id == lead.staff_id
