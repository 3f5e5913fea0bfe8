"""Fields of the staff's forms: exact numbers as people type them, clock times of the clinic, yes-ticks."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from fenestra.faces.web.forms import at_most
from fenestra.ground.book.texts import LONGEST_TEXT

TOO_FAR_AHEAD = timedelta(hours=12)


def said(text: str) -> forms.ValidationError:
    return forms.ValidationError(text)


class Exact(forms.CharField):
    """A number typed with a point, kept exactly. A comma is asked back: 1,200 and 1,2 are too easily confused.

    `places`: how many decimals are kept of it. More are asked back here, so that nothing is rounded behind a back.
    """

    def __init__(
        self, label: str, *, unit: str = "", example: str = "36.5", whole: bool = False, places: int = 2, **other: Any
    ) -> None:
        self.unit, self.example, self.places = unit, example, places
        widget = forms.TextInput({"inputmode": "numeric" if whole else "decimal", "autocomplete": "off"})
        required = f"Write {label.lower() if label[1:].islower() else label}, for example {example}."
        messages = {"required": required}
        super().__init__(label=label, widget=widget, error_messages=messages, **other)

    def clean(self, value: Any) -> Decimal | None:
        typed = super().clean(value)
        return exact(typed, self.example, self.places) if typed else None


def exact(typed: str, example: str, places: int = 2) -> Decimal:
    """The number that stands there, or a sentence on how to write it."""
    if "," in typed:
        raise said(f"'{typed}' has a comma. Write the number with a point, for example {example}.")
    try:
        value = Decimal(typed)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or value < 0 or "e" in typed.lower():
        raise said(f"'{typed}' is not a number. Write it in figures, for example {example}.")
    if len(typed.partition(".")[2].rstrip("0")) > places:
        raise said(f"'{typed}' has more than {places} decimals, and no more are kept. Round it yourself.")
    return value


class ClockTime(forms.CharField):
    """A clock time of today in the clinic, such as 10:42; read with `on_the_clock`."""

    def __init__(self, label: str, **other: Any) -> None:
        widget = forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "placeholder": "10:42"})
        super().__init__(label=label, required=False, widget=widget, **other)

    def clean(self, value: Any) -> time | None:
        typed = super().clean(value)
        if not typed:
            return None
        try:
            return time.fromisoformat(typed.replace(".", ":"))
        except ValueError:
            raise said(f"'{typed}' is not a clock time. Write hours and minutes, for example 10:42.") from None


def on_the_clock(typed: time | None, *, now: datetime, time_zone: str) -> datetime | None:
    """The moment a clock time means: today's, or yesterday's shortly after midnight."""
    if typed is None:
        return None
    here = now.astimezone(ZoneInfo(time_zone))
    meant = here.replace(hour=typed.hour, minute=typed.minute, second=typed.second, microsecond=0)
    return meant - timedelta(days=1) if meant - here > TOO_FAR_AHEAD else meant


class Words(forms.CharField):
    """A sentence or two, typed."""

    def __init__(self, label: str, *, missing: str = "", longest: int = LONGEST_TEXT, **other: Any) -> None:
        messages, checks = {"required": missing or f"Write {label.lower()}."}, [at_most(longest)]
        super().__init__(
            label=label, widget=forms.Textarea({"rows": 2}), error_messages=messages, validators=checks, **other
        )


class Line(forms.CharField):
    """A few words on one line."""

    def __init__(self, label: str, *, missing: str = "", longest: int = LONGEST_TEXT, **other: Any) -> None:
        messages, checks = {"required": missing or f"Write {label.lower()}."}, [at_most(longest)]
        super().__init__(
            label=label,
            widget=forms.TextInput({"autocomplete": "off"}),
            error_messages=messages,
            validators=checks,
            **other,
        )


class YesTick(forms.BooleanField):
    """A line that is either ticked as done or still open."""

    def __init__(self, label: str, **other: Any) -> None:
        super().__init__(label=label, required=False, **other)


class YesNo(forms.ChoiceField):
    """Yes or no, with nothing chosen beforehand."""

    def __init__(self, label: str, **other: Any) -> None:
        choices = (("yes", "Yes"), ("no", "No"))
        messages = {"required": f"Answer yes or no: {label}."}
        super().__init__(label=label, choices=choices, widget=forms.RadioSelect, error_messages=messages, **other)


class Secret(forms.CharField):
    """A password typed by a second person. Never shown again."""

    def __init__(self, label: str, **other: Any) -> None:
        widget = forms.PasswordInput({"autocomplete": "off"})
        messages = {"required": "The second person types their own password."}
        super().__init__(label=label, widget=widget, strip=False, error_messages=messages, **other)
