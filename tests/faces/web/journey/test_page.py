"""The page itself: who sees what, what is escaped, what an empty person and a person with a long course show."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fenestra.care.visit.rules import VisitState as S
from fenestra.ground.book import clock
from fenestra.ground.book.models import AuditLine
from tests.care.plan.clinic import at, open_clinic
from tests.care.visit.day import Day, furnish
from tests.faces.signing_in import sign_in
from tests.faces.web.conftest import SignedIn
from tests.faces.web.journey.year import STARTS, live

MARKUP = "<script>alert(1)</script>"
MOST_QUERIES = 25
NO_SHELF = True


def text(client: Any, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


def journey(person_id: int) -> str:
    return f"/people/{person_id}/journey/"


@pytest.fixture
def long_day(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Day:
    """The clinic on the day to which one person's long course has come."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    made = furnish(STARTS)
    monkeypatch.setattr(clock, "now", lambda: made.at)
    live(made, name=f"Leon {MARKUP}", words=f"pressure 164/102 {MARKUP}")
    return made


Asks = Callable[[str], Client]


@pytest.fixture
def asks(long_day: Day) -> Asks:
    """Somebody of that clinic, signed in."""

    def sign(name: str) -> Client:
        return sign_in(Client(), long_day, name)

    return sign


def test_an_empty_person_is_told_what_to_do(day: Day, signed_in: SignedIn) -> None:
    page = text(signed_in(), journey(day.person_id))
    assert "Nothing is written yet." in page and "Open an episode" in page
    assert 'role="img"' not in page and f"/people/{day.person_id}/episodes/" in page


def test_a_person_with_one_booked_visit_has_it_as_the_next_thing(day: Day, signed_in: SignedIn) -> None:
    visit = day.visit(S.BOOKED)
    page = text(signed_in(), journey(day.person_id))
    assert f"/visits/{visit}/" in page and "Dose 1 of 3" in page and "the first is booked for 20 November" in page


def test_reading_it_is_written_once(day: Day, signed_in: SignedIn) -> None:
    client = signed_in()
    before = AuditLine.objects.filter(kind="read", person_id=day.person_id).count()
    text(client, journey(day.person_id))
    assert AuditLine.objects.filter(kind="read", person_id=day.person_id).count() == before + 1


def test_another_clinics_person_is_not_here(day: Day, signed_in: SignedIn) -> None:
    other = furnish(staff_at="lake")
    answer = signed_in().get(journey(other.person_id))
    assert answer.status_code == 404 and "There is no such person in this clinic." in answer.content.decode()
    assert not AuditLine.objects.filter(kind="read", person_id=other.person_id).exists()


def test_it_is_linked_from_the_person_and_from_the_windows_of_today(day: Day, signed_in: SignedIn) -> None:
    day.visit(S.DISCHARGED)
    client = signed_in()
    assert journey(day.person_id) in text(client, f"/people/{day.person_id}/")
    assert journey(day.person_id) in text(client, "/")


def test_an_address_that_asks_for_nonsense_shows_the_page(day: Day, signed_in: SignedIn) -> None:
    for asked in ("?span=decade", "?back=-3", "?back=99999999999", "?back=²", "?span=year&back=5"):
        text(signed_in(), journey(day.person_id) + asked)


def test_a_long_course_is_told_drawn_and_tabled(long_day: Day, asks: Asks) -> None:
    page = text(asks("dana"), journey(long_day.person_id))
    for said in (
        "All three doses are given.",
        "this week",
        "2 of the last 28 days",
        "days without",
        "PHQ-9",
        "Friday after work, the station bar",
        "heavy, 4 or more",
        "asked, not answered",
        "held, inside a window, relapse prevention, Theo",
        "sent home",
        "Therapy hour",
        "The window is a hypothesis",
    ):
        assert said in page, said
    assert page.count('role="img"') == 4  # the line and the year, wide and for a phone
    assert not re.search(r"<[^>]+ style=", page) and "<script>" not in page


def test_what_people_wrote_is_escaped(long_day: Day, asks: Asks) -> None:
    page = text(asks("dana"), journey(long_day.person_id))
    assert MARKUP not in page and "Leon &lt;script&gt;" in page


def test_the_year_stays_within_its_questions(long_day: Day, asks: Asks) -> None:
    """As many for three months as for the days after: the count does not grow with what is written."""
    client = asks("dana")
    text(client, journey(long_day.person_id))
    with CaptureQueriesContext(connection) as asked:
        text(client, journey(long_day.person_id) + "?span=year")
    assert len(asked) <= MOST_QUERIES, "\n".join(each["sql"][:160] for each in asked)


def test_a_role_that_sees_no_doses_sees_none_and_is_told_so(long_day: Day, asks: Asks) -> None:
    page = text(asks("rafi"), journey(long_day.person_id))
    assert "Your role does not see doses" in page
    assert "/visits/" not in page and "after dose" not in page and 'id="w-window-1"' not in page
    assert "inside a window" not in page and "outside a window" not in page
    assert "Friday after work" not in page and "Your role does not see triggers." in page
    assert "this week" in page and "PHQ-9" in page  # what a rater may see stays


def test_a_role_that_sees_no_names_sees_no_name_and_no_free_words(long_day: Day, asks: Asks) -> None:
    page = text(asks("lena"), journey(long_day.person_id))
    assert "Leon" not in page and "164/102" not in page and "Friday after work" not in page
    assert "Your role does not see names" in page


def test_on_the_evening_of_a_dose_the_window_has_not_opened(long_day: Day, asks: Asks) -> None:
    long_day.at = datetime(2026, 11, 17, 20, 0, tzinfo=STARTS.tzinfo)
    page = text(asks("dana"), journey(long_day.person_id))
    assert "opens Wednesday 10:41" in page


def test_the_phone_can_look_back(long_day: Day, asks: Asks) -> None:
    page = text(asks("dana"), journey(long_day.person_id) + "?back=5")
    first = (long_day.at + timedelta(days=13 - 49 - 35)).date()
    assert f'data-first="{first}"' in page and "Later" in page


def test_a_planned_course_is_hollow_asks_no_more_and_names_its_hour(
    db: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    clinic = open_clinic()
    monkeypatch.setattr(clock, "now", lambda: clinic.day.at)
    clinic.plan(
        hours=tuple(clinic.hour(at(25 + 7 * n, 11) if n == 0 else at(7 * n - 5, 11, month=12), n + 1) for n in range(3))
    )
    client = sign_in(Client(), clinic.day, "dana")
    path = journey(clinic.person_id)
    page = text(client, path)
    assert "No dose is given yet; the first is planned for 24 November." in page
    assert page.count("#w-planned") == 3 and "#w-hour-booked-in" in page and 'id="w-window-3"' in page
    assert "Tue 24 Nov, 09:00" in page and "Dose 1" in page and f"/people/{clinic.person_id}/plan/" in page
    with CaptureQueriesContext(connection) as asked:
        text(client, path)
    assert len(asked) <= MOST_QUERIES


@pytest.mark.parametrize("demo", [True, False])
def test_the_picture_itself_says_that_a_demo_is_made_up(
    day: Day, signed_in: SignedIn, settings: Any, demo: bool
) -> None:
    day.visit(S.DISCHARGED)
    client = signed_in()
    settings.DEMO = demo
    pictures = text(client, journey(day.person_id)).split('<svg class="fe-journey-line"')[1:]
    assert ("Made up: a demo clinic, no real people" in pictures[0]) is demo
