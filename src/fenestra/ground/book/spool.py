"""What happened is kept even when the database does not answer.

An act marked `happened` that meets a database fault is written to a file of the data folder, flushed to disk, and
played again by the clock until the database has taken it. A file goes away only after that, so a crash at any moment
loses nothing, and the act's request key makes playing it twice harmless.

`*.kept` waits for the database; `*.refused` was refused or failed when played, `*.unreadable` could not be opened or
names no act of this version: both wait for a human.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, DataError, IntegrityError, InterfaceError

from fenestra.ground.book import vault
from fenestra.ground.book.scope import Scope
from fenestra.ground.book.told import plain, value_of
from fenestra.science.errors import Refused

log = logging.getLogger("fenestra.spool")
_actions: dict[str, Callable[..., Any]] = {}
_label = b"fenestra spool"
# What playing again will not mend: a refusal, a value no column holds, a fault of ours. Any other fault of the database
# is one that may pass. Each new record plays what is kept first, so none of these may come out of playing.
WILL_NOT_DO = (
    Refused, IntegrityError, DataError, ObjectDoesNotExist,
    ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError,
)  # fmt: skip


def register(name: str, write: Callable[..., Any]) -> None:
    """Say how an action of this name is written; a database fault must come out of it as it is."""
    _actions[name] = write


def folder() -> Path:
    path = Path(settings.FENESTRA_DATA) / "spool"
    path.mkdir(parents=True, exist_ok=True)
    return path


def _write(name: str, content: dict[str, Any]) -> None:
    """Sealed under the master key (a note may name a person), on disk before this returns."""
    nonce = os.urandom(vault.NONCE_BYTES)
    raw = nonce + vault.master().encrypt(nonce, json.dumps(content).encode(), _label)
    part = folder() / f"{name}.part"
    with open(part, "wb") as file:
        file.write(base64.urlsafe_b64encode(raw))
        file.flush()
        os.fsync(file.fileno())
    part.rename(folder() / f"{name}.kept")
    directory = os.open(folder(), os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _read(path: Path) -> dict[str, Any]:
    raw = base64.urlsafe_b64decode(path.read_bytes())
    return json.loads(vault.master().decrypt(raw[: vault.NONCE_BYTES], raw[vault.NONCE_BYTES :], _label))


def keep(name: str, *, by: Scope, at: datetime, key: str, told: dict[str, Any]) -> None:
    """Keep one act for later. The file name holds the moment, so they are played in order."""
    scope = {**asdict(by), "roles": sorted(by.roles)}
    content = {"action": name, "by": scope, "at": at.isoformat(), "key": key, "told": plain(told)}
    _write(f"{time.time_ns():020d}-{os.urandom(4).hex()}", content)


def waiting() -> int:
    """How many acts are kept outside the database right now."""
    return len(list(folder().glob("*.kept")))


def refused() -> int:
    """How many kept acts the house refused when it played them; each waits for a human."""
    return len(list(folder().glob("*.refused")))


def unreadable() -> int:
    """How many files could not be opened, or name no act of this version; each waits for a human."""
    return len(list(folder().glob("*.unreadable")))


def play(at: datetime) -> int:
    """Play what is kept, oldest first; stops at the first one that the database still does not take."""
    played = 0
    for path in sorted(folder().glob("*.kept")):
        try:
            played += _play(path)
        except (DatabaseError, InterfaceError) as fault:
            log.warning("The database still does not take what is kept: %s", type(fault).__name__)
            break
    return played


def _play(path: Path) -> bool:
    """Whether this one is written now; the file stays until it is."""
    try:
        kept = _read(path)
        write = _actions[kept["action"]]
    except FileNotFoundError:
        return False  # another thread has just played it
    except (InvalidTag, ValueError, KeyError, OSError) as fault:
        # One file that cannot be read must not hold back the others, nor be tried for ever.
        log.error("The kept act %s cannot be read and is set aside: %s", path.name, type(fault).__name__)
        _set_aside(path, ".unreadable")
        return False
    by = Scope(**{**kept["by"], "roles": frozenset(kept["by"]["roles"])})
    try:
        write(by=by, at=datetime.fromisoformat(kept["at"]), key=kept["key"], **value_of(kept["told"]))
    except WILL_NOT_DO as no:
        log.error("The kept act %s was refused when played: %s", path.name, type(no).__name__)
        _set_aside(path, ".refused")
        return False
    path.unlink(missing_ok=True)
    return True


def _set_aside(path: Path, ending: str) -> None:
    with suppress(OSError):  # another thread has just set it aside, or nobody can
        path.rename(path.with_suffix(ending))
