"""The second half of signing in: a code of an app, or one from paper, after the password was right."""

from __future__ import annotations

import time
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import load_backend, login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from fenestra.faces.web import door, limits
from fenestra.faces.web import forms as ours
from fenestra.faces.web.session import FACTOR
from fenestra.ground.book import clock
from fenestra.ground.book.act import write_line
from fenestra.ground.book.scope import OPEN, Scope
from fenestra.ground.clinic import factor_queries, factors, tries
from fenestra.ground.clinic import queries as clinics
from fenestra.ground.clinic.rules import WrongProof

HALF = "half"  # in the session: whose password was right, and when; it opens nothing but this page
HALF_FOR_S = 300
TOO_EARLY = "too early"
BACKEND = "django.contrib.auth.backends.ModelBackend"


class Code(forms.Form):
    code = forms.CharField(max_length=40, error_messages={"required": "Type the six figures that your app shows now."})


def status_of(form: forms.Form) -> int:
    """What the page with this form is answered with."""
    if not form.is_bound:
        return 200
    return 429 if form.has_error("__all__", TOO_EARLY) else 422


def after_password(
    request: HttpRequest, staff: Any, scope: Scope, way: str, *, by_one_click: bool = False
) -> HttpResponse:
    """Open the session of somebody who has no second factor; ask everybody else for it. A click on a made-up role goes
    through both, with the code that the role's own app would show."""
    if not factor_queries.has_factor(scope, OPEN):
        return open_session(request, staff, scope, "", way)
    code = factor_queries.code_of_this_minute(scope, OPEN) if by_one_click and settings.DEMO else ""
    if code:
        return open_session(request, staff, scope, _shown(scope, code), way)
    request.session[HALF] = {
        "staff": staff.pk, "stands": staff.get_session_auth_hash(), "at": time.time(), "way": way,
    }  # fmt: skip
    write_line("sign-in", "password fits", by=scope, at=clock.now(), about=f"staff:{scope.staff_id}")
    return redirect("second-factor")


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Asks for the code. Whoever comes without the first half, or took too long over it, begins again."""
    staff = half_signed_in(request)
    scope = clinics.scope_of(staff.pk) if staff else None
    if scope is None:
        return redirect("sign-in")
    form = Code(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and (kind := _proven(request, staff, scope, form)):
        return open_session(request, staff, scope, kind, request.session[HALF]["way"])
    shown = {"form": form, "demo_code": factor_queries.code_of_this_minute(scope, OPEN) if settings.DEMO else None}
    return render(request, "second.html", shown, status=status_of(form))


def half_signed_in(request: HttpRequest) -> Any:
    """Who typed a right password here a moment ago, if it is still their password; None otherwise."""
    half = request.session.get(HALF)
    if not half or time.time() - half["at"] > HALF_FOR_S:
        return None
    staff: Any = load_backend(BACKEND).get_user(half["staff"])
    return staff if staff and staff.get_session_auth_hash() == half["stands"] else None


def _proven(request: HttpRequest, staff: Any, scope: Scope, form: Code) -> str:
    """The kind of factor that was shown; empty when it fits none or comes too early, and the form says so."""
    locks = door.locks_of(request, "second factor", staff.username)
    if too_early := door.wait_before(locks):
        form.add_error(None, forms.ValidationError(too_early, code=TOO_EARLY))
        return ""
    try:
        kind = _shown(scope, form.cleaned_data["code"])
    except WrongProof as refusal:
        form.add_error("code", str(refusal))
        return ""
    tries.right(locks)
    return kind


def _shown(scope: Scope, code: str) -> str:
    return factors.show_factor(code=code, by=scope, at=clock.now(), key=ours.fresh_key()).said


def open_session(request: HttpRequest, staff: Any, scope: Scope, kind: str, way: str) -> HttpResponse:
    """Signed in from here on, in a session with a new key. `kind`: the second factor that was shown, or nothing."""
    request.session.pop(HALF, None)
    login(request, staff, backend=BACKEND)
    request.session[FACTOR] = kind
    limits.begin(request.session)
    request.session.pop("clinic", None)
    held = clinics.clinics_of(scope, clinics.mask_of(scope))
    request.session["clinics"] = [[each.id, each.name] for each in held] if len(held) > 1 else []
    write_line("sign-in", "signed in", by=scope, at=clock.now(), about=f"staff:{scope.staff_id}", reason=kind)
    response = redirect(way)
    door.know(request, response, staff.username)
    return response
