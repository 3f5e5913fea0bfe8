"""A house for journeys: a made-up clinic in a folder of its own, served by the real server in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

FENESTRA = str(Path(sys.executable).parent / "fenestra")
PLACE = ZoneInfo("America/New_York")  # where the demo's first clinic is
AHEAD_FILE = "clock-ahead"
PATIENCE_S = 60.0  # a busy machine makes nothing wrong


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def environment(folder: Path, **more: str) -> dict[str, str]:
    """This process's environment with a folder of its own, SQLite, and nothing a developer may have set."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith(("FENESTRA_", "DJANGO_"))}
    return {**mine, "FENESTRA_DATA": str(folder), **more}


def seconds_to_noon() -> int:
    """By how much the demo's clock runs ahead, so that no journey passes the clinic's midnight, whenever it is run."""
    here = datetime.now(UTC).astimezone(PLACE)
    return int((here.replace(hour=12, minute=0, second=0) - here) / timedelta(seconds=1)) % 86_400


def fill(folder: Path, *, people: int) -> None:
    """Make the demo with the command that everybody uses, at the clinic's noon."""
    (folder / AHEAD_FILE).write_text(str(seconds_to_noon()))
    done = subprocess.run(
        [FENESTRA, "demo", "--people", str(people), "--json"],
        env=environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["clinics"] == 2


@dataclass
class House:
    """One served folder. Its demo's clock can be moved, so that a journey need not wait for a pump."""

    folder: Path
    port: int = field(default_factory=free_port)
    server: subprocess.Popen[bytes] | None = None
    sessions: dict[str, Any] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def said(self) -> str:
        """What the server wrote to its standard error."""
        return (self.folder / "served.txt").read_text()

    def login(self, user: str) -> tuple[str, str]:
        made = json.loads((self.folder / "demo-logins.json").read_text())
        return user, next(one["password"] for one in made["logins"] if one["user"] == user)

    def start(self) -> None:
        with (self.folder / "served.txt").open("ab") as said:
            self.server = subprocess.Popen(
                [FENESTRA, "serve", "--port", str(self.port)],
                env=environment(self.folder),
                stdout=said,
                stderr=said,
            )
        self._wait()

    def _wait(self) -> None:
        assert self.server is not None
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            assert self.server.poll() is None, self.said
            try:
                with urllib.request.urlopen(f"{self.address}/sign-in/", timeout=5):
                    return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        raise AssertionError(f"The server did not answer in {PATIENCE_S:.0f} s.\n{self.said}")

    def kill(self) -> None:
        """Take the server away as a power cut does."""
        if self.server is not None:
            self.server.kill()
            self.server.wait()
            self.server = None

    def later(self, minutes: float) -> int:
        """Move the clock of the demo on by some minutes more, whether it runs or not. Pages see it when loaded anew.
        Gives the whole minutes by which it runs ahead then, as pages say them."""
        told = self.folder / AHEAD_FILE
        ahead_s = int(told.read_text()) if told.exists() else 0
        being_written = told.with_suffix(".new")
        ahead_s += int(minutes * 60)
        being_written.write_text(str(ahead_s))
        being_written.replace(told)  # at once, so that the server never reads half a number
        return ahead_s // 60


def copied(filled: Path, folder: Path) -> House:
    """A house of its own, with the same people and log-ins."""
    shutil.copytree(filled, folder)
    return House(folder)
