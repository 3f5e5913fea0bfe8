"""Facts about a person as screening takes them: frozen, and every one may be unknown.

What is asked, in which unit and between which bounds, stands in `data/facts.toml`. The bounds catch slips of the pen
only; clinical limits are rules of `screening.py`.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from fenestra.science.errors import BadInput, DataFault
from fenestra.science.evidence.tables import build_all, check_keys, read_toml
from fenestra.science.protocols.requirements import requirement
from fenestra.science.quantities import GREATEST_PLAUSIBLE_WEIGHT_KG, LEAST_PLAUSIBLE_WEIGHT_KG

BOUNDS = {"dosing_weight": (LEAST_PLAUSIBLE_WEIGHT_KG, GREATEST_PLAUSIBLE_WEIGHT_KG)}
FACTS_FILE = Path(__file__).parent / "data" / "facts.toml"


class FactKind(StrEnum):
    """How a fact is answered."""

    YES_NO = "yes_no"
    NUMBER = "number"
    DATE = "date"
    ONE_OF = "one_of"
    LIST_OF = "list_of"


@dataclass(frozen=True)
class ChoicesFrom:
    """The requirement whose values list the choices."""

    rule: str
    key: str


@dataclass(frozen=True)
class Fact:
    """One question of screening. `gating`: without an answer the verdict cannot be fit. `bounds_of` names a quantity
    whose bounds stand in `quantities`, so that a number is judged alike wherever it is typed.
    """

    id: str
    kind: FactKind
    explain: str
    rule: str
    gating: bool
    unit: str = ""
    least: Decimal | None = None
    most: Decimal | None = None
    bounds_of: str = ""
    choices: tuple[str, ...] = ()
    choices_from: ChoicesFrom | None = None
    only_for: tuple[str, ...] = ()

    @property
    def allowed(self) -> tuple[str, ...]:
        """The words an answer may use."""
        if self.choices_from is None:
            return self.choices
        return requirement(self.choices_from.rule).words(self.choices_from.key)


@dataclass(frozen=True)
class ScreeningFacts:
    """What is known about one person on one day; None is unknown, an empty list is a known none."""

    on_date: date | None = None
    birth_date: date | None = None
    substances: tuple[str, ...] | None = None
    use_disorder_severity: str | None = None
    seeks_treatment: bool | None = None
    detoxified: bool | None = None
    hours_since_last_use: Decimal | None = None
    earlier_detoxifications: Decimal | None = None
    bdi_ii: Decimal | None = None
    work_up_complete: bool | None = None
    tests_done: tuple[str, ...] | None = None
    screens_done: tuple[str, ...] | None = None
    suicide_screen_positive: bool | None = None
    weight_kg: Decimal | None = None
    systolic_mmhg: Decimal | None = None
    diastolic_mmhg: Decimal | None = None
    pulse_per_min: Decimal | None = None
    aneurysmal_vascular_disease_any_site: bool | None = None
    arteriovenous_malformation: bool | None = None
    history_intracerebral_haemorrhage: bool | None = None
    hypersensitivity_ketamine_or_esketamine: bool | None = None
    psychosis_history: bool | None = None
    cardiovascular_or_cerebrovascular_condition: bool | None = None
    hypertensive_encephalopathy_history: bool | None = None
    cognitive_impairment: bool | None = None
    pregnancy: bool | None = None
    lactation: bool | None = None
    hepatic_moderate: bool | None = None
    hepatic_severe: bool | None = None
    misuse_weighing_written: bool | None = None
    misuse_monitoring_plan: bool | None = None
    ketamine_craving: bool | None = None
    non_prescribed_ketamine_use: bool | None = None
    dose_seeking: bool | None = None
    medicine_classes: tuple[str, ...] | None = None
    breath_alcohol_percent: Decimal | None = None
    urine_drug_screen_done: bool | None = None
    ciwa_ar: Decimal | None = None
    cows: Decimal | None = None
    opioid_signs: Decimal | None = None
    urinary_symptoms: bool | None = None

    @property
    def age_years(self) -> Decimal | None:
        """Whole years of age on the day of screening; None while either date is unknown."""
        if self.birth_date is None or self.on_date is None:
            return None
        had_birthday = (self.on_date.month, self.on_date.day) >= (self.birth_date.month, self.birth_date.day)
        return Decimal(self.on_date.year - self.birth_date.year - (0 if had_birthday else 1))


FACT_NAMES = frozenset(item.name for item in fields(ScreeningFacts)) | {"age_years"}

# Nobody is known to have lived longer; an older birth date is a slip of the pen.
OLDEST_YEARS = 122


def read_facts(path: Path) -> tuple[Fact, ...]:
    """The questions of one file; each must be a field of `ScreeningFacts` and name a requirement."""
    tables = read_toml(path)
    check_keys(tables, {"fact"}, file=path.name)
    written = build_all(Fact, tables.get("fact", []), file=path.name, table="fact")
    facts = tuple(_bounded(fact, file=path.name) for fact in written)
    for fact in facts:
        _check_fact(fact, file=path.name)
    return facts


@cache
def load_facts() -> tuple[Fact, ...]:
    """All questions of screening, in the order in which they are asked."""
    return read_facts(FACTS_FILE)


def facts_template() -> dict[str, dict[str, Any]]:
    """An empty sheet to fill in: each fact with value null, its explanation, and its unit or choices."""
    return {fact.id: _template_entry(fact) for fact in load_facts()}


def facts_from_mapping(given: Mapping[str, Any]) -> ScreeningFacts:
    """The facts of a filled-in sheet. An entry is the answer itself, or a table with the answer under `value`.

    What is absent or null is unknown. What cannot be read or cannot be true is refused with its field.
    """
    questions = {fact.id: fact for fact in load_facts()}
    if not isinstance(given, Mapping):
        raise BadInput("Facts must be given by name, for example weight_kg: 72.5.")
    answers = {name: _answer_to(name, entry, questions) for name, entry in given.items()}
    facts = ScreeningFacts(**answers)
    _check_dates(facts)
    _check_pressure(facts)
    return facts


def _bounded(fact: Fact, *, file: str) -> Fact:
    if not fact.bounds_of:
        return fact
    if fact.bounds_of not in BOUNDS or fact.least is not None or fact.most is not None:
        raise DataFault(
            file, f"fact {fact.id}", "bounds_of", "names no known quantity, or stands beside least and most"
        )
    least, most = BOUNDS[fact.bounds_of]
    return replace(fact, least=least, most=most)


def _check_fact(fact: Fact, *, file: str) -> None:
    row = f"fact {fact.id}"
    if fact.id not in FACT_NAMES - {"age_years"}:
        raise DataFault(file, row, "id", "is not a fact the software knows")
    if (fact.kind in (FactKind.ONE_OF, FactKind.LIST_OF)) is not bool(fact.allowed):
        raise DataFault(file, row, "choices", f"do not fit the kind {fact.kind}")
    if (fact.kind is FactKind.NUMBER) is (fact.least is None or fact.most is None or not fact.unit):
        raise DataFault(file, row, "least", "a number, and only a number, needs unit, least and most")
    requirement(fact.rule)


def _template_entry(fact: Fact) -> dict[str, Any]:
    entry: dict[str, Any] = {"value": None, "kind": fact.kind.value, "explain": fact.explain}
    if fact.unit:
        entry["unit"] = fact.unit
    if fact.allowed:
        entry["choices"] = list(fact.allowed)
    if fact.kind is FactKind.DATE:
        entry["unit"] = "year-month-day, for example 1984-05-21"
    if fact.only_for:
        entry["only_for"] = list(fact.only_for)
    return entry


def _answer_to(name: str, entry: Any, questions: Mapping[str, Fact]) -> Any:
    if name not in questions:
        near = difflib.get_close_matches(str(name), questions, n=1)
        hint = f" Did you mean {near[0]}?" if near else " The template lists all facts."
        raise BadInput(f"{name} is not a fact screening asks for.{hint}", field=str(name))
    if isinstance(entry, Mapping):
        if "value" not in entry:
            raise BadInput(f"Give {name} its answer under value, or null if it is not known.", field=name)
        entry = entry["value"]
    return None if entry is None else _READERS[questions[name].kind](questions[name], entry)


def _yes_no(fact: Fact, entry: Any) -> bool:
    if isinstance(entry, bool):
        return entry
    raise BadInput(f"Answer {fact.id} with true or false, or null if it is not known.", field=fact.id)


def _number(fact: Fact, entry: Any) -> Decimal:
    example = f"Enter {fact.id} as a number in {fact.unit}"
    if isinstance(entry, bool) or not isinstance(entry, int | float | Decimal | str):
        raise BadInput(f"{example}.", field=fact.id)
    try:
        number = Decimal(str(entry))
    except InvalidOperation as error:
        raise BadInput(f"{example}.", field=fact.id) from error
    if not number.is_finite() or not _within(number, fact):
        raise BadInput(f"{example} from {fact.least} to {fact.most}; {entry} cannot be.", field=fact.id)
    return number


def _within(number: Decimal, fact: Fact) -> bool:
    return (fact.least is None or number >= fact.least) and (fact.most is None or number <= fact.most)


def _date(fact: Fact, entry: Any) -> date:
    try:
        return entry if type(entry) is date else date.fromisoformat(entry)
    except (TypeError, ValueError) as error:
        raise BadInput(f"Enter {fact.id} as year-month-day, for example 1984-05-21.", field=fact.id) from error


def _one_of(fact: Fact, entry: Any) -> str:
    if isinstance(entry, str) and entry in fact.allowed:
        return entry
    raise BadInput(f"Choose {fact.id} from: {', '.join(fact.allowed)}; {entry} is none of them.", field=fact.id)


def _list_of(fact: Fact, entry: Any) -> tuple[str, ...]:
    if not isinstance(entry, list | tuple):
        raise BadInput(
            f"Give {fact.id} as a list from: {', '.join(fact.allowed)}; an empty one if none.", field=fact.id
        )
    return tuple(dict.fromkeys(_one_of(fact, each) for each in entry))


_READERS = {
    FactKind.YES_NO: _yes_no,
    FactKind.NUMBER: _number,
    FactKind.DATE: _date,
    FactKind.ONE_OF: _one_of,
    FactKind.LIST_OF: _list_of,
}


def _check_dates(facts: ScreeningFacts) -> None:
    if facts.age_years is None:
        return
    if facts.age_years < 0:
        raise BadInput(
            "The birth date lies after the day of screening. Enter the date of birth again.", field="birth_date"
        )
    if facts.age_years > OLDEST_YEARS:
        raise BadInput(
            f"The birth date makes the person {facts.age_years} years old. Enter it again.", field="birth_date"
        )


def _check_pressure(facts: ScreeningFacts) -> None:
    if facts.systolic_mmhg is None or facts.diastolic_mmhg is None:
        return
    if facts.diastolic_mmhg >= facts.systolic_mmhg:
        raise BadInput(
            f"The diastolic pressure {facts.diastolic_mmhg} is not below the systolic {facts.systolic_mmhg}. "
            "Enter both again.",
            field="diastolic_mmhg",
        )
