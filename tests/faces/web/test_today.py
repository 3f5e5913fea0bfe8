"""Today, as staff read it: who is in a chair, what needs a human, which windows stand open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fenestra.care.visit import day_queries, queries
from fenestra.care.visit.readings import record_stream
from fenestra.care.visit.rules import Measure
from fenestra.care.visit.rules import VisitState as S
from fenestra.faces.web.staff.therapy import windows
from fenestra.faces.web.staff.today import page as today_page
from fenestra.ground.book.hub import last_event_id
from fenestra.ground.book.scope import OPEN
from fenestra.science.protocols.regimens import protocol
from fenestra.science.protocols.window import therapy_window
from tests.care.visit.day import Day, furnish
from tests.faces.web.conftest import SignedIn

LONG = "Wolfeschlegelsteinhausenbergerdorff-Alexandrescu, Maria-Theresia"


def today(client: Client) -> str:
    answer = client.get("/")
    assert answer.status_code == 200
    return answer.content.decode()


def seen(day: Day, client: Client) -> dict[str, Any]:
    """What the page was given, for claims about order and amounts."""
    context = client.get("/").context
    return {name: context[name] for name in ("counts", "tiles", "windows", "needs", "picture", "tail")}


def another(day: Day, state: S, name: str = "Daniel Osei") -> int:
    return day.visit(state, episode_id=day.episode(day.person(name=name)))


def test_an_empty_day_says_so_and_offers_one_verb(day: Day, signed_in: SignedIn) -> None:
    page = today(signed_in())
    assert "Nobody is booked today." in page and "Find a person to book" in page
    assert "No window stands open. One opens after a dose has ended." in page


def test_a_tile_shows_the_three_numbers_with_their_times(day: Day, signed_in: SignedIn) -> None:
    visit = day.visit(S.INFUSING)
    day.later(minutes=8)
    day.round(visit, systolic=146, diastolic=91, pulse=84, spo2=97)
    day.later(minutes=1)
    (tile,) = seen(day, signed_in())["tiles"]
    assert [(f.value, f.unit, f.when) for f in tile.figures] == [
        ("146/91", "", "10:08"), ("84", "", "10:08"), ("97", "%", "10:08"),
    ]  # fmt: skip
    assert (tile.minutes, tile.minutes_of, tile.strip.words) == ("9", "of 40 min", "No open alarm")
    assert (tile.next_what, tile.next_when) == ("Measure a round", "10:18, in 9 min")


def test_a_number_nobody_measured_is_no_zero(day: Day, signed_in: SignedIn) -> None:
    visit = day.book()
    day.arrive(visit)
    (tile,) = seen(day, signed_in())["tiles"]
    assert tile.figures == ()
    assert "Nothing measured yet." in today(signed_in())


def test_an_alarm_comes_first_everywhere(day: Day, signed_in: SignedIn) -> None:
    calm = day.visit(S.INFUSING)
    ill = another(day, S.INFUSING)
    day.later(minutes=9)
    day.round(ill, systolic=190, diastolic=100)
    page = seen(day, signed_in())
    assert [tile.visit_id for tile in page["tiles"]] == [ill, calm]
    assert page["tiles"][0].strip.words == "Systolic pressure 190 mmHg"
    assert (page["needs"][0].what, page["needs"][0].who) == (
        "Systolic pressure 190 mmHg", "Daniel Osei, chair B · since 10:09",
    )  # fmt: skip


def test_a_round_that_is_overdue_needs_a_human(day: Day, signed_in: SignedIn) -> None:
    day.visit(S.INFUSING)
    day.later(minutes=11)
    assert "Round was due at 10:10" in [need.what for need in seen(day, signed_in())["needs"]]


def test_findings_wait_for_a_prescriber(day: Day, signed_in: SignedIn) -> None:
    visit = day.book()
    day.arrive(visit)
    day.check(visit, solids_h="3", takes_opioid="yes")
    page = seen(day, signed_in())
    assert page["tiles"][0].strip.words == "Decide: 2 found on arrival"
    assert "2 findings to decide before a dose" in [need.what for need in page["needs"]]


def test_a_safe_not_counted_needs_a_human_while_somebody_waits(day: Day, signed_in: SignedIn) -> None:
    day.later(minutes=24 * 60)
    assert "The safe is not counted today" not in today(signed_in())
    day.book()
    assert "The safe is not counted today" in today(signed_in())


def test_an_incident_is_to_be_looked_at_also_on_the_next_day(day: Day, signed_in: SignedIn) -> None:
    day.visit(S.LEFT_EARLY)
    assert [need.what for need in seen(day, signed_in())["needs"]].count("An incident") == 1
    day.later(minutes=24 * 60)
    assert "An incident" in [need.what for need in seen(day, signed_in())["needs"]]


def test_everybody_of_the_day_is_counted_once(day: Day, signed_in: SignedIn) -> None:
    for state in (S.BOOKED, S.ARRIVED, S.INFUSING, S.SENT_HOME, S.BOOKED):
        another(day, state)
    page = seen(day, signed_in())
    counts = page["counts"]
    assert (counts.in_a_chair, counts.in_the_house, counts.expected, counts.done) == (1, 1, 2, 1)
    assert len(page["tiles"]) == 4 and len(page["picture"].lines) == 5


def test_a_window_says_what_is_known_and_that_it_is_a_hypothesis(day: Day, signed_in: SignedIn) -> None:
    day.visit(S.DISCHARGED)
    day.later(minutes=60 * 46)
    client = signed_in()
    (row,) = seen(day, client)["windows"]
    assert (row.say, row.dose) == ("closes in 25 h", "dose 1 of 3")
    assert "The window is a hypothesis" in today(client)
    day.later(minutes=60 * 48)
    page = seen(day, client)
    assert page["windows"] == [] and [name for _, name in page["tail"]] == ["Marta Ellison"]
    day.later(minutes=60 * 24 * 14)
    assert seen(day, client)["tail"] == []


@pytest.mark.parametrize(
    ("hours", "said"),
    [(0.5, "opens in 23 h"), (23.5, "opens in 30 min"), (24, "closes in 48 h"), (71.99, "closes in 1 min")],
)
def test_the_rule_is_said_to_the_hour(hours: float, said: str) -> None:
    ended = datetime(2026, 11, 20, 15, tzinfo=UTC)
    window = therapy_window(protocol("grabski_2022").window, ended)
    assert windows.say(window, ended + timedelta(hours=hours)) == said


def test_a_long_name_and_a_script_stand_as_text(day: Day, signed_in: SignedIn) -> None:
    another(day, S.INFUSING, LONG)
    another(day, S.BOOKED, "<script>alert(1)</script>")
    page = today(signed_in())
    assert LONG in page and "<script>alert" not in page and "&lt;script&gt;" in page


def test_who_may_not_see_names_sees_codes(day: Day, signed_in: SignedIn) -> None:
    day.visit(S.INFUSING)
    page = today(signed_in("lena"))
    assert "Marta Ellison" not in page and "A-" in page


def test_who_may_not_see_doses_is_told_nothing_of_the_ledger(day: Day, signed_in: SignedIn) -> None:
    day.later(minutes=24 * 60)
    day.book()
    assert "The safe is not counted" not in today(signed_in("rafi"))


def test_another_clinics_day_stays_there(day: Day, signed_in: SignedIn) -> None:
    other = furnish()
    other.visit(S.INFUSING)
    assert "Nobody is booked today." in today(signed_in())


def test_the_part_that_is_fetched_anew_is_no_whole_page(day: Day, signed_in: SignedIn) -> None:
    day.visit(S.INFUSING)
    part = signed_in().get("/today/parts/").content.decode()
    assert "<html" not in part and "Marta Ellison" in part


def test_thirty_visits_cost_no_more_questions_than_one(day: Day, signed_in: SignedIn) -> None:
    client = signed_in()
    states = (S.INFUSING, S.RECOVERING, S.ARRIVED, S.CONFIRMED, S.BOOKED)
    for state in states:
        another(day, state)
    with CaptureQueriesContext(connection) as few:
        today(client)
    for state in states * 5:
        another(day, state, LONG)
    with CaptureQueriesContext(connection) as many:
        today(client)
    assert len(many) == len(few) <= 25


def test_a_glance_agrees_with_the_visits_own_page(day: Day) -> None:
    for state in (S.BOOKED, S.ARRIVED, S.CLEARED, S.ORDERED, S.CONFIRMED, S.INFUSING, S.PAUSED, S.RECOVERING):
        another(day, state)
    scope = day.scopes["nina"]
    glances = day_queries.day_at_a_glance(scope, OPEN, day=day.at.date(), at=day.at)
    assert len(glances) == 8
    for glance in glances:
        whole = queries.visit(scope, OPEN, glance.line.id)
        assert glance.next == queries.next_for(scope, OPEN, whole, at=day.at)
        assert glance.value.given_mg(day.at) == whole.given_mg(day.at)
        assert glance.value.state is whole.state
        assert glance.findings == queries.findings(scope, OPEN, whole)


def test_a_monitor_that_sends_thousands_costs_one_reading(day: Day, signed_in: SignedIn) -> None:
    visit = day.visit(S.INFUSING)
    for second in range(30):
        day.later(seconds=1)
        day.do(
            record_stream, visit_id=visit, readings={Measure.PULSE: Decimal(70 + second), Measure.SPO2: Decimal(97)},
            measured_at=day.at, device="bedside",
        )  # fmt: skip
    (glance,) = day_queries.day_at_a_glance(day.scopes["nina"], OPEN, day=day.at.date(), at=day.at)
    pulses = [reading for reading in glance.value.readings if reading.measure is Measure.PULSE]
    assert [pulse.value for pulse in pulses] == [99]


def test_what_happens_while_the_page_is_drawn_comes_by_its_stream(
    day: Day, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page begins to listen after the last event before its first look, so that nothing falls between the two."""
    client, gathered, before = signed_in("nina"), today_page.gathered, last_event_id()

    def meanwhile(*asked: Any) -> dict[str, Any]:
        seen = gathered(*asked)
        day.visit(S.ARRIVED)
        return seen

    monkeypatch.setattr(today_page, "gathered", meanwhile)
    page = client.get("/").content.decode()
    assert last_event_id() > before
    assert f'data-stream-after="{before}"' in page
