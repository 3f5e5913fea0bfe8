"""Readings, the alarms they raise and end, and the alarms of silence."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from fenestra.care.people.rules import NoSuchPerson
from fenestra.care.visit import dose, queries, silence
from fenestra.care.visit.models import Observation
from fenestra.care.visit.readings import connect_monitor, disconnect_monitor, record_round, record_stream, see_alarm
from fenestra.care.visit.rules import STEPS, Measure, Route, VisitState, WrongState
from fenestra.care.visit.values import AlarmValue
from fenestra.ground.book.scope import OPEN, Scope
from fenestra.ground.clinic import intended_use
from fenestra.ground.clinic.actions import adopt_rules
from fenestra.science.errors import BadInput, Refused
from tests.care.visit.day import CALM, PROTOCOL, Day, furnish, password

S = VisitState
D = Decimal


@pytest.fixture
def visit(day: Day) -> int:
    """An infusion that has run for ten minutes."""
    made = day.visit(S.INFUSING)
    day.later(minutes=10)
    return made


def standing(day: Day, visit: int) -> list[AlarmValue]:
    return [alarm for alarm in day.see(visit).alarms if alarm.over_at is None]


def rules_of(day: Day, visit: int) -> list[str]:
    return [alarm.rule for alarm in standing(day, visit)]


# What is measured.


@pytest.mark.parametrize(
    "values",
    [
        {"systolic": 1200},
        {"pulse": 0},
        {"spo2": 101},
        {"moaas": 6},
        {"breaths": -1},
        {"systolic": 80, "diastolic": 128},
    ],
)
def test_a_reading_no_cuff_can_show_is_refused_and_none_of_its_round_is_written(
    day: Day, visit: int, values: dict[str, int]
) -> None:
    before = day.see(visit)
    with pytest.raises(BadInput, match=r"[Tt]ype"):
        day.round(visit, **{"breaths": 14, **values})
    assert day.see(visit) == before


@pytest.mark.parametrize("route", Route)
def test_a_round_is_taken_in_every_state(day: Day, route: Route) -> None:
    for state in STEPS[route]:
        made = day.visit(state, route=route.value, episode_id=day.episode(day.person(), protocol=PROTOCOL[route.value]))
        day.round(made, systolic=255, diastolic=140, spo2=60)
        assert day.see(made).latest(Measure.SPO2).value == 60  # type: ignore[union-attr]  # just written
        assert day.state(made) is state


def test_a_reading_after_the_visit_closed_opens_an_incident(day: Day) -> None:
    made = day.visit(S.DISCHARGED)
    day.round(made)
    assert [entry.kind for entry in day.see(made).incidents] == ["readings after the visit was closed"]


def test_a_reading_typed_late_keeps_both_times_and_is_marked(day: Day, visit: int) -> None:
    measured = day.at - timedelta(minutes=8)
    day.round(visit, measured_at=measured, systolic=130, diastolic=80)
    late = day.see(visit).latest(Measure.SYSTOLIC)
    assert late and (late.at, late.entered_at, late.origin) == (measured, day.at, "late")


def test_a_time_that_lies_ahead_is_refused(day: Day, visit: int) -> None:
    with pytest.raises(BadInput, match="ahead"):
        day.round(visit, measured_at=day.at + timedelta(minutes=1), pulse=70)


def test_an_empty_round_is_refused(day: Day, visit: int) -> None:
    with pytest.raises(BadInput, match="at least one"):
        day.do(record_round, visit_id=visit, readings={})


def test_a_correction_replaces_what_it_corrects_keeps_its_time_and_ends_its_alarm(day: Day, visit: int) -> None:
    day.round(visit, pulse=170)
    wrong = day.see(visit).latest(Measure.PULSE)
    assert wrong and rules_of(day, visit) == ["pulse_high_during"]
    day.later(minutes=2)
    told: dict[str, Any] = {"readings": {Measure.PULSE: D(70)}, "corrects": {Measure.PULSE: wrong.id}}
    day.do(record_round, visit_id=visit, **told)
    right = day.see(visit).latest(Measure.PULSE)
    assert right and (right.value, right.corrects_id, right.at) == (70, wrong.id, wrong.at)
    assert rules_of(day, visit) == []
    assert wrong in day.see(visit).readings


def test_a_corrected_first_reading_is_no_baseline(day: Day) -> None:
    made = day.visit(S.CONFIRMED)
    wrong = day.see(made).baseline(Measure.SYSTOLIC)
    assert wrong
    told: dict[str, Any] = {"readings": {Measure.SYSTOLIC: D(118)}, "corrects": {Measure.SYSTOLIC: wrong.id}}
    day.do(record_round, visit_id=made, **told)
    assert day.see(made).baseline(Measure.SYSTOLIC).value == 118  # type: ignore[union-attr]  # just written


def test_a_correction_of_another_visit_or_measure_or_of_nothing_is_refused(day: Day, visit: int) -> None:
    other = day.visit(S.CLEARED, dose_number=2)
    pulse, elsewhere = day.see(visit).latest(Measure.PULSE), day.see(other).latest(Measure.SPO2)
    assert pulse and elsewhere
    for wrong in (pulse.id, elsewhere.id, 999_999):
        told: dict[str, Any] = {"readings": {Measure.SPO2: D(97)}, "corrects": {Measure.SPO2: wrong}}
        with pytest.raises(Refused, match="no such reading"):
            day.do(record_round, visit_id=visit, **told)


# Alarms of readings.


def test_an_alarm_is_raised_once_ends_inside_and_comes_again(day: Day, visit: int) -> None:
    day.round(visit, systolic=190, diastolic=100)
    day.later(minutes=1)
    day.round(visit, systolic=195, diastolic=100)
    assert rules_of(day, visit) == ["systolic_high_during"]
    day.round(visit, systolic=150, diastolic=90)
    assert rules_of(day, visit) == []
    day.round(visit, systolic=185, diastolic=90)
    assert rules_of(day, visit) == ["systolic_high_during"]
    assert len(day.see(visit).alarms) == 2


def test_an_alarm_carries_the_rule_its_source_and_who_adopted_it(day: Day, visit: int) -> None:
    day.round(visit, spo2=88)
    alarm = next(a for a in standing(day, visit) if a.rule == "oxygen_stop")
    assert alarm.said == "oxygen saturation 88 %" and alarm.level == "high"
    assert alarm.source.startswith("THR-005: ") and alarm.adopted == "Adopted by Mira, 20 Nov 2026"


def test_what_was_not_measured_again_ends_no_alarm(day: Day, visit: int) -> None:
    day.round(visit, systolic=190, diastolic=100)
    day.round(visit, pulse=70, spo2=98)
    assert rules_of(day, visit) == ["systolic_high_during"]


def test_seeing_an_alarm_does_not_end_it_and_being_over_does_not_hide_it(day: Day, visit: int) -> None:
    day.round(visit, systolic=190, diastolic=100)
    (alarm,) = day.see(visit).open_alarms()
    day.do(see_alarm, visit_id=visit, alarm_id=alarm.id)
    assert day.see(visit).open_alarms()
    day.round(visit, systolic=130, diastolic=80)
    assert not day.see(visit).open_alarms()
    day.round(visit, systolic=190, diastolic=100)
    day.round(visit, systolic=130, diastolic=80)
    assert len(day.see(visit).open_alarms()) == 1


def test_the_first_who_saw_an_alarm_stays_the_one_who_saw_it(day: Day, visit: int) -> None:
    day.round(visit, systolic=190, diastolic=100)
    (alarm,) = standing(day, visit)
    for who in ("nina", "noel"):
        day.do(see_alarm, who, visit_id=visit, alarm_id=alarm.id)
    assert standing(day, visit)[0].seen_by_id == day.scopes["nina"].staff_id


def test_an_alarm_of_another_visit_cannot_be_seen_here(day: Day, visit: int) -> None:
    day.round(visit, systolic=190, diastolic=100)
    other = day.visit(S.CLEARED, dose_number=2)
    with pytest.raises(Refused, match="no such alarm"):
        day.do(see_alarm, visit_id=other, alarm_id=standing(day, visit)[0].id)


def test_a_late_reading_from_before_an_alarm_does_not_end_it(day: Day, visit: int) -> None:
    day.round(visit, systolic=190, diastolic=100)
    day.round(visit, measured_at=day.at - timedelta(minutes=6), systolic=130, diastolic=80)
    assert rules_of(day, visit) == ["systolic_high_during"]


def test_the_end_of_a_dose_does_not_end_an_alarm_that_is_still_beyond_its_limit(day: Day, visit: int) -> None:
    day.round(visit, systolic=190, diastolic=100)
    day.do(dose.stop, visit_id=visit, reason="pressure")
    day.later(minutes=5)
    day.round(visit, systolic=195, diastolic=100)
    assert "systolic_high_during" in rules_of(day, visit)
    day.round(visit, systolic=140, diastolic=85)
    assert rules_of(day, visit) == []


def test_an_alarm_is_raised_while_recovering(day: Day) -> None:
    made = day.visit(S.RECOVERING)
    day.round(made, spo2=88)
    assert set(rules_of(day, made)) == {"oxygen_warn", "oxygen_stop"}


def test_an_unadopted_limit_raises_nothing(db: None, quick_passwords: None) -> None:
    day = furnish(adopted=("LIM-001",))
    made = day.visit(S.INFUSING)
    day.round(made, spo2=80)
    assert standing(day, made) == []


# A round that does not come. Every 10 minutes while it flows, every 15 after; 3 minutes of grace.


def test_an_overdue_round_alarms_at_three_minutes_once_and_ends_with_the_round(day: Day, visit: int) -> None:
    silence.look(day.later(minutes=2, seconds=59))
    assert rules_of(day, visit) == []
    for _ in range(3):
        silence.look(day.later(seconds=1))
    assert rules_of(day, visit) == [silence.ROUND]
    day.round(visit)
    assert rules_of(day, visit) == []
    silence.look(day.later(minutes=13))
    assert rules_of(day, visit) == [silence.ROUND]


def test_half_a_round_does_not_end_the_alarm_about_the_missing_one(day: Day, visit: int) -> None:
    silence.look(day.later(minutes=4))
    day.round(visit, pulse=70)
    silence.look(day.later(seconds=1))
    assert rules_of(day, visit) == [silence.ROUND]


def test_a_reading_measured_long_ago_is_not_the_round_that_is_due(day: Day, visit: int) -> None:
    silence.look(day.later(minutes=4))
    day.round(visit, measured_at=day.at - timedelta(minutes=12))
    silence.look(day.later(seconds=1))
    assert rules_of(day, visit) == [silence.ROUND]


def test_a_round_whose_time_is_corrected_to_long_ago_is_overdue_again(day: Day, visit: int) -> None:
    silence.look(day.later(minutes=4))
    day.round(visit)
    assert rules_of(day, visit) == []
    wrong = day.see(visit).latest(Measure.SYSTOLIC)
    assert wrong
    told: dict[str, Any] = {"readings": {Measure.SYSTOLIC: D(120)}, "corrects": {Measure.SYSTOLIC: wrong.id}}
    day.do(record_round, visit_id=visit, measured_at=day.at - timedelta(minutes=30), **told)
    for _ in range(3):
        silence.look(day.later(seconds=1))
    assert rules_of(day, visit) == [silence.ROUND]


def test_a_late_reading_typed_after_a_fresh_round_does_not_make_it_overdue(day: Day, visit: int) -> None:
    day.round(visit)
    fresh = day.at
    day.round(visit, measured_at=day.at - timedelta(minutes=9), systolic=130, diastolic=80)
    assert queries.round_due_at(day.see(visit)) == fresh + timedelta(minutes=10)


def test_no_round_is_due_before_the_dose_and_after_the_visit(day: Day) -> None:
    for state in (S.CONFIRMED, S.DISCHARGED, S.LEFT_EARLY, S.SENT_HOME):
        made = day.visit(state, episode_id=day.episode(day.person()))
        silence.look(day.later(minutes=120))
        assert rules_of(day, made) == []


# A monitor.


@pytest.fixture
def connected(day: Day, visit: int) -> int:
    signed = {intended_use.FEEDS: intended_use.content()}
    day.do(adopt_rules, "mira", rules_signed=signed, meaning="read", password=password("mira"))
    token = hashlib.sha256(b"a token").hexdigest()
    day.do(connect_monitor, visit_id=visit, device="Chair B monitor", token_hash=token)
    return visit


def stream(day: Day, visit: int, *, ahead: timedelta = timedelta(0), **values: int) -> None:
    day.do(
        record_stream, visit_id=visit, device="Chair B monitor", measured_at=day.at + ahead,
        readings={Measure(name): D(number) for name, number in (values or {"spo2": 97}).items()},
    )  # fmt: skip


def test_a_monitor_is_refused_until_feeds_are_accepted(day: Day, visit: int) -> None:
    with pytest.raises(Refused, match="intended use"):
        day.do(connect_monitor, visit_id=visit, device="x", token_hash="y")


def test_a_quiet_monitor_alarms_low_at_15_s_high_at_60_s_once_and_ends_when_heard(day: Day, connected: int) -> None:
    stream(day, connected)
    silence.look(day.later(seconds=14))
    assert rules_of(day, connected) == []
    silence.look(day.later(seconds=1))
    assert rules_of(day, connected) == [silence.STREAM_LOW]
    for _ in range(3):
        silence.look(day.later(seconds=15))
    silence.look(day.later(seconds=1))
    assert sorted(rules_of(day, connected)) == sorted([silence.STREAM_LOW, silence.STREAM_HIGH])
    stream(day, connected)
    assert rules_of(day, connected) == []


def test_a_monitor_that_never_sent_alarms_from_its_connection(day: Day, connected: int) -> None:
    silence.look(day.later(seconds=60))
    assert sorted(rules_of(day, connected)) == sorted([silence.STREAM_LOW, silence.STREAM_HIGH])


def test_a_disconnected_monitor_is_not_missed(day: Day, connected: int) -> None:
    silence.look(day.later(seconds=60))
    with pytest.raises(BadInput, match="Write why the monitor is off"):
        day.do(disconnect_monitor, visit_id=connected, reason=" ")
    day.do(disconnect_monitor, visit_id=connected, reason="unplugged for the toilet")
    assert "Chair B monitor taken off: unplugged for the toilet" in [entry.text for entry in day.see(connected).entries]
    assert rules_of(day, connected) == []
    silence.look(day.later(seconds=60))
    assert rules_of(day, connected) == []
    assert day.see(connected).monitor_since is None
    with pytest.raises(WrongState, match="taken off"):
        queries.monitored_visit(hashlib.sha256(b"a token").hexdigest())


@pytest.mark.parametrize("ahead", [timedelta(hours=5), timedelta(hours=-5), timedelta(days=400)])
def test_a_monitors_wrong_clock_neither_hides_an_overdue_round_nor_raises_one(
    day: Day, connected: int, ahead: timedelta
) -> None:
    day.round(connected)
    stream(day, connected, ahead=ahead, systolic=130, diastolic=80)
    kept = day.see(connected).latest(Measure.SYSTOLIC)
    assert kept and kept.at == day.at + ahead and kept.entered_at == day.at
    assert queries.round_due_at(day.see(connected)) == day.at + timedelta(minutes=10)


def test_a_monitors_clock_that_runs_behind_does_not_keep_an_alarm_from_ending(day: Day, connected: int) -> None:
    day.round(connected, spo2=88)
    day.later(seconds=5)
    stream(day, connected, ahead=timedelta(hours=-5), spo2=97)
    assert rules_of(day, connected) == []


def test_a_monitors_reading_raises_the_same_alarm(day: Day, connected: int) -> None:
    stream(day, connected, spo2=88)
    assert set(rules_of(day, connected)) == {"oxygen_warn", "oxygen_stop"}


def test_an_empty_or_impossible_reading_of_a_monitor_is_refused(day: Day, connected: int) -> None:
    for readings in ({}, {Measure.PULSE: D(1200)}):
        told: dict[str, Any] = {"readings": readings, "measured_at": day.at, "device": "x"}
        with pytest.raises(BadInput):
            day.do(record_stream, visit_id=connected, **told)


def test_a_monitor_of_another_clinic_cannot_send_here(day: Day, connected: int) -> None:
    stranger = Scope(day.clinic_id + 1, None)
    told: dict[str, Any] = {"readings": dict(CALM), "measured_at": day.at, "device": "x"}
    with pytest.raises(NoSuchPerson):
        record_stream(by=stranger, at=day.at, key="k", visit_id=connected, **told)


def test_a_reading_is_read_back_with_everything_of_its_round(day: Day, visit: int) -> None:
    first = day.round(visit).id or 0
    assert len(queries.reading(day.scopes["nina"], OPEN, first)) == len(CALM)


def test_a_monitors_thousands_are_kept_and_the_chart_reads_a_few(day: Day, connected: int) -> None:
    before = len(day.see(connected).readings)
    for second in range(1, 62):
        day.later(seconds=1)
        stream(day, connected, pulse=60 + second)
    value = day.see(connected)
    assert Observation.objects.filter(visit_id=connected, origin="stream", measure="pulse").count() == 61
    assert 7 <= len(value.readings) - before <= 8
    newest = value.latest(Measure.PULSE)
    assert newest and newest.value == Decimal(121)


def test_a_reading_that_raised_an_alarm_stands_in_the_chart(day: Day, connected: int) -> None:
    stream(day, connected, spo2=97)
    day.later(seconds=2)
    stream(day, connected, spo2=85)
    day.later(seconds=2)
    stream(day, connected, spo2=97)
    assert Decimal(85) in {r.value for r in day.see(connected).readings}


def test_silence_that_ended_before_it_was_written_raises_nothing(day: Day, connected: int) -> None:
    stream(day, connected, pulse=70)
    told = {"rule": silence.STREAM_LOW, "level": "tech", "said": "No reading", "action": "Look."}
    by = Scope(day.clinic_id, None)
    silence.raise_silence(by=by, at=day.at, key="late", visit_id=connected, **told)
    assert rules_of(day, connected) == []
