"""The tree of everything Fenestra says no with.

FenestraError
├── Refused            a person asked for something that must not be; the sentence says what to do next
│   ├── BadInput       what was typed cannot be read or cannot be true
│   └── NotHere        not of this clinic, hidden from the asker, or never there; all three are answered alike
└── DataFault          a data file that ships in the package, or a clinic's own copy, is wrong: names file, row, field

Refusals are shown to people as they stand. Anything outside this tree is a bug of ours.
"""

from __future__ import annotations


class FenestraError(Exception):
    """Root of the errors that carry a sentence for a human."""


class Refused(FenestraError):
    """Something a person asked for that a rule does not allow.

    The message is one or two sentences: what is so, and what to do next.
    """


class BadInput(Refused):
    """A value that cannot be read or cannot be true; `field` names where it was typed, when known."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class NotHere(Refused):
    """Nothing that the asker may see has this name or number. It does not say whether somebody else may."""


class DataFault(FenestraError):
    """A data file is wrong. The message always reads `file: row: field: what is wrong`."""

    def __init__(self, file: str, row: str, field: str, what: str) -> None:
        super().__init__(f"{file}: {row}: {field}: {what}")
        self.file, self.row, self.field = file, row, field
