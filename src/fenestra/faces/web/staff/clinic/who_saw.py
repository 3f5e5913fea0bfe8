"""Who saw this person? Asked by the privacy officer, and by the auditor without names."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from fenestra.care.people import queries as people
from fenestra.care.people.queries import PersonValue
from fenestra.care.people.rules import NoSuchPerson
from fenestra.care.people.sealed import opened
from fenestra.faces.web import forms as ours
from fenestra.ground.book import clock, trail
from fenestra.ground.book.scope import Mask, Scope
from fenestra.ground.clinic import queries as clinics
from fenestra.ground.clinic.rules import ASKS_WHO_SAW, Role, can, check_has

DAYS_BACK = 30
KINDS = {
    "read": "looked", "write": "wrote", "print": "printed", "export": "sent out", "refusal": "was refused",
    "glass": "opened a closed record",
}  # fmt: skip
GLASS = dict.fromkeys(("opened a closed record", "broke the glass"), "glass")  # acts that open what was closed
NOT_STAFF = "the person, a device or the clock"


class Ask(forms.Form):
    code = ours.text("Code of the person", missing="Write the person's code, for example R-003.", longest=20)
    since = ours.day("From", missing="Write the first day as year-month-day, for example 2026-11-01.")
    until = ours.day("To", missing="Write the last day as year-month-day, for example 2026-11-20.")
    role = forms.ChoiceField(
        label="Role", required=False, choices=[("", "every role"), *((each.value, each.value) for each in Role)],
        help_text="Everybody who holds it today or held it before.",
    )  # fmt: skip
    kind = forms.ChoiceField(label="What was done", required=False, choices=[("", "everything"), *KINDS.items()])

    def clean(self) -> dict[str, Any]:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error("until", "The last day lies before the first. Change one of them.")
        return self.cleaned_data


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: Any) -> HttpResponse:
    """The question comes by POST, so that no code stands in an address or a log. Asking is itself written down."""
    scope, at = request.scope_, clock.now()
    check_has(scope.roles, ASKS_WHO_SAW, "ask who saw a person")
    mask = masked(scope, request.mask)
    today = at.astimezone(ZoneInfo(scope.time_zone)).date()
    first = {"since": today - timedelta(days=DAYS_BACK), "until": today}
    form = Ask(request.POST) if request.method == "POST" else Ask(initial=first)
    shown: dict[str, Any] = {"here": "clinic", "place": "who-saw", "form": form, "kinds": KINDS}
    if form.is_bound and form.is_valid() and (person := _person(form, scope, mask, at)):
        shown |= answer(scope, mask, person, **{**form.cleaned_data, "code": person.code})
    return render(request, "clinic/who_saw.html", shown, status=422 if form.errors else 200)


def masked(scope: Scope, mask: Mask) -> Mask:
    """The privacy officer reads names and reasons; the auditor neither. A closed record is no secret from either of
    them: who saw it is what they ask."""
    hidden = mask.fields if can(scope.roles, (Role.PRIVACY_OFFICER,)) else mask.fields | {"identity"}
    return Mask(hidden)


def _person(form: Ask, scope: Scope, mask: Mask, at: datetime) -> PersonValue | None:
    try:
        return people.person_coded(scope, mask, form.cleaned_data["code"].strip(), at=at)
    except NoSuchPerson:
        form.add_error("code", "Nobody here has this code. Look at the spelling.")
        return None


def answer(
    scope: Scope, mask: Mask, person: PersonValue, *, code: str, since: date, until: date, role: str, kind: str
) -> dict[str, Any]:
    """What the page shows of one person's trail."""
    zone = ZoneInfo(scope.time_zone)
    accounts = {one.id: one for one in clinics.accounts(scope, mask)}
    humans = {one.id for one in accounts.values() if role in {each.role for each in one.roles}} if role else None
    found = trail.of_person(
        scope, person.id, since=datetime.combine(since, time(), zone),
        until=datetime.combine(until + timedelta(days=1), time(), zone), kinds=[kind] if kind else (), humans=humans,
        called=GLASS,
    )  # fmt: skip
    names = {each: accounts[each].name for each in found.by_human if each in accounts}
    ever = {each: ", ".join(sorted({held.role for held in accounts[each].roles})) for each in names}
    return {
        "person": person, "total": found.total, "more": found.total - len(found.looks),
        "rows": [_row(mask, person.id, look, names, ever) for look in found.looks],
        "counts": [(KINDS.get(each, each), number) for each, number in sorted(found.by_kind.items())],
        "humans": sorted(
            ((names.get(each or 0, NOT_STAFF), ever.get(each or 0, ""), number) for each, number in found.by_human.items()),
            key=lambda each: -each[2],
        ),
    }  # fmt: skip


def _row(mask: Mask, person_id: int, look: trail.Look, names: dict[int, str], ever: dict[int, str]) -> dict[str, Any]:
    return {
        "at": look.at, "did": KINDS.get(look.kind, look.kind), "kind": look.kind, "what": look.what,
        "who": names.get(look.by_id or 0, NOT_STAFF), "roles": ever.get(look.by_id or 0, ""),
        "in_list": look.in_list, "reason": "" if look.in_list else opened(mask, person_id, look.reason),
    }  # fmt: skip
