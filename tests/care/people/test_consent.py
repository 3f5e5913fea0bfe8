"""A consent holds from the signature until it runs out or is taken back, and not one moment longer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from fenestra.care.people import consent, queries, rules
from fenestra.care.people.consent_texts import OtherText, consent_texts, newest_text, signed_text
from fenestra.care.people.models import Consent
from fenestra.care.people.rules import ConsentKind, Shared
from fenestra.care.people.sealed import HIDDEN
from fenestra.ground.book.scope import OPEN, Mask, Scope
from fenestra.ground.clinic.actions import found_clinic
from fenestra.ground.clinic.rules import THE_PERSON, NotYours
from fenestra.science.errors import BadInput, Refused
from tests.care.people.known import sign, sign_for_supporter
from tests.care.visit.day import MORNING, Day

# The exact words of every version that was ever shipped. A changed text is a new version; this table only grows.
SHIPPED = {
    ("treatment", "1"): "93b9619d8be35c09a18e8a3b98a327b59e12d37fe090e048a71a85d70ad641cb",
    ("records", "1"): "3ab1832ba1b704303fb22b01ac265a652ff8b8761ee22ad3a08ba2eef7b26137",
    ("check_ins", "1"): "111fc20f00ab585bd28c10040ad600e298bf22145f75422aec8e4dd8b77ff416",
    ("supporter", "1"): "b5d5abe7c6bc4f52336cd63f3b892ad70b64229fb49a28b4f5056b2c58998e5c",
    ("records", "2"): "05fc3a9d6f6347d5ded17244b96efd330b4d44aea8ef6c412545f2373e7a80cc",
    ("care_and_payment", "1"): "9de01e59d59a2e3d6a196f4df37bc2edd11a8c6a3b59b1584c9e85e1acfa7e36",
    ("counselling_notes", "1"): "8771181a1ad457081872db5df2021881a19ef5eb2c020bd9d94d7b5cf157699d",
    ("legal_proceedings", "1"): "2f6e4d13856e3f5e634a73ba0cc5943f7283b2594075396d61960c5b5cbeb42a",
}


def held(day: Day) -> list[rules.ConsentValue]:
    return queries.consents(day.scopes["nina"], OPEN, day.person_id)


def check(day: Day, kind: ConsentKind = ConsentKind.TREATMENT) -> None:
    rules.check_consented(held(day), kind, day.at)


# ---- the texts


def test_no_text_that_was_shipped_is_ever_changed() -> None:
    assert {(text.kind.value, text.version): text.text_hash for text in consent_texts()} == SHIPPED


def test_every_kind_of_consent_has_a_text_that_says_a_lawyer_must_read_it() -> None:
    for kind in ConsentKind:
        assert "lawyer must read" in newest_text(kind).note


def test_the_text_of_treatment_names_off_label_use_and_the_known_risks() -> None:
    words = " ".join(newest_text(ConsentKind.TREATMENT).paragraphs)
    for told in ("off-label", "misused", "pressure", "breathing", "bladder", "far away from yourself", "better proven"):
        assert told in words


def test_what_was_signed_can_be_read_again_word_for_word(day: Day) -> None:
    sign(day)
    (signed,) = held(day)
    text = signed_text(signed.kind, signed.text_version, signed.text_hash)
    assert text == newest_text(ConsentKind.TREATMENT)
    assert signed_text(signed.kind, signed.text_version, "0" * 64) is None


def test_a_text_other_than_todays_cannot_be_signed(day: Day) -> None:
    with pytest.raises(OtherText, match="read it as it is now"):
        sign(day, text_hash="0" * 64)


# ---- signing


def test_without_a_signature_nothing_rests_on_consent(day: Day) -> None:
    with pytest.raises(rules.NotConsented, match="is not signed"):
        check(day)


def test_a_signed_consent_holds_from_that_moment(day: Day) -> None:
    sign(day)
    check(day)
    with pytest.raises(rules.NotConsented):
        rules.check_consented(held(day), ConsentKind.TREATMENT, day.at - timedelta(seconds=1))
    with pytest.raises(rules.NotConsented):
        check(day, ConsentKind.CHECK_INS)


def test_a_person_who_is_intoxicated_or_in_withdrawal_cannot_sign(day: Day) -> None:
    with pytest.raises(Refused, match="another day"):
        sign(day, clear_headed=False)
    assert held(day) == []


def test_whether_the_person_was_clear_headed_is_kept_and_stays_empty_when_nobody_noted_it(day: Day) -> None:
    sign(day, clear_headed=True)
    sign(day, ConsentKind.CHECK_INS)
    assert [each.clear_headed for each in held(day)] == [None, True]


@pytest.mark.parametrize(
    ("field", "other"),
    [("signed_name", {"signed_name": "  "}), ("signed_name", {"signed_name": "x" * 10_000_000}),
     ("expires_at", {"expires_at": MORNING}), ("kind", {"kind": "everything"}), ("scope", {"scope": ("all",)})],
)  # fmt: skip
def test_what_cannot_be_a_signature_is_refused_at_its_field(day: Day, field: str, other: dict[str, object]) -> None:
    with pytest.raises(BadInput) as refusal:
        sign(day, **other)
    assert refusal.value.field == field


@pytest.mark.parametrize("missing", ["recipient", "purpose", "scope"])
def test_records_go_to_somebody_named_for_a_purpose_and_only_what_is_ticked(day: Day, missing: str) -> None:
    told = {"recipient": "Dr Hale", "purpose": "treatment goes on there", "scope": ("plan",)}
    with pytest.raises(BadInput) as refusal:
        sign(day, ConsentKind.RECORDS, **{**told, missing: ()} if missing == "scope" else {**told, missing: " "})
    assert refusal.value.field == missing


def test_the_person_signs_and_takes_back_on_their_own_page(day: Day) -> None:
    day.scopes["marta"] = Scope(day.clinic_id, None, frozenset({THE_PERSON}))
    made = sign(day, ConsentKind.CHECK_INS, who="marta")
    day.do(consent.withdraw_consent, "marta", consent_id=made)
    assert not rules.can_rest_on(held(day), ConsentKind.CHECK_INS, day.at)


def test_somebody_without_a_role_takes_no_signature(day: Day) -> None:
    with pytest.raises(NotYours):
        sign(day, who="lena")


# ---- taking it back


def test_a_withdrawal_takes_effect_at_once_and_needs_no_reason(day: Day) -> None:
    made = sign(day)
    check(day)
    day.do(consent.withdraw_consent, "cora", consent_id=made)
    with pytest.raises(rules.NotConsented, match="was withdrawn"):
        check(day)


def test_taking_back_the_newest_signature_does_not_bring_an_older_one_back(day: Day) -> None:
    sign(day)
    day.later(minutes=5)
    newest = sign(day)
    day.do(consent.withdraw_consent, "cora", consent_id=newest)
    with pytest.raises(rules.NotConsented, match="withdrawn"):
        check(day)


def test_two_recipients_of_records_stand_each_on_their_own(day: Day) -> None:
    told = {"purpose": "treatment goes on there", "scope": ("plan",), "expires_at": day.at + timedelta(days=90)}
    first = sign(day, ConsentKind.RECORDS, recipient="Dr Hale", **told)
    second = sign(day, ConsentKind.RECORDS, recipient="Bay Clinic", **told)
    day.do(consent.withdraw_consent, "cora", consent_id=second)
    found = queries.standing_consent(day.scopes["nina"], OPEN, day.person_id, ConsentKind.RECORDS, day.at)
    assert found and found.id == first


def test_a_consent_is_withdrawn_once(day: Day) -> None:
    made = sign(day)
    day.do(consent.withdraw_consent, "cora", consent_id=made)
    with pytest.raises(Refused, match="withdrawn before"):
        day.do(consent.withdraw_consent, "cora", consent_id=made)


def test_a_consent_that_ran_out_asks_for_a_new_signature(day: Day) -> None:
    sign(day, expires_at=day.at + timedelta(days=30))
    day.later(minutes=30 * 24 * 60)
    with pytest.raises(rules.NotConsented, match="run out"):
        check(day)


def test_a_signature_after_a_withdrawal_holds_again(day: Day) -> None:
    day.do(consent.withdraw_consent, "cora", consent_id=sign(day))
    day.later(minutes=1)
    sign(day)
    check(day)


# ---- supporters


def let_in(day: Day, consent_id: int, *scope: str) -> int:
    identity = rules.SupporterIdentity("Jo Ellison", "sister", "555 0101")
    made = day.do(
        consent.let_in, "cora", person_id=day.person_id, identity=identity, scope=scope, consent_id=consent_id
    )
    return made.id or 0


def supporter(day: Day) -> rules.SupporterValue:
    (found,) = queries.supporters(day.scopes["nina"], OPEN, day.person_id, day.at)
    return found


def test_a_supporter_learns_what_the_person_agreed_to_and_nothing_beyond(day: Day) -> None:
    let_in(day, sign_for_supporter(day, "appointments", "plan"), "appointments")
    jo = supporter(day)
    assert jo.name == "Jo Ellison" and jo.scope == {Shared.APPOINTMENTS}
    rules.check_shared(jo, Shared.APPOINTMENTS)
    for what in set(Shared) - {Shared.APPOINTMENTS}:
        with pytest.raises(rules.NotConsented, match="did not agree"):
            rules.check_shared(jo, what)


def test_nobody_is_let_in_for_more_than_was_signed(day: Day) -> None:
    with pytest.raises(rules.NotConsented, match="what check-ins say"):
        let_in(day, sign_for_supporter(day, "appointments"), "appointments", "check_ins")


def test_nobody_is_let_in_under_another_kind_of_consent_or_one_that_is_over(day: Day) -> None:
    for consent_id in (sign(day), sign_for_supporter(day, "plan", expires_at=day.at + timedelta(minutes=1))):
        day.later(minutes=1)
        with pytest.raises(rules.NotConsented, match="does not hold"):
            let_in(day, consent_id, "plan")


@pytest.mark.parametrize("end", ["withdrawal", "expiry", "ended"])
def test_withdrawal_expiry_and_an_end_each_close_the_door_at_once(day: Day, end: str) -> None:
    signed = sign_for_supporter(day, "appointments")
    made = let_in(day, signed, "appointments")
    if end == "withdrawal":
        day.do(consent.withdraw_consent, "cora", consent_id=signed)
    elif end == "expiry":
        day.later(minutes=90 * 24 * 60)
    else:
        day.do(consent.end_supporter, "cora", supporter_id=made, seen=1)
    jo = supporter(day)
    assert jo.scope == frozenset() and jo.ended_because
    with pytest.raises(rules.NotConsented, match="not let in any more"):
        rules.check_shared(jo, Shared.APPOINTMENTS)


# ---- whom it is hidden from, and what cannot be done to it


def test_names_on_a_consent_are_hidden_from_those_who_may_not_know_who_a_person_is(day: Day) -> None:
    let_in(day, sign_for_supporter(day, "plan"), "plan")
    mask = Mask(frozenset({"identity"}))
    (seen,) = queries.consents(day.scopes["lena"], mask, day.person_id)
    (jo,) = queries.supporters(day.scopes["lena"], mask, day.person_id, day.at)
    assert seen.signed_name == seen.recipient == jo.name == HIDDEN
    assert queries.consents(day.scopes["nina"], Mask(people=frozenset({day.person_id})), day.person_id) == []


def test_names_are_stored_sealed(day: Day) -> None:
    sign_for_supporter(day, "plan")
    row = Consent.objects.get()
    assert "Ellison" not in row.signed_name + row.recipient


def test_a_signature_is_never_changed_or_deleted(day: Day) -> None:
    made = sign(day)
    for change in (
        lambda: Consent.objects.filter(pk=made).update(text_version="2"),
        lambda: Consent.objects.filter(pk=made).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_person_of_another_clinic_is_not_there_to_sign_or_to_withdraw(day: Day) -> None:
    made = sign(day)
    other = found_clinic(
        slug="elsewhere", name="Elsewhere", time_zone="UTC", phone="", crisis_line="", made_up=True, at=MORNING
    )
    day.scopes["stranger"] = Scope(other, 99, frozenset({"physician"}))
    with pytest.raises(rules.NoSuchPerson):
        sign(day, who="stranger")
    with pytest.raises(rules.NoSuchPerson):
        day.do(consent.withdraw_consent, "stranger", consent_id=made)
    assert queries.consents(day.scopes["stranger"], OPEN, day.person_id) == []
