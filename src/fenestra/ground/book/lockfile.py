"""One writing process per SQLite data folder; a second one is refused with a sentence."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import IO

from fenestra.science.errors import Refused


class InUse(Refused):
    """Another process writes to this data folder."""


def take(data: Path) -> IO[str]:
    """Hold the folder for this process until the returned file is closed (also by kill -9)."""
    data.mkdir(parents=True, exist_ok=True)
    file = (data / "writer.lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        owner = file.read().strip() or "another process"
        file.close()
        raise InUse(
            f"{data} is in use by {owner}. Stop that one first, or use a folder of its own with --data."
        ) from None
    file.truncate(0)
    file.write(f"process {os.getpid()}")
    file.flush()
    return file
