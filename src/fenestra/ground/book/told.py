"""What an action was told, as JSON and back, exactly: for the spool, and to know the same request again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any


class NotPlain(TypeError):
    """A fault of ours: what records something that happened must be told in values a file can hold."""


def plain(value: Any) -> Any:
    """A value as JSON; sets in a fixed order. An enum becomes its value, everything else comes back as it was."""
    if isinstance(value, Enum):
        return plain(value.value)
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, datetime):
        return {"instant": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    return _plain_group(value)


def _plain_group(value: Any) -> Any:
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if isinstance(value, tuple):
        return {"tuple": [plain(inner) for inner in value]}
    if isinstance(value, frozenset):
        return {"set": sorted((plain(inner) for inner in value), key=repr)}
    if isinstance(value, dict):
        return {"dict": [[plain(name), plain(inner)] for name, inner in value.items()]}
    raise NotPlain(f"An act was told a {type(value).__name__}, which the spool cannot keep. Tell it plain values.")


def value_of(told: Any) -> Any:
    """The value that `plain` was given."""
    if isinstance(told, list):
        return [value_of(inner) for inner in told]
    if not isinstance(told, dict):
        return told
    ((kind, inner),) = told.items()
    return READ[kind](inner)


READ: dict[str, Callable[[Any], Any]] = {
    "decimal": Decimal,
    "instant": datetime.fromisoformat,
    "date": date.fromisoformat,
    "tuple": lambda inner: tuple(value_of(v) for v in inner),
    "set": lambda inner: frozenset(value_of(v) for v in inner),
    "dict": lambda inner: {value_of(name): value_of(v) for name, v in inner},
}


def same_form(value: Any) -> Any:
    """A value in the form in which two requests are compared: plain where it can be, else as it prints."""
    try:
        return plain(value)
    except NotPlain:
        return repr(value)
