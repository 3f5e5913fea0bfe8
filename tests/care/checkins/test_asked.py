"""Reminders for some weeks are made at once; a day that was asked about and not answered is a miss, and nothing more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from fenestra.care.checkins import asked, links, queries
from fenestra.care.people.rules import NoSuchPerson
from fenestra.ground.clinic.rules import NotYours
from fenestra.science.errors import BadInput
from tests.care.checkins.phone import Phone


def _days(phone: Phone, count: int, **other: Any) -> list[dict[str, Any]]:
    at = phone.day.at
    return [
        {"day": (at + timedelta(days=n)).date(), "token_hash": links.hash_of(links.new_token()),
         "expires_at": at + timedelta(days=n + 2), **other}
        for n in range(count)
    ]  # fmt: skip


def test_each_day_that_is_over_without_a_word_is_a_miss(phone: Phone) -> None:
    phone.day.do(asked.ask_for_days, "cora", person_id=phone.person_id, days=_days(phone, 3))
    assert phone.here().missed == ()
    phone.day.later(minutes=60 * 24 * 6)
    assert len(phone.here().missed) == 3


def test_a_link_of_one_day_opens_like_any_other(phone: Phone) -> None:
    token = links.new_token()
    days = _days(phone, 1, token_hash=links.hash_of(token))
    phone.day.do(asked.ask_for_days, "cora", person_id=phone.person_id, days=days)
    assert queries.link_of(token, at=phone.day.at).day == days[0]["day"]


def test_a_link_that_ends_before_it_begins_is_refused(phone: Phone) -> None:
    with pytest.raises(BadInput, match="end before it begins"):
        phone.day.do(
            asked.ask_for_days, "cora", person_id=phone.person_id, days=_days(phone, 2, expires_at=phone.day.at)
        )


def test_the_person_cannot_ask_themselves(phone: Phone) -> None:
    with pytest.raises(NotYours):
        asked.ask_for_days(
            person_id=phone.person_id, days=_days(phone, 1), by=phone.link().scope, at=phone.day.at, key="own"
        )


def test_a_person_of_another_clinic_is_not_there(phone: Phone) -> None:
    elsewhere = replace(phone.day.scopes["cora"], clinic_id=999)
    with pytest.raises(NoSuchPerson):
        asked.ask_for_days(person_id=phone.person_id, days=_days(phone, 1), by=elsewhere, at=phone.day.at, key="k")
