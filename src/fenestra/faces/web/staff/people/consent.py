"""Consent on the clinic's tablet: the text, the name typed, the tick; withdrawal; letting a supporter in."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from fenestra.care.people import consent as acts
from fenestra.care.people import queries as people
from fenestra.care.people.consent_texts import ConsentText, newest_text, signed_text
from fenestra.care.people.disclosure_rules import LETS_OUT
from fenestra.care.people.rules import CONSENT_WORDS, ConsentKind, ConsentValue, NoSuchPerson, SupporterIdentity
from fenestra.care.people.values import PersonValue
from fenestra.care.work import owed
from fenestra.faces.web import forms as ours
from fenestra.faces.web.staff.people import record_forms
from fenestra.faces.web.staff.people.record_pages import GET_AND_POST, form_page, looked_up
from fenestra.ground.book import clock
from fenestra.ground.book.act import Done
from fenestra.ground.clinic import queries as clinics


@GET_AND_POST
def sign(request: Any, person_id: int, kind: str) -> HttpResponse:
    """The person reads today's text and signs it, with staff beside them."""
    of = next((each for each in ConsentKind if each.value == kind), None)
    if of is None:
        raise NoSuchPerson("There is no such consent. Go back to the person.")
    person = looked_up(request, person_id, "take a signature")
    text = newest_text(of)
    shown = {"text_version": text.version, "text_hash": text.text_hash}
    form = record_forms.signing(of)(request.POST or None, initial=shown)
    if form.is_bound and form.is_valid() and (done := _signed(request, person, of, form)):
        messages.success(request, done.said)
        return redirect("person", person.id)
    return _text_page(request, person, form, text)


def _text_page(request: Any, person: PersonValue, form: ours.Keyed, text: ConsentText) -> HttpResponse:
    lead = _discloser(request) if text.kind in LETS_OUT else ""
    return form_page(request, person, form, text.title, "Sign", text=text, lead=lead, wide=True)


def _discloser(request: Any) -> str:
    """Who may give out, for the consents that let anything out."""
    return f"May give it out: {clinics.clinic(request.scope_, request.mask).name}."


def _signed(request: Any, person: PersonValue, kind: ConsentKind, form: Any) -> Done | None:
    """The signature, and for a supporter also the door it opens."""
    told = form.told()
    act = {name: told[name] for name in ("text_version", "text_hash", "signed_name", "clear_headed")}
    act |= {"person_id": person.id, "kind": kind.value}
    if "recipient" in told:
        act |= {"recipient": told["recipient"], "purpose": told["purpose"], "scope": tuple(told.get("scope", ()))}
        act |= {"expires_at": _end_of(told["until"], request.scope_.zone)}
        act |= {"expiry_event": told.get("expiry_event", "")}
    done = ours.done_or_said(form, acts.sign_consent, request.scope_, act, fields={"expires_at": "until"})
    if done is None or kind is not ConsentKind.SUPPORTER:
        return done
    identity = SupporterIdentity(told["recipient"], told["relation"], told["phone"])
    door = {"person_id": person.id, "identity": identity, "scope": act["scope"], "consent_id": done.id}
    form.cleaned_data["key"] = f"{form.cleaned_data['key']}:in"
    return ours.done_or_said(form, acts.let_in, request.scope_, door)


def _end_of(last_day: date | None, zone: ZoneInfo) -> datetime | None:
    """The end of the last day on which a consent holds."""
    return datetime.combine(last_day + timedelta(days=1), time(), zone) if last_day else None


def _consent_of(request: Any, person: PersonValue, consent_id: int) -> ConsentValue:
    signed = people.consents(request.scope_, request.mask, person.id)
    found = next((each for each in signed if each.id == consent_id), None)
    if found is None:
        raise NoSuchPerson("There is no such consent in this clinic.")
    return found


@GET_AND_POST
def withdraw(request: Any, person_id: int, consent_id: int) -> HttpResponse:
    """The person takes a consent back: it ends at this moment, and somebody is told to talk with them."""
    person = looked_up(request, person_id, "take down that a consent is withdrawn", acts.TAKES_BACK)
    signed = _consent_of(request, person, consent_id)
    form = record_forms.Withdraw(request.POST or None)
    if form.is_bound and form.is_valid():
        told = {**form.told(), "consent_id": signed.id}
        if done := ours.done_or_said(form, owed.withdraw_consent, request.scope_, told):
            messages.success(request, done.said)
            return redirect("person", person.id)
    return form_page(
        request, person, form, "Withdraw a consent", "Withdraw it now",
        lead=f"{CONSENT_WORDS[signed.kind].capitalize()}: it ends at once. Care goes on.",
        text=signed_text(signed.kind, signed.text_version, signed.text_hash), wide=True,
    )  # fmt: skip


@require_POST
def note_event(request: Any, person_id: int, consent_id: int) -> HttpResponse:
    """The event a consent was to end with has happened: it ends at this moment."""
    person = looked_up(request, person_id, "note that a consent has ended", acts.TAKES_BACK)
    signed = _consent_of(request, person, consent_id)
    key = f"event of consent {signed.id}"
    done = acts.note_last_event(consent_id=signed.id, by=request.scope_, at=clock.now(), key=key)
    messages.success(request, done.said)
    return redirect("disclosures", person.id)


@GET_AND_POST
def end_supporter(request: Any, person_id: int, supporter_id: int) -> HttpResponse:
    """A supporter learns nothing more from now on."""
    person = looked_up(request, person_id, "end what a supporter may learn", acts.TAKES_BACK)
    everyone = people.supporters(request.scope_, request.mask, person.id, clock.now())
    one = next((each for each in everyone if each.id == supporter_id), None)
    if one is None:
        raise NoSuchPerson("There is no such supporter in this clinic.")
    form = record_forms.EndSupporter(request.POST or None, initial={"seen": one.version})
    if form.is_bound and form.is_valid():
        told = {**form.told(), "supporter_id": one.id}
        if done := ours.done_or_said(form, acts.end_supporter, request.scope_, told):
            messages.success(request, done.said)
            return redirect("person", person.id)
    return form_page(
        request, person, form, "End what a supporter may learn", "End it now",
        lead=f"{one.name}: nothing more is shown or told to them from now on.",
    )  # fmt: skip
