"""Verbs that erase one person: asked by one human, confirmed by another, each by signature.

The privacy officer and the medical director sign, in either order. What goes is the person's key, and with it every
text about them; ids, doses and the audit chain stay, so that counts and the ledger stay true. The old bytes of the key
are wiped from the database's files right after (`ground/book/wiping.py`).
"""

from __future__ import annotations

from datetime import date

from fenestra.care.people import rules
from fenestra.care.people.actions import about_person
from fenestra.care.people.disclosure_queries import hold_of
from fenestra.care.people.erasure_queries import erasures, value_of
from fenestra.care.people.erasure_rules import ERASES, Basis, BeforeErasing, check_may_erase, check_second_human
from fenestra.care.people.models import Episode, ErasureAnswer, ErasureAsked, Person
from fenestra.ground.book import spool, vault, wiping
from fenestra.ground.book.act import Act, Done, act
from fenestra.ground.book.scope import OPEN
from fenestra.ground.clinic.rules import check_has
from fenestra.ground.clinic.signatures import sign
from fenestra.ground.clinic.witness import check_own_password
from fenestra.science.errors import BadInput, Refused


def _before(act: Act, person: Person, keep_until: date, nobody_asks_for_it: bool) -> BeforeErasing:
    return BeforeErasing(
        today=act.by.day_of(act.at), keep_until=keep_until, nobody_asks_for_it=nobody_asks_for_it,
        legal_hold=hold_of(act.by, OPEN, person.pk) is not None,
        open_episodes=Episode.objects.filter(person=person, closed_at=None).count(),
        kept_outside=spool.waiting() + spool.refused() + spool.unreadable(), erased=vault.is_destroyed(person.pk),
    )  # fmt: skip


@act("asked to erase a person")
def ask_erasure(
    act: Act,
    *,
    person_id: int,
    basis: str,
    keep_until: date,
    nobody_asks_for_it: bool,
    password: str,
    proof: str = "",
) -> Done:
    """The first signature. `keep_until`: the last day on which law makes the clinic keep this record, as whoever signs
    has looked it up."""
    check_has(act.by.roles, ERASES, "ask to erase a person")
    person = about_person(act, person_id)
    check_may_erase(_before(act, person, keep_until, nobody_asks_for_it))
    if any(each.open for each in erasures(act.by, OPEN, person.pk)):
        raise Refused("Somebody asked for this already. It waits for the second signature.")
    check_own_password(act.by, password, proof)
    row = ErasureAsked(
        person=person, at=act.at, by_id=act.by.staff_id, keep_until=keep_until,
        basis=rules.chosen(Basis, basis, field="basis").value,
        roles=sorted(role.value for role in ERASES if act.by.has(role)),
    )  # fmt: skip
    sign(act, act.add(row), meaning="This person is to be erased")
    return act.done(row, "Asked for. The second human confirms it on this page.")


def _open_one(act: Act, asked_id: int) -> ErasureAsked:
    row = ErasureAsked.objects.filter(pk=asked_id, person__clinic_id=act.by.clinic_id).first()
    if row is None:
        raise rules.NoSuchPerson("There is no such request in this clinic.")
    about_person(act, row.person_id)
    if not value_of(act.by, OPEN, row).open:
        raise Refused("This request has been answered. Look at the page as it is now.")
    return row


@act("erased a person")
def confirm_erasure(act: Act, *, asked_id: int, code: str, password: str, proof: str = "") -> Done:
    """The second signature, and the end of everything that names the person. Not to be undone."""
    check_has(act.by.roles, ERASES, "confirm an erasure")
    row = _open_one(act, asked_id)
    check_second_human(value_of(act.by, OPEN, row), act.by.staff_id, act.by.roles)
    if code.strip().casefold() != row.person.code.casefold():
        raise BadInput(f"Type the code of this person, {row.person.code}, to confirm.", field="code")
    check_may_erase(_before(act, row.person, row.keep_until, nobody_asks_for_it=True))
    check_own_password(act.by, password, proof)
    made = act.add(ErasureAnswer(person=row.person, at=act.at, by_id=act.by.staff_id, asked=row, done=True))
    sign(act, made, meaning="This person is erased for ever")
    wiping.destroy_key(row.person_id, act.at)
    return act.done(made, f"{row.person.code} is erased. Nothing here names them any more.")


@act("turned an erasure down")
def turn_down_erasure(act: Act, *, asked_id: int) -> Done:
    """The record stays; whoever asked may take it back too."""
    check_has(act.by.roles, ERASES, "turn an erasure down")
    row = _open_one(act, asked_id)
    made = act.add(ErasureAnswer(person=row.person, at=act.at, by_id=act.by.staff_id, asked=row, done=False))
    return act.done(made, "Turned down. The record stays.")
