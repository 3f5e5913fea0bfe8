"""Pages around the confidentiality law: emergencies and their review, legal holds, the summary that a person is given."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from fenestra.care.people import confidentiality, disclosure
from fenestra.care.people import disclosure_queries as found
from fenestra.care.people.disclosure_rules import ANSWERS_COURTS, DISCLOSES, REVIEWS, Basis
from fenestra.care.people.disclosure_texts import CONTACT_ELEMENT, SummaryText, summary_text
from fenestra.care.people.rules import Shared
from fenestra.care.work import owed
from fenestra.faces.web import forms as ours
from fenestra.faces.web.handed_out import hand_out
from fenestra.faces.web.staff.disclosures import forms
from fenestra.faces.web.staff.people.record_pages import GET_AND_POST, form_page, looked_up
from fenestra.ground.book import clock
from fenestra.ground.book.act import Done
from fenestra.ground.clinic import queries as clinics
from fenestra.ground.clinic.rules import SEES_PEOPLE, check_has
from fenestra.ground.papers.paper import Block, Heading, Notice, Paper, Paragraph
from fenestra.ground.papers.render import render as set_paper
from fenestra.science.errors import Refused

SUMMARY = "summary of the confidentiality law"


@GET_AND_POST
def told_in_emergency(request: Any, person_id: int) -> HttpResponse:
    """Write down what medical staff were told in an emergency, and owe its review."""
    person = looked_up(request, person_id, "write down a disclosure in an emergency", DISCLOSES)
    form = forms.Emergency(request.POST or None)
    if form.is_bound and form.is_valid():
        told = {**form.told(), "person_id": person.id, "what": "told in an emergency"}
        told["information"] = tuple(told["information"])
        if done := ours.done_or_said(form, owed.disclose_in_emergency, request.scope_, told):
            messages.success(request, done.said)
            return redirect("disclosures", person.id)
    return form_page(
        request, person, form, "Told in an emergency", "Keep it",
        lead="Only medical staff, only what they need for this emergency. It is reviewed afterwards.",
    )  # fmt: skip


@GET_AND_POST
def review(request: Any, emergency_id: int) -> HttpResponse:
    """Look at an emergency disclosure afterwards."""
    value = found.emergency(request.scope_, request.mask, emergency_id)
    person = looked_up(request, value.person_id, "review an emergency disclosure", REVIEWS)
    form = forms.Review(request.POST or None)
    if form.is_bound and form.is_valid():
        told = form.told()
        told |= {"emergency_id": value.id, "in_order": told["in_order"] == "yes"}
        if done := ours.done_or_said(form, owed.review_emergency, request.scope_, told):
            messages.success(request, done.said)
            return redirect("disclosures", person.id)
    return form_page(
        request, person, form, "Review an emergency disclosure", "Keep the review",
        lead=f"Told to {value.personnel}.", notes=[value.nature],
    )  # fmt: skip


def _done(request: Any, form: ours.Keyed, verb: Callable[..., Done], **told: Any) -> Done | None:
    """Do the act when the form was sent and can be read."""
    if not form.is_bound or not form.is_valid():
        return None
    return ours.done_or_said(form, verb, request.scope_, {**form.told(), **told})


@GET_AND_POST
def hold(request: Any, person_id: int) -> HttpResponse:
    """Place a legal hold, or end the one that stands."""
    person = looked_up(request, person_id, "place a legal hold", ANSWERS_COURTS)
    stands = found.hold_of(request.scope_, request.mask, person.id)
    form = (forms.EndHold if stands else forms.Hold)(request.POST or None)
    verb = confidentiality.end_hold if stands else confidentiality.place_hold
    if done := _done(request, form, verb, person_id=person.id):
        messages.success(request, done.said)
        return redirect("disclosures", person.id)
    title = "End the legal hold" if stands else "Place a legal hold"
    return form_page(
        request, person, form, title, title,
        lead=stands.reason if stands else "While it stands no copy as CSV or JSON goes out, but to a court with an order.",
    )  # fmt: skip


@GET_AND_POST
def contact(request: Any) -> HttpResponse:
    """Write where violations of the law are reported; it stands in every summary."""
    check_has(request.scope_.roles, REVIEWS, "write where violations are reported")
    stands = found.report_contact(request.scope_, request.mask)
    form = forms.Contact(request.POST or None, initial={"words": stands})
    if done := _done(request, form, confidentiality.write_report_contact):
        messages.success(request, done.said)
        return redirect("clinic-disclosures")
    page = {"here": "disclosures", "form": form}
    return render(request, "disclosures/contact.html", page, status=422 if form.errors else 200)


@GET_AND_POST
def summary(request: Any, person_id: int) -> HttpResponse:
    """The written summary: shown as it is given, printed, and kept as given."""
    person, text = looked_up(request, person_id, "give a person the summary of the law"), summary_text()
    form = forms.Given(request.POST or None, initial={"text_version": text.version, "text_hash": text.text_hash})
    if done := _done(request, form, confidentiality.give_summary, person_id=person.id):
        messages.success(request, done.said)
        return redirect("disclosures", person.id)
    told = {
        "here": "people", "person": person, "text": text, "form": form,
        "contact": found.report_contact(request.scope_, request.mask), "contact_element": CONTACT_ELEMENT,
    }  # fmt: skip
    return render(request, "disclosures/summary.html", told, status=422 if form.errors else 200)


@require_POST
def print_summary(request: Any, person_id: int) -> HttpResponse:
    """The summary on paper, for the person to keep."""
    person, scope = looked_up(request, person_id, "give a person the summary of the law"), request.scope_
    check_has(scope.roles, SEES_PEOPLE, "give a person the summary of the law")
    reported_to = found.report_contact(scope, request.mask)
    if not reported_to:
        raise Refused("Nobody has written where violations are reported. The privacy officer writes it first.")
    clinic = clinics.clinic(scope, request.mask)
    text = summary_text()
    paper = Paper(text.title, text.language, clinic.name, person.name, scope.time_zone, _blocks(text, reported_to))
    leave = disclosure.disclose(
        person_id=person.id, basis=Basis.TO_THE_PERSON.value, information=(Shared.IDENTITY.value,), what=SUMMARY,
        about=f"person:{person.id}", by=scope, at=clock.now(), key=f"summary {uuid.uuid4().hex}",
    )  # fmt: skip
    return hand_out(
        request, leave.id or 0, lambda held: set_paper(paper, held), content_type="application/pdf",
        file_name=f"confidentiality-{person.id}.pdf", inline=True,
    )  # fmt: skip


def _blocks(text: SummaryText, reported_to: str) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for part in text.part:
        blocks += [Heading(part.heading), Paragraph(part.words)]
        if part.element == CONTACT_ELEMENT:
            blocks.append(Notice(reported_to))
    return tuple(blocks)
