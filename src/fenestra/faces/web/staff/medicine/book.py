"""The book put right: adjusted after a count, stock destroyed before two colleagues, a line taken back.

Each page is open once its lot was counted today: before, whoever counts would learn the balance from it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from fenestra.care.inventory import queries as ledger
from fenestra.care.inventory import stock
from fenestra.care.inventory.rules import NoSuchRow
from fenestra.care.inventory.values import LotValue
from fenestra.faces.web import forms as ours
from fenestra.faces.web.staff.account.signed import Signed, proves, secret
from fenestra.faces.web.staff.medicine import words as medicine_words
from fenestra.faces.web.staff.medicine.products import amount
from fenestra.ground.book import clock
from fenestra.ground.book.act import Done
from fenestra.ground.clinic.rules import HANDLES_MEDICINE, check_has
from fenestra.science.quantities import plain

MORE, LESS = "more", "less"
DIRECTIONS = [(MORE, "more than the book has"), (LESS, "less than the book has")]
TOO_SMALL = "Write an amount above zero in mg, for example 35.5."


class Moves(ours.Keyed):
    mg = amount("Milligrams", missing=TOO_SMALL, places=3, digits=12)

    def clean_mg(self) -> Decimal:
        mg: Decimal = self.cleaned_data["mg"]
        if mg <= 0:
            raise forms.ValidationError(TOO_SMALL)
        return mg


class Adjust(Moves, Signed):
    direction = ours.choice("The safe holds", DIRECTIONS, missing="Choose whether the safe holds more or less.")
    reason = ours.text("Why the book was wrong", missing="Write what the look into it found.", longest=200)
    field_order = ("direction", "mg", "reason", "password", "proof")

    def told(self) -> dict[str, Any]:
        told = super().told()
        mg, direction = told.pop("mg"), told.pop("direction")
        return {**told, "change_mg": mg if direction == MORE else -mg}


class Destroy(Moves):
    manner = ours.text("How", missing="Write how it was destroyed.")
    event_date = ours.day("Destroyed on", missing="Write the day on which it was destroyed.")
    witness_username = ours.text("First witness, user name", missing="The first witness types their user name.")
    witness_password = secret("First witness, password", "The first witness signs with their password.")
    second_witness_username = ours.text("Second witness, user name", missing="The second witness types their user name.")  # fmt: skip
    second_witness_password = secret("Second witness, password", "The second witness signs with their password.")


class Reverse(ours.Keyed):
    reason = ours.text("What was wrong with it", missing="Write what was wrong with the line.", longest=200)


def _lot(request: Any, lot_id: int) -> LotValue:
    lots = ledger.lots(request.scope_, request.mask, at=clock.now())
    found = next((lot for lot in lots if lot.id == lot_id), None)
    if found is None:
        raise NoSuchRow("There is no such lot in this clinic. Go back to Medicine and choose one.")
    return found


def _book(lot: LotValue) -> str:
    held = f"{plain(lot.on_hand_mg)} mg in {plain(lot.on_hand_ml)} mL"
    return f"{lot.product}, lot {lot.number}. The book has {held}."


def _answer(
    request: Any, lot: LotValue, form: ours.Keyed, verb: Callable[..., Done], about: dict[str, Any], **words: str
) -> HttpResponse:
    """The page of one act on one lot: a button that counts first, the form, or back to Medicine with what was done."""
    may_know = lot.counted_today or not lot.on_hand_mg
    if may_know and form.is_bound and form.is_valid():
        done = ours.done_or_said(form, verb, request.scope_, about | form.told(), fields={"change_mg": "mg"})
        if done:
            messages.success(request, done.said)
            return redirect("medicine")
    shown = {"here": "medicine", "lot": lot, "form": form, "may_know": may_know, **words}
    return render(request, "medicine_book.html", shown, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def adjust(request: Any, lot_id: int) -> HttpResponse:
    """Bring the book to what was counted; signed with one's own password."""
    check_has(request.scope_.roles, stock.KEEPS_THE_BOOK, "adjust the book")
    lot = _lot(request, lot_id)
    last = next(iter(ledger.counts(request.scope_, request.mask, lot_id=lot.id)), None)
    found = f" Last counted: {plain(last.counted_mg)} mg; the book had {plain(last.book_mg)} mg then." if last else ""
    return _answer(
        request, lot, Adjust(request.POST if request.method == "POST" else None, proves=proves(request)), stock.adjust, {"lot_id": lot.id},
        title=f"Adjust the book for lot {lot.number}", story=_book(lot) + found, button="Sign and adjust",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def destroy(request: Any, lot_id: int) -> HttpResponse:
    """Stock destroyed before two colleagues, who each sign here with a password of their own."""
    check_has(request.scope_.roles, HANDLES_MEDICINE, "destroy stock")
    lot = _lot(request, lot_id)
    return _answer(
        request, lot, Destroy(request.POST if request.method == "POST" else None), stock.destroy, {"lot_id": lot.id},
        title=f"Destroy stock of lot {lot.number}", button="Write it as destroyed",
        story=f"{_book(lot)} Two colleagues watch and sign; the paper form stays with the clinic.",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def reverse(request: Any, line_id: int) -> HttpResponse:
    """Take back a wrong line of the safe. A line of a visit is put right at the visit."""
    check_has(request.scope_.roles, HANDLES_MEDICINE, "reverse a line")
    line = ledger.line(request.scope_, request.mask, line_id)
    if not medicine_words.can_be_reversed(line) or line.lot_id is None:
        raise NoSuchRow("This line cannot be reversed here. Go back to Medicine and choose a line of the safe.")
    lot = _lot(request, line.lot_id)
    what = f"{medicine_words.KIND_WORDS[line.kind]}, {plain(line.mg)} mg, {line.event_date.isoformat()}"
    return _answer(
        request, lot, Reverse(request.POST if request.method == "POST" else None), stock.reverse, {"line_id": line.id},
        title="Reverse a line", button="Reverse the line",
        story=f"The line: {what}. {_book(lot)} The line stays, and the opposite one is written beside it.",
    )  # fmt: skip
