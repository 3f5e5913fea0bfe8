"""Bytes about a person go out with leave, on a basis that holds at that moment, once, and stand in the accounting."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fenestra.care.people import consent, disclosure, disclosure_queries
from fenestra.care.people import disclosure_rules as rules
from fenestra.care.people import queries as people
from fenestra.care.people.confidentiality import end_hold, place_hold
from fenestra.care.people.consent_texts import newest_text
from fenestra.care.people.disclosure_rules import Basis, DisclosureState, HeldByLaw
from fenestra.care.people.disclosure_texts import short_notice
from fenestra.care.people.models import ConsentWithdrawal, Disclosure, DisclosureEnd
from fenestra.care.people.rules import ConsentKind, LeaveEnded, NoSuchPerson, Shared
from fenestra.ground.book.models import AuditLine
from fenestra.ground.book.scope import OPEN, Mask, Scope
from fenestra.ground.clinic.actions import found_clinic
from fenestra.ground.clinic.rules import NotYours
from fenestra.science.errors import BadInput, Refused
from fenestra.science.protocols.requirements import requirement
from tests.care.people.known import sign
from tests.care.people.leaves import RECIPIENT, give_leave, leave_of, seen, sent, sign_records, to_the_person
from tests.care.visit.day import Day

# ---- what a consent to give records out must say (CONF-002, CONF-003, CONF-006)


def test_a_consent_to_give_records_out_keeps_every_element_the_law_asks_for(day: Day) -> None:
    made = sign_records(day, "plan")
    (value,) = people.consents(day.scopes["nina"], OPEN, day.person_id)
    text = " ".join(newest_text(value.kind).paragraphs)
    said = {
        "patient": value.person_id == day.person_id,
        "discloser": value.discloser,
        "information": value.scope,
        "recipient": value.recipient,
        "purpose": value.purpose,
        "revocation_right": "take this consent back at any time" in text,
        "revocation_method": "tell anyone who works here, write to us" in text,
        "expiry": value.expires_at,
        "signature": value.signed_name,
        "signed_at": value.signed_at,
    }
    assert value.id == made and all(said.values())
    assert set(said) == set(requirement("CONF-002").values["elements"])


def test_it_ends_on_a_day_or_with_an_event(day: Day) -> None:
    with pytest.raises(BadInput, match="last day, or the event") as refusal:
        sign_records(day, expires_at=None)
    assert refusal.value.field == "expires_at"
    sign_records(day, expires_at=None, expiry_event="when the treatment at Bay Clinic ends")


def test_the_single_consent_for_care_and_payment_needs_no_end_and_covers_no_counselling_notes(day: Day) -> None:
    sign(day, ConsentKind.CARE_AND_PAYMENT)
    (value,) = people.consents(day.scopes["nina"], OPEN, day.person_id)
    assert value.expires_at is None and value.stands(day.at + timedelta(days=4000))
    assert rules.covered(value) == frozenset(rules.RECORD_PARTS)
    assert Shared.COUNSELLING_NOTES not in value.scope


@pytest.mark.parametrize("kind", rules.LETS_OUT)
def test_each_text_warns_that_it_may_be_passed_on_and_says_what_refusal_means(kind: ConsentKind) -> None:
    """CONF-003 asks both of the single consent; every consent to give out says them."""
    words = " ".join(newest_text(kind).paragraphs)
    assert requirement("CONF-003").values["statements"] == ("may_be_redisclosed", "consequence_of_refusal")
    assert "If you do not sign" in words and ("pass" in words or kind is ConsentKind.LEGAL)
    assert "used against you" in words or kind is not ConsentKind.LEGAL


@pytest.mark.parametrize("kind", [ConsentKind.RECORDS, ConsentKind.LEGAL])
def test_counselling_notes_are_never_bundled_with_anything(day: Day, kind: ConsentKind) -> None:
    with pytest.raises(BadInput, match="paper of its own"):
        sign_records(day, "plan", "counselling_notes", of=kind)


def test_the_event_a_consent_ends_with_ends_it(day: Day) -> None:
    made = sign_records(day, expires_at=None, expiry_event="when the course ends")
    leave = give_leave(day, made)
    day.do(consent.note_last_event, "cora", consent_id=made)
    (value,) = people.consents(day.scopes["nina"], OPEN, day.person_id)
    assert value.ended_by_event and not value.stands(day.at)
    assert seen(day, leave).state is DisclosureState.STOPPED
    with pytest.raises(Refused, match="names no event"):
        day.do(consent.note_last_event, "cora", consent_id=sign_records(day))


# ---- leave


def test_a_leave_names_recipient_purpose_basis_scope_and_notice(day: Day) -> None:
    leave = leave_of(day, give_leave(day, sign_records(day, "plan", "visits"), "visits"))
    assert leave.recipient == RECIPIENT
    assert leave.basis == "the person's written consent, signed on 20 November 2026"
    assert leave.notice == short_notice() == requirement("CONF-004").values["short"]
    for told in (
        "treatment goes on there",
        "until the end of 18 February 2027",
        RECIPIENT,
        "the plan of the treatment",
        "Of this, here: the dosing days",
    ):
        assert told in leave.scope


def test_what_the_consent_says_binds_the_recipient_whatever_is_typed(day: Day) -> None:
    made = give_leave(day, sign_records(day), recipient="The Daily News", purpose="a story")
    assert (seen(day, made).recipient, seen(day, made).purpose) == (RECIPIENT, "treatment goes on there")


def test_under_the_single_consent_recipient_and_purpose_are_named_each_time(day: Day) -> None:
    single = sign(day, ConsentKind.CARE_AND_PAYMENT)
    for missing in ("recipient", "purpose"):
        with pytest.raises(BadInput) as refusal:
            give_leave(day, single, **{**{"recipient": "Northern Mutual", "purpose": "payment"}, missing: " "})
        assert refusal.value.field == missing
    made = give_leave(day, single, recipient="Northern Mutual", purpose="payment")
    assert seen(day, made).recipient == "Northern Mutual"


def test_who_is_named_stands_sealed_in_the_database(day: Day) -> None:
    give_leave(day, sign_records(day))
    row = Disclosure.objects.get()
    plain = " ".join(str(value) for value in vars(row).values())
    assert "Hale" not in plain and "treatment goes on" not in plain


def test_what_the_person_did_not_agree_to_is_refused_and_nothing_is_written(day: Day) -> None:
    signed = sign_records(day, "plan")
    with pytest.raises(LeaveEnded, match="did not agree to give out: the dosing days"):
        give_leave(day, signed, "plan", "visits")
    assert not Disclosure.objects.exists()
    assert AuditLine.objects.filter(kind="refusal", person_id=day.person_id).count() == 1


def test_counselling_notes_go_out_alone_under_their_own_consent_by_somebody_who_sees_them(day: Day) -> None:
    notes = sign_records(day, of=ConsentKind.COUNSELLING_NOTES)
    with pytest.raises(BadInput, match="go out alone"):
        give_leave(day, notes, "counselling_notes", "visits", who="theo")
    with pytest.raises(BadInput, match="only under a consent"):
        to_the_person(day, "counselling_notes", who="theo")
    with pytest.raises(LeaveEnded, match="did not agree"):
        give_leave(
            day, sign(day, ConsentKind.CARE_AND_PAYMENT), "counselling_notes", who="theo", recipient="x", purpose="y"
        )
    with pytest.raises(Refused, match="does not see counselling notes"):
        give_leave(day, notes, "counselling_notes", who="cora")
    assert seen(day, give_leave(day, notes, "counselling_notes", who="theo"), "theo").recipient == RECIPIENT


def test_a_consent_of_another_person_is_no_basis(day: Day) -> None:
    signed, other = sign_records(day), day.person(name="Jo Other")
    with pytest.raises(BadInput, match="Choose the consent"):
        give_leave(day, signed, person_id=other)


@pytest.mark.parametrize("who", ["lena", "otto", "rafi", "paula"])
def test_leave_is_refused_to_roles_that_give_nothing_out(day: Day, who: str) -> None:
    with pytest.raises(NotYours):
        give_leave(day, sign_records(day), who=who)


def test_a_court_needs_an_order_with_a_subpoena_and_somebody_who_answers_courts(day: Day) -> None:
    told: dict[str, Any] = {"basis": "court_order", "recipient": "District Court", "purpose": "case 12"}
    with pytest.raises(NotYours):
        give_leave(day, 0, **told, reference="order 7, subpoena 9")
    with pytest.raises(BadInput, match="A subpoena alone does not open these records"):
        give_leave(day, 0, who="mira", **told)
    assert seen(day, give_leave(day, 0, who="mira", **told, reference="order 7, subpoena 9")).basis is Basis.COURT_ORDER


# ---- the moment of sending


def test_it_goes_out_once_and_stands_in_the_accounting(day: Day) -> None:
    made = give_leave(day, sign_records(day))
    sent(day, made)
    value = seen(day, made)
    assert (value.state, value.content_hash, value.ended_by_id) == (
        DisclosureState.SENT, "a" * 64, day.scopes["dana"].staff_id,
    )  # fmt: skip
    with pytest.raises(LeaveEnded, match="went out before"):
        sent(day, made)
    accounted = disclosure_queries.accounting(day.scopes["dana"], OPEN, at=day.at)
    assert [each.id for each in accounted] == [made]


def test_a_withdrawn_consent_stops_what_waits_in_the_same_moment(day: Day) -> None:
    signed = sign_records(day)
    gone, waits, other = give_leave(day, signed), give_leave(day, signed), to_the_person(day)
    sent(day, gone)
    day.do(consent.withdraw_consent, "cora", consent_id=signed)
    states = [seen(day, each).state for each in (gone, waits, other)]
    assert states == [DisclosureState.SENT, DisclosureState.STOPPED, DisclosureState.WAITING]
    assert "was withdrawn" in seen(day, waits).stopped_because
    with pytest.raises(LeaveEnded, match="was stopped"):
        sent(day, waits)


def test_a_consent_that_is_found_withdrawn_at_sending_lets_nothing_out(day: Day) -> None:
    """Even if nothing had stopped it: the consent itself is asked again."""
    signed = sign_records(day)
    made = give_leave(day, signed)
    ConsentWithdrawal.objects.create(person_id=day.person_id, at=day.at, consent_id=signed)
    refused_and_unchanged(day, made, "was withdrawn")


def test_a_consent_that_ran_out_while_queued_lets_nothing_out(day: Day) -> None:
    made = give_leave(day, sign_records(day, days=3), not_before=day.at + timedelta(days=2))
    day.at += timedelta(days=3)
    refused_and_unchanged(day, made, "has run out")


def test_nothing_goes_out_before_its_day_nor_after_its_leave_has_run_out(day: Day) -> None:
    made = give_leave(day, sign_records(day), not_before=day.at + timedelta(days=2))
    refused_and_unchanged(day, made, "has not come")
    day.at += timedelta(days=2) + rules.LEAVE_HOLDS
    refused_and_unchanged(day, made, "has run out")


def test_a_role_that_lost_its_right_between_two_screens_sends_nothing(day: Day) -> None:
    made = give_leave(day, sign_records(day), who="dana")
    day.scopes["dana"] = Scope(day.clinic_id, day.scopes["dana"].staff_id, frozenset({"rater"}), "America/New_York")
    refused_and_unchanged(day, made, "takes a")


def test_another_clinics_disclosure_is_not_there(day: Day) -> None:
    made = give_leave(day, sign_records(day))
    other = found_clinic(
        slug="elsewhere", name="Elsewhere", time_zone="UTC", phone="", crisis_line="", made_up=True, at=day.at
    )
    day.scopes["dana"] = Scope(other, day.scopes["dana"].staff_id, day.scopes["dana"].roles)
    with pytest.raises(NoSuchPerson):
        sent(day, made)
    with pytest.raises(NoSuchPerson):
        leave_of(day, made)
    assert not DisclosureEnd.objects.exists()


def test_a_disclosure_about_somebody_hidden_from_the_asker_is_not_there(day: Day) -> None:
    made = give_leave(day, sign_records(day))
    with pytest.raises(NoSuchPerson):
        disclosure_queries.leave(day.scopes["dana"], Mask(people=frozenset({day.person_id})), made, at=day.at)


def test_what_waits_can_be_stopped_with_a_reason_and_then_stays(day: Day) -> None:
    made = give_leave(day, sign_records(day))
    with pytest.raises(BadInput, match="why it does not go out"):
        day.do(disclosure.stop, "dana", disclosure_id=made, reason=" ")
    day.do(disclosure.stop, "dana", disclosure_id=made, reason="wrong recipient")
    assert seen(day, made).stopped_because == "wrong recipient"
    assert not disclosure_queries.waiting(day.scopes["dana"], OPEN)
    assert not disclosure_queries.accounting(day.scopes["dana"], OPEN, at=day.at)


def test_the_accounting_reaches_back_three_years_and_to_other_clinics_not_at_all(day: Day) -> None:
    sent(day, to_the_person(day), "nina")
    counted = [
        len(disclosure_queries.accounting(day.scopes["otto"], OPEN, at=day.at + timedelta(days=days)))
        for days in (0, 3 * 365, 3 * 365 + 3)
    ]
    assert counted == [1, 1, 0]
    other = Scope(day.clinic_id + 1, None)
    assert not disclosure_queries.accounting(other, OPEN, at=day.at)


def refused_and_unchanged(day: Day, disclosure_id: int, sentence: str) -> None:
    """Leave and sending are refused with this sentence, one line of it is in the audit, and nothing went out."""
    before = AuditLine.objects.filter(kind="refusal").count()
    with pytest.raises(Refused, match=sentence):
        leave_of(day, disclosure_id)
    with pytest.raises(Refused, match=sentence):
        sent(day, disclosure_id)
    assert AuditLine.objects.filter(kind="refusal").count() == before + 1
    assert not DisclosureEnd.objects.filter(disclosure_id=disclosure_id).exists()


def test_a_legal_hold_refuses_copies_for_machines_but_not_single_papers(day: Day) -> None:
    signed = sign_records(day)
    waits = give_leave(day, signed, form="json")
    with pytest.raises(NotYours):
        day.do(place_hold, "dana", person_id=day.person_id, reason="subpoena of 3 November")
    day.do(place_hold, "mira", person_id=day.person_id, reason="subpoena of 3 November")
    for form in ("csv", "json"):
        with pytest.raises(HeldByLaw, match="legal hold"):
            give_leave(day, signed, form=form)
    refused_and_unchanged(day, waits, "legal hold")
    give_leave(day, signed)
    court: dict[str, Any] = {"basis": "court_order", "recipient": "District Court", "purpose": "case 12"}
    give_leave(day, 0, who="mira", **court, reference="order 7, subpoena 9", form="json")
    give_leave(day, sign_records(day, of=ConsentKind.LEGAL), form="json")
    day.do(end_hold, "mira", person_id=day.person_id, reason="the case is closed")
    sent(day, waits)
