"""One act is one transaction with one number, one audit line and its events; the same request gets its first answer."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from django.db import DatabaseError, IntegrityError, connection

from fenestra.ground.book import vault
from fenestra.ground.book.act import EVENT_ORDER_LOCK, Act, KeyReused, Stale
from fenestra.ground.book.hub import events_after
from fenestra.ground.book.models import Act as ActRow
from fenestra.ground.book.models import AuditLine, Event, RequestKey
from fenestra.ground.clinic.models import Adoption, Clinic, Staff
from fenestra.science.errors import Refused
from tests.ground.book import deeds
from tests.ground.book.deeds import NOON, keep_regardless, keep_rule, keep_two, record, rename, together


@pytest.fixture
def ada(db):
    return deeds.a_director()


@pytest.fixture
def real_ada(book_db):
    return deeds.a_director()


# The same request twice.


def test_the_same_key_gives_the_first_answer_and_writes_nothing_more(ada):
    first = keep_rule(rule="LIM-1", by=ada, at=NOON, key="k")
    again = keep_rule(rule="LIM-1", by=ada, at=NOON, key="k")
    assert (again.act_id, again.id, again.said, again.version) == (first.act_id, first.id, first.said, first.version)
    assert again.again and not first.again
    assert deeds.counts() == deeds.kept(1)


def test_the_same_key_with_other_content_is_refused_and_the_refusal_is_written(ada):
    keep_rule(rule="LIM-1", by=ada, at=NOON, key="k")
    with pytest.raises(KeyReused, match="other content"):
        keep_rule(rule="LIM-2", by=ada, at=NOON, key="k")
    assert deeds.counts() == deeds.kept(1, refusals=1)


def test_another_human_may_use_the_same_key(ada):
    bea = Staff.objects.create(username="bea", name="Bea Nurse", password="!")
    keep_rule(rule="LIM-1", by=ada, at=NOON, key="k")
    assert not keep_rule(rule="LIM-1", by=replace(ada, staff_id=bea.pk), at=NOON, key="k").again
    assert deeds.counts() == deeds.kept(2)


def test_an_act_without_a_key_is_a_fault_of_ours(ada):
    with pytest.raises(ValueError, match="without a request key"):
        keep_rule(rule="LIM-1", by=ada, at=NOON)
    assert deeds.counts() == deeds.NOTHING


@pytest.mark.parametrize("round_", range(5))
def test_the_same_request_from_two_threads_at_one_moment_is_one_row_and_one_answer(real_ada, round_):
    def ask():
        return keep_rule(rule="LIM-1", by=real_ada, at=NOON, key="k")

    answers = [future.result() for future in together(*[ask] * 4)]
    assert len({(a.act_id, a.id) for a in answers}) == 1
    assert sorted(a.again for a in answers) == [False, True, True, True]
    assert deeds.counts() == deeds.kept(1)


def test_one_key_with_two_contents_at_one_moment_keeps_one_and_refuses_the_other_in_writing(real_ada):
    def ask(rule):
        return lambda: keep_rule(rule=rule, by=real_ada, at=NOON, key="k")

    futures = together(ask("LIM-1"), ask("LIM-2"))
    assert sorted(type(f.exception()).__name__ for f in futures) == ["KeyReused", "NoneType"]
    assert deeds.counts() == deeds.kept(1, refusals=1)


# A refusal.


def test_a_refusal_rolls_everything_back_and_is_written_on_its_own(real_ada):
    with pytest.raises(Refused, match="pressure"):
        keep_rule(rule="LIM-1", person_id=5, last="refuse", by=real_ada, at=NOON, key="k")
    assert deeds.counts() == deeds.holds(refusals=1)
    line = AuditLine.objects.get()
    assert (line.what, line.by_id, line.person_id, line.about, line.act_id, line.rows) == (
        "kept a rule: Refused",
        real_ada.staff_id,
        5,
        "rule:7",
        None,
        [],
    )


def test_the_reason_of_a_refusal_is_sealed_under_the_persons_key(ada):
    with pytest.raises(Refused):
        keep_rule(rule="LIM-1", person_id=5, last="refuse", by=ada, at=NOON, key="k")
    stored = AuditLine.objects.get().reason
    assert "pressure" not in stored
    assert vault.unlock(5, stored) == "The pressure is too high. Wait and measure again."


def test_a_refused_request_may_come_again_and_be_done(ada, monkeypatch):
    with pytest.raises(Refused):
        keep_rule(rule="LIM-1", last="refuse", by=ada, at=NOON, key="k")
    monkeypatch.setitem(deeds.LAST, "refuse", deeds.nothing)
    keep_rule(rule="LIM-1", last="refuse", by=ada, at=NOON, key="k")
    assert deeds.counts() == deeds.kept(1, refusals=1)


# A write that breaks.


def break_the_database(_: Act) -> None:
    Adoption(clinic_id=None, rule="", content={}, content_hash="", meaning="", by_id=None, at=NOON).save()


def break_our_code(_: Act) -> None:
    raise KeyError("a fault of ours")


@pytest.mark.parametrize(("fault", "error"), [(break_the_database, IntegrityError), (break_our_code, KeyError)])
@pytest.mark.parametrize("deed", [keep_rule, record])
def test_a_broken_second_write_leaves_nothing_at_all(real_ada, monkeypatch, deed, fault, error):
    monkeypatch.setitem(deeds.LAST, "break", fault)
    with pytest.raises(error):
        deed(rule="LIM-1", last="break", by=real_ada, at=NOON, key="k")
    assert deeds.counts() == deeds.NOTHING
    assert deed(rule="LIM-1", by=real_ada, at=NOON, key="k").again is False


def test_after_a_broken_act_the_next_one_stands_alone(ada, monkeypatch):
    monkeypatch.setitem(deeds.LAST, "break", break_our_code)
    with pytest.raises(KeyError):
        keep_rule(rule="LIM-1", last="break", by=ada, at=NOON, key="k")
    keep_rule(rule="LIM-2", by=ada, at=NOON, key="l")
    assert [len(line.rows) for line in AuditLine.objects.all()] == [2]  # its act and its row, nothing of the broken one


# An act inside an act.


def test_acts_inside_an_act_share_its_number_its_line_and_its_key(ada):
    done = keep_two(first="LIM-1", second="LIM-2", by=ada, at=NOON, key="k")
    assert deeds.counts() == deeds.holds(acts=1, rows=2, writes=1, events=2, keys=1)
    assert ActRow.objects.get().name == "kept two rules"
    line = AuditLine.objects.get()
    assert line.act_id == done.act_id
    assert {table for table, _, _ in line.rows} >= {"clinic_adoption"}
    assert set(Event.objects.values_list("act_id", flat=True)) == {done.act_id}
    assert RequestKey.objects.get().answer["said"] == "Both are kept."


def test_a_refusal_of_the_inner_act_rolls_back_the_outer_one(real_ada):
    with pytest.raises(Refused):
        keep_two(first="LIM-1", second="LIM-2", last="refuse", by=real_ada, at=NOON, key="k")
    assert deeds.counts() == deeds.holds(refusals=1)
    assert AuditLine.objects.get().what == "kept two rules: Refused"


@pytest.mark.parametrize(("last", "fault"), [("refuse", Refused), ("no such deed", KeyError)])
def test_an_act_that_catches_what_stopped_an_inner_one_is_stopped_by_it_too(real_ada, last, fault):
    with pytest.raises(fault):
        keep_regardless(rule="LIM-1", last=last, by=real_ada, at=NOON, key="k")
    assert deeds.counts() == deeds.holds(refusals=int(fault is Refused))
    assert keep_rule(rule="LIM-1", by=real_ada, at=NOON, key="k").id


# Two screens.


def test_a_change_names_the_version_it_saw_and_a_stale_one_is_refused(ada):
    assert rename(name="Lake", seen=1, by=ada, at=NOON, key="k").version == 2
    with pytest.raises(Stale, match="Somebody changed this"):
        rename(name="Hill", seen=1, by=ada, at=NOON, key="l")
    assert Clinic.objects.get().name == "Lake"
    assert AuditLine.objects.filter(kind="refusal").get().what == "renamed the clinic: Stale"


def test_of_two_changes_at_one_moment_one_holds_and_the_other_is_told(real_ada):
    def ask(name):
        return lambda: rename(name=name, seen=1, by=real_ada, at=NOON, key=name)

    futures = together(ask("Lake"), ask("Hill"))
    assert sorted(type(f.exception()).__name__ for f in futures) == ["NoneType", "Stale"]
    assert Clinic.objects.get().version == 2


# Events.


def test_events_have_increasing_ids_in_the_order_they_were_told(ada):
    for n in range(3):
        keep_two(first=f"A{n}", second=f"B{n}", by=ada, at=NOON, key=str(n))
    seen = events_after(0)
    assert [e.id for e in seen] == sorted({e.id for e in seen})
    named = dict(Adoption.objects.values_list("pk", "rule"))
    assert [named[e.row_id] for e in seen] == ["A0", "B0", "A1", "B1", "A2", "B2"]


def test_a_cursor_never_steps_over_an_event_that_commits_later(real_ada):
    """Writers commit out of order while a reader follows with its cursor: it sees every event once, in id order."""
    stop, seen = threading.Event(), []

    def follow():
        while True:
            last_round = stop.is_set()
            seen.extend(e.id for e in events_after(seen[-1] if seen else 0))
            if last_round:
                return

    def write(name):
        def run():
            for n in range(15):
                keep_rule(rule=name, by=real_ada, at=NOON, key=f"{name}{n}")

        return run

    reader = threading.Thread(target=lambda: (follow(), connection.close()))
    reader.start()
    results = together(*[write(name) for name in "ABCD"])
    stop.set()
    reader.join(20)
    assert [r.exception() for r in results] == [None] * 4
    assert seen == list(Event.objects.order_by("pk").values_list("pk", flat=True))
    assert len(seen) == 60


def test_an_act_holds_the_order_of_events_from_its_first_event_to_its_commit(real_ada, monkeypatch):
    """On PostgreSQL a second act may not take an event id while the first, with a lower one, is still open."""
    held, go_on, order = threading.Event(), threading.Event(), []
    save = Event.save

    def slow_save(self, **how):
        save(self, **how)
        if threading.current_thread().name == "slow":
            held.set()
            go_on.wait(5)

    monkeypatch.setattr(Event, "save", slow_save)

    def write(name):
        keep_rule(rule=name, by=real_ada, at=NOON, key=name)
        order.append(name)
        connection.close()

    slow = threading.Thread(target=write, args=("slow",), name="slow")
    slow.start()
    assert held.wait(5)
    quick = threading.Thread(target=write, args=("quick",), name="quick")
    quick.start()
    quick.join(0.5)
    assert events_after(0) == []
    go_on.set()
    slow.join(5)
    quick.join(5)
    assert sorted(order) == ["quick", "slow"]
    named = dict(Adoption.objects.values_list("pk", "rule"))
    assert [named[e.row_id] for e in events_after(0)] == ["slow", "quick"]
    assert EVENT_ORDER_LOCK > 0


def test_a_database_fault_of_an_ordinary_act_reaches_the_caller(ada, monkeypatch):
    def fail(*_, **__):
        raise DatabaseError("disk I/O error")

    monkeypatch.setattr(RequestKey, "save", fail)
    with pytest.raises(DatabaseError):
        keep_rule(rule="LIM-1", by=ada, at=NOON, key="k")
    assert deeds.counts() == deeds.NOTHING
