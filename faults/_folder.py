"""A clinic's folder of its own for a rig: fresh, migrated, gone at the end. Import this before anything of Django."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def counted(about: str | None, full: int) -> int:
    """How many rounds the caller asks for: `--n COUNT`, or `--full` for this rig's full count."""
    parser = argparse.ArgumentParser(description=(about or "").splitlines()[0])
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--n", type=int, help="how many")
    how.add_argument("--full", action="store_true", help=f"the full count, {full}")
    chosen = parser.parse_args()
    return full if chosen.full else chosen.n


def open_clinic(folder: str) -> None:
    """Make this process work on a folder, migrated, with the tests' own acts within reach."""
    os.environ["FENESTRA_DATA"] = folder
    os.environ.pop("FENESTRA_DATABASE", None)
    os.environ["DJANGO_SETTINGS_MODULE"] = "fenestra.project.settings"
    sys.path.insert(0, str(ROOT))
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def fresh_folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="fenestra-rig-")
