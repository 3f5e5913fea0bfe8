"""What happens to a person and what somebody owes after it are one act: both are kept, or neither."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError

from fenestra.care.checkins import actions as checkins
from fenestra.care.checkins.models import LinkEnd
from fenestra.care.people import screening_queries
from fenestra.care.people.models import ConsentWithdrawal, Screening, ScreeningDecision
from fenestra.care.visit import going_home
from fenestra.care.visit.actions import record_event
from fenestra.care.visit.models import Incident, RoomEvent
from fenestra.care.visit.rules import VisitState
from fenestra.care.work import actions, owed, queries
from fenestra.care.work.models import Item, ItemStep
from fenestra.care.work.rules import ItemKind, Level
from fenestra.ground.book.act import Done
from fenestra.ground.book.models import Act, AuditLine
from fenestra.ground.book.scope import OPEN
from tests.care.checkins.phone import phone_of
from tests.care.people.known import good_facts, sign
from tests.care.visit.day import Day

Cause = Callable[[Day], Callable[[], Done]]


def listed(day: Day) -> list[tuple[ItemKind, Level, str]]:
    return [(each.kind, each.level, each.owner_role) for each in queries.items(day.scopes["nina"], OPEN, day.at)]


def words(day: Day) -> list[str]:
    (item,) = queries.items(day.scopes["nina"], OPEN, day.at)
    return [each.words for each in queries.steps(day.scopes["nina"], OPEN, item.id)]


def screened(day: Day, **facts: Any) -> int:
    made = day.do(owed.keep_screening, "cora", person_id=day.person_id, facts=good_facts(**facts))
    return made.id or 0


def test_a_screening_waits_for_a_prescriber_until_it_is_decided(day: Day) -> None:
    screened(day)
    newest = screened(day)
    assert listed(day) == [(ItemKind.SCREENING_TO_DECIDE, Level.MEDIUM, "physician")]
    day.do(owed.decide_screening, "dana", screening_id=newest, decision="not_now", reason="weighed")
    assert listed(day) == []


def test_a_positive_suicide_screen_is_for_whoever_is_on_cover(day: Day) -> None:
    screened(day, suicide_screen_positive=True)
    assert listed(day)[0] == (ItemKind.SUICIDE_ALERT, Level.HIGH, "on cover")


def test_an_emergency_disclosure_waits_for_its_review(day: Day) -> None:
    told: dict[str, Any] = {
        "personnel": "Dr Ruiz, Bay Hospital",
        "nature": "did not wake up",
        "information": ("visits",),
    }
    made = day.do(owed.disclose_in_emergency, "nina", person_id=day.person_id, what="told by telephone", **told)
    assert listed(day) == [(ItemKind.OTHER, Level.MEDIUM, "privacy officer")]
    day.do(owed.review_emergency, "mira", emergency_id=made.id, in_order=True, words="needed")
    assert listed(day) == []


def test_what_a_form_on_file_said_is_not_raised_twice(day: Day) -> None:
    facts = good_facts(suicide_screen_positive=True)
    day.do(owed.keep_screening, "cora", person_id=day.person_id, facts=facts, danger_on_file=True)
    assert [kind for kind, _, _ in listed(day)] == [ItemKind.SCREENING_TO_DECIDE]


def test_a_withdrawn_consent_is_talked_about_by_a_physician(day: Day) -> None:
    day.do(owed.withdraw_consent, "cora", consent_id=sign(day))
    assert listed(day) == [(ItemKind.CONSENT_WITHDRAWN, Level.MEDIUM, "physician")]


def test_the_incidents_of_one_visit_are_one_item_while_it_is_open(day: Day) -> None:
    visit = day.visit(VisitState.INFUSING)
    day.do(record_event, visit_id=visit, kind="oxygen", text="2 L after 40 mg")
    day.do(record_event, visit_id=visit, kind="rescue", text="ondansetron")
    assert listed(day) == [(ItemKind.INCIDENT, Level.MEDIUM, "physician")]
    assert [each.split(". ")[0] for each in words(day)] == ["On the dosing day: oxygen", "Again: rescue medicine."]
    assert not any("mg" in each for each in words(day))  # a dose may be hidden from who reads the work list


def test_an_incident_after_the_item_was_done_is_owed_anew(day: Day) -> None:
    visit = day.visit(VisitState.INFUSING)
    day.do(record_event, visit_id=visit, kind="oxygen", text="2 L")
    (item,) = queries.items(day.scopes["nina"], OPEN, day.at)
    day.do(actions.finish, "dana", item_id=item.id, words="read and discussed")
    day.do(going_home.left_early, visit_id=visit, reason="walked out")
    assert [each.id != item.id for each in queries.items(day.scopes["nina"], OPEN, day.at)] == [True]


def test_a_link_that_was_guessed_at_is_asked_about_by_a_coordinator(day: Day) -> None:
    guessed(day)()
    assert listed(day) == [(ItemKind.OTHER, Level.MEDIUM, "coordinator")]


# A second write that breaks.


def keeping(day: Day) -> Callable[[], Done]:
    return lambda: day.do(owed.keep_screening, "cora", person_id=day.person_id, facts=good_facts())


def deciding(day: Day) -> Callable[[], Done]:
    made = screened(day)
    return lambda: day.do(owed.decide_screening, "dana", screening_id=made, decision="fit", reason="weighed")


def withdrawing(day: Day) -> Callable[[], Done]:
    signed = sign(day)
    return lambda: day.do(owed.withdraw_consent, "cora", consent_id=signed)


def an_incident(day: Day) -> Callable[[], Done]:
    visit = day.visit(VisitState.INFUSING)
    return lambda: day.do(record_event, visit_id=visit, kind="oxygen", text="2 L")


def guessed(day: Day) -> Callable[[], Done]:
    link = phone_of(day).link()
    return lambda: checkins.end_guessed_link(link_id=link.id, by=link.scope, at=day.at, key="guessed")


def rows() -> list[int]:
    kept = (
        Screening,
        ScreeningDecision,
        ConsentWithdrawal,
        Incident,
        RoomEvent,
        LinkEnd,
        Item,
        ItemStep,
        AuditLine,
        Act,
    )
    return [each.objects.count() for each in kept]


@pytest.mark.parametrize("cause", [keeping, deciding, withdrawing, an_incident, guessed])
def test_when_the_item_cannot_be_written_nothing_of_the_act_is(
    day: Day, cause: Cause, monkeypatch: pytest.MonkeyPatch
) -> None:
    happens = cause(day)
    before = rows()

    def breaks(*_: Any, **__: Any) -> None:
        raise Broken

    with monkeypatch.context() as at_once:
        at_once.setattr(actions, "step", breaks)  # the item is written, and what opened it is not
        with pytest.raises(Broken):
            happens()
    assert rows() == before
    assert happens().again is False
    assert rows() != before


class Broken(KeyError):
    """A fault of ours in the second write."""


def test_a_decision_without_its_work_leaves_the_screening_undecided(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    happens = deciding(day)
    monkeypatch.setattr(owed, "settle", lambda **_: (_ for _ in ()).throw(DatabaseError("gone")))
    with pytest.raises(DatabaseError):
        happens()
    latest = screening_queries.latest_screening(day.scopes["dana"], OPEN, day.person_id)
    assert latest and latest.decided is None
