"""Each import contract, proven on a breach planted in a copy of the house."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.walks import HOUSE, ROOT

FLOORS = "Floors: imports go down only"
SCIENCE = "Science: no framework, database, network"
NO_MODELS = "Faces never import models"
PURE_RULES = "Rules without Django, also through a neighbour"
NO_RE_EXPORT = "No room re-exports its models"

# contract that must break, files planted under src/fenestra with what stands in them
BREACHES: dict[str, tuple[str, dict[str, str]]] = {
    "a lower floor imports a higher one": (FLOORS, {"ground/book/breach.py": "import fenestra.care.people"}),
    "a new floor": (FLOORS, {"attic/__init__.py": ""}),
    "a face imports the command line": ("Faces", {"faces/web/breach.py": "import fenestra.faces.cli"}),
    "two faces know each other": ("Faces", {"faces/web/breach.py": "import fenestra.faces.api"}),
    "the registry knows of trials": ("Learning", {"learning/registry/breach.py": "import fenestra.learning.trial"}),
    "a person knows of visits": ("Care", {"care/people/breach.py": "import fenestra.care.visit"}),
    "siblings in care know each other": ("Care", {"care/plan/breach.py": "import fenestra.care.inventory"}),
    "a new room in care": ("Care", {"care/pharmacy/__init__.py": ""}),
    "the book knows of clinics": ("Ground", {"ground/book/breach.py": "import fenestra.ground.clinic"}),
    "evidence knows of protocols": ("Science", {"science/evidence/breach.py": "import fenestra.science.protocols"}),
    "a framework in science": (SCIENCE, {"science/outcomes/breach.py": "import django.conf"}),
    "the network in science": (SCIENCE, {"science/outcomes/breach.py": "def ask():\n    import socket"}),
    "a page imports models inside a function": (
        NO_MODELS,
        {"faces/web/breach.py": "def page():\n    from fenestra.ground.book.models import Act"},
    ),
    "rules reach Django through a neighbour": (
        PURE_RULES,
        {
            "care/work/rules.py": "from fenestra.care.work.breach import now",
            "care/work/breach.py": "from django.utils.timezone import now",
        },
    ),
    "a room re-exports its models": (
        NO_RE_EXPORT,
        {"ground/book/__init__.py": "from fenestra.ground.book.models import Act"},
    ),
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of the house without its tables' history, and its contracts."""
    root = tmp_path_factory.mktemp("house")
    others = shutil.ignore_patterns("__pycache__", "data", "static", "templates", "migrations")
    shutil.copytree(ROOT / HOUSE, root / HOUSE, ignore=others)
    shutil.copy(ROOT / "pyproject.toml", root)
    return root


def broken_contracts(root: Path) -> set[str]:
    """The contracts that import-linter calls broken, by name."""
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--cache-dir", str(root / ".cache")],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root / "src"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = done.stdout.splitlines()
    assert any(line.startswith("Contracts: ") for line in lines), done.stdout + done.stderr
    return {line.removesuffix("BROKEN").strip() for line in lines if line.endswith("BROKEN")}


def test_the_house_keeps_every_contract(house: Path) -> None:
    assert broken_contracts(house) == set()


@pytest.mark.parametrize("breach", BREACHES)
def test_a_contract_breaks_when(breach: str, house: Path) -> None:
    contract, files = BREACHES[breach]
    before = {name: (house / HOUSE / name).read_text() for name in files if (house / HOUSE / name).exists()}
    try:
        for name, text in files.items():
            (house / HOUSE / name).parent.mkdir(exist_ok=True)
            (house / HOUSE / name).write_text(text)
        assert contract in broken_contracts(house)
    finally:
        for name in files:
            take_away(house / HOUSE / name, before.get(name))


def take_away(path: Path, before: str | None) -> None:
    """Put back what stood there, or nothing."""
    if before is not None:
        path.write_text(before)
    elif path.name == "__init__.py":
        shutil.rmtree(path.parent)
    else:
        path.unlink()
