"""One row of a data file, read key by key, so that a key nobody asked for is a fault and not a silence."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from fenestra.science.errors import DataFault

# What a file may hold where it is kept as it stands: text, yes or no, numbers, and rows of these.
Figure = str | bool | Decimal | tuple["Figure", ...]
Figures = tuple[tuple[str, Figure], ...]

Choice = TypeVar("Choice", bound=StrEnum)


class TomlRow:
    """A table of a TOML file that remembers which keys were read. `finish` refuses the rest."""

    def __init__(self, file: str, name: str, table: object) -> None:
        self.file, self.name = file, name
        if not isinstance(table, dict):
            raise self.fault("table", f"a table is needed, not {table!r}")
        self._left: dict[str, object] = dict(table)

    def fault(self, field: str, what: str) -> DataFault:
        """The fault of one field, naming file and row."""
        return DataFault(self.file, self.name, field, what)

    def has(self, key: str) -> bool:
        """Whether a key stands in the row and was not read yet."""
        return key in self._left

    def text(self, key: str) -> str:
        """Text that must be there and not be empty."""
        value = self._take(key)
        if not isinstance(value, str) or not value.strip():
            raise self.fault(key, f"text is needed, not {value!r}")
        return value

    def text_if_given(self, key: str) -> str | None:
        """Text, or nothing where the file says nothing."""
        return self.text(key) if self.has(key) else None

    def yes_or_no(self, key: str) -> bool:
        """True or false; nothing stands in for them."""
        value = self._take(key)
        if not isinstance(value, bool):
            raise self.fault(key, f"true or false is needed, not {value!r}")
        return value

    def number(self, key: str) -> Decimal:
        """A finite number, exactly as written in the file."""
        value = self._take(key)
        if isinstance(value, bool) or not isinstance(value, Decimal | int) or not Decimal(value).is_finite():
            raise self.fault(key, f"a number is needed, not {value!r}")
        return Decimal(value)

    def number_above_zero(self, key: str) -> Decimal:
        """A volume, a clearance or a rate: never zero, never negative."""
        value = self.number(key)
        if value <= 0:
            raise self.fault(key, f"a number above zero is needed, not {value}")
        return value

    def number_above_zero_if_given(self, key: str) -> Decimal | None:
        """As `number_above_zero`, or nothing where the file says nothing."""
        return self.number_above_zero(key) if self.has(key) else None

    def choice(self, key: str, among: type[Choice]) -> Choice:
        """One word of a closed list."""
        value = self.text(key)
        if value not in {member.value for member in among}:
            raise self.fault(key, f"{value!r} is none of {', '.join(among)}")
        return among(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; one text alone counts as a list of one."""
        value = self._take(key)
        texts = [value] if isinstance(value, str) else value
        if not isinstance(texts, list) or not texts or not all(isinstance(text, str) and text for text in texts):
            raise self.fault(key, f"a list of texts is needed, not {value!r}")
        return tuple(texts)

    def row(self, key: str) -> TomlRow:
        """A table inside this row."""
        return TomlRow(self.file, f"{self.name}.{key}", self._take(key))

    def rows(self, key: str) -> Iterable[TomlRow]:
        """The rows of a list of tables, named by their id; a name that comes twice is a fault."""
        value = self._take(key)
        if not isinstance(value, list):
            raise self.fault(key, "a list of tables is needed")
        names: set[str] = set()
        for place, table in enumerate(value, start=1):
            row = TomlRow(self.file, f"[[{key}]] {place}", table)
            row.name = f"[[{key}]] {row.text('id')}"
            if row.name in names:
                raise row.fault("id", "stands twice")
            names.add(row.name)
            yield row

    def own_id(self) -> str:
        """The id that `rows` read."""
        return self.name.rpartition(" ")[2]

    def kept_as_written(self, keys: Iterable[str]) -> Figures:
        """What no code computes with, kept for readers: the given keys that stand in the row, in their order there."""
        known = set(keys)
        return tuple((key, self._frozen(key, self._take(key))) for key in list(self._left) if key in known)

    def finish(self) -> None:
        """Refuse a key nobody read: a slip in a name must not pass as a value that is missing."""
        for key in self._left:
            raise self.fault(key, "unknown field")

    def _take(self, key: str) -> object:
        if key not in self._left:
            raise self.fault(key, "missing")
        return self._left.pop(key)

    def _frozen(self, key: str, value: object) -> Figure:
        if isinstance(value, dict):
            return tuple((name, self._frozen(f"{key}.{name}", inner)) for name, inner in value.items())
        if isinstance(value, list):
            return tuple(self._frozen(key, inner) for inner in value)
        if isinstance(value, str | bool):
            return value
        if isinstance(value, Decimal | int) and Decimal(value).is_finite():
            return Decimal(value)
        raise self.fault(key, f"{value!r} cannot be kept")
