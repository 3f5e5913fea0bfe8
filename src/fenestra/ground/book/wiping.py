"""After a person's key is destroyed: the old bytes of it go from the database's files, and a backup that brings it
back is met.

A wish for wiping is a file of the data folder, so that a crash forgets none. The clock looks for it: on SQLite the whole
file is written anew and its write-ahead log emptied, on PostgreSQL the table of keys is. Which keys were destroyed stands
in a file beside the heads, by fingerprint: when a backup made before is put back, they are destroyed again.
"""

from __future__ import annotations

import json
import logging
import os
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from fenestra.ground.book import vault
from fenestra.ground.book.heads import head_file
from fenestra.ground.book.models import PersonKey

log = logging.getLogger("fenestra.wiping")
WISH = "wipe-wanted"
AGAIN_AFTER = timedelta(minutes=1)  # somebody reads meanwhile; writing the whole file anew each second helps nobody
_looked_at: set[Path] = set()
_tried_at: dict[Path, datetime] = {}  # when the clock last tried


def _wish_file() -> Path:
    return Path(settings.FENESTRA_DATA) / WISH


def erased_file() -> Path:
    """Which keys were destroyed, kept where the heads are."""
    return head_file().with_name("erased.jsonl")


def wish() -> None:
    """Ask for the old bytes to be wiped; tried at once, and by the clock until it is done."""
    _wish_file().touch()
    wipe()


def destroy_key(person_id: int, at: datetime) -> None:
    """Destroy a person's key in the transaction at hand. Once that is committed, the key stands in the file of destroyed
    ones and its old bytes are wiped; never before, or a roll-back would leave a living key in that file."""
    row = PersonKey.objects.filter(pk=person_id).first()
    key = vault.fingerprint(bytes(row.wrapped)) if row and row.wrapped else ""
    vault.destroy(person_id)
    transaction.on_commit(lambda: _afterwards(person_id, key, at))


def _afterwards(person_id: int, key: str, at: datetime) -> None:
    if key:
        _remember({"person": person_id, "key": key, "at": at.isoformat()})
    wish()


def _remember(told: dict[str, object]) -> None:
    path = erased_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a") as file:
        file.write(json.dumps(told) + "\n")
        file.flush()
        os.fsync(file.fileno())


def look(at: datetime) -> None:
    """Called each second by the clock."""
    path = erased_file()
    if path not in _looked_at:
        _looked_at.add(path)
        destroy_again()
    wished = _wish_file()
    if wished.exists() and at >= _tried_at.get(wished, at - AGAIN_AFTER) + AGAIN_AFTER:
        _tried_at[wished] = at
        wipe()


def destroy_again() -> int:
    """Keys that an older backup brought back are destroyed once more; how many."""
    path, again = erased_file(), 0
    for line in path.read_text().splitlines() if path.exists() else ():
        told = json.loads(line)
        row = PersonKey.objects.filter(pk=told["person"]).first()
        if row is not None and row.wrapped and vault.fingerprint(bytes(row.wrapped)) == told["key"]:
            vault.destroy(told["person"])
            again += 1
            log.warning("The key of person %s had come back with a backup and is destroyed again.", told["person"])
    if again:
        wish()
    return again


def wipe() -> bool:
    """Write the files anew without what was deleted; whether it could be done now. Never inside a transaction: those
    who are in one leave the wish to the clock."""
    if connection.in_atomic_block:
        return False
    try:
        done = _wipe_sqlite() if connection.vendor == "sqlite" else _wipe_postgres()
    except DatabaseError as fault:
        log.warning("The old bytes of an erased key could not be wiped yet: %s", type(fault).__name__)
        return False
    if done:
        _wish_file().unlink(missing_ok=True)
    return done


def _wipe_sqlite() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        blocked = cursor.fetchone()[0]
    return not blocked


def _wipe_postgres() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f'VACUUM FULL "{PersonKey._meta.db_table}"')
    return True
