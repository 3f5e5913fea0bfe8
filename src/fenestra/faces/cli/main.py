"""The `fenestra` command."""

from __future__ import annotations

import os
import sys


def main() -> int:
    """Placeholder until the commands land."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fenestra.project.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
    return 0
