"""Verbs of agreement: sign a text, take it back, note its last event, let a supporter in, end that."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from fenestra.care.people import rules
from fenestra.care.people.actions import about_person
from fenestra.care.people.consent_texts import check_is_newest
from fenestra.care.people.disclosure import stop_resting_on
from fenestra.care.people.disclosure_rules import (
    CARE_AND_PAYMENT_FOR,
    CARE_AND_PAYMENT_TO,
    COVERS_ALL_OF_IT,
    LETS_OUT,
    MAY_COVER,
    NEEDS_AN_END,
    in_words,
)
from fenestra.care.people.models import Consent, ConsentWithdrawal, Supporter
from fenestra.care.people.rules import ConsentKind, Shared
from fenestra.ground.book import vault
from fenestra.ground.book.act import Act, Done, act
from fenestra.ground.book.scope import OPEN
from fenestra.ground.clinic import queries as clinics
from fenestra.ground.clinic.rules import SEES_PEOPLE, TAKES_BACK, THE_PERSON, Role, check_has
from fenestra.science.errors import BadInput, Refused

LONGEST_NAME = 200


def _check_may(act: Act, roles: tuple[Role, ...], what: str) -> None:
    """Staff of these roles, or the person at their own page, for whom `checkins` has made sure that it is theirs."""
    if THE_PERSON not in act.by.roles:
        check_has(act.by.roles, roles, what)


@act("signed a consent")
def sign_consent(
    act: Act, *, person_id: int, kind: str, text_version: str, text_hash: str, signed_name: str,
    scope: tuple[str, ...] = (), recipient: str = "", purpose: str = "", expires_at: datetime | None = None,
    clear_headed: bool | None = None, expiry_event: str = "",
) -> Done:  # fmt: skip
    """The person signs today's version of a text, on the clinic's screen, with a member of staff beside them.

    Records and supporters need a recipient, a purpose and what they may learn; whatever gives out records also the last
    day or the event it ends with. Only the single consent for treatment, payment and running the clinic names a class
    of recipients and no end. Nobody who is intoxicated or in withdrawal signs: `clear_headed=False` is refused; None
    says that nobody noted it.
    """
    _check_may(act, SEES_PEOPLE, "take a signature")
    person = about_person(act, person_id)
    of = rules.chosen(ConsentKind, kind, field="kind")
    check_is_newest(of, text_version, text_hash)
    if clear_headed is False:
        raise Refused("A person who is intoxicated or in withdrawal cannot sign. Ask again on another day.")
    name = rules.check_words(signed_name, field="signed_name", most=LONGEST_NAME)
    if not name:
        raise BadInput("Let the person type their name: that is the signature.", field="signed_name")
    if expires_at is not None and expires_at <= act.at:
        raise BadInput("It would have run out before it was signed. Give a later day, or none.", field="expires_at")
    event = rules.check_words(expiry_event, field="expiry_event", most=LONGEST_NAME)
    row = Consent(
        person=person, at=act.at, by_id=act.by.staff_id, kind=of.value, text_version=text_version, text_hash=text_hash,
        signed_name=vault.lock(person.pk, name), clear_headed=clear_headed, scope=_scope(of, scope),
        recipient=vault.lock(person.pk, _named(of, recipient, "recipient", "Write to whom: a name, or a kind of office.")),
        purpose=_named(of, purpose, "purpose", "Write what it is for, for example: to come along after a dose."),
        expires_at=expires_at, expiry_event=vault.lock(person.pk, event),
        discloser=clinics.clinic(act.by, OPEN).name if of in LETS_OUT else "",
    )  # fmt: skip
    check_ends(of, expires_at, event)
    return act.done(act.add(row), f"Signed: {rules.CONSENT_WORDS[of]}.")


def check_ends(kind: ConsentKind, expires_at: datetime | None, event: str) -> None:
    """A consent that gives records out ends on a day or with an event; only the single one for care and payment may
    stay open (CONF-002)."""
    if kind in NEEDS_AN_END and expires_at is None and not event:
        raise BadInput("Write the last day, or the event it ends with.", field="expires_at")
    if kind not in NEEDS_AN_END and event:
        raise BadInput("This consent ends with no event. Leave it empty.", field="expiry_event")


def _scope(kind: ConsentKind, scope: Iterable[str]) -> list[str]:
    chosen = {rules.chosen(Shared, each, field="scope") for each in scope}
    if kind in COVERS_ALL_OF_IT:
        chosen = set(MAY_COVER[kind])
    if kind in MAY_COVER and (beyond := chosen - set(MAY_COVER[kind])):
        raise BadInput(f"This consent cannot cover {in_words(beyond)}. Each needs a paper of its own.", field="scope")
    if kind in rules.NAMES_A_RECIPIENT and not chosen:
        raise BadInput("Tick what they may learn: at least one thing.", field="scope")
    return sorted(each.value for each in chosen)


def _named(kind: ConsentKind, typed: str, field: str, ask: str) -> str:
    plain = rules.check_words(typed, field=field, most=LONGEST_NAME)
    if kind is ConsentKind.CARE_AND_PAYMENT:
        return {"recipient": CARE_AND_PAYMENT_TO, "purpose": CARE_AND_PAYMENT_FOR}[field]
    if kind in rules.NAMES_A_RECIPIENT and not plain:
        raise BadInput(ask, field=field)
    return plain


@act("withdrew a consent")
def withdraw_consent(act: Act, *, consent_id: int, reason: str = "") -> Done:
    """The person takes a consent back. It ends at this moment; nobody owes a reason."""
    _check_may(act, TAKES_BACK, "take down that a consent is withdrawn")
    row = _standing(act, consent_id)
    made = _ended(act, row, rules.check_words(reason, field="reason"), by_event=False)
    return act.done(made, f"Withdrawn, from this moment: {rules.CONSENT_WORDS[ConsentKind(row.kind)]}.")


@act("noted the event a consent ends with")
def note_last_event(act: Act, *, consent_id: int) -> Done:
    """The event that this consent was to end with has happened: it ends at this moment."""
    check_has(act.by.roles, TAKES_BACK, "note that a consent has ended")
    row = _standing(act, consent_id)
    if not row.expiry_event:
        raise Refused("This consent names no event it ends with. Withdraw it if the person wishes so.")
    made = _ended(act, row, "", by_event=True)
    return act.done(made, f"Ended, from this moment: {rules.CONSENT_WORDS[ConsentKind(row.kind)]}.")


def _standing(act: Act, consent_id: int) -> Consent:
    row = Consent.objects.filter(pk=consent_id, person__clinic_id=act.by.clinic_id).first()
    if row is None:
        raise rules.NoSuchPerson("There is no such consent in this clinic.")
    about_person(act, row.person_id)
    if ConsentWithdrawal.objects.filter(consent=row).exists():
        raise Refused("This consent was withdrawn before. Nothing rests on it any more.")
    return row


def _ended(act: Act, row: Consent, reason: str, *, by_event: bool) -> ConsentWithdrawal:
    """The row that ends a consent, and with it whatever waits to go out under it."""
    made = act.add(
        ConsentWithdrawal(
            person_id=row.person_id,
            at=act.at,
            by_id=act.by.staff_id,
            consent=row,
            by_event=by_event,
            reason=vault.lock(row.person_id, reason),
        )
    )
    stop_resting_on(act, row, "has ended" if by_event else "was withdrawn")
    act.tell("consent.withdrawn", about="consent", about_id=row.pk)
    return made


@act("let a supporter in")
def let_in(
    act: Act, *, person_id: int, identity: rules.SupporterIdentity, scope: tuple[str, ...], consent_id: int
) -> Done:
    """Let somebody in under a consent to it that holds now, for no more than it covers."""
    check_has(act.by.roles, SEES_PEOPLE, "let a supporter in")
    person = about_person(act, person_id)
    consent = Consent.objects.filter(pk=consent_id, person=person, kind=ConsentKind.SUPPORTER).first()
    ended = ConsentWithdrawal.objects.filter(consent=consent).exists()
    if consent is None or ended or (consent.expires_at is not None and consent.expires_at <= act.at):
        raise rules.NotConsented("That consent does not hold. Let the person sign one for this supporter first.")
    name = rules.check_words(identity.name, field="name", most=LONGEST_NAME)
    if not name:
        raise BadInput("Write the supporter's name.", field="name")
    chosen = _scope(ConsentKind.SUPPORTER, scope)
    if beyond := sorted(set(chosen) - set(consent.scope)):
        raise rules.NotConsented(
            f"The person did not agree to that: {', '.join(rules.SHARED_WORDS[Shared(each)] for each in beyond)}."
        )
    row = Supporter(person=person, identity=vault.lock(person.pk, json.dumps(asdict(identity))), scope=chosen)
    row.consent = consent
    return act.done(act.add(row), "They are let in.")  # kept beside the request key in plain words: it names nobody


@act("ended what a supporter may learn")
def end_supporter(act: Act, *, supporter_id: int, seen: int | None = None) -> Done:
    """A supporter learns nothing more from now on. The consent stays as signed, until it is withdrawn."""
    check_has(act.by.roles, TAKES_BACK, "end what a supporter may learn")
    row = Supporter.objects.filter(pk=supporter_id, person__clinic_id=act.by.clinic_id).first()
    if row is None:
        raise rules.NoSuchPerson("There is no such supporter in this clinic.")
    about_person(act, row.person_id)
    if row.ended_at is not None:
        raise Refused("That ended before. Nothing is shown to them.")
    act.change(row, seen=seen, ended_at=act.at)
    return act.done(row, "Ended: nothing more is shown to them.")
