"""What may go out about one person and what did: write leave, hand it out, stop it; the accounting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from fenestra.care.people import disclosure
from fenestra.care.people import disclosure_queries as found
from fenestra.care.people import queries as people
from fenestra.care.people.disclosure_rules import ANSWERS_COURTS, DISCLOSES, READS_ACCOUNTING, REVIEWS, Basis, Form
from fenestra.care.people.disclosure_texts import accounting_years
from fenestra.faces.web import forms as ours
from fenestra.faces.web.handed_out import hand_out
from fenestra.faces.web.staff.disclosures import forms, words
from fenestra.faces.web.staff.disclosures.parts import record_copy
from fenestra.faces.web.staff.people.record_pages import GET_AND_POST, form_page, looked_up
from fenestra.ground.book import clock, reads
from fenestra.ground.book.leave import Leave
from fenestra.ground.clinic import queries as clinics
from fenestra.ground.clinic.rules import SEES_PEOPLE, can, check_has
from fenestra.ground.papers.copy import RecordCopy, as_csv, as_json, as_paper
from fenestra.ground.papers.render import render as set_paper
from fenestra.science.errors import BadInput

COPY = "copy of the record"
Maker = Callable[[RecordCopy, Leave], bytes]
AS: dict[Form, tuple[str, str, Maker]] = {
    Form.PDF: ("application/pdf", "pdf", lambda copy, leave: set_paper(as_paper(copy, leave), leave)),
    Form.CSV: ("text/csv; charset=utf-8", "csv", as_csv),
    Form.JSON: ("application/json", "json", as_json),
}


@require_safe
def page(request: Any, person_id: int) -> HttpResponse:
    """Everything that waits, went out or was stopped about one person."""
    scope, mask, at = request.scope_, request.mask, clock.now()
    person = looked_up(request, person_id, "see what went out about a person", READS_ACCOUNTING)
    values = found.disclosures_of(scope, mask, person.id)
    emergencies = found.emergencies_of(scope, mask, person.id)
    names = clinics.names(scope, mask, words.staff_in(values) | {each.by_id or 0 for each in emergencies})
    signed = [each for each in people.consents(scope, mask, person.id) if forms.lets_out(each)]
    told = {
        "here": "people", "person": person, "years": accounting_years(),
        "waiting": [(words.line(each, names), None) for each in values if each.waits],
        "lines": [(words.line(each, names), None) for each in values if not each.waits],
        "consents": [(each, forms.consent_words(each), each.stands(at), found.last_day(each, scope)) for each in signed],
        "emergencies": [(each, names.get(each.by_id or 0, "")) for each in emergencies],
        "hold": found.hold_of(scope, mask, person.id), "summary": found.summary_given(scope, mask, person.id),
        "may_disclose": can(scope.roles, DISCLOSES), "may_hold": can(scope.roles, ANSWERS_COURTS),
        "may_review": can(scope.roles, REVIEWS), "may_give": can(scope.roles, SEES_PEOPLE),
    }  # fmt: skip
    return render(request, "disclosures/page.html", told)


@GET_AND_POST
def new(request: Any, person_id: int) -> HttpResponse:
    """Write leave for a copy of parts of the record."""
    person = looked_up(request, person_id, "give out anything about a person", DISCLOSES)
    scope, at = request.scope_, clock.now()
    held = [each for each in people.consents(scope, request.mask, person.id) if forms.lets_out(each)]
    consents = [(each, forms.consent_words(each)) for each in held if each.stands(at)]
    form = forms.Disclose(request.POST or None, scope=scope, consents=consents)
    if form.is_bound and form.is_valid():
        told = _leave_told(form.told(), person.id, scope.zone)
        if done := ours.done_or_said(form, disclosure.disclose, scope, told, fields={"consent_id": "basis"}):
            messages.success(request, done.said)
            return redirect("disclosures", person.id)
    return form_page(
        request, person, form, "Give something out", "Write the leave",
        lead="Nothing goes out yet: it waits on the next page until it is handed out or stopped.",
        notes=[] if consents else ["No consent to give records out holds. Without one it goes to the person alone."],
    )  # fmt: skip


def _leave_told(typed: dict[str, Any], person_id: int, zone: ZoneInfo) -> dict[str, Any]:
    """What the act is told. To whom and for what are left to a consent that names them."""
    chosen = typed["basis"]
    on = Basis(chosen) if chosen in (forms.TO_THE_PERSON, forms.COURT) else Basis.CONSENT
    day: date | None = typed["not_before"]
    return {
        "person_id": person_id, "basis": on.value, "information": tuple(typed["information"]), "what": COPY,
        "form": typed["form"], "consent_id": int(chosen) if on is Basis.CONSENT else None,
        "recipient": typed["recipient"], "purpose": typed["purpose"], "reference": typed.get("reference", ""),
        "not_before": datetime.combine(day, time(), zone) if day else None,
    }  # fmt: skip


@require_POST
def fetch(request: Any, disclosure_id: int) -> HttpResponse:
    """The file of a leave that waits. It goes out once, and everything is asked again."""
    scope, mask, at = request.scope_, request.mask, clock.now()
    check_has(scope.roles, DISCLOSES, "give out anything about a person")
    value = found.disclosure(scope, mask, disclosure_id)
    if value.about or value.form not in AS:
        found.check_may_go(scope, mask, value, at)
        raise BadInput("This leave is for a paper that is made on another page. Make it there, or stop it here.")
    kind, ending, make = AS[value.form]
    title = value.what[0].upper() + value.what[1:]

    def made(leave: Leave) -> bytes:
        copy = record_copy(scope, mask, value.person_id, value.information, title=title, at=at)
        return make(copy, leave)

    return hand_out(request, value.id, made, content_type=kind, file_name=f"record-{value.id}.{ending}")


@GET_AND_POST
def stop(request: Any, disclosure_id: int) -> HttpResponse:
    """What waits does not go out."""
    scope, mask = request.scope_, request.mask
    value = found.disclosure(scope, mask, disclosure_id)
    person = looked_up(request, value.person_id, "stop what would go out", DISCLOSES)
    form = forms.Stop(request.POST or None)
    if form.is_bound and form.is_valid():
        told = {**form.told(), "disclosure_id": value.id}
        if done := ours.done_or_said(form, disclosure.stop, scope, told):
            messages.success(request, done.said)
            return redirect("disclosures", person.id)
    return form_page(
        request, person, form, "Stop what would go out", "Stop it",
        lead=f"{value.what[0].upper()}{value.what[1:]}, to {value.recipient}.",
    )  # fmt: skip


@require_safe
def clinic(request: Any) -> HttpResponse:
    """What waits and what went out in the whole clinic, and the emergencies nobody has reviewed."""
    scope, mask, at = request.scope_, request.mask, clock.now()
    check_has(scope.roles, READS_ACCOUNTING, "read what went out of this clinic")
    reads.call("accounting of disclosures")
    waiting, gone = found.waiting(scope, mask), found.accounting(scope, mask, at=at)
    to_review = found.emergencies_to_review(scope, mask)
    ids = found.people_of([*waiting, *gone]) | {each.person_id for each in to_review}
    who = {each.id: each for each in people.people(scope, mask, at=at, ids=ids)}
    names = clinics.names(scope, mask, words.staff_in([*waiting, *gone]) | {each.by_id or 0 for each in to_review})
    told = {
        "here": "disclosures", "years": accounting_years(), "contact": found.report_contact(scope, mask),
        "waiting": [(words.line(each, names), who.get(each.person_id)) for each in waiting],
        "lines": [(words.line(each, names), who.get(each.person_id)) for each in gone],
        "to_review": [(each, who.get(each.person_id), names.get(each.by_id or 0, "")) for each in to_review],
        "may_review": can(scope.roles, REVIEWS), "may_disclose": can(scope.roles, DISCLOSES),
    }  # fmt: skip
    return render(request, "disclosures/clinic.html", told)
