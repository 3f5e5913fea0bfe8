"""What an answer of screening means, read from `data/screening_rules.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path

from fenestra.science.errors import DataFault
from fenestra.science.evidence.tables import build, build_all, check_keys, read_toml
from fenestra.science.protocols.facts import FactKind, load_facts

RULES_FILE = Path(__file__).parent / "data" / "screening_rules.toml"


class Effect(StrEnum):
    """What a reason does to the verdict; a note does nothing."""

    NOT_NOW = "not_now"
    DECIDE = "decide"
    FIND_OUT = "find_out"
    NOTE = "note"


@dataclass(frozen=True)
class ScreeningRule:
    """This answer to this fact has this effect; its source is that of the requirement the fact names."""

    fact: str
    answer: bool
    effect: Effect
    text: str


@dataclass(frozen=True)
class AdultRule:
    """From which age a person may be given ketamine here, in years."""

    years: Decimal
    text: str
    source: str
    verified: bool


def read_screening_rules(path: Path) -> tuple[ScreeningRule, ...]:
    """The rules of one file; each must look at a yes-or-no fact, once."""
    tables = read_toml(path)
    check_keys(tables, {"adult", "rule"}, file=path.name)
    rules = build_all(ScreeningRule, tables.get("rule", []), file=path.name, table="rule")
    yes_no = {fact.id for fact in load_facts() if fact.kind is FactKind.YES_NO}
    seen: set[str] = set()
    for place, rule in enumerate(rules, 1):
        if rule.fact not in yes_no:
            raise DataFault(path.name, f"rule {place}", "fact", f"{rule.fact} is not a yes-or-no fact of screening")
        if rule.fact in seen:
            raise DataFault(path.name, f"rule {place}", "fact", f"{rule.fact} has a rule already")
        seen.add(rule.fact)
    return rules


@cache
def load_screening_rules() -> tuple[ScreeningRule, ...]:
    """All rules that ship."""
    return read_screening_rules(RULES_FILE)


@cache
def adult_rule() -> AdultRule:
    """The age rule that ships."""
    return build(AdultRule, read_toml(RULES_FILE).get("adult", {}), file=RULES_FILE.name, row="adult")
