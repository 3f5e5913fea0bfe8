"""The use calendar of a person: the last fourteen days of one substance, and the correction of one day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from fenestra.care.measures import actions, queries
from fenestra.care.measures.rules import Source
from fenestra.care.people.rules import Substance
from fenestra.faces.web import forms as ours
from fenestra.faces.web.days import short
from fenestra.faces.web.staff.measures import forms as asked
from fenestra.faces.web.staff.measures import words as measure_words
from fenestra.faces.web.staff.measures.here import Here, last_days, small, treated


@require_http_methods(["GET", "HEAD", "POST"])
def use(request: Any, person_id: int) -> HttpResponse:
    """The last fourteen days of one substance, a row each; days told already are corrected one by one."""
    here = Here(request, person_id, "use calendar")
    substance = _substance(here)
    known = {d.day: d for d in queries.by_day(queries.use_days(here.scope, here.mask, person_id, substance))}
    typed = request.POST if request.method == "POST" else None
    keyed = ours.Keyed(typed)
    open_days = [each for each in reversed(last_days(here)) if each not in known]
    lines = [(each, asked.UseDays(typed, prefix=each.isoformat())) for each in open_days]
    if keyed.is_bound and keyed.is_valid() and not any(line.errors for _, line in lines):
        days = tuple(_day(each, substance, line.cleaned_data) for each, line in lines if line.cleaned_data["used"])
        done = ours.done_or_said(
            keyed, actions.record_use_days, here.scope,
            {"person_id": person_id, "days": days, "source": _told_by(request)},
        )  # fmt: skip
        if done:
            messages.success(request, done.said)
            return redirect("measures", person_id)
    rows = [(day, dict(lines).get(day), measure_words.day(known[day]) if day in known else None)
            for day in reversed(last_days(here))]  # fmt: skip
    shown = {
        "form": keyed,
        "errors": [_fault(day, line, name) for day, line in lines for name in line.errors],
        "rows": rows,
        "substance": substance,
        "substances": [each.value for each in Substance],
        "sources": asked.SOURCES,
        "source": _told_by(request),
        "in_drinks": substance == Substance.ALCOHOL.value,
        "open_days": len(open_days),
    }
    return here.page("measures/use.html", shown, bad=bool(keyed.errors) or any(line.errors for _, line in lines))


def _fault(day: date, line: Any, name: str) -> dict[str, str]:
    """What is wrong in one day's row, for the summary on top, with the field it is about."""
    return {"field_id": line[name].id_for_label, "text": f"{short(day)}: {' '.join(line.errors[name])}"}


def _substance(here: Here) -> str:
    """The one asked for, else the first that is treated."""
    typed = here.request.GET.get("substance", "")
    if typed in [each.value for each in Substance]:
        return str(typed)
    return next(iter(treated(here)), Substance.ALCOHOL.value)


def _told_by(request: Any) -> str:
    typed = request.POST.get("source", "")
    return typed if typed in [value for value, _ in asked.SOURCES] else Source.PERSON.value


def _day(day: date, substance: str, told: Mapping[str, Any]) -> dict[str, Any]:
    alcohol = substance == Substance.ALCOHOL.value
    return {
        "day": day, "substance": substance, "used": asked.USED[told["used"]], "amount": told["amount"],
        "unit": told["unit"] if alcohol else "",
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def correct_use(request: Any, person_id: int, row_id: int) -> HttpResponse:
    """Say otherwise about one day, with a reason."""
    here = Here(request, person_id, "use calendar")
    value = queries.use_day(here.scope, here.mask, row_id)
    here.own(value.person_id)
    form = (
        asked.CorrectUse(request.POST) if request.method == "POST" else asked.CorrectUse(initial={"unit": value.unit})
    )
    if form.is_bound and form.is_valid():
        told = form.told()
        done = ours.done_or_said(
            form, actions.correct_use_day, here.scope,
            {"use_day_id": row_id, "used": asked.USED[told["used"]], "amount": told["amount"], "unit": told["unit"],
             "reason": told["why"]},
            fields={"reason": "why"},
        )  # fmt: skip
        if done:
            messages.success(request, done.said)
            return redirect("measures", person_id)
    title = f"Correct {value.day:%A %-d %B}, {value.substance}"
    return small(here, form, title, "Correct the day", measure_words.use_words(value))
