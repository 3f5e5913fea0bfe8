"""Staff: accounts made, roles given and ended, an account disabled under an open session, one's own password."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.test import Client

from fenestra.ground.book.scope import OPEN
from fenestra.ground.clinic import queries
from tests.care.visit.day import Day, password
from tests.faces.web.conftest import SignedIn

STAFF = "/clinic/staff/"
NEW = {"name": "Nora New", "username": "nora", "phone": "", "roles": ["nurse"]}
FIRST = "several words together"


def text(client: Client, path: str = STAFF) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.content.decode()
    return unescape(answer.content.decode())


def add(client: Client, key: str = "a", **told: Any) -> Any:
    return client.post(STAFF, {"key": key, **NEW, "password": FIRST, "again": FIRST, **told})


def number_of(day: Day, username: str) -> int:
    return next(one.id for one in queries.accounts(day.scopes["mira"], OPEN) if one.username == username)


def test_everybody_sees_who_holds_which_role_but_makes_no_account(signed_in: SignedIn) -> None:
    page = text(signed_in("nina"))
    assert "Mira" in page and "medical director" in page and "Make the account" not in page
    assert add(signed_in("nina")).status_code == 403


def test_a_director_makes_an_account_and_its_human_signs_in(day: Day, signed_in: SignedIn) -> None:
    client = signed_in("mira")
    assert add(client).status_code == 302
    assert FIRST not in text(client)
    answer = Client().post("/sign-in/", {"username": "nora", "password": FIRST})
    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"again": "something else entirely"}, "The two passwords differ"),
        ({"username": "nina"}, "is taken"),
        ({"username": "No Ra"}, "lower-case letters"),
        ({"roles": []}, "Choose a role"),
        ({"password": "short", "again": "short"}, "12 to 200 characters"),
        ({"name": ""}, "Write the name"),
    ],
)
def test_what_is_wrong_with_an_account_is_said_at_its_field(signed_in: SignedIn, told: Any, says: str) -> None:
    answer = add(signed_in("mira"), **told)
    page = unescape(answer.content.decode())
    assert answer.status_code == 422 and says in page and FIRST not in page


def test_roles_are_given_and_ended_on_the_page_of_a_colleague(day: Day, signed_in: SignedIn) -> None:
    client = signed_in("mira")
    path = f"{STAFF}{number_of(day, 'nina')}/"
    assert client.post(path, {"key": "g", "verb": "give", "role": "therapist"}).status_code == 302
    twice = client.post(path, {"key": "g2", "verb": "give", "role": "therapist"})
    assert twice.status_code == 422 and "is therapist already" in unescape(twice.content.decode())
    assert client.post(path, {"key": "e", "verb": "end", "role": "therapist"}).status_code == 302
    assert "Roles that ended" in text(client, path)


def test_a_disabled_account_is_out_at_its_next_request(day: Day, signed_in: SignedIn) -> None:
    nina, client = signed_in("nina"), signed_in("mira")
    path = f"{STAFF}{number_of(day, 'nina')}/"
    no_reason = client.post(path, {"key": "d", "verb": "disable", "reason": ""})
    assert no_reason.status_code == 422 and nina.get("/").status_code == 200
    assert client.post(path, {"key": "d", "verb": "disable", "reason": "left"}).status_code == 302
    assert nina.get("/").headers["Location"].startswith("/sign-in/")
    assert "disabled" in text(client)
    assert client.post(path, {"key": "n", "verb": "enable"}).status_code == 302
    assert Client().post("/sign-in/", {"username": "nina", "password": password("nina")}).status_code == 302


def test_nobody_is_offered_to_disable_themselves(day: Day, signed_in: SignedIn) -> None:
    client, own = signed_in("mira"), f"{STAFF}{number_of(day, 'mira')}/"
    assert "Disable the account" not in text(client, own)
    answer = client.post(own, {"key": "d", "verb": "disable", "reason": "x"})
    assert answer.status_code == 422 and "your own account" in unescape(answer.content.decode())


def test_a_nurse_opens_no_account_and_nobody_one_of_elsewhere(day: Day, signed_in: SignedIn) -> None:
    assert signed_in("nina").get(f"{STAFF}{number_of(day, 'mira')}/").status_code == 403
    assert signed_in("mira").get(f"{STAFF}99999/").status_code == 404


def test_ones_own_password_is_changed_with_the_old_one_and_other_screens_are_out(signed_in: SignedIn) -> None:
    here, elsewhere = signed_in("nina"), signed_in("nina")
    told = {"key": "c", "old": password("nina"), "new": FIRST, "again": FIRST}
    for wrong, says in (
        ({"old": "not it"}, "not your password of today"),
        ({"again": "not the same words"}, "The two passwords differ"),
    ):
        answer = here.post("/clinic/password/", {**told, **wrong})
        assert answer.status_code == 422 and says in answer.content.decode() and FIRST not in answer.content.decode()
    assert here.post("/clinic/password/", {**told, "key": "ok"}).status_code == 302
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").headers["Location"].startswith("/sign-in/")
    assert Client().post("/sign-in/", {"username": "nina", "password": FIRST}).status_code == 302
