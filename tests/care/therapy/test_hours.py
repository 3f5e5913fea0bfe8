"""Hours as they are written down, read back, corrected, and kept from those who do not counsel."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from fenestra.care.people.rules import NoSuchPerson
from fenestra.care.therapy import actions, queries, rules
from fenestra.care.visit.rules import VisitState
from fenestra.ground.book.models import AuditLine
from fenestra.ground.book.scope import OPEN, Mask, Scope
from fenestra.ground.clinic.rules import THE_PERSON, NotYours, hidden_from
from fenestra.science.errors import BadInput
from fenestra.science.protocols.window import WindowStanding
from tests.care.visit.day import Day

MARKUP = "He said <script>alert(1)</script> and laughed."


def dosed(day: Day) -> datetime:
    """A dose has ended; when."""
    visit = day.visit(VisitState.RECOVERING)
    ended = day.see(visit).ended_at
    assert ended
    return ended


def hour(
    day: Day, began_at: datetime, *, who: str = "theo", people: tuple[int, ...] = (), came: bool = True, **other: Any
) -> int:
    told = {
        "therapist_id": day.scopes["theo"].staff_id, "began_at": began_at, "minutes": 50,
        "modality": "relapse prevention",
        "people": tuple({"person_id": each, "came": came} for each in people or (day.person_id,)),
    }  # fmt: skip
    return day.do(actions.record_hour, who, **{**told, **other}).id or 0


def seen(day: Day) -> list[queries.HourValue]:
    return queries.hours_of(day.scopes["theo"], OPEN, day.person_id)


def test_an_hour_two_days_after_the_dose_is_in_its_window(day: Day) -> None:
    ended = dosed(day)
    day.later(minutes=60 * 50)
    hour(day, ended + timedelta(hours=48))
    (one,) = seen(day)
    assert (one.after_dose, one.standing, one.came) == (1, WindowStanding.OPEN, True)


def test_an_hour_the_same_evening_is_before_the_window(day: Day) -> None:
    ended = dosed(day)
    day.later(minutes=60 * 6)
    hour(day, ended + timedelta(hours=3))
    assert seen(day)[0].standing is WindowStanding.NOT_YET


def test_a_correction_takes_the_place_and_the_first_writing_stays(day: Day) -> None:
    ended = dosed(day)
    day.later(minutes=60 * 50)
    first = hour(day, ended + timedelta(hours=3))
    day.do(actions.correct_hour, "theo", hour_id=first, began_at=ended + timedelta(hours=30), minutes=50,
           modality="relapse prevention")  # fmt: skip
    (one,) = seen(day)
    assert one.standing is WindowStanding.OPEN
    assert actions.TherapyHour.objects.count() == 2
    with pytest.raises(rules.NotThere, match="corrected already"):
        day.do(actions.correct_hour, "theo", hour_id=first, began_at=ended, minutes=50, modality="other")


def test_the_window_list_says_what_is_booked_and_what_was_held(day: Day) -> None:
    ended = dosed(day)
    day.later(minutes=60 * 50)
    (before,) = queries.windows(day.scopes["theo"], OPEN, at=day.at)
    assert (before.standing, before.held_at) == (WindowStanding.OPEN, None)
    began = ended + timedelta(hours=40)
    hour(day, began)
    (after,) = queries.windows(day.scopes["theo"], OPEN, at=day.at)
    assert after.held_at == began


def test_somebody_who_did_not_come_had_no_hour(day: Day) -> None:
    ended = dosed(day)
    day.later(minutes=60 * 50)
    hour(day, ended + timedelta(hours=40), came=False)
    assert queries.windows(day.scopes["theo"], OPEN, at=day.at)[0].held_at is None


def test_coupling_over_the_clinic(day: Day) -> None:
    ended = dosed(day)
    day.later(minutes=60 * 100)
    hour(day, ended + timedelta(hours=40))
    found = queries.coupling(day.scopes["theo"], OPEN, since=ended - timedelta(days=1), until=day.at)
    assert (found.doses, found.with_hour) == (1, 1)


def test_a_group_hour_stands_with_each_who_was_there(day: Day) -> None:
    other = day.person(name="Owen Stone")
    day.later(minutes=120)
    hour(day, day.at - timedelta(hours=1), people=(day.person_id, other))
    assert [one.in_group for one in seen(day)] == [True]
    assert len(queries.hours_of(day.scopes["theo"], OPEN, other)) == 1


def test_a_counselling_note_is_read_by_those_who_counsel_alone(day: Day) -> None:
    day.later(minutes=120)
    first = hour(day, day.at - timedelta(hours=1), notes={day.person_id: MARKUP})
    assert [note.words for note in queries.notes(day.scopes["theo"], OPEN, day.person_id)] == [MARKUP]
    for name in ("cora", "lena", "paula"):
        scope = day.scopes[name]
        assert queries.notes(scope, Mask(hidden_from(scope.roles)), day.person_id) == []
    person = Scope(day.clinic_id, None, frozenset({THE_PERSON}))
    assert queries.notes(person, OPEN, day.person_id) == []
    with pytest.raises(NotYours):
        day.do(actions.write_note, "nina", hour_id=first, person_id=day.person_id, words="seen")


def test_no_note_stands_readable_in_the_database(day: Day) -> None:
    day.later(minutes=120)
    hour(day, day.at - timedelta(hours=1), notes={day.person_id: MARKUP})
    assert "script" not in actions.CounsellingNote.objects.get().words
    assert not AuditLine.objects.filter(reason__contains="script").exists()


def test_a_trigger_is_changed_and_ended_by_new_rows(day: Day) -> None:
    made = day.do(actions.add_trigger, "theo", person_id=day.person_id, cue="Friday after work", plan="call Anna")
    day.do(actions.change_trigger, "theo", trigger_id=made.id, cue="Friday after work", plan="call Anna, walk home")
    (one,) = queries.triggers(day.scopes["theo"], OPEN, day.person_id)
    assert one.plan == "call Anna, walk home"
    with pytest.raises(rules.NotThere, match="changed since"):
        day.do(actions.end_trigger, "theo", trigger_id=made.id)
    day.do(actions.end_trigger, "theo", trigger_id=one.id)
    assert queries.triggers(day.scopes["theo"], OPEN, day.person_id) == []
    assert actions.Trigger.objects.count() == 3


def test_a_trigger_without_a_plan_is_sent_back(day: Day) -> None:
    with pytest.raises(BadInput) as refused:
        day.do(actions.add_trigger, "theo", person_id=day.person_id, cue="Friday", plan=" ")
    assert refused.value.field == "plan"


def test_an_hour_of_another_clinics_person_is_refused(day: Day) -> None:
    elsewhere = Scope(999, day.scopes["theo"].staff_id, frozenset({"therapist"}))
    with pytest.raises((NoSuchPerson, BadInput)):
        actions.record_hour(
            therapist_id=elsewhere.staff_id, began_at=day.at - timedelta(hours=1), minutes=50, modality="other",
            people=({"person_id": day.person_id, "came": True},), by=elsewhere, at=day.at, key="k",
        )  # fmt: skip
    assert queries.hours_of(elsewhere, OPEN, day.person_id) == []
    assert queries.windows(elsewhere, OPEN, at=day.at) == []
