"""Walks over what rooms hand out: frozen values, asked for by a scope and a mask."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.walks import Source, imported, last_word, sources

LIVE_ROWS = {"QuerySet", "RawQuerySet", "Manager", "Model", "Any"}
# Queries that come before anyone's scope is known, with the reason.
BEFORE_A_SCOPE = {
    "ground.clinic.clinics": "the sign-in page and the command line ask before anyone has signed in",
    "ground.clinic.scope_of": "makes the scope",
    "ground.clinic.acting": "makes the scope, with its clinic",
    "ground.clinic.scope_named": "the audit line of a sign-in that failed belongs to the clinic of that account",
    "ground.clinic.mask_of": "makes the mask",
    "care.checkins.link_of": "a phone shows its token; clinic and person are what it asks for",
    "care.visit.monitored_visit": "a monitor shows its token; clinic and visit are what it asks for",
}


def values_that_can_change(root: Path) -> list[str]:
    """A dataclass that a query hands out, or that stands in a values module, is frozen."""
    return [
        source.finding(node, f"{node.name} can be changed by whoever holds it; write @dataclass(frozen=True)")
        for source in sources(root)
        if hands_out_values(source)
        for node in source.nodes(ast.ClassDef)
        if isinstance(node, ast.ClassDef) and any(is_open_dataclass(decorator) for decorator in node.decorator_list)
    ]


def hands_out_values(source: Source) -> bool:
    return bool({"queries", "values"} & {source.name, *source.parts[:-1]}) or source.name.endswith(
        ("_queries", "_values")
    )


def is_queries(source: Source) -> bool:
    return source.name == "queries" or source.name.endswith("_queries") or "queries" in source.parts[:-1]


def is_open_dataclass(decorator: ast.expr) -> bool:
    call = decorator if isinstance(decorator, ast.Call) else None
    if last_word(call.func if call else decorator) != "dataclass":
        return False
    frozen = [keyword.value for keyword in call.keywords if keyword.arg == "frozen"] if call else []
    return not (frozen and isinstance(frozen[0], ast.Constant) and frozen[0].value is True)


def queries(root: Path) -> Iterator[tuple[Source, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """The public functions of every queries module."""
    for source in sources(root):
        if is_queries(source):
            for node in source.tree.body:
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
                    yield source, node


def queries_that_hand_out_rows(root: Path) -> list[str]:
    """A query says what it gives back, and that is no model, manager or queryset."""
    found = []
    for source, query in queries(root):
        if query.returns is None:
            found.append(source.finding(query, f"{query.name} does not say what it gives back"))
        elif rows := words_of(query.returns) & (LIVE_ROWS | models_known_to(source)):
            found.append(source.finding(query, f"{query.name} hands out {', '.join(sorted(rows))}; give frozen values"))
    return found


def words_of(annotation: ast.expr) -> set[str]:
    """Every name in an annotation, also in one written as a string; `models` for `models.Person`."""
    words = set()
    for node in ast.walk(annotation):
        if isinstance(node, ast.Name | ast.Attribute):
            words.add(last_word(node))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            words |= words_of(ast.parse(node.value, mode="eval").body)
    return words


def models_known_to(source: Source) -> set[str]:
    """Names this module took out of a models module, and the module itself."""
    names = {name for _, name in imported(source) if "models" in name.split(".")}
    return {name.rpartition(".")[2] for name in names}


def queries_open_to_anyone(root: Path) -> list[str]:
    """A query that reads a clinic's rows takes the asker's `scope`, and the `mask` of what they may not see.

    One that is given a value works on what some query already handed to this asker.
    """
    found = []
    for source, query in queries(root):
        arguments = [*query.args.posonlyargs, *query.args.args, *query.args.kwonlyargs]
        if f"{source.room}.{query.name}" in BEFORE_A_SCOPE or any(is_given_a_value(argument) for argument in arguments):
            continue
        if absent := {"scope", "mask"} - {argument.arg for argument in arguments}:
            found.append(
                source.finding(query, f"{query.name} takes no {' and no '.join(sorted(absent, reverse=True))}")
            )
    return found


def is_given_a_value(argument: ast.arg) -> bool:
    return argument.annotation is not None and any(word.endswith("Value") for word in words_of(argument.annotation))


VALUE_WALKS = (values_that_can_change, queries_that_hand_out_rows, queries_open_to_anyone)
