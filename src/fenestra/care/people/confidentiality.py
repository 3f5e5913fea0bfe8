"""Verbs around the confidentiality law: the summary a person is given, where to report violations, legal holds."""

from __future__ import annotations

from fenestra.care.people import disclosure_queries as found
from fenestra.care.people import disclosure_rules as rules
from fenestra.care.people.actions import about_person
from fenestra.care.people.disclosure_texts import summary_text
from fenestra.care.people.models import LegalHold, ReportContact, SummaryGiven
from fenestra.care.people.rules import NoSuchPerson, check_words
from fenestra.ground.book import vault
from fenestra.ground.book.act import Act, Done, act
from fenestra.ground.clinic import queries as clinics
from fenestra.ground.clinic.rules import SEES_PEOPLE, check_has
from fenestra.science.errors import BadInput, Refused

LONGEST_CONTACT = 400


@act("wrote where violations are reported")
def write_report_contact(act: Act, *, words: str) -> Done:
    """Where a person reports that the confidentiality law was broken. The law in the clinic's state decides, so the
    clinic writes it; nothing is given to a person before."""
    check_has(act.by.roles, rules.REVIEWS, "write where violations are reported")
    told = check_words(words, field="words", most=LONGEST_CONTACT)
    if not told:
        raise BadInput("Write the office and how to reach it.", field="words")
    act.about("clinic", act.by.clinic_id)
    row = ReportContact(clinic_id=act.by.clinic_id, words=told, at=act.at, by_id=act.by.staff_id)
    return act.done(act.add(row), "Kept. It stands in the summary from now on.")


@act("gave the summary of the confidentiality law")
def give_summary(act: Act, *, person_id: int, text_version: str, text_hash: str, able: bool) -> Done:
    """The person was given the written summary, at admission or as soon as they could take it in (CONF-011)."""
    check_has(act.by.roles, SEES_PEOPLE, "give a person the summary of the law")
    person = about_person(act, person_id)
    text, contact = summary_text(), found.report_contact(act.by, clinics.mask_of(act.by))
    if not contact:
        raise Refused("Nobody has written where violations are reported. The privacy officer writes it first.")
    if (text_version, text_hash) != (text.version, text.text_hash):
        raise Refused("The text has changed since it was shown. Open it again and give the person today's.")
    if not able:
        raise Refused("A person who cannot take it in now is given it later. Come back when they can.")
    row = SummaryGiven(
        person=person, at=act.at, by_id=act.by.staff_id, text_version=text.version, text_hash=text.text_hash,
        report_to=contact, able=able,
    )  # fmt: skip
    return act.done(act.add(row), "Given, and kept with the day and your name.")


@act("placed a legal hold")
def place_hold(act: Act, *, person_id: int, reason: str) -> Done:
    """A demand in a legal matter came: from now on no bulk copy of this record goes out (CONF-007)."""
    check_has(act.by.roles, rules.ANSWERS_COURTS, "place a legal hold")
    person = about_person(act, person_id)
    words = _reason(reason, "Write what came, from whom, and when.")
    if found.hold_of(act.by, clinics.mask_of(act.by), person_id) is not None:
        raise Refused("A legal hold stands already. One is enough.")
    row = LegalHold(person=person, at=act.at, by_id=act.by.staff_id, reason=vault.lock(person.pk, words))
    return act.done(act.add(row), "The hold stands. No copy as CSV or JSON goes out.")


@act("ended a legal hold")
def end_hold(act: Act, *, person_id: int, reason: str) -> Done:
    """The matter is over; the hold stays written."""
    check_has(act.by.roles, rules.ANSWERS_COURTS, "end a legal hold")
    person = about_person(act, person_id)
    words = _reason(reason, "Write why it ends.")
    hold = found.hold_of(act.by, clinics.mask_of(act.by), person_id)
    if hold is None:
        raise NoSuchPerson("No legal hold stands on this record.")
    row = LegalHold(
        person=person, at=act.at, by_id=act.by.staff_id, ends_id=hold.id, reason=vault.lock(person.pk, words)
    )
    return act.done(act.add(row), "The hold has ended.")


def _reason(reason: str, ask: str) -> str:
    words = check_words(reason, field="reason")
    if not words:
        raise BadInput(ask, field="reason")
    return words
