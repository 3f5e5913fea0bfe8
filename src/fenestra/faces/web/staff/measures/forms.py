"""Forms that ask: one for each instrument, made from its file, and those for use days, weight and tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from fenestra.care.measures.rules import DRINKS, GRAMS, LONGEST_REASON, LONGEST_UNIT, Source, TestKind
from fenestra.care.measures.values import ResponseValue
from fenestra.care.people.rules import Substance
from fenestra.faces.web import forms as ours
from fenestra.science.instruments import Instrument, Item

NO_ANSWER = ("", "no answer")
MOST_RADIOS = 12
SOURCES = [
    (Source.PERSON.value, "the person said so"),
    (Source.STAFF.value, "staff rated it"),
    (Source.COLLATERAL.value, "somebody else said so"),
]
SUBSTANCES = [(each.value, each.value) for each in Substance]
AMOUNT_WORDS = "Write a number of 0 or more with at most two decimals, for example 3.5."


def reason_field() -> forms.CharField:
    return ours.text(
        "Why it is corrected", missing="Write why it is corrected.", longest=LONGEST_REASON,
        hint="Both answers stay and are shown.",
    )  # fmt: skip


def amount(label: str, *, hint: str = "", missing: str = "") -> forms.DecimalField:
    wrong = dict.fromkeys(
        ("invalid", "min_value", "max_value", "max_digits", "max_decimal_places", "max_whole_digits"), AMOUNT_WORDS
    )
    return forms.DecimalField(
        label=label, required=bool(missing), help_text=hint, max_digits=8, decimal_places=2, min_value=Decimal(0),
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={**wrong, "required": missing},
    )  # fmt: skip


class Answers(ours.Keyed):
    """One instrument: a line for each item, each of which may stay without an answer."""

    def __init__(self, instrument: Instrument, *args: Any, today: date, left_out: Sequence[str] = (), **kwargs: Any):
        self.instrument, correcting = instrument, kwargs.pop("correcting", None)
        super().__init__(*args, **kwargs)
        self.items = [item for item in instrument.items if item.id not in left_out]
        for item in self.items:
            self.fields[item.id] = _field(instrument, item)
        if correcting is None:
            self.fields["told_on"] = ours.day("Day", missing="Write the day it was answered.")
            self.fields["told_on"].initial = today
            self.fields["source"] = forms.ChoiceField(label="Who says so", choices=SOURCES, initial=_source(instrument))
        else:
            self.fields["why"] = reason_field()
            self.initial.update(initial_of(correcting))

    def rows(self) -> list[Any]:
        """The lines of the form, in order."""
        return [self[item.id] for item in self.items]

    def rest(self) -> list[Any]:
        """What stands below them."""
        return [self[name] for name in ("told_on", "source", "why") if name in self.fields]

    def answers(self) -> dict[str, Any]:
        """What was answered; what was not is left out."""
        said = {item.id: self.cleaned_data.get(item.id) for item in self.items}
        return {item_id: told for item_id, told in said.items() if told not in (None, "")}


def initial_of(value: ResponseValue) -> Mapping[str, str]:
    return {item: str(told) for item, told in value.answers.items()}


def _source(instrument: Instrument) -> str:
    """Self-report forms are the person's word, ratings are ours."""
    return Source.PERSON.value if instrument.administration.startswith("self") else Source.STAFF.value


def _field(instrument: Instrument, item: Item) -> forms.Field:
    label = f"{item.number}. {instrument.shown(item.id)}"
    hint = f"Only after a yes to {' or '.join(_numbers(instrument, item))}." if item.ask_if else ""
    if len(item.scores) > MOST_RADIOS:
        ends = f"{item.min} {item.low or ''} to {item.max} {item.high or ''}.".replace("  ", " ").replace(" .", ".")
        wrong = f"Write a whole number from {item.min} to {item.max}."
        return forms.IntegerField(
            label=label, required=False, min_value=item.min, max_value=item.max, help_text=hint or ends,
            widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
            error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), wrong),
        )  # fmt: skip
    return forms.ChoiceField(
        label=label, required=False, choices=[NO_ANSWER, *_choices(instrument, item)], help_text=hint,
        widget=forms.RadioSelect,
    )  # fmt: skip


def _numbers(instrument: Instrument, item: Item) -> list[str]:
    assert item.ask_if is not None
    return [str(instrument.item(name).number) for name in item.ask_if.items]


def _choices(instrument: Instrument, item: Item) -> list[tuple[str, str]]:
    words = {option.value: option.label for option in item.options if option.label}
    if not words and len(instrument.answer_words) == len(item.scores):
        words = dict(zip(item.scores, instrument.answer_words, strict=True))
    ends = {item.min: item.low, item.max: item.high}
    told = [(str(s), words.get(s) or (f"{s}, {ends[s]}" if ends.get(s) else _yes_no(item, s))) for s in item.scores]
    told += [("refused", "would not say")] if instrument.refusal else []
    return told + ([("unknown", "not known")] if instrument.allows_unknown else [])


def _yes_no(item: Item, score: int) -> str:
    return {0: "no", 1: "yes"}[score] if item.scores == (0, 1) else str(score)


class UseDays(forms.Form):
    """One row of the use calendar."""

    used = forms.ChoiceField(
        required=False, choices=[("", "not asked"), ("no", "no use"), ("yes", "use"), ("unsaid", "would not say")]
    )
    amount = amount("How much")
    unit = forms.ChoiceField(required=False, choices=[(DRINKS, "drinks"), (GRAMS, "g")])

    def clean(self) -> dict[str, Any]:
        """An amount without its answer would be dropped without a word."""
        if self.cleaned_data.get("amount") is not None and not self.cleaned_data.get("used"):
            self.add_error("amount", "Choose whether there was use on this day.")
        return self.cleaned_data


class CorrectUse(ours.Keyed):
    used = ours.choice(
        "That day", [("no", "no use"), ("yes", "use"), ("unsaid", "would not say")], missing="Choose what holds."
    )
    amount = amount("How much", hint="Left empty when there was none or nobody knows.")
    unit = ours.text("Unit", longest=LONGEST_UNIT)
    why = reason_field()


class Weight(ours.Keyed):
    kg = amount("Weight in kilograms", missing="Write the weight in kilograms, for example 72.5.")
    told_on = ours.day("Day", missing="Write the day of weighing.")


class Test(ours.Keyed):
    kind = ours.choice("Sample", [(each.value, each.value) for each in TestKind], missing="Choose what was tested.")
    substance = ours.choice("Substance", SUBSTANCES, missing="Choose the substance.")
    result = ours.choice(
        "Result", [("no", "negative"), ("yes", "positive"), ("unread", "could not be read")],
        missing="Choose the result.",
    )  # fmt: skip
    value = amount("Measured value", hint="If the test gives one.")
    unit = ours.text("Unit of the value", longest=LONGEST_UNIT)
    told_on = ours.day("Day", missing="Write the day of the sample.")


USED = {"no": False, "yes": True, "unsaid": None, "unread": None}
