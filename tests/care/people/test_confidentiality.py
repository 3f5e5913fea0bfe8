"""Disclosures in emergencies and their review; the summary of the law, given and kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fenestra.care.people import disclosure_queries
from fenestra.care.people.confidentiality import give_summary, write_report_contact
from fenestra.care.people.disclosure_rules import Basis, DisclosureState
from fenestra.care.people.disclosure_texts import basis_text, summary_text
from fenestra.care.people.emergency import disclose_in_emergency, review_emergency
from fenestra.care.people.models import Emergency, SummaryGiven
from fenestra.ground.book.scope import OPEN
from fenestra.ground.clinic.rules import NotYours
from fenestra.science.errors import BadInput, Refused
from fenestra.science.protocols.requirements import requirement
from tests.care.people.leaves import seen, sent
from tests.care.visit.day import Day

TOLD: dict[str, Any] = {
    "personnel": "Dr Ruiz, emergency department, Bay Hospital",
    "nature": "did not wake up at home",
    "information": ("visits", "medicines"),
    "what": "told by telephone",
}


def told(day: Day, who: str = "nina", **other: Any) -> int:
    return day.do(disclose_in_emergency, who, person_id=day.person_id, **{**TOLD, **other}).id or 0


def test_an_emergency_keeps_whom_of_which_house_what_it_was_who_told_and_when(day: Day) -> None:
    told(day, happened_at=day.at - timedelta(minutes=20))
    (value,) = disclosure_queries.emergencies_of(day.scopes["nina"], OPEN, day.person_id)
    assert (value.personnel, value.nature) == (TOLD["personnel"], TOLD["nature"])
    assert (value.by_id, value.happened_at) == (day.scopes["nina"].staff_id, day.at - timedelta(minutes=20))
    plain = " ".join(str(each) for each in vars(Emergency.objects.get()).values())
    assert "Ruiz" not in plain and "wake" not in plain


def test_what_was_told_by_mouth_stands_in_the_accounting_at_once(day: Day) -> None:
    told(day)
    (value,) = disclosure_queries.accounting(day.scopes["nina"], OPEN, at=day.at)
    assert (value.basis, value.recipient) == (Basis.EMERGENCY, TOLD["personnel"])


def test_a_file_in_an_emergency_waits_to_be_handed_out_and_needs_no_consent(day: Day) -> None:
    told(day, form="pdf")
    (value,) = disclosure_queries.waiting(day.scopes["nina"], OPEN)
    sent(day, value.id, "nina")
    assert seen(day, value.id).state is DisclosureState.SENT


@pytest.mark.parametrize("missing", ["personnel", "nature"])
def test_an_emergency_without_its_record_is_refused(day: Day, missing: str) -> None:
    with pytest.raises(BadInput) as refusal:
        told(day, **{missing: "  "})
    assert refusal.value.field == missing
    assert not disclosure_queries.accounting(day.scopes["nina"], OPEN, at=day.at)


def test_counselling_notes_are_no_matter_of_an_emergency(day: Day) -> None:
    with pytest.raises(BadInput, match="only under a consent"):
        told(day, "theo", information=("counselling_notes",))


def test_somebody_else_reviews_it_once_and_says_what_they_found(day: Day) -> None:
    made = told(day, "mira")
    review: dict[str, Any] = {
        "emergency_id": made,
        "in_order": True,
        "words": "Needed, and no more was told than needed.",
    }
    with pytest.raises(NotYours):
        day.do(review_emergency, "nina", **review)
    with pytest.raises(Refused, match="Somebody else reviews it"):
        day.do(review_emergency, "mira", **review)
    second = told(day, "nina")
    day.do(review_emergency, "mira", **{**review, "emergency_id": second})
    assert [each.id for each in disclosure_queries.emergencies_to_review(day.scopes["mira"], OPEN)] == [made]
    with pytest.raises(Refused, match="reviewed before"):
        day.do(review_emergency, "mira", **{**review, "emergency_id": second})


# ---- the summary of the law (CONF-011)


def give(day: Day, **other: Any) -> int:
    text = summary_text()
    told: dict[str, Any] = {
        "person_id": day.person_id,
        "text_version": text.version,
        "text_hash": text.text_hash,
        "able": True,
    }
    return day.do(give_summary, "cora", **{**told, **other}).id or 0


def test_the_summary_says_every_element_and_nothing_that_nobody_read() -> None:
    text = summary_text()
    assert [each.element for each in text.part] == list(requirement("CONF-011").values["elements"])
    assert "42 CFR part 2" in text.citation and "lawyer must read" in text.note
    assert text.text_hash == "1caf3321ad52c1eb5d246bf87defd74316c6e2cb2db022cdfaeac6b1f9933bc7"


def test_it_is_given_with_the_office_that_violations_are_reported_to(day: Day) -> None:
    with pytest.raises(Refused, match="where violations are reported"):
        give(day)
    with pytest.raises(NotYours):
        day.do(write_report_contact, "cora", words="me")
    day.do(write_report_contact, "mira", words="Office for Civil Rights of the district, 555 0100")
    give(day)
    kept = disclosure_queries.summary_given(day.scopes["nina"], OPEN, day.person_id)
    assert kept and kept.report_to.startswith("Office") and kept.by_id == day.scopes["cora"].staff_id


def test_whoever_cannot_take_it_in_now_is_given_it_later(day: Day) -> None:
    day.do(write_report_contact, "mira", words="the district's office")
    with pytest.raises(Refused, match="later"):
        give(day, able=False)
    with pytest.raises(Refused, match="text has changed"):
        give(day, text_hash="0" * 64)
    assert not SummaryGiven.objects.exists()


def test_each_basis_names_the_section_it_follows_and_whether_anybody_read_it() -> None:
    assert {each: basis_text(each).verified for each in Basis} == {
        Basis.TO_THE_PERSON: False, Basis.CONSENT: True, Basis.EMERGENCY: False, Basis.COURT_ORDER: False,
    }  # fmt: skip
