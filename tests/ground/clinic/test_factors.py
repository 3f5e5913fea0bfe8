"""Second factors: taken once a code fits, sealed at rest, spent by use, ended by proof, and ended for somebody who lost
them by a colleague who makes accounts."""

from __future__ import annotations

from typing import Any

import pytest

from fenestra.ground.book.models import AuditLine
from fenestra.ground.book.scope import OPEN, Scope
from fenestra.ground.clinic import accounts, factor_queries, factors, presence, queries, secret, totp
from fenestra.ground.clinic.models import Factor, RecoveryCode, Staff
from fenestra.ground.clinic.rules import NotYours, Role, WrongProof
from fenestra.ground.clinic.witness import check_own_password
from fenestra.science.errors import BadInput, Refused
from tests.ground.clinic.test_clinic import NOON, PASSWORD, found, hire

APP, OTHER_APP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
PAPER = tuple(f"paper-{n:05}" for n in range(10))


class Telephone:
    """The time that telephones show, moved by the test."""

    now_s = 1_800_000_000.0

    def code(self, app: str = APP, off: int = 0) -> str:
        return totp.code(app, totp.step_at(self.now_s) + off)


@pytest.fixture
def telephone(monkeypatch: pytest.MonkeyPatch) -> Telephone:
    made = Telephone()
    for module in (presence, factors, factor_queries):
        monkeypatch.setattr(module, "now_s", lambda: made.now_s)
    return made


@pytest.fixture
def river(db: None) -> int:
    return found("river")


def acting(staff_id: int) -> Scope:
    scope = queries.scope_of(staff_id)
    assert scope
    return scope


@pytest.fixture
def mira(river: int) -> Scope:
    return acting(hire(river, "mira", Role.MEDICAL_DIRECTOR))


KEYS = iter(range(10_000))


def do(verb: Any, by: Scope, **told: Any) -> Any:
    return verb(by=by, at=NOON, key=f"k{next(KEYS)}", **told)


def enrol(who: Scope, telephone: Telephone, app: str = APP) -> int:
    made = do(factors.add_app, who, label="my telephone", app_secret=app, code=telephone.code(app), recovery=PAPER)
    telephone.now_s += 60
    return made.id


def test_an_app_is_taken_once_it_has_shown_a_code_that_fits(mira: Scope, telephone: Telephone) -> None:
    with pytest.raises(WrongProof, match="does not fit"):
        do(factors.add_app, mira, label="", app_secret=APP, code="000000", recovery=PAPER)
    assert not factor_queries.has_factor(mira, OPEN)
    enrol(mira, telephone)
    assert [each.label for each in factor_queries.factors(mira, OPEN)] == ["my telephone"]
    assert factor_queries.recovery_codes_left(mira, OPEN) == 10
    line = AuditLine.objects.filter(kind="write").latest("pk")
    assert (line.what, line.about) == ("added an authenticator app", f"staff:{mira.staff_id}")


def test_nothing_that_proves_can_be_read_in_the_database(mira: Scope, telephone: Telephone) -> None:
    enrol(mira, telephone)
    stored = str([*Factor.objects.values_list(), *RecoveryCode.objects.values_list(), *AuditLine.objects.values_list()])
    assert APP not in stored and not any(code in stored or code.replace("-", "") in stored for code in PAPER)
    kept = Factor.objects.get(staff_id=mira.staff_id).sealed
    assert secret.unseal(mira.staff_id or 0, kept) == APP
    with pytest.raises(ValueError, match="does not open"):
        secret.unseal((mira.staff_id or 0) + 1, kept)


def test_a_code_opens_once_in_whatever_form_it_is_typed(mira: Scope, telephone: Telephone) -> None:
    enrol(mira, telephone)
    code = telephone.code()
    assert do(factors.show_factor, mira, code=f" {code[:3]} {code[3:]} ").said == "totp"
    with pytest.raises(WrongProof):
        do(factors.show_factor, mira, code=code)
    refusal = AuditLine.objects.filter(kind="refusal").latest("pk")
    assert refusal.what == "showed a second factor: WrongProof" and code not in refusal.reason


def test_a_code_from_paper_opens_once_and_the_others_stay(mira: Scope, telephone: Telephone) -> None:
    enrol(mira, telephone)
    assert do(factors.show_factor, mira, code=PAPER[3].upper()).said == "recovery code"
    with pytest.raises(WrongProof):
        do(factors.show_factor, mira, code=PAPER[3])
    assert factor_queries.recovery_codes_left(mira, OPEN) == 9


def test_a_code_of_somebody_else_opens_nothing(river: int, mira: Scope, telephone: Telephone) -> None:
    dana = acting(hire(river, "dana", Role.PHYSICIAN))
    enrol(mira, telephone)
    enrol(dana, telephone, OTHER_APP)
    for code in (telephone.code(OTHER_APP), *PAPER[:1]):
        if code == PAPER[0]:
            RecoveryCode.objects.filter(staff_id=mira.staff_id).delete()
        with pytest.raises(WrongProof):
            do(factors.show_factor, mira, code=code)


def test_a_signature_asks_for_both_halves_once_there_is_a_factor(mira: Scope, telephone: Telephone) -> None:
    check_own_password(mira, PASSWORD)
    enrol(mira, telephone)
    with pytest.raises(WrongProof, match="not your password") as wrong:
        check_own_password(mira, "not it", telephone.code())
    assert wrong.value.field == "password"
    for code, says in (("", "two halves"), ("000000", "does not fit")):
        with pytest.raises(WrongProof, match=says) as wrong:
            check_own_password(mira, PASSWORD, code)
        assert wrong.value.field == "proof"
    check_own_password(mira, PASSWORD, telephone.code())
    with pytest.raises(WrongProof):
        check_own_password(mira, PASSWORD, telephone.code())


def test_a_second_app_needs_proof_by_the_first(mira: Scope, telephone: Telephone) -> None:
    enrol(mira, telephone)
    told = {"label": "", "app_secret": OTHER_APP, "code": telephone.code(OTHER_APP), "password": PASSWORD}
    with pytest.raises(WrongProof) as wrong:
        do(factors.add_app, mira, **told)
    assert wrong.value.field == "proof"
    do(factors.add_app, mira, **told, proof=telephone.code())
    assert len(factor_queries.factors(mira, OPEN)) == 2
    assert factor_queries.recovery_codes_left(mira, OPEN) == 10


def test_who_needs_a_factor_keeps_one(mira: Scope, telephone: Telephone) -> None:
    first = enrol(mira, telephone)
    with pytest.raises(Refused, match="Add another first"):
        do(factors.end_factor, mira, factor_id=first, password=PASSWORD, proof=telephone.code())
    assert factor_queries.has_factor(mira, OPEN)


def test_who_needs_none_may_end_it_and_its_paper_goes_too(river: int, telephone: Telephone) -> None:
    nina = acting(hire(river, "nina", Role.NURSE))
    first = enrol(nina, telephone)
    do(factors.end_factor, nina, factor_id=first, password=PASSWORD, proof=telephone.code())
    assert not factor_queries.has_factor(nina, OPEN) and factor_queries.recovery_codes_left(nina, OPEN) == 0
    with pytest.raises(WrongProof):
        do(factors.show_factor, nina, code=telephone.code())


def test_new_codes_on_paper_take_the_place_of_all_old_ones(mira: Scope, telephone: Telephone) -> None:
    enrol(mira, telephone)
    fresh = factors.fresh_recovery_codes()
    do(factors.renew_recovery_codes, mira, codes=fresh, password=PASSWORD, proof=telephone.code())
    with pytest.raises(WrongProof):
        do(factors.show_factor, mira, code=PAPER[0])
    assert do(factors.show_factor, mira, code=fresh[0]).said == "recovery code"
    assert len(set(fresh)) == 10 and all(len(code) == 11 for code in fresh)


class TestLost:
    """Telephone and paper are gone."""

    def test_a_lead_ends_the_factors_of_a_colleague_with_a_reason(self, river: int, telephone: Telephone) -> None:
        lena, dana = acting(hire(river, "lena", Role.LEAD)), acting(hire(river, "dana", Role.PHYSICIAN))
        enrol(dana, telephone)
        with pytest.raises(BadInput, match="made sure"):
            do(accounts.reset_factors, lena, staff_id=dana.staff_id, reason=" ")
        do(accounts.reset_factors, lena, staff_id=dana.staff_id, reason="stood before me with her badge")
        assert not factor_queries.has_factor(dana, OPEN) and factor_queries.recovery_codes_left(dana, OPEN) == 0

    def test_nobody_ends_their_own_that_way_and_no_nurse_ends_anybodys(self, river: int, mira: Scope) -> None:
        nina = acting(hire(river, "nina", Role.NURSE))
        with pytest.raises(Refused, match="your own account"):
            do(accounts.reset_factors, mira, staff_id=mira.staff_id, reason="lost")
        with pytest.raises(NotYours):
            do(accounts.reset_factors, nina, staff_id=mira.staff_id, reason="lost")


def test_a_disabled_human_shows_nothing(mira: Scope, telephone: Telephone) -> None:
    enrol(mira, telephone)
    Staff.objects.filter(pk=mira.staff_id).update(is_active=False)
    with pytest.raises(Refused):
        do(factors.show_factor, mira, code=telephone.code())
