"""The form of a screening: one question for each fact, three answers where it is yes or no."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms

from fenestra.faces.web import forms as ours
from fenestra.faces.web.staff.screening.facts import Known
from fenestra.science.protocols.facts import Fact, FactKind, load_facts

FROM_RECORD = "birth_date"  # the record has it; a screening does not ask for it again
NONE_OF = "none_of_these"
NOT_KNOWN = "not known"
# Which questions stand together, by the requirement that asks for them.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "The course and the work-up": ("SCR-001", "SCR-002", "SCR-008"),
    "What would forbid it": ("SCR-003",),
    "What asks for a decision": ("SCR-004", "SAF-001"),
    "Measured at rest": ("LIM-001", "THR-001", "THR-002"),
    "Misuse": ("SCR-005",),
    "Now": ("SCR-006", "SCR-007"),
}
FURTHER = "Further"
FIRST = "on_date"


def asked() -> tuple[Fact, ...]:
    """The facts a screening asks for, in their order."""
    return tuple(fact for fact in load_facts() if fact.id != FROM_RECORD)


def words_of(code: str) -> str:
    """A choice of a fact as it is read."""
    return {"ecg": "ECG", "stop_bang": "STOP-Bang", "maoi": "MAO inhibitor"}.get(code, code.replace("_", " "))


def question(fact: Fact) -> str:
    """A fact as it is asked: other facts by their words, not by their names in the file."""
    asked = fact.explain
    for name, words in (
        ("opioid_signs", "the observed signs"),
        ("or cows", "or COWS"),
        ("; an empty list means none", ""),
    ):
        asked = asked.replace(name, words)
    return asked


def _field(fact: Fact) -> forms.Field:
    label = question(fact) if fact.unit in fact.explain else f"{question(fact)}, {fact.unit}"
    if fact.kind is FactKind.YES_NO:
        three = [("yes", "yes"), ("no", "no"), ("", NOT_KNOWN)]
        return forms.ChoiceField(label=label, choices=three, widget=forms.RadioSelect, required=False)
    if fact.kind is FactKind.ONE_OF:
        choices = [("", NOT_KNOWN), *((each, words_of(each)) for each in fact.allowed)]
        return forms.ChoiceField(label=label, choices=choices, required=False)
    if fact.kind is FactKind.LIST_OF:
        choices = [*((each, words_of(each)) for each in fact.allowed), (NONE_OF, "none of these")]
        return forms.MultipleChoiceField(
            label=label, choices=choices, widget=forms.CheckboxSelectMultiple, required=False
        )
    if fact.kind is FactKind.DATE:
        return ours.day(label, missing="Write the day as year-month-day, for example 2026-11-20.")
    return forms.CharField(
        label=label,
        required=False,
        max_length=20,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )


class Screen(ours.Keyed):
    """Every fact; what is left open is not known."""

    def __init__(self, known: Mapping[str, Known], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known
        for fact in asked():
            self.fields[fact.id] = _field(fact)

    def add_error(self, field: str | None, error: Any) -> None:
        """A rule names a fact by its id; who fills in the form is told by its question."""
        if field in self.fields and isinstance(error, str):
            error = error.replace(f"Enter {field} as ", f"{self.fields[field].label}: write ")
        super().add_error(field, error)

    def clean(self) -> dict[str, Any]:
        for fact in asked():
            told = self.cleaned_data.get(fact.id)
            if fact.kind is FactKind.LIST_OF and told and NONE_OF in told and len(told) > 1:
                self.add_error(fact.id, "Tick either what applies, or none of these.")
        return self.cleaned_data

    def facts(self) -> dict[str, Any]:
        """What was answered, as screening takes it; what was left open is left out."""
        answers = {fact.id: _answer(fact, self.cleaned_data[fact.id]) for fact in asked()}
        return {name: answer for name, answer in answers.items() if answer is not None}

    def groups(self) -> Iterator[tuple[str, list[tuple[Any, str]]]]:
        """Each heading with its questions, and beside each where its answer comes from when it is filled in."""
        rows: dict[str, list[tuple[Any, str]]] = {heading: [] for heading in (*GROUPS, FURTHER)}
        for fact in asked():
            rule = "SCR-001" if fact.id == "substances" else fact.rule  # asked for misuse, and what the course is for
            heading = next((each for each, rules in GROUPS.items() if rule in rules), FURTHER)
            said = self.known[fact.id].said if fact.id in self.known else ""
            rows[heading].append((self[fact.id], said))
        return ((heading, each) for heading, each in rows.items() if each)


def _answer(fact: Fact, typed: Any) -> Any:
    if fact.kind is FactKind.YES_NO:
        return {"yes": True, "no": False}.get(typed)
    if fact.kind is FactKind.LIST_OF:
        return None if not typed else [each for each in typed if each != NONE_OF]
    if fact.kind is FactKind.NUMBER:
        return typed.strip().replace(",", ".") or None
    return typed or None


def first_answers(known: Mapping[str, Known]) -> dict[str, Any]:
    """What is known, as the form shows it."""
    return {fact.id: _shown(fact, known[fact.id].value) for fact in asked() if fact.id in known}


def _shown(fact: Fact, value: Any) -> Any:
    if fact.kind is FactKind.YES_NO:
        return "yes" if value else "no"
    if fact.kind is FactKind.LIST_OF:
        return list(value) or [NONE_OF]
    return str(value)
