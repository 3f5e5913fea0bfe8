"""The check-in from a link: opened often, sent once, refused kindly, without a script too."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.apps import apps
from django.test import Client

from fenestra.care.checkins import actions, links, queries
from fenestra.care.checkins.rules import LinkKind
from fenestra.care.people import consent
from fenestra.care.people import queries as people
from fenestra.care.work import queries as work
from fenestra.care.work.rules import ItemKind
from fenestra.ground.book.scope import OPEN
from tests.care.checkins.phone import Phone
from tests.care.visit.day import Day
from tests.faces.web.person.conftest import TOKEN, Hand, hand_of

HELP = 'id="help"'


def rows() -> dict[str, int]:
    """How many rows stand in every table of the house."""
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def test_a_mail_scanner_that_opens_the_link_twenty_times_changes_nothing(hand: Hand) -> None:
    before = rows()
    for _ in range(20):
        Client().get(f"/c/{hand.phone.token}/", follow=True)
    assert rows() == before
    assert "How is it going?" in hand.opened()


def test_the_contract_comes_first_and_is_read_once(phone: Phone) -> None:
    hand = hand_of(phone, agreed=False)
    page = hand.opened()
    assert "Before you begin" in page and "no reason to end your treatment" in page and HELP in page
    assert 'id="check-in"' not in page
    assert "How is it going?" in hand.sent("/me/contract/")
    assert "How is it going?" in hand.opened()


def test_the_page_names_nobody_and_keeps_the_token_out_of_its_address(hand: Hand) -> None:
    answer = hand.client.get(f"/c/{hand.phone.token}/")
    assert answer["Location"] == "/me/check-in/"
    cookie = answer.cookies["fenestra_link"]
    assert cookie["httponly"] and cookie["path"] == "/me/" and cookie["samesite"] == "Lax"
    page = hand.page("/me/check-in/")
    assert "Marta" not in page and "Ellison" not in page and hand.phone.token not in page and HELP in page


def test_a_form_without_a_script_is_taken_and_thanked(hand: Hand) -> None:
    hand.opened()
    page = hand.sent("/me/check-ins/", told_id="t1", craving_now="22", used="no")
    assert "Thank you for telling us." in page and "Do not wait for it" in page and HELP in page
    (one,) = hand.phone.here().told
    assert (one.craving_now, one.craving_most, one.used, one.mood) == (22, None, "no", None)


def test_sent_again_it_is_still_one(hand: Hand) -> None:
    hand.opened()
    for _ in range(3):
        assert "Thank you" in hand.sent("/me/check-ins/", told_id="t1", craving_now="22")
    assert len(hand.phone.here().told) == 1


def test_after_use_there_is_no_reproach_and_an_hour_is_offered(hand: Hand, day: Day) -> None:
    hand.opened()
    page = hand.sent("/me/check-ins/", told_id="t1", used="yes", amount="4")
    assert "does not undo the days before" in page and "Would an hour help?" in page
    asked = hand.sent("/me/hour/", how="call")
    assert "Somebody will be in touch" in asked and "Would an hour help?" not in asked
    hand.page("/me/check-in/?sent")
    hand.sent("/me/hour/", how="call")
    items = work.items(day.scopes["theo"], OPEN, day.at)
    assert sorted(one.kind for one in items) == [ItemKind.OTHER, ItemKind.USE_TOLD]


def test_who_opens_the_link_later_does_not_learn_what_was_said(hand: Hand) -> None:
    hand.opened()
    hand.sent("/me/check-ins/", told_id="t1", used="yes")
    other = Hand(hand.phone, Client(enforce_csrf_checks=True))
    page = other.opened()
    assert "Thank you" in page and "undo" not in page and "hour help" not in page


def test_a_refusal_keeps_what_was_typed(hand: Hand) -> None:
    hand.opened()
    page = hand.sent("/me/check-ins/", status=422, told_id="t1", craving_now="41", used="no", amount="3")
    assert (
        "There is a problem" in page and 'value="41"' in page and 'value="3"' in page and 'value="no" checked' in page
    )
    assert "at most two decimals" not in page
    assert hand.phone.here().told == ()


@pytest.mark.parametrize(
    "typed",
    [
        {"amount": "-2", "used": "yes"},
        {"amount": "many", "used": "yes"},
        {"used": "no", "amount": "2"},
        {"craving_now": "a lot"},
        {"craving_now": "-5"},
        {"mood": "\u00b2"},
        {"readiness": "9" * 5000},
    ],
)
def test_what_cannot_be_is_refused_with_the_next_thing_to_do(hand: Hand, typed: dict[str, str]) -> None:
    hand.opened()
    assert "There is a problem" in hand.sent("/me/check-ins/", status=422, told_id="t1", **typed)


def test_markup_is_shown_as_it_was_typed(hand: Hand) -> None:
    hand.opened()
    page = hand.sent("/me/check-ins/", status=422, told_id="t<b>1", used="yes", amount='"><script>alert(1)</script>')
    assert "<script>alert(1)" not in page and "&lt;script&gt;" in page


@pytest.mark.parametrize("broken", ["nonsense", "AAAAAAAAAAAAAAAAAAAAAA.0123456789abcdef", "%00"])
def test_a_forged_link_is_refused_kindly_with_help(hand: Hand, broken: str) -> None:
    page = hand.page(f"/c/{broken}/", status=410)
    assert "This link does not open" in page and HELP in page and "nothing you wrote is lost" in page


def test_an_expired_or_ended_link_is_refused_kindly(hand: Hand, day: Day) -> None:
    link = hand.phone.link()
    day.do(actions.end_link, "cora", link_id=link.id, reason="lost")
    assert "was ended" in hand.page(f"/c/{hand.phone.token}/", status=410)
    hand.phone.give_link(LinkKind.CHECK_IN, days=1)
    day.later(minutes=60 * 25)
    page = hand.page(f"/c/{hand.phone.token}/", status=410)
    assert "time is over" in page and HELP in page


def test_without_consent_every_link_is_over(hand: Hand, day: Day) -> None:
    hand.opened()
    (signed,) = people.consents(day.scopes["cora"], OPEN, day.person_id)
    day.do(consent.withdraw_consent, "cora", consent_id=signed.id, reason="")
    hand.page("/me/check-in/", status=410)


def test_an_outbox_that_comes_again_and_again_is_kept_once(hand: Hand) -> None:
    hand.phone.give_link(LinkKind.OWN_PAGE)
    hand.opened()
    hand.page("/me/check-in/")
    told = [hand.written(f"t{n}", craving_now=n) for n in range(50)]
    for _ in range(3):
        assert len(hand.outbox(*told)["kept"]) == 50
    assert len(hand.phone.here().told) == 50


def test_one_that_cannot_be_does_not_take_the_others_with_it(hand: Hand) -> None:
    hand.phone.give_link(LinkKind.OWN_PAGE)
    hand.opened()
    hand.page("/me/check-in/")
    said = hand.outbox(hand.written("good", craving_now=10), hand.written("bad", used="no", amount="4"))
    assert said["kept"] == ["good"] and [one["told_id"] for one in said["refused"]] == ["bad"]


def test_what_another_person_wrote_on_this_phone_is_not_taken(hand: Hand) -> None:
    hand.opened()
    said = hand.outbox(hand.written("t1", mark=links.person_mark(999)), status=422)
    assert said["refused"][0]["field"] == "mark" and "another person" in said["refused"][0]["say"]
    assert hand.phone.here().told == ()


def test_what_was_written_under_an_earlier_link_does_not_close_this_one(hand: Hand) -> None:
    earlier = links.link_mark(hand.phone.link().id)
    hand.phone.give_link(LinkKind.CHECK_IN)
    hand.opened()
    assert hand.outbox(hand.written("late", craving_now=5, link=earlier))["kept"] == ["late"]
    assert "How is it going?" in hand.page("/me/check-in/")
    here = links.link_mark(hand.phone.link().id)
    assert hand.outbox(hand.written("now", link=here), hand.written("late", link=earlier))["kept"] == ["now", "late"]
    said = hand.outbox(hand.written("third", link=here), hand.written("late 2", link=earlier))
    assert said["kept"] == ["late 2"] and said["refused"][0]["told_id"] == "third"
    assert len(hand.phone.here().told) == 3


def test_a_closed_link_tells_a_script_so_and_what_the_phone_holds_stays(hand: Hand, day: Day) -> None:
    hand.opened()
    day.later(minutes=60 * 24 * 31)
    assert "time is over" in hand.outbox(hand.written("t1"), status=410)["say"]


def test_too_much_is_refused_before_it_is_read(hand: Hand) -> None:
    hand.opened()
    assert "too much" in hand.outbox(hand.written("t1", note="x" * 10_000_000), status=400)["say"]
    assert "too much" in hand.outbox(*[hand.written(f"t{n}") for n in range(51)], status=400)["say"]
    answer = hand.client.post("/me/check-ins/", {"told_id": "x" * 10_000_000})
    assert answer.status_code == 400 and "Nothing was kept" in answer.content.decode()
    assert hand.phone.here().told == ()


@pytest.mark.parametrize("body", ["[" * 30_000, '{"check_ins":' + "[" * 30_000, "\xff\x00", "null"])
def test_what_is_no_outbox_is_refused_in_words(hand: Hand, body: str) -> None:
    hand.opened()
    token = TOKEN.search(hand.seen)
    assert token
    answer = hand.client.post(
        "/me/check-ins/", body, content_type="application/json", headers={"X-CSRFToken": token.group(1)}
    )
    assert answer.status_code == 400 and answer.json()["say"]


def test_without_the_pages_token_nothing_is_taken(hand: Hand) -> None:
    hand.opened()
    answer = hand.client.post("/me/check-ins/", {"check_ins": [hand.written("t1")]}, content_type="application/json")
    assert answer.status_code == 403 and hand.phone.here().told == ()


def test_help_opens_without_any_link_and_is_kept_on_the_phone(hand: Hand) -> None:
    answer = Client().get("/me/help/")
    assert answer.status_code == 200 and HELP in answer.content.decode() and answer["Fenestra-Offline"] == "keep"
    assert hand.client.get("/me/worker.js")["Service-Worker-Allowed"] == "/"


def test_a_phone_keeps_the_form_and_forgets_it_once_sent(hand: Hand) -> None:
    hand.opened()
    assert hand.client.get("/me/check-in/")["Fenestra-Offline"] == "keep"
    hand.sent("/me/check-ins/", told_id="t1")
    assert hand.client.get("/me/check-in/")["Fenestra-Offline"] == "forget"


def test_no_token_is_written_to_the_log(hand: Hand, day: Day, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    hand.opened()
    day.later(minutes=60 * 24 * 31)
    hand.page(f"/c/{hand.phone.token}/", status=410)
    assert hand.phone.token not in caplog.text


def test_a_link_that_was_answered_another_day_is_no_miss(hand: Hand, day: Day) -> None:
    hand.phone.give_link(LinkKind.CHECK_IN, days=2)
    day.later(minutes=60 * 24)
    hand.opened()
    hand.sent("/me/check-ins/", told_id="t1")
    day.at += timedelta(days=3)
    asked = queries.checkins_of(day.scopes["nina"], OPEN, day.person_id, at=day.at)
    assert len(asked.told) == 1 and asked.missed == ()
