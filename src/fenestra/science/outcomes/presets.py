"""The endpoints this house can compute, each as its source states it, read from `data/endpoints.toml`.

A preset is an endpoint that says exactly enough to be counted: which question, which source of a day decides, and which
published rows report the same thing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from fenestra.science.errors import BadInput, DataFault, Refused
from fenestra.science.evidence.tables import build, build_all, check_keys, read_toml
from fenestra.science.outcomes.endpoints import Endpoint, MissingRule
from fenestra.science.outcomes.use_rule import Counts, UseRule

ENDPOINTS_FILE = Path(__file__).parent / "data" / "endpoints.toml"

# The two rules every number is stated under; imputation is a method of a trial's analysis, not of this room.
BOTH_RULES = (MissingRule.OBSERVED_ONLY, MissingRule.MISSING_IS_USE)


class Question(StrEnum):
    """What is asked of the days of the window."""

    ABSTINENT_THROUGHOUT = "abstinent_throughout"
    DAYS_ABSTINENT = "days_abstinent"
    TIME_TO_FIRST_USE = "time_to_first_use"
    TIME_TO_FIRST_USE_OR_DROPOUT = "time_to_first_use_or_dropout"
    TIME_TO_HEAVY_DAY = "time_to_heavy_day"
    TIME_TO_RUN_OF_USE = "time_to_run_of_use"


TIME_TO_EVENT = frozenset(each for each in Question if each.value.startswith("time_to"))


@dataclass(frozen=True)
class RunOfUse:
    """How many days of use in a row, or weeks in a row with any use, make a relapse."""

    days_in_a_row: int
    weeks_in_a_row: int

    def __post_init__(self) -> None:
        if self.days_in_a_row < 1 or self.weeks_in_a_row < 1:
            raise BadInput("A run of use is at least one day and one week long. Enter both again.", field="run")


@dataclass(frozen=True)
class PublishedDefinition:
    """Names rows of the evidence file word for word; `differs` says in what they are not quite the endpoint.

    `approximate`: read off a picture, not off a table.
    """

    family: str
    definition: str
    differs: str = ""
    approximate: bool = False


@dataclass(frozen=True, kw_only=True)
class Preset(Endpoint):
    """An endpoint that can be computed. `substance` None: any. `our_reading`: what the source leaves open, in words."""

    question: Question
    use_rule: UseRule
    our_reading: str
    substance: str | None = None
    test_needed: bool = False
    run: RunOfUse | None = None
    published: tuple[PublishedDefinition, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.run is not None) != (self.question is Question.TIME_TO_RUN_OF_USE):
            raise BadInput("A run of use belongs to the question time_to_run_of_use, and only there.", field="run")
        if self.question in TIME_TO_EVENT and self.window.first_day != 1:
            raise BadInput("A time to an event is counted from day 1. Begin its window there.", field="window")
        if self.missing_rule not in BOTH_RULES:
            raise BadInput(
                f"{self.missing_rule} is not computed here. Choose one of {', '.join(BOTH_RULES)}.",
                field="missing_rule",
            )

    def under(self, missing_rule: MissingRule) -> Preset:
        """The same endpoint under the other missing rule."""
        return replace(self, missing_rule=missing_rule)

    def is_comparable_with(self, other: Endpoint) -> bool:
        """Whether two numbers may stand in one comparison: also the same substance, question and way of counting a day."""
        if isinstance(other, Preset) and self._counting != other._counting:
            return False
        return super().is_comparable_with(other)

    @property
    def _counting(self) -> tuple[object, ...]:
        return self.substance, self.question, self.run, self.use_rule, self.test_needed

    @property
    def counts(self) -> Counts:
        """What makes a day a day of use for this endpoint."""
        return Counts.HEAVY_USE if self.question is Question.TIME_TO_HEAVY_DAY else Counts.ANY_USE


@dataclass(frozen=True)
class CurveFloors:
    """From how many people and events a curve is drawn, below how many at risk it is thin; with its source."""

    min_people: int
    min_events: int
    thin_below_at_risk: int
    source: str


def read_presets(path: Path) -> tuple[tuple[Preset, ...], CurveFloors]:
    """One file of endpoints, checked; a slip is refused with file, row and field."""
    tables, file = read_toml(path), path.name
    check_keys(tables, {"endpoint", "curve"}, file=file)
    floors = build(CurveFloors, tables.get("curve", {}), file=file, row="curve")
    return _presets(tables.get("endpoint", []), file=file), floors


def _presets(rows: Any, *, file: str) -> tuple[Preset, ...]:
    try:
        return build_all(Preset, rows, file=file, table="endpoint")
    except BadInput as refused:
        raise DataFault(file, "endpoint", refused.field or "row", str(refused)) from refused


@cache
def load_presets() -> tuple[Preset, ...]:
    """The endpoints that ship with the package, in file order."""
    return read_presets(ENDPOINTS_FILE)[0]


@cache
def curve_floors() -> CurveFloors:
    """The floors that ship with the package."""
    return read_presets(ENDPOINTS_FILE)[1]


def preset(preset_id: str) -> Preset:
    """The endpoint with this id, for example "first_lapse"."""
    for each in load_presets():
        if each.id == preset_id:
            return each
    raise Refused(f"There is no endpoint {preset_id}. Choose one of {', '.join(each.id for each in load_presets())}.")


def check_question(chosen: Preset, wanted: frozenset[Question], what: str) -> None:
    """Refuse to answer one endpoint's question with another one's sum."""
    if chosen.question not in wanted:
        raise Refused(f"“{chosen.name}” does not ask for {what}. Choose an endpoint that does.")
