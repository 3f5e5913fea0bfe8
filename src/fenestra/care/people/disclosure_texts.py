"""The words that travel with bytes, and the summary of the law that a person is given: data with their source."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from fenestra.care.people.disclosure_rules import Basis
from fenestra.ground.book.digest import digest_of
from fenestra.science.errors import DataFault
from fenestra.science.evidence.tables import build, build_all, check_keys, read_toml
from fenestra.science.protocols.requirements import requirement

TEXTS_FILE = Path(__file__).parent / "data" / "confidentiality.toml"
CONTACT_ELEMENT = "report_violation_contact"


@dataclass(frozen=True)
class BasisText:
    """One reason for which bytes may go out: its words, whom it names, and the section it follows. `verified` is false
    where nobody read that section in its source; the citation is for staff."""

    kind: Basis
    words: str
    recipient: str
    citation: str
    verified: bool


@dataclass(frozen=True)
class SummaryPart:
    element: str
    heading: str
    words: str


@dataclass(frozen=True)
class SummaryText:
    """The written summary of the confidentiality law. `note` is for staff: who must still read it."""

    version: str
    language: str
    title: str
    requirement: str
    citation: str
    note: str
    part: tuple[SummaryPart, ...]

    @property
    def text_hash(self) -> str:
        """Over everything the person reads."""
        return digest_of({name: value for name, value in asdict(self).items() if name not in ("note", "requirement")})


@cache
def _tables() -> dict[str, object]:
    tables = read_toml(TEXTS_FILE)
    check_keys(tables, {"summary", "basis"}, file=TEXTS_FILE.name)
    return tables


@cache
def basis_text(basis: Basis) -> BasisText:
    """The words of a basis."""
    rows = build_all(BasisText, _tables().get("basis"), file=TEXTS_FILE.name, table="basis")
    found = [each for each in rows if each.kind is basis]
    if len(found) != 1:
        raise DataFault(TEXTS_FILE.name, f"basis {basis.value}", "kind", "must stand there once")
    return found[0]


@cache
def summary_text() -> SummaryText:
    """The summary that is given today. Every element that the requirement names stands in it; it holds nothing that
    nobody read in its source."""
    text = build(SummaryText, _tables().get("summary", {}), file=TEXTS_FILE.name, row="summary")  # type: ignore[arg-type]  # build refuses what is no table
    asked = requirement(text.requirement)
    missing = set(asked.values["elements"]) - {each.element for each in text.part}
    if missing or not asked.verified:
        raise DataFault(TEXTS_FILE.name, "summary", "part", f"lacks {', '.join(sorted(missing)) or 'a read source'}")
    return text


@cache
def short_notice() -> str:
    """The notice that travels with every file, word for word as the law fixes it. A wording nobody read is a fault."""
    asked = requirement("CONF-004")
    if not asked.verified:
        raise DataFault("requirements.toml", "CONF-004", "verified", "the notice must have been read in its source")
    return str(asked.values["short"])


def accounting_years() -> int:
    """For how many years back disclosures are accounted for."""
    return requirement("CONF-008").whole("accounting_years")
