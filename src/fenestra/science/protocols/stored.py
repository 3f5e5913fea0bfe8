"""A protocol as text that a clinic's book can keep, and back again, exact to the last digit.

Amounts are kept as {"exact": "0.8"} because a JSON number would be read as a float by others.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from typing import Any

from fenestra.science.errors import DataFault
from fenestra.science.protocols.protocol import Protocol
from fenestra.science.protocols.regimens import protocol_from_table

_FILE = "stored protocol"


def protocol_as_text(of: Protocol) -> str:
    """The whole protocol as JSON text; fields that are not known are left out."""
    return json.dumps(_storable(asdict(of)), sort_keys=True, ensure_ascii=False, indent=1)


def protocol_from_text(text: str) -> Protocol:
    """The protocol that was kept, checked as strictly as a file that ships."""
    try:
        table = json.loads(text, object_hook=_exact)
    except json.JSONDecodeError as error:
        raise DataFault(_FILE, "file", "syntax", str(error)) from error
    if not isinstance(table, dict):
        raise DataFault(_FILE, "regimen", "row", "must be a table")
    return protocol_from_table(table, file=_FILE)


def _storable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _storable(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list | tuple):
        return [_storable(inner) for inner in value]
    return {"exact": str(value)} if isinstance(value, Decimal) else value


def _exact(table: dict[str, Any]) -> Any:
    if set(table) != {"exact"}:
        return table
    try:
        return Decimal(table["exact"])
    except (InvalidOperation, TypeError, ValueError) as error:
        raise DataFault(_FILE, "regimen", "exact", f"must be an amount, not {table['exact']!r}") from error
