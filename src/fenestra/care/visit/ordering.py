"""An order held against what this clinic allows, and turned into a syringe and a flow. Pure, but for the ledger's sums."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_DOWN, Decimal

from fenestra.care.inventory import queries as stock
from fenestra.care.plan import queries as plan
from fenestra.care.visit import rules
from fenestra.care.visit.values import OrderValue, VisitValue
from fenestra.ground.book.scope import OPEN, Scope
from fenestra.science.errors import BadInput, DataFault
from fenestra.science.pharmacology.dose_arithmetic import dose_mg, rate_ml_per_h, volume_ml
from fenestra.science.pharmacology.prediction import DEFAULT_MODEL, model_version
from fenestra.science.protocols.limits import LimitFinding, Limits, check_order
from fenestra.science.protocols.orders import DoseOrder
from fenestra.science.protocols.orders import Route as OrderRoute
from fenestra.science.quantities import (
    Kilograms,
    Milligrams,
    MilligramsPerKilogram,
    MilligramsPerMillilitre,
    Minutes,
    plain,
)


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
    """Work an order out against the limits that hold for its protocol here."""
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
    found = check_order(order, limits_of(scope, value))
    return Ordered(
        worked.amount.value, value.weight_kg, (worked.line,), found, DEFAULT_MODEL, model_version(DEFAULT_MODEL)
    )


def limits_of(scope: Scope, value: VisitValue) -> Limits:
    """The limits an order of this visit is held against: its signed version's own, else the clinic's presets."""
    return plan.limits_of_episode(scope, OPEN, value.episode_id)


def given_in_days(scope: Scope, value: VisitValue, *, days: int) -> Decimal:
    """Milligrams the ledger says this person was given in the days before this visit, and in it."""
    return stock.given_to_person_mg(scope, OPEN, person_id=value.person_id, since=value.due_at - timedelta(days=days))


def check_syringe(scope: Scope, value: VisitValue, order: OrderValue, drawn_mg: Decimal) -> None:
    """Refuse a syringe that holds more than any one dose may be: a slipped decimal point must not reach a person."""
    limits = limits_of(scope, value)
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
    """A sentence when this flow would give the whole dose in less than the shortest time; empty when it would not.

    Also asked of what has been done already, so limits that cannot be read are a sentence too, never a failure.
    """
    order = value.order
    if order is None or mg_per_min <= 0:
        return ""
    try:
        limits = limits_of(scope, value)
    except DataFault:
        return "The limits of this visit's protocol cannot be read, so no rate can be held against them. Call the prescriber."
    fastest = order.dose_mg / limits.iv_min_minutes
    if flow(fastest) >= mg_per_min:
        return ""
    return (
        f"At this rate the dose would run in under {plain(limits.iv_min_minutes)} minutes ({limits.rule}). "
        "Set a slower rate."
    )
