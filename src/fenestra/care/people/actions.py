"""Verbs about a person: register, open an episode, give leave for bytes to go out."""

from __future__ import annotations

import json
from dataclasses import asdict
from zoneinfo import ZoneInfo

from fenestra.care.people import rules
from fenestra.care.people.models import Disclosure, Episode, Person
from fenestra.ground.book import vault
from fenestra.ground.book.act import Act, Done, act
from fenestra.ground.book.scope import Scope
from fenestra.ground.clinic.rules import SEES_PEOPLE, check_has
from fenestra.science.errors import BadInput


def person_of(scope: Scope, person_id: int) -> Person:
    """The person's row, or a refusal that does not say whether such a person exists elsewhere."""
    row = Person.objects.filter(clinic_id=scope.clinic_id, pk=person_id).first()
    if row is None:
        raise rules.NoSuchPerson("There is no such person in this clinic.")
    return row


@act("registered a person")
def register_person(act: Act, *, code: str, identity: rules.Identity, sex: str) -> Done:
    """Take a person into the clinic under a code that names nobody."""
    check_has(act.by.roles, SEES_PEOPLE, "register a person")
    if not code.strip():
        raise BadInput("Give the person a code that names nobody, for example A-17.", field="code")
    rules.check_identity(identity, today=act.at.astimezone(ZoneInfo(act.by.time_zone)).date())
    if Person.objects.filter(clinic_id=act.by.clinic_id, code=code).exists():
        raise BadInput(f"The code {code} is taken. Choose another.", field="code")
    person = Person(clinic_id=act.by.clinic_id, code=code, sex=rules.chosen(rules.Sex, sex, field="sex").value)
    person.save(force_insert=True)
    plain = json.dumps({**asdict(identity), "born": identity.born.isoformat()})
    person.identity = vault.lock(person.pk, plain)
    person.save(update_fields=["identity"])
    act.about("person", person.pk, person_id=person.pk)
    act.tell("person.changed", about="person", about_id=person.pk)
    # The answer is kept beside the request key, in plain words: it names nobody.
    return act.done(person, f"{code} is registered.")


@act("opened an episode")
def open_episode(
    act: Act, *, person_id: int, substances: tuple[str, ...], goal: str, protocol: str, protocol_hash: str, doses: int
) -> Done:
    """Open a course of treatment under one version of a protocol."""
    check_has(act.by.roles, SEES_PEOPLE, "open an episode")
    person = person_of(act.by, person_id)
    act.about("person", person.pk, person_id=person.pk)
    if not substances:
        raise BadInput("Choose at least one substance this course is for.", field="substances")
    if not 1 <= doses <= rules.MOST_DOSES:
        raise BadInput("Write how many doses are planned, for example 3.", field="doses")
    episode = act.add(
        Episode(
            person=person,
            substances=[rules.chosen(rules.Substance, s, field="substances").value for s in substances],
            goal=rules.chosen(rules.Goal, goal, field="goal").value,
            protocol=protocol,
            protocol_hash=protocol_hash,
            doses_planned=doses,
            opened_at=act.at,
        )
    )
    return act.done(episode, "The episode is open.")


@act("gave leave for bytes to go out")
def disclose_to_person(act: Act, *, person_id: int, what: str) -> Done:
    """The plainest disclosure: a person receives a paper about themselves."""
    check_has(act.by.roles, SEES_PEOPLE, "hand somebody a paper about themselves")
    person = person_of(act.by, person_id)
    act.about("person", person.pk, person_id=person.pk)
    disclosure = act.add(
        Disclosure(
            person=person,
            recipient="the person themselves",
            recipient_is_person=True,
            basis="given to the person at their own visit",
            what=what,
            by_id=act.by.staff_id,
            at=act.at,
        )
    )
    return act.done(disclosure, "The leave is written.")
