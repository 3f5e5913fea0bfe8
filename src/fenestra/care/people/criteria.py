"""The eleven criteria of a use disorder, the severity they lead to, and the ICD-10-CM code. Pure.

The criteria, bands and codes are data of `science/instruments` (dsm5_sud). An answer that is not known stays so:
severity is then a range, and there is a code only when both ends of the range have the same one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from fenestra.care.people.rules import Substance
from fenestra.science.errors import BadInput
from fenestra.science.evidence.tables import build_all, read_toml
from fenestra.science.instruments import Instrument, find_instrument, score

CODES_FILE = Path(__file__).parent / "data" / "diagnosis_codes.toml"
# Form only: a chapter-F code of substance use (F10 to F19), or tobacco use without a disorder. Not whether it exists.
CODE_FORM = re.compile(r"F1\d\.\d{1,3}|Z72\.0")


class CodeSource(StrEnum):
    """Where a diagnosis has its code from."""

    TABLE = "table"
    TYPED = "typed"


@dataclass(frozen=True)
class CodeRow:
    """Which row of the code table a substance has, and whether its source was read."""

    substance: str
    row: str
    verified: bool


@dataclass(frozen=True)
class Severity:
    """What the criteria amount to. `band` is None while unknown answers leave it open between `least` and `most`; both
    ends are None while a criterion was not asked at all."""

    present: int
    unknown: int
    band: str | None
    least: str | None
    most: str | None

    @property
    def words(self) -> str:
        """The severity as staff read it."""
        if self.band:
            return self.band
        return f"{self.least} to {self.most}" if self.least else "not all criteria are asked"


def eleven() -> Instrument:
    """The criteria as they are asked, with bands and codes."""
    return find_instrument("dsm5_sud")


@cache
def code_rows() -> Mapping[Substance, CodeRow]:
    """The row of the code table for each substance."""
    rows = build_all(CodeRow, read_toml(CODES_FILE).get("code", []), file=CODES_FILE.name, table="code")
    return {Substance(row.substance): row for row in rows}


def severity_of(criteria: Mapping[str, bool | None]) -> Severity:
    """Severity by the number of criteria present; None is "not known"."""
    form = eleven()
    unknown = {item.id for item in form.items} ^ set(criteria)
    if unknown:
        raise BadInput("Answer each of the eleven criteria: present, absent or not known.", field=min(unknown))
    scored = score(form, {item: "unknown" if said is None else int(said) for item, said in criteria.items()})
    least, most = (scored.bands.get(end, scored.band) for end in ("at least", "at most"))
    not_known = sum(said is None for said in criteria.values())
    return Severity(sum(map(bool, criteria.values())), not_known, least if least == most else None, least, most)


def proposed_code(substance: Substance, band: str | None) -> str:
    """The code the table has for this substance and severity, read or not; empty where it has none."""
    row = next((each for each in eleven().diagnosis_codes if each.substance == code_rows()[substance].row), None)
    return {"mild": row.mild, "moderate": row.moderate, "severe": row.severe}.get(band or "", "") if row else ""


def code_of(substance: Substance, severity: Severity, typed: str) -> tuple[str, CodeSource | None]:
    """The code of a diagnosis and where it comes from. What a clinician types goes before the table, and a row nobody
    read is never taken by itself."""
    if typed.strip():
        return check_code(typed), CodeSource.TYPED
    ends = {proposed_code(substance, end) for end in (severity.least, severity.most)}
    if not code_rows()[substance].verified or len(ends) != 1 or ends == {""}:
        return "", None
    return ends.pop(), CodeSource.TABLE


def check_code(typed: str) -> str:
    """The code in its written form. Only its form is checked."""
    code = typed.strip().upper()
    if not CODE_FORM.fullmatch(code):
        raise BadInput(
            "Write the ICD-10-CM code with its point, for example F10.20, or leave it empty for the table's.",
            field="icd10cm",
        )
    return code
