"""What happened is kept even when the database does not answer.

An act marked `happened` that meets a database fault is written to a file of the data folder, flushed to disk, and
played again by the clock until the database has taken it. Its request key makes playing it twice harmless.
"""

from __future__ import annotations

import base64
import json
import logging
import os
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError

from fenestra.ground.book import vault
from fenestra.ground.book.scope import Scope
from fenestra.science.errors import Refused

log = logging.getLogger("fenestra.spool")
_actions: dict[str, Callable[..., Any]] = {}
_label = b"fenestra spool"


def register(path: str, run: Callable[..., Any]) -> None:
    _actions[path] = run


def folder() -> Path:
    path = Path(settings.FENESTRA_DATA) / "spool"
    path.mkdir(parents=True, exist_ok=True)
    return path


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, datetime):
        return {"instant": value.isoformat()}
    if isinstance(value, tuple | list):
        return {"tuple": [_plain(v) for v in value]}
    if isinstance(value, dict):
        return {"dict": {k: _plain(v) for k, v in value.items()}}
    return value


def _value(plain: Any) -> Any:
    if not isinstance(plain, dict):
        return plain
    ((kind, inner),) = plain.items()
    if kind == "decimal":
        return Decimal(inner)
    if kind == "instant":
        return datetime.fromisoformat(inner)
    if kind == "tuple":
        return tuple(_value(v) for v in inner)
    return {k: _value(v) for k, v in inner.items()}


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


def keep(path: str, *, by: Scope, at: datetime, key: str, told: dict[str, Any]) -> None:
    """Keep one act for later. The file name holds the moment, so they are played in order."""
    scope = {**asdict(by), "roles": sorted(by.roles)}
    content = {
        "action": path,
        "by": scope,
        "at": at.isoformat(),
        "key": key,
        "told": {k: _plain(v) for k, v in told.items()},
    }
    _write(f"{datetime.now().timestamp():.6f}-{os.urandom(4).hex()}", content)


def keep_line(number: int, what: str, *, by: Scope, at: datetime, rows: list[list[Any]]) -> None:
    """Keep an audit line that could not be written beside its act."""
    _write(f"line-{number}", {"act": number, "what": what, "by": by.staff_id, "at": at.isoformat(), "rows": rows})


def waiting() -> int:
    """How many acts are kept outside the database right now."""
    return len(list(folder().glob("*.kept")))


def play(at: datetime) -> int:
    """Play what is kept, oldest first; stops at the first one that the database still does not take."""
    played = 0
    for path in sorted(folder().glob("[0-9]*.kept")):
        kept = _read(path)
        by = Scope(**{**kept["by"], "roles": frozenset(kept["by"]["roles"])})
        told = {name: _value(value) for name, value in kept["told"].items()}
        path.rename(path.with_suffix(".playing"))
        try:
            again = _actions[kept["action"]](by=by, at=datetime.fromisoformat(kept["at"]), key=kept["key"], **told)
        except Refused as refusal:
            log.error("A kept act was refused when played: %s", type(refusal).__name__)
            path.with_suffix(".playing").rename(path.with_suffix(".refused"))
            continue
        except DatabaseError:
            path.with_suffix(".playing").rename(path)
            break
        path.with_suffix(".playing").unlink()
        if again.spooled:  # it went straight back into the spool under a newer name
            break
        played += 1
    return played
