"""Signing in with a user name and a password, signing out, and going over to another clinic. The second factor stands
in `second`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from fenestra.faces.web import door, second
from fenestra.faces.web.forms import whole_number
from fenestra.faces.web.session import forget
from fenestra.ground.book import clock
from fenestra.ground.book.act import write_line
from fenestra.ground.book.scope import Scope
from fenestra.ground.clinic import queries as clinics
from fenestra.ground.clinic import tries
from fenestra.ground.clinic.rules import Role
from fenestra.science.errors import Refused

WRONG = "User name and password do not match an account. Type both again."
NO_ROLE = "This account holds no role in a clinic any more. Ask the lead of your clinic."
NOBODY = Scope(0, None)  # an attempt under a name no account has belongs to no clinic


@dataclass(frozen=True)
class DemoLogin:
    """One made-up account of the demo, offered as one click."""

    clinic: str
    role: str
    username: str
    name: str
    password: str


class SignIn(forms.Form):
    username = forms.CharField(max_length=60, error_messages={"required": "Write your user name."})
    password = forms.CharField(max_length=200, strip=False, error_messages={"required": "Write your password."})


def demo_logins() -> list[DemoLogin]:
    """The accounts that the demo's own command made in this folder; none outside a demo."""
    path = settings.FENESTRA_DATA / "demo-logins.json"
    if not settings.DEMO or not path.is_file():
        return []
    told = json.loads(path.read_text(encoding="utf-8"))
    names = told.get("names", {})
    return [
        DemoLogin(
            row["clinic"], row["role"], row["user"], names.get(row["user"].partition("-")[0], ""), row["password"]
        )
        for row in told["logins"]
    ]


def by_clinic(logins: list[DemoLogin]) -> list[tuple[str, list[DemoLogin]]]:
    """The accounts of each clinic, in the order in which they were made."""
    return [(clinic, list(group)) for clinic, group in groupby(logins, key=lambda login: login.clinic)]


def way_back(asked: str, *, home: str = settings.LOGIN_REDIRECT_URL) -> str:
    """Where to go after signing in: the path of this server that was asked for, else `home`, also instead of Today."""
    local = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    elsewhere = asked not in ("", settings.LOGIN_REDIRECT_URL) and not asked.startswith("/sign-in/")
    return asked if local and elsewhere else home


# Where those begin whose work is none of Today's: they have nobody in a chair, no window and no hour.
BEGINS_AT = {
    Role.STATISTICIAN: "outcomes",
    Role.PRIVACY_OFFICER: "who-saw",
    Role.AUDITOR: "who-saw",
}


def first_page(roles: frozenset[str]) -> str:
    """The page that is of use to somebody with these roles; Today for whoever has any other."""
    begins = [BEGINS_AT.get(role, "today") for role in Role if role in roles]
    return "today" if "today" in begins or not begins else begins[0]


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    form = SignIn(_typed(request)) if request.method == "POST" else SignIn()
    if form.is_bound and form.is_valid() and (proven := _proven(request, form)):
        staff, scope = proven
        way = way_back(request.POST.get("next", ""), home=reverse(first_page(scope.roles)))
        return second.after_password(request, staff, scope, way, by_one_click="demo_username" in request.POST)
    there, logins = clinics.clinics(), by_clinic(demo_logins())
    page = {
        "form": form,
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "demo_logins": logins[0][1] if logins else [],
        "more_demo_logins": logins[1:],
        "clinic": there[0] if len(there) == 1 else None,
    }
    return render(request, "signin.html", page, status=second.status_of(form))


def _typed(request: HttpRequest) -> dict[str, str]:
    """What was typed, or the made-up account that was clicked."""
    chosen = request.POST.get("demo_username")
    found = next((one for one in demo_logins() if one.username == chosen), None)
    if found:
        return {"username": found.username, "password": found.password}
    return {name: request.POST.get(name, "") for name in ("username", "password")}


def _proven(request: HttpRequest, form: SignIn) -> tuple[Any, Scope] | None:
    """The account whose password this is and how it acts, or None and the form says why. A failure is written in the audit; what was
    typed is not. A try that comes too early is not looked at."""
    username = form.cleaned_data["username"]
    locks = door.locks_of(request, "password", username)
    if too_early := door.wait_before(locks):
        form.add_error(None, forms.ValidationError(too_early, code=second.TOO_EARLY))
        return None
    staff: Any = authenticate(request, username=username, password=form.cleaned_data["password"])
    scope = clinics.scope_of(staff.pk) if staff else None
    if scope is None:
        form.add_error(None, NO_ROLE if staff else WRONG)
        _write_failure(username, "no role" if staff else "user name and password do not match")
        return None
    tries.right(locks)
    return staff, scope


def _write_failure(username: str, why: str) -> None:
    known = clinics.scope_named(username)
    by = Scope(known.clinic_id, None) if known else NOBODY
    about = f"staff:{known.staff_id}" if known else ""
    write_line("refusal", "signing in", by=by, at=clock.now(), about=about, reason=why)


@require_POST
def sign_out(request: Any) -> HttpResponse:
    write_line("sign-in", "signed out", by=request.scope_, at=clock.now(), about=f"staff:{request.scope_.staff_id}")
    forget(request)
    logout(request)
    messages.success(request, "You are signed out. Close the window if this screen is shared.")
    return redirect("sign-in")


@require_POST
def change_clinic(request: Any) -> HttpResponse:
    """Act in another clinic from now on; only in one where this human holds a role."""
    wanted = whole_number(request.POST.get("clinic", ""))
    scope = None if wanted is None else clinics.scope_of(request.scope_.staff_id, wanted)
    if scope is None:
        raise Refused("You hold no role in that clinic. Choose one of yours, or ask its lead.")
    request.session["clinic"] = scope.clinic_id
    write_line("sign-in", "went over to this clinic", by=scope, at=clock.now(), about=f"staff:{scope.staff_id}")
    return redirect("today")
