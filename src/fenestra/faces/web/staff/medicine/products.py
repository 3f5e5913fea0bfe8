"""A product written down from the label of its vial, before its first lot is received."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from fenestra.care.inventory import stock
from fenestra.care.inventory.product import USUAL_WORDS, Drug
from fenestra.faces.web import forms as ours
from fenestra.ground.clinic.rules import check_has

DRUGS = [(each.value, each.value) for each in Drug]


def amount(label: str, *, missing: str = "", places: int, digits: int, hint: str = "") -> forms.DecimalField:
    """An exact decimal, as the ledger keeps it; needed when `missing` says what to write."""
    wrong = f"Write a number with at most {places} decimals and a point, for example 50 or 12.5."
    named = ("invalid", "max_digits", "max_decimal_places", "max_whole_digits")
    return forms.DecimalField(
        label=label, required=bool(missing), max_digits=digits, decimal_places=places, help_text=hint,
        error_messages={"required": missing, **dict.fromkeys(named, wrong)},
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )  # fmt: skip


class NewProduct(ours.Keyed):
    name = ours.text("Name", missing="Write the name on the vial.", hint="As colleagues find it, for example Ketamine 50 mg/mL.")  # fmt: skip
    drug = ours.choice("Drug", DRUGS, missing="Choose which ketamine the label names.")
    form = ours.text("Form", missing="Write the form, for example vial for injection.", longest=60)
    strength_mg_per_ml = amount(
        "Strength", missing="Write how many milligrams are in one millilitre.", places=3, digits=9,
        hint=f"Vials of {USUAL_WORDS} mg/mL racemic ketamine are known here; another strength is asked about once more.",
    )  # fmt: skip
    container_ml = amount("Each holds", missing="Write how many millilitres are in one vial.", places=2, digits=8)
    strength_again = amount("Strength, read a second time", places=3, digits=9)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Any) -> HttpResponse:
    """Add a product, then go on to receive its first lot."""
    scope = request.scope_
    check_has(scope.roles, stock.KEEPS_THE_BOOK, "add a product")
    form = NewProduct(request.POST) if request.method == "POST" else NewProduct(initial={"form": "vial for injection"})
    if form.is_bound and form.is_valid():
        done = ours.done_or_said(form, stock.add_product, scope, form.told())
        if done:
            messages.success(request, done.said)
            return redirect(f"{reverse('receive-medicine')}?product={done.id}")
    ask_again = "strength_again" in form.errors or bool(form["strength_again"].value())
    shown = {"here": "medicine", "form": form, "ask_again": ask_again}
    return render(request, "medicine_product.html", shown, status=422 if form.errors else 200)
