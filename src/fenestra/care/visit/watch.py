"""Which rules this clinic holds, looked at for one visit: thresholds, limits, schedules, earliest leave.

Joins the presets of `science/protocols` with what the medical director adopted, and asks them. An unverified preset
holds only once adopted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from fenestra.care.inventory import queries as stock
from fenestra.care.inventory.rules import check_reconciled
from fenestra.care.visit import lists, rules
from fenestra.care.visit.chart import minutes_between
from fenestra.care.visit.lists import Finding
from fenestra.care.visit.rules import DOSING, Measure, VisitState
from fenestra.care.visit.values import OrderValue, ReadingValue, VisitValue
from fenestra.ground.book.scope import OPEN, Scope
from fenestra.ground.clinic import queries as clinic
from fenestra.ground.clinic.rules import PRESCRIBERS
from fenestra.science.errors import BadInput, Refused
from fenestra.science.pharmacology.dose_arithmetic import dose_mg, rate_ml_per_h, volume_ml
from fenestra.science.pharmacology.prediction import DEFAULT_MODEL, model_version
from fenestra.science.protocols import thresholds as limits_of_readings
from fenestra.science.protocols.adoption import Adoption
from fenestra.science.protocols.leaving import earliest_leave_min, shipped_leaving_rule, vitals_against_leaving
from fenestra.science.protocols.limits import LimitFinding, check_order, shipped_limits
from fenestra.science.protocols.monitoring import shipped_schedule
from fenestra.science.protocols.orders import DoseOrder
from fenestra.science.protocols.orders import Route as OrderRoute
from fenestra.science.protocols.requirements import requirement
from fenestra.science.protocols.thresholds import AlarmAction, DosingPhase, Reading, Threshold
from fenestra.science.quantities import (
    Kilograms,
    Milligrams,
    MilligramsPerKilogram,
    MilligramsPerMillilitre,
    Minutes,
    plain,
)

# How a measure at the chair is called in the thresholds file. Dissociation and craving have no limits: they are
# measured, not predicted and not alarmed.
NAMES: Mapping[Measure, str] = {
    Measure.SYSTOLIC: "systolic_mmhg",
    Measure.DIASTOLIC: "diastolic_mmhg",
    Measure.PULSE: "pulse_per_min",
    Measure.SPO2: "spo2_percent",
    Measure.BREATHS: "breaths_per_min",
    Measure.MOAAS: "moaas",
}
# What MON-001 calls the vitals of the default schedule, and wants once before a dose.
_VITALS = {
    "sbp": Measure.SYSTOLIC,
    "dbp": Measure.DIASTOLIC,
    "hr": Measure.PULSE,
    "spo2": Measure.SPO2,
    "rr": Measure.BREATHS,
    "sedation": Measure.MOAAS,
}
BASELINE = tuple(_VITALS[name] for name in requirement("MON-001").words("vitals"))
HIGH = (AlarmAction.STOP, AlarmAction.PAUSE_AND_CALL, AlarmAction.CALL)


@dataclass(frozen=True)
class Rule:
    """A rule of this clinic as an alarm keeps it."""

    id: str
    measure: str
    level: str
    limit: str
    action: str
    source: str
    adopted: str


def adoption_of(scope: Scope) -> Adoption:
    """The presets this clinic's medical director has signed."""
    return Adoption(clinic.adopted_names(scope, OPEN))


FEEDS = "intended-use:feeds"


def feeds_accepted(scope: Scope) -> bool:
    """Whether a medical director has accepted the page on intended use, which feeds from monitors wait for."""
    return FEEDS in clinic.adopted_names(scope, OPEN)


def thresholds(scope: Scope) -> tuple[Threshold, ...]:
    """The limits of readings in force in this clinic."""
    return limits_of_readings.in_force(limits_of_readings.load_thresholds(), adoption_of(scope))


def phase_of(state: VisitState) -> DosingPhase:
    """Where a visit stands, as the thresholds name it."""
    if state in DOSING:
        return DosingPhase.DURING
    return DosingPhase.AFTER if state in (VisitState.RECOVERING, *rules.CLOSED) else DosingPhase.BEFORE


def _adopted_words(scope: Scope, rule: str) -> str:
    found = clinic.adopted_rules(scope, OPEN).get(rule)
    if found is None:
        return "Read in its source"
    return f"Adopted by {found.by}, {found.at.astimezone(ZoneInfo(scope.time_zone)):%-d %b %Y}"


def _rule(scope: Scope, threshold: Threshold) -> Rule:
    side = {"above": ">", "at_or_above": "≥", "below": "<", "at_or_below": "≤"}[threshold.comparison.value]
    return Rule(
        id=threshold.id,
        measure=next(m.value for m, name in NAMES.items() if name == threshold.measure.value),
        level="high" if threshold.action in HIGH else "warn",
        limit=f"{threshold.measure.words} {side} {plain(threshold.value)} {threshold.measure.unit}",
        action=threshold.action.words,
        source=f"{threshold.rule}: {threshold.source}",
        adopted=_adopted_words(scope, threshold.rule),
    )


def _reading(values: Mapping[Measure, Decimal]) -> Reading:
    named: dict[str, Any] = {NAMES[measure]: value for measure, value in values.items()}
    return Reading(**named)


def found_by(
    scope: Scope, limits: tuple[Threshold, ...], measure: Measure, value: Decimal, state: VisitState
) -> tuple[Rule, ...]:
    """Rules that this reading goes beyond, while the dose works, of the limits in force. Before the dose they are
    findings, not alarms."""
    if measure not in NAMES or phase_of(state) is DosingPhase.BEFORE:
        return ()
    reading = _reading({measure: value})
    return tuple(_rule(scope, b.threshold) for b in limits_of_readings.breaches(limits, reading, phase_of(state)))


def still_beyond(rule_id: str, value: Decimal) -> bool:
    """Whether this reading is still beyond the limit of an alarm, in whatever phase the visit is by now."""
    known = next((each for each in limits_of_readings.load_thresholds() if each.id == rule_id), None)
    return known is None or known.comparison.passed(value, known.value)


def said(measure: str, value: Decimal) -> str:
    """A reading in words: "systolic pressure 190 mmHg"."""
    kind = rules.MEASURES[Measure(measure)]
    return f"{kind.words} {plain(value)} {kind.unit}".strip()


def baseline_findings(
    scope: Scope, value: VisitValue, limits: tuple[Threshold, ...] | None = None
) -> tuple[Finding, ...]:
    """What the first readings found: holds and decisions before a dose that nobody has decided yet. A page about
    many visits hands in the limits in force, asked once."""
    latest = {measure: value.latest(measure) for measure in NAMES}
    reading = _reading({measure: seen.value for measure, seen in latest.items() if seen is not None})
    limits = thresholds(scope) if limits is None else limits
    found = limits_of_readings.breaches(limits, reading, DosingPhase.BEFORE)
    made = [
        Finding(b.threshold.rule, b.text, _holds(b.threshold), b.threshold.source, b.threshold.verified) for b in found
    ]
    return tuple(f for f in made if f.blocks or (f.rule, f.text) not in value.decided)


def open_findings(scope: Scope, value: VisitValue, limits: tuple[Threshold, ...] | None = None) -> tuple[Finding, ...]:
    """Everything found before the dose that is not decided: in the arrival answers, and in the newest readings."""
    return value.findings + baseline_findings(scope, value, limits)


def _holds(threshold: Threshold) -> bool:
    hold = (AlarmAction.HOLD, AlarmAction.TRANSFER_DECISION)
    return threshold.action in hold


# ---- orders


@dataclass(frozen=True)
class Ordered:
    """An order worked out: milligrams, every limit it goes beyond, and the sums as two people check them."""

    dose_mg: Decimal
    body_weight_kg: Decimal
    lines: tuple[str, ...]
    findings: tuple[LimitFinding, ...]
    model: str
    model_version: str


def order_of(
    scope: Scope, value: VisitValue, *, mg_per_kg: Decimal, dosing_weight_kg: Decimal, minutes: Decimal | None
) -> Ordered:
    """Work an order out against the limits this clinic holds."""
    if value.weight_kg is None:
        raise BadInput("The person has not been weighed today. Weigh, then order.", field="weight_kg")
    rules.check_minutes(minutes)
    worked = dose_mg(MilligramsPerKilogram(mg_per_kg), Kilograms(dosing_weight_kg))
    order = DoseOrder(
        route=OrderRoute(value.route.value),
        dose_mg=worked.amount.value,
        body_weight_kg=value.weight_kg,
        minutes=minutes,
        earlier_this_visit_mg=value.given_mg(value.steps[-1].at),
        earlier_seven_days_mg=given_in_days(scope, value, days=7),
        dosing_weight_kg=None if dosing_weight_kg == value.weight_kg else dosing_weight_kg,
    )
    found = check_order(order, shipped_limits(adoption_of(scope)))
    return Ordered(
        worked.amount.value, value.weight_kg, (worked.line,), found, DEFAULT_MODEL, model_version(DEFAULT_MODEL)
    )


def given_in_days(scope: Scope, value: VisitValue, *, days: int) -> Decimal:
    """Milligrams the ledger says this person was given in the days before this visit, and in it."""
    return stock.given_to_person_mg(scope, OPEN, person_id=value.person_id, since=value.due_at - timedelta(days=days))


def check_syringe(scope: Scope, order: OrderValue, drawn_mg: Decimal) -> None:
    """Refuse a syringe that holds more than any one dose may be: a slipped decimal point must not reach a person."""
    limits = shipped_limits(adoption_of(scope))
    if drawn_mg > max(limits.hard_mg, order.dose_mg):
        raise BadInput(
            f"{plain(drawn_mg)} mg would be in the syringe; no one dose is above {plain(limits.hard_mg)} mg "
            f"({limits.rule}). Look at the volume and draw less.",
            field="drawn_ml",
        )


def pump_rate(order: OrderValue, mg_per_ml: Decimal) -> Decimal | None:
    """The rate set on the pump, rounded down to its step; None for an injection."""
    if order.minutes is None:
        return None
    volume = volume_ml(Milligrams(order.dose_mg), MilligramsPerMillilitre(mg_per_ml)).amount
    return rate_ml_per_h(volume, Minutes(order.minutes)).amount.value


FLOW_STEP = Decimal("0.00001")


def flow(mg_per_min: Decimal) -> Decimal:
    """A flow as it is stored; rounded down, so that what is computed as given is never more than what was ordered."""
    flows = mg_per_min.quantize(FLOW_STEP, ROUND_DOWN)
    if flows <= 0:
        raise BadInput("No pump runs that slowly. Write the rate as it stands on the pump.", field="ml_per_h")
    return flows


def faster_than_allowed(scope: Scope, value: VisitValue, mg_per_min: Decimal) -> str:
    """A sentence when this flow would give the whole dose in less than the shortest time; empty when it would not."""
    order = value.order
    if order is None or mg_per_min <= 0:
        return ""
    limits = shipped_limits(adoption_of(scope))
    fastest = order.dose_mg / limits.iv_min_minutes
    if flow(fastest) >= mg_per_min:
        return ""
    return (
        f"At this rate the dose would run in under {plain(limits.iv_min_minutes)} minutes ({limits.rule}). "
        "Set a slower rate."
    )


# ---- time


def is_late(measured_at: datetime, written_at: datetime) -> bool:
    """Typed so long after measuring that it is marked (MON-010)."""
    return minutes_between(measured_at, written_at) > shipped_schedule().overdue_after_min


def last_round_at(value: VisitValue) -> datetime | None:
    """When pressure was last measured."""
    found: ReadingValue | None = value.latest(Measure.SYSTOLIC)
    return found.moment if found else None


def round_due_at(value: VisitValue) -> datetime | None:
    """When the next round is due: every 10 minutes while the dose works, every 15 after (MON-001)."""
    return round_due(value.state, value.started_at, last_round_at(value))


def round_due(state: VisitState, start: datetime | None, last: datetime | None) -> datetime | None:
    """The same from three facts, for the clock, which asks each second."""
    if start is None or state not in (*DOSING, VisitState.RECOVERING):
        return None
    schedule = shipped_schedule()
    every = schedule.during_every_min if state in DOSING else schedule.after_every_min
    return max(start, last or start) + timedelta(minutes=int(every))


def earliest_leave_at(value: VisitValue) -> datetime | None:
    """When the person may leave at the earliest (DIS-001)."""
    end, order = value.ended_at, value.order
    if end is None:
        return None
    weight = order.dosing_weight_kg if order else value.weight_kg
    minutes = earliest_leave_min(
        shipped_leaving_rule(),
        route=OrderRoute(value.route.value),
        dose_ended_min=Decimal(0),
        dose_mg=value.given_mg(end),
        weight_kg=weight or Decimal(0),
    )
    return end + timedelta(minutes=int(minutes))


def pressure_against_leaving(scope: Scope, value: VisitValue) -> str:
    """A sentence when the last pressure speaks against leaving (DIS-002, where it is adopted); empty when it does not."""
    rule = shipped_leaving_rule()
    if not adoption_of(scope).standing(requirement("DIS-002")).in_force:
        return ""
    now, first = _pressure(value.latest), _pressure(value.baseline)
    if vitals_against_leaving(rule, _reading(now), _reading(first)) is not False:
        return ""
    shown = "/".join(plain(each) for each in now.values())
    before = "/".join(plain(each) for each in first.values())
    return (
        f"The last pressure is {shown}, the first was {before}: outside what the discharge rule allows (DIS-002). "
        "Measure again, or let a prescriber discharge."
    )


def _pressure(of: Callable[[Measure], ReadingValue | None]) -> dict[Measure, Decimal]:
    found = {measure: of(measure) for measure in (Measure.SYSTOLIC, Measure.DIASTOLIC)}
    return {measure: seen.value for measure, seen in found.items() if seen is not None}


def clock_words(scope: Scope, at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(scope.time_zone)):%H:%M}"


def name_of(scope: Scope, staff_id: int | None) -> str:
    return clinic.names(scope, OPEN, {staff_id or 0}).get(staff_id or 0, "a colleague")


def discharge_facts(
    scope: Scope, value: VisitValue, answers: Mapping[str, str], *, at: datetime
) -> rules.DischargeFacts:
    """What a discharge is judged by, gathered."""
    earliest = earliest_leave_at(value)
    return rules.DischargeFacts(
        route=value.route,
        state=value.state,
        at=at,
        earliest=earliest,
        earliest_words=clock_words(scope, earliest) if earliest else "",
        open_items=lists.open_items(lists.discharge_lines(), answers),
        pressure_words="" if scope.has(*PRESCRIBERS) else pressure_against_leaving(scope, value),
        unreconciled_words=unreconciled(scope, value),
        alarms_open=len(value.open_alarms()),
    )


def unreconciled(scope: Scope, value: VisitValue, draws: Sequence[stock.DrawValue] | None = None) -> str:
    """A sentence when given, wasted and returned do not make up what was drawn (DOS-006)."""
    tolerance = requirement("DOS-006").number("tolerance_mg")
    for draw in stock.draws_of_visit(scope, OPEN, value.id) if draws is None else draws:
        try:
            check_reconciled(draw.facts, tolerance)
        except Refused as refused:
            return str(refused)
    if missing := stock.unreconciled(scope, OPEN, visit_id=value.id):
        mg = sum((line.mg for line in missing), Decimal(0))
        return f"{plain(mg)} mg were given that the book has in no syringe. Find the draw that is missing, then reverse and record it."
    return ""
