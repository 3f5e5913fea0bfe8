"""The numbers of a set of dose limits: amounts in mg of racemic ketamine, weights in kg, times in minutes, all exact."""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal

from fenestra.science.errors import BadInput


@dataclass(frozen=True)
class LimitValues:
    """One set of limits. At a limit is within it; beyond soft a prescriber decides, beyond hard nothing is confirmed."""

    iv_soft_mg_per_kg: Decimal
    iv_hard_mg_per_kg: Decimal
    iv_min_minutes: Decimal
    loading_max_mg_per_kg: Decimal
    loading_min_minutes: Decimal
    im_soft_mg_per_kg: Decimal
    im_hard_mg_per_kg: Decimal
    soft_mg: Decimal
    hard_mg: Decimal
    visit_hard_mg: Decimal
    seven_day_soft_mg: Decimal
    seven_day_hard_mg: Decimal
    dosing_weight_decision_above_kg: Decimal

    def __post_init__(self) -> None:
        for item in fields(LimitValues):
            value: Decimal = getattr(self, item.name)
            if not value.is_finite() or value <= 0:
                raise BadInput(f"The limit {item.name} must be a number above zero.", field=item.name)
        for soft, hard in _PAIRS:
            if getattr(self, soft) > getattr(self, hard):
                raise BadInput(
                    f"The limit {soft} is above {hard}. The first must not pass the second; enter both again.",
                    field=soft,
                )


_PAIRS = (
    ("iv_soft_mg_per_kg", "iv_hard_mg_per_kg"),
    ("im_soft_mg_per_kg", "im_hard_mg_per_kg"),
    ("soft_mg", "hard_mg"),
    ("hard_mg", "visit_hard_mg"),
    ("seven_day_soft_mg", "seven_day_hard_mg"),
    ("visit_hard_mg", "seven_day_hard_mg"),
)
