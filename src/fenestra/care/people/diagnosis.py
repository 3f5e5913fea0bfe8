"""Verbs about what a person has and takes: the eleven criteria with their code, and medicines that go on."""

from __future__ import annotations

from collections.abc import Mapping

from fenestra.care.people import criteria as eleven
from fenestra.care.people import rules
from fenestra.care.people.actions import about_person, episode_of
from fenestra.care.people.models import Diagnosis, Medicine
from fenestra.ground.book import vault
from fenestra.ground.book.act import Act, Done, act
from fenestra.ground.clinic.rules import DIAGNOSES, SEES_PEOPLE, check_has
from fenestra.science.errors import BadInput, Refused

LONGEST_NAME = 200


@act("asked the eleven criteria")
def diagnose(
    act: Act, *, episode_id: int, substance: str, criteria: Mapping[str, bool | None], icd10cm: str = ""
) -> Done:
    """Keep what a clinician found for one substance of an episode. A later finding takes the place of an earlier one,
    which stays. The code is the table's unless the clinician types one; of a typed code only the form is checked."""
    check_has(act.by.roles, DIAGNOSES, "ask the eleven criteria")
    episode = episode_of(act.by, episode_id)
    person = about_person(act, episode.person_id)
    of = rules.chosen(rules.Substance, substance, field="substance")
    if of.value not in episode.substances:
        raise BadInput(f"This course is not for {of.value}. Choose one of its substances.", field="substance")
    found = eleven.severity_of(criteria)
    code, source = eleven.code_of(of, found, icd10cm)
    before = Diagnosis.objects.filter(episode=episode, substance=of.value).order_by("pk").last()
    row = Diagnosis(
        person=person, at=act.at, by_id=act.by.staff_id, episode=episode, substance=of.value,
        criteria=dict(criteria), severity=found.band or "", icd10cm=code, code_source=source.value if source else "",
        corrects=before,
    )  # fmt: skip
    said = f"{of.value.capitalize()}: {found.present} of 11 present, {found.words}."
    return act.done(act.add(row), f"{said} {code}." if code else f"{said} No code yet: type it when it is known.")


@act("kept a medicine")
def keep_medicine(act: Act, *, person_id: int, kind: str, name: str, words: str = "") -> Done:
    """Write down a medicine that goes on beside the treatment. Nothing here ever replaces it."""
    check_has(act.by.roles, SEES_PEOPLE, "write down a medicine")
    person = about_person(act, person_id)
    plain = rules.check_words(name, field="name", most=LONGEST_NAME)
    if not plain:
        raise BadInput("Write the medicine's name, for example buprenorphine 8 mg.", field="name")
    row = Medicine(
        person=person, at=act.at, by_id=act.by.staff_id,
        kind=rules.chosen(rules.MedicineKind, kind, field="kind").value,
        name=vault.lock(person.pk, plain), words=vault.lock(person.pk, rules.check_words(words, field="words")),
    )  # fmt: skip
    return act.done(act.add(row), "The medicine is kept. It goes on beside the treatment.")


@act("noted that a medicine ended")
def end_medicine(act: Act, *, medicine_id: int, words: str = "") -> Done:
    """Note that a medicine is taken no longer. For an agonist it needs the words who ended it and why."""
    check_has(act.by.roles, SEES_PEOPLE, "note that a medicine ended")
    taken = Medicine.objects.filter(pk=medicine_id, ends=None, person__clinic_id=act.by.clinic_id).first()
    if taken is None:
        raise rules.NoSuchPerson("There is no such medicine in this clinic.")
    person = about_person(act, taken.person_id)
    if Medicine.objects.filter(ends=taken).exists():
        raise Refused("This medicine has ended already. If it is taken again, write it down anew.")
    why = rules.check_words(words, field="words")
    if taken.kind == rules.MedicineKind.AGONIST and not why:
        raise BadInput(
            "Write who ended it and why. Ketamine never takes the place of agonist treatment.", field="words"
        )
    row = Medicine(
        person=person, at=act.at, by_id=act.by.staff_id, kind=taken.kind, name="", words=vault.lock(person.pk, why),
        ends=taken,
    )  # fmt: skip
    return act.done(act.add(row), "Noted: it is taken no longer.")
