"""The order a protocol calls for at one weight, so that it can be held against the limits before the day.

Arithmetic only: the prescriber orders, this chooses nothing.
"""

from __future__ import annotations

from decimal import Decimal

from fenestra.science.errors import Refused
from fenestra.science.protocols.orders import DoseOrder, LoadingPart, Route
from fenestra.science.protocols.protocol import Amount, Protocol


def planned_order(
    protocol: Protocol,
    *,
    body_weight_kg: Decimal,
    dosing_weight_kg: Decimal | None = None,
    earlier_this_visit_mg: Decimal = Decimal(0),
    earlier_seven_days_mg: Decimal = Decimal(0),
) -> DoseOrder:
    """The first dose of the protocol for this weight, in exact mg. Refused while the protocol's dose is not known."""
    dose, route = protocol.dose, protocol.dose.route.value
    mg_per_kg = dose.mg_per_kg.value
    minutes = _value(dose.minutes) if route is Route.IV else None
    if route is None or mg_per_kg is None or (route is Route.IV and minutes is None):
        raise Refused(f"{protocol.title}: its dose is not known as shipped. {protocol.plannable_note}")
    weight_kg = dosing_weight_kg or body_weight_kg
    return DoseOrder(
        route=route,
        dose_mg=mg_per_kg * weight_kg,
        body_weight_kg=body_weight_kg,
        minutes=minutes,
        earlier_this_visit_mg=earlier_this_visit_mg,
        earlier_seven_days_mg=earlier_seven_days_mg,
        loading=_loading(protocol, weight_kg),
        dosing_weight_kg=dosing_weight_kg,
    )


def _loading(protocol: Protocol, weight_kg: Decimal) -> LoadingPart | None:
    mg_per_kg, minutes = _value(protocol.dose.loading_mg_per_kg), _value(protocol.dose.loading_minutes)
    return None if mg_per_kg is None or minutes is None else LoadingPart(mg_per_kg * weight_kg, minutes)


def _value(amount: Amount | None) -> Decimal | None:
    return None if amount is None else amount.value
