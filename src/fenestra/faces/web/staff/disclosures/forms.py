"""Forms of what goes out."""

from __future__ import annotations

from typing import Any

from django import forms

from fenestra.care.people.disclosure_rules import ANSWERS_COURTS, LETS_OUT, RECORD_PARTS, Form
from fenestra.care.people.rules import CONSENT_WORDS, SHARED_WORDS, ConsentKind, ConsentValue, Shared
from fenestra.faces.web import forms as ours
from fenestra.ground.book.scope import Scope
from fenestra.ground.clinic.rules import can

LONGEST_NAME = 200
PARTS = [(each.value, SHARED_WORDS[each]) for each in RECORD_PARTS]
NOTES = (Shared.COUNSELLING_NOTES.value, f"{SHARED_WORDS[Shared.COUNSELLING_NOTES]}, alone, under their own consent")
FORMS = [(Form.PDF.value, "a paper (PDF)"), (Form.CSV.value, "a table (CSV)"), (Form.JSON.value, "data (JSON)")]
SPOKEN = (Form.SPOKEN.value, "told by word of mouth")
TO_THE_PERSON, COURT = "to_the_person", "court_order"


def _parts(choices: list[tuple[str, str]]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label="What goes out", choices=choices, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick what goes out: at least one part."},
    )  # fmt: skip


class Disclose(ours.Keyed):
    """One leave. `basis` is a consent by its number, or one of the few other reasons."""

    basis = forms.ChoiceField(
        label="It rests on", widget=forms.RadioSelect, error_messages={"required": "Choose what it rests on."}
    )
    information = _parts([*PARTS, NOTES])
    form = ours.choice("As", FORMS, missing="Choose as what it goes out.")
    recipient = ours.text(
        "To whom, by name", longest=LONGEST_NAME, hint="Needed under the single consent, and by a court."
    )
    purpose = ours.text("What for", longest=LONGEST_NAME, hint="Needed under the single consent, and by a court.")
    reference = ours.text(
        "Court: order and subpoena", longest=LONGEST_NAME, hint="Both. A subpoena alone opens nothing."
    )
    not_before = forms.DateField(
        label="Not before", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"], help_text="Left empty: it can go out now.",
        error_messages={"invalid": "Write the date as year-month-day, for example 2026-11-20."},
    )  # fmt: skip

    def __init__(self, *args: Any, scope: Scope, consents: list[tuple[ConsentValue, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(str(each.id), words) for each, words in consents]
        offered.append((TO_THE_PERSON, "the person asks for it themselves"))
        if can(scope.roles, ANSWERS_COURTS):
            offered.append((COURT, "a court order together with a subpoena"))
        else:
            del self.fields["reference"]
        field = self.fields["basis"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = offered


def consent_words(consent: ConsentValue) -> str:
    """A consent as it is chosen: what kind, for whom."""
    words = CONSENT_WORDS[consent.kind]
    return words if consent.kind is ConsentKind.CARE_AND_PAYMENT else f"{words}: {consent.recipient}"


def lets_out(consent: ConsentValue) -> bool:
    return consent.kind in LETS_OUT


class Stop(ours.Keyed):
    reason = ours.text("Why it does not go out", missing="Write why it does not go out, in a few words.", area=True)


class Emergency(ours.Keyed):
    personnel = ours.text(
        "Told to which medical staff, of which hospital or service", longest=LONGEST_NAME,
        missing="Write which medical staff it was told to, and of which hospital or service.",
    )  # fmt: skip
    nature = ours.text("What the emergency was", missing="Write what the emergency was.", longest=4000, area=True)
    information = _parts(PARTS)
    form = ours.choice("As", [SPOKEN, FORMS[0]], missing="Choose how it was told.")


class Review(ours.Keyed):
    in_order = ours.choice("Was it in order?", [("yes", "yes"), ("no", "no")], missing="Say whether it was in order.")
    words = ours.text("What you found", missing="Write what you found, in a few words.", longest=4000, area=True)


class Given(ours.Keyed):
    text_version = forms.CharField(widget=forms.HiddenInput, max_length=20)
    text_hash = forms.CharField(widget=forms.HiddenInput, max_length=64)
    able = forms.BooleanField(
        label="They have it in their hands and can take it in now.",
        error_messages={"required": "A person who cannot take it in now is given it later. Come back when they can."},
    )


class Contact(ours.Keyed):
    words = ours.text(
        "The office, and how to reach it", missing="Write the office and how to reach it.", longest=400, area=True
    )


class Hold(ours.Keyed):
    reason = ours.text(
        "What came, from whom, when", missing="Write what came, from whom, and when.", longest=4000, area=True
    )


class EndHold(ours.Keyed):
    reason = ours.text("Why it ends", missing="Write why it ends.", longest=4000, area=True)
