"""Which acts the screen offers in which state. What cannot be done is not offered."""

from __future__ import annotations

from dataclasses import dataclass

from fenestra.care.visit.rules import CLOSED, DOSING, Route, VisitState, can_step
from fenestra.faces.web.staff.visit.seen import Seen
from fenestra.faces.web.staff.visit.verbs import can_send
from fenestra.ground.clinic.rules import AT_THE_CHAIR, SEES_PEOPLE, can

S = VisitState


@dataclass(frozen=True)
class Key:
    """One act beside the next action. A held one is sent when it was held for a second, without a sheet."""

    sheet: str
    label: str
    letter: str = ""
    held: bool = False


PAUSE, RESUME, RATE = Key("pause", "Pause", "p"), Key("resume", "Go on", "p"), Key("rate", "Rate", "r")
EVENT, THERAPIST = Key("event", "Event", "e"), Key("therapist", "Therapist", "t")
SEDATION, STOP = Key("sedation", "Sedation", "d"), Key("stop", "Stop, hold", "s", held=True)
FINISH = Key("finish", "Pump finished")
MONITOR_OFF = Key("monitor-off", "Monitor off")
HOME, EARLY = Key("send-home", "No dose today"), Key("left-early", "Left early")
RUNS, GIVEN = Key("record-start", "Pump runs already"), Key("record-given", "Given already")
AGAIN, REORDER, CONFIRM = Key("arrival", "Measure again"), Key("order", "Order anew"), Key("confirm", "Read back")
TREAT, RECOVER = Key("treat", "Treat"), Key("recover", "Recovers")
WASTE, DISCHARGE, ROUND = Key("waste", "Waste"), Key("discharge", "Discharge"), Key("round", "A late round")


def keys_of(seen: Seen) -> tuple[Key, ...]:
    """The keys of this state that somebody with these roles may send; those who only look get none."""
    keys = _of_state(seen) if can(seen.scope.roles, AT_THE_CHAIR) else (EVENT, THERAPIST, *_of_state(seen))
    measured = bool(seen.value.arrival)  # before that, measuring is the next action
    if seen.value.monitor_since and seen.state not in CLOSED:
        keys = (*keys, MONITOR_OFF)
    return tuple(key for key in dict.fromkeys(keys) if can_send(seen, key.sheet) and (measured or key is not AGAIN))


def _of_state(seen: Seen) -> tuple[Key, ...]:
    state, route = seen.state, seen.value.route
    if state in CLOSED:
        return (ROUND, EVENT, *(() if not seen.left_mg else (WASTE,)))
    if state in DOSING:
        return _dosing(state, route)
    if state is S.RECOVERING:
        left = (WASTE,) if seen.left_mg else ()
        return (*left, DISCHARGE, EVENT, THERAPIST, SEDATION, EARLY)
    return _before(state, route)


def _dosing(state: VisitState, route: Route) -> tuple[Key, ...]:
    if route is Route.IV:
        return (RESUME if state is S.PAUSED else PAUSE, RATE, EVENT, THERAPIST, SEDATION, STOP, FINISH)
    treat = (TREAT,) if can_step(route, state, S.TREATING) else ()
    return (*treat, RECOVER, EVENT, THERAPIST, SEDATION)


def _before(state: VisitState, route: Route) -> tuple[Key, ...]:
    happened = (RUNS, GIVEN) if route is Route.IV else (GIVEN,)
    change = {S.ARRIVED: (AGAIN,), S.CLEARED: (AGAIN,), S.ORDERED: (REORDER,), S.CONFIRMED: (REORDER,)}.get(state, ())
    home = (HOME,) if can_step(route, state, S.SENT_HOME) else ()
    return (EVENT, THERAPIST, *change, *home, *happened)


def sheets_of(seen: Seen) -> tuple[str, ...]:
    """Every sheet that this state opens for these roles: the keys', the round, and that of the next action. Whoever
    sees people may read on the sheet of the next action who is to send it; an auditor is handed none."""
    keys = [key.sheet for key in keys_of(seen) if not key.held]
    after = ["round"] if seen.state is not S.BOOKED and can_send(seen, "round") else []
    reads = seen.next is not None and can(seen.scope.roles, SEES_PEOPLE)
    wanted = [seen.next.sheet] if seen.next and (reads or can_send(seen, seen.next.sheet)) else []
    return tuple(dict.fromkeys([*wanted, *keys, *after]))
