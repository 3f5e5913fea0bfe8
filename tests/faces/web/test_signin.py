"""Signing in and out: who is let in, where they land, and what is written about it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import signing
from django.test import Client

from fenestra.faces.web.forms import whole_number
from fenestra.faces.web.signin import first_page, way_back
from fenestra.ground.book.models import AuditLine
from fenestra.ground.book.scope import Scope
from fenestra.ground.clinic.actions import add_staff, found_clinic
from tests.care.visit.day import Day, furnish, password
from tests.faces.web.conftest import SignedIn


def sign_in(client: Client, username: str, typed: str, **more: str) -> Any:
    return client.post("/sign-in/", {"username": username, "password": typed, **more})


def last_line() -> AuditLine:
    return AuditLine.objects.order_by("-pk")[0]


def test_the_right_password_opens_today_under_a_new_session_key(day: Day) -> None:
    client = Client()
    before = client.session.session_key
    answer = sign_in(client, "nina", password("nina"))
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.session.session_key != before
    line = last_line()
    assert client.get("/").status_code == 200
    assert (line.kind, line.by_id, line.clinic_id) == ("sign-in", day.scopes["nina"].staff_id, day.clinic_id)


@pytest.mark.parametrize("username", ["nina", "nobody-here"])
def test_a_wrong_pair_gets_one_sentence_that_does_not_say_which_half_was_wrong(day: Day, username: str) -> None:
    answer = sign_in(Client(), username, "not it")
    assert answer.status_code == 422
    assert "User name and password do not match an account. Type both again." in answer.content.decode()
    assert "sessionid" not in answer.cookies


def test_a_failure_is_written_without_what_was_typed(day: Day) -> None:
    sign_in(Client(), "nina", "sesame-open")
    known = last_line()
    assert (known.kind, known.clinic_id, known.about) == (
        "refusal", day.clinic_id, f"staff:{day.scopes['nina'].staff_id}",
    )  # fmt: skip
    sign_in(Client(), "my-password-by-mistake", "x")
    assert last_line().about == ""
    told = json.dumps(list(AuditLine.objects.values_list("what", "about", "reason")))
    assert "sesame-open" not in told and "my-password-by-mistake" not in told


def test_an_empty_form_says_what_to_write_at_each_field(day: Day) -> None:
    page = sign_in(Client(), "", "").content.decode()
    assert page.count("Write your user name.") == 2 and page.count("Write your password.") == 2


@pytest.mark.parametrize(
    ("asked", "way"),
    [
        ("/people/", "/people/"),
        ("/medicine/?day=2026-11-20", "/medicine/?day=2026-11-20"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("/\\elsewhere.example", "/"),
        ("javascript:alert(1)", "/"),
        ("people/", "/"),
        ("/sign-in/", "/"),
        ("", "/"),
    ],
)
def test_the_way_back_stays_on_this_server(asked: str, way: str) -> None:
    assert way_back(asked) == way


def test_a_page_asked_for_before_signing_in_is_where_one_lands(day: Day) -> None:
    client = Client()
    assert client.get("/people/")["Location"] == "/sign-in/?next=/people/"
    assert sign_in(client, "nina", password("nina"), next="/people/")["Location"] == "/people/"


@pytest.mark.parametrize(
    ("roles", "page"),
    [
        ({"nurse"}, "today"),
        ({"lead"}, "today"),
        ({"rater"}, "today"),
        ({"statistician"}, "outcomes"),
        ({"data monitor"}, "today"),
        ({"privacy officer"}, "who-saw"),
        ({"auditor"}, "who-saw"),
        ({"auditor", "physician"}, "today"),
        ({"auditor", "statistician"}, "outcomes"),
        (set(), "today"),
    ],
)
def test_whose_work_is_none_of_todays_begins_on_a_page_of_use(roles: set[str], page: str) -> None:
    assert first_page(frozenset(roles)) == page


def test_who_signs_in_begins_on_their_own_page_unless_another_was_asked_for(day: Day) -> None:
    assert sign_in(Client(), "otto", password("otto"))["Location"] == "/clinic/who-saw/"
    assert sign_in(Client(), "otto", password("otto"), next="/")["Location"] == "/clinic/who-saw/"
    assert sign_in(Client(), "otto", password("otto"), next="/people/")["Location"] == "/people/"
    assert sign_in(Client(), "nina", password("nina"), next="/")["Location"] == "/"


def test_signing_out_ends_the_session_and_takes_a_post(signed_in: SignedIn) -> None:
    client = signed_in()
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert client.get("/")["Location"] == "/sign-in/?next=/"


def test_the_sixth_wrong_password_waits_and_says_how_long(day: Day) -> None:
    client = Client()
    answers = [sign_in(client, "nina", "not it").status_code for _ in range(7)]
    assert answers == [422] * 5 + [429] * 2
    too_early = sign_in(client, "nina", password("nina"))
    assert too_early.status_code == 429 and "The next one is looked at in 30 s." in too_early.content.decode()
    day.at += timedelta(seconds=30)
    assert sign_in(client, "nina", password("nina")).status_code == 302


def test_a_try_that_comes_too_early_is_neither_looked_at_nor_written(day: Day) -> None:
    for _ in range(5):
        sign_in(Client(), "nina", "not it")
    lines = AuditLine.objects.count()
    for _ in range(20):
        assert sign_in(Client(), "nina", "not it").status_code == 429
    assert AuditLine.objects.count() == lines


def test_an_outsider_who_guesses_keeps_no_nurse_from_the_browser_she_was_signed_in_on(day: Day) -> None:
    hers = Client()
    sign_in(hers, "nina", password("nina"))
    hers.post("/sign-out/")
    for n in range(80):
        Client(REMOTE_ADDR=f"198.51.100.{n}").post("/sign-in/", {"username": "nina", "password": "guess"})
        Client().post("/sign-in/", {"username": "nina", "password": "guess"})
    assert sign_in(Client(), "nina", password("nina")).status_code == 429
    assert sign_in(hers, "nina", password("nina")).status_code == 302


def test_a_browser_known_to_one_is_not_known_to_another(day: Day) -> None:
    client = Client()
    sign_in(client, "nina", password("nina"))
    client.post("/sign-out/")
    for _ in range(5):
        sign_in(Client(), "noel", "guess")
    assert sign_in(client, "noel", password("noel")).status_code == 429


def test_what_a_browser_is_known_by_names_nobody_and_cannot_be_made(day: Day) -> None:
    client = Client()
    sign_in(client, "nina", password("nina"))
    cookie = client.cookies["fenestra-known"]
    assert "nina" not in signing.loads(cookie.value, salt="fenestra-known")["accounts"][0]
    assert cookie["httponly"]
    client.post("/sign-out/")
    client.cookies["fenestra-known"] = signing.dumps({"id": "x", "accounts": []}, key="other", salt="fenestra-known")
    for _ in range(5):
        sign_in(client, "nina", "guess")
    assert sign_in(Client(), "nina", password("nina")).status_code == 429


def logins(folder: Path) -> None:
    row = {"clinic": "River", "role": "nurse", "user": "nina", "password": password("nina")}
    (folder / "demo-logins.json").write_text(json.dumps({"logins": [row], "names": {"nina": "Nina"}}))


def test_in_a_demo_a_made_up_role_is_one_click(day: Day, settings: Any) -> None:
    logins(settings.FENESTRA_DATA)
    client = Client()
    page = client.get("/sign-in/").content.decode()
    assert 'name="demo_username" value="nina"' in page and password("nina") not in page
    assert client.post("/sign-in/", {"demo_username": "nina"}).status_code == 302


def test_outside_a_demo_no_role_is_one_click(day: Day, settings: Any) -> None:
    logins(settings.FENESTRA_DATA)
    settings.DEMO = False
    client = Client()
    assert "demo_username" not in client.get("/sign-in/").content.decode()
    assert client.post("/sign-in/", {"demo_username": "nina"}).status_code == 422


def test_a_human_with_roles_in_two_clinics_goes_over_from_one_to_the_other(day: Day, signed_in: SignedIn) -> None:
    other = furnish()
    add_staff(
        by=Scope(other.clinic_id, None), at=day.at, key="both", username="nina", name="Nina", password="", roles=("nurse",)
    )  # fmt: skip
    client = signed_in()
    assert f'name="clinic" value="{other.clinic_id}"' in client.get("/").content.decode()
    assert client.get(f"/people/{other.person_id}/").status_code == 404
    assert client.post("/clinic/", {"clinic": other.clinic_id})["Location"] == "/"
    assert client.get(f"/people/{other.person_id}/").status_code == 200
    assert client.get(f"/people/{day.person_id}/").status_code == 404


def test_nobody_goes_over_to_a_clinic_where_they_hold_no_role(day: Day, signed_in: SignedIn) -> None:
    other = furnish_without(day)
    answer = signed_in().post("/clinic/", {"clinic": other})
    assert answer.status_code == 422 and "You hold no role in that clinic" in answer.content.decode()


@pytest.mark.parametrize("told", ["", "²", "٣", "9" * 5000, "-1", "1.0"])
def test_what_names_no_clinic_is_refused_and_nothing_breaks(day: Day, signed_in: SignedIn, told: str) -> None:
    assert signed_in().post("/clinic/", {"clinic": told}).status_code == 422


@pytest.mark.parametrize(("told", "number"), [("7", 7), ("", None), ("²", None), ("9" * 5000, None), ("-1", None)])
def test_a_number_in_an_address_is_read_or_it_is_none(told: str, number: int | None) -> None:
    assert whole_number(told) == number


def furnish_without(day: Day) -> int:
    return found_clinic(slug="far", name="Far", time_zone="UTC", phone="", crisis_line="", made_up=True, at=day.at)
