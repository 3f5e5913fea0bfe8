"""Runs the rigs in benchmarks/ and faults/ and gathers what each found.

A rig is a script that takes `--n COUNT` or `--full`, says what it does on the way, and prints as its last line one JSON
object with `name`, `ok`, and whatever it counted and measured (put medians under `medians`). `--small` runs each at
n = 3, so that none rots; `--full` runs full counts and writes docs/proof.json with the commit and the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("benchmarks", "faults")
JOURNEYS = "tests/journeys"
RUN_BY_TESTS = {"matrix"}  # tests/access runs the same walk over fewer kinds of objects
SMALL = ("--n", "3")
LIMIT_SECONDS = {SMALL: 300, ("--full",): 1800}  # a rig that hangs; small ones run beside other work


def rigs(root: Path) -> list[Path]:
    """Every rig of the project; a name that starts with an underscore is a part of others."""
    return sorted(path for folder in FOLDERS for path in (root / folder).glob("*.py") if not path.name.startswith("_"))


def read_last_line(output: str) -> dict[str, Any]:
    """The rig's own verdict, or a failed one that says what is missing."""
    last = output.strip().splitlines()[-1] if output.strip() else ""
    try:
        found = json.loads(last)
    except ValueError:
        return {"ok": False, "why": f"the last line is no JSON object: {last[:200]!r}"}
    if not isinstance(found, dict) or not isinstance(found.get("ok"), bool) or not found.get("name"):
        return {"ok": False, "why": "the last line needs `name` and `ok` (true or false)"}
    return found


def run_rig(rig: Path, counts: tuple[str, ...], root: Path, **more: str) -> dict[str, Any]:
    """One rig's finding, with its seconds. It is not ok when it says so, ends badly, or takes too long."""
    began = time.monotonic()
    limit = LIMIT_SECONDS[counts]
    try:
        done = subprocess.run(
            [sys.executable, str(rig), *counts],
            cwd=root,
            env={**os.environ, **more},
            capture_output=True,
            text=True,
            timeout=limit,
            check=False,
        )
        found = read_last_line(done.stdout)
        if done.returncode != 0:
            found |= {"ok": False, "why": f"ended with {done.returncode}: {done.stderr.strip()[-2000:]}"}
    except subprocess.TimeoutExpired:
        found = {"ok": False, "why": f"not done after {limit} s"}
    return {"rig": str(rig.relative_to(root)), **found, "seconds": round(time.monotonic() - began, 1)}


def first_match(path: str, key: str) -> str:
    """One value of a `key : value` file of the kernel."""
    lines = Path(path).read_text().splitlines() if Path(path).exists() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(key)), "unknown")


def machine() -> dict[str, Any]:
    """What the figures were measured on; nothing that names the machine or its owner."""
    return {
        "processor": first_match("/proc/cpuinfo", "model name"),
        "cores": os.cpu_count(),
        "memory": first_match("/proc/meminfo", "MemTotal"),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }


def commit(root: Path) -> str:
    """The commit that was measured, marked when files were changed since."""
    return subprocess.run(
        ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


def prove(counts: tuple[str, ...], root: Path) -> list[dict[str, Any]]:
    """Run every rig, one after the other so that none disturbs another's figures."""
    findings = []
    with tempfile.TemporaryDirectory(prefix="fenestra-rigs-") as shelf:
        # Small runs copy one filled clinic; in full each rig fills its own, at the hour at which it measures.
        shared = {"FENESTRA_RIG_SHELF": shelf} if counts == SMALL else {}
        for rig in rigs(root):
            if counts == SMALL and rig.stem in RUN_BY_TESTS:
                continue
            finding = run_rig(rig, counts, root, **shared)
            findings.append(finding)
            print(f"{'ok    ' if finding['ok'] else 'FAILED'} {json.dumps(finding)}", flush=True)
    return findings


def in_every_look(root: Path) -> dict[str, Any]:
    """The browser journeys at every size in both schemes; `make test` takes each size and each scheme once."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="fenestra-looks-") as folder:
        report = Path(folder) / "journeys.xml"
        command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", JOURNEYS]
        environment = {**os.environ, "FENESTRA_EVERY_LOOK": "1"}
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
        suites = [suite.attrib for suite in ElementTree.parse(report).getroot().iter("testsuite")]
    counts = {key: sum(int(suite[key]) for suite in suites) for key in ("tests", "failures", "errors", "skipped")}
    finding = {"rig": JOURNEYS, "name": "journeys in every look", "ok": done.returncode == 0, **counts}
    return finding | {"seconds": round(time.monotonic() - began, 1)}


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--small", action="store_true", help="each rig at n = 3")
    how.add_argument("--full", action="store_true", help="full counts; writes docs/proof.json")
    chosen = parser.parse_args(arguments)
    findings = prove(SMALL if chosen.small else ("--full",), root)
    if chosen.full:
        if (root / JOURNEYS).is_dir():
            findings.append(in_every_look(root))
        proof = {
            "commit": commit(root),
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": machine(),
            "rigs": findings,
        }
        (root / "docs" / "proof.json").write_text(json.dumps(proof, indent=2) + "\n")
    print(f"{sum(f['ok'] for f in findings)} of {len(findings)} rigs ok")
    return 0 if all(f["ok"] for f in findings) else 1


if __name__ == "__main__":
    sys.exit(main())
