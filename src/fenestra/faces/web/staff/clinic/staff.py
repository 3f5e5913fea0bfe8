"""Who works here in which roles, accounts made and disabled, and everybody's own password."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from fenestra.faces.web import forms as ours
from fenestra.faces.web.staff.account.signed import secret
from fenestra.ground.book.act import Done
from fenestra.ground.clinic import accounts, queries
from fenestra.ground.clinic.rules import MAKES_ACCOUNTS, SHORTEST_PASSWORD, Role, can, check_has

ROLES = [(role.value, role.value) for role in Role]
DIFFER = "The two passwords differ. Type both again."
HOW_LONG = f"{SHORTEST_PASSWORD} characters or more; several words are easy to keep in mind."


class NewAccount(ours.Keyed):
    name = ours.text("Name", missing="Write the name of the human this account belongs to.")
    username = ours.text(
        "User name", missing="Write a user name, for example nina.berg.", longest=60,
        hint="Lower-case letters, figures, points, dashes. It stays.",
    )  # fmt: skip
    phone = ours.text("Telephone", longest=40, hint="In the house; may stay empty.")
    roles = forms.MultipleChoiceField(
        label="Roles", choices=ROLES, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose a role: an account without one cannot sign in."},
    )  # fmt: skip
    password = secret("First password", "Write a first password, and tell it to them in person.")
    again = secret("The same once more", "Type the first password once more.")

    def clean(self) -> dict[str, Any] | None:
        return _the_same_twice(self, "password")

    def told(self) -> dict[str, Any]:
        told = {name: value for name, value in super().told().items() if name != "again"}
        return {**told, "roles": tuple(told["roles"])}


class OwnPassword(ours.Keyed):
    old = secret("Your password today", "Type the password you have today.")
    new = secret("New password", "Write a new password.")
    again = secret("The new one once more", "Type the new password once more.")

    def clean(self) -> dict[str, Any] | None:
        return _the_same_twice(self, "new")

    def told(self) -> dict[str, Any]:
        return {"old": self.cleaned_data["old"], "new": self.cleaned_data["new"]}


class Reset(ours.Keyed):
    reason = ours.text(
        "How you made sure who they are", missing="Write how you made sure that it is them, in a sentence.", longest=400
    )


class GiveRole(ours.Keyed):
    role = ours.choice("Role", ROLES, missing="Choose a role.")


class Disable(ours.Keyed):
    reason = ours.text("Why", missing="Write why the account is disabled, in a sentence.", longest=400)


def _the_same_twice(form: forms.Form, name: str) -> dict[str, Any] | None:
    told = form.cleaned_data
    if name in told and "again" in told and told[name] != told["again"]:
        form.add_error("again", DIFFER)
    return told


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: Any) -> HttpResponse:
    """Everybody who works here with their roles; for lead and director, the form that makes an account."""
    scope, mask = request.scope_, request.mask
    form = NewAccount(request.POST if request.method == "POST" else None)
    form.fields["password"].help_text = HOW_LONG
    if request.method == "POST":
        check_has(scope.roles, MAKES_ACCOUNTS, "make an account")
    if form.is_bound and form.is_valid() and (done := ours.done_or_said(form, accounts.add_staff, scope, form.told())):
        messages.success(
            request, f"{done.said} Tell them user name and password in person; the password is not shown again."
        )
        return redirect("clinic-staff")
    everybody = queries.accounts(scope, mask)
    shown = {
        "here": "clinic", "place": "staff", "form": form, "may_make": can(scope.roles, MAKES_ACCOUNTS),
        "accounts": [one for one in everybody if one.enabled and one.roles_now],
        "gone": [one for one in everybody if not (one.enabled and one.roles_now)],
        "no_director": not queries.staff(scope, mask, role=Role.MEDICAL_DIRECTOR.value),
    }  # fmt: skip
    return render(request, "clinic/staff.html", shown, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: Any, staff_id: int) -> HttpResponse:
    """One colleague: roles given and ended, the account disabled and enabled."""
    scope, mask = request.scope_, request.mask
    check_has(scope.roles, MAKES_ACCOUNTS, "look after accounts")
    found = queries.account(scope, mask, staff_id)
    verb = request.POST.get("verb", "") if request.method == "POST" else ""
    give = GiveRole(request.POST if verb == "give" else None, auto_id="give_%s")
    disable = Disable(request.POST if verb == "disable" else None, auto_id="disable_%s")
    reset = Reset(request.POST if verb == "reset" else None, auto_id="reset_%s")
    plain = ours.Keyed(request.POST if verb in ("end", "enable") else None)
    asked: dict[str, tuple[ours.Keyed, Callable[..., Done], dict[str, Any]]] = {
        "give": (give, accounts.give_role, {}),
        "disable": (disable, accounts.disable_account, {}),
        "reset": (reset, accounts.reset_factors, {}),
        "end": (plain, accounts.end_role, {"role": request.POST.get("role", "")}),
        "enable": (plain, accounts.enable_account, {}),
    }
    if verb in asked:
        form, act, more = asked[verb]
        if form.is_valid() and (
            done := ours.done_or_said(form, act, scope, {"staff_id": staff_id, **form.told(), **more})
        ):
            messages.success(request, done.said)
            return redirect("clinic-account", staff_id)
    bad = asked[verb][0].errors if verb in asked else False
    shown = {
        "here": "clinic", "place": "staff", "one": found, "give": give, "disable": disable, "reset": reset, "plain": plain,
        "held": [each for each in found.roles if each.ended_at is None], "me_too": staff_id == scope.staff_id,
        "ended": [each for each in found.roles if each.ended_at is not None], "key": ours.fresh_key(),
    }  # fmt: skip
    return render(request, "clinic/account.html", shown, status=422 if bad else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def own_password(request: Any) -> HttpResponse:
    """Another password for one's own account; this screen stays signed in, every other is not any more."""
    form = OwnPassword(request.POST if request.method == "POST" else None)
    form.fields["new"].help_text = HOW_LONG
    if (
        form.is_bound
        and form.is_valid()
        and (done := ours.done_or_said(form, accounts.change_password, request.scope_, form.told()))
    ):
        request.user.refresh_from_db()
        update_session_auth_hash(request, request.user)
        messages.success(request, done.said)
        return redirect("clinic-password")
    shown = {"here": "clinic", "place": "password", "form": form}
    return render(request, "clinic/password.html", shown, status=422 if form.errors else 200)
