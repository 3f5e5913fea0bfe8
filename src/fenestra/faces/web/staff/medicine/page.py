"""The controlled-drug ledger: what is in the safe, blind counts, receipts, and the lines of a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from fenestra.care.inventory import queries as ledger
from fenestra.care.inventory import stock
from fenestra.care.inventory.rules import NoSuchRow
from fenestra.care.inventory.values import LotName, ProductValue
from fenestra.faces.web import forms as ours
from fenestra.faces.web.staff.medicine import words as medicine_words
from fenestra.ground.book import clock
from fenestra.ground.clinic import queries as clinics
from fenestra.ground.clinic.rules import HANDLES_MEDICINE, can, check_has


class Count(ours.Keyed):
    containers = ours.whole("Full containers", missing="Write how many full containers are in the safe, also 0.")
    opened_ml = forms.DecimalField(
        label="In opened ones", max_digits=8, decimal_places=2, min_value=Decimal(0), required=False,
        help_text="Millilitres; left empty when none is open.",
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_digits", "max_decimal_places", "max_whole_digits"),
            "Write millilitres with at most two decimals, for example 3.5.",
        ),
    )  # fmt: skip


class Receive(ours.Keyed):
    product_id = ours.choice("Product", [], missing="Choose the product that stands on the vial.")
    lot_number = ours.text("Lot number", missing="Write the lot number on the label.", longest=60)
    expires_on = ours.day("Expires on", missing="Write the date on the label, for example 2027-06-30.")
    containers = ours.whole("Containers", missing="Write how many containers came.", least=1)
    supplier_name = ours.text("Supplier", missing="Write the name of the supplier.")
    supplier_address = ours.text("Supplier's address", missing="Write the address of the supplier.", longest=200)
    registration_number = ours.text("Registration number", missing="Write the supplier's registration number.", longest=40)  # fmt: skip
    invoice = ours.text("Invoice", missing="Write the number of the invoice.", longest=60)
    event_date = ours.day("Came on", missing="Write the day on which it came.")

    def __init__(self, products: Sequence[ProductValue], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ours.offer(self, "product_id", ((str(product.id), product.name) for product in products))


FIELD_OF = {"name": "supplier_name", "address": "supplier_address", "registration": "registration_number"}


def _asked_day(request: Any, today: date) -> date:
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return today


@require_safe
def page(request: Any) -> HttpResponse:
    """The ledger. Whoever counts does not see a balance before their count is written."""
    scope, mask, at = request.scope_, request.mask, clock.now()
    today = scope.day_of(at)
    day, counts_here = _asked_day(request, today), can(scope.roles, HANDLES_MEDICINE)
    products = ledger.products(scope, mask)
    lots, lines = ledger.lots(scope, mask, at=at, in_stock=True), ledger.lines(scope, mask, day=day)
    counts, uncovered = ledger.counts(scope, mask, day=day), ledger.unreconciled(scope, mask)
    names = clinics.names(scope, mask, medicine_words.staff_in(lines, uncovered, counts))
    shown = {lot.id for lot in lots if lot.counted_today or not counts_here}
    return render(
        request,
        "medicine.html",
        {
            "here": "medicine",
            "lots": [medicine_words.lot(lot, shown=lot.id in shown) for lot in lots],
            "story": medicine_words.story(lots, uncovered, counts_here=counts_here, known=bool(products)),
            "lines": medicine_words.lines(lines, names, zone=scope.time_zone, hide_lots=_hidden(lots, shown)),
            "counts": medicine_words.counts(counts, {lot.id: lot for lot in lots}, names, scope.time_zone, shown),
            "uncovered": medicine_words.lines(uncovered, names, zone=scope.time_zone),
            "day": day,
            "today": today,
            "may_handle": counts_here,
            "may_add": can(scope.roles, stock.KEEPS_THE_BOOK),
            "products": products,
        },
    )


def _hidden(lots: Sequence[Any], shown: set[int]) -> set[int]:
    return {lot.id for lot in lots} - shown


@require_http_methods(["GET", "HEAD", "POST"])
def count(request: Any, lot_id: int) -> HttpResponse:
    """Count one lot blind: the page does not know the balance, the answer says it."""
    scope, mask, at = request.scope_, request.mask, clock.now()
    check_has(scope.roles, HANDLES_MEDICINE, "count stock")
    lot = _lot_to_count(ledger.lots_to_count(scope, mask, at=at), lot_id)
    form = Count(request.POST) if request.method == "POST" else Count()
    if form.is_bound and form.is_valid():
        told = {
            "containers": form.cleaned_data["containers"],
            "opened_ml": form.cleaned_data["opened_ml"] or Decimal(0),
        }
        done = ours.done_or_said(form, stock.blind_count, scope, {"lot_id": lot_id, **told})
        if done:
            newest = ledger.counts(scope, mask, lot_id=lot_id)[0]
            say = messages.warning if newest.variance_mg else messages.success
            say(request, done.said)
            return redirect("medicine")
    page = {"here": "medicine", "form": form, "lot": lot}
    return render(request, "medicine_count.html", page, status=422 if form.errors else 200)


def _lot_to_count(lots: Sequence[LotName], lot_id: int) -> LotName:
    found = next((lot for lot in lots if lot.id == lot_id), None)
    if found is None:
        raise NoSuchRow("There is no such lot in stock in this clinic. Go back to Medicine and choose one.")
    return found


def _begun(request: Any, today: date) -> dict[str, Any]:
    """A receipt of today; of the product whose button was pressed."""
    return {"event_date": today, "product_id": request.GET.get("product", "")}


@require_http_methods(["GET", "HEAD", "POST"])
def receive(request: Any) -> HttpResponse:
    """Take containers into the safe, with what the law asks of a receipt."""
    scope, mask, at = request.scope_, request.mask, clock.now()
    check_has(scope.roles, HANDLES_MEDICINE, "receive medicine")
    products = ledger.products(scope, mask)
    form = Receive(products, request.POST) if request.method == "POST" else Receive(products, initial=_begun(request, scope.day_of(at)))  # fmt: skip
    if form.is_bound and form.is_valid():
        told = {**form.told(), "product_id": int(form.cleaned_data["product_id"])}
        done = ours.done_or_said(form, stock.receive, scope, told, fields=FIELD_OF)
        if done:
            messages.success(request, done.said)
            return redirect("medicine")
    page = {"here": "medicine", "form": form, "products": products, "may_add": can(scope.roles, stock.KEEPS_THE_BOOK)}
    return render(request, "medicine_receive.html", page, status=422 if form.errors else 200)
