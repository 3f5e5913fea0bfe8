"""Sending is safe to repeat, keeps what a person said, and never turns silence into use."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection

from fenestra.care.checkins import actions, rules
from fenestra.care.checkins.models import CheckIn
from fenestra.care.checkins.rules import LinkKind
from fenestra.care.work import queries as work
from fenestra.ground.book.scope import OPEN
from fenestra.ground.clinic.rules import NotYours
from tests.care.checkins.phone import Phone


def test_a_check_in_is_kept_as_it_was_said(phone: Phone) -> None:
    phone.send(phone.told("a", craving_now=22, craving_most=48, used="no", mood=60))
    (one,) = phone.here().told
    assert (one.craving_now, one.craving_most, one.used, one.mood, one.readiness) == (22, 48, "no", 60, None)


def test_sending_it_again_changes_nothing(phone: Phone) -> None:
    told = phone.told("a", craving_now=22, used="no")
    phone.send(told, key="one")
    assert phone.send(told, key="one").again
    phone.send(told, key="two")
    assert len(phone.here().told) == 1
    assert len(phone.use()) == 1


def test_an_outbox_in_any_order_and_any_number_of_times_gives_each_once(phone: Phone) -> None:
    chance = random.Random(7)
    kept = []
    for number in range(40):
        kept.append(phone.told(f"t{number}", craving_now=number))
        phone.day.later(minutes=60 * 24 if number % 2 else 1)
    phone.give_link()
    for _ in range(30):
        phone.send(*chance.sample(kept, chance.randint(1, 20)))
    phone.send(*kept)
    assert sorted(one.craving_now or 0 for one in phone.here().told) == list(range(40))


def test_no_use_and_use_become_use_days(phone: Phone) -> None:
    phone.send(phone.told("a", used="no"))
    phone.day.later(minutes=60 * 24)
    phone.send(phone.told("b", used="yes", amount="3.5"))
    days = {each.day: (each.used, each.amount) for each in phone.use()}
    assert sorted(days.values(), key=repr) == [(False, None), (True, Decimal("3.50"))]


@pytest.mark.parametrize("used", ["rather_not", None])
def test_not_saying_makes_no_use_day(phone: Phone, used: str | None) -> None:
    phone.send(phone.told("a", used=used))
    assert phone.use() == []


def test_a_later_answer_about_the_same_day_corrects_the_first_and_both_stay(phone: Phone) -> None:
    phone.send(phone.told("a", used="no"))
    phone.day.later(minutes=5)
    phone.send(phone.told("b", used="yes", amount="2"))
    assert len(phone.here().told) == 2
    (day,) = phone.use()
    assert day.used is True


def test_what_was_written_later_stands_also_when_it_arrives_first(phone: Phone) -> None:
    written_first = phone.told("a", used="no")
    phone.day.later(minutes=30)
    phone.send(phone.told("b", used="yes", amount="2"))
    phone.day.later(minutes=30)
    phone.send(written_first)
    (day,) = phone.use()
    assert (day.used, day.amount) == (True, Decimal("2.00"))


def test_a_day_with_use_asks_a_human_to_offer_help_once(phone: Phone) -> None:
    phone.send(phone.told("a", used="yes"))
    phone.day.later(minutes=60 * 24)
    phone.send(phone.told("b", used="yes"))
    found = [item for item in work.items(phone.day.scopes["theo"], OPEN, at=phone.day.at) if item.kind == "use_told"]
    assert len(found) == 1


def test_a_link_for_one_check_in_closes_when_it_is_here(phone: Phone) -> None:
    phone.give_link(LinkKind.CHECK_IN)
    first = phone.told("a", used="no")
    phone.send(first)
    assert phone.link().sent
    phone.send(first, key="the same again")
    with pytest.raises(rules.LinkUsed):
        phone.send(phone.told("b", used="no"))


def test_a_check_in_that_was_asked_for_and_not_sent_is_a_miss(phone: Phone) -> None:
    phone.give_link(LinkKind.CHECK_IN, days=1)
    asked = phone.day.at.date()
    phone.day.later(minutes=60 * 36)
    assert phone.here().missed == (asked,)
    assert phone.use() == []


def test_staff_cannot_send_a_check_in_for_a_person(phone: Phone) -> None:
    with pytest.raises(NotYours):
        phone.day.do(actions.send, "nina", person_id=phone.person_id, link_id=phone.link().id, told=(phone.told("a"),))


def test_a_link_takes_check_ins_of_its_own_person_only(phone: Phone) -> None:
    other, link = phone.day.person(name="Owen Stone"), phone.link()
    with pytest.raises(rules.LinkForged):
        actions.send(person_id=other, link_id=link.id, told=(phone.told("a"),), by=link.scope, at=phone.day.at, key="k")
    assert not CheckIn.objects.exists()


def test_own_words_are_kept_for_the_person_alone(phone: Phone) -> None:
    from fenestra.care.checkins import queries

    link = phone.link()
    words = "Call Anna. <b>Walk</b> by the river."
    actions.keep_words(person_id=phone.person_id, words=words, by=link.scope, at=phone.day.at, key="w")
    assert [each.words for each in queries.own_words(link.scope, OPEN, phone.person_id)] == [words]
    assert queries.own_words(phone.day.scopes["theo"], OPEN, phone.person_id) == []


def test_the_same_outbox_from_four_screens_at_one_moment_is_kept_once(stored_phone: Phone) -> None:
    told = [stored_phone.told(f"t{n}", craving_now=n, used="no") for n in range(5)]

    def send(n: int) -> int:
        try:
            return stored_phone.send(*told, key=f"screen {n}").act_id
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as screens:
        acts = list(screens.map(send, range(4)))
    assert all(acts) and len(set(acts)) == 4
    assert len(stored_phone.here().told) == 5


def test_an_outbox_with_the_same_check_in_twice_keeps_it_once(phone: Phone) -> None:
    told = phone.told("t1", craving_now=5)
    phone.send(told, phone.told("t2", craving_now=6), told)
    assert [each.craving_now for each in phone.here().told] == [5, 6]
