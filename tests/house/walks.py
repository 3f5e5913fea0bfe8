"""What every walk shares: the sources under a root, and where in the house a file stands.

A walk is a pure function from a root folder to findings, each `file:line: what is wrong and what to do instead`. So a
test can plant a breach in a folder of its own and see it caught.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOUSE = Path("src", "fenestra")


@dataclass(frozen=True)
class Source:
    """One Python file of the house, parsed."""

    path: Path
    parts: tuple[str, ...]
    tree: ast.Module

    @property
    def floor(self) -> str:
        return self.parts[0]

    @property
    def room(self) -> str:
        """`care.visit`; for a file that stands on its floor outside any room, the floor."""
        return ".".join(self.parts[:2]) if len(self.parts) > 2 else self.floor

    @property
    def is_migration(self) -> bool:
        return "migrations" in self.parts

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def place(self) -> str:
        return "/".join(self.parts)

    def finding(self, node: ast.AST, what: str) -> str:
        return f"{self.place}:{getattr(node, 'lineno', 1)}: {what}"

    def nodes(self, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
        return (node for node in ast.walk(self.tree) if isinstance(node, kinds))


def sources(root: Path, *, migrations: bool = False) -> list[Source]:
    """Every Python file of the house under this root; migrations stand outside most walks."""
    house = root / HOUSE
    found = []
    for path in sorted(house.rglob("*.py")):
        source = Source(path, path.relative_to(house).parts, parsed(path.read_text(encoding="utf-8")))
        if migrations or not source.is_migration:
            found.append(source)
    return found


@cache
def parsed(text: str) -> ast.Module:
    return ast.parse(text)


def called(node: ast.Call) -> str:
    """The last word of what is called: `get_model` for `apps.get_model(…)`."""
    return last_word(node.func)


def last_word(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def imported(source: Source) -> Iterator[tuple[ast.AST, str]]:
    """Each imported thing by its full dotted name, with where it is imported."""
    for node in source.nodes(ast.Import, ast.ImportFrom):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = from_module(source, node)
            yield from ((node, f"{module}.{alias.name}") for alias in node.names)


def from_module(source: Source, node: ast.ImportFrom) -> str:
    """The full name of the module imported from, also when it is written with dots."""
    if not node.level:
        return node.module or ""
    package = ["fenestra", *source.parts[:-1]]
    return ".".join([*package[: len(package) - node.level + 1], *filter(None, [node.module])])


def levels(pyproject: Path = ROOT / "pyproject.toml") -> dict[str, int]:
    """How high each floor and room stands, as import-linter's layers say: `care.visit` above `care.people`."""
    contracts = tomllib.loads(pyproject.read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    found = {}
    for contract in contracts:
        if contract["type"] == "layers":
            container = contract["containers"][0].removeprefix("fenestra").lstrip(".")
            for depth, layer in enumerate(reversed(contract["layers"])):
                for name in layer.split("|"):
                    found[".".join(filter(None, [container, name.strip()]))] = depth
    return found
