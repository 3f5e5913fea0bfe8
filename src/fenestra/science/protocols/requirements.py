"""What care, safety and the law ask of the software, each with its source and whether anybody read it there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from fenestra.science.errors import DataFault, Refused
from fenestra.science.evidence.tables import build_all, check_keys, read_toml

REQUIREMENTS_FILE = Path(__file__).parent / "data" / "requirements.toml"


class RequirementKind(StrEnum):
    """Where a requirement comes from."""

    LAW = "law"
    LABEL = "label"
    GUIDELINE = "guideline"
    STUDY = "study"
    PRACTICE = "practice"
    DESIGN = "design"


class Enforcement(StrEnum):
    """What the software does: stop the record, ask a named prescriber, warn, or only keep the fact."""

    BLOCK = "block"
    DECIDE = "decide"
    WARN = "warn"
    RECORD = "record"


@dataclass(frozen=True)
class Requirement:
    """One requirement. `verified` is false when nobody read its values in the source named."""

    id: str
    area: str
    kind: RequirementKind
    enforce: Enforcement
    text: str
    values: Mapping[str, Any]
    source: str
    verified: bool
    source_note: str = ""

    def whole(self, key: str) -> int:
        """A whole number among the values; a fault of the file when it is not one."""
        value = self._value(key)
        if type(value) is not int:
            raise self._fault(key, f"must be a whole number, not {value!r}")
        return value

    def number(self, key: str) -> Decimal:
        """An exact number among the values, written as a number or as text such as "0.8"."""
        return self._exact(key, self._value(key))

    def numbers(self, key: str) -> tuple[Decimal, ...]:
        """A list of exact numbers among the values."""
        value = self._value(key)
        if not isinstance(value, tuple):
            raise self._fault(key, f"must be a list of numbers, not {value!r}")
        return tuple(self._exact(key, each) for each in value)

    def words(self, key: str) -> tuple[str, ...]:
        """A list of names among the values."""
        value = self._value(key)
        if not isinstance(value, tuple) or not all(isinstance(each, str) for each in value):
            raise self._fault(key, f"must be a list of names, not {value!r}")
        return value

    def _exact(self, key: str, value: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
            raise self._fault(key, f"must be a number, not {value!r}")
        try:
            number = Decimal(value)
        except InvalidOperation as error:
            raise self._fault(key, f"must be a number, not {value!r}") from error
        if not number.is_finite():
            raise self._fault(key, "must be a finite number")
        return number

    def _value(self, key: str) -> Any:
        """The value under a key; a dot leads into a table, as in "opioid_withdrawal_decide_at.cows"."""
        value: Any = self.values
        for part in key.split("."):
            if not isinstance(value, Mapping) or part not in value:
                raise self._fault(key, "is missing")
            value = value[part]
        return value

    def _fault(self, key: str, what: str) -> DataFault:
        return DataFault(REQUIREMENTS_FILE.name, f"requirement {self.id}", f"values.{key}", what)


def read_requirements(path: Path) -> tuple[Requirement, ...]:
    """The requirements of one file, in file order; a slip in the file is refused with its place."""
    tables = read_toml(path)
    check_keys(tables, {"meta", "requirement"}, file=path.name)
    return build_all(Requirement, tables.get("requirement", []), file=path.name, table="requirement")


@cache
def load_requirements() -> tuple[Requirement, ...]:
    """All requirements that ship with the package."""
    return read_requirements(REQUIREMENTS_FILE)


@cache
def requirement(requirement_id: str) -> Requirement:
    """The requirement with this id, for example "LIM-001"."""
    for each in load_requirements():
        if each.id == requirement_id:
            return each
    raise Refused(f"There is no requirement {requirement_id}. Look the id up in the list of requirements.")
