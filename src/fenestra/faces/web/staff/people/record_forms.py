"""Forms of the person's record."""

from __future__ import annotations

from typing import Any

from django import forms

from fenestra.care.people.criteria import eleven
from fenestra.care.people.disclosure_rules import RECORD_PARTS, SUPPORTER_LEARNS
from fenestra.care.people.rules import (
    END_WORDS,
    SHARED_WORDS,
    ConsentKind,
    MedicineKind,
    ReferralSource,
)
from fenestra.faces.web import forms as ours
from fenestra.ground.book.texts import LONGEST_TEXT

SOURCES = [(each.value, each.value) for each in ReferralSource]
MEDICINES = [
    (MedicineKind.AGONIST.value, "agonist treatment: methadone, buprenorphine"),
    (MedicineKind.ANTI_CRAVING.value, "against craving"),
    (MedicineKind.OTHER.value, "another"),
]
LEARNS = [(each.value, SHARED_WORDS[each]) for each in SUPPORTER_LEARNS]
PARTS = [(each.value, SHARED_WORDS[each]) for each in RECORD_PARTS]
ENDS = [(each.value, words) for each, words in END_WORDS.items()]
LONGEST_NAME = 200


class Refer(ours.Keyed):
    source = ours.choice("Who sent them", SOURCES, missing="Choose how the person came.")
    words = ours.text("What was written or said", longest=LONGEST_TEXT, area=True)


class KeepMedicine(ours.Keyed):
    kind = ours.choice("Kind", MEDICINES, missing="Choose what the medicine is for.")
    name = ours.text(
        "Medicine and dose", missing="Write the medicine's name, for example buprenorphine 8 mg.", longest=LONGEST_NAME,
        hint="As it is taken. It goes on: nothing here replaces it.",
    )  # fmt: skip
    words = ours.text("Since when, from whom", longest=LONGEST_TEXT, area=True)


class EndMedicine(ours.Keyed):
    words = ours.text("Who ended it, and why", longest=LONGEST_TEXT, area=True, hint="Needed for agonist treatment.")


class Close(ours.Keyed):
    because = ours.choice("Why the course ends", ENDS, missing="Choose why the course ends.")
    seen = forms.IntegerField(widget=forms.HiddenInput)


class Withdraw(ours.Keyed):
    reason = ours.text(
        "In their own words, if they wish",
        longest=LONGEST_TEXT,
        area=True,
        hint="Nobody owes a reason. Leave it empty.",
    )


class EndSupporter(ours.Keyed):
    seen = forms.IntegerField(widget=forms.HiddenInput)


def _ticks(label: str, choices: list[tuple[str, str]], missing: str) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, widget=forms.CheckboxSelectMultiple, error_messages={"required": missing}
    )


def _tick(label: str, missing: str) -> forms.BooleanField:
    return forms.BooleanField(label=label, error_messages={"required": missing})


class Sign(ours.Keyed):
    """The person reads, types their name and ticks; the one beside them says that they are clear-headed."""

    text_version = forms.CharField(widget=forms.HiddenInput, max_length=20)
    text_hash = forms.CharField(widget=forms.HiddenInput, max_length=64)
    signed_name = ours.text(
        "Your name, typed by you",
        missing="Let the person type their name: that is the signature.",
        longest=LONGEST_NAME,
    )
    agreed = _tick("I have read this, or it was read to me, and I agree.", "Tick this if you agree; else leave it.")
    clear_headed = _tick(
        "Staff: they are neither intoxicated nor in withdrawal now.",
        "A person who is intoxicated or in withdrawal cannot sign. Ask again on another day.",
    )


class SignForSomebody(Sign):
    """A consent that names a recipient, with what they may learn and until when."""

    recipient = ours.text("To whom", missing="Write to whom: a name, or a kind of office.", longest=LONGEST_NAME)
    purpose = ours.text("What for", missing="Write what it is for.", longest=LONGEST_NAME)
    until = ours.day("It ends on", missing="Write the last day as year-month-day, for example 2027-05-20.")
    field_order = ["recipient", "relation", "phone", "purpose", "scope", "until", "expiry_event", "signed_name"]


class SignNotes(SignForSomebody):
    """Counselling notes, and nothing beside them: nothing to tick."""

    expiry_event = ours.text("Or with an event", longest=LONGEST_NAME, hint="For example: when treatment there ends.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].required = False  # a day or an event; the act asks for one of both


class SignRecords(SignNotes):
    """Parts of the record, ticked one by one."""

    scope = _ticks("What is given out", PARTS, "Tick what is given out: at least one part.")


class LetIn(SignForSomebody):
    """The consent and the supporter in one form."""

    recipient = ours.text("Supporter's name", missing="Write the supporter's name.", longest=LONGEST_NAME)
    relation = ours.text("Who they are to you", longest=LONGEST_NAME)
    phone = ours.text("Telephone", longest=40)
    scope = _ticks("What they may learn", LEARNS, "Tick what they may learn: at least one thing.")


FORMS: dict[ConsentKind, type[Sign]] = {
    ConsentKind.RECORDS: SignRecords,
    ConsentKind.LEGAL: SignRecords,
    ConsentKind.COUNSELLING_NOTES: SignNotes,
    ConsentKind.SUPPORTER: LetIn,
}


def signing(kind: ConsentKind) -> type[Sign]:
    """The form of a kind of consent."""
    return FORMS.get(kind, Sign)


class Criteria(ours.Keyed):
    """The eleven criteria, each present, absent or not known."""

    icd10cm = ours.text(
        "ICD-10-CM code, if not the table's", longest=10,
        hint="Left empty: the table's, where its source was read. Of a typed code only the form is checked.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        three = [("yes", "present"), ("no", "absent"), ("unknown", "not known")]
        for item in eleven().items:
            self.fields[item.id] = forms.ChoiceField(
                label=f"{item.number}. {item.text or item.label}", choices=three, widget=forms.RadioSelect,
                error_messages={"required": f"Answer criterion {item.number}; not known is an answer."},
            )  # fmt: skip
        self.order_fields([*(item.id for item in eleven().items), "icd10cm"])

    def answers(self) -> dict[str, bool | None]:
        """What was found, as the act takes it."""
        found = {"yes": True, "no": False, "unknown": None}
        return {item.id: found[self.cleaned_data[item.id]] for item in eleven().items}
