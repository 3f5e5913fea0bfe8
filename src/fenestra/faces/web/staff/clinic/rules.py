"""The presets of this clinic: what each asks, on whose word it holds here, and the signatures that adopt or end it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from fenestra.faces.web import forms as ours
from fenestra.faces.web.staff.account.signed import Signed, proves
from fenestra.faces.web.staff.clinic import rule_words as words
from fenestra.ground.book.digest import digest_of
from fenestra.ground.book.scope import Mask, Scope
from fenestra.ground.clinic import actions, intended_use, queries
from fenestra.ground.clinic.queries import AdoptionValue
from fenestra.ground.clinic.rules import NoSuchRule, Role, can
from fenestra.science.protocols.presets import PresetToAdopt, presets_to_adopt

SIGNS = (Role.MEDICAL_DIRECTOR,)
MEANING = "I have read these rules and adopt them for our clinic"
ACCEPTS = "I have read this page and accept it for our clinic"
IN_FORCE, CHANGED, WITHDRAWN, NEVER = "in force", "changed", "withdrawn", "never"


class Sign(Signed):
    """A signature over what is ticked. A tick carries the hash of the words that stood on the page."""

    rules = forms.MultipleChoiceField(
        required=True,
        error_messages={
            "required": "Tick each rule you adopt. Nothing was signed.",
            "invalid_choice": "A rule that was ticked reads otherwise now, or is in force already. Nothing was signed. "
            "Read the page again and tick anew.",
        },
    )
    meaning = ours.text(
        "What your signature means", missing="Write what your signature means, in a sentence.",
        longest=actions.LONGEST_MEANING,
    )  # fmt: skip

    def __init__(self, open_rules: dict[str, PresetToAdopt], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.open_rules, ticks = open_rules, self.fields["rules"]
        ticks.choices = [(tick, tick) for tick in open_rules]  # type: ignore[attr-defined]  # a MultipleChoiceField

    def told(self) -> dict[str, Any]:
        """The content of each ticked rule, as it stands in the package and as it stood on the page."""
        ticked = [self.open_rules[tick] for tick in self.cleaned_data["rules"]]
        return {
            "rules_signed": {each.requirement.id: each.content() for each in ticked},
            "meaning": self.cleaned_data["meaning"],
            **self.signature(),
        }


class Withdraw(Signed):
    adoption_id = forms.IntegerField(widget=forms.HiddenInput)
    reason = ours.text(
        "Why it ends", missing="Write why the rule ends, in a sentence.", longest=actions.LONGEST_REASON, area=True
    )


class Accept(Signed):
    text_hash = forms.CharField(widget=forms.HiddenInput, max_length=64)
    meaning = ours.text(
        "What your signature means", missing="Write what your signature means, in a sentence.",
        longest=actions.LONGEST_MEANING,
    )  # fmt: skip

    def clean_text_hash(self) -> str:
        shown: str = self.cleaned_data["text_hash"]
        if shown != intended_use.text_hash():
            raise forms.ValidationError("This page reads otherwise now. Nothing was signed. Read it again, then sign.")
        return shown

    def told(self) -> dict[str, Any]:
        signed = {intended_use.FEEDS: intended_use.content()}
        return {
            "rules_signed": signed,
            "meaning": self.cleaned_data["meaning"],
            **self.signature(),
        }


def standing(latest: AdoptionValue | None, content_hash: str) -> str:
    """How a rule stands: in force, in force by a signature over other words, withdrawn, or never signed."""
    if latest is None:
        return NEVER
    if latest.withdrawn:
        return WITHDRAWN
    return IN_FORCE if latest.content_hash == content_hash else CHANGED


def _row(preset: PresetToAdopt, latest: AdoptionValue | None, ticked: set[str]) -> dict[str, Any]:
    rule, content_hash = preset.requirement, digest_of(preset.content())
    stands, tick = standing(latest, content_hash), f"{preset.requirement.id} {content_hash}"
    return {
        "rule": rule, "hash": content_hash, "tick": tick, "ticked": tick in ticked, "stands": stands, "latest": latest,
        "open": stands != IN_FORCE, "values": words.values(rule.values), "limits": words.limits(preset),
        "area": rule.area.replace("_", " "),
    }  # fmt: skip


def _latest(scope: Scope, mask: Mask) -> dict[str, AdoptionValue]:
    """The newest signature under each rule, withdrawn or not."""
    return {one.rule: one for one in reversed(queries.adoptions(scope, mask))}


def waiting(scope: Scope, mask: Mask) -> int:
    """How many presets do not hold here."""
    held = queries.adopted_names(scope, mask)
    return sum(preset.requirement.id not in held for preset in presets_to_adopt())


def _sent(request: Any) -> Any:
    return request.POST if request.method == "POST" else None


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: Any) -> HttpResponse:
    """Every preset that holds only when adopted; for the medical director, the signature that adopts what is ticked."""
    scope, mask = request.scope_, request.mask
    latest, ticked = _latest(scope, mask), set(request.POST.getlist("rules"))
    rows = [_row(preset, latest.get(preset.requirement.id), ticked) for preset in presets_to_adopt()]
    by_tick = {row["tick"]: preset for row, preset in zip(rows, presets_to_adopt(), strict=True) if row["open"]}
    form = Sign(by_tick, _sent(request), proves=proves(request), initial={"meaning": MEANING})
    if form.is_bound and form.is_valid():
        done = ours.done_or_said(form, actions.adopt_rules, scope, form.told())
        if done:
            messages.success(request, done.said)
            return redirect("clinic-rules")
    shown = {
        "here": "clinic", "place": "rules", "form": form, "rows": rows, "may_sign": can(scope.roles, SIGNS),
        "open": len(by_tick), "held": sum(row["stands"] in (IN_FORCE, CHANGED) for row in rows),
        "feeds": queries.feeds_accepted(scope, mask),
    }  # fmt: skip
    return render(request, "clinic/rules.html", shown, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: Any, rule_id: str) -> HttpResponse:
    """One rule with everything that was signed about it; for the medical director, the signature that ends it."""
    scope, mask = request.scope_, request.mask
    preset = next((each for each in presets_to_adopt() if each.requirement.id == rule_id), None)
    history = queries.adoptions(scope, mask, rule=rule_id)
    if preset is None and not history:
        raise NoSuchRule("There is no such rule to adopt. Go back to Rules and choose one.")
    holds = bool(history) and history[0].withdrawn is None
    form = _withdrawal(request, history[0].id if holds else None)
    if (
        form.is_bound
        and form.is_valid()
        and (done := ours.done_or_said(form, actions.withdraw_adoption, scope, form.told()))
    ):
        messages.warning(request, done.said)
        return redirect("clinic-rules")
    shown = {
        "here": "clinic", "place": "rules", "form": form, "rule_id": rule_id, "holds": holds, "history": history,
        "row": _row(preset, history[0] if history else None, set()) if preset else None,
        "may_sign": can(scope.roles, SIGNS),
    }  # fmt: skip
    return render(request, "clinic/rule.html", shown, status=422 if form.errors else 200)


def _withdrawal(request: Any, adoption_id: int | None) -> Withdraw:
    return Withdraw(_sent(request), proves=proves(request), initial={"adoption_id": adoption_id})


@require_http_methods(["GET", "HEAD", "POST"])
def feeds(request: Any) -> HttpResponse:
    """The page on intended use, word for word, and the signature that lets monitors send."""
    scope, mask = request.scope_, request.mask
    history, accepted = queries.adoptions(scope, mask, rule=intended_use.FEEDS), queries.feeds_accepted(scope, mask)
    initial = {"meaning": ACCEPTS, "text_hash": intended_use.text_hash()}
    form = Accept(_sent(request), proves=proves(request), initial=initial)
    if form.is_bound and form.is_valid() and ours.done_or_said(form, actions.adopt_rules, scope, form.told()):
        messages.success(request, "Intended use is accepted. Monitors can be connected to a visit.")
        return redirect("clinic-feeds")
    shown = {
        "here": "clinic", "place": "feeds", "form": form, "accepted": accepted, "latest": history[0] if history else None,
        "text": intended_use.text(), "hash": intended_use.text_hash(), "may_sign": can(scope.roles, SIGNS),
        "rule_id": intended_use.FEEDS,
    }  # fmt: skip
    return render(request, "clinic/feeds.html", shown, status=422 if form.errors else 200)
