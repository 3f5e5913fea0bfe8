"""Verbs of letting bytes out: give leave, send, stop. Leave is asked again at the moment of sending."""

from __future__ import annotations

from datetime import datetime

from fenestra.care.people import disclosure_queries as found
from fenestra.care.people import disclosure_rules as rules
from fenestra.care.people import queries as people
from fenestra.care.people.actions import about_person
from fenestra.care.people.disclosure_rules import Basis, DisclosureValue, Form
from fenestra.care.people.disclosure_texts import basis_text, short_notice
from fenestra.care.people.models import Consent, Disclosure, DisclosureEnd, Person
from fenestra.care.people.rules import (
    CONSENT_WORDS,
    ConsentKind,
    ConsentValue,
    LeaveEnded,
    Shared,
    check_words,
    chosen,
)
from fenestra.ground.book import vault
from fenestra.ground.book.act import Act, Done, act
from fenestra.ground.clinic import queries as clinics
from fenestra.ground.clinic.rules import check_has
from fenestra.science.errors import BadInput

LONGEST_NAME = 200
LONGEST_WHAT = 120


@act("gave leave for bytes to go out")
def disclose(
    act: Act, *, person_id: int, basis: str, information: tuple[str, ...], what: str, form: str = Form.PDF.value,
    consent_id: int | None = None, recipient: str = "", purpose: str = "", reference: str = "", about: str = "",
    not_before: datetime | None = None, expires_at: datetime | None = None,
) -> Done:  # fmt: skip
    """Write down that something about one person may go out, once, to one recipient.

    To whom and for what stand in the consent; only the single consent for treatment, payment and running the clinic
    takes a recipient and a purpose typed now. `reference` names a court's order and its subpoena; both are needed. It
    waits until it is sent or stopped; `not_before` puts it off, and it runs out with `expires_at` or the consent.
    """
    check_has(act.by.roles, rules.DISCLOSES, "give out anything about a person")
    person, on = about_person(act, person_id), chosen(Basis, basis, field="basis")
    if on is Basis.COURT_ORDER:
        check_has(act.by.roles, rules.ANSWERS_COURTS, "answer a court")
    parts = [chosen(Shared, each, field="information") for each in information]
    consent = _consent(act, person, consent_id) if on is Basis.CONSENT else None
    to, why = _recipient(on, consent, recipient, purpose)
    row = Disclosure(
        person=person, at=act.at, by_id=act.by.staff_id, basis_kind=on.value, basis=basis_text(on).words,
        recipient=basis_text(on).recipient, recipient_is_person=on is Basis.TO_THE_PERSON, notice=short_notice(),
        consent_id=consent.id if consent else None, named=vault.lock(person.pk, to), purpose=vault.lock(person.pk, why),
        reference=vault.lock(person.pk, _reference(on, reference)), what=_what(what),
        information=sorted({each.value for each in parts}), form=chosen(Form, form, field="form").value, about=about,
        not_before=not_before, expires_at=_ends(act.at, not_before, expires_at, consent),
    )  # fmt: skip
    made = act.add(row)
    mask = clinics.mask_of(act.by)
    value = found.disclosure(act.by, mask, made.pk)
    found.check_may_go(act.by, mask, value, max(act.at, not_before or act.at))
    act.tell("disclosure.made", about="disclosure", about_id=made.pk)
    return act.done(made, "Leave is written. It waits until it is handed out, sent or stopped.")


def _consent(act: Act, person: Person, consent_id: int | None) -> ConsentValue:
    signed = people.consents(act.by, clinics.mask_of(act.by), person.pk)
    consent = next((each for each in signed if each.id == consent_id and each.kind in rules.LETS_OUT), None)
    if consent is None:
        raise BadInput("Choose the consent that this rests on; without one nothing goes out.", field="consent_id")
    return consent


def _recipient(on: Basis, consent: ConsentValue | None, recipient: str, purpose: str) -> tuple[str, str]:
    """To whom and for what. What the consent says binds; nobody types another name over it."""
    if on is Basis.TO_THE_PERSON:
        return "", ""
    if consent is not None and consent.kind is not ConsentKind.CARE_AND_PAYMENT:
        return consent.recipient, consent.purpose
    to = check_words(recipient, field="recipient", most=LONGEST_NAME)
    why = check_words(purpose, field="purpose", most=LONGEST_NAME)
    if not to:
        raise BadInput("Write to whom it goes, by name.", field="recipient")
    if not why:
        raise BadInput("Write what it is for.", field="purpose")
    return to, why


def _reference(on: Basis, reference: str) -> str:
    words = check_words(reference, field="reference", most=LONGEST_NAME)
    if on is Basis.COURT_ORDER and not words:
        raise BadInput(
            "Write the number of the court's order and of the subpoena. A subpoena alone does not open these records.",
            field="reference",
        )
    return words


def _what(what: str) -> str:
    words = check_words(what, field="what", most=LONGEST_WHAT)
    if not words:
        raise BadInput("Write what goes out, for example: a copy of the record.", field="what")
    return words


def _ends(
    at: datetime, not_before: datetime | None, expires_at: datetime | None, consent: ConsentValue | None
) -> datetime:
    """When the leave runs out: on the day named, else after a while, and never after the consent."""
    begins = not_before or at
    named = expires_at or begins + rules.LEAVE_HOLDS
    end = min(each for each in (named, consent.expires_at if consent else None) if each is not None)
    if end <= begins:
        raise BadInput("It would have run out before it may go out. Give another day.", field="expires_at")
    return end


@act("let bytes go out")
def send(act: Act, *, disclosure_id: int, content_hash: str, size_bytes: int) -> Done:
    """The bytes of this hash go out now. Everything is asked again in this transaction; a refusal leaves it waiting."""
    mask = clinics.mask_of(act.by)
    value = _held_still(act, disclosure_id)
    found.check_may_go(act.by, mask, value, act.at)
    made = act.add(_end(act, value.id, value.person_id, sent=True, content_hash=content_hash, size_bytes=size_bytes))
    act.tell("disclosure.ended", about="disclosure", about_id=value.id)
    return act.done(made, "It went out, and stands in the accounting.")


def _held_still(act: Act, disclosure_id: int) -> DisclosureValue:
    """The disclosure as it stands, while nobody else sends it, stops it or takes its consent back."""
    mask = clinics.mask_of(act.by)
    value = found.disclosure(act.by, mask, disclosure_id)
    about_person(act, value.person_id)
    list(Consent.objects.select_for_update().filter(pk=value.consent_id or 0))
    list(Disclosure.objects.select_for_update().filter(pk=value.id))
    return found.disclosure(act.by, mask, disclosure_id)


def _end(act: Act, disclosure_id: int, person_id: int, **told: object) -> DisclosureEnd:
    return DisclosureEnd(disclosure_id=disclosure_id, person_id=person_id, at=act.at, by_id=act.by.staff_id, **told)


@act("stopped a disclosure")
def stop(act: Act, *, disclosure_id: int, reason: str) -> Done:
    """It does not go out any more."""
    check_has(act.by.roles, rules.DISCLOSES, "stop what would go out")
    value = _held_still(act, disclosure_id)
    if not value.waits:
        raise LeaveEnded("It went out or was stopped before. Nothing waits here.")
    words = check_words(reason, field="reason")
    if not words:
        raise BadInput("Write why it does not go out, in a few words.", field="reason")
    made = act.add(_end(act, value.id, value.person_id, sent=False, reason=vault.lock(value.person_id, words)))
    act.tell("disclosure.ended", about="disclosure", about_id=value.id)
    return act.done(made, "Stopped. It does not go out.")


def stop_resting_on(act: Act, consent: Consent, because: str) -> int:
    """Stop whatever waits and rests on this consent; how many were stopped. Part of the act that ends the consent."""
    list(
        Consent.objects.select_for_update().filter(pk=consent.pk)
    )  # whoever sends one of them now waits, or is waited for
    ended = DisclosureEnd.objects.filter(disclosure__consent=consent).values("disclosure")
    waiting = list(Disclosure.objects.filter(consent=consent).exclude(pk__in=ended))
    reason = f"the consent to {CONSENT_WORDS[ConsentKind(consent.kind)]} {because}"
    for row in waiting:
        act.add(_end(act, row.pk, row.person_id, sent=False, reason=vault.lock(row.person_id, reason)))
        act.tell("disclosure.ended", about="disclosure", about_id=row.pk)
    return len(waiting)
