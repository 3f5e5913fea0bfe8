"""The regimens that ship, one file each, read strictly; and how a clinic makes its own version of one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields, is_dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from fenestra.science.errors import BadInput, DataFault, Refused
from fenestra.science.evidence.library import load_evidence
from fenestra.science.evidence.tables import build, read_toml
from fenestra.science.protocols.facts import FACT_NAMES
from fenestra.science.protocols.orders import Route
from fenestra.science.protocols.protocol import EntryRule, EntryTest, Origin, Protocol, Use
from fenestra.science.protocols.requirements import load_requirements

DATA = Path(__file__).parent / "data"
REGIMENS = DATA / "regimens"

# Sources that are neither a trial nor a requirement; a row that names one is never verified, except by practice.
OWN_SOURCES = frozenset({"own design", "memory", "clinic practice"})


def read_protocol(path: Path) -> Protocol:
    """One regimen file, checked; it must be named as its regimen."""
    protocol = protocol_from_table(read_toml(path), file=path.name)
    if protocol.id != path.stem:
        raise DataFault(path.name, "regimen", "id", f"must be {path.stem}, as the file is named")
    return protocol


def protocol_from_table(table: Mapping[str, Any], *, file: str) -> Protocol:
    """A regimen from its table, checked: every source exists, and it is plannable only if its dose is known."""
    with_window = {"window": read_toml(DATA / "window.toml"), **table}
    protocol = build(Protocol, with_window, file=file, row="regimen")
    _check(protocol, file=file)
    return protocol


@cache
def load_protocols() -> tuple[Protocol, ...]:
    """All regimens that ship, by id: clinical, research, historical ones and patterns without a trial."""
    return tuple(read_protocol(path) for path in sorted(REGIMENS.glob("*.toml")))


def protocol(protocol_id: str) -> Protocol:
    """The shipped regimen with this id, for example "grabski_2022"."""
    for each in load_protocols():
        if each.id == protocol_id:
            return each
    raise Refused(f"There is no regimen {protocol_id}. Choose one of: {', '.join(p.id for p in load_protocols())}.")


def content_hash(of: Protocol) -> str:
    """SHA-256 over everything the protocol says, the same on every machine; equal amounts count as equal."""
    text = json.dumps(_canonical(asdict(of)), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def with_changes(of: Protocol, *, version: str, reason: str, **changes: Any) -> Protocol:
    """A new version with these fields changed, which remembers what it was made from and why. The old one stands."""
    if not reason.strip():
        raise BadInput("Say why the protocol is changed; the reason stays with the new version.", field="reason")
    if not version.strip() or version == of.version:
        raise BadInput("Give the new version a name of its own.", field="version")
    unknown = set(changes) - {item.name for item in fields(Protocol)} | set(changes) & {"id", "made_from"}
    if unknown:
        raise BadInput(f"These fields of a protocol cannot be changed: {', '.join(sorted(unknown))}.")
    origin = Origin(of.id, of.version, content_hash(of), reason.strip())
    changed = replace(of, **changes, version=version.strip(), made_from=origin)
    _check(changed, file=f"{changed.id} version {changed.version}")
    return changed


def _check(protocol: Protocol, *, file: str) -> None:
    _check_sources(protocol, file=file)
    _check_use(protocol, file=file)
    _check_own_limits(protocol, file=file)
    for rule in protocol.entry:
        _check_entry_rule(rule, file=file)


def _canonical(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _canonical(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_canonical(inner) for inner in value]
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value


def _sourced(value: Any, place: str) -> Iterator[tuple[str, Any]]:
    """Every part of a protocol that names a source, with the place where it stands."""
    if isinstance(value, tuple):
        for number, each in enumerate(value, 1):
            yield from _sourced(each, f"{place} {number}")
    elif is_dataclass(value):
        if hasattr(value, "source"):
            yield place, value
        for item in fields(value):
            yield from _sourced(getattr(value, item.name), f"{place}.{item.name}".lstrip("."))


def _check_sources(protocol: Protocol, *, file: str) -> None:
    trials = {trial.id for trial in load_evidence().trials}
    rules = {rule.id for rule in load_requirements()}
    for trial_id in protocol.trials:
        if trial_id not in trials:
            raise DataFault(file, "regimen", "trials", f"{trial_id} is not a known trial")
    for place, part in _sourced(protocol, ""):
        if part.source not in trials | rules | OWN_SOURCES:
            raise DataFault(file, place, "source", f"{part.source} is no known trial, requirement or own source")
        if part.source in OWN_SOURCES and part.verified:
            raise DataFault(file, place, "verified", f"cannot be true for {part.source}")
        if hasattr(part, "note") and part.value is None and not part.note:
            raise DataFault(file, place, "note", "must say why there is no value")
    if protocol.limits_rule not in rules:
        raise DataFault(file, "regimen", "limits_rule", f"{protocol.limits_rule} is not a known requirement")


def _check_use(protocol: Protocol, *, file: str) -> None:
    if not 0 <= protocol.window.opens_h < protocol.window.closes_h <= 24 * protocol.window.soft_tail_to_day:
        raise DataFault(file, "window", "closes_h", "must lie after opens_h and not after the soft tail")
    if bool(protocol.trials) is (protocol.use is Use.PATTERN) and protocol.use is not Use.RESEARCH:
        raise DataFault(file, "regimen", "trials", "must name a trial, unless the regimen is a pattern, which has none")
    if not protocol.substances and protocol.use is not Use.PATTERN:
        raise DataFault(file, "regimen", "substances", "must name at least one")
    if protocol.use is Use.HISTORICAL and protocol.plannable:
        raise DataFault(file, "regimen", "plannable", "must be false for a historical regimen as shipped")
    if protocol.plannable and not _dose_is_known(protocol):
        raise DataFault(file, "regimen", "plannable", "must be false while route, dose or minutes are not known")
    if not protocol.plannable and not protocol.plannable_note:
        raise DataFault(file, "regimen", "plannable_note", "must say why it cannot be planned as shipped")


def _check_own_limits(protocol: Protocol, *, file: str) -> None:
    if protocol.own_limits is not None and protocol.made_from is None:
        raise DataFault(file, "regimen", "own_limits", "belong to a clinic's own signed version, not to one that ships")


def _dose_is_known(protocol: Protocol) -> bool:
    dose = protocol.dose
    if dose.route.value is None or dose.mg_per_kg.value is None or dose.doses.value is None:
        return False
    return dose.route.value is Route.IM or (dose.minutes is not None and dose.minutes.value is not None)


def _check_entry_rule(rule: EntryRule, *, file: str) -> None:
    row = f"entry {rule.id}"
    if rule.fact is None:
        if rule.test is not None or rule.value is not None or rule.values:
            raise DataFault(file, row, "fact", "is missing beside a test")
        return
    if rule.fact not in FACT_NAMES:
        raise DataFault(file, row, "fact", f"{rule.fact} is not a fact of screening")
    if rule.test is None:
        raise DataFault(file, row, "test", "is missing beside a fact")
    if (rule.test is EntryTest.ONE_OF) is not bool(rule.values) or (rule.test is EntryTest.ONE_OF) is not (
        rule.value is None
    ):
        raise DataFault(file, row, "value", "one_of takes values, every other test takes one value")
    if rule.test in (EntryTest.AT_LEAST, EntryTest.AT_MOST, EntryTest.ABOVE, EntryTest.BELOW) and not isinstance(
        rule.value, Decimal
    ):
        raise DataFault(file, row, "value", f"{rule.test} needs a number")
