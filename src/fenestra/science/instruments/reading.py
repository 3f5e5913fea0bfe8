"""Read one TOML table strictly: every key is asked for by name and type, and a key nobody asked for is a fault."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any, NoReturn, TypeVar

from fenestra.science.errors import DataFault

Choice = TypeVar("Choice", bound=StrEnum)
Wanted = TypeVar("Wanted")


class Table:
    """A table of a data file that knows where it stands, so that a fault can name file, row and field."""

    def __init__(self, values: Mapping[str, Any], *, file: str, row: str) -> None:
        self._values, self._unread = values, set(values)
        self.file, self.row = file, row

    def fault(self, field: str, what: str) -> NoReturn:
        """Stop with the place and what is wrong there."""
        raise DataFault(self.file, self.row, field, what)

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        return key in self._values

    def close(self) -> None:
        """Refuse the keys nobody asked for: a misspelt safety rule must not be lost in silence."""
        for key in sorted(self._unread):
            self.fault(key, "unknown key; correct its spelling or remove it")

    def text(self, key: str) -> str:
        """A sentence or word that must be there."""
        return self._typed(key, str, "text in quotes")

    def text_or_none(self, key: str) -> str | None:
        """A sentence or word that may be left out."""
        return self.text(key) if self.has(key) else None

    def whole(self, key: str, default: int | None = None) -> int:
        """A whole number; must be there when there is no default."""
        return default if default is not None and not self.has(key) else self._typed(key, int, "a whole number")

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        return self._typed(key, bool, "true or false") if self.has(key) else default

    def choice(self, key: str, allowed: type[Choice]) -> Choice:
        """One word of a closed list."""
        word = self.text(key)
        if word not in list(allowed):
            self.fault(key, f"“{word}” is not one of: {', '.join(allowed)}")
        return allowed(word)

    def scalar(self, key: str) -> int | Decimal | str:
        """A number or a word."""
        value = self.raw(key)
        if type(value) not in (int, Decimal, str):
            self.fault(key, "must be a number or text")
        return value

    def number(self, key: str) -> Decimal:
        """A number, exact."""
        value = self.raw(key)
        if type(value) not in (int, Decimal):
            self.fault(key, "must be a number")
        return Decimal(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of words; empty when the key is not there."""
        return self._list(key, str, "a list of texts")

    def wholes(self, key: str) -> tuple[int, ...]:
        """A list of whole numbers; empty when the key is not there."""
        return self._list(key, int, "a list of whole numbers")

    def table(self, key: str) -> Table:
        """A table inside this one."""
        return Table(self._typed(key, dict, "a table"), file=self.file, row=self._under(key))

    def tables(self, key: str) -> list[Table]:
        """A list of tables, each with its row number and id; empty when the key is not there."""
        rows = self._list(key, dict, "a list of tables")
        return [Table(row, file=self.file, row=self._row_name(key, n, row)) for n, row in enumerate(rows, 1)]

    def names(self) -> list[str]:
        """The keys, in the order of the file."""
        return list(self._values)

    def raw(self, key: str) -> Any:
        """The value as TOML gave it; a fault when it is not there."""
        if key not in self._values:
            self.fault(key, "is missing")
        self._unread.discard(key)
        return self._values[key]

    def _typed(self, key: str, wanted: type[Wanted], name: str) -> Wanted:
        value = self.raw(key)
        # `type`, not isinstance: True is an int to Python, never a score to us
        if type(value) is not wanted or (value == "" and not self._may_be_empty(key)):
            self.fault(key, f"must be {name}")
        return value

    def _list(self, key: str, wanted: type[Wanted], name: str) -> tuple[Wanted, ...]:
        value = self.raw(key) if self.has(key) else []
        if type(value) is not list or any(type(part) is not wanted for part in value):
            self.fault(key, f"must be {name}")
        return tuple(value)

    def _may_be_empty(self, key: str) -> bool:
        return key.startswith("remission_")  # a code that does not exist is written as ""

    def _under(self, key: str) -> str:
        return key if self.row == "top level" else f"{self.row}, {key}"

    def _row_name(self, key: str, number: int, row: Mapping[str, Any]) -> str:
        name = f" ({row['id']})" if "id" in row else ""
        return f"{self._under(key)} {number}{name}"
