"""When a link opens, and that opening it changes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fenestra.care.checkins import actions, links, queries, rules
from fenestra.care.checkins.rules import LinkKind
from fenestra.care.people import consent
from fenestra.care.people import queries as people
from fenestra.care.people.rules import ConsentKind
from fenestra.ground.book.models import Act, AuditLine, Event
from fenestra.ground.book.scope import OPEN
from fenestra.ground.clinic.rules import NotYours
from fenestra.science.errors import BadInput
from tests.care.checkins.phone import Phone


def counted() -> tuple[int, int, int]:
    return Act.objects.count(), AuditLine.objects.count(), Event.objects.count()


def test_opening_a_link_a_hundred_times_writes_nothing(phone: Phone) -> None:
    before = counted()
    for _ in range(100):
        assert phone.link().person_id == phone.person_id
    assert counted() == before


@pytest.mark.parametrize(
    "spoil", [lambda t: t[:-1], lambda t: "A" + t[1:], lambda t: t + "x", lambda t: "", lambda t: "é.ü"]
)
def test_a_forged_link_is_refused_before_the_database_is_asked(phone: Phone, spoil, django_assert_num_queries) -> None:
    token = spoil(phone.token)
    if token == phone.token:
        token = "B" + token[1:]
    with django_assert_num_queries(0), pytest.raises(rules.LinkForged):
        queries.link_of(token, at=phone.day.at)


def test_only_the_hash_of_a_token_is_kept(phone: Phone) -> None:
    stored = queries.links_of(phone.day.scopes["cora"], OPEN, phone.person_id)
    assert phone.token not in repr(stored)


def test_an_expired_link_says_what_to_do(phone: Phone) -> None:
    phone.day.later(minutes=60 * 24 * 31)
    with pytest.raises(rules.LinkExpired, match="Ask the clinic for a new one"):
        phone.link()


def test_an_ended_link_opens_no_more(phone: Phone) -> None:
    phone.day.do(actions.end_link, "cora", link_id=phone.link().id, reason="lost phone")
    with pytest.raises(rules.LinkEnded):
        phone.link()


def test_withdrawn_consent_closes_every_link_at_once(phone: Phone) -> None:
    scope = phone.day.scopes["cora"]
    signed = people.standing_consent(scope, OPEN, phone.person_id, ConsentKind.CHECK_INS, at=phone.day.at)
    assert signed is not None
    phone.day.do(consent.withdraw_consent, "cora", consent_id=signed.id, reason="")
    with pytest.raises(rules.LinkEnded):
        phone.link()
    with pytest.raises(rules.LinkEnded):
        phone.give_link()


def test_a_link_of_another_clinics_person_cannot_be_made(phone: Phone) -> None:
    elsewhere = phone.day.scopes["cora"].__class__(clinic_id=999, staff_id=1, roles=frozenset({"coordinator"}))
    with pytest.raises(Exception, match="no such person"):
        actions.make_link(
            person_id=phone.person_id, kind=LinkKind.OWN_PAGE, token_hash=links.hash_of("x"),
            expires_at=phone.day.at + timedelta(days=1), by=elsewhere, at=phone.day.at, key="k",
        )  # fmt: skip


def test_a_person_cannot_make_a_link(phone: Phone) -> None:
    with pytest.raises(NotYours):
        actions.make_link(
            person_id=phone.person_id, kind=LinkKind.OWN_PAGE, token_hash=links.hash_of("x"),
            expires_at=phone.day.at + timedelta(days=1), by=phone.link().scope, at=phone.day.at, key="k",
        )  # fmt: skip


def test_a_link_that_would_end_before_it_begins_is_refused(phone: Phone) -> None:
    with pytest.raises(BadInput):
        phone.give_link(days=-1)
