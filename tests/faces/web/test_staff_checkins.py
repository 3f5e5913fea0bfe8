"""Staff make a link, which is shown once, and read what was told, with misses as not known."""

from __future__ import annotations

import re

from django.test import Client

from fenestra.care.checkins import queries
from fenestra.care.checkins.models import Link
from fenestra.ground.book.models import AuditLine, RequestKey
from fenestra.ground.book.scope import OPEN
from tests.care.checkins.phone import phone_of
from tests.care.visit.day import Day, furnish
from tests.faces.web.conftest import SignedIn

URL = re.compile(r'value="http://testserver/c/([^/"]+)/"')


def test_a_link_is_shown_once_and_kept_nowhere(day: Day, signed_in: SignedIn) -> None:
    phone_of(day)
    client, path = signed_in("cora"), f"/people/{day.person_id}/check-ins/"
    page = client.post(path, {"kind": "own_page", "days_valid": "3", "key": "k1"}).content.decode()
    found = URL.search(page)
    assert found and "shown only now" in page
    token = found.group(1)
    assert queries.link_of(token, at=day.at).person_id == day.person_id
    assert token not in client.get(path).content.decode()
    stored = [*Link.objects.values_list("token_hash", flat=True), *RequestKey.objects.values_list("answer", flat=True)]
    stored += AuditLine.objects.values_list("reason", flat=True)
    assert token not in str(stored)
    again = client.post(path, {"kind": "own_page", "days_valid": "3", "key": "k1"})
    assert again.status_code == 422 and not URL.search(again.content.decode())


def test_without_consent_no_link_is_made_and_the_page_says_so(day: Day, signed_in: SignedIn) -> None:
    day.episode()
    path = f"/people/{day.person_id}/check-ins/"
    answer = signed_in("cora").post(path, {"kind": "check_in", "days_valid": "3", "key": "k1"})
    assert answer.status_code == 422 and "no consent to check-ins" in answer.content.decode()


def test_days_and_kind_are_asked_for(day: Day, signed_in: SignedIn) -> None:
    phone_of(day)
    path = f"/people/{day.person_id}/check-ins/"
    for typed in (
        {"kind": "", "days_valid": "3"},
        {"kind": "own_page", "days_valid": "0"},
        {"kind": "own_page", "days_valid": "9999"},
    ):
        assert signed_in("cora").post(path, {**typed, "key": "k1"}).status_code == 422


def test_a_miss_is_not_known_and_never_use(day: Day, signed_in: SignedIn) -> None:
    phone = phone_of(day)
    phone.give_link(queries.LinkKind.CHECK_IN, days=1)
    day.later(minutes=60 * 49)
    phone.give_link()
    phone.send(phone.told("t1", craving_now=33, used="rather_not"))
    page = signed_in("nina").get(f"/people/{day.person_id}/").content.decode()
    assert "not known: asked, and no answer came" in page and "would rather not say" in page and "33" in page


def test_a_link_is_ended_and_opens_no_more(day: Day, signed_in: SignedIn) -> None:
    phone = phone_of(day)
    client = signed_in("cora")
    (link,) = queries.links_of(day.scopes["cora"], OPEN, day.person_id)
    page = client.post(f"/people/{day.person_id}/check-ins/{link.id}/end/", {"key": "k"}, follow=True).content.decode()
    assert "opens no more" in page and "ended" in page
    assert Client().get(f"/c/{phone.token}/").status_code == 410


def test_links_that_open_no_more_are_folded_beneath_the_open_ones(day: Day, signed_in: SignedIn) -> None:
    phone_of(day)
    client, path = signed_in("cora"), f"/people/{day.person_id}/check-ins/"
    for kind in ("check_in", "own_page"):
        client.post(path, {"kind": kind, "days_valid": "3", "key": kind})
    over = next(each for each in queries.links_of(day.scopes["cora"], OPEN, day.person_id) if each.kind == "check_in")
    client.post(f"{path}{over.id}/end/", {"key": "e1"})
    page = client.get(path).content.decode()
    assert "that open no more</summary>" in page
    assert page.index("the own page</b>") < page.index("that open no more") < page.index("ended · made")


def test_another_clinic_finds_no_check_ins_here(day: Day, signed_in: SignedIn) -> None:
    phone_of(day)
    other = furnish()
    assert signed_in("cora").get(f"/people/{other.person_id}/check-ins/").status_code == 404


def test_who_may_not_see_people_makes_no_link(day: Day, signed_in: SignedIn) -> None:
    phone_of(day)
    path = f"/people/{day.person_id}/check-ins/"
    client = signed_in("lena")
    assert "Make a link" not in client.get(path).content.decode()
    assert client.post(path, {"kind": "own_page", "days_valid": "3", "key": "k1"}).status_code == 403
