"""The privacy officer asks who saw a person, and gets an answer; the auditor gets it without names."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fenestra.care.people.models import Person
from fenestra.ground.book import reads, trail
from fenestra.ground.book.models import AuditLine
from fenestra.ground.clinic.actions import add_staff
from tests.care.visit.day import NAME, Day
from tests.faces.web.conftest import SignedIn


@pytest.fixture
def officer(day: Day) -> str:
    reads._looks.clear()
    day.do(
        add_staff, "lena", username="pia", name="Pia Privacy", password="the officer's own", roles=("privacy officer",)
    )
    return "pia"


@pytest.fixture
def signed_in(day: Day, signed_in: SignedIn) -> SignedIn:
    def sign(name: str = "nina") -> Any:
        if name != "pia":
            return signed_in(name)
        from django.test import Client

        client = Client()
        assert client.post("/sign-in/", {"username": "pia", "password": "the officer's own"}).status_code == 302
        return client

    return sign


def asked(client: Any, day: Day, **more: Any) -> Any:
    code = Person.objects.get(pk=day.person_id).code
    days = {"since": (day.at - timedelta(days=3)).date(), "until": day.at.date()}
    return client.post("/clinic/who-saw/", {"code": code, **days, **more})


def told(answer: Any) -> str:
    assert answer.status_code == 200, answer.content.decode()
    found: str = answer.content.decode()
    return found


def test_the_officer_sees_who_looked_wrote_and_was_refused(day: Day, officer: str, signed_in: SignedIn) -> None:
    day.person(name="Aisha Bello")
    day.episode()
    signed_in("nina").get(f"/people/{day.person_id}/")
    signed_in("mira").get("/people/")
    page = told(asked(signed_in(officer), day))
    for words in ("Nina", "person page", "Mira", "list of people", "among others", "opened an episode"):
        assert words in page, words


def test_asking_is_itself_written_down(day: Day, officer: str, signed_in: SignedIn) -> None:
    client = signed_in(officer)
    asked(client, day)
    line = AuditLine.objects.latest("pk")
    assert (line.kind, line.what, line.person_id) == ("read", "page: who saw", day.person_id)
    assert "who saw" in told(asked(client, day))


def test_it_can_be_asked_by_role_by_what_was_done_and_by_days(day: Day, officer: str, signed_in: SignedIn) -> None:
    signed_in("nina").get(f"/people/{day.person_id}/")
    client = signed_in(officer)
    assert "person page" in told(asked(client, day, role="nurse"))
    assert "person page" not in told(asked(client, day, role="pharmacist"))
    assert "person page" not in told(asked(client, day, kind="write"))
    early = {"since": (day.at - timedelta(days=9)).date(), "until": (day.at - timedelta(days=8)).date()}
    assert "Nobody saw" in told(asked(client, day, **early))


def test_the_auditor_reads_no_name_and_no_reason(day: Day, officer: str, signed_in: SignedIn) -> None:
    from fenestra.care.people import actions
    from fenestra.science.errors import Refused

    with pytest.raises(Refused):
        day.do(actions.open_episode, person_id=day.person_id, substances=(), goal="abstinence", protocol="",
               protocol_hash="", doses=0)  # fmt: skip
    assert "Choose at least one substance" in told(asked(signed_in(officer), day))
    page = told(asked(signed_in("otto"), day))
    assert "was refused" in page and "Choose at least one substance" not in page and NAME not in page


@pytest.mark.parametrize("name", ["mira", "nina", "lena", "cora"])
def test_nobody_else_may_ask(day: Day, officer: str, signed_in: SignedIn, name: str) -> None:
    client = signed_in(name)
    assert client.get("/clinic/who-saw/").status_code == asked(client, day).status_code == 403
    assert "who-saw" not in client.get("/clinic/staff/").content.decode()


def test_a_code_that_nobody_has_and_days_the_wrong_way_round_are_said_at_the_field(
    day: Day, officer: str, signed_in: SignedIn
) -> None:
    client = signed_in(officer)
    wrong = asked(client, day, code="Z-999")
    assert wrong.status_code == 422 and "Nobody here has this code" in wrong.content.decode()
    assert "lies before the first" in asked(client, day, until="2020-01-01").content.decode()


def test_breaking_the_glass_stands_out_from_other_writing(day: Day, officer: str, signed_in: SignedIn) -> None:
    line = {"kind": "write", "clinic_id": day.clinic_id, "by_id": day.scopes["nina"].staff_id, "at": day.at}
    AuditLine(what="opened a closed record", person_id=day.person_id, **line).save(force_insert=True)
    day.episode()
    page = asked(signed_in(officer), day, kind="glass").content.decode()
    assert "Nina" in page and "<b>1</b> opened a closed record" in page and "opened an episode" not in page


def test_a_number_that_is_part_of_another_is_not_mistaken_for_it(day: Day) -> None:
    by, at = day.scopes["nina"], day.at
    for shown in ([1, 12], [121], [2, 21]):
        AuditLine(kind="read", what="list", clinic_id=day.clinic_id, by_id=1, at=at, rows=reads.as_rows(shown)).save(
            force_insert=True
        )
    span = {"since": at - timedelta(days=1), "until": at + timedelta(days=1)}
    assert [trail.of_person(by, number, **span).by_kind.get("read", 0) for number in (12, 121, 21, 1210)] == [
        1,
        1,
        1,
        0,
    ]
