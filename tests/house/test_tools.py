"""The tools that judge are judged: a rig that fails, hangs or says nothing is never called ok, and counts are true."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.house.walks import ROOT


def tool(name: str) -> ModuleType:
    """A script of tools/, which is no package."""
    spec = importlib.util.spec_from_file_location(f"tools_{name}", ROOT / "tools" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


PROVE, CHECK = tool("prove"), tool("check")
GOOD = (
    "import json\nprint('warming up')\nprint(json.dumps({'name': 'stops', 'ok': True, 'n': 3, 'medians': {'ms': 4}}))"
)


def rig(root: Path, text: str, folder: str = "faults", name: str = "stops.py") -> None:
    (root / folder).mkdir(exist_ok=True)
    (root / folder / name).write_text(text)


def test_every_rig_of_both_folders_is_run_and_its_finding_kept(tmp_path: Path) -> None:
    rig(tmp_path, GOOD)
    rig(tmp_path, GOOD, folder="benchmarks", name="pages.py")
    rig(tmp_path, "raise SystemExit('a part of others, no rig')", name="_parts.py")
    found = PROVE.prove(PROVE.SMALL, tmp_path)
    assert [(f["rig"], f["ok"], f["medians"]) for f in found] == [
        ("benchmarks/pages.py", True, {"ms": 4}),
        ("faults/stops.py", True, {"ms": 4}),
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (GOOD.replace("True", "False"), ""),
        (GOOD + "\nraise SystemExit(2)", "ended with 2"),
        (GOOD + "\nprint('done')", "no JSON object"),
        ("", "no JSON object"),
        ("print('[]')", "needs `name` and `ok`"),
        ('print(\'{"name": "stops", "ok": "yes"}\')', "needs `name` and `ok`"),
    ],
)
def test_a_rig_that_does_not_say_ok_fails_the_run(text: str, why: str, tmp_path: Path) -> None:
    rig(tmp_path, text)
    (found,) = PROVE.prove(PROVE.SMALL, tmp_path)
    assert found["ok"] is False
    assert why in found.get("why", "")
    assert PROVE.main(["--small"], tmp_path) == 1


def test_a_rig_that_hangs_is_stopped_and_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PROVE.LIMIT_SECONDS, PROVE.SMALL, 0.5)
    rig(tmp_path, "import time\ntime.sleep(60)")
    (found,) = PROVE.prove(PROVE.SMALL, tmp_path)
    assert (found["ok"], found["why"]) == (False, "not done after 0.5 s")


def test_the_proof_names_commit_and_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rig(tmp_path, GOOD)
    (tmp_path / "docs").mkdir()
    monkeypatch.setattr(PROVE, "commit", lambda root: "abc-dirty")
    assert PROVE.main(["--full"], tmp_path) == 0
    proof = json.loads((tmp_path / "docs" / "proof.json").read_text())
    assert proof["commit"] == "abc-dirty"
    assert proof["machine"]["cores"] >= 1
    assert proof["rigs"][0]["medians"] == {"ms": 4}


def report(folder: Path, **counts: int) -> Path:
    path = folder / "report.xml"
    attributes = " ".join(f'{name}="{count}"' for name, count in counts.items())
    path.write_text(f"<testsuites><testsuite {attributes}/></testsuites>")
    return path


def test_the_closing_line_counts_errors_as_failures_and_skips_apart(tmp_path: Path) -> None:
    tally = CHECK.tally_of(report(tmp_path, tests=10, failures=1, errors=2, skipped=3))
    assert str(tally) == "4 passed, 3 failed, 3 skipped"
    assert not tally.clean


def test_a_run_without_a_report_has_failed(tmp_path: Path) -> None:
    assert str(CHECK.tally_of(tmp_path / "none.xml")) == "0 passed, 1 failed, 0 skipped"


@pytest.mark.parametrize(
    ("passed", "failed", "skipped", "clean"), [(5, 0, 0, True), (0, 0, 0, False), (5, 0, 1, False)]
)
def test_a_run_is_clean_when_something_passed_and_nothing_failed_or_skipped(
    passed: int, failed: int, skipped: int, clean: bool
) -> None:
    assert CHECK.Tally(passed, failed, skipped).clean is clean
