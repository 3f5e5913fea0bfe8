"""What `fenestra dose` answers: an order in words, worked out line by line and held against the limits.

A calculator for two people with a pencil. An order beyond a hard limit is refused whole: nothing of it is shown, so
that nobody draws up what cannot be confirmed. The record of what was given has nothing to do with this.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TypedDict

from fenestra.science.errors import BadInput, Refused
from fenestra.science.pharmacology import mix_ups
from fenestra.science.pharmacology.dose_text import Drug, OrderText, Part, drug_in, mg_of, parse_order
from fenestra.science.pharmacology.pump_plan import Bag, PumpPlan, PumpStep, Vial, parse_bag, parse_vial, pump_plan
from fenestra.science.protocols.adoption import NO_CLINIC, Adoption
from fenestra.science.protocols.limits import LimitFinding, LimitLevel, Limits, check_order, limits_for, shipped_limits
from fenestra.science.protocols.orders import DoseOrder, LoadingPart, Route
from fenestra.science.protocols.protocol import Protocol
from fenestra.science.protocols.requirements import requirement
from fenestra.science.quantities import Kilograms, Milligrams, MilligramsPerKilogram, plain, quotient


class StepReport(TypedDict):
    """One step: "infusion", "pause" or "im". Minutes since the start; `ml_per_h` is null for an injection."""

    kind: str
    start_min: float
    minutes: float
    mg: float
    ml: float
    ml_per_h: float | None


class DoseReport(TypedDict):
    """The whole answer. `volume_ml` is drawn from the vial; `rate_ml_per_h` is that of the longest pump step."""

    dose_mg: float
    volume_ml: float
    rate_ml_per_h: float | None
    steps: list[StepReport]
    warnings: list[str]
    worked: str


@dataclass(frozen=True)
class Earlier:
    """Milligrams given already, this order not counted: in this visit, and in the last 7 days, which include it."""

    this_visit_mg: Decimal = Decimal(0)
    seven_days_mg: Decimal = Decimal(0)


NOTHING_EARLIER = Earlier()


def dose_report(
    *,
    order: str,
    weight: str,
    vial: str,
    bag: str = "",
    dosing_weight: str = "",
    earlier: Earlier = NOTHING_EARLIER,
    protocol: Protocol | None = None,
    adoption: Adoption = NO_CLINIC,
) -> DoseReport:
    """Work out what was typed: `order="0.5 mg/kg over 40 min"`, `weight="72.5"`, `vial="50 mg/mL"`, `bag="50 mL"`.

    `dosing_weight` is the weight a prescriber decided to dose on. Slips are named and nothing is computed; an order
    beyond a hard limit of `protocol`, or else of the presets, is refused.
    """
    _check_one_drug(order, vial)
    body = _weight(weight, "weight")
    dosed_on = _weight(dosing_weight, "dosing_weight") if dosing_weight.strip() else body
    limits = limits_for(protocol, adoption, signed=False) if protocol else shipped_limits(adoption)
    told, drawn_from, into = parse_order(order), parse_vial(vial), parse_bag(bag) if bag.strip() else None
    _check_slips(told, dosed_on, limits)
    _check_diluted(told, drawn_from, into)
    plan = pump_plan(told, dosed_on, drawn_from, into)
    findings = _findings(told, plan, body, dosed_on, earlier, limits)
    hard = [found for found in findings if found.level is LimitLevel.HARD]
    if hard:
        raise Refused(_said(hard[0]))
    warnings = [*map(_said, findings), *_warnings(told, plan, body, dosed_on, limits, protocol)]
    held = f"Held against the limits of {limits.rule}: {limits.standing.words}."
    lines = (*plan.lines, mix_ups.other_vials(plan.drawn.value, drawn_from.strength), held)
    return DoseReport(
        dose_mg=float(plan.dose.value),
        volume_ml=float(plan.drawn.value),
        rate_ml_per_h=float(plan.rate.value) if plan.rate else None,
        steps=[_step(each) for each in plan.steps],
        warnings=warnings,
        worked="\n".join(lines),
    )


def report_text(report: DoseReport) -> str:
    """The answer for a terminal: the worked lines, then what must be said beside them."""
    return "\n".join([report["worked"], *(f"Warning: {each}" for each in report["warnings"])])


def _step(step: PumpStep) -> StepReport:
    return StepReport(
        kind=step.kind,
        start_min=float(step.start_min),
        minutes=float(step.minutes),
        mg=float(step.mg),
        ml=float(step.ml),
        ml_per_h=None if step.ml_per_h is None else float(step.ml_per_h),
    )


# ---- what is refused before anything is worked out


def _check_one_drug(order: str, vial: str) -> None:
    ordered, drawn = drug_in(order), drug_in(vial)
    if ordered is not drawn:
        raise BadInput(
            f"The order is for {ordered.value}, the vial holds {drawn.value}: they are two drugs and never mix, because a "
            "milligram of one is not a milligram of the other. Take the vial that was ordered.",
            field="vial",
        )
    if ordered is Drug.ESKETAMINE:
        raise Refused(
            "These sums and limits are for racemic ketamine; none are known here for esketamine, and the two never mix. "
            "Work an esketamine order out from its own label."
        )


def _weight(text: str, field: str) -> Kilograms:
    mix_ups.check_legible(text, field="weight", example="72.5 kg")
    weight = Kilograms.parse(text, unit_in_label=True, field=field)
    if wrong := mix_ups.wrong_weight(weight.value):
        raise BadInput(wrong, field=field)
    return weight


def _check_slips(order: OrderText, weight: Kilograms, limits: Limits) -> None:
    for part in (*order.parts, *_whole(order)):
        typed, by_weight = part.amount.value, isinstance(part.amount, MilligramsPerKilogram)
        slip = mix_ups.slip_in_dose(typed, by_weight=by_weight, weight=weight, range_=_range(order, limits))
        if slip:
            raise BadInput(slip, field="order")


def _whole(order: OrderText) -> tuple[Part, ...]:
    """All parts as one, where they are written in one unit."""
    kinds = {type(part.amount) for part in order.parts}
    if len(kinds) > 1:
        return ()
    amount = order.parts[0].amount
    for part in order.parts[1:]:
        amount = type(amount)(amount.value + part.amount.value)
    return (Part(amount, order.parts[0].minutes, order.parts[0].start_min),)


def _range(order: OrderText, limits: Limits) -> mix_ups.Range:
    most = limits.im_hard_mg_per_kg if order.is_im else limits.iv_hard_mg_per_kg
    return mix_ups.Range(limits.loading_max_mg_per_kg, most)


def _check_diluted(order: OrderText, vial: Vial, bag: Bag | None) -> None:
    rule = requirement("DOS-003")
    never = rule.number("never_undiluted_mg_per_ml")
    if vial.strength.value >= never and bag is None and not order.is_im:
        raise BadInput(
            f"{vial.strength} is never given into a vein undiluted ({rule.id}). Name the bag it is diluted into, for "
            "example 50 mL.",
            field="bag",
        )


# ---- limits


def _findings(
    order: OrderText, plan: PumpPlan, body: Kilograms, dosed_on: Kilograms, earlier: Earlier, limits: Limits
) -> tuple[LimitFinding, ...]:
    """Every limit the whole order goes beyond; parts of one order count together, so that splitting loosens nothing."""
    asked = DoseOrder(
        route=Route.IM if order.is_im else Route.IV,
        dose_mg=sum((mg_of(part, dosed_on) for part in order.parts), Decimal(0)),
        body_weight_kg=body.value,
        minutes=None if order.is_im else sum((part.minutes or Decimal(0) for part in order.parts), Decimal(0)),
        earlier_this_visit_mg=earlier.this_visit_mg,
        earlier_seven_days_mg=earlier.seven_days_mg,
        loading=_loading(order, dosed_on),
        dosing_weight_kg=None if dosed_on == body else dosed_on.value,
    )
    return tuple(
        sorted(
            (*check_order(asked, limits), *_too_fast(order, dosed_on, limits)),
            key=lambda found: found.level is LimitLevel.SOFT,
        )
    )


def _loading(order: OrderText, weight: Kilograms) -> LoadingPart | None:
    """A first step that runs faster than the one after it is a loading part."""
    if (
        order.is_im
        or len(order.parts) < 2
        or _mg_per_min(order.parts[0], weight) <= _mg_per_min(order.parts[1], weight)
    ):
        return None
    first = order.parts[0]
    assert first.minutes is not None
    return LoadingPart(mg_of(first, weight), first.minutes)


def _mg_per_min(part: Part, weight: Kilograms) -> Decimal:
    assert part.minutes is not None
    return quotient(mg_of(part, weight), part.minutes)


def _too_fast(order: OrderText, weight: Kilograms, limits: Limits) -> list[LimitFinding]:
    """Steps after the loading part that would give the whole of them in less than the shortest time."""
    if order.is_im or len(order.parts) < 2 or not limits.standing.in_force:
        return []
    main = order.parts[1:] if _loading(order, weight) else order.parts
    fastest = quotient(sum((mg_of(part, weight) for part in main), Decimal(0)), limits.iv_min_minutes)
    over = [part for part in main if _mg_per_min(part, weight) > fastest]
    if not over:
        return []
    text = (
        f"The step of {over[0].amount} over {plain(over[0].minutes or Decimal(0))} min runs so fast that the dose would be "
        f"in in under {plain(limits.iv_min_minutes)} minutes. Give it more slowly."
    )
    return [LimitFinding(LimitLevel.HARD, limits.rule, text, limits.source, limits.verified, limits.standing)]


def _said(found: LimitFinding) -> str:
    return f"{found.text} ({found.rule}, {found.standing.words})"


def _warnings(
    order: OrderText, plan: PumpPlan, body: Kilograms, dosed_on: Kilograms, limits: Limits, protocol: Protocol | None
) -> list[str]:
    said = [mix_ups.pounds_warning(body, limits.dosing_weight_decision_above_kg)]
    for part in _whole(order):
        typed, by_weight = part.amount.value, isinstance(part.amount, MilligramsPerKilogram)
        said.append(mix_ups.ten_times_less(typed, by_weight=by_weight, weight=dosed_on, range_=_range(order, limits)))
    said.append(_unlike(order, protocol))
    said.append(_less_drawn(order, plan, dosed_on))
    return [each for each in said if each]


def _unlike(order: OrderText, protocol: Protocol | None) -> str:
    route = Route.IM if order.is_im else Route.IV
    if protocol is None or protocol.dose.route.value in (None, route):
        return ""
    return f"{protocol.title} gives its dose {protocol.dose.route.value}; this order is {route.value}."


def _less_drawn(order: OrderText, plan: PumpPlan, weight: Kilograms) -> str:
    """What the rounding took off, in milligrams: said, because a small order can lose a visible part of itself."""
    ordered = Milligrams(sum((mg_of(part, weight) for part in order.parts), Decimal(0)))
    if plan.held == ordered:
        return ""
    return f"Rounding down leaves {plan.held} in the draw of {ordered} ordered."


def parse_earlier(text: str, field: str) -> Decimal:
    """Milligrams given already, "20 mg"; empty for none."""
    if not re.sub(r"\s", "", text):
        return Decimal(0)
    mix_ups.check_legible(text, field=field, example="20 mg")
    return Milligrams.parse(text, field=field).value
