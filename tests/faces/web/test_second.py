"""The second half of signing in: who is asked for it, what opens without it, and what each wrong try costs."""

from __future__ import annotations

import json
import re
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from fenestra.faces.web import second
from fenestra.ground.book.models import AuditLine
from fenestra.ground.book.scope import OPEN
from fenestra.ground.clinic import accounts, factor_queries, presence, totp
from fenestra.ground.clinic.models import Factor, FactorUse
from tests.care.visit.day import Day, password
from tests.faces.signing_in import APP_SECRET, PAPER, enrol, sign_in

SECOND, ENROL = "/sign-in/second/", "/account/app/"


def type_password(name: str, client: Client | None = None) -> tuple[Client, Any]:
    client = client or Client()
    return client, client.post("/sign-in/", {"username": name, "password": password(name)})


def code_now(off: int = 1) -> str:
    """The app's code of the next half-minute: enrolling spent the one of this."""
    return totp.code(APP_SECRET, totp.step_at(time.time()) + off)


@pytest.mark.parametrize("name", ["mira", "dana", "paula"])
def test_who_needs_a_factor_and_has_none_meets_the_page_that_takes_it_and_nothing_else(day: Day, name: str) -> None:
    client, answer = type_password(name)
    assert answer.status_code == 302
    for path in ("/", "/people/", f"/people/{day.person_id}/", "/medicine/", "/stream/", "/account/", "/clinic/rules/"):
        assert (path, client.get(path).headers["Location"]) == (path, ENROL)
    assert client.post("/people/new/", {"key": "k"}).headers["Location"] == ENROL
    page = client.get(ENROL).content.decode()
    assert "Your roles need a second factor" in page and "data-stream" not in page and 'aria-label="Main"' not in page
    assert client.post("/sign-out/").headers["Location"] == "/sign-in/"


def typed_secret(page: str) -> str:
    found = re.search(r'<code class="fe-spelled">([A-Z2-7 ]+)</code>', page)
    assert found
    return found.group(1).replace(" ", "")


def test_taking_an_app_opens_the_house_and_shows_codes_for_paper_once(day: Day) -> None:
    client, _ = type_password("dana")
    page = client.get(ENROL).content.decode()
    app_secret = typed_secret(page)
    assert typed_secret(client.get(ENROL).content.decode()) == app_secret
    assert "<svg" in page and "onload" not in page and "style=" not in page
    wrong = client.post(ENROL, {"key": "a", "label": "", "code": "000000"})
    assert wrong.status_code == 422 and "does not fit" in wrong.content.decode()
    code = totp.code(app_secret, totp.step_at(time.time()))
    done = client.post(ENROL, {"key": "b", "label": "my telephone", "code": code})
    codes = re.findall(r"<li><code>([a-z2-9]{5}-[a-z2-9]{5})</code></li>", done.content.decode())
    assert done.status_code == 200 and len(codes) == 10 and done.headers["Cache-Control"] == "no-store"
    assert client.get("/").status_code == 200
    assert codes[0] not in client.get("/account/").content.decode()
    another, answer = type_password("dana")
    assert answer.headers["Location"] == SECOND
    assert another.post(SECOND, {"code": codes[0]}).headers["Location"] == "/"


def test_the_secret_on_the_page_is_sealed_in_the_session_too(day: Day) -> None:
    client, _ = type_password("dana")
    app_secret = typed_secret(client.get(ENROL).content.decode())
    assert app_secret not in json.dumps(dict(client.session.items()))


def test_who_has_a_factor_is_asked_for_it_and_lands_where_they_wanted_to_be(day: Day) -> None:
    enrol(day, "dana")
    client = Client()
    answer = client.post("/sign-in/", {"username": "dana", "password": password("dana"), "next": "/people/"})
    assert answer.headers["Location"] == SECOND
    assert client.get("/people/").headers["Location"] == "/sign-in/?next=/people/"
    page = client.get(SECOND)
    assert page.status_code == 200 and "Code of your app" in page.content.decode()
    before = client.session.session_key
    assert client.post(SECOND, {"code": code_now()}).headers["Location"] == "/people/"
    assert client.session.session_key != before
    assert client.get("/people/").status_code == 200
    assert AuditLine.objects.filter(kind="sign-in", what="signed in").latest("pk").reason == "totp"


def test_a_nurse_who_chose_to_have_one_is_asked_too(day: Day) -> None:
    enrol(day, "nina")
    client, answer = type_password("nina")
    assert answer.headers["Location"] == SECOND
    assert client.get("/").status_code == 302
    assert client.post(SECOND, {"code": PAPER[0]}).headers["Location"] == "/"


def test_a_wrong_code_is_said_and_written_and_a_used_one_opens_nothing(day: Day) -> None:
    enrol(day, "dana")
    client, _ = type_password("dana")
    assert client.post(SECOND, {"code": ""}).status_code == 422
    answer = client.post(SECOND, {"code": "123 456"})
    assert answer.status_code == 422 and "does not fit" in answer.content.decode()
    assert AuditLine.objects.latest("pk").what == "showed a second factor: WrongProof"
    code = code_now()
    client.post(SECOND, {"code": code})
    other, _ = type_password("dana")
    assert other.post(SECOND, {"code": code}).status_code == 422


def test_guessing_codes_is_slowed_down(day: Day) -> None:
    enrol(day, "dana")
    client, _ = type_password("dana")
    answers = [client.post(SECOND, {"code": "000000"}).status_code for _ in range(7)]
    assert answers == [422] * 5 + [429] * 2
    late = client.post(SECOND, {"code": PAPER[0]})
    assert late.status_code == 429 and "The next one is looked at in 30 s." in late.content.decode()
    day.at += timedelta(seconds=31)
    assert client.post(SECOND, {"code": PAPER[0]}).headers["Location"] == "/"


def test_the_first_half_alone_ends_after_five_minutes(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    enrol(day, "dana")
    client, _ = type_password("dana")
    now = time.time()
    monkeypatch.setattr(second.time, "time", lambda: now + second.HALF_FOR_S + 1)
    assert client.get(SECOND).headers["Location"] == "/sign-in/"
    assert client.post(SECOND, {"code": PAPER[0]}).headers["Location"] == "/sign-in/"


def test_the_first_half_ends_with_the_password_it_was_made_of(day: Day) -> None:
    enrol(day, "dana")
    client, _ = type_password("dana")
    day.do(accounts.change_password, "dana", old=password("dana"), new="other words entirely")
    assert client.post(SECOND, {"code": PAPER[0]}).headers["Location"] == "/sign-in/"


def test_without_the_first_half_the_page_sends_to_the_beginning(day: Day) -> None:
    assert Client().get(SECOND).headers["Location"] == "/sign-in/"


def test_a_role_that_needs_a_factor_asks_for_it_from_the_next_request_on(day: Day) -> None:
    client = sign_in(Client(), day, "nina")
    assert client.get("/").status_code == 200
    day.do(accounts.give_role, "lena", staff_id=day.scopes["nina"].staff_id, role="physician")
    assert client.get("/").headers["Location"] == ENROL


def test_a_session_older_than_the_factor_has_to_sign_in_again(day: Day) -> None:
    client, _ = type_password("dana")
    enrol(day, "dana")
    assert client.get("/").headers["Location"] == ENROL
    assert client.get(ENROL).headers["Location"] == "/sign-in/"
    assert client.get("/").headers["Location"] == "/sign-in/?next=/"


def test_one_ends_ones_own_by_password_and_code(day: Day) -> None:
    enrol(day, "nina")
    client, _ = type_password("nina")
    client.post(SECOND, {"code": PAPER[0]})
    path = f"/account/factors/{Factor.objects.get(staff_id=day.scopes['nina'].staff_id).pk}/end/"
    assert "End Authenticator app" in client.get(path).content.decode()
    told = {"key": "1", "password": password("nina"), "proof": PAPER[1]}
    assert client.post(path, {**told, "key": "0", "proof": ""}).status_code == 422
    assert client.post(path, {**told, "key": "00", "password": "no"}).status_code == 422
    assert client.post(path, told).headers["Location"] == "/account/"
    assert type_password("nina")[1].headers["Location"] == "/"


def test_new_codes_on_paper_are_shown_once(day: Day) -> None:
    client = sign_in(Client(), day, "dana")
    answer = client.post("/account/codes/", {"key": "1", "password": password("dana"), "proof": PAPER[1]})
    assert answer.status_code == 200 and answer.content.decode().count("<li><code>") == 10
    assert "10 codes left" in client.get("/account/").content.decode()


def test_a_lead_lets_a_colleague_enrol_anew(day: Day) -> None:
    enrol(day, "dana")
    lena = sign_in(Client(), day, "lena")
    path = f"/clinic/staff/{day.scopes['dana'].staff_id}/"
    told = {"verb": "reset", "key": "1"}
    assert lena.post(path, {**told, "reason": ""}).status_code == 422
    assert lena.post(path, {**told, "key": "2", "reason": "she stood before me"}).headers["Location"] == path
    client, answer = type_password("dana")
    assert answer.headers["Location"] == "/" and client.get("/").headers["Location"] == ENROL


def demo(folder: Path, name: str) -> None:
    row = {"clinic": "River", "role": "physician", "user": name, "password": password(name), "totp": APP_SECRET}
    (folder / "demo-logins.json").write_text(json.dumps({"logins": [row], "names": {}}))


def test_the_one_click_of_a_demo_goes_through_both(day: Day, settings: Any) -> None:
    demo(settings.FENESTRA_DATA, "dana")
    enrol(day, "dana")
    client = Client()
    assert client.post("/sign-in/", {"demo_username": "dana"}).headers["Location"] == "/"
    assert client.get("/").status_code == 200
    assert AuditLine.objects.filter(what="showed a second factor").exists()


def test_a_demo_shows_the_code_of_this_minute_and_says_that_a_clinic_never_does(day: Day, settings: Any) -> None:
    enrol(day, "dana")
    client, _ = type_password("dana")
    page = client.get(SECOND).content.decode()
    shown = re.search(r'fe-spelled">(\d{6})<', page)
    assert shown and "A real clinic never shows this." in page
    settings.DEMO = False
    assert "fe-spelled" not in client.get(SECOND).content.decode()
    settings.DEMO = True
    assert client.post(SECOND, {"code": shown.group(1)}).headers["Location"] == "/"


def test_a_demo_whose_codes_of_this_minute_are_spent_says_so(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    enrol(day, "dana")
    FactorUse.objects.update(counter=totp.step_at(presence.now_s()) + 5)
    assert factor_queries.code_of_this_minute(day.scopes["dana"], OPEN) == ""
    client, _ = type_password("dana")
    assert "Load this page again in half a minute" in client.get(SECOND).content.decode()
