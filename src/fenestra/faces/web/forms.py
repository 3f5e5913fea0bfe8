"""What every form of ours has: a request key, and refusals of acts beside the field they are about."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms

from fenestra.care.people.rules import NoSuchPerson
from fenestra.ground.book import clock
from fenestra.ground.book.act import Done
from fenestra.ground.book.scope import Scope
from fenestra.ground.book.texts import LONGEST_TEXT, check_length
from fenestra.ground.clinic.rules import NotYours
from fenestra.science.errors import BadInput, Refused


def fresh_key() -> str:
    return uuid.uuid4().hex


LONGEST_NUMBER = 18  # digits; what is longer is the number of no row


def whole_number(told: str) -> int | None:
    """A number as an address or a button of ours carries it; None when anything else stands there."""
    return int(told) if told.isascii() and told.isdigit() and len(told) <= LONGEST_NUMBER else None


class Keyed(forms.Form):
    """A form whose second sending gets the first answer again."""

    key = forms.CharField(
        widget=forms.HiddenInput,
        initial=fresh_key,
        max_length=100,
        error_messages={"required": "This form is too old. Reload the page and send it again."},
    )

    def told(self) -> dict[str, Any]:
        """What was typed, without the key."""
        return {name: value for name, value in self.cleaned_data.items() if name != "key"}


def at_most(longest: int = LONGEST_TEXT) -> Callable[[str], None]:
    """A validator: a text that is too long is asked back whole, with how many characters too many it has. The browser
    is not told the limit, because it would cut a pasted text short without a word."""

    def check(typed: str) -> None:
        try:
            check_length(typed, longest)
        except BadInput as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    return check


def text(label: str, *, missing: str = "", longest: int = 120, hint: str = "", area: bool = False) -> forms.CharField:
    """A line of words; needed when `missing` says what to write."""
    widget = forms.Textarea({"rows": 2}) if area else forms.TextInput({"autocomplete": "off"})
    return forms.CharField(
        label=label, required=bool(missing), help_text=hint, error_messages={"required": missing}, widget=widget,
        validators=[at_most(longest)],
    )  # fmt: skip


def day(label: str, *, missing: str, hint: str = "") -> forms.DateField:
    """A date as the browser's calendar writes it: 2026-11-20."""
    errors = {"required": missing, "invalid": "Write the date as year-month-day, for example 2026-11-20."}
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(
        label=label, help_text=hint, error_messages=errors, widget=widget, input_formats=["%Y-%m-%d"]
    )


def hour(label: str = "Time", *, example: str = "10:30") -> forms.TimeField:
    """A clock time as the browser writes it: 10:30."""
    wrong = f"Write the time, for example {example}."
    return forms.TimeField(
        label=label, widget=forms.TimeInput({"type": "time"}, format="%H:%M"), input_formats=["%H:%M"],
        error_messages={"required": wrong, "invalid": wrong},
    )  # fmt: skip


def whole(label: str, *, missing: str = "", least: int = 0, hint: str = "") -> forms.IntegerField:
    """A whole number."""
    wrong = f"Write a whole number from {least} on, for example {least + 2}."
    errors = {"required": missing, "invalid": wrong, "min_value": wrong, "max_value": wrong}
    widget = forms.TextInput({"inputmode": "numeric", "autocomplete": "off"})
    return forms.IntegerField(
        label=label, required=bool(missing), min_value=least, max_value=100_000, help_text=hint, error_messages=errors,
        widget=widget,
    )  # fmt: skip


def choice(label: str, choices: list[tuple[str, str]], *, missing: str) -> forms.ChoiceField:
    """One of a few."""
    errors = {"required": missing, "invalid_choice": missing}
    return forms.ChoiceField(label=label, choices=[("", "Choose"), *choices], error_messages=errors)


def offer(form: forms.BaseForm, name: str, choices: Iterable[tuple[str, str]], *, first: str = "Choose") -> None:
    """Fill a field of choices that only the page knows: the clinic's humans, chairs, products."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [("", first), *choices]


def done_or_said(
    form: Keyed,
    verb: Callable[..., Done],
    by: Scope,
    told: Mapping[str, Any],
    *,
    fields: Mapping[str, str] | None = None,
) -> Done | None:
    """Do the act; a refusal stands in the form instead, at its field. `fields` maps an act's field to the form's."""
    try:
        return verb(by=by, at=clock.now(), key=form.cleaned_data["key"], **told)
    except (NoSuchPerson, NotYours):
        raise
    except BadInput as refusal:
        name = (fields or {}).get(refusal.field or "", refusal.field)
        form.add_error(name if name in form.fields else None, str(refusal))
    except Refused as refusal:
        form.add_error(None, str(refusal))
    return None
