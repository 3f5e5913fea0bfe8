"""Reads tables of a data file into frozen values, strictly: a key nobody knows is a fault, not a note.

Numbers with a point become exact `Decimal`. A missing optional key stays None: missing is never zero.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from fenestra.science.errors import DataFault

Value = TypeVar("Value")


class _Mismatch(Exception):
    """What was expected in the place of a value that is not of its kind."""


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of one file; numbers with a point as exact decimals."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except FileNotFoundError as error:
        raise DataFault(path.name, "file", "path", "is not there") from error
    except tomllib.TOMLDecodeError as error:
        raise DataFault(path.name, "file", "syntax", str(error)) from error


def check_keys(tables: Mapping[str, Any], known: set[str], *, file: str, row: str = "file") -> None:
    """Refuse a file or row that carries a key nobody reads: it is a slip of the pen, or a rule that would be lost."""
    for key in tables:
        if key not in known:
            raise DataFault(file, row, key, f"is not a known field (known: {', '.join(sorted(known))})")


def build(kind: type[Value], table: Mapping[str, Any], *, file: str, row: str) -> Value:
    """One row as a frozen value of `kind`, each field of its declared type."""
    if not isinstance(table, Mapping):
        raise DataFault(file, row, "row", "must be a table")
    declared = {item.name: item for item in fields(cast(Any, kind))}
    check_keys(table, set(declared), file=file, row=row)
    hints = get_type_hints(kind)
    given = {
        name: _field(hints[name], table[name], file=file, row=row, name=name)
        for name, item in declared.items()
        if name in table or _is_required(item, file=file, row=row)
    }
    return kind(**given)


def build_all(kind: type[Value], rows: Any, *, file: str, table: str) -> tuple[Value, ...]:
    """All rows of one table, in file order; a row is named by its id, or by its place when it has none."""
    if not isinstance(rows, list):
        raise DataFault(file, table, "rows", f"must be written as [[{table}]]")
    built = tuple(build(kind, row, file=file, row=_name_of(row, table, place)) for place, row in enumerate(rows, 1))
    check_unique([getattr(value, "id", None) for value in built], file=file, table=table)
    return built


def check_unique(ids: list[str | None], *, file: str, table: str) -> None:
    """Refuse two rows with one id; rows that have no id are not compared."""
    seen: set[str] = set()
    for row_id in ids:
        if row_id is not None and row_id in seen:
            raise DataFault(file, f"{table} {row_id}", "id", "is used twice")
        seen.add(row_id or "")


def frozen(value: Any) -> Any:
    """The same value with lists as tuples and tables as read-only mappings, all the way down."""
    if isinstance(value, Mapping):
        return MappingProxyType({key: frozen(inner) for key, inner in value.items()})
    if isinstance(value, list | tuple):
        return tuple(frozen(inner) for inner in value)
    return value


def _name_of(row: Any, table: str, place: int) -> str:
    named = isinstance(row, Mapping) and isinstance(row.get("id"), str)
    return f"{table} {row['id']}" if named else f"{table} {place}"


def _is_required(item: Field[Any], *, file: str, row: str) -> bool:
    if item.default is MISSING and item.default_factory is MISSING:
        raise DataFault(file, row, item.name, "is missing")
    return False


def _field(hint: Any, value: Any, *, file: str, row: str, name: str) -> Any:
    hint = _without_none(hint)
    if is_dataclass(hint) and isinstance(hint, type):
        return build(hint, value, file=file, row=f"{row} {name}")
    if get_origin(hint) is tuple and is_dataclass(get_args(hint)[0]):
        inner = get_args(hint)[0]
        if not isinstance(value, list):
            raise DataFault(file, row, name, "must be a list of tables")
        return tuple(
            build(inner, each, file=file, row=f"{row} {_name_of(each, name, place)}")
            for place, each in enumerate(value, 1)
        )
    try:
        return _plain(hint, value)
    except _Mismatch as mismatch:
        raise DataFault(file, row, name, f"must be {mismatch}, not {value!r}") from mismatch


def _without_none(hint: Any) -> Any:
    """The type of an optional field; a missing one never comes here, because TOML has no word for nothing."""
    choices = [choice for choice in get_args(hint) if choice is not type(None)]
    return choices[0] if get_origin(hint) in (Union, UnionType) and len(choices) == 1 else hint


def _plain(hint: Any, value: Any) -> Any:
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return _first_that_fits([each for each in get_args(hint) if each is not type(None)], value)
    if origin is tuple:
        if not isinstance(value, list):
            raise _Mismatch("a list")
        return tuple(_plain(get_args(hint)[0], each) for each in value)
    if origin is not None and issubclass(origin, Mapping):
        if not isinstance(value, Mapping):
            raise _Mismatch("a table")
        return frozen(value)
    return _scalar(hint, value)


def _first_that_fits(choices: list[Any], value: Any) -> Any:
    expected = []
    for choice in choices:
        try:
            return _plain(choice, value)
        except _Mismatch as mismatch:
            expected.append(str(mismatch))
    raise _Mismatch(" or ".join(expected))


def _scalar(hint: Any, value: Any) -> Any:
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        if not isinstance(value, str) or value not in [str(member) for member in hint]:
            raise _Mismatch("one of " + ", ".join(hint))
        return hint(value)
    if hint is Decimal:
        return _exact_number(value)
    expected = {str: "text", int: "a whole number", bool: "true or false", date: "a date"}
    if hint not in expected:
        raise TypeError(f"{hint!r} is not a type a data file can fill")
    if type(value) is not hint:
        raise _Mismatch(expected[hint])
    if hint is str and value != value.strip():
        raise _Mismatch("text without spaces around it")
    return value


def _exact_number(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _Mismatch("a number")
    number = Decimal(value)
    if not number.is_finite():
        raise _Mismatch("a finite number")
    return number
