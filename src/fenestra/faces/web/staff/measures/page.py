"""A person's measures: what is due, forms, weight and tests, each with its corrections."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from fenestra.care.measures import actions, queries, rules
from fenestra.care.measures.rules import MEASURES
from fenestra.care.measures.values import ResponseValue
from fenestra.care.work import queries as work_queries
from fenestra.care.work.rules import ItemState
from fenestra.faces.web import forms as ours
from fenestra.faces.web.staff.measures import forms as asked
from fenestra.faces.web.staff.measures import picture as measure_picture
from fenestra.faces.web.staff.measures import words as measure_words
from fenestra.faces.web.staff.measures.here import Here, last_days, small, treated
from fenestra.faces.web.staff.measures.months import months
from fenestra.faces.web.staff.work import page as work
from fenestra.ground.book.scope import Mask, Scope
from fenestra.ground.clinic import queries as clinics
from fenestra.ground.clinic.rules import can
from fenestra.science.instruments import Instrument, find_instrument

BOXES_ON_PERSON = 4


def section(scope: Scope, mask: Mask, person_id: int, at: datetime) -> dict[str, Any]:
    """What the person's page shows of measures."""
    forms = queries.responses(scope, mask, person_id)
    purposes = queries.purposes_open(scope, mask, person_id, at, forms)
    return {
        "purposes": [measure_words.purpose(each) for each in purposes],
        "scales": measure_words.scales(forms)[:BOXES_ON_PERSON],
        "may_measure": can(scope.roles, MEASURES),
    }


@require_safe
def page(request: Any, person_id: int) -> HttpResponse:
    """Everything measured of one person."""
    here = Here(request, person_id, "measures of a person")
    scope, mask = here.scope, here.mask
    weights = queries.weights(scope, mask, person_id)
    days = queries.by_day(queries.use_days(scope, mask, person_id))
    shown = {
        **section(scope, mask, person_id, here.at),
        "scales": measure_words.scales(queries.responses(scope, mask, person_id)),
        "asks": measure_words.all_asks(),
        "strips": _strips(here, days),
        "months": months(days),
        "weights": [measure_words.weight(each) for each in weights],
        "weight_trend": measure_picture.weights_trend([(each.day, each.kg) for each in reversed(weights)]),
        "tests": [measure_words.test(each) for each in queries.tests(scope, mask, person_id)],
    }
    return here.page("measures/page.html", shown)


def _strips(here: Here, days: tuple[Any, ...]) -> list[tuple[str, list[measure_words.DayRow]]]:
    """The last days of each substance that is treated or was told of."""
    told = dict.fromkeys([*treated(here), *(each.substance for each in days)])
    return [
        (name, measure_words.strip([d for d in days if d.substance == name], last=last_days(here))) for name in told
    ]


# ---- forms


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: Any, person_id: int, instrument: str) -> HttpResponse:
    """One instrument, item by item. `?corrects=` answers an earlier form anew; `?whole=1` asks lifetime items again."""
    here = Here(request, person_id, "asked a form")
    form_of = rules.answerable(instrument)
    before = queries.responses(here.scope, here.mask, person_id, form_of.id)
    correcting = _corrected(here, form_of)
    left_out = _left_out(request, form_of, before, correcting)
    told = (request.POST,) if request.method == "POST" else ()
    form = asked.Answers(form_of, *told, today=here.today, left_out=left_out, correcting=correcting)
    if form.is_bound and form.is_valid():
        done = ours.done_or_said(form, actions.answer, here.scope, _told(form, here, form_of, correcting))
        if done and done.id is None:
            messages.warning(request, done.said)
            return redirect("measures", person_id)
        if done:
            return redirect("answered", person_id, done.id)
    shown = {
        "form": form,
        "instrument": form_of,
        "title": measure_words.short_title(form_of),
        "correcting": measure_words.line(correcting) if correcting else None,
        "since": before[0] if before and not correcting else None,
        "lifetime": _lifetime(form_of, before) if left_out else [],
        "whole": request.GET.get("whole") == "1",
        "crisis": clinics.clinic(here.scope, here.mask).crisis_line,
        "asks_suicide": form_of.id in rules.purposes()["suicide"] or form_of.id in rules.SUICIDE_ITEMS,
    }
    return here.page("measures/ask.html", shown, bad=bool(form.errors))


def _corrected(here: Here, form_of: Instrument) -> ResponseValue | None:
    row_id = ours.whole_number(here.request.GET.get("corrects", ""))
    if row_id is None:
        return None
    value = queries.response(here.scope, here.mask, row_id)
    here.own(value.person_id)
    if value.instrument != form_of.id:
        raise rules.NoSuchRow("That answer is of another form.")
    return value


def _left_out(
    request: Any, form_of: Instrument, before: tuple[ResponseValue, ...], correcting: ResponseValue | None
) -> tuple[str, ...]:
    """Lifetime questions that were asked before are not asked again, unless somebody wants to."""
    if form_of.repeat is None or request.GET.get("whole") == "1":
        return ()
    if correcting is not None:
        return form_of.repeat.skip if correcting.repeat else ()
    return form_of.repeat.skip if any(each.complete for each in before) else ()


def _lifetime(form_of: Instrument, before: tuple[ResponseValue, ...]) -> list[tuple[str, str, date]]:
    """What was said to the questions that are left out, and when."""
    found = []
    for item in form_of.repeat.skip if form_of.repeat else ():
        told = next((each for each in before if item in each.answers), None)
        if told is not None:
            said = {"0": "no", "1": "yes"}.get(str(told.answers[item]), str(told.answers[item]))
            found.append((form_of.shown(item), said, told.day))
    return found


def _told(form: asked.Answers, here: Here, form_of: Instrument, correcting: ResponseValue | None) -> dict[str, Any]:
    told: dict[str, Any] = {"person_id": here.person.id, "instrument": form_of.id, "answers": form.answers()}
    if correcting is None:
        return told | {"day": form.cleaned_data["told_on"], "source": form.cleaned_data["source"]}
    reason = form.cleaned_data["why"]
    return told | {"day": correcting.day, "source": correcting.source, "corrects": correcting.id, "reason": reason}


@require_safe
def answered(request: Any, person_id: int, response_id: int) -> HttpResponse:
    """One answered form: its score, what it asks for, who is on cover, and every answer with what was corrected."""
    here = Here(request, person_id, "answered form")
    value = queries.response(here.scope, here.mask, response_id)
    here.own(value.person_id)
    form_of = find_instrument(value.instrument)
    suicide = any(_about_suicide(value, each.on) for each in value.alerts)
    forms = queries.responses(here.scope, here.mask, person_id)
    due = queries.purposes_open(here.scope, here.mask, person_id, here.at, forms)
    raised = work_queries.of_cause(here.scope, here.mask, rules.cause(queries.history(value)[0].id))
    shown = {
        "line": measure_words.line(value),
        "value": value,
        "title": measure_words.short_title(form_of),
        "instrument": form_of,
        "purposes": [measure_words.purpose(each) for each in due if not each.met],
        "answers": measure_words.answered(value),
        "missing": [form_of.shown(i.id) for i in form_of.items if i.required and i.id not in value.answers],
        "suicide": suicide,
        "crisis": clinics.clinic(here.scope, here.mask).crisis_line,
        "screens": [measure_words.ask(find_instrument(each)) for each in rules.purposes()["suicide"]],
        "is_screen": form_of.id in rules.purposes()["suicide"],
        "earlier": queries.history(value)[:-1],
        "by": clinics.names(here.scope, here.mask, {value.by_id} if value.by_id else set()).get(value.by_id or 0, ""),
        **work.duty(here.scope, here.mask, here.at),
        "items": work.rows(
            here.scope, raised, work.names_of(here.scope, here.mask, {person_id}, at=here.at), at=here.at
        ),
        "over": bool(raised) and all(each.state is ItemState.DONE for each in raised),
        "nobody_promised": any(each.state is ItemState.OPEN and each.answer_by is None for each in raised),
    }
    return here.page("measures/answered.html", shown)


def _about_suicide(value: ResponseValue, on: str) -> bool:
    return value.instrument in rules.purposes()["suicide"] or on in rules.SUICIDE_ITEMS.get(value.instrument, ())


# ---- weight and tests


@require_http_methods(["GET", "HEAD", "POST"])
def weigh(request: Any, person_id: int) -> HttpResponse:
    """A weight; `?corrects=` takes the place of one."""
    here = Here(request, person_id, "weight of a person")
    was = _earlier(here, queries.weight)
    form = _with_reason(asked.Weight, here, was, initial={"kg": was.kg, "told_on": was.day} if was else {})
    if form.is_bound and form.is_valid():
        told = form.told()
        act = {"kg": told["kg"], "day": told["told_on"], **_correcting(was, told)}
        if done := ours.done_or_said(form, actions.weigh, here.scope, {"person_id": person_id, **act}, fields=FIELD_OF):
            messages.success(request, done.said)
            return redirect("measures", person_id)
    before = measure_words.weight(was).said if was else ""
    return small(here, form, "Correct a weight" if was else "Weight", "Keep the weight", before)


@require_http_methods(["GET", "HEAD", "POST"])
def test(request: Any, person_id: int) -> HttpResponse:
    """A biological test; `?corrects=` takes the place of one."""
    here = Here(request, person_id, "test of a person")
    was = _earlier(here, queries.test)
    start = {} if was is None else {
        "kind": was.kind, "substance": was.substance, "value": was.value, "unit": was.unit, "told_on": was.day,
        "result": {True: "yes", False: "no", None: "unread"}[was.positive],
    }  # fmt: skip
    form = _with_reason(asked.Test, here, was, initial=start)
    if form.is_bound and form.is_valid():
        told = form.told()
        act = {
            "kind": told["kind"], "substance": told["substance"], "positive": asked.USED[told["result"]],
            "value": told["value"], "unit": told["unit"], "day": told["told_on"], **_correcting(was, told),
        }  # fmt: skip
        if done := ours.done_or_said(
            form, actions.record_test, here.scope, {"person_id": person_id, **act}, fields=FIELD_OF
        ):
            messages.success(request, done.said)
            return redirect("measures", person_id)
    before = measure_words.test(was).said if was else ""
    return small(here, form, "Correct a test" if was else "Test", "Keep the test", before)


FIELD_OF = {"day": "told_on", "reason": "why", "weight": "kg"}


def _earlier(here: Here, query: Any) -> Any:
    """The row that is corrected, if the address names one."""
    row_id = ours.whole_number(here.request.GET.get("corrects", ""))
    if row_id is None:
        return None
    value = query(here.scope, here.mask, row_id)
    here.own(value.person_id)
    return value


def _with_reason(kind: Any, here: Here, was: Any, *, initial: dict[str, Any]) -> Any:
    told = (here.request.POST,) if here.request.method == "POST" else ()
    form = kind(*told, initial={"told_on": here.today, **initial})
    if was is not None:
        form.fields["why"] = asked.reason_field()
    return form


def _correcting(was: Any, told: Mapping[str, Any]) -> dict[str, Any]:
    return {"corrects": was.id, "reason": told["why"]} if was is not None else {}
