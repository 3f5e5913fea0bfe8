"""A signature shows name, moment and meaning, is bound to the exact content, and says when that changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from fenestra.ground.book.scope import OPEN, Scope
from fenestra.ground.book.verify import verify
from fenestra.ground.clinic.actions import adopt_rules, withdraw_adoption
from fenestra.ground.clinic.models import Adoption, Signature, Staff
from fenestra.ground.clinic.signatures import SignatureValue, Standing, signatures
from tests.ground.book import deeds, tampering
from tests.ground.book.deeds import NOON

PASSWORD = "a long enough one"


@pytest.fixture
def bea(db: None, settings: Any) -> Scope:
    """A medical director who has signed one rule."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    ada = deeds.a_director()
    deeds.keep_rule(rule="first", by=ada, at=NOON, key="first")
    tampering.a_colleague(ada, NOON)
    made = replace(ada, staff_id=Staff.objects.get(username="bea").pk, name="Bea Nurse")
    adopt_rules(
        rules_signed={"LIM-001": {"max": 1}}, meaning="It holds here", password=PASSWORD, by=made, at=NOON, key="adopt"
    )
    return made


def only(by: Scope) -> SignatureValue:
    (found,) = signatures(by, OPEN)
    return found


def execute(sql: str, *values: Any) -> None:
    with tampering.unguarded(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_a_signature_shows_name_moment_and_meaning_and_what_it_covers(bea: Scope) -> None:
    found = only(bea)
    assert (found.name, found.at, found.meaning) == ("Bea Nurse", NOON, "It holds here")
    assert (found.signed, found.standing) == (f"clinic_adoption:{Adoption.objects.latest('pk').pk}", Standing.AS_SIGNED)
    assert verify(None).findings == ()


def test_it_keeps_the_name_that_was_signed_with(bea: Scope) -> None:
    Staff.objects.filter(pk=bea.staff_id).update(name="Bea Married")
    assert only(bea).name == "Bea Nurse"


def test_what_is_signed_and_changed_behind_the_house_shows_on_the_page_and_to_the_verifier(bea: Scope) -> None:
    adopted, signed = Adoption.objects.latest("pk").pk, Signature.objects.get().pk
    execute("UPDATE clinic_adoption SET meaning = 'more' WHERE id = %s", adopted)
    assert (only(bea).standing, only(bea).holds) == (Standing.CHANGED, False)
    assert {each.row for each in verify(None).findings} == {f"clinic_adoption:{adopted}", f"clinic_signature:{signed}"}


def test_a_signature_moved_to_other_content_shows(bea: Scope) -> None:
    other = Adoption.objects.earliest("pk").pk
    execute("UPDATE clinic_signature SET row_id = %s", other)
    assert only(bea).standing is Standing.CHANGED
    execute("UPDATE clinic_signature SET row_id = 4711")
    assert only(bea).standing is Standing.GONE


def test_a_withdrawal_is_signed_too_and_the_first_signature_stays_as_it_was(bea: Scope) -> None:
    withdraw_adoption(
        adoption_id=Adoption.objects.latest("pk").pk, reason="too low", password=PASSWORD, by=bea, at=NOON, key="w"
    )
    assert [each.standing for each in signatures(bea, OPEN)] == [Standing.AS_SIGNED] * 2
    assert signatures(replace(bea, clinic_id=bea.clinic_id + 1), OPEN) == []
