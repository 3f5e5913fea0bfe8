"""One published trial, its arms and what was seen in them, as written in the evidence file.

`verified` is true where the figure was read in a retrieved text. It covers the figure as reported; a count marked
`events_derived` was worked out from a percentage and must be checked against the paper before it is published.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class TrialStatus(StrEnum):
    COMPLETED = "completed"
    RECRUITING = "recruiting"
    PROTOCOL = "protocol"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"


class Blinding(StrEnum):
    DOUBLE = "double"
    SINGLE = "single"
    ASSESSOR = "assessor"
    OPEN = "open"
    NONE = "none"
    UNCLEAR = "unclear"


class ComparatorClass(StrEnum):
    """What ketamine was compared with; trials of different classes are never pooled in silence."""

    ACTIVE_PLACEBO = "active_placebo"
    INERT_PLACEBO = "inert_placebo"
    LOW_DOSE = "low_dose"
    DOSE_SCHEDULE = "dose_schedule"
    USUAL_CARE = "usual_care"
    HISTORICAL = "historical"
    NO_CONTROL = "no_control"


class Measure(StrEnum):
    """The kind of number an outcome row reports."""

    MEAN = "mean"
    MODEL_MEAN = "model_mean"
    MEAN_DIFFERENCE = "MD"
    MEDIAN_CHANGE = "median_change"
    RANGE = "range"
    PERCENT_LOWER = "percent_lower"
    ODDS_RATIO = "OR"
    RISK_RATIO = "RR"
    HAZARD_RATIO = "HR"
    P_ONLY = "p_only"
    DIRECTION_ONLY = "direction_only"
    TO_EXTRACT = "to_extract"


class Direction(StrEnum):
    """What a row says that reports no number."""

    FAVOURS_KETAMINE = "favours_ketamine"
    FAVOURS_KETAMINE_TRANSIENT = "favours_ketamine_transient"
    FAVOURS_HIGH_DOSE = "favours_high_dose"
    NO_DIFFERENCE = "no_difference"
    NO_ASSOCIATION = "no_association"
    MEDIATED = "mediated"


@dataclass(frozen=True)
class Arm:
    """One group of a trial; `n` is None where the retrieved text gives no number."""

    id: str
    name: str
    ketamine: bool
    n: int | None = None
    dose_mg_per_kg: Decimal | None = None


@dataclass(frozen=True)
class TrialOutcome:
    """One reported figure: of an arm (`arm`), or of a comparison (`contrast`, written `one_vs_other`).

    `percent_reported` is as printed: a share for counts, a change where the definition says so (it may be negative).
    """

    name: str
    family: str
    definition: str
    timepoint_weeks: int
    verified: bool
    url: str
    arm: str | None = None
    contrast: str | None = None
    contrast_arms: tuple[tuple[str, ...], ...] = ()
    measure: Measure | None = None
    direction: Direction | None = None
    events: int | None = None
    n: int | None = None
    events_derived: bool = False
    percent_reported: Decimal | None = None
    estimate: Decimal | None = None
    ci_low: Decimal | None = None
    ci_high: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    p: Decimal | None = None
    p_text: str | None = None
    unit: str | None = None
    note: str = ""


@dataclass(frozen=True)
class AdverseEvent:
    """How many of `n` people had this harm in the trial."""

    name: str
    events: int
    n: int
    verified: bool
    url: str


@dataclass(frozen=True)
class Trial:
    """One trial or study. What the retrieved text does not give is None; `where_to_read` says where it stands."""

    id: str
    authors: str
    year: int
    title: str
    journal: str
    status: TrialStatus
    design: str
    randomised: bool
    blinding: Blinding
    substance: str
    indication: str
    population: str
    country: str
    route: str
    comparator: str
    comparator_class: ComparatorClass
    psychotherapy: str
    follow_up_weeks: int
    source_urls: tuple[str, ...]
    doi: str | None = None
    pmid: str | None = None
    registration: str | None = None
    crossover: bool = False
    dose_mg_per_kg: tuple[Decimal, ...] = ()
    dose_rate_mg_per_kg_h: tuple[Decimal, ...] = ()
    infusion_minutes: int | None = None
    number_of_infusions: int | None = None
    schedule: str | None = None
    n_planned: int | None = None
    n_randomised: int | None = None
    n_analysed: int | None = None
    biochemical_verification: str | None = None
    missing_data_rule: str | None = None
    primary_outcome: str | None = None
    secondary_outcome: str | None = None
    confounded_contrast: str | None = None
    poolable: tuple[str, ...] = ()
    bias_notes: tuple[str, ...] = ()
    year_note: str = ""
    title_note: str = ""
    status_note: str = ""
    dose_note: str = ""
    blinding_note: str = ""
    follow_up_note: str = ""
    where_to_read: str | None = None
    arm: tuple[Arm, ...] = ()
    outcome: tuple[TrialOutcome, ...] = ()
    adverse_event: tuple[AdverseEvent, ...] = ()
