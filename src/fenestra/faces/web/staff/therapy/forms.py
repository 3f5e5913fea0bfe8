"""Forms of therapy: an hour, who came with a note and a trigger, a trigger, a booking."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from fenestra.faces.web import forms as ours
from fenestra.faces.web.staff.therapy.words import MODALITIES
from fenestra.ground.book.scope import Mask, Scope
from fenestra.ground.book.texts import LONGEST_TEXT
from fenestra.ground.clinic import queries as clinics
from fenestra.ground.clinic.rules import Role

NO_CUE = "Write what brings the wish to use, or leave the plan empty too."
NO_PLAN = "Write what to do when it comes, or leave the trigger empty too."


class When(ours.Keyed):
    """A day and a time of the clinic, and how long."""

    day = ours.day("Day", missing="Write the day, for example 2026-11-20.")
    hour = ours.hour()
    minutes = ours.whole("Minutes", missing="Write how many minutes.", least=1)

    def moment(self, zone: str) -> datetime:
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data["hour"], ZoneInfo(zone))


def staff_choices(scope: Scope, mask: Mask, roles: tuple[Role, ...]) -> list[tuple[str, str]]:
    """Humans of the clinic who hold any of these roles."""
    return [(str(one.id), one.name) for one in clinics.staff(scope, mask) if not set(one.roles).isdisjoint(roles)]


class WithWhom(When):
    """With whom of the clinic. `staff` are the choices."""

    staff_id = ours.choice("With", [], missing="Choose with whom.")

    def __init__(self, staff: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ours.offer(self, "staff_id", staff)


class Hour(WithWhom):
    """An hour that was."""

    modality = ours.choice("What kind", MODALITIES, missing="Choose what kind of hour it was.")


class Correct(When):
    """When it really was, or what kind."""

    modality = ours.choice("What kind", MODALITIES, missing="Choose what kind of hour it was.")


class Book(WithWhom):
    """An hour to come."""

    outside_because = ours.text(
        "Why outside the window", hint="Only where the time lies outside the window of its dose.", longest=500
    )


def words_of_a_note() -> forms.CharField:
    return ours.text(
        "Counselling note", longest=LONGEST_TEXT, area=True,
        hint="Short. Kept apart from the record; read by those who counsel.",
    )  # fmt: skip


class Who(forms.Form):
    """One person who was expected: whether they came, a note, and a trigger with the plan against it."""

    came = ours.choice("Came?", [("yes", "Came"), ("no", "Did not come")], missing="Choose whether this person came.")
    note = words_of_a_note()
    cue = ours.text("A trigger they named", hint="In their words, for example Friday after work.", longest=500)
    plan = ours.text("The plan against it", hint="What they mean to do when it comes.", longest=500)

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        cue, plan = told.get("cue", "").strip(), told.get("plan", "").strip()
        if plan and not cue:
            self.add_error("cue", NO_CUE)
        if cue and not plan:
            self.add_error("plan", NO_PLAN)
        return told


class Note(ours.Keyed):
    words = ours.text(
        "Counselling note", missing="Write the note, or leave it.", longest=LONGEST_TEXT, area=True,
        hint="Kept apart from the record; read by those who counsel.",
    )  # fmt: skip


class TriggerForm(ours.Keyed):
    cue = ours.text(
        "What brings the wish to use", missing="Write what brings the wish to use, for example Friday after work.",
        longest=500, hint="In the person's words.",
    )  # fmt: skip
    plan = ours.text(
        "What to do when it comes",
        missing="Write what to do when it comes, for example call Anna and walk home by the river.", longest=500,
    )  # fmt: skip
