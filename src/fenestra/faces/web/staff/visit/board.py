"""The dosing screen in words: frozen values of a visit become what the templates arrange. No database, no browser."""

from __future__ import annotations

from dataclasses import dataclass

from fenestra.care.visit.rules import CLOSED, DOSING, MEANING, Measure, VisitState
from fenestra.care.visit.sheet import can_print
from fenestra.care.visit.values import AlarmValue
from fenestra.faces.web.staff.visit.keys import Key, keys_of, sheets_of
from fenestra.faces.web.staff.visit.lanes import level_words
from fenestra.faces.web.staff.visit.log import LogLine, log_of
from fenestra.faces.web.staff.visit.seen import Seen, milliseconds
from fenestra.faces.web.staff.visit.timer import Timer, timer_of
from fenestra.faces.web.staff.visit.verbs import can_send
from fenestra.faces.web.staff.visit.vitals import Vital, counted_rounds, pair_of, told_of, vitals_of
from fenestra.ground.clinic.rules import AT_THE_CHAIR, can
from fenestra.science.quantities import plain

MOST_STRIPS = 3
QUIET = {
    VisitState.DISCHARGED: ("calm", "ok"),
    VisitState.LEFT_EARLY: ("waiting", "decide"),
    VisitState.SENT_HOME: ("waiting", "tick"),
}
ICONS = {"high": "high", "warn": "decide", "tech": "tech", "calm": "ok"}
DIRECT = ("arrive", "recover")  # nothing to fill in: the next action itself is the form


@dataclass(frozen=True)
class Strip:
    """One line across the screen: calm, or an alarm that holds until somebody has acted."""

    level: str
    icon: str
    text: str
    why: str = ""
    aside: str = ""
    alarm_id: int | None = None
    seen: str = ""
    since: str = ""
    since_ms: int | None = None


@dataclass(frozen=True)
class NextAction:
    """The one big action. `sheet` opens; a direct one is sent as it stands. Who only looks on is offered none."""

    what: str
    why: str
    sheet: str
    due: str
    due_ms: int | None
    urgent: bool
    direct: bool
    offered: bool


@dataclass(frozen=True)
class Step:
    """One line of the way to the dose, before it has started."""

    text: str
    detail: str
    done: bool


@dataclass(frozen=True)
class Board:
    """What changes while a person is treated."""

    strips: tuple[Strip, ...]
    more_alarms: int
    vitals: tuple[Vital, ...]
    pair: tuple[Vital, ...]
    told: tuple[Vital, ...]
    timer: Timer | None
    way: tuple[Step, ...]
    next: NextAction | None
    closed: str
    keys: tuple[Key, ...]
    log: tuple[LogLine, ...]
    may_print: bool
    may_round: bool
    level_note: str
    level_why_not: str


def board_of(seen: Seen) -> Board:
    """Everything on the screen below its bar."""
    alarms = alarm_strips(seen)
    return Board(
        strips=alarms[:MOST_STRIPS] or (calm_strip(seen),),
        more_alarms=max(0, len(alarms) - MOST_STRIPS),
        vitals=vitals_of(seen),
        pair=pair_of(seen),
        told=told_of(seen),
        timer=timer_of(seen),
        way=way_of(seen) if seen.value.started_at is None else (),
        next=next_of(seen),
        closed=closed_words(seen),
        keys=keys_of(seen),
        log=log_of(seen),
        may_round="round" in sheets_of(seen),
        may_print=can_print(seen.value) and can(seen.scope.roles, AT_THE_CHAIR),
        level_note=level_words(seen) if not seen.level.why_not else "",
        level_why_not=seen.level.why_not,
    )


# ---- the state line


def alarm_strips(seen: Seen) -> tuple[Strip, ...]:
    """Alarms that stand: not yet seen first, the dangerous first among them, and of those what asks for most."""
    return tuple(alarm_strip(seen, alarm) for alarm in sorted(seen.value.open_alarms(), key=_first_to_see))


def _first_to_see(alarm: AlarmValue) -> tuple[bool, int, bool, int, int]:
    level = {"high": 0, "warn": 1, "tech": 2}.get(alarm.level, 1)
    stands, strength = alarm.asks
    return (alarm.seen_at is not None, level, not stands, -strength, -alarm.id)


def alarm_strip(seen: Seen, alarm: AlarmValue) -> Strip:
    by = f"Seen {seen.clock(alarm.seen_at)} by {seen.name(alarm.seen_by_id)}" if alarm.seen_at else ""
    return Strip(
        level=alarm.level,
        icon=ICONS.get(alarm.level, "decide"),
        text=f"{alarm.action.rstrip('.')} · {alarm.said}"
        if not alarm.over_at
        else f"Over, not yet seen · {alarm.said}",
        why=_alarm_why(seen, alarm),
        alarm_id=alarm.id,
        seen=by,
        since=seen.when(alarm.since),
        since_ms=milliseconds(alarm.since),
    )


def _alarm_why(seen: Seen, alarm: AlarmValue) -> str:
    """What is measured now, who holds the rule, and where it comes from."""
    last = seen.value.latest(Measure(alarm.measure)) if alarm.measure else None
    now = f"Now {plain(last.value)}, at {seen.clock(last.at)}. " if last and last.at > alarm.since else ""
    held = f"{alarm.adopted}. " if alarm.adopted else ""
    return f"{now}{held}{alarm.source}"


def calm_strip(seen: Seen) -> Strip:
    """The state of the visit when no alarm stands."""
    text, level, icon = _calm_words(seen)
    return Strip(level=level, icon=icon, text=text, why=_rounds_words(seen), aside=_since_words(seen))


def _calm_words(seen: Seen) -> tuple[str, str, str]:
    blocking = [f for f in seen.findings if f.blocks]
    if seen.findings:
        word = "No dose as it stands" if blocking else "Decide"
        return f"{word}: {(blocking or list(seen.findings))[0].text}", "warn", "decide"
    if seen.state not in (*DOSING, VisitState.RECOVERING):
        return _state_words(seen)
    last = seen.value.latest(Measure.SYSTOLIC)
    if seen.round_due_at and seen.round_due_at <= seen.at:
        return f"A round is due since {seen.clock(seen.round_due_at)}", "waiting", "clock"
    if last is None:
        return "Nothing has been measured yet", "tech", "tech"
    return f"Inside all limits at {seen.clock(last.at)}", "calm", "ok"


def _state_words(seen: Seen) -> tuple[str, str, str]:
    """Before the dose and after the visit. Green is for what is done and well; what waits has a clock."""
    meaning = f"expected {seen.when(seen.value.due_at)}" if seen.state is VisitState.BOOKED else MEANING[seen.state]
    level, icon = QUIET.get(seen.state, ("waiting", "clock"))
    return f"{seen.state.value.capitalize()}: {meaning}", level, icon


def _rounds_words(seen: Seen) -> str:
    if seen.value.started_at is None:
        return ""
    alarms = len(seen.value.alarms)
    return f"Rounds since the start: {counted_rounds(seen)}. Alarms so far: {alarms or 'none'}"


def _since_words(seen: Seen) -> str:
    last = seen.value.steps[-1]
    words = {VisitState.INFUSING: "The pump runs", VisitState.PAUSED: "Paused, the pump stands"}
    return f"{words.get(last.state, last.state.value.capitalize())}, since {seen.when(last.at)}"


def closed_words(seen: Seen) -> str:
    """What stands in the place of the next action once there is none."""
    if seen.state not in CLOSED:
        return ""
    leaving = seen.value.leaving
    if leaving is not None:
        ready = f", ready {seen.clock(leaving.ready_at)}" if leaving.ready_at != leaving.left_at else ""
        return f"Left {seen.when(leaving.left_at)}{ready}, with {leaving.escort}."
    last = seen.value.steps[-1]
    return f"{last.state.value.capitalize()} {seen.when(last.at)}. {last.reason}".strip()


# ---- next, way


def next_of(seen: Seen) -> NextAction | None:
    if (found := seen.next) is None:
        return None
    # A rule that asks for the pause may be answered in one key; a stop is typed with what the pump has given.
    direct = found.sheet in DIRECT or (found.urgent and found.sheet == "pause")
    due = found.due_at
    # Red is for danger alone: a round that is late is asked for in the colour of every next action.
    danger = found.urgent and any(alarm.level == "high" for alarm in seen.value.open_alarms())
    return NextAction(
        what=found.what,
        why=found.why,
        sheet=found.sheet,
        due=seen.clock(due) if due else "",
        due_ms=milliseconds(due),
        urgent=danger,
        direct=direct and can_send(seen, found.sheet),
        offered=found.sheet in sheets_of(seen),
    )


def way_of(seen: Seen) -> tuple[Step, ...]:
    """The way to the dose: what is done, and what it found."""
    value = seen.value
    reached = {step.state for step in value.steps}
    order, syringe = value.order, value.syringe
    cleared = VisitState.CLEARED in reached and seen.state is not VisitState.ARRIVED
    return (
        Step("Checked in", _when(seen, VisitState.ARRIVED), VisitState.ARRIVED in reached),
        Step("Asked and measured", _arrival_words(seen), bool(value.arrival)),
        Step("Fit for a dose today", _findings_words(seen), cleared),
        Step("Ordered", _order_words(seen), order is not None),
        Step("Drawn up and read back", _syringe_words(seen), bool(syringe and order and syringe.order_id == order.id)),
        Step("Time-out and start", "", False),
    )


def _when(seen: Seen, state: VisitState) -> str:
    found = [step.at for step in seen.value.steps if step.state is state]
    return seen.when(found[0]) if found else f"expected {seen.when(seen.value.due_at)}"


def _arrival_words(seen: Seen) -> str:
    said = seen.value.arrival
    if not said:
        return "weight, first readings, fasting, escort, medicines"
    escort = f", goes home with {said['escort_name']}" if said.get("escort_name") else ""
    return f"{said.get('weight_kg', '?')} kg, fasting {said.get('solids_h', '?')} h{escort}"


def _findings_words(seen: Seen) -> str:
    if not seen.findings:
        return ""
    return " ".join(f.text for f in seen.findings)


def _order_words(seen: Seen) -> str:
    order = seen.value.order
    if order is None or seen.hides_dose:
        return ""
    over = f" over {plain(order.minutes)} min" if order.minutes else ""
    per_kg = f"{plain(order.mg_per_kg)} mg/kg × {plain(order.dosing_weight_kg)} kg"
    return f"{plain(order.dose_mg)} mg{over} ({per_kg}), {seen.name(order.by_id)} {seen.clock(order.at)}"


def _syringe_words(seen: Seen) -> str:
    syringe = seen.value.syringe
    if syringe is None or seen.hides_dose:
        return ""
    rate = f", pump {plain(syringe.rate_ml_per_h)} mL/h" if syringe.rate_ml_per_h else ""
    held = f"{plain(syringe.drawn_mg)} mg in {plain(syringe.volume_ml)} mL ({plain(syringe.mg_per_ml)} mg/mL)"
    return f"{held}{rate}, read back by {seen.name(syringe.by_id)}"
