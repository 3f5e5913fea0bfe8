"""What stands on a paper, as values. No word of it is ever read as a command to the typesetter."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Heading:
    """A heading; headings are how a screen reader finds its way."""

    text: str


@dataclass(frozen=True)
class Paragraph:
    text: str


@dataclass(frozen=True)
class Notice:
    """What must not be overlooked, in a frame."""

    text: str


@dataclass(frozen=True)
class Bullets:
    items: tuple[str, ...]


@dataclass(frozen=True)
class Pairs:
    """A table of two columns with their headings: what, and its value."""

    columns: tuple[str, str]
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Table:
    """A table of as many columns as it has headings; an empty cell was never written."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Paragraph | Notice | Bullets | Pairs | Table


@dataclass(frozen=True)
class Paper:
    """One document about one person. `language` as in "en"; `time_zone` is the clinic's, for the time of printing."""

    title: str
    language: str
    clinic: str
    person: str
    time_zone: str
    blocks: tuple[Block, ...]
