"""Verbs about a person: register, note a referral, open and close an episode.

Diagnoses and medicines, screening, consent with supporters, and letting bytes out have files of their own beside this one.
"""

from __future__ import annotations

import json
from dataclasses import asdict

from fenestra.care.people import rules
from fenestra.care.people.models import Episode, Person, Referral
from fenestra.ground.book import vault
from fenestra.ground.book.act import Act, Done, act
from fenestra.ground.book.scope import Scope
from fenestra.ground.clinic.rules import SEES_PEOPLE, check_has
from fenestra.science.errors import BadInput, Refused


def person_of(scope: Scope, person_id: int) -> Person:
    """The person's row, or a refusal that does not say whether such a person exists elsewhere."""
    row = Person.objects.filter(clinic_id=scope.clinic_id, pk=person_id).first()
    if row is None:
        raise rules.NoSuchPerson("There is no such person in this clinic.")
    return row


def episode_of(scope: Scope, episode_id: int) -> Episode:
    """The episode's row, or a refusal that does not say whether there is such an episode elsewhere."""
    row = Episode.objects.select_related("person").filter(person__clinic_id=scope.clinic_id, pk=episode_id).first()
    if row is None:
        raise rules.NoSuchPerson("There is no such episode in this clinic.")
    return row


def about_person(act: Act, person_id: int) -> Person:
    """The person this act is about; live pages of theirs hear of it once."""
    person = person_of(act.by, person_id)
    act.about("person", person.pk, person_id=person.pk)
    if not any(told["kind"] == "person.changed" for told in act.events):
        act.tell("person.changed", about="person", about_id=person.pk)
    return person


@act("registered a person")
def register_person(act: Act, *, code: str, identity: rules.Identity, sex: str) -> Done:
    """Take a person into the clinic under a code that names nobody."""
    check_has(act.by.roles, SEES_PEOPLE, "register a person")
    if not code.strip():
        raise BadInput("Give the person a code that names nobody, for example A-17.", field="code")
    rules.check_identity(identity, today=act.by.day_of(act.at))
    if Person.objects.filter(clinic_id=act.by.clinic_id, code=code).exists():
        raise BadInput(f"The code {code} is taken. Choose another.", field="code")
    person = Person(clinic_id=act.by.clinic_id, code=code, sex=rules.chosen(rules.Sex, sex, field="sex").value)
    person.save(force_insert=True)
    plain = json.dumps({**asdict(identity), "born": identity.born.isoformat()})
    person.identity = vault.lock(person.pk, plain)
    person.save(update_fields=["identity"])
    act.record(person)
    act.about("person", person.pk, person_id=person.pk)
    act.tell("person.changed", about="person", about_id=person.pk)
    # The answer is kept beside the request key, in plain words: it names nobody.
    return act.done(person, f"{code} is registered.")


@act("noted a referral")
def refer(act: Act, *, person_id: int, source: str, words: str = "") -> Done:
    """How the person came to the clinic, and what was written or said along with it."""
    check_has(act.by.roles, SEES_PEOPLE, "note a referral")
    person = about_person(act, person_id)
    row = Referral(
        person=person, at=act.at, by_id=act.by.staff_id,
        source=rules.chosen(rules.ReferralSource, source, field="source").value,
        words=vault.lock(person.pk, rules.check_words(words, field="words")),
    )  # fmt: skip
    return act.done(act.add(row), "The referral is noted.")


@act("opened an episode")
def open_episode(
    act: Act, *, person_id: int, substances: tuple[str, ...], goal: str, protocol: str, protocol_hash: str, doses: int
) -> Done:
    """Open a course of treatment. Protocol, its hash and doses stay empty until a plan names them. Of one substance a
    person has at most one open course: use, doses and outcomes are counted by it."""
    check_has(act.by.roles, SEES_PEOPLE, "open an episode")
    person = about_person(act, person_id)
    if not substances:
        raise BadInput("Choose at least one substance this course is for.", field="substances")
    if bool(protocol) is not bool(protocol_hash):
        raise BadInput("Choose the protocol again; its exact version is missing.", field="protocol")
    if not (1 if protocol else 0) <= doses <= rules.MOST_DOSES:
        raise BadInput("Write how many doses are planned, for example 3.", field="doses")
    chosen = [rules.chosen(rules.Substance, each, field="substances").value for each in substances]
    # The person's row is held: of two screens that open a course at once, the second sees what the first opened.
    Person.objects.select_for_update().get(pk=person.pk)
    there = Episode.objects.filter(person=person, closed_at=None).values_list("substances", flat=True)
    rules.check_no_second_course(chosen, there)
    episode = act.add(
        Episode(
            person=person,
            substances=chosen,
            goal=rules.chosen(rules.Goal, goal, field="goal").value,
            protocol=protocol,
            protocol_hash=protocol_hash,
            doses_planned=doses,
            opened_at=act.at,
        )
    )
    return act.done(episode, "The episode is open.")


@act("closed an episode")
def close_episode(act: Act, *, episode_id: int, because: str, seen: int | None = None) -> Done:
    """Close a course with its reason. Death, transfer, prison and withdrawn consent are reasons of their own."""
    check_has(act.by.roles, SEES_PEOPLE, "close an episode")
    episode = episode_of(act.by, episode_id)
    about_person(act, episode.person_id)
    reason = rules.chosen(rules.EndReason, because, field="because")
    if episode.closed_at is not None:
        raise Refused("This episode is closed already. Open a new one if treatment begins again.")
    if act.at < episode.opened_at:
        raise BadInput("An episode cannot end before it began. Give the moment again.", field="at")
    act.change(episode, seen=seen, closed_at=act.at, closed_because=reason.value)
    return act.done(episode, f"The episode is closed: {rules.END_WORDS[reason]}.")
