"""Write a therapy hour down, single or group; read, correct and add to one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from fenestra.care.people import queries as people
from fenestra.care.people.queries import PersonValue
from fenestra.care.plan import queries as plan
from fenestra.care.plan.values import AppointmentValue
from fenestra.care.therapy import actions, one_hour, queries
from fenestra.care.therapy.actions import COUNSELS
from fenestra.care.therapy.one_hour import OneHourValue
from fenestra.care.therapy.rules import MOST_IN_GROUP
from fenestra.faces.web import forms as ours
from fenestra.faces.web.days import moment
from fenestra.faces.web.staff.therapy import forms as asked
from fenestra.faces.web.staff.therapy import windows
from fenestra.faces.web.staff.therapy.page import look_again, names_of, shown_name, verbs
from fenestra.ground.book import clock, reads
from fenestra.ground.book.act import write_line
from fenestra.ground.book.scope import Mask, Scope
from fenestra.ground.clinic.rules import can, check_has

FIELD_OF = {"began_at": "day", "therapist": "staff_id"}


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Any) -> HttpResponse:
    """An hour that was. `?appointment=` fills in what the calendar knows; `?person=` once for each who was expected."""
    scope, mask, at = request.scope_, request.mask, clock.now()
    check_has(scope.roles, COUNSELS, "write down a therapy hour")
    appointment = _appointment(request, scope, mask)
    who = _people(request, scope, mask, appointment, at)
    if not who:
        return _pick(request, scope, mask, at)
    typed = request.POST if request.method == "POST" else None
    staff = asked.staff_choices(scope, mask, COUNSELS)
    form = asked.Hour(staff, typed, initial=_first(scope, appointment, staff, at))
    each = [(one, asked.Who(typed, prefix=f"p{one.id}")) for one in who]
    whole = [line.is_valid() for _, line in each]  # each is asked, so that all that is wrong is said at once
    if form.is_bound and form.is_valid() and all(whole):
        told = _told(form, each, scope, appointment)
        if done := ours.done_or_said(form, actions.record_hour, scope, told, fields=FIELD_OF):
            look_again(scope, at)
            messages.success(request, done.said)
            return redirect("therapy")
    for one in who:
        write_line("read", "form of a therapy hour", by=scope, at=at, person_id=one.id, about=f"person:{one.id}")
    bad = bool(form.errors) or any(line.errors for _, line in each)
    shown = {
        "here": "therapy", "form": form, "bad": bad, "group": len(who) > 1, "window_words": windows.RULE_IN_WORDS,
        "each": [(one, shown_name(one), line, queries.triggers(scope, mask, one.id)) for one, line in each],
        "errors": _errors(form, each),
    }  # fmt: skip
    return render(request, "therapy/hour_new.html", shown, status=422 if bad else 200)


def _errors(form: asked.Hour, each: list[tuple[PersonValue, asked.Who]]) -> list[dict[str, str]]:
    """Everything that is wrong, with the field it is about, for the summary on top."""
    found = [{"field_id": "", "text": str(text)} for text in form.non_field_errors()]
    for some in (form, *(line for _, line in each)):
        for name in some.fields:
            field = some[name]
            link = "" if field.is_hidden else field.id_for_label
            found += [{"field_id": link, "text": str(text)} for text in field.errors]
    return found


def _appointment(request: Any, scope: Scope, mask: Mask) -> AppointmentValue | None:
    number = ours.whole_number(request.GET.get("appointment", ""))
    return plan.appointment(scope, mask, number) if number else None


def _people(
    request: Any, scope: Scope, mask: Mask, appointment: AppointmentValue | None, at: datetime
) -> list[PersonValue]:
    """Who was expected, each once; somebody of another clinic is refused as not there."""
    ids = [appointment.person_id] if appointment else []
    ids += [number for told in request.GET.getlist("person") if (number := ours.whole_number(told))]
    return [people.person(scope, mask, each, at=at) for each in dict.fromkeys(ids[:MOST_IN_GROUP])]


def _first(
    scope: Scope, appointment: AppointmentValue | None, staff: list[tuple[str, str]], at: datetime
) -> dict[str, Any]:
    """What is known before anything is typed. How long it was is told by a human, or by the calendar."""
    me = str(scope.staff_id)
    first: dict[str, Any] = {"staff_id": me} if me in dict(staff) else {}
    if appointment is None:
        return first | {"day": scope.day_of(at)}
    local = appointment.starts_at.astimezone(scope.zone)
    minutes = int((appointment.ends_at - appointment.starts_at).total_seconds() // 60)
    with_whom = {"staff_id": str(appointment.staff_id)} if appointment.staff_id else {}
    return {**first, **with_whom, "day": local.date(), "hour": local.time(), "minutes": minutes}


def _told(
    form: asked.Hour,
    each: list[tuple[PersonValue, asked.Who]],
    scope: Scope,
    appointment: AppointmentValue | None,
) -> dict[str, Any]:
    of = {one.id: line.cleaned_data for one, line in each}
    told = form.cleaned_data
    theirs = {appointment.person_id: appointment.id} if appointment else {}
    return {
        "therapist_id": int(told["staff_id"]),
        "began_at": form.moment(scope.time_zone),
        "minutes": told["minutes"],
        "modality": told["modality"],
        "people": tuple(
            {"person_id": each, "came": said["came"] == "yes", "appointment_id": theirs.get(each)}
            for each, said in of.items()
        ),
        "notes": {each: said["note"] for each, said in of.items() if said["note"].strip()},
        "triggers": {
            each: {"cue": said["cue"], "plan": said["plan"]} for each, said in of.items() if said["cue"].strip()
        },
    }


def _pick(request: Any, scope: Scope, mask: Mask, at: datetime) -> HttpResponse:
    """Who was it with? People of running courses; whoever has a window first."""
    everybody = {one.id: shown_name(one) for one in people.people(scope, mask, at=at)}
    running = {
        each for each, held in people.episodes_of_many(scope, mask, everybody).items() if any(e.open for e in held)
    }
    near = {each.person_id for each in queries.windows(scope, mask, at=at)}
    ordered = sorted(running, key=lambda each: everybody[each].casefold())
    reads.call("list of people", only=ordered)
    shown = {
        "here": "therapy",
        "near": [(each, everybody[each]) for each in ordered if each in near],
        "others": [(each, everybody[each]) for each in ordered if each not in near],
        "most": MOST_IN_GROUP,
    }
    return render(request, "therapy/hour_pick.html", shown)


# ---- one hour that is written down


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: Any, hour_id: int) -> HttpResponse:
    """One hour with all its writings; POST corrects it (`correct`) or adds a note about one person (`note`)."""
    scope, mask, at = request.scope_, request.mask, clock.now()
    value = one_hour.hour(scope, mask, hour_id)
    correct, notes = _bound(request, value, scope)
    if request.method == "POST" and (answer := _written(request, value, scope, at, correct, notes)):
        return answer
    for person_id, _ in value.came:
        write_line("read", "therapy hour", by=scope, at=at, person_id=person_id, about=f"therapy_hour:{hour_id}")
    bad = next((form for form in (correct, *notes.values()) if form.errors), None)
    shown = {
        "here": "therapy",
        "value": value,
        "when": moment(value.now.began_at, at, scope.time_zone),
        "each": _each(scope, mask, value, notes, at),
        "correct": correct,
        "correcting": bool(correct.errors),
        "errors_of": bad,
        "hides_counselling": mask.hides("counselling"),
        **verbs(scope),
        "may_write_hour": can(scope.roles, COUNSELS) and value.replaced_by is None,
    }
    return render(request, "therapy/hour.html", shown, status=422 if bad else 200)


def _bound(request: Any, value: OneHourValue, scope: Scope) -> tuple[asked.Correct, dict[int, asked.Note]]:
    """The forms of the page; the one that was sent holds what was typed."""
    verb = request.POST.get("verb", "") if request.method == "POST" else ""
    local = value.now.began_at.astimezone(scope.zone)
    first = {"day": local.date(), "hour": local.time(), "minutes": value.now.minutes, "modality": value.now.modality}
    correct = asked.Correct(request.POST) if verb == "correct" else asked.Correct(initial=first)
    notes = {
        each: asked.Note(request.POST, auto_id=f"note-{each}-%s")
        if verb == f"note-{each}"
        else asked.Note(auto_id=f"note-{each}-%s")
        for each, _ in value.came
    }
    return correct, notes


def _written(
    request: Any,
    value: OneHourValue,
    scope: Scope,
    at: datetime,
    correct: asked.Correct,
    notes: Mapping[int, asked.Note],
) -> HttpResponse | None:
    hour_id = value.now.id
    if correct.is_bound and correct.is_valid():
        told = {"hour_id": hour_id, "began_at": correct.moment(scope.time_zone)}
        told |= {name: correct.cleaned_data[name] for name in ("minutes", "modality")}
        if done := ours.done_or_said(correct, actions.correct_hour, scope, told, fields=FIELD_OF):
            look_again(scope, at)
            messages.success(request, done.said)
            return redirect("therapy-hour", done.id)
    for person_id, form in notes.items():
        if form.is_bound and form.is_valid():
            told = {"hour_id": hour_id, "person_id": person_id, "words": form.cleaned_data["words"]}
            if done := ours.done_or_said(form, actions.write_note, scope, told):
                messages.success(request, done.said)
                return redirect("therapy-hour", hour_id)
    return None


def _each(
    scope: Scope, mask: Mask, value: OneHourValue, forms: Mapping[int, asked.Note], at: datetime
) -> list[tuple[int, str, bool, list[queries.NoteValue], asked.Note]]:
    """Everybody who was expected, with the notes of this hour the asker may read."""
    names = names_of(scope, mask, {each for each, _ in value.came}, at=at)
    return [
        (
            each, names.get(each, ""), came,
            [note for note in queries.notes(scope, mask, each) if note.hour_id in value.ids], forms[each],
        )
        for each, came in value.came
    ]  # fmt: skip
