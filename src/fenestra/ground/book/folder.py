"""Where everything a clinic owns lies, known before anything is made there."""

from __future__ import annotations

import os
from pathlib import Path

DATABASE_FILE = "clinic.sqlite3"


def data_folder() -> Path:
    """The folder that was named, or the demo's."""
    return Path(os.environ.get("FENESTRA_DATA", "var/demo")).absolute()


def holds_a_clinic(folder: Path) -> bool:
    """Whether there is something to read: the folder, and in it the database unless that is PostgreSQL."""
    return folder.is_dir() if os.environ.get("FENESTRA_DATABASE") else (folder / DATABASE_FILE).is_file()
