"""Who somebody is to a clinic decides what they may do and see there; a preset holds only once it is signed."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import combinations

import pytest

from fenestra.ground.book.digest import canonical, digest_of
from fenestra.ground.book.models import AuditLine, RequestKey
from fenestra.ground.book.scope import OPEN, Scope
from fenestra.ground.book.verify import verify
from fenestra.ground.clinic import actions, queries, rules
from fenestra.ground.clinic.models import Adoption, Membership, Staff
from fenestra.ground.clinic.rules import HIDDEN_FROM, NotYours, Role
from fenestra.science.errors import BadInput, Refused

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
GROUPS = frozenset({"identity", "counselling", "level", "dose", "live"})
PASSWORD = "correct horse battery"


def found(slug: str, made_up: bool = True) -> int:
    return actions.found_clinic(
        slug=slug, name=slug.title(), time_zone="Europe/London", phone="", crisis_line="", made_up=made_up, at=NOON
    )


def hire(clinic_id: int, username: str, *roles: Role) -> int:
    done = actions.add_staff(
        username=username, name=username.title(), password=PASSWORD, roles=tuple(r.value for r in roles),
        by=Scope(clinic_id, None), at=NOON, key=f"{username} {roles}",
    )  # fmt: skip
    assert done.id
    return done.id


@pytest.fixture
def river(db):
    return found("river")


# Roles.


@pytest.mark.parametrize("role", Role)
def test_each_role_says_what_it_does_not_see(role):
    assert HIDDEN_FROM[role] <= GROUPS


def test_nobody_without_a_role_sees_anything():
    assert rules.hidden_from(frozenset()) == GROUPS


@pytest.mark.parametrize(("one", "other"), list(combinations(Role, 2)))
def test_somebody_with_two_roles_sees_what_either_sees(one, other):
    assert rules.hidden_from(frozenset({one, other})) == HIDDEN_FROM[one] & HIDDEN_FROM[other]


def test_a_refusal_names_the_roles_that_may():
    with pytest.raises(NotYours, match="takes a physician or medical director"):
        rules.check_has(frozenset({"nurse"}), rules.PRESCRIBERS, "prescribe")
    assert rules.can(frozenset({"nurse", "physician"}), rules.PRESCRIBERS)


# Scopes.


def test_a_scope_holds_the_open_roles_of_one_clinic(river):
    lake = found("lake")
    bea = hire(river, "bea", Role.NURSE, Role.RATER)
    hire(lake, "bea", Role.LEAD)
    scope = queries.scope_of(bea, river)
    assert scope == Scope(river, bea, frozenset({"nurse", "rater"}), "Europe/London", "Bea")
    assert queries.scope_of(bea, lake).roles == {"lead"}
    assert queries.scope_of(bea).clinic_id == river


def test_a_role_that_ended_is_not_held(river):
    bea = hire(river, "bea", Role.NURSE, Role.RATER)
    Membership.objects.filter(role="rater").update(ended_at=NOON)
    assert queries.scope_of(bea, river).roles == {"nurse"}
    Membership.objects.update(ended_at=NOON)
    assert queries.scope_of(bea, river) is None


def test_a_disabled_account_acts_nowhere_and_is_not_listed(river):
    bea = hire(river, "bea", Role.NURSE)
    Staff.objects.update(is_active=False)
    assert queries.scope_of(bea) is None
    assert queries.staff(Scope(river, None), OPEN) == []


def test_somebody_of_another_clinic_has_no_scope_here(river):
    assert queries.scope_of(hire(found("lake"), "bea", Role.NURSE), river) is None


def test_a_clinic_is_founded_once_and_stays_real_or_made_up(river):
    assert found("river") == river
    with pytest.raises(Refused, match="made-up clinic and stays one"):
        found("river", made_up=False)


def test_an_unknown_role_is_refused(river):
    with pytest.raises(BadInput, match="no role called surgeon"):
        actions.add_staff(
            username="x", name="X", password=PASSWORD, roles=("surgeon",), by=Scope(river, None), at=NOON, key="k"
        )
    assert Staff.objects.count() == 0


# Adoption.


def adopt(scope: Scope, password: str = PASSWORD, content: dict | None = None, key: str = "k"):
    signed = {"LIM-001": content or {"soft_mg_per_kg": "0.8"}}
    return actions.adopt_rules(rules_signed=signed, meaning="soft limit", password=password, by=scope, at=NOON, key=key)


@pytest.fixture
def director(river):
    return queries.scope_of(hire(river, "ada", Role.MEDICAL_DIRECTOR))


def test_a_director_adopts_exactly_this_content(director):
    content = {"soft_mg_per_kg": "0.8", "at": NOON}
    adopt(director, content=content)
    held = queries.adopted_rules(director, OPEN)["LIM-001"]
    assert held.content == canonical(content)
    assert held.content_hash == digest_of(content) == digest_of(held.content)
    assert digest_of({**held.content, "soft_mg_per_kg": "0.80"}) != held.content_hash
    assert (held.by, held.at) == ("Ada", NOON)
    assert verify().findings == ()


def test_the_latest_adoption_holds_and_the_earlier_ones_stay(director):
    adopt(director)
    adopt(director, content={"soft_mg_per_kg": "0.7"}, key="l")
    assert queries.adopted_rules(director, OPEN)["LIM-001"].content == {"soft_mg_per_kg": "0.7"}
    assert Adoption.objects.count() == 2


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD.upper()])
def test_a_signature_needs_the_right_password(director, password):
    with pytest.raises(BadInput, match="not your password"):
        adopt(director, password=password)
    assert Adoption.objects.count() == 0
    assert AuditLine.objects.filter(kind="refusal").count() == 1


def test_only_a_medical_director_adopts(river):
    nurse = queries.scope_of(hire(river, "bea", Role.NURSE, Role.PHYSICIAN))
    with pytest.raises(NotYours, match="adopt a rule takes a medical director"):
        adopt(nurse)


def test_another_clinic_does_not_hold_what_this_one_adopted(director):
    adopt(director)
    assert queries.adopted_rules(Scope(found("lake"), None), OPEN) == {}


def test_nothing_kept_of_a_signature_lets_its_password_be_guessed(director):
    """A bare hash of what was told could be tried against a word list; this one needs the master key."""
    adopt(director)
    told = {
        "rules_signed": {"LIM-001": {"soft_mg_per_kg": "0.8"}}, "meaning": "soft limit", "password": PASSWORD
    }  # fmt: skip
    guesses = {digest_of(told), digest_of({name: repr(value) for name, value in told.items()})}
    assert guesses.isdisjoint(RequestKey.objects.values_list("fingerprint", flat=True))


def test_a_nurse_makes_no_accounts(db: None) -> None:
    clinic_id = found("quay")
    nurse = Scope(clinic_id, 7, frozenset({Role.NURSE.value}))
    with pytest.raises(NotYours, match="medical director or lead"):
        actions.add_staff(
            by=nurse, at=NOON, key="one", username="x", name="X", password="x", roles=(Role.PHYSICIAN.value,)
        )
