"""Printing the sheet to take home: leave first, then bytes, then the audit line, and for whom it is refused."""

from __future__ import annotations

import hashlib
import io

import pytest
from pypdf import PdfReader

from fenestra.care.people import disclosure_queries
from fenestra.care.people.disclosure_texts import short_notice
from fenestra.care.people.models import Disclosure, DisclosureEnd
from fenestra.care.people.rules import LeaveEnded
from fenestra.care.visit import dose
from fenestra.care.visit.rules import VisitState
from fenestra.ground.book.models import AuditLine
from tests.care.visit.day import NAME, Day
from tests.faces.web.conftest import SignedIn


def test_a_nurse_prints_it_with_leave_and_a_line_in_the_audit(day: Day, signed_in: SignedIn) -> None:
    visit = day.visit(VisitState.RECOVERING)
    answer = signed_in("nina").post(f"/visits/{visit}/sheet/")
    assert answer.status_code == 200
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/pdf", "no-store")
    assert answer["Content-Disposition"] == f'inline; filename="visit-{visit}.pdf"'
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    assert NAME in text and "Made-up demo clinic" in text
    leave = Disclosure.objects.get()
    assert (leave.person_id, leave.recipient_is_person, leave.what) == (day.person_id, True, "discharge sheet")
    assert short_notice() in text
    assert DisclosureEnd.objects.get(disclosure=leave).content_hash == hashlib.sha256(answer.content).hexdigest()
    line = AuditLine.objects.get(kind="print")
    assert (line.person_id, line.about, line.by_id) == (day.person_id, f"visit:{visit}", day.scopes["nina"].staff_id)


def test_no_bytes_go_out_when_the_leave_no_longer_holds(
    day: Day, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(*asked: object, **other: object) -> None:
        raise LeaveEnded("There is no leave for this paper to go out.")

    visit = day.visit(VisitState.RECOVERING)
    client = signed_in("nina")
    monkeypatch.setattr(disclosure_queries, "leave", ended)
    answer = client.post(f"/visits/{visit}/sheet/")
    assert answer.status_code == 422 and not answer.content.startswith(b"%PDF")
    assert not AuditLine.objects.filter(kind="print").exists()


@pytest.mark.parametrize(("who", "status"), [("theo", 403), ("lena", 403), ("cora", 403)])
def test_it_is_refused_to(who: str, status: int, day: Day, signed_in: SignedIn) -> None:
    visit = day.visit(VisitState.RECOVERING)
    assert signed_in(who).post(f"/visits/{visit}/sheet/").status_code == status
    assert not Disclosure.objects.exists()


def test_before_the_dose_is_over_there_is_no_sheet_and_no_disclosure(day: Day, signed_in: SignedIn) -> None:
    visit = day.visit(VisitState.INFUSING)
    answer = signed_in("nina").post(f"/visits/{visit}/sheet/")
    assert answer.status_code == 422
    assert "dose is not over" in answer.content.decode()
    assert not Disclosure.objects.exists()


def test_a_visit_of_nobody_here_is_not_found_and_opening_the_link_prints_nothing(day: Day, signed_in: SignedIn) -> None:
    client = signed_in("nina")
    assert client.post("/visits/999999/sheet/").status_code == 404
    assert client.get(f"/visits/{day.visit(VisitState.RECOVERING)}/sheet/").status_code == 405


def test_the_dosing_screen_offers_the_sheet_once_nothing_flows(day: Day, signed_in: SignedIn) -> None:
    visit, nurse = day.visit(VisitState.INFUSING), signed_in()
    assert b"print-sheet" not in nurse.get(f"/visits/{visit}/").content
    day.do(dose.finish, visit_id=visit)
    assert b"print-sheet" in nurse.get(f"/visits/{visit}/").content
    assert b"print-sheet" not in signed_in("theo").get(f"/visits/{visit}/").content
