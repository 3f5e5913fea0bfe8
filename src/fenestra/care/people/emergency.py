"""Verbs of a disclosure in a medical emergency: its documented record, and its review afterwards."""

from __future__ import annotations

from datetime import datetime

from fenestra.care.people import disclosure_queries as found
from fenestra.care.people import disclosure_rules as rules
from fenestra.care.people.actions import about_person
from fenestra.care.people.disclosure import disclose, send
from fenestra.care.people.disclosure_rules import Basis, Form
from fenestra.care.people.models import Emergency, EmergencyReview
from fenestra.care.people.rules import check_words
from fenestra.ground.book import vault
from fenestra.ground.book.act import Act, Done, act
from fenestra.ground.clinic import queries as clinics
from fenestra.ground.clinic.rules import check_has
from fenestra.science.errors import BadInput, Refused

LONGEST_NAME = 200


@act("disclosed in an emergency")
def disclose_in_emergency(
    act: Act, *, person_id: int, personnel: str, nature: str, information: tuple[str, ...], what: str,
    form: str = Form.SPOKEN.value, happened_at: datetime | None = None,
) -> Done:  # fmt: skip
    """Medical staff had to know at once. Kept with it: whom of which house, what the emergency was, who told it, when.

    What was told by word of mouth stands in the accounting at once; a file waits to be handed out like any other.
    """
    check_has(act.by.roles, rules.DISCLOSES, "give out anything about a person")
    person, happened = about_person(act, person_id), happened_at or act.at
    who = check_words(personnel, field="personnel", most=LONGEST_NAME)
    if not who:
        raise BadInput("Write which medical staff it was told to, and of which hospital or service.", field="personnel")
    words = check_words(nature, field="nature")
    if not words:
        raise BadInput("Write what the emergency was.", field="nature")
    if happened > act.at:
        raise BadInput("That lies ahead. Write when it was told.", field="happened_at")
    leave = disclose(
        person_id=person.pk, basis=Basis.EMERGENCY.value, information=information, what=what, form=form,
        recipient=who, purpose="a medical emergency", by=act.by, at=act.at,
    )  # fmt: skip
    disclosure_id = leave.id or 0
    if form == Form.SPOKEN:
        send(disclosure_id=disclosure_id, content_hash="", size_bytes=0, by=act.by, at=act.at)
    row = Emergency(
        person=person, at=act.at, by_id=act.by.staff_id, disclosure_id=disclosure_id, happened_at=happened,
        personnel=vault.lock(person.pk, who), nature=vault.lock(person.pk, words),
    )  # fmt: skip
    return act.done(act.add(row), "Kept. The privacy officer reviews it.")


@act("reviewed an emergency disclosure")
def review_emergency(act: Act, *, emergency_id: int, in_order: bool, words: str) -> Done:
    """Somebody other than whoever disclosed looks at it afterwards, and says what they found."""
    check_has(act.by.roles, rules.REVIEWS, "review an emergency disclosure")
    value = found.emergency(act.by, clinics.mask_of(act.by), emergency_id)
    about_person(act, value.person_id)
    if value.by_id == act.by.staff_id:
        raise Refused("You disclosed this yourself. Somebody else reviews it.")
    if value.in_order is not None:
        raise Refused("This was reviewed before. The first review stands.")
    told = check_words(words, field="words")
    if not told:
        raise BadInput("Write what you found, in a few words.", field="words")
    row = EmergencyReview(
        person_id=value.person_id, at=act.at, by_id=act.by.staff_id, emergency_id=value.id, in_order=in_order,
        words=vault.lock(value.person_id, told),
    )  # fmt: skip
    return act.done(act.add(row), "The review is kept.")
