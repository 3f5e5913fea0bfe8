"""Whose hands, which clinic, what is sealed, what comes twice, and what a broken write leaves behind."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, OperationalError, connection, transaction

from fenestra.care.people import actions as people
from fenestra.care.people import queries as people_queries
from fenestra.care.people.rules import NoSuchPerson
from fenestra.care.visit import actions, dose, going_home, injection, lists, queries, syringe
from fenestra.care.visit.readings import connect_monitor, disconnect_monitor, record_round, see_alarm
from fenestra.care.visit.rules import AlreadyRunning, Measure, VisitState
from fenestra.ground.book import act as book
from fenestra.ground.book import spool
from fenestra.ground.book.act import KeyReused
from fenestra.ground.book.models import AuditLine
from fenestra.ground.book.scope import OPEN, Mask
from fenestra.ground.clinic.rules import NotYours
from fenestra.science.errors import Refused
from tests.care.visit.day import CALM, NAME, Day, all_yes, furnish, password

S = VisitState
D = Decimal
ROUND: dict[str, Any] = {"readings": CALM}


def verbs(day: Day, visit: int) -> list[tuple[Any, dict[str, Any]]]:
    """Every verb of a visit, told enough to get past its first line."""
    time_out, version = all_yes(lists.TIME_OUT), day.see(visit).version
    signed = {"second_username": "noel", "second_password": password("noel")}
    seen = {"witness_username": "noel", "witness_password": password("noel")}
    return [
        (actions.arrive, {}),
        (actions.send_home, {"reason": "x"}),
        (actions.record_arrival, {"weight_kg": D(74), "answers": {}, "readings": CALM}),
        (actions.decide, {"rule": "PRE-001", "finding": "x", "reason": "x"}),
        (actions.order_dose, {"mg_per_kg": D("0.5"), "dosing_weight_kg": D(74), "minutes": D(40)}),
        (record_round, ROUND),
        (see_alarm, {"alarm_id": 1}),
        (actions.record_event, {"kind": "oxygen", "text": "2 L"}),
        (connect_monitor, {"device": "x", "token_hash": "x"}),
        (disconnect_monitor, {"reason": "x"}),
        (syringe.confirm_dose, {"lot_id": day.lot_id, "drawn_ml": D(1), "final_ml": D(50), "diluent": "x",
                             "read_back_mg": D(37), **signed}),
        (dose.start_infusion, {"time_out": time_out, "version": version}),
        (injection.give_injection, {"time_out": time_out, "version": version}),
        (dose.record_start, {"mg_per_min": D("0.5"), "reason": "x"}),
        (dose.change_rate, {"ml_per_h": D(20), "reason": "x"}),
        (dose.pause, {"reason": "x"}),
        (dose.resume, {"reason": "x"}),
        (dose.stop, {"reason": "x"}),
        (dose.finish, {}),
        (injection.record_given, {"given_mg": D(1), "reason": "x"}),
        (injection.treat, {"reason": "x"}),
        (injection.recover, {}),
        (syringe.waste, {"mg": D(1), "method": "x", **seen}),
        (going_home.discharge, {"answers": all_yes(lists.discharge_lines()), "escort": "Jo", "version": version}),
        (going_home.left_early, {"reason": "x"}),
    ]  # fmt: skip


# Whose hands.


def test_a_page_of_another_clinic_finds_no_visit_whatever_the_verb(day: Day) -> None:
    visit = day.visit(S.INFUSING)
    other = furnish(staff_at="lake")
    before = day.see(visit)
    for verb, told in verbs(day, visit):
        for who in ("nina", "dana"):
            with pytest.raises((NoSuchPerson, NotYours)):
                other.do(verb, who, visit_id=visit, **told)
    with pytest.raises(NoSuchPerson):
        queries.visit(other.scopes["nina"], OPEN, visit)
    with pytest.raises(NoSuchPerson):
        people_queries.person(other.scopes["nina"], OPEN, day.person_id, at=day.at)
    with pytest.raises(NoSuchPerson):
        other.book(before.episode_id, dose_number=2)
    assert queries.visits_of(other.scopes["nina"], OPEN, day.person_id) == []
    assert day.see(visit) == before


def test_a_masked_person_has_no_visit(day: Day) -> None:
    visit = day.visit(S.ARRIVED)
    with pytest.raises(NoSuchPerson):
        queries.visit(day.scopes["nina"], Mask(people=frozenset({day.person_id})), visit)


@pytest.mark.parametrize("who", ["lena", "theo", "cora", "paula", "rafi"])
def test_nobody_away_from_the_chair_touches_a_dose(day: Day, who: str) -> None:
    visit = day.visit(S.INFUSING)
    away = {actions.arrive, actions.record_event} if who != "lena" else set()
    medicine = {syringe.confirm_dose, syringe.waste} if who == "paula" else set()
    for verb, told in verbs(day, visit):
        if verb not in away | medicine:
            with pytest.raises(NotYours):
                day.do(verb, who, visit_id=visit, **told)
    assert day.state(visit) is S.INFUSING


def test_a_nurse_orders_and_decides_nothing(day: Day) -> None:
    visit = day.visit(S.CLEARED)
    with pytest.raises(NotYours):
        day.order(visit, who="nina")


@pytest.mark.parametrize("witness", ["nina", "nobody"])
def test_who_gave_a_dose_cannot_witness_its_waste(day: Day, witness: str) -> None:
    visit = day.visit(S.RECOVERING)
    with pytest.raises(Refused):
        day.waste(visit, D(13), witness=witness, who="noel")
    assert day.draws(visit)[0].left_mg == 13


# What is sealed.


def test_no_name_and_no_free_text_stands_readable_in_any_table(day: Day) -> None:
    visit = day.visit(S.RECOVERING)
    secret = "told us about the sister"
    day.do(dose.record_start, visit_id=visit, mg_per_min=D("0.1"), reason=secret)
    day.do(dose.stop, visit_id=visit, reason=secret)
    day.do(actions.record_event, visit_id=visit, kind="adverse", text=secret)
    day.do(going_home.left_early, visit_id=visit, reason=secret)
    with pytest.raises(Refused):
        day.do(actions.record_event, visit_id=visit, kind="nonsense", text=secret)
    stored = "\n".join(
        repr(row)
        for model in apps.get_models()
        for row in model._base_manager.values_list()  # every table there is
    )
    for words in (NAME, "1984-04-12", "penicillin", "Jo Ellison", "555 0100", "Jo drives", secret):
        assert words not in stored, words
    assert secret in [entry.text.removeprefix("adverse event: ") for entry in day.see(visit).incidents]


# What comes twice.


def test_the_same_click_twice_gives_the_first_answer_and_one_dose(day: Day) -> None:
    visit = day.visit(S.CONFIRMED)
    told = {"visit_id": visit, "time_out": all_yes(lists.TIME_OUT), "version": day.see(visit).version}
    first = day.do(dose.start_infusion, key="one click", **told)
    again = day.do(dose.start_infusion, key="one click", **told)
    assert (again.act_id, again.id, again.again) == (first.act_id, first.id, True)
    assert len(day.see(visit).changes) == 1


def test_the_same_key_for_another_content_is_refused(day: Day) -> None:
    visit = day.visit(S.INFUSING)
    day.do(injection.record_given, visit_id=visit, key="k", given_mg=D(1), reason="x")
    with pytest.raises(KeyReused):
        day.do(injection.record_given, visit_id=visit, key="k", given_mg=D(2), reason="x")
    assert day.given_mg() == 1


def test_of_two_nurses_who_start_at_once_exactly_one_does(stored: Day) -> None:
    visit = stored.visit(S.CONFIRMED)
    together, version = threading.Barrier(2), stored.see(visit).version

    def start(who: str) -> str:
        together.wait()
        try:
            return stored.start(visit, who=who, version=version).said
        except Refused as refusal:
            return type(refusal).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(start, ("nina", "noel")))
    assert said == sorted(["The infusion runs.", AlreadyRunning.__name__])
    assert len(stored.see(visit).changes) == 1


# What breaks.


@pytest.mark.parametrize("broken", ["ledger", "mark", "audit"])
def test_an_injection_whose_second_write_breaks_leaves_nothing(
    day: Day, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    visit = day.visit(S.CONFIRMED, route="im")
    before, lines = day.see(visit), AuditLine.objects.count()

    def fail(*_: Any, **__: Any) -> Any:
        raise DatabaseError("broken on purpose")

    room, name = {"ledger": (injection, "ledger_line"), "mark": (injection, "mark"), "audit": (book, "write_line")}[
        broken
    ]
    monkeypatch.setattr(room, name, fail)
    with pytest.raises(DatabaseError):
        day.start(visit)
    monkeypatch.undo()
    assert day.see(visit) == before
    assert day.given_mg() == 0 and day.draws(visit)[0].left_mg == 50
    assert AuditLine.objects.count() == lines


@pytest.mark.parametrize("state", [S.INFUSING, S.RECOVERING, S.DISCHARGED])
def test_a_failing_audit_line_stands_in_no_records_way(
    stored: Day, monkeypatch: pytest.MonkeyPatch, state: VisitState
) -> None:
    visit = stored.visit(state)

    def fail(*_: Any, **__: Any) -> None:
        raise DatabaseError("no audit")

    with monkeypatch.context() as patch:
        patch.setattr(book, "write_line", fail)
        stored.do(dose.stop, visit_id=visit, reason="x")
        stored.round(visit, spo2=85)
        stored.do(actions.record_event, visit_id=visit, kind="oxygen", text="4 L")
    assert stored.see(visit).latest(Measure.SPO2).value == 85  # type: ignore[union-attr]  # just written
    assert spool.waiting() == 3
    assert spool.play(stored.at) == 3 and spool.waiting() == 0


def test_what_happened_while_the_database_is_busy_is_kept_and_written_once_in_its_order(
    stored: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = stored.visit(S.INFUSING)
    version = stored.see(visit).version

    def fail(*_: Any, **__: Any) -> Any:
        raise OperationalError("busy")

    stored.later(minutes=20)
    with monkeypatch.context() as patch:
        patch.setattr(transaction, "atomic", fail)
        told = {"readings": {Measure.SYSTOLIC: D(190)}, "corrects": {}}
        assert stored.do(record_round, visit_id=visit, **told).spooled
        assert stored.do(dose.stop, visit_id=visit, reason="pressure").spooled
        with pytest.raises(OperationalError):
            stored.start(visit, version=version, time_out={})
    stopped = stored.at
    stored.later(minutes=5)
    assert (spool.play(stored.at), spool.play(stored.at)) == (2, 0)
    value = stored.see(visit)
    assert value.ended_at == stopped and stored.given_mg() == D("18.5")
    assert [alarm.rule for alarm in value.alarms] == ["systolic_high_during"]


def test_a_person_is_registered_only_with_what_can_be(day: Day) -> None:
    from datetime import date

    from fenestra.care.people.rules import Identity

    well = {"code": "A-9", "identity": Identity("Ann", date(1990, 1, 1)), "sex": "female"}
    for wrong in (
        {"identity": Identity("Ann", date(2027, 1, 1))},
        {"identity": Identity("Ann", date(1890, 1, 1))},
        {"identity": Identity(" ", date(1990, 1, 1))},
        {"sex": "x"},
        {"code": " "},
    ):
        with pytest.raises(Refused):
            day.do(people.register_person, **{**well, **wrong})
    assert day.do(people.register_person, **well).said == "A-9 is registered."
    with pytest.raises(Refused, match="taken"):
        day.do(people.register_person, **well)
