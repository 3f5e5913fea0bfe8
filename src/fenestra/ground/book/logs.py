"""What a log may hold: what broke and where, and no word of what it broke on.

The message of an exception may hold a name, a birth date, a whole row or a password: whoever raised it did not think of
the log. So a log line shows an exception by its kind and its way through the code, and leaves its words out.
"""

from __future__ import annotations

import logging
import threading
import traceback
from types import TracebackType
from typing import Any

WITHHELD = "(words left out: they may be about a person)"


class WithoutWords(logging.Formatter):
    """A formatter that shows exceptions without their messages."""

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # what another formatter wrote there holds the words
        try:
            return super().format(record)
        finally:
            record.exc_text = None

    def formatException(self, ei: Any) -> str:
        told: BaseException | None = ei[1]
        seen: list[str] = []
        while told is not None and len(seen) < 10:
            seen.append(_one(told, told.__traceback__))
            told = told.__cause__ or (None if told.__suppress_context__ else told.__context__)
        return "\nwhich came of\n".join(seen)


def _one(fault: BaseException, where: TracebackType | None) -> str:
    kind = f"{type(fault).__module__}.{type(fault).__qualname__}"
    way = "".join(traceback.format_tb(where))
    return f"Traceback (most recent call last):\n{way}{kind}: {WITHHELD}"


def of_threads(args: threading.ExceptHookArgs) -> None:
    """What ends a thread goes to the log too, in the same form. Put in the place of `threading.excepthook`."""
    name = args.thread.name if args.thread else "unnamed"
    if args.exc_value is not None:
        logging.getLogger("fenestra.thread").error(
            "The thread %s ended on a fault", name, exc_info=(args.exc_type, args.exc_value, args.exc_traceback)
        )
