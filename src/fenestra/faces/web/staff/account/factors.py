"""One's own second factors: an app taken, codes on paper made, and what is there ended."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_http_methods

from fenestra.faces.web import forms as ours
from fenestra.faces.web.session import FACTOR
from fenestra.faces.web.staff.account.signed import code_field, secret
from fenestra.ground.clinic import factor_queries, factors, totp
from fenestra.ground.clinic import secret as sealed
from fenestra.ground.clinic.presence import TOTP
from fenestra.ground.clinic.rules import needs_second_factor

APP_SECRET = "app_secret"  # in the session, sealed: the secret that stands on the page until a code of it was typed
OWN_CODE = "A code of the factor you have"


class NewApp(ours.Keyed):
    """An app is taken once it has shown a code; who has a factor already proves with that who they are."""

    label = ours.text(
        "What you call it", longest=factors.LONGEST_LABEL, hint="For example: my telephone. May stay empty."
    )
    code = code_field("The code your app shows now", "Type the six figures that your app shows now.")
    password = secret("Your password", "Type your password: it is asked again for this.")
    proof = code_field(OWN_CODE, "Type a code of the second factor that you have already.")

    def __init__(self, *args: Any, first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if first:
            del self.fields["password"], self.fields["proof"]


class Proven(ours.Keyed):
    """Password and second factor, asked again."""

    password = secret("Your password", "Type your password: it is asked again for this.")
    proof = code_field(OWN_CODE, "Type a code of the second factor that you have.")


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: Any) -> HttpResponse:
    """What proves that it is you, and how many codes are left on paper."""
    scope, mask = request.scope_, request.mask
    shown = {
        "here": "clinic", "place": "factors", "factors": factor_queries.factors(scope, mask),
        "codes_left": factor_queries.recovery_codes_left(scope, mask), "needed": needs_second_factor(scope.roles),
    }  # fmt: skip
    return render(request, "account/factors.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def add_app(request: Any) -> HttpResponse:
    """The square that an app reads, and the code that shows that it did."""
    scope = request.scope_
    first = not factor_queries.has_factor(scope, request.mask)
    if not first and not request.session.get(FACTOR):  # enrolled meanwhile on another screen
        logout(request)
        return redirect("sign-in")
    app_secret = _pending(request)
    form = NewApp(request.POST if request.method == "POST" else None, first=first)
    codes = factors.fresh_recovery_codes() if first else ()
    if form.is_bound and form.is_valid():
        told = {**form.told(), "app_secret": app_secret, "recovery": codes}
        if done := ours.done_or_said(form, factors.add_app, scope, told):
            return _added(request, done.said, codes)
    address = totp.address(app_secret, account=request.user.username, issuer=f"Fenestra {request.clinic_.name}")
    shown = {
        "here": "clinic", "place": "factors", "form": form, "first": first, "needed": needs_second_factor(scope.roles),
        "square": square(address), "by_hand": " ".join(app_secret[i : i + 4] for i in range(0, len(app_secret), 4)),
        "enrolling": not request.session.get(FACTOR) and needs_second_factor(scope.roles),
        "demo_code": totp.code(app_secret, totp.step_at(factors.now_s())) if settings.DEMO else "",
    }  # fmt: skip
    return render(request, "account/app.html", shown, status=422 if form.errors else 200)


def _pending(request: Any) -> str:
    """The secret on the page: the same until it is taken, so that a mistyped code does not ask for a new square."""
    staff_id = request.scope_.staff_id
    if APP_SECRET not in request.session:
        request.session[APP_SECRET] = sealed.seal(staff_id, totp.fresh_secret())
    return sealed.unseal(staff_id, request.session[APP_SECRET])


def _added(request: Any, said: str, codes: tuple[str, ...]) -> HttpResponse:
    request.session.pop(APP_SECRET, None)
    request.session[FACTOR] = TOTP
    request.session.cycle_key()
    if codes:
        return render(
            request, "account/codes.html", {"here": "clinic", "place": "factors", "said": said, "codes": codes}
        )
    messages.success(request, said)
    return redirect("factors")


def square(address: str) -> SafeString:
    """A QR code as an SVG, dark on white whatever the theme, because some cameras read nothing else."""
    drawn = BytesIO()
    segno.make(address, error="m").save(
        drawn, kind="svg", scale=4, border=4, dark="#000", light="#fff", xmldecl=False, svgns=True, nl=False,
    )  # fmt: skip
    return mark_safe(drawn.getvalue().decode())  # drawn by us from a secret that we made; holds no text of anybody


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: Any, factor_id: int) -> HttpResponse:
    """Take one of one's own factors away."""
    scope, mask = request.scope_, request.mask
    factor_queries.check_own(scope, mask, factor_id)
    found = next((one for one in factor_queries.factors(scope, mask) if one.id == factor_id), None)
    form = Proven(request.POST if request.method == "POST" else None)
    told = {"factor_id": factor_id}
    if (
        form.is_bound
        and form.is_valid()
        and (done := ours.done_or_said(form, factors.end_factor, scope, {**form.told(), **told}))
    ):
        if not factor_queries.has_factor(scope, mask):
            request.session[FACTOR] = ""
        messages.success(request, done.said)
        return redirect("factors")
    title = f"End {found.label}" if found else "End a second factor"
    shown = {"here": "clinic", "place": "factors", "form": form, "title": title, "verb": "End it"}
    return render(request, "account/proven.html", shown, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def renew_codes(request: Any) -> HttpResponse:
    """Ten new codes for paper, shown this once."""
    form = Proven(request.POST if request.method == "POST" else None)
    shown: dict[str, Any] = {"here": "clinic", "place": "factors", "form": form}
    if form.is_bound and form.is_valid():
        codes = factors.fresh_recovery_codes()
        told = {**form.told(), "codes": codes}
        if done := ours.done_or_said(form, factors.renew_recovery_codes, request.scope_, told):
            return render(request, "account/codes.html", {**shown, "said": done.said, "codes": codes})
    shown |= {"title": "New codes on paper", "verb": "Make ten new codes"}
    return render(request, "account/proven.html", shown, status=422 if form.errors else 200)
