"""Pages that write in a person's record: referral, medicines, the eleven criteria, the end of a course."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from fenestra.care.people import actions, diagnosis
from fenestra.care.people import diagnosis_queries as found
from fenestra.care.people import queries as people
from fenestra.care.people.criteria import eleven
from fenestra.care.people.diagnosis import DIAGNOSES
from fenestra.care.people.rules import NoSuchPerson
from fenestra.care.people.values import PersonValue
from fenestra.faces.web import forms as ours
from fenestra.faces.web.staff.people import record_forms
from fenestra.ground.book import clock
from fenestra.ground.book.act import Done, write_line
from fenestra.ground.clinic.rules import SEES_PEOPLE, Role, check_has

GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])


def looked_up(request: Any, person_id: int, what: str, roles: tuple[Role, ...] = SEES_PEOPLE) -> PersonValue:
    """The person of this form, for those who may write it; written in the audit as read."""
    check_has(request.scope_.roles, roles, what)
    person = people.person(request.scope_, request.mask, person_id, at=clock.now())
    write_line(
        "read", f"form: {what}", by=request.scope_, at=clock.now(), person_id=person.id, about=f"person:{person.id}"
    )
    return person


def form_page(request: Any, person: PersonValue, form: ours.Keyed, title: str, verb: str, **more: Any) -> HttpResponse:
    """The form as it stands."""
    page = {"here": "people", "person": person, "form": form, "title": title, "verb": verb, **more}
    return render(request, "record_form.html", page, status=422 if form.errors else 200)


def sent(
    request: Any, person: PersonValue, form: ours.Keyed, act: Callable[..., Done], told: Callable[[], Mapping[str, Any]],
) -> HttpResponse | None:  # fmt: skip
    """Do the act when the form was sent and can be read; then back to the person."""
    if not form.is_bound or not form.is_valid():
        return None
    done = ours.done_or_said(form, act, request.scope_, told())
    if done is None:
        return None
    messages.success(request, done.said)
    return redirect("person", person.id)


@GET_AND_POST
def refer(request: Any, person_id: int) -> HttpResponse:
    """Note how the person came."""
    person = looked_up(request, person_id, "note a referral")
    form = record_forms.Refer(request.POST or None)
    answer = sent(request, person, form, actions.refer, lambda: {**form.told(), "person_id": person.id})
    return answer or form_page(request, person, form, "Note a referral", "Keep the referral")


@GET_AND_POST
def keep_medicine(request: Any, person_id: int) -> HttpResponse:
    """Write down a medicine that goes on."""
    person = looked_up(request, person_id, "write down a medicine")
    form = record_forms.KeepMedicine(request.POST or None)
    answer = sent(request, person, form, diagnosis.keep_medicine, lambda: {**form.told(), "person_id": person.id})
    return answer or form_page(request, person, form, "Write down a medicine", "Keep the medicine")


@GET_AND_POST
def end_medicine(request: Any, person_id: int, medicine_id: int) -> HttpResponse:
    """Note that a medicine is taken no longer."""
    person = looked_up(request, person_id, "note that a medicine ended")
    medicine = next((m for m in found.medicines(request.scope_, request.mask, person.id) if m.id == medicine_id), None)
    if medicine is None:
        raise NoSuchPerson("There is no such medicine in this clinic.")
    form = record_forms.EndMedicine(request.POST or None)
    answer = sent(request, person, form, diagnosis.end_medicine, lambda: {**form.told(), "medicine_id": medicine_id})
    return answer or form_page(
        request, person, form, "A medicine ended", "Note that it ended", lead=f"{medicine.name}: taken no longer."
    )


@GET_AND_POST
def criteria(request: Any, episode_id: int, substance: str) -> HttpResponse:
    """Ask the eleven criteria for one substance of an episode."""
    episode = people.episode(request.scope_, request.mask, episode_id)
    person = looked_up(request, episode.person_id, "ask the eleven criteria", DIAGNOSES)
    if substance not in episode.substances:
        raise NoSuchPerson("This episode is not for that substance. Go back to the person.")
    form = record_forms.Criteria(request.POST or None)

    def told() -> dict[str, Any]:
        code = form.cleaned_data["icd10cm"]
        return {"episode_id": episode_id, "substance": substance, "criteria": form.answers(), "icd10cm": code}

    answer = sent(request, person, form, diagnosis.diagnose, told)
    notes = [_said(str(each)) for each in eleven().notes.get("rule_notes", ())]
    return answer or form_page(
        request, person, form, f"The eleven criteria: {substance}", "Keep what was found", wide=True,
        lead="Any time in the same 12 months. Short prompts of our own; they do not replace the manual.",
        notes=notes,
    )  # fmt: skip


def _said(note: str) -> str:
    """A note of the form's file in the words of this page: criteria by their numbers, and what nobody has read."""
    return re.sub(r"\bc(\d+)\b", r"criterion \1", note).replace(
        "memory, unverified", "nobody has read this in a source"
    )


@GET_AND_POST
def close_episode(request: Any, episode_id: int) -> HttpResponse:
    """Close a course with its reason."""
    episode = people.episode(request.scope_, request.mask, episode_id)
    person = looked_up(request, episode.person_id, "close an episode")
    form = record_forms.Close(request.POST or None, initial={"seen": episode.version})
    answer = sent(request, person, form, actions.close_episode, lambda: {**form.told(), "episode_id": episode_id})
    return answer or form_page(
        request, person, form, "Close the episode", "Close it",
        lead="Death, transfer, prison and withdrawn consent are reasons of their own. Using again is none: help goes on.",
    )  # fmt: skip
