"""Verbs that keep what was answered, used, weighed and tested."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from fenestra.care.measures import rules
from fenestra.care.measures.models import Response, Test, Weight
from fenestra.care.measures.rows import common, correction, measured_person, standing, tell
from fenestra.care.measures.use import correct_use_day, record_use_days
from fenestra.care.people.models import Person
from fenestra.care.people.rules import Substance, chosen
from fenestra.care.work.actions import open_item, remark
from fenestra.care.work.rules import ItemKind
from fenestra.ground.book.act import Act, Done, act
from fenestra.science.errors import BadInput
from fenestra.science.instruments import Instrument, Scored, score
from fenestra.science.instruments.answers import Answer, read_answers
from fenestra.science.quantities import Kilograms, check_dosing_weight, plain

__all__ = ["answer", "correct_use_day", "record_test", "record_use_days", "weigh"]


@act("kept an answered form", happened=True)
def answer(
    act: Act,
    *,
    person_id: int,
    instrument: str,
    answers: Mapping[str, Answer],
    day: date,
    source: str,
    purpose: str = "",
    corrects: int | None = None,
    reason: str = "",
    told_at: datetime | None = None,
) -> Done:
    """Keep one form, whole or in part, with the score it gives today; its alerts open items of work in the same act.

    A form that was asked before is scored as a repeat ("since last time") unless a lifetime question was answered again.
    """
    person = measured_person(act, person_id, day)
    form = rules.answerable(instrument)
    if purpose and purpose not in rules.purposes():
        raise BadInput(
            f"There is no purpose “{purpose}”. Choose one of: {', '.join(rules.purposes())}.", field="purpose"
        )
    corrected = correction(act, person, Response, corrects, reason)
    _check_same_form(form, corrected.get("corrects"))
    repeat = _is_repeat(person, form, answers, corrected.get("corrects"))
    scored = score(form, answers, sex=person.sex, repeat=repeat)
    made = act.add(
        Response(
            **common(act, person, day, source, told_at), **corrected, instrument=form.id,
            instrument_hash=rules.content_hash(form.id), purpose=purpose, repeat=repeat,
            answers=_kept_answers(form, answers, repeat), **_kept_score(scored),
        )
    )  # fmt: skip
    tell(act, person, made)
    _raise_work(act, person, form, scored, made)
    return act.done(made, _said(form, scored))


def _check_same_form(form: Instrument, was: Response | None) -> None:
    if was is not None and was.instrument != form.id:
        raise BadInput("A correction answers the same form. Enter another form as a new one.", field="instrument")


def _is_repeat(person: Person, form: Instrument, answers: Mapping[str, Answer], was: Response | None) -> bool:
    """Whether the lifetime questions of this form were answered before, by this person."""
    if form.repeat is None or any(answers.get(item) is not None for item in form.repeat.skip):
        return False
    if was is not None:
        return was.repeat
    return standing(Response, person=person, instrument=form.id, complete=True).exists()


def _first(row: Response) -> Response:
    """The answer a chain of corrections began with."""
    while row.corrects_id is not None:
        row = Response.objects.get(pk=row.corrects_id)
    return row


def _kept_answers(form: Instrument, answers: Mapping[str, Answer], repeat: bool) -> dict[str, int | str]:
    """Each given answer as its score or its word; what was not answered is not there."""
    said = read_answers(form, answers, repeat=repeat)
    given = [item for item, told in answers.items() if told is not None]
    if not given:
        raise BadInput("Answer at least one question.", field="answers")
    words = dict.fromkeys(said.refused, "refused") | dict.fromkeys(said.unknown, "unknown")
    return {item: said.scores[item] if item in said.scores else words[item] for item in given}


def _kept_score(scored: Scored) -> dict[str, Any]:
    return {
        "total": None if scored.total is None else Decimal(scored.total),
        "band": scored.band or "",
        "complete": scored.complete,
        "subscales": {name: None if value is None else str(value) for name, value in scored.subscales.items()},
        "alerts": [{"on": each.on, "level": each.level.value, "say": each.say} for each in scored.alerts],
    }


def _raise_work(act: Act, person: Person, form: Instrument, scored: Scored, made: Response) -> None:
    """Items of work for the alerts; after a correction, a word on those the earlier answer opened."""
    about = rules.cause(_first(made).pk)
    raised = rules.raised_by(form, scored.alerts)
    joined: dict[str, Any] = {"by": act.by, "at": act.at}
    if made.corrects_id is not None:
        for kind in (ItemKind.SUICIDE_ALERT, ItemKind.SCORE_ALERT):
            still = "still alerts" if kind in [each.kind for each in raised] else "no longer alerts"
            words = f"The answers were corrected; the form {still}. Both stand on the person's page."
            remark(kind=kind.value, about=about, words=words, **joined)
    for each in raised:
        open_item(
            kind=each.kind.value, about=about, level=each.level.value, owner_role=each.owner_role,
            person_id=person.pk, words=each.words, **joined,
        )  # fmt: skip


def _said(form: Instrument, scored: Scored) -> str:
    """Names nobody and no answer: it is kept in plain words beside the request key."""
    return f"{form.title} is kept." if scored.complete else f"{form.title} is kept, in part."


@act("kept a weight", happened=True)
def weigh(
    act: Act,
    *,
    person_id: int,
    kg: Decimal,
    day: date,
    source: str = rules.Source.STAFF.value,
    corrects: int | None = None,
    reason: str = "",
    told_at: datetime | None = None,
) -> Done:
    """Keep a body weight in kilograms."""
    person = measured_person(act, person_id, day)
    check_dosing_weight(Kilograms(kg), field="kg")
    fixed = correction(act, person, Weight, corrects, reason)
    made = act.add(Weight(**common(act, person, day, source, told_at), **fixed, kg=kg))
    tell(act, person, made)
    return act.done(made, f"{plain(kg)} kg are kept.")


@act("kept a test", happened=True)
def record_test(
    act: Act,
    *,
    person_id: int,
    kind: str,
    substance: str,
    positive: bool | None,
    day: date,
    value: Decimal | None = None,
    unit: str = "",
    source: str = rules.Source.TEST.value,
    corrects: int | None = None,
    reason: str = "",
    told_at: datetime | None = None,
) -> Done:
    """Keep one biological test; `positive` is None when the sample could not be read."""
    person = measured_person(act, person_id, day)
    rules.check_test(positive=positive, value=value, unit=unit)
    fixed = correction(act, person, Test, corrects, reason)
    made = act.add(
        Test(
            **common(act, person, day, source, told_at), **fixed,
            kind=chosen(rules.TestKind, kind, field="kind").value,
            substance=chosen(Substance, substance, field="substance").value,
            positive=positive, value=value, unit=unit.strip(),
        )
    )  # fmt: skip
    tell(act, person, made)
    return act.done(made, "The test is kept.")
