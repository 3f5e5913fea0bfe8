"""A regimen as a frozen value: what is given, to whom, where, with which therapy, and where each field comes from.

A field whose trial text does not give it has no value and says so in its note: not known is never a guess.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from fenestra.science.protocols.limit_values import LimitValues
from fenestra.science.protocols.orders import Route


class Use(StrEnum):
    """What a regimen may be used for."""

    CLINICAL = "clinical"
    RESEARCH = "research"
    HISTORICAL = "historical"
    PATTERN = "pattern"


class Substance(StrEnum):
    """The substance a course is for, in the words of the evidence file."""

    ALCOHOL = "alcohol"
    COCAINE = "cocaine"
    METHAMPHETAMINE = "methamphetamine"
    OPIOID = "opioid"
    TOBACCO = "tobacco"
    CANNABIS = "cannabis"


class Phase(StrEnum):
    """When therapy is given, counted from the dose; `course` runs around it."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"
    COURSE = "course"


class EntryTest(StrEnum):
    """How an entry rule of a trial looks at a fact about a person."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ABOVE = "above"
    BELOW = "below"
    IS = "is"
    ONE_OF = "one_of"
    INCLUDES = "includes"


@dataclass(frozen=True)
class Statement:
    """A sentence with its source: a trial, a requirement, or this project's own."""

    text: str
    source: str
    verified: bool


@dataclass(frozen=True)
class Amount:
    """A number with its source; `value` is None where the source does not give it, and `note` then says so."""

    source: str
    verified: bool
    value: Decimal | None = None
    note: str = ""


@dataclass(frozen=True)
class RouteOfDose:
    """How the drug is given; None where the source does not say."""

    source: str
    verified: bool
    value: Route | None = None
    note: str = ""


@dataclass(frozen=True)
class DosePlan:
    """What is given: mg per kg of body weight, minutes of the whole infusion, number of doses, days between them.

    `loading_` is the faster first part, counted in the whole. `next_mg_per_kg` is a different later dose.
    """

    drug: Statement
    route: RouteOfDose
    mg_per_kg: Amount
    doses: Amount
    minutes: Amount | None = None
    loading_mg_per_kg: Amount | None = None
    loading_minutes: Amount | None = None
    next_mg_per_kg: Amount | None = None
    days_between_least: Amount | None = None
    days_between_most: Amount | None = None
    timing: Statement | None = None


@dataclass(frozen=True)
class EntryRule:
    """One entry rule of the trial. Without a `fact` it is words only, and nobody can check it here."""

    id: str
    text: str
    source: str
    verified: bool
    fact: str | None = None
    test: EntryTest | None = None
    value: bool | Decimal | str | None = None
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class TherapyPart:
    """Therapy that belongs to the regimen; meetings, minutes and weeks are None where the source does not say."""

    phase: Phase
    modality: str
    text: str
    source: str
    verified: bool
    meetings: int | None = None
    minutes_each: int | None = None
    weeks: int | None = None


@dataclass(frozen=True)
class WindowRule:
    """When therapy is aimed for after a dose, in hours after its end, and a soft tail in days. A hypothesis."""

    opens_h: Decimal
    closes_h: Decimal
    soft_tail_to_day: Decimal
    text: str
    source: str
    verified: bool


@dataclass(frozen=True)
class Origin:
    """The protocol a version was made from, and why it was changed."""

    id: str
    version: str
    content_hash: str
    reason: str


@dataclass(frozen=True)
class Protocol:
    """One regimen in one version. `limits_rule` names the dose limits its orders are held against, unless a clinic's
    version brings its own with its setting and staff.

    A pattern may name no substance: it stands for any.
    """

    id: str
    version: str
    title: str
    use: Use
    plannable: bool
    plannable_note: str
    substances: tuple[Substance, ...]
    trials: tuple[str, ...]
    limits_rule: str
    dose: DosePlan
    window: WindowRule
    setting: tuple[Statement, ...]
    staff: tuple[Statement, ...]
    monitoring: tuple[Statement, ...]
    certainty: tuple[Statement, ...]
    therapy: tuple[TherapyPart, ...] = ()
    entry: tuple[EntryRule, ...] = ()
    own_limits: LimitValues | None = None
    made_from: Origin | None = None

    @property
    def needs_ethics_reference(self) -> bool:
        """Whether planning asks for the reference of an ethics committee."""
        return self.use is Use.RESEARCH

    @property
    def has_a_trial(self) -> bool:
        """Whether any trial stands behind this regimen; a pattern has none and is marked so."""
        return bool(self.trials)
