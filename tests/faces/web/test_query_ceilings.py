"""A page asks the database a handful of questions, and not one more for more people, visits or rows."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fenestra.care.inventory import queries as ledger
from fenestra.care.inventory import stock
from fenestra.care.measures import actions as measures
from fenestra.care.plan import actions as plans
from fenestra.care.plan import queries as plan_queries
from fenestra.care.visit.rules import VisitState as S
from fenestra.care.work import actions as work
from fenestra.care.work.rules import ItemKind
from fenestra.faces.web.staff.plan import page as plan_page
from fenestra.faces.web.staff.plan import words as plan_words
from fenestra.ground.book.scope import OPEN
from fenestra.ground.clinic.accounts import give_role
from tests.care.plan.clinic import open_clinic
from tests.care.visit.day import Day
from tests.faces.web.conftest import SignedIn

CEILING = 25
OF_THE_CLINIC = ("/", "/people/", "/work-list/", "/calendar/", "/therapy/", "/outcomes/")
OF_ONE = tuple(
    f"/people/{{}}/{part}"
    for part in ("", "journey/", "measures/", "plan/", "check-ins/", "screening/", "therapy/book/")
)


def asked(client: Client, path: str) -> list[str]:
    """The questions of one opening of a page; the first opening warms what is kept between two."""
    client.get(path)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200, path
    return [each["sql"] for each in seen.captured_queries]


def live(day: Day, person_id: int, rows: int) -> None:
    """One person's way: use days and weights told, a visit that has ended, something owed."""
    for number in range(1, rows + 1):
        told = ({"day": (day.at - timedelta(days=number)).date(), "substance": "alcohol", "used": number == 2},)
        day.do(measures.record_use_days, person_id=person_id, days=told, source="person")
        day.do(measures.weigh, person_id=person_id, kg=Decimal("72.5"), day=(day.at - timedelta(days=number)).date())
        about = f"ceiling:{person_id}:{day.at:%d}:{number}"
        owed = {"kind": ItemKind.OTHER.value, "level": "low", "owner_role": "nurse", "words": "Call them."}
        day.do(work.open_item, person_id=person_id, about=about, **owed)


@pytest.fixture
def one(day: Day) -> Day:
    day.visit(S.DISCHARGED)
    day.visit(S.INFUSING, episode_id=day.episode(day.person(name="Grace Holm")))
    live(day, day.person_id, 9)  # as many as the short lists of Today hold
    return day


@pytest.mark.parametrize("path", OF_THE_CLINIC)
def test_a_page_about_everybody_asks_as_often_for_many_as_for_one(one: Day, signed_in: SignedIn, path: str) -> None:
    client = signed_in("mira")
    few = asked(client, path)
    for name in ("Daniel Osei", "Aisha Bello", "Owen Stone"):
        other = one.person(name=name)
        one.visit(S.DISCHARGED, episode_id=one.episode(other))
        live(one, other, 2)
    many = asked(client, path)
    assert len(many) == len(few) <= CEILING, "\n".join(sql[:150] for sql in many)


@pytest.mark.parametrize("path", OF_ONE)
def test_a_page_about_one_person_asks_as_often_for_many_rows_as_for_few(
    one: Day, signed_in: SignedIn, path: str
) -> None:
    client = signed_in("mira")
    few = asked(client, path.format(one.person_id))
    one.later(minutes=7 * 24 * 60)
    live(one, one.person_id, 5)
    many = asked(client, path.format(one.person_id))
    assert len(many) == len(few) <= CEILING, "\n".join(sql[:150] for sql in many)


def test_the_calendar_asks_as_often_for_many_therapists_as_for_one(day: Day, signed_in: SignedIn) -> None:
    clinic, client = open_clinic(day=day), signed_in("mira")
    few = asked(client, "/calendar/")
    for who in ("noel", "dana"):
        day.do(give_role, "lena", staff_id=day.scopes[who].staff_id, role="therapist")
        staff_id = day.scopes[who].staff_id or 0
        clinic.as_("cora", plans.set_hours, staff_id=staff_id, weekday=2, from_time=time(9), until_time=time(13))
    assert len(asked(client, "/calendar/")) == len(few)


def test_the_chooser_asks_as_often_for_three_ways_as_for_one(
    day: Day, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic, client = open_clinic(day=day), signed_in("dana")
    (version,) = [v for v in plan_queries.protocols(clinic.scope, OPEN) if v.protocol.id == "grabski_2022"]
    path = f"/people/{clinic.person_id}/plan/?protocol={plan_words.key_of(version)}&from_day=2026-11-23"
    many = asked(client, path)
    monkeypatch.setattr(plan_page, "WAYS", 1)
    few = asked(client, path)
    assert len(many) == len(few) <= CEILING, "\n".join(sql[:150] for sql in many)


def test_a_running_course_asks_for_its_reviews_once_and_not_once_for_each_dose(day: Day, signed_in: SignedIn) -> None:
    clinic = open_clinic(day=day)
    clinic.plan()
    questions = asked(signed_in("dana"), f"/people/{clinic.person_id}/plan/")
    assert len([sql for sql in questions if 'FROM "plan_coursereview"' in sql]) == 2  # as shown, and what they stop
    assert len(questions) <= CEILING, "\n".join(sql[:150] for sql in questions)


def test_the_ledger_asks_as_often_for_many_counted_lots_as_for_one(day: Day, signed_in: SignedIn) -> None:
    client = signed_in("paula")
    few = asked(client, "/medicine/")
    product = ledger.products(day.scopes["paula"], OPEN)[0].id
    for number in ("K-301", "K-302", "K-303"):
        told = {"product_id": product, "lot_number": number, "expires_on": date(2027, 9, 30), "containers": 2}
        told |= {"supplier_name": "Harbour", "supplier_address": "1 Quay Street", "registration_number": "RX1"}
        lot = day.do(stock.receive, "paula", **told, invoice="INV-9", event_date=day.at.date()).id
        day.do(stock.blind_count, "paula", lot_id=lot, containers=2, opened_ml=Decimal(0))
    assert [each.variance_mg for each in ledger.counts(day.scopes["paula"], OPEN)] == [0, 0, 0, 0]
    assert len(asked(client, "/medicine/")) == len(few) <= CEILING
