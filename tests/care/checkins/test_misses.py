"""Check-ins that stop coming are looked after where the clinic declared after how many."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from fenestra.care.checkins import asked, links, misses
from fenestra.care.people import actions as people
from fenestra.care.people import queries as queries_of_people
from fenestra.care.people.rules import ConsentKind
from fenestra.care.work import actions as work
from fenestra.care.work import owed, queries
from fenestra.care.work.queries import ItemValue
from fenestra.care.work.rules import ItemKind, Level
from fenestra.ground.book.scope import OPEN, Scope
from fenestra.ground.clinic.rules import NotYours
from fenestra.science.errors import BadInput
from tests.care.checkins.phone import Phone


def declare(phone: Phone, in_a_row: int = 3, *, who: str = "lena") -> None:
    phone.day.do(misses.declare_misses, who, in_a_row=in_a_row)


def ask(phone: Phone, count: int, *, first: int = -1) -> list[date]:
    """Asked about so many days from this one on (yesterday, unless told), each link open for two days."""
    at = phone.day.at + timedelta(days=first)
    told: list[dict[str, Any]] = [
        {
            "day": (at + timedelta(days=n)).date(), "token_hash": links.hash_of(links.new_token()),
            "expires_at": at + timedelta(days=n + 3),
        }
        for n in range(count)
    ]  # fmt: skip
    phone.day.do(asked.ask_for_days, "cora", person_id=phone.person_id, days=told)
    return [each["day"] for each in told]


def days_pass(phone: Phone, count: float) -> None:
    """Time passes and the clock looks."""
    phone.day.later(minutes=24 * 60 * count)
    look(phone)


def look(phone: Phone) -> None:
    by = Scope(phone.day.clinic_id, None, frozenset(), "America/New_York", "the clock")
    misses.look_over(by, phone.day.at)


def listed(phone: Phone) -> list[ItemValue]:
    items = queries.items(phone.day.scopes["nina"], OPEN, phone.day.at)
    return [each for each in items if each.kind is ItemKind.MISSED_CHECK_INS]


def test_nothing_is_raised_where_the_clinic_declared_no_number(phone: Phone) -> None:
    ask(phone, 10)
    days_pass(phone, 14)
    assert misses.declared(phone.day.scopes["nina"], OPEN) is None
    assert listed(phone) == []


def test_a_row_as_long_as_declared_is_one_item_however_often_the_clock_looks(phone: Phone) -> None:
    declare(phone, 3)
    days = ask(phone, 5)
    days_pass(phone, 3)
    assert listed(phone) == []
    for _ in range(4):
        days_pass(phone, 1)
    (item,) = listed(phone)
    assert (item.level, item.owner_role, item.person_id) == (Level.MEDIUM, "coordinator", phone.person_id)
    assert f"{days[0]:%-d %b %Y}" in item.words and "Nobody knows more" in item.words


def test_the_newest_number_counts(phone: Phone) -> None:
    declare(phone, 3)
    declare(phone, 9)
    ask(phone, 5)
    days_pass(phone, 14)
    assert listed(phone) == []


def test_a_check_in_by_any_link_takes_it_off_the_list_at_once(phone: Phone) -> None:
    declare(phone)
    ask(phone, 5)
    days_pass(phone, 14)
    assert len(listed(phone)) == 1
    phone.send(phone.told("back", craving_now=40))
    assert listed(phone) == []
    days_pass(phone, 1)
    assert listed(phone) == []


def test_what_a_human_called_done_comes_back_only_after_the_person_was_heard_from(phone: Phone) -> None:
    declare(phone)
    ask(phone, 4)
    days_pass(phone, 8)
    (item,) = listed(phone)
    phone.day.do(work.finish, "cora", item_id=item.id, words="called: on a journey")
    ask(phone, 2)
    days_pass(phone, 5)
    assert listed(phone) == []
    phone.send(phone.told("back", craving_now=40))
    ask(phone, 3, first=1)
    days_pass(phone, 8)
    assert [each.id != item.id for each in listed(phone)] == [True]


def test_somebody_who_is_no_longer_asked_is_not_looked_after_for_silence(phone: Phone) -> None:
    declare(phone)
    ask(phone, 4)
    days_pass(phone, 8)
    assert len(listed(phone)) == 1
    signed = queries_of_people.consents(phone.day.scopes["nina"], OPEN, phone.person_id)
    (consent,) = [each for each in signed if each.kind is ConsentKind.CHECK_INS]
    phone.day.do(owed.withdraw_consent, "cora", consent_id=consent.id)
    look(phone)
    assert listed(phone) == []


def test_a_closed_course_ends_it(phone: Phone) -> None:
    declare(phone)
    ask(phone, 4)
    days_pass(phone, 8)
    (course,) = queries_of_people.episodes(phone.day.scopes["nina"], OPEN, phone.person_id)
    phone.day.do(people.close_episode, "dana", episode_id=course.id, because="transfer")
    look(phone)
    assert listed(phone) == []


def test_the_clock_asks_a_handful_of_questions(phone: Phone, django_assert_max_num_queries: Any) -> None:
    declare(phone)
    ask(phone, 3)
    days_pass(phone, 8)
    with django_assert_max_num_queries(5):
        look(phone)


@pytest.mark.parametrize("in_a_row", [0, -1, 91])
def test_a_number_that_cannot_be_is_refused(phone: Phone, in_a_row: int) -> None:
    with pytest.raises(BadInput, match="from 1 to 90"):
        declare(phone, in_a_row)


def test_only_lead_and_director_declare(phone: Phone) -> None:
    with pytest.raises(NotYours):
        declare(phone, who="nina")
