"""Giving something out by page: consent, leave, the file with its notice inside, once, and the accounting."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from fenestra.care.people import consent, diagnosis, disclosure_queries
from fenestra.care.people import queries as people
from fenestra.care.people.consent_texts import newest_text
from fenestra.care.people.disclosure_rules import RECORD_PARTS, DisclosureState
from fenestra.care.people.disclosure_texts import short_notice, summary_text
from fenestra.care.people.models import DisclosureEnd, LegalHold, SummaryGiven
from fenestra.care.people.rules import ConsentKind
from fenestra.care.therapy.models import CounsellingNote
from fenestra.care.visit.rules import VisitState
from fenestra.ground.book.models import AuditLine
from fenestra.ground.book.scope import OPEN
from tests.care.people.leaves import RECIPIENT, give_leave, leave_of, seen, sign_records, to_the_person
from tests.care.visit.day import NAME, Day
from tests.faces.web.conftest import SignedIn
from tests.faces.web.test_query_ceilings import CEILING
from tests.faces.web.test_therapy import NOTE, an_hour

ALL = tuple(each.value for each in RECORD_PARTS)
FORMS = ("pdf", "csv", "json")


def text_of(answer: Any, form: str) -> str:
    if form != "pdf":
        return str(answer.content.decode("utf-8-sig"))
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages).split())


def fetched(client: Client, disclosure_id: int) -> Any:
    return client.post(f"/disclosures/{disclosure_id}/file/")


# ---- the file


@pytest.mark.parametrize("form", FORMS)
def test_every_file_holds_notice_basis_and_scope_inside(day: Day, signed_in: SignedIn, form: str) -> None:
    day.visit(VisitState.RECOVERING)
    made = give_leave(day, sign_records(day, *ALL), *ALL, form=form)
    answer = fetched(signed_in("dana"), made)
    assert answer.status_code == 200 and answer["Content-Disposition"] == f'attachment; filename="record-{made}.{form}"'
    text = text_of(answer, form)
    for told in (short_notice(), RECIPIENT, "signed on 20 November 2026", "The person consented to", NAME, "penicillin",
                 "Made-up demo clinic"):  # fmt: skip
        assert told in text, told
    value = seen(day, made)
    assert value.state is DisclosureState.SENT and len(value.content_hash) == 64
    line = AuditLine.objects.get(kind="export")
    assert (line.person_id, line.by_id) == (day.person_id, day.scopes["dana"].staff_id)


def test_the_notice_is_the_last_row_of_a_table_and_stands_on_every_page_of_a_paper(
    day: Day, signed_in: SignedIn
) -> None:
    signed, client = sign_records(day, *ALL), signed_in("dana")
    rows = list(csv.reader(io.StringIO(text_of(fetched(client, give_leave(day, signed, *ALL, form="csv")), "csv"))))
    assert rows[-1] == ["about", "", "notice", short_notice()]
    pages = PdfReader(io.BytesIO(fetched(client, give_leave(day, signed, *ALL)).content)).pages
    assert all(short_notice() in page.extract_text() for page in pages)


def test_only_what_the_leave_names_is_in_the_file(day: Day, signed_in: SignedIn) -> None:
    day.visit(VisitState.RECOVERING)
    made = give_leave(day, sign_records(day, "visits", "identity"), "visits", form="json")
    told = json.loads(fetched(signed_in("dana"), made).content)
    assert set(told["record"]) == {
        "The dosing days: doses, readings and what happened", "Readings of the dosing days",
        "What was written on the dosing days",
    }  # fmt: skip
    assert "penicillin" not in json.dumps(told)


def test_counselling_notes_stand_in_no_copy_but_their_own(day: Day, signed_in: SignedIn) -> None:
    an_hour(day)
    assert CounsellingNote.objects.exists()
    whole = fetched(signed_in("dana"), give_leave(day, sign_records(day, *ALL), *ALL, form="json"))
    assert NOTE not in text_of(whole, "json")
    alone = sign_records(day, of=ConsentKind.COUNSELLING_NOTES)
    notes = fetched(signed_in("theo"), give_leave(day, alone, "counselling_notes", who="theo", form="json"))
    assert NOTE in text_of(notes, "json")


def test_a_text_that_a_spreadsheet_would_run_is_made_inert(day: Day, signed_in: SignedIn) -> None:
    day.do(diagnosis.keep_medicine, "dana", person_id=day.person_id, kind="other", name="=HYPERLINK(1)", words="")
    made = give_leave(day, sign_records(day, *ALL), "medicines", form="csv")
    text = text_of(fetched(signed_in("dana"), made), "csv")
    assert "'=HYPERLINK(1)" in text and ",=HYPERLINK" not in text


# ---- what is refused at the moment of sending


def refused(day: Day, client: Client, made: int, status: int, sentence: str) -> None:
    before = AuditLine.objects.filter(kind="refusal").count()
    answer = fetched(client, made)
    assert answer.status_code == status and sentence in answer.content.decode()
    assert "Content-Disposition" not in answer.headers
    assert AuditLine.objects.filter(kind="refusal").count() == before + 1
    assert not DisclosureEnd.objects.filter(disclosure_id=made, sent=True).exists()


def test_a_consent_withdrawn_while_it_waits_stops_it(day: Day, signed_in: SignedIn) -> None:
    signed = sign_records(day)
    made = give_leave(day, signed)
    day.do(consent.withdraw_consent, "cora", consent_id=signed)
    refused(day, signed_in("dana"), made, 422, "was withdrawn")


def test_a_consent_that_expired_while_it_waits_stops_it(day: Day, signed_in: SignedIn) -> None:
    made = give_leave(day, sign_records(day, days=1))
    client = signed_in("dana")
    day.later(minutes=60 * 24)
    refused(day, client, made, 422, "has run out")


def test_the_same_file_goes_out_once(day: Day, signed_in: SignedIn) -> None:
    made, client = to_the_person(day), signed_in("dana")
    assert fetched(client, made).status_code == 200
    answer = fetched(client, made)
    assert answer.status_code == 422 and "went out before" in answer.content.decode()
    assert DisclosureEnd.objects.count() == 1


def test_two_presses_at_one_moment_give_the_file_once(
    day: Day, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, client = give_leave(day, sign_records(day), form="json"), signed_in("dana")
    both_were_let_through = leave_of(day, made)
    monkeypatch.setattr(disclosure_queries, "leave", lambda *asked, **other: both_were_let_through)
    answers = [fetched(client, made) for _ in range(2)]
    assert [each.status_code for each in answers] == [200, 422]
    assert "a moment ago" in answers[1].content.decode() and DisclosureEnd.objects.count() == 1


@pytest.mark.parametrize("who", ["lena", "otto", "rafi", "paula"])
def test_roles_that_give_nothing_out_get_no_file(day: Day, signed_in: SignedIn, who: str) -> None:
    made, client = give_leave(day, sign_records(day)), signed_in(who)
    assert fetched(client, made).status_code == 403
    assert client.get(f"/people/{day.person_id}/disclosures/new/").status_code == 403
    assert not DisclosureEnd.objects.exists()


def test_a_number_of_nobody_here_is_not_found_and_opening_a_link_hands_nothing_out(
    day: Day, signed_in: SignedIn
) -> None:
    made, client = give_leave(day, sign_records(day)), signed_in("dana")
    assert fetched(client, 999_999).status_code == 404
    assert client.get(f"/disclosures/{made}/file/").status_code == 405


# ---- the pages


def test_a_consent_is_signed_leave_written_and_the_file_handed_out(day: Day, signed_in: SignedIn) -> None:
    client, text = signed_in("dana"), newest_text(ConsentKind.RECORDS)
    page = client.get(f"/people/{day.person_id}/consents/records/").content.decode()
    assert "May give it out:" in page and "take this consent back at any time" in page
    answer = client.post(f"/people/{day.person_id}/consents/records/", {
        "key": "a", "text_version": text.version, "text_hash": text.text_hash, "signed_name": NAME, "agreed": "on",
        "clear_headed": "on", "recipient": RECIPIENT, "purpose": "treatment there", "scope": ["plan", "visits"],
        "until": "2027-05-20",
    })  # fmt: skip
    assert answer.status_code == 302, answer.content.decode()
    (signed,) = people.consents(day.scopes["dana"], OPEN, day.person_id)
    answer = client.post(f"/people/{day.person_id}/disclosures/new/",
                         {"key": "b", "basis": signed.id, "information": ["visits"], "form": "json"})  # fmt: skip
    assert answer.status_code == 302, answer.content.decode()
    page = client.get(f"/people/{day.person_id}/disclosures/").content.decode()
    assert "Hand it out" in page and RECIPIENT in page
    (value,) = disclosure_queries.disclosures_of(day.scopes["dana"], OPEN, day.person_id)
    assert fetched(client, value.id).status_code == 200
    page = client.get(f"/people/{day.person_id}/disclosures/").content.decode()
    assert "Hand it out" not in page and "went out" in page and "42 CFR 2.31" in page


def test_a_form_that_asks_too_much_is_answered_beside_the_field(day: Day, signed_in: SignedIn) -> None:
    signed, client = sign_records(day, "plan"), signed_in("dana")
    told = {"key": "b", "basis": signed, "information": ["visits"], "form": "json"}
    answer = client.post(f"/people/{day.person_id}/disclosures/new/", told)
    assert answer.status_code == 422 and "did not agree to give out" in answer.content.decode()


def test_what_waits_is_stopped_by_page(day: Day, signed_in: SignedIn) -> None:
    made, client = give_leave(day, sign_records(day)), signed_in("dana")
    assert client.get(f"/disclosures/{made}/stop/").status_code == 200
    assert client.post(f"/disclosures/{made}/stop/", {"key": "s", "reason": "not wanted any more"}).status_code == 302
    assert seen(day, made).state is DisclosureState.STOPPED


def test_an_emergency_is_written_reviewed_and_seen_in_the_clinics_accounting(day: Day, signed_in: SignedIn) -> None:
    told = {"key": "e", "personnel": "Dr Ruiz, Bay Hospital", "nature": "did not wake up", "information": ["visits"],
            "form": "spoken"}  # fmt: skip
    assert signed_in("nina").post(f"/people/{day.person_id}/disclosures/emergency/", told).status_code == 302
    director = signed_in("mira")
    assert "To review" in director.get("/disclosures/").content.decode()
    (value,) = disclosure_queries.emergencies_to_review(day.scopes["mira"], OPEN)
    path = f"/disclosures/emergencies/{value.id}/"
    assert director.post(path, {"key": "r", "in_order": "yes", "words": "As it should be."}).status_code == 302
    page = director.get("/disclosures/").content.decode()
    assert "To review" not in page and "Dr Ruiz" in page and "nobody here has read that section" in page


def test_the_summary_is_shown_printed_and_kept_as_given(day: Day, signed_in: SignedIn) -> None:
    client, path, text = signed_in("mira"), f"/people/{day.person_id}/disclosures/law/", summary_text()
    assert "writes it first" in client.get(path).content.decode()
    assert client.post(f"{path}print/").status_code == 422
    assert client.post("/disclosures/contact/", {"key": "c", "words": "The district's office"}).status_code == 302
    printed = text_of(client.post(f"{path}print/"), "pdf")
    assert "The district" in printed and "suspected child abuse" in printed and short_notice() in printed
    given = {"key": "g", "text_version": text.version, "text_hash": text.text_hash, "able": "on"}
    assert client.post(path, given).status_code == 302
    assert SummaryGiven.objects.get().person_id == day.person_id


def test_a_hold_is_placed_and_ended_by_page(day: Day, signed_in: SignedIn) -> None:
    client, path = signed_in("mira"), f"/people/{day.person_id}/disclosures/hold/"
    assert client.post(path, {"key": "h", "reason": "subpoena of 3 November"}).status_code == 302
    assert "A legal hold stands" in client.get(f"/people/{day.person_id}/disclosures/").content.decode()
    assert client.post(path, {"key": "i", "reason": "over"}).status_code == 302
    assert LegalHold.objects.filter(ends__isnull=False).count() == 1


def test_the_event_of_a_consent_is_noted_by_page(day: Day, signed_in: SignedIn) -> None:
    signed = sign_records(day, expires_at=None, expiry_event="when the course ends")
    assert signed_in("cora").post(f"/people/{day.person_id}/consents/{signed}/event/").status_code == 302
    (value,) = people.consents(day.scopes["cora"], OPEN, day.person_id)
    assert value.ended_by_event


@pytest.mark.parametrize("kind", ["care_and_payment", "counselling_notes", "legal_proceedings", "records"])
def test_each_consent_to_give_out_can_be_read_and_names_the_law_it_follows(
    day: Day, signed_in: SignedIn, kind: str
) -> None:
    page = signed_in("cora").get(f"/people/{day.person_id}/consents/{kind}/")
    assert page.status_code == 200 and "Follows 42 CFR 2.31" in page.content.decode()


@pytest.mark.parametrize("path", ["/people/{}/disclosures/", "/disclosures/"])
def test_a_page_of_disclosures_asks_as_often_for_many_as_for_one(day: Day, signed_in: SignedIn, path: str) -> None:
    client, signed = signed_in("mira"), sign_records(day)
    counts = []
    for _ in range(2):
        for _ in range(3):
            give_leave(day, signed)
            fetched(client, to_the_person(day, form="json"))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path.format(day.person_id)).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= CEILING
