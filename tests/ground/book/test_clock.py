"""The clock of the house, and the demo's clock that may run ahead."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fenestra.ground.book import clock
from fenestra.science.errors import BadInput

START = "from django.conf import settings; print(settings.CLOCK_AHEAD_S)"


def started(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """What settings say in a process of its own."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("FENESTRA_")}
    told = {**clean, "DJANGO_SETTINGS_MODULE": "fenestra.project.settings", "FENESTRA_DATA": str(folder), **environment}
    return subprocess.run([sys.executable, "-c", START], env=told, capture_output=True, text=True, check=False)


def test_the_clock_is_the_machines() -> None:
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)


def test_a_demos_clock_may_run_ahead(settings: Any) -> None:
    settings.CLOCK_AHEAD_S = 2400
    ahead = clock.now() - datetime.now(UTC)
    assert timedelta(seconds=2399) < ahead <= timedelta(seconds=2400)


def test_a_running_demos_clock_is_moved_on_by_a_file_in_its_folder(settings: Any, tmp_path: Path) -> None:
    settings.FENESTRA_DATA, settings.CLOCK_AHEAD_S = tmp_path, 60
    assert clock.ahead_s() == 60
    (tmp_path / clock.AHEAD_FILE).write_text("600\n")
    ahead = clock.now() - datetime.now(UTC)
    assert timedelta(seconds=659) < ahead <= timedelta(seconds=660)


@pytest.mark.parametrize("told", ["-60", "1.5", "soon", ""])
def test_the_file_holds_nothing_but_whole_seconds(settings: Any, tmp_path: Path, told: str) -> None:
    settings.FENESTRA_DATA = tmp_path
    (tmp_path / clock.AHEAD_FILE).write_text(told)
    with pytest.raises(BadInput, match="Write whole seconds"):
        clock.now()


def test_a_real_clinic_reads_no_such_file(settings: Any, tmp_path: Path) -> None:
    settings.FENESTRA_DATA, settings.DEMO = tmp_path, False
    (tmp_path / clock.AHEAD_FILE).write_text("600")
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)


def test_a_demo_takes_it_from_the_environment(tmp_path: Path) -> None:
    assert started(tmp_path, FENESTRA_DEMO_CLOCK_AHEAD_S="2400").stdout.strip() == "2400"


@pytest.mark.parametrize("told", ["-60", "1.5", "soon"])
def test_nothing_but_whole_seconds_ahead(tmp_path: Path, told: str) -> None:
    assert "Give whole seconds" in started(tmp_path, FENESTRA_DEMO_CLOCK_AHEAD_S=told).stderr


def test_a_real_clinics_clock_is_never_moved(tmp_path: Path) -> None:
    refused = started(tmp_path, FENESTRA_MODE="clinic", FENESTRA_DEMO_CLOCK_AHEAD_S="60")
    assert refused.returncode != 0
    assert "this is a real clinic. Its clock is never moved: unset it." in refused.stderr
