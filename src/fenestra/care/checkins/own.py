"""What a person does on their own page: show that it is theirs, answer about coming, ask for an hour, take a consent
back. Each only for themselves, from their own link."""

from __future__ import annotations

from datetime import date

from fenestra.care.checkins.actions import check_is_person
from fenestra.care.checkins.models import ComingAnswer
from fenestra.care.checkins.rules import HourWanted, WrongBirthDate
from fenestra.care.people import consent
from fenestra.care.people import queries as people
from fenestra.care.people.rules import NoSuchPerson, chosen
from fenestra.care.plan.models import Appointment
from fenestra.care.plan.rules import AppointmentState, NoSuchPlan
from fenestra.care.work import actions as work
from fenestra.care.work.rules import ItemKind, Level
from fenestra.ground.book.act import Act, Done, act
from fenestra.ground.book.scope import OPEN
from fenestra.ground.clinic.rules import Role

PROVED = "proved a birth date"
OTHER_TIME = "Asked for another time than the one booked. Offer one."
WANTED = {
    HourWanted.HOUR: "Would like an hour. Offer one; nobody has to explain.",
    HourWanted.CALL: "Would like to be called. Nobody has to explain.",
}


@act(PROVED)
def prove_birth_date(act: Act, *, person_id: int, link_id: int, born: date) -> Done:
    """Whoever holds this link knows the person's birth date. A wrong one is refused, and the refusal is what counts
    the tries (`own_queries.wrong_dates`)."""
    check_is_person(act)
    act.about("link", link_id, person_id=person_id)
    if people.person(act.by, OPEN, person_id, at=act.at).born != born:
        raise WrongBirthDate("That is not the birth date the clinic has. Look at it again, or call the clinic.")
    return act.done(None, "This page is open in this browser.")


@act("answered about coming")
def answer_coming(act: Act, *, person_id: int, appointment_id: int, coming: bool) -> Done:
    """The person will be there, or needs another time: then a coordinator offers one. The appointment stays as it is
    until they have spoken."""
    check_is_person(act)
    booked = Appointment.objects.filter(
        pk=appointment_id, person_id=person_id, clinic_id=act.by.clinic_id, state=AppointmentState.BOOKED.value
    ).first()
    if booked is None:
        raise NoSuchPlan("That is not booked any more. Look at your page as it is now.")
    act.about("appointment", booked.pk, person_id=person_id)
    made = act.add(ComingAnswer(person_id=person_id, appointment=booked, coming=coming, at=act.at))
    act.tell("appointment.answered", about="appointment", about_id=booked.pk)
    if coming:
        return act.done(made, "Thank you. See you then.")
    _owe(act, person_id, ItemKind.OTHER, f"appointment:{booked.pk}", Role.COORDINATOR, OTHER_TIME)
    return act.done(made, "The clinic will offer you another time. Until then this one stays yours.")


@act("asked for an hour")
def ask_for_hour(act: Act, *, person_id: int, check_in_id: int, how: str) -> Done:
    """After a check-in the person would like an hour, or a call. Asking twice gives one item."""
    check_is_person(act)
    act.about("check_in", check_in_id, person_id=person_id)
    wanted = chosen(HourWanted, how, field="how")
    _owe(act, person_id, ItemKind.OTHER, f"check_in:{check_in_id}", Role.THERAPIST, WANTED[wanted], Level.MEDIUM)
    return act.done(None, "Your team knows. Somebody will be in touch.")


@act("withdrew an own consent")
def withdraw(act: Act, *, person_id: int, consent_id: int) -> Done:
    """The person takes one of their own consents back; it ends at this moment, and a coordinator hears of it."""
    check_is_person(act)
    own = {each.id for each in people.consents(act.by, OPEN, person_id)}
    if consent_id not in own:
        raise NoSuchPerson("There is no such consent of yours. Look at your page as it is now.")
    act.about("consent", consent_id, person_id=person_id)
    done = consent.withdraw_consent(consent_id=consent_id, reason="", by=act.by, at=act.at)
    words = f"{done.said} From the person's own page. See what rests on it."
    _owe(act, person_id, ItemKind.CONSENT_WITHDRAWN, f"consent:{consent_id}", Role.COORDINATOR, words, Level.MEDIUM)
    return done


def _owe(
    act: Act, person_id: int, kind: ItemKind, about: str, role: Role, words: str, level: Level = Level.LOW
) -> None:
    work.open_item(
        kind=kind.value, about=about, level=level.value, owner_role=role.value, person_id=person_id, words=words,
        by=act.by, at=act.at,
    )  # fmt: skip
