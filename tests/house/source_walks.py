"""Walks over the Python of the house: what the import contracts cannot see."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.house.walks import HOUSE, called, imported, last_word, sources

# Folders that hold no code. One with Python in it is a package like any other.
WITHOUT_CODE = {"__pycache__", "data", "static", "templates"}
ROW_SIGNALS = {"pre_init", "post_init", "pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed"}
MODEL_VIEWS = {"ListView", "DetailView", "CreateView", "UpdateView", "DeleteView", "ModelForm", "modelform_factory"}

# Where a loop must outlive whatever one of its turns does, with the reason.
WHERE_ALL_IS_CAUGHT = {
    "ground/book/clock.py": "a task that fails must not stop the clock's others; it is logged and counted for the status page",
}


def folders_outside_the_contracts(root: Path) -> list[str]:
    """A folder without `__init__.py` is no package to import-linter, so nothing in it is held to the layers."""
    house = root / HOUSE
    return [
        f"{folder.relative_to(house)}/: has no __init__.py, so the import contracts do not see what is in it"
        for folder in sorted(path for path in house.rglob("*") if path.is_dir())
        if not (folder / "__init__.py").exists() and ought_to_be_a_package(folder, folder.relative_to(house))
    ]


def ought_to_be_a_package(folder: Path, place: Path) -> bool:
    """Whether there is code in it, or it is none of the folders that hold only data."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    return any(folder.glob("*.py")) or (bool(files) and not WITHOUT_CODE & set(place.parts))


def back_doors(root: Path) -> list[str]:
    """Ways to reach another room that no import statement shows. Reading packaged data is none."""
    found = []
    for source in sources(root):
        for node, name in imported(source):
            if name.split(".")[0] == "importlib" and not name.startswith("importlib.resources"):
                found.append(source.finding(node, f"{name} hides an import from the contracts; write the import"))
            if name.split(".")[0] == "pkgutil" or name.endswith(".import_string"):
                found.append(source.finding(node, f"{name} hides an import from the contracts; write the import"))
        for node in source.nodes(ast.Call):
            if isinstance(node, ast.Call) and called(node) in {
                "get_model",
                "__import__",
                "import_string",
                "import_module",
            }:
                found.append(
                    source.finding(node, f"{called(node)}() hides an import from the contracts; write the import")
                )
    return found


def generic_pages(root: Path) -> list[str]:
    """Pages and forms made from models, which write past `book.act`, and the admin, which does too."""
    found = []
    for source in sources(root):
        for node, name in imported(source):
            if name.rpartition(".")[2] in MODEL_VIEWS and name.startswith(("django.", "fenestra.")):
                found.append(source.finding(node, f"{name} writes or reads past the actions and queries of a room"))
            if name.startswith("django.contrib.admin"):
                found.append(source.finding(node, "the admin writes past book.act"))
        for node in source.nodes(ast.Constant, ast.Attribute):
            if isinstance(node, ast.Constant) and str(node.value).startswith("django.contrib.admin"):
                found.append(source.finding(node, "the admin writes past book.act"))
            if isinstance(node, ast.Attribute) and node.attr in MODEL_VIEWS:
                found.append(
                    source.finding(node, f"{node.attr} writes or reads past the actions and queries of a room")
                )
    return found


def hidden_writes(root: Path) -> list[str]:
    """Signals on rows (bulk writes slip past them), and a transaction around each request instead of each act."""
    found = []
    for source in sources(root):
        for node, name in imported(source):
            if name.rpartition(".")[2] in ROW_SIGNALS | {"Signal"} and name.startswith("django."):
                found.append(source.finding(node, f"{name}: call the action instead; bulk writes slip past signals"))
        for node in source.nodes(ast.Attribute, ast.Constant, ast.Name):
            if isinstance(node, ast.Attribute) and node.attr in ROW_SIGNALS:
                found.append(
                    source.finding(node, f"{node.attr}: call the action instead; bulk writes slip past signals")
                )
            if "ATOMIC_REQUESTS" in {getattr(node, "value", None), getattr(node, "id", None)}:
                found.append(source.finding(node, "ATOMIC_REQUESTS: the transaction is the act's, not the request's"))
    return found


# Acts of people after which somebody owes something: pages call the acts of the same names in `care.work.owed`.
LEAVE_WORK = {"keep_screening", "decide_screening", "withdraw_consent"}
IN_WORK = "fenestra.care.work.owed"


def acts_without_their_work(root: Path) -> list[str]:
    """A face that calls the act of `people` alone: what happened is kept, and nobody is told."""
    found = []
    for source in (s for s in sources(root) if s.floor == "faces"):
        names = {name.rpartition(".")[2] for _, name in imported(source) if name == IN_WORK}
        for node in source.nodes(ast.Attribute):
            if isinstance(node, ast.Attribute) and node.attr in LEAVE_WORK and last_word(node.value) not in names:
                found.append(source.finding(node, f"{node.attr}: call it by {IN_WORK}, where its item of work is"))
        for node, name in imported(source):
            module, _, verb = name.rpartition(".")
            if verb in LEAVE_WORK and module != IN_WORK:
                found.append(source.finding(node, f"{verb}: call it by {IN_WORK}, where its item of work is"))
    return found


def swallowed_errors(root: Path) -> list[str]:
    """`except Exception` and its cousins: a fault of ours must be seen, a refusal has a name."""
    found = []
    for source in (s for s in sources(root, migrations=True) if s.place not in WHERE_ALL_IS_CAUGHT):
        for node in source.nodes(ast.ExceptHandler, ast.Call):
            if isinstance(node, ast.ExceptHandler) and swallows(node):
                found.append(source.finding(node, "catches everything; name the error that can happen here"))
            if isinstance(node, ast.Call) and called(node) == "suppress" and any(catches_all(arg) for arg in node.args):
                found.append(source.finding(node, "suppresses everything; name the error that can happen here"))
    return found


def catches_all(node: ast.expr) -> bool:
    names = node.elts if isinstance(node, ast.Tuple) else [node]
    return any(last_word(name) in {"Exception", "BaseException"} for name in names)


def swallows(handler: ast.ExceptHandler) -> bool:
    """Whether a handler catches all; one that cleans up and passes the same error on (`raise`) may say BaseException."""
    if handler.type is not None and not catches_all(handler.type):
        return False
    cleans_up = handler.type is None or last_word(handler.type) == "BaseException"
    last = handler.body[-1]
    return not (cleans_up and isinstance(last, ast.Raise) and last.exc is None)


def data_read_across_floors(root: Path) -> list[str]:
    """A data file is read by the room it stands in; others ask that room. `project` knows all rooms."""
    found = []
    for source in (s for s in sources(root) if s.floor != "project"):
        for node in source.nodes(ast.Call):
            if isinstance(node, ast.Call) and called(node) in {
                "files",
                "read_text",
                "read_binary",
                "open_text",
                "open_binary",
            }:
                for argument in node.args[:1]:
                    if (room := named_room(argument)) and room.split(".")[0] != source.floor:
                        found.append(source.finding(node, f"reads data of {room}; ask that room for its values"))
        found += [
            source.finding(node, "climbs out of its floor from __file__; ask the room that holds the data")
            for node in source.nodes(ast.Attribute, ast.Subscript)
            if climbs(node) > len(source.parts) - 1
        ]
    return found


def named_room(node: ast.expr) -> str | None:
    """`science.evidence` from "fenestra.science.evidence.data", or from the package written out."""
    text = node.value if isinstance(node, ast.Constant) else ast.unparse(node)
    if not isinstance(text, str) or not text.startswith("fenestra."):
        return None
    return ".".join(text.split(".")[1:3])


def climbs(node: ast.AST) -> int:
    """How many folders a path that starts at `__file__` goes up: 1 for the file's own folder."""
    if "__file__" not in ast.unparse(node):
        return 0
    if isinstance(node, ast.Attribute) and node.attr == "parent":
        return 1 + climbs(node.value)
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute) and node.value.attr == "parents":
        index = node.slice.value if isinstance(node.slice, ast.Constant) else None
        return (index + 1 if isinstance(index, int) else 99) + climbs(node.value.value)
    return 0


SOURCE_WALKS = (
    folders_outside_the_contracts,
    back_doors,
    generic_pages,
    hidden_writes,
    acts_without_their_work,
    swallowed_errors,
    data_read_across_floors,
)
