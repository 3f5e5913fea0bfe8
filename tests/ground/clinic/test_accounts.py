"""Those who make accounts give and end roles; the last lead stays; a disabled account acts nowhere."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from fenestra.ground.book.models import AuditLine
from fenestra.ground.book.scope import OPEN, Scope
from fenestra.ground.clinic import accounts, queries
from fenestra.ground.clinic.models import Staff
from fenestra.ground.clinic.rules import NoSuchColleague, NotYours, Role
from fenestra.science.errors import BadInput, Refused
from tests.ground.clinic.test_clinic import NOON, PASSWORD, found, hire

NEW = {"username": "nina.berg", "name": "Nina Berg", "password": "several words together", "roles": ("nurse",)}


@pytest.fixture
def river(db: None) -> int:
    return found("river")


@pytest.fixture
def lead(river: int) -> Scope:
    scope = queries.scope_of(hire(river, "lena", Role.LEAD))
    assert scope
    return scope


def do(verb: Any, by: Scope, key: str = "k", at: datetime = NOON, **told: Any) -> Any:
    return verb(by=by, at=at, key=key, **told)


def roles_of(staff_id: int, clinic_id: int) -> frozenset[str]:
    scope = queries.scope_of(staff_id, clinic_id)
    return scope.roles if scope else frozenset()


def test_a_lead_makes_an_account_that_can_act(lead: Scope) -> None:
    made = do(accounts.add_staff, lead, **NEW)
    assert roles_of(made.id, lead.clinic_id) == {"nurse"}
    line = AuditLine.objects.get(what="made an account", by_id=lead.staff_id)
    assert (line.about, line.reason) == (f"staff:{made.id}", "nurse")


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"username": "Nina Berg"}, "lower-case letters"),
        ({"username": "lena"}, "is taken"),
        ({"password": "short"}, "12 to 200 characters"),
        ({"password": "i am nina.berg here"}, "user name stands in this password"),
        ({"roles": ()}, "Choose a role"),
        ({"roles": ("surgeon",)}, "no role called surgeon"),
        ({"name": " "}, "Write the name"),
        ({"name": "x" * 121}, "1 character too long"),
    ],
)
def test_an_account_that_nobody_could_use_well_is_refused(lead: Scope, told: dict[str, Any], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        do(accounts.add_staff, lead, **{**NEW, **told})
    assert Staff.objects.count() == 1


def test_a_name_of_another_clinic_is_taken_too(lead: Scope) -> None:
    hire(found("lake"), "nina.berg", Role.NURSE)
    with pytest.raises(BadInput, match="is taken"):
        do(accounts.add_staff, lead, **NEW)


def test_a_role_is_given_and_ended_and_what_was_stays_listed(lead: Scope, river: int) -> None:
    nina = do(accounts.add_staff, lead, **NEW).id
    do(accounts.give_role, lead, "g", staff_id=nina, role="therapist")
    assert roles_of(nina, river) == {"nurse", "therapist"}
    with pytest.raises(BadInput, match="is therapist already"):
        do(accounts.give_role, lead, "g2", staff_id=nina, role="therapist")
    do(accounts.end_role, lead, "e", datetime(2026, 1, 6, tzinfo=UTC), staff_id=nina, role="nurse")
    assert roles_of(nina, river) == {"therapist"}
    with pytest.raises(Refused, match="not nurse here any more"):
        do(accounts.end_role, lead, "e2", staff_id=nina, role="nurse")
    seen = queries.account(lead, OPEN, nina)
    assert seen.roles_now == ("therapist",)
    assert [(one.role, one.ended_at is None) for one in seen.roles] == [("nurse", False), ("therapist", True)]


@pytest.mark.parametrize("role", ["medical director", "physician"])
def test_nobody_makes_themselves_a_prescriber_and_a_second_human_does(lead: Scope, river: int, role: str) -> None:
    assert lead.staff_id
    with pytest.raises(BadInput, match=f"Nobody makes themselves {role}: it takes a second human"):
        do(accounts.give_role, lead, "g", staff_id=lead.staff_id, role=role)
    assert roles_of(lead.staff_id, river) == {"lead"}
    other = queries.scope_of(hire(river, "lou", Role.LEAD))
    assert other
    do(accounts.give_role, other, "h", staff_id=lead.staff_id, role=role)
    do(accounts.give_role, lead, "t", staff_id=lead.staff_id, role="therapist")
    assert roles_of(lead.staff_id, river) == {"lead", role, "therapist"}


def test_the_last_lead_stays_whoever_asks(lead: Scope, river: int) -> None:
    director = queries.scope_of(hire(river, "mira", Role.MEDICAL_DIRECTOR))
    assert director and lead.staff_id
    for by in (lead, director):
        with pytest.raises(Refused, match="last lead"):
            do(accounts.end_role, by, staff_id=lead.staff_id, role="lead")
    with pytest.raises(Refused, match="last lead"):
        do(accounts.disable_account, director, "d", staff_id=lead.staff_id, reason="left")
    other = hire(river, "lou", Role.LEAD)
    do(accounts.end_role, lead, "now", staff_id=lead.staff_id, role="lead")
    assert roles_of(lead.staff_id, river) == frozenset() and roles_of(other, river) == {"lead"}


def test_a_disabled_lead_does_not_count_as_one(lead: Scope, river: int) -> None:
    other = hire(river, "lou", Role.LEAD)
    do(accounts.disable_account, lead, "d", staff_id=other, reason="left")
    with pytest.raises(Refused, match="last lead"):
        do(accounts.end_role, lead, staff_id=lead.staff_id, role="lead")


def test_a_disabled_account_acts_nowhere_until_it_is_enabled(lead: Scope, river: int) -> None:
    nina = do(accounts.add_staff, lead, **NEW).id
    do(accounts.disable_account, lead, "d", staff_id=nina, reason="left the clinic")
    assert queries.scope_of(nina) is None
    assert AuditLine.objects.get(what="disabled an account").reason == "left the clinic"
    with pytest.raises(Refused, match="Enable it first"):
        do(accounts.give_role, lead, "g", staff_id=nina, role="rater")
    do(accounts.enable_account, lead, "n", staff_id=nina)
    assert roles_of(nina, river) == {"nurse"}


def test_nobody_disables_themselves_nor_somebody_of_two_clinics(lead: Scope, river: int) -> None:
    with pytest.raises(Refused, match="your own account"):
        do(accounts.disable_account, lead, "d", staff_id=lead.staff_id, reason="x")
    both = hire(river, "bea", Role.NURSE)
    hire(found("lake"), "bea", Role.NURSE)
    with pytest.raises(Refused, match="also works in another clinic"):
        do(accounts.disable_account, lead, "d2", staff_id=both, reason="x")


@pytest.mark.parametrize(
    ("verb", "told"),
    [
        (accounts.give_role, {"role": "lead"}),
        (accounts.end_role, {"role": "lead"}),
        (accounts.disable_account, {"reason": "x"}),
        (accounts.enable_account, {}),
    ],
)
def test_accounts_are_changed_by_lead_or_director_and_of_their_own_clinic_only(
    lead: Scope, river: int, verb: Any, told: dict[str, Any]
) -> None:
    nurse = queries.scope_of(hire(river, "bea", Role.NURSE, Role.PHYSICIAN))
    assert nurse
    with pytest.raises(NotYours, match="takes a medical director or lead"):
        do(verb, nurse, staff_id=lead.staff_id, **told)
    elsewhere = hire(found("lake"), "otto", Role.NURSE)
    with pytest.raises(NoSuchColleague):
        do(verb, lead, staff_id=elsewhere, **told)
    with pytest.raises(NoSuchColleague):
        queries.account(lead, OPEN, elsewhere)


def test_everybody_changes_their_own_password_with_the_old_one(lead: Scope, river: int) -> None:
    nina = queries.scope_of(hire(river, "nina", Role.NURSE))
    assert nina
    for old, new, says in (
        ("wrong", "another long password", "not your password of today"),
        (PASSWORD, "short", "12 to 200 characters"),
        (PASSWORD, PASSWORD, "have already"),
    ):
        with pytest.raises(BadInput, match=says):
            do(accounts.change_password, nina, old=old, new=new)
    do(accounts.change_password, nina, "c", old=PASSWORD, new="another long password")
    assert Staff.objects.get(username="nina").check_password("another long password")
    assert Staff.objects.get(username="lena").check_password(PASSWORD)
    kept = str(list(AuditLine.objects.values_list("reason", "what", "rows")))
    assert "another long password" not in kept and PASSWORD not in kept
