"""When a person may leave after a dose: not before a time, and not before every criterion is met.

The time is DIS-001, the criteria are DIS-002 (its items and percentage are defaults a medical director must adopt). The
person is asked and a clinician signs: nothing here lets anybody go.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from fenestra.science.protocols.orders import Route
from fenestra.science.protocols.requirements import requirement
from fenestra.science.protocols.thresholds import Reading

# DIS-001 names its longer time `im_over_1_mg_per_kg_min`: the 1 stands in that name.
LONGER_ABOVE_MG_PER_KG = Decimal(1)


@dataclass(frozen=True)
class LeavingRule:
    """The leaving rule in force: minutes after the end of the dose, and criteria by name."""

    iv_after_stop_min: Decimal
    im_longer_min: Decimal
    criteria: tuple[str, ...]
    systolic_within_percent: Decimal
    systolic_least_mmhg: Decimal
    systolic_most_mmhg: Decimal
    diastolic_below_mmhg: Decimal
    source: str
    verified: bool


def shipped_leaving_rule() -> LeavingRule:
    """DIS-001 and DIS-002 as they ship."""
    time, criteria = requirement("DIS-001"), requirement("DIS-002")
    least, most = criteria.numbers("sbp_between")
    return LeavingRule(
        iv_after_stop_min=time.number("iv_after_stop_min"),
        im_longer_min=time.number("im_over_1_mg_per_kg_min"),
        criteria=criteria.words("criteria"),
        systolic_within_percent=criteria.number("sbp_within_pct"),
        systolic_least_mmhg=least,
        systolic_most_mmhg=most,
        diastolic_below_mmhg=criteria.number("dbp_lt"),
        source=f"{time.source}; {criteria.source}",
        verified=time.verified and criteria.verified,
    )


def earliest_leave_min(
    rule: LeavingRule, *, route: Route, dose_ended_min: Decimal, dose_mg: Decimal, weight_kg: Decimal
) -> Decimal:
    """The first minute at which a person may leave, on the clock of `dose_ended_min`, if all criteria are met by then.

    An im dose ends when it is given. The longer time is for im above 1 mg/kg of what was actually given.
    """
    longer = route is Route.IM and dose_mg > LONGER_ABOVE_MG_PER_KG * weight_kg
    return dose_ended_min + (rule.im_longer_min if longer else rule.iv_after_stop_min)


def vitals_against_leaving(rule: LeavingRule, reading: Reading, baseline: Reading) -> bool | None:
    """Whether pressure allows leaving; None while a needed pressure is missing and nothing known speaks against it.

    Systolic pressure within the rule's percentage of the baseline and between its bounds (both included), diastolic below
    its own.
    """
    answers = [_systolic_in_bounds(rule, reading), _near_baseline(rule, reading, baseline), _diastolic(rule, reading)]
    if False in answers:
        return False
    return None if None in answers else True


def still_open(rule: LeavingRule, answers: Mapping[str, bool | None]) -> tuple[str, ...]:
    """The criteria that are not met: answered no, or not answered."""
    return tuple(each for each in rule.criteria if answers.get(each) is not True)


def _systolic_in_bounds(rule: LeavingRule, reading: Reading) -> bool | None:
    if reading.systolic_mmhg is None:
        return None
    return rule.systolic_least_mmhg <= reading.systolic_mmhg <= rule.systolic_most_mmhg


def _near_baseline(rule: LeavingRule, reading: Reading, baseline: Reading) -> bool | None:
    if reading.systolic_mmhg is None or baseline.systolic_mmhg is None:
        return None
    allowed = baseline.systolic_mmhg * rule.systolic_within_percent / 100
    return abs(reading.systolic_mmhg - baseline.systolic_mmhg) <= allowed


def _diastolic(rule: LeavingRule, reading: Reading) -> bool | None:
    if reading.diastolic_mmhg is None:
        return None
    return reading.diastolic_mmhg < rule.diastolic_below_mmhg
