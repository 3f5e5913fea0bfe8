"""The head of the chain, signed and written outside the database, and what a file of heads says about a book.

Each line of the file is one head: the number of a seal, the line it covers, its link, the moment, and an Ed25519
signature over these four. The signing key lies outside the database and away from the file, so that somebody who holds
both can make a chain anew but cannot sign it. Whoever holds the key too is found by a copy of the file that was kept
elsewhere.
"""

from __future__ import annotations

import base64
import json
import logging
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from fenestra.ground.book.digest import as_bytes
from fenestra.ground.book.models import Seal
from fenestra.science.errors import BadInput

log = logging.getLogger("fenestra.heads")
SIGNED = ("seal", "line", "link", "at")  # what a signature covers
_looked_at: set[Path] = set()  # files whose newest head this process has compared with the book


def head_file() -> Path:
    return Path(settings.FENESTRA_HEAD_FILE)


def _private_key() -> Ed25519PrivateKey:
    told = Path(settings.FENESTRA_HEAD_KEY_FILE).read_text().strip()
    return Ed25519PrivateKey.from_private_bytes(base64.urlsafe_b64decode(told))


def public_key() -> str:
    """What tells this clinic's heads from others'; copy it to whoever checks the book."""
    return base64.urlsafe_b64encode(_private_key().public_key().public_bytes_raw()).decode()


def read_public_key(told: str) -> Ed25519PublicKey:
    """The key as `fenestra audit key` says it, or the file that holds it."""
    try:
        path = Path(told)
        text = path.read_text() if path.is_file() else told
        return Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(text.strip()))
    except (OSError, ValueError) as fault:
        raise BadInput(f"{told} is no public key. Give what `fenestra audit key` says, or a file with it.") from fault


def _signed_bytes(head: dict[str, Any]) -> bytes:
    return b"fenestra head\n" + as_bytes({name: head[name] for name in SIGNED})


def head() -> dict[str, Any] | None:
    """The last link: which seal, over which line."""
    last = Seal.objects.order_by("-id").first()
    return {"seal": last.pk, "line": last.line_id, "link": last.link} if last else None


def write_head(at: datetime) -> None:
    """Append the head, signed, to the file outside the database."""
    found = head()
    if found is None:
        return
    told = {**found, "at": at.isoformat()}
    signature = _private_key().sign(_signed_bytes(told))
    path = head_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a") as file:
        file.write(json.dumps({**told, "signature": base64.urlsafe_b64encode(signature).decode()}) + "\n")
        file.flush()
        os.fsync(file.fileno())


def catch_up(at: datetime) -> None:
    """Once in a process: a server that stopped between sealing and writing the head writes it now."""
    path = head_file()
    if path in _looked_at:
        return
    _looked_at.add(path)
    found = head()
    if found and found["seal"] > last_seal_named(read(path) or []):
        log.warning("The newest head was not in %s and is written again.", path.name)
        write_head(at)


def read(path: Path) -> list[str] | None:
    """The heads in a file, one a line; None when there is no such file."""
    return path.read_text().splitlines() if path.exists() else None


def last_seal_named(lines: list[str]) -> int:
    """The number of the newest seal that a file of heads names; 0 for none."""
    return max((told["seal"] for each in lines if (told := parsed(each)) is not None), default=0)


def parsed(text: str) -> dict[str, Any] | None:
    """A head as it was written, or None for something else."""
    try:
        told = json.loads(text)
        right = isinstance(told, dict) and type(told["seal"]) is int and type(told["line"]) is int
        return told if right and isinstance(told["link"], str) and isinstance(told["at"], str) else None
    except (ValueError, KeyError):
        return None


def is_signed(told: dict[str, Any], key: Ed25519PublicKey) -> bool:
    """Whether this key signed exactly this head."""
    try:
        key.verify(base64.urlsafe_b64decode(str(told.get("signature", ""))), _signed_bytes(told))
    except (InvalidSignature, ValueError):
        return False
    return True
