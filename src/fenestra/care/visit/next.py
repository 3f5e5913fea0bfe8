"""The one next action of a dosing day: what, when, why. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fenestra.care.visit.rules import BEFORE_DOSE, VisitState
from fenestra.science.protocols.thresholds import AlarmAction

S = VisitState


@dataclass(frozen=True)
class Next:
    """What to do now. `sheet` is the form that does it; `due_at` a clock time where there is one."""

    what: str
    why: str
    sheet: str
    due_at: datetime | None = None
    urgent: bool = False


@dataclass(frozen=True)
class NextFacts:
    state: VisitState
    alarm_says: str
    alarm_wants: str
    findings: int
    blocked: bool
    round_due_at: datetime | None
    pump_dry_at: datetime | None
    earliest_leave_at: datetime | None
    list_open: int
    syringe_left: bool
    route_is_iv: bool


BEFORE: dict[VisitState, Next] = {
    S.BOOKED: Next("Check the person in", "when they have come", "arrive"),
    S.ARRIVED: Next("Ask and measure on arrival", "weight, first readings, fasting, escort, medicines", "arrival"),
    S.CLEARED: Next("Order the dose", "a prescriber, from the protocol and today's weight", "order"),
    S.ORDERED: Next("Draw up and have it read back", "a second person confirms with their own password", "confirm"),
}


def next_action(facts: NextFacts, now: datetime) -> Next | None:
    """What stands first. None when the visit is closed."""
    if facts.alarm_wants:
        return _for_alarm(facts)
    if facts.state in BEFORE_DOSE and facts.findings:
        if facts.blocked:
            return Next("No dose today as it stands", "ask and measure again, or send home", "arrival")
        return Next("A prescriber decides", f"{facts.findings} found before the dose", "decide")
    if facts.state in BEFORE:
        return BEFORE[facts.state]
    if facts.state is S.CONFIRMED:
        what = "Start the infusion" if facts.route_is_iv else "Give the injection"
        return Next(what, "after the time-out: twelve lines", "start")
    return _watching(facts, now)


# What a rule may ask of the pump. Everything else (a second look, a call, a round that did not come) is measured again.
ON_THE_PUMP = {AlarmAction.PAUSE_AND_CALL.words: "pause", AlarmAction.STOP.words: "stop"}


def _for_alarm(facts: NextFacts) -> Next:
    """While it flows, what the rule asks for; once nothing flows, look and measure again."""
    sheet = ON_THE_PUMP.get(facts.alarm_wants, "round")
    if facts.state is S.INFUSING or (facts.state is S.PAUSED and sheet == "stop"):
        return Next(facts.alarm_wants, facts.alarm_says, sheet, urgent=True)
    return Next("Look at the person and measure again", facts.alarm_says, "round", urgent=True)


def _watching(facts: NextFacts, now: datetime) -> Next | None:
    """While something flows or wears off: the round or the end of the pump, whichever comes first."""
    due: list[tuple[datetime, Next]] = []
    if facts.round_due_at:
        why = "pressure, pulse, oxygen, breaths, sedation, dissociation"
        due.append((facts.round_due_at, Next("Measure a round", why, "round", facts.round_due_at)))
    if facts.state is S.INFUSING and facts.pump_dry_at:
        due.append(
            (
                facts.pump_dry_at,
                Next("Note that the pump has finished", "read what it gave", "finish", facts.pump_dry_at),
            )
        )
    if facts.state is S.PAUSED:
        return Next("Go on, or stop", "the pump stands", "resume")
    if facts.state in (S.GIVEN, S.TREATING) and facts.earliest_leave_at:
        due.append(
            (facts.earliest_leave_at, Next("Note that the person recovers", "no more effect to treat", "recover"))
        )
    if facts.state is S.RECOVERING:
        due += _leaving(facts, now)
    return min(due, key=lambda pair: pair[0])[1] if due else None


def _leaving(facts: NextFacts, now: datetime) -> Sequence[tuple[datetime, Next]]:
    if facts.syringe_left:
        return [(now, Next("Waste what is left in the syringe", "a second person sees it", "waste"))]
    if facts.earliest_leave_at is None:
        return []
    if facts.list_open:
        why = f"{facts.list_open} lines open"
        return [
            (facts.earliest_leave_at, Next("Go through the discharge list", why, "discharge", facts.earliest_leave_at))
        ]
    return [
        (facts.earliest_leave_at, Next("Discharge", "with escort, sheet in hand", "discharge", facts.earliest_leave_at))
    ]
