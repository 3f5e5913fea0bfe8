"""What is known beside the ketamine trials: reviews, courses of relapse under other care, harm rates, checks."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Denominator(StrEnum):
    """What a harm rate counts; one kind is never divided by the other."""

    INFUSIONS = "infusions"
    PATIENTS = "patients"


@dataclass(frozen=True)
class Review:
    """A review of several trials and its main finding."""

    id: str
    citation: str
    scope: str
    included: str
    meta_analysis: bool
    finding: str
    verified: bool
    url: str


@dataclass(frozen=True)
class BenchmarkPoint:
    """Share still abstinent (or free of the named event) at a time after the start, as reported."""

    arm: str
    timepoint_weeks: int
    percent_reported: Decimal
    events: int | None = None
    n: int | None = None


@dataclass(frozen=True)
class Benchmark:
    """A published course under other care, and what it may be used for."""

    id: str
    citation: str
    use: str
    finding: str
    verified: bool
    url: str
    substance: str | None = None
    endpoint: str | None = None
    definition: str | None = None
    approximate: bool = False
    note: str = ""
    point: tuple[BenchmarkPoint, ...] = ()


@dataclass(frozen=True)
class SafetyRate:
    """How often a harm was seen during infusions: `events` of `n` infusions or patients."""

    id: str
    citation: str
    population: str
    regimen: str
    event: str
    definition: str
    denominator: Denominator
    events: int
    n: int
    verified: bool
    url: str
    events_derived: bool = False
    percent_reported: Decimal | None = None
    note: str = ""


@dataclass(frozen=True)
class ExpectedRange:
    """What is usual during an infusion, in words."""

    id: str
    citation: str
    population: str
    regimen: str
    event: str
    definition: str
    denominator: Denominator
    n: int
    verified: bool
    url: str
    note: str = ""


@dataclass(frozen=True)
class WorkedCheck:
    """A sum worked out beside the data, for testing software: never a finding."""

    id: str
    inputs: str
    method: str | None = None
    rr: Decimal | None = None
    rr_low: Decimal | None = None
    rr_high: Decimal | None = None
    odds_ratio: Decimal | None = None
    or_low: Decimal | None = None
    or_high: Decimal | None = None
    rd: Decimal | None = None
    rd_low: Decimal | None = None
    rd_high: Decimal | None = None
    fisher_p: Decimal | None = None
    log_or: Decimal | None = None
    log_hr: Decimal | None = None
    se: Decimal | None = None
    z: Decimal | None = None
    p: Decimal | None = None
    estimate: Decimal | None = None
    ci_low: Decimal | None = None
    ci_high: Decimal | None = None
    tau2: Decimal | None = None
    q: Decimal | None = None
    i2: Decimal | None = None
    note: str = ""
