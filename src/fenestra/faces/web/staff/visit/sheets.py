"""The sheets of the dosing screen: plain forms. What they may do is decided by the actions they are handed to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms

from fenestra.care.visit import lists
from fenestra.care.visit.actions import ENTRY_KINDS
from fenestra.care.visit.rules import MEASURES, Measure
from fenestra.faces.web.staff.visit.fields import ClockTime, Exact, Line, Secret, Words, YesNo, YesTick, exact

LINE = (Measure.SYSTOLIC, Measure.DIASTOLIC, Measure.PULSE, Measure.SPO2)
LABELS: Mapping[Measure, tuple[str, str]] = {
    Measure.SYSTOLIC: ("Systolic", "128"),
    Measure.DIASTOLIC: ("Diastolic", "82"),
    Measure.PULSE: ("Pulse", "71"),
    Measure.SPO2: ("SpO₂", "98"),
    Measure.BREATHS: ("Breaths", "14"),
    Measure.MOAAS: ("Sedation, MOAA/S", "5"),
    Measure.UNREAL: ("How unreal things seem", "20"),
    Measure.APART: ("How far from the body", "20"),
    Measure.CONTACT: ("Contact, as you see it", "3"),
    Measure.CRAVING: ("Craving", "40"),
}
HINTS: Mapping[Measure, str] = {
    Measure.MOAAS: "5 answers readily to the name, 0 does not react",
    Measure.UNREAL: "the person says: 0 not at all, 100 wholly",
    Measure.APART: "the person says: 0 in it, 100 far away",
    Measure.CONTACT: "0 none, 3 as before the dose",
    Measure.CRAVING: "the person says: 0 none, 100 the strongest ever",
}
UNITS = {Measure.PULSE: "/min", Measure.BREATHS: "/min"}


def measure_field(measure: Measure, *, required: bool) -> Exact:
    label, example = LABELS[measure]
    unit = UNITS.get(measure, MEASURES[measure].unit)
    return Exact(label, unit=unit, example=example, whole=True, required=required, help_text=HINTS.get(measure, ""))


class Sheet(forms.Form):
    """Every sheet carries the request key made when it was drawn: the same sheet sent twice is one act."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def blame(self, field: str | None, text: str) -> None:
        """Put a refusal at the field it speaks of, or above the sheet where that field is not on it."""
        self.add_error(field if field in self.fields else None, text)

    def readings(self) -> dict[Measure, Decimal]:
        return {m: self.cleaned_data[m] for m in Measure if self.cleaned_data.get(m) is not None}


class Bare(Sheet):
    """Nothing to fill in."""


class Versioned(Sheet):
    version = forms.IntegerField(widget=forms.HiddenInput)


class Reason(Sheet):
    reason = Words("Why", missing="Write why, in a few words.")


class OptionalReason(Sheet):
    reason = Words("Why", required=False, help_text="may stay empty; the record does not wait for it")


class Round(Sheet):
    """A round: all four in one line, or field by field; each may be left out."""

    line = forms.CharField(
        label="All four in one line",
        required=False,
        help_text="systolic diastolic pulse SpO₂, with spaces; - leaves one out",
        widget=forms.TextInput(
            {
                "data-first": "",
                "data-round": " ".join(LINE),
                "inputmode": "decimal",
                "autocomplete": "off",
                "placeholder": "146 91 84 97",
            }
        ),
    )

    def __init__(self, *told: Any, measures: Iterable[Measure] = Measure, **other: Any) -> None:
        super().__init__(*told, **other)
        chosen = tuple(measures)
        if LINE[0] not in chosen:
            del self.fields["line"]
        for measure in chosen:
            self.fields[measure.value] = measure_field(measure, required=False)
        self.fields["measured_at"] = ClockTime("Measured at", help_text="only when it was not just now")

    def clean(self) -> dict[str, Any]:
        told = self.cleaned_data
        words = told.get("line", "").replace("/", " ").split()
        if len(words) > len(LINE):
            raise forms.ValidationError({"line": f"{len(words)} numbers stand there. Type four: 146 91 84 97."})
        typed = any(self.data.get(self.add_prefix(m.value)) for m in LINE)
        if words and not typed:
            told |= self._of_the_line(words)
        if not self.errors and not self.readings():
            first = next(iter(name for name in self.fields if name != "key"))
            raise forms.ValidationError({first: "Type at least one reading."})
        return told

    def _of_the_line(self, words: list[str]) -> dict[str, Decimal]:
        try:
            return {m.value: exact(word, "146 91 84 97") for m, word in zip(LINE, words, strict=False) if word != "-"}
        except forms.ValidationError as fault:
            raise forms.ValidationError({"line": fault.messages}) from None


class Arrival(Sheet):
    """Weight, the arrival list and the first readings."""

    weight_kg = Exact("Weight", unit="kg", example="72.5")

    def __init__(self, *told: Any, lines: Iterable[lists.Line] = (), **other: Any) -> None:
        super().__init__(*told, **other)
        self.lines = tuple(lines)
        for measure in (*LINE, Measure.BREATHS, Measure.MOAAS):
            self.fields[measure.value] = measure_field(measure, required=True)
        for measure in (Measure.UNREAL, Measure.APART, Measure.CRAVING):
            self.fields[measure.value] = measure_field(measure, required=False)
        for line in self.lines:
            self.fields[line.item] = _line_field(line)

    def answers(self) -> dict[str, str]:
        return {line.item: _as_words(self.cleaned_data[line.item]) for line in self.lines}


def _line_field(line: lists.Line) -> forms.Field:
    required, hint = not line.optional, line.hint
    if line.answer is lists.Answer.NUMBER:
        return Exact(line.text, unit=line.unit, example="6", required=required, help_text=hint)
    if line.answer is lists.Answer.WORDS:
        return Line(line.text, missing=f"Write an answer: {line.text}.", required=required, help_text=hint)
    return YesNo(line.text, required=required, help_text=hint)


def _as_words(answer: Any) -> str:
    return f"{answer:f}" if isinstance(answer, Decimal) else str(answer or "")


class Decide(Sheet):
    """A prescriber decides about one finding."""

    finding = forms.ChoiceField(
        label="What was found",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you decide about.", "invalid_choice": "This is not open any more."},
    )
    reason = Words("Why you go on", missing="Write why you go on.")

    def __init__(self, *told: Any, findings: Iterable[tuple[str, str]] = (), **other: Any) -> None:
        super().__init__(*told, **other)
        field = self.fields["finding"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(findings)


class Order(Sheet):
    mg_per_kg = Exact("Dose per weight", unit="mg/kg", example="0.5", places=3)
    dosing_weight_kg = Exact("Weight the dose is worked out from", unit="kg", example="72.5")
    minutes = Exact("Over", unit="min", example="40")
    reason = Words("Reason", required=False, help_text="needed beyond a soft limit")

    def __init__(self, *told: Any, iv: bool = True, **other: Any) -> None:
        super().__init__(*told, **other)
        if not iv:
            del self.fields["minutes"]


class SecondPerson(Sheet):
    """A colleague signs at this screen with their own user name and password."""

    second_username = Line("Second person: user name", missing="The second person types their own user name.")
    second_password = Secret("Second person: password")


class Confirm(Sheet):
    lot_id = forms.TypedChoiceField(
        label="Lot",
        coerce=int,
        widget=forms.RadioSelect,  # a list would cut off the expiry on a phone
        error_messages={"required": "Choose the lot you draw from.", "invalid_choice": "This lot is not in stock now."},
    )
    drawn_ml = Exact("Drawn from the vial", unit="mL", example="1.20")
    diluent = Line("Diluent", required=False, help_text="empty when nothing is added")
    final_ml = Exact("Volume in the syringe or bag", unit="mL", example="50")
    read_back_mg = Exact("The second person reads back", unit="mg", example="37", places=3, help_text="typed by them")
    second_username = SecondPerson.base_fields["second_username"]
    second_password = SecondPerson.base_fields["second_password"]

    def __init__(self, *told: Any, lots: Iterable[tuple[int, str]] = (), **other: Any) -> None:
        super().__init__(*told, **other)
        field = self.fields["lot_id"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(lots)

    def blame(self, field: str | None, text: str) -> None:
        """What the ledger calls by other names stands on this sheet under its own."""
        names = {"volume_ml": "final_ml", "mg": "drawn_ml", "witness_username": "second_username"}
        names |= {"witness_password": "second_password", "checker_password": "second_password"}
        super().blame(names.get(field or "", field), text)


class YesList(Versioned):
    """Yes-ticks of a list. What is not ticked is open, and the action says so."""

    def __init__(self, *told: Any, lines: Iterable[lists.Line] = (), **other: Any) -> None:
        super().__init__(*told, **other)
        self.lines = tuple(lines)
        for line in self.lines:
            self.fields[line.item] = YesTick(line.text, help_text=line.hint)

    def answers(self) -> dict[str, str]:
        return {line.item: "yes" if self.cleaned_data[line.item] else "no" for line in self.lines}


class Start(YesList):
    """The time-out. Only the therapy hour may be waived, by somebody who says why."""

    def __init__(self, *told: Any, **other: Any) -> None:
        super().__init__(*told, lines=lists.TIME_OUT, **other)
        self.fields["therapy_waived"] = Line(
            "No therapy hour: who waives it, and why",
            required=False,
            help_text="only when the line above is not ticked",
        )

    def answers(self) -> dict[str, str]:
        answers = super().answers()
        if answers["therapy"] == "no":
            answers["therapy"] = self.cleaned_data["therapy_waived"]
        return answers


class Rate(Sheet):
    ml_per_h = Exact("New rate", unit="mL/h", example="60")
    reason = Words("Why", missing="Write why the rate changes.")
    already_done = YesTick("The pump runs at this rate already", help_text="kept whatever the limits say, and marked")


class Stop(Sheet):
    given_mg = Exact(
        "Given, read off the pump", unit="mg", example="31.2", required=False, help_text="empty: rate times time"
    )
    reason = Words("Why", required=False, help_text="may stay empty; the record does not wait for it")


class Finish(Sheet):
    given_mg = Exact(
        "Given, read off the pump", unit="mg", example="37", required=False, help_text="empty: rate times time"
    )


class Event(Sheet):
    kind = forms.ChoiceField(label="Kind", choices=[(kind, words) for kind, words in ENTRY_KINDS.items()])
    text = Words("What happened", missing="Write what happened.")


class Seen(Sheet):
    alarm_id = forms.IntegerField(widget=forms.HiddenInput)


class Waste(Sheet):
    mg = Exact("Left in the syringe", unit="mg", example="12.4", places=3)
    method = Line("How it is made unusable", missing="Write how it is made unusable.")
    witness_username = Line("Second person: user name", missing="The second person types their own user name.")
    witness_password = Secret("Second person: password")


class Discharge(YesList):
    """The eight criteria, when they were met, and who takes the person home."""

    def __init__(self, *told: Any, **other: Any) -> None:
        super().__init__(*told, lines=lists.discharge_lines(), **other)
        self.fields["escort"] = Line("Goes home with", missing="Write who takes the person home.")
        self.fields["ready_at"] = ClockTime("Judged ready at", help_text="when it was before now")


class RecordStart(Sheet):
    """The pump runs already."""

    ml_per_h = Exact("The pump runs at", unit="mL/h", example="60")
    mg_per_ml = Exact("In the syringe", unit="mg/mL", example="1", places=3)
    reason = Words("What happened", missing="Write what happened, in a few words.")

    def mg_per_min(self) -> Decimal:
        return self.cleaned_data["ml_per_h"] * self.cleaned_data["mg_per_ml"] / Decimal(60)


class RecordGiven(Sheet):
    given_mg = Exact("Given", unit="mg", example="37")
    reason = Words("What happened", missing="Write what happened, in a few words.")
