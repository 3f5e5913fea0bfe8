"""The states of a dosing day and what is allowed in each. Pure: facts in, a sentence or nothing out.

Limits bind orders and starts; the record of what happened is taken in any state (see `actions.record_…`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from fenestra.science.errors import BadInput, Refused
from fenestra.science.quantities import plain


class Route(StrEnum):
    IV = "iv"
    IM = "im"


class VisitState(StrEnum):
    """Where a dosing day stands."""

    BOOKED = "booked"
    ARRIVED = "arrived"
    CLEARED = "cleared"
    ORDERED = "ordered"
    CONFIRMED = "confirmed"
    INFUSING = "infusing"
    PAUSED = "paused"
    GIVEN = "given"
    TREATING = "treating"
    RECOVERING = "recovering"
    DISCHARGED = "discharged"
    LEFT_EARLY = "left early"
    SENT_HOME = "sent home"


S = VisitState

IV_STEPS: Mapping[VisitState, tuple[VisitState, ...]] = {
    S.BOOKED: (S.ARRIVED, S.SENT_HOME),
    S.ARRIVED: (S.CLEARED, S.SENT_HOME),
    S.CLEARED: (S.ARRIVED, S.ORDERED, S.SENT_HOME),
    S.ORDERED: (S.ORDERED, S.CONFIRMED, S.SENT_HOME),
    S.CONFIRMED: (S.ORDERED, S.INFUSING, S.SENT_HOME),
    S.INFUSING: (S.PAUSED, S.RECOVERING),
    S.PAUSED: (S.INFUSING, S.RECOVERING),
    S.RECOVERING: (S.DISCHARGED, S.LEFT_EARLY),
    S.DISCHARGED: (),
    S.LEFT_EARLY: (),
    S.SENT_HOME: (),
}

# An im dose has no pause and no stop: it is given, and what follows is treated.
IM_STEPS: Mapping[VisitState, tuple[VisitState, ...]] = {
    **{state: IV_STEPS[state] for state in (S.BOOKED, S.ARRIVED, S.CLEARED, S.ORDERED)},
    S.CONFIRMED: (S.ORDERED, S.GIVEN, S.SENT_HOME),
    S.GIVEN: (S.TREATING, S.RECOVERING),
    S.TREATING: (S.RECOVERING,),
    **{state: IV_STEPS[state] for state in (S.RECOVERING, S.DISCHARGED, S.LEFT_EARLY, S.SENT_HOME)},
}

STEPS: Mapping[Route, Mapping[VisitState, tuple[VisitState, ...]]] = {Route.IV: IV_STEPS, Route.IM: IM_STEPS}

MEANING: Mapping[VisitState, str] = {
    S.BOOKED: "expected today",
    S.ARRIVED: "in the house, not yet checked",
    S.CLEARED: "checked, fit for a dose today",
    S.ORDERED: "a prescriber has ordered the dose",
    S.CONFIRMED: "drawn up and read back by a second person",
    S.INFUSING: "the pump runs",
    S.PAUSED: "the pump stands, the line is in",
    S.GIVEN: "the injection is given and cannot be taken back",
    S.TREATING: "something after the injection is being treated",
    S.RECOVERING: "no more is flowing; watched until ready",
    S.DISCHARGED: "left with an escort after the full list",
    S.LEFT_EARLY: "left before the list was done; an incident",
    S.SENT_HOME: "no dose today",
}

BEFORE_DOSE = (S.ARRIVED, S.CLEARED, S.ORDERED, S.CONFIRMED)
DOSING = (S.INFUSING, S.PAUSED, S.GIVEN, S.TREATING)
OPEN = (*BEFORE_DOSE, *DOSING, S.RECOVERING)
CLOSED = (S.DISCHARGED, S.LEFT_EARLY, S.SENT_HOME)


class WrongState(Refused):
    """The visit is not where this step starts from."""


class AlreadyRunning(WrongState):
    """Somebody else has started this dose."""


class ListNotDone(Refused):
    """A list that guards the next step has open lines."""


class BeyondLimit(Refused):
    """An order beyond a hard limit, or beyond a soft one without a prescriber's reason."""


class Mark(StrEnum):
    """A change in what flows."""

    START = "start"
    RATE = "rate"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    FINISH = "finish"
    GIVEN = "given"


def state_after(route: Route, now: VisitState, mark: Mark, *, given: bool) -> VisitState:
    """Where a visit stands after a mark was recorded in any state. `given` says whether anything has gone in.

    Only a mark that says something about the person moves the visit: a pause or a stop where nothing flows, and
    whatever is learned after the person has left, are kept and change no state.
    """
    if mark in (Mark.START, Mark.RATE, Mark.RESUME):
        return S.INFUSING
    gone = now in (S.DISCHARGED, S.LEFT_EARLY)
    if mark is Mark.PAUSE:
        return S.PAUSED if now is S.INFUSING else now
    if mark is Mark.GIVEN and route is Route.IM:
        return now if gone or now is S.TREATING else S.GIVEN
    if mark is Mark.GIVEN:
        return now if gone or now in DOSING else S.RECOVERING
    return S.RECOVERING if now in DOSING or (given and not gone) else now


MOST_WRITTEN = Decimal("99999.99")  # what the columns hold; not a clinical limit
MINUTES_OF_A_DAY = 24 * 60  # an input beyond it is a slip of the finger; not a clinical limit


def check_given(mg: Decimal, *, nothing: bool = False) -> None:
    """Refuse what cannot be an amount at all. `nothing`: zero may be what was given."""
    if not mg.is_finite() or mg < 0 or mg > MOST_WRITTEN or (mg == 0 and not nothing):
        raise BadInput("Write what was given in milligrams, for example 18.5.", field="given_mg")


def check_minutes(minutes: Decimal | None) -> None:
    """Refuse an infusion that cannot be meant; the limits say how fast it may be."""
    if minutes is not None and minutes.is_finite() and minutes > MINUTES_OF_A_DAY:
        raise BadInput("That infusion is longer than a day. Write its minutes, for example 40.", field="minutes")


def check_rate(rate: Decimal, *, field: str, unit: str) -> None:
    """Refuse what no pump can run at; a pump that stands is a pause."""
    if not rate.is_finite() or not 0 < rate <= MOST_WRITTEN:
        raise BadInput(f"Write a rate above zero in {unit}. A pump that stands is a pause.", field=field)


def check_is_infusion(route: Route) -> None:
    """Refuse what only an infusion has: an injection cannot be started twice, paused or stopped."""
    if route is Route.IM:
        raise WrongState(
            "An injection has no rate, no pause and no stop. Record what was given, what you treat, and the readings."
        )


class Measure(StrEnum):
    """What is measured at the chair, with the bounds of what can be a reading at all (typing checks, not limits)."""

    SYSTOLIC = "systolic"
    DIASTOLIC = "diastolic"
    PULSE = "pulse"
    SPO2 = "spo2"
    BREATHS = "breaths"
    MOAAS = "moaas"
    UNREAL = "unreal"
    APART = "apart"
    CONTACT = "contact"
    CRAVING = "craving"


@dataclass(frozen=True)
class Kind:
    """How a measure is written: its name in words, unit, and the values a reading can have at all."""

    words: str
    unit: str
    low: int
    high: int


MEASURES: Mapping[Measure, Kind] = {
    Measure.SYSTOLIC: Kind("systolic pressure", "mmHg", 30, 300),
    Measure.DIASTOLIC: Kind("diastolic pressure", "mmHg", 10, 200),
    Measure.PULSE: Kind("pulse", "/min", 10, 300),
    Measure.SPO2: Kind("oxygen saturation", "%", 20, 100),
    Measure.BREATHS: Kind("breaths", "/min", 0, 80),
    Measure.MOAAS: Kind("sedation (MOAA/S)", "", 0, 5),
    Measure.UNREAL: Kind("how unreal things seem", "of 100", 0, 100),
    Measure.APART: Kind("how far from the body", "of 100", 0, 100),
    Measure.CONTACT: Kind("contact, as the nurse sees it", "of 3", 0, 3),
    Measure.CRAVING: Kind("craving", "of 100", 0, 100),
}


def _a(words: str) -> str:
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def check_reading(readings: Mapping[Measure, Decimal]) -> None:
    """Refuse numbers that no cuff or probe can show; what is possible is taken, however bad."""
    for measure, value in readings.items():
        kind = MEASURES[measure]
        if not value.is_finite() or not kind.low <= value <= kind.high:
            raise BadInput(
                f"{value} cannot be {_a(kind.words)}. It lies between {kind.low} and {kind.high} {kind.unit}".strip()
                + ". Look again and type it once more.",
                field=measure.value,
            )
    high, low = readings.get(Measure.SYSTOLIC), readings.get(Measure.DIASTOLIC)
    if high is not None and low is not None and low >= high:
        raise BadInput(
            f"{high}/{low} has the lower number first. Type systolic, then diastolic, for example 128 82.",
            field=Measure.SYSTOLIC.value,
        )


def check_step(route: Route, now: VisitState, then: VisitState) -> None:
    """Refuse a step that the table does not know."""
    if then not in STEPS[route][now]:
        allowed = " or ".join(state.value for state in STEPS[route][now])
        follow = f"From here it can only become {allowed}." if allowed else "It is closed."
        raise WrongState(f"This visit is '{now.value}': {MEANING[now]}. {follow}")


def can_step(route: Route, now: VisitState, then: VisitState) -> bool:
    return then in STEPS[route][now]


@dataclass(frozen=True)
class StartFacts:
    """What a start is judged by."""

    route: Route
    state: VisitState
    started_by: str
    started_at_words: str
    open_timeout_items: tuple[str, ...]
    open_findings: tuple[str, ...] = ()
    syringe_holds_mg: Decimal | None = None
    ordered_mg: Decimal | None = None


def check_can_start(facts: StartFacts) -> None:
    """Refuse a start that is a second one, before the time-out is complete, over a finding nobody decided, or from a
    syringe that does not hold the dose any more."""
    if facts.state in DOSING or facts.state is S.RECOVERING:
        raise AlreadyRunning(
            f"This dose was started at {facts.started_at_words} by {facts.started_by}. Open the dosing screen to join."
        )
    check_step(facts.route, facts.state, S.INFUSING if facts.route is Route.IV else S.GIVEN)
    if facts.open_timeout_items:
        raise ListNotDone(f"The time-out is not complete: {', '.join(facts.open_timeout_items)}. Answer these first.")
    if facts.open_findings:
        raise ListNotDone(f"{facts.open_findings[0]} Measure again, or ask a prescriber to decide, then start.")
    if facts.ordered_mg is not None and (facts.syringe_holds_mg or 0) < facts.ordered_mg:
        raise ListNotDone(
            f"By the book the syringe holds {plain(facts.syringe_holds_mg or Decimal(0))} mg and "
            f"{plain(facts.ordered_mg)} mg are ordered. Order again and draw up a new one."
        )


@dataclass(frozen=True)
class DischargeFacts:
    """What a discharge is judged by."""

    route: Route
    state: VisitState
    at: datetime
    earliest: datetime | None
    earliest_words: str
    open_items: tuple[str, ...]
    pressure_words: str
    unreconciled_words: str
    alarms_open: int


def check_can_discharge(facts: DischargeFacts) -> None:
    """Refuse to discharge before time, with open lines, with medicine not accounted for, or while an alarm stands."""
    check_step(facts.route, facts.state, S.DISCHARGED)
    if facts.earliest is not None and facts.at < facts.earliest:
        raise ListNotDone(
            f"The earliest time to leave is {facts.earliest_words}. If the person goes before, record that they left early."
        )
    if facts.open_items:
        raise ListNotDone(f"Still open: {', '.join(facts.open_items)}. Answer these first.")
    if facts.pressure_words:
        raise ListNotDone(facts.pressure_words)
    if facts.unreconciled_words:
        raise ListNotDone(facts.unreconciled_words)
    if facts.alarms_open:
        raise ListNotDone(
            "An alarm is still open. Look at the person, say that you have seen it, and measure again: it ends inside "
            "its limit."
        )
