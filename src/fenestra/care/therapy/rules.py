"""Therapy hours and the window: pure. The window is a hypothesis, so an hour outside it is described, never judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from fenestra.science.errors import BadInput, NotHere
from fenestra.science.protocols.protocol import WindowRule
from fenestra.science.protocols.window import TherapyWindow, WindowStanding, therapy_window


class Modality(StrEnum):
    """What kind of therapy an hour was; the named ones are those of the protocols' trials."""

    RELAPSE_PREVENTION = "relapse prevention"
    MOTIVATIONAL = "motivational enhancement"
    MINDFULNESS = "mindfulness-based relapse prevention"
    CBT = "cognitive behavioural therapy"
    PREPARATION = "preparation"
    INTEGRATION = "integration"
    EXISTENTIAL = "existentially oriented psychotherapy"
    CUE_EXPOSURE = "cue exposure"
    FAMILY = "family or supporter hour"
    OTHER = "other"


class NotThere(NotHere):
    """No such hour, trigger or note in this clinic."""


SHORTEST_MIN, LONGEST_MIN = 5, 600  # typing checks, not clinical limits
MOST_IN_GROUP = 30  # a typing check


@dataclass(frozen=True)
class DoseEnd:
    """When one dose ended, and the window rule of its protocol."""

    visit_id: int
    number: int
    ended_at: datetime
    rule: WindowRule

    @property
    def window(self) -> TherapyWindow:
        return therapy_window(self.rule, self.ended_at)


def check_hour(began_at: datetime, minutes: int, people: int, *, now: datetime) -> None:
    """Refuse an hour that cannot have been: a note is about what happened."""
    if began_at > now:
        raise BadInput("The hour lies in the future. Book it as an appointment; write it down after it.", field="began_at")  # fmt: skip
    if not SHORTEST_MIN <= minutes <= LONGEST_MIN:
        raise BadInput(f"Write how many minutes, from {SHORTEST_MIN} to {LONGEST_MIN}.", field="minutes")
    if not 1 <= people <= MOST_IN_GROUP:
        raise BadInput(f"Choose who was expected: one person, or a group of up to {MOST_IN_GROUP}.", field="people")


def belongs_to(began_at: datetime, doses: Iterable[DoseEnd]) -> tuple[DoseEnd | None, WindowStanding | None]:
    """The last dose before an hour and where the hour stood to its window; none while no dose was given."""
    before = [dose for dose in doses if dose.ended_at <= began_at]
    if not before:
        return None, None
    last = max(before, key=lambda dose: dose.ended_at)
    return last, last.window.standing(began_at)


def has_hour(dose: DoseEnd, began: Iterable[datetime]) -> bool:
    """Whether any of these hours began inside the dose's window."""
    return any(dose.window.standing(at) is WindowStanding.OPEN for at in began)


def settled(dose: DoseEnd, at: datetime) -> bool:
    """Whether the dose's window is over, so that it can be said whether an hour fell into it."""
    return at > dose.window.closes_at


@dataclass(frozen=True)
class Coupling:
    """Of the doses whose window is over, how many had a therapy hour in it. A description of what was done."""

    doses: int
    with_hour: int
    still_open: int

    @property
    def say(self) -> str:
        """The sentence, with what it does not mean."""
        if not self.doses:
            return "No window has closed in this time, so there is nothing to count yet."
        return (
            f"{self.with_hour} of {self.doses} doses had a therapy hour in their window. "
            "This describes what was done. It does not show that these hours work better."
        )


def coupling(doses: Iterable[tuple[DoseEnd, list[datetime]]], *, at: datetime) -> Coupling:
    """Count doses with the beginnings of the therapy hours that person came to."""
    told = list(doses)
    over = [(dose, began) for dose, began in told if settled(dose, at)]
    return Coupling(len(over), sum(has_hour(dose, began) for dose, began in over), len(told) - len(over))


def longest_tail(rules: Iterable[WindowRule]) -> timedelta:
    """How far back a dose may lie and still have something of a window."""
    return timedelta(days=max((float(rule.soft_tail_to_day) for rule in rules), default=0))
