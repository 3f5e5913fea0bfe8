"""Commands, targets, settings and paths that pages name exist."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from fenestra.faces.cli.main import parser
from tests.docs.pages import ROOT, commands, pages
from tests.house.repository_walks import HOSTS, PATHS

PAGES = pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
MAKE = re.compile(r"^(?:[A-Z]+=\S+ )*make ([a-z][a-z-]*)")
FENESTRA = re.compile(r"^(?:\.venv/bin/)?fenestra ([a-z][a-z-]*)")
SETTING = re.compile(r"\bFENESTRA_[A-Z_]+\b")
OUR_PATH = re.compile(r"^(?:src/fenestra|tests|tools|docs|faults|benchmarks|ground|care|science|faces)/[\w./-]+$")


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):(?!=)", (ROOT / "Makefile").read_text(), re.MULTILINE))


def subcommands() -> set[str]:
    actions = [a for a in parser()._actions if isinstance(a, argparse._SubParsersAction)]
    return set(actions[0].choices)


def named(pattern: re.Pattern[str], page: Path) -> set[str]:
    return {match[1] for line in commands(page.read_text()) if (match := pattern.match(line.strip()))}


@PAGES
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    assert named(MAKE, page) - make_targets() == set()


@PAGES
def test_every_subcommand_that_is_named_exists(page: Path) -> None:
    assert named(FENESTRA, page) - subcommands() == set()


@PAGES
def test_every_setting_that_is_named_is_read(page: Path) -> None:
    read = (ROOT / "src/fenestra/project/settings.py").read_text()
    assert [name for name in SETTING.findall(page.read_text()) if name not in read] == []


@PAGES
def test_every_path_that_is_named_is_there(page: Path) -> None:
    named_paths = [line for line in commands(page.read_text()) if OUR_PATH.match(line)]
    there = (ROOT, ROOT / "src/fenestra", page.parent)
    assert [path for path in named_paths if not any((base / path).exists() for base in there)] == []


@PAGES
def test_no_page_names_a_folder_of_one_machine_or_a_package_registry(page: Path) -> None:
    text = page.read_text()
    assert PATHS.search(text) is None
    assert HOSTS.search(text) is None


def test_the_two_commands_of_the_readme_are_targets_of_the_makefile() -> None:
    assert {"run", "test"} <= named(MAKE, ROOT / "README.md")
    assert {"run", "test"} <= make_targets()


def test_every_target_of_the_makefile_is_told_to_developers() -> None:
    public = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)) - {"help"}
    assert public - named(MAKE, ROOT / "DEVELOPING.md") == set()


def test_an_invented_target_or_subcommand_is_found() -> None:
    assert MAKE.match("make coffee")[1] not in make_targets()  # type: ignore[index]  # it matches: that is the point
    assert "teleport" not in subcommands()
