"""Digests of rows and the links of the chain. The exact form is written down in README.md, so that a verifier
written by somebody else comes to the same bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from django.db import models

from fenestra.ground.book.models import HeadRow

FIRST_LINK = "0" * 64


def canonical(value: Any) -> Any:
    """A value as JSON holds it: instants in UTC to the microsecond, decimals without trailing zeros."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, Mapping):
        return {str(name): canonical(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [canonical(inner) for inner in value]
    return value


def as_bytes(value: Any) -> bytes:
    return json.dumps(canonical(value), sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def digest_of(value: Any) -> str:
    return hashlib.sha256(as_bytes(value)).hexdigest()


def row_digest(row: models.Model) -> str:
    """Digest of every stored field of a row. A field that a later version added (`ADDED_LATER` of the model) is left out
    while it holds its default, so that rows written before it still verify; a field that is written by no act
    (`WRITTEN_BY_NO_ACT`) is left out always."""
    later = getattr(row, "ADDED_LATER", ())
    never = getattr(row, "WRITTEN_BY_NO_ACT", ())
    told = {f: getattr(row, f.attname) for f in row._meta.concrete_fields if f.name not in never}
    return digest_of({f.attname: value for f, value in told.items() if f.name not in later or value != f.get_default()})


def row_entry(row: models.Model) -> list[Any]:
    """What an audit line keeps of a row that its act wrote: table, number and digest; of a head row also the version,
    because the row may be changed by a later act."""
    entry = [row._meta.db_table, row.pk, row_digest(row)]
    return [*entry, row.version] if isinstance(row, HeadRow) else entry


def link_of(previous: str, line: dict[str, Any]) -> str:
    """The next link of the chain: previous link, newline, the line's canonical JSON."""
    return hashlib.sha256(previous.encode() + b"\n" + as_bytes(line)).hexdigest()
