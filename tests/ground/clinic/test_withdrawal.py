"""A rule that was adopted is ended with a reason; what was signed stays, and an older signature does not come back."""

from __future__ import annotations

from typing import Any

import pytest

from fenestra.ground.book.models import AuditLine
from fenestra.ground.book.scope import OPEN, Scope
from fenestra.ground.book.verify import verify
from fenestra.ground.clinic import actions, intended_use, queries
from fenestra.ground.clinic.models import Adoption, Withdrawal
from fenestra.ground.clinic.rules import NoSuchRule, NotYours, Role
from fenestra.science.errors import BadInput
from tests.ground.clinic.test_clinic import NOON, PASSWORD, adopt, found, hire


@pytest.fixture
def director(db: None) -> Scope:
    scope = queries.scope_of(hire(found("river"), "ada", Role.MEDICAL_DIRECTOR))
    assert scope
    return scope


def withdraw(by: Scope, adoption_id: int, key: str = "w", **told: Any) -> Any:
    told = {"reason": "we use our own", "password": PASSWORD, **told}
    return actions.withdraw_adoption(adoption_id=adoption_id, by=by, at=NOON, key=key, **told)


def newest() -> int:
    return Adoption.objects.latest("pk").pk


def test_a_withdrawn_rule_does_not_hold_and_its_history_says_why(director: Scope) -> None:
    adopt(director)
    withdraw(director, newest())
    assert queries.adopted_names(director, OPEN) == frozenset()
    assert queries.adopted_rules(director, OPEN) == {}
    (seen,) = queries.adoptions(director, OPEN)
    assert seen.withdrawn and (seen.withdrawn.reason, seen.withdrawn.by) == ("we use our own", "Ada")
    assert AuditLine.objects.get(what="withdrew an adoption").reason == "LIM-001: we use our own"
    assert verify().findings == ()


def test_an_earlier_signature_does_not_come_back_to_life(director: Scope) -> None:
    adopt(director)
    adopt(director, content={"soft_mg_per_kg": "0.7"}, key="l")
    withdraw(director, newest())
    assert queries.adopted_names(director, OPEN) == frozenset()


def test_a_rule_signed_again_holds_again(director: Scope) -> None:
    adopt(director)
    withdraw(director, newest())
    adopt(director, key="again")
    assert queries.adopted_names(director, OPEN) == {"LIM-001"}
    assert [one.withdrawn is None for one in queries.adoptions(director, OPEN, rule="LIM-001")] == [True, False]


def test_what_ended_is_not_ended_twice_and_other_clinics_are_left_alone(director: Scope) -> None:
    adopt(director)
    lake = queries.scope_of(hire(found("lake"), "lia", Role.MEDICAL_DIRECTOR))
    assert lake
    with pytest.raises(NoSuchRule):
        withdraw(lake, newest())
    withdraw(director, newest())
    with pytest.raises(NoSuchRule, match="ended already"):
        withdraw(director, newest(), "twice")
    assert Withdrawal.objects.count() == 1


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"password": "wrong"}, "not your password"),
        ({"reason": "  "}, "Write why"),
        ({"reason": "x" * 401}, "1 character too long"),
    ],
)
def test_a_withdrawal_needs_password_and_reason(director: Scope, told: dict[str, Any], says: str) -> None:
    adopt(director)
    with pytest.raises(BadInput, match=says):
        withdraw(director, newest(), **told)
    assert queries.adopted_names(director, OPEN) == {"LIM-001"}


def test_only_a_medical_director_withdraws(director: Scope) -> None:
    adopt(director)
    lead = queries.scope_of(hire(director.clinic_id, "lena", Role.LEAD, Role.PHYSICIAN))
    assert lead
    with pytest.raises(NotYours, match="withdraw an adoption takes a medical director"):
        withdraw(lead, newest())


@pytest.mark.parametrize(("meaning", "signed"), [(" ", {"LIM-001": {}}), ("I adopt", {}), ("x" * 201, {"LIM-001": {}})])
def test_a_signature_names_its_rules_and_its_meaning(director: Scope, meaning: str, signed: Any) -> None:
    with pytest.raises(BadInput):
        actions.adopt_rules(rules_signed=signed, meaning=meaning, password=PASSWORD, by=director, at=NOON, key="k")
    assert Adoption.objects.count() == 0


# The page on intended use.


def accept(by: Scope, content: dict[str, str], key: str = "a") -> None:
    actions.adopt_rules(
        rules_signed={intended_use.FEEDS: content}, meaning="read", password=PASSWORD, by=by, at=NOON, key=key
    )


def test_feeds_wait_for_the_exact_text_of_the_page(director: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not queries.feeds_accepted(director, OPEN)
    accept(director, {"page": "docs/intended-use.md", "sha256": "0" * 64})
    assert not queries.feeds_accepted(director, OPEN)
    accept(director, intended_use.content(), "b")
    assert queries.feeds_accepted(director, OPEN)
    monkeypatch.setattr(intended_use, "text_hash", lambda: "1" * 64)
    assert not queries.feeds_accepted(director, OPEN)


def test_an_acceptance_of_feeds_can_be_withdrawn(director: Scope) -> None:
    accept(director, intended_use.content())
    withdraw(director, newest())
    assert not queries.feeds_accepted(director, OPEN)
