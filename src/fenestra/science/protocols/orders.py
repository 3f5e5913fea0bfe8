"""An order for one dose, before it is confirmed: amounts in mg, weights in kg, times in minutes, all exact."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from fenestra.science.errors import BadInput


class Route(StrEnum):
    """The two ways Fenestra gives ketamine."""

    IV = "iv"
    IM = "im"


@dataclass(frozen=True)
class LoadingPart:
    """The faster first part of an infusion; its dose and minutes are part of the whole order's."""

    dose_mg: Decimal
    minutes: Decimal

    def __post_init__(self) -> None:
        _check_above_zero(self.dose_mg, "loading.dose_mg", "the loading dose in mg")
        _check_above_zero(self.minutes, "loading.minutes", "the minutes of the loading part")


@dataclass(frozen=True)
class DoseOrder:
    """One ordered dose of racemic ketamine.

    `dose_mg` and `minutes` are the whole dose, its loading part included; an im dose has no minutes. The two `earlier_`
    amounts are what was already given, this order not counted. `dosing_weight_kg` stands where a prescriber decided on
    another weight than the measured one.
    """

    route: Route
    dose_mg: Decimal
    body_weight_kg: Decimal
    minutes: Decimal | None
    earlier_this_visit_mg: Decimal
    earlier_seven_days_mg: Decimal
    loading: LoadingPart | None = None
    dosing_weight_kg: Decimal | None = None

    def __post_init__(self) -> None:
        _check_above_zero(self.dose_mg, "dose_mg", "the dose in mg")
        _check_above_zero(self.body_weight_kg, "body_weight_kg", "the weight in kg")
        _check_not_negative(self.earlier_this_visit_mg, "earlier_this_visit_mg")
        _check_not_negative(self.earlier_seven_days_mg, "earlier_seven_days_mg")
        _check_totals(self)
        _check_dosing_weight(self)
        _check_timing(self)
        _check_loading(self)

    @property
    def weight_dosed_on_kg(self) -> Decimal:
        """The weight the dose is counted on: the decided one where there is one."""
        return self.dosing_weight_kg or self.body_weight_kg

    @property
    def main_minutes(self) -> Decimal | None:
        """Minutes of the infusion without its loading part; None for im."""
        if self.minutes is None:
            return None
        return self.minutes - (self.loading.minutes if self.loading else 0)


def _check_totals(order: DoseOrder) -> None:
    if order.earlier_this_visit_mg > order.earlier_seven_days_mg:
        raise BadInput(
            "What was given this visit is more than what was given in the last 7 days, which include it. "
            "Enter both totals again.",
            field="earlier_seven_days_mg",
        )


def _check_dosing_weight(order: DoseOrder) -> None:
    if order.dosing_weight_kg is None:
        return
    _check_above_zero(order.dosing_weight_kg, "dosing_weight_kg", "the dosing weight in kg")
    if order.dosing_weight_kg > order.body_weight_kg:
        raise BadInput(
            "The dosing weight is above the measured weight. Enter a dosing weight at or below it.",
            field="dosing_weight_kg",
        )


def _check_timing(order: DoseOrder) -> None:
    if order.route is Route.IM:
        if order.minutes is not None or order.loading is not None:
            raise BadInput("An im dose has no minutes and no loading part. Leave both empty.", field="minutes")
        return
    if order.minutes is None:
        raise BadInput("An infusion needs its minutes. Enter them, for example 40.", field="minutes")
    _check_above_zero(order.minutes, "minutes", "the minutes of the infusion")


def _check_loading(order: DoseOrder) -> None:
    if order.loading is None or order.minutes is None:
        return
    if order.loading.dose_mg >= order.dose_mg or order.loading.minutes >= order.minutes:
        raise BadInput(
            "The loading part is as large or as long as the whole order. Enter dose and minutes of the whole, "
            "the loading part included.",
            field="loading",
        )


def _check_above_zero(amount: Decimal, field: str, what: str) -> None:
    if not amount.is_finite() or amount <= 0:
        raise BadInput(f"Enter {what} as a number above zero.", field=field)


def _check_not_negative(amount: Decimal, field: str) -> None:
    if not amount.is_finite() or amount < 0:
        raise BadInput("Enter what was already given in mg, 0 if nothing.", field=field)
