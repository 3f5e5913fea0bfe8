"""Dose limits: they bind orders, never the record of what was given.

The values are the presets of LIM-001 (an engineering proposal that a medical director must adopt). Beyond a hard limit
an order cannot be confirmed; beyond a soft limit it needs a named prescriber and a reason.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum

from fenestra.science.protocols.adoption import Adoption, Standing
from fenestra.science.protocols.limit_values import LimitValues
from fenestra.science.protocols.orders import DoseOrder, Route
from fenestra.science.protocols.protocol import Protocol
from fenestra.science.protocols.requirements import Requirement, requirement
from fenestra.science.quantities import plain


class LimitLevel(StrEnum):
    """Soft: a named prescriber decides and gives a reason. Hard: the order cannot be confirmed."""

    SOFT = "soft"
    HARD = "hard"


@dataclass(frozen=True)
class Limits(LimitValues):
    """The limits an order is held against, where they come from, and whether they hold here."""

    rule: str
    source: str
    verified: bool
    standing: Standing


@dataclass(frozen=True)
class LimitFinding:
    """One limit an order goes beyond, as a sentence for the prescriber."""

    level: LimitLevel
    rule: str
    text: str
    source: str
    verified: bool
    standing: Standing


def limits_of(rule: Requirement, adoption: Adoption) -> Limits:
    """The dose limits written in one requirement, with how they stand at this clinic."""
    amounts = {item.name: rule.number(item.name) for item in fields(LimitValues)}
    return Limits(**amounts, rule=rule.id, source=rule.source, verified=rule.verified, standing=adoption.standing(rule))


def shipped_limits(adoption: Adoption) -> Limits:
    """The presets of LIM-001. Commands that know no clinic pass `NO_CLINIC`."""
    return limits_of(requirement("LIM-001"), adoption)


def limits_for(protocol: Protocol, adoption: Adoption, *, signed: bool) -> Limits:
    """The limits that orders under this protocol are held against: its own where it brings them, else its rule's.

    A protocol's own limits hold once a medical director has signed this version of it (`signed`); until then no order
    under it passes.
    """
    if protocol.own_limits is None:
        return limits_of(requirement(protocol.limits_rule), adoption)
    return Limits(
        **vars(protocol.own_limits),
        rule=f"{protocol.id} version {protocol.version}",
        source="the protocol's own limits",
        verified=False,
        standing=Standing.ADOPTED if signed else Standing.UNADOPTED,
    )


def check_order(order: DoseOrder, limits: Limits) -> tuple[LimitFinding, ...]:
    """Every limit this order goes beyond, hard ones first; empty when it keeps within all of them.

    At a limit is within it. Where no limits are in force the one finding is hard: an order is not held against nothing.
    """
    if not limits.standing.in_force:
        return (_finding(limits, LimitLevel.HARD, _NOT_ADOPTED),)
    breached = [
        *_dose_for_weight(order, limits),
        *_duration(order, limits),
        *_loading(order, limits),
        *_amount(order, limits),
        *_visit_total(order, limits),
        *_seven_day_total(order, limits),
        *_dosing_weight(order, limits),
    ]
    findings = [_finding(limits, level, text) for level, text in breached]
    return tuple(sorted(findings, key=lambda finding: finding.level is LimitLevel.SOFT))


Breach = tuple[LimitLevel, str]

_NOT_ADOPTED = (
    "No dose limits are in force at this clinic, so no order can be confirmed. "
    "A medical director adopts the limits by name first."
)


def _finding(limits: Limits, level: LimitLevel, text: str) -> LimitFinding:
    return LimitFinding(level, limits.rule, text, limits.source, limits.verified, limits.standing)


def _dose_for_weight(order: DoseOrder, limits: Limits) -> list[Breach]:
    weight = order.weight_dosed_on_kg
    soft, hard = (
        (limits.iv_soft_mg_per_kg, limits.iv_hard_mg_per_kg)
        if order.route is Route.IV
        else (limits.im_soft_mg_per_kg, limits.im_hard_mg_per_kg)
    )
    for level, limit in ((LimitLevel.HARD, hard), (LimitLevel.SOFT, soft)):
        if order.dose_mg > limit * weight:
            what = (
                f"{plain(order.dose_mg)} mg {order.route} is above {plain(limit * weight)} mg, which is "
                f"{plain(limit)} mg/kg for {plain(weight)} kg."
            )
            return [(level, f"{what} {_what_next(level)}")]
    return []


def _duration(order: DoseOrder, limits: Limits) -> list[Breach]:
    if order.main_minutes is None or order.main_minutes >= limits.iv_min_minutes:
        return []
    aside = ", its loading part aside" if order.loading else ""
    text = (
        f"{plain(order.main_minutes)} minutes{aside} is faster than {plain(limits.iv_min_minutes)} minutes. "
        f"Plan the infusion over at least {plain(limits.iv_min_minutes)} minutes."
    )
    return [(LimitLevel.HARD, text)]


def _loading(order: DoseOrder, limits: Limits) -> list[Breach]:
    if order.loading is None:
        return []
    breached: list[Breach] = []
    most = limits.loading_max_mg_per_kg * order.weight_dosed_on_kg
    if order.loading.dose_mg > most:
        text = (
            f"The loading part of {plain(order.loading.dose_mg)} mg is above {plain(most)} mg, which is "
            f"{plain(limits.loading_max_mg_per_kg)} mg/kg for {plain(order.weight_dosed_on_kg)} kg. "
            "Move the rest into the infusion."
        )
        breached.append((LimitLevel.HARD, text))
    if order.loading.minutes < limits.loading_min_minutes:
        text = (
            f"The loading part over {plain(order.loading.minutes)} minutes is faster than "
            f"{plain(limits.loading_min_minutes)} minutes. Give it more slowly."
        )
        breached.append((LimitLevel.HARD, text))
    return breached


def _amount(order: DoseOrder, limits: Limits) -> list[Breach]:
    for level, limit in ((LimitLevel.HARD, limits.hard_mg), (LimitLevel.SOFT, limits.soft_mg)):
        if order.dose_mg > limit:
            text = f"{plain(order.dose_mg)} mg is above {plain(limit)} mg in one dose. {_what_next(level)}"
            return [(level, text)]
    return []


def _visit_total(order: DoseOrder, limits: Limits) -> list[Breach]:
    total = order.dose_mg + order.earlier_this_visit_mg
    if total <= limits.visit_hard_mg:
        return []
    text = (
        f"With {plain(order.earlier_this_visit_mg)} mg already given this visit the total would be {plain(total)} mg, "
        f"above {plain(limits.visit_hard_mg)} mg. {_what_next(LimitLevel.HARD)}"
    )
    return [(LimitLevel.HARD, text)]


def _seven_day_total(order: DoseOrder, limits: Limits) -> list[Breach]:
    total = order.dose_mg + order.earlier_seven_days_mg
    for level, limit in ((LimitLevel.HARD, limits.seven_day_hard_mg), (LimitLevel.SOFT, limits.seven_day_soft_mg)):
        if total > limit:
            text = (
                f"With {plain(order.earlier_seven_days_mg)} mg given in the last 7 days the total would be "
                f"{plain(total)} mg, above {plain(limit)} mg. {_what_next(level)}"
            )
            return [(level, text)]
    return []


def _dosing_weight(order: DoseOrder, limits: Limits) -> list[Breach]:
    if order.body_weight_kg <= limits.dosing_weight_decision_above_kg:
        return []
    text = (
        f"Body weight {plain(order.body_weight_kg)} kg is above {plain(limits.dosing_weight_decision_above_kg)} kg; "
        f"this order doses on {plain(order.weight_dosed_on_kg)} kg. The prescriber decides the dosing weight and says why."
    )
    return [(LimitLevel.SOFT, text)]


def _what_next(level: LimitLevel) -> str:
    if level is LimitLevel.HARD:
        return "The order cannot be confirmed; lower the dose."
    return "A named prescriber may confirm it with a reason."
