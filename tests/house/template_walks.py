"""A walk over pages: nothing in them needs a hole in the content security policy."""

from __future__ import annotations

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

from tests.house.walks import HOUSE, sources

DJANGO = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
DATA_SCRIPTS = {"application/json", "application/ld+json"}


class Page(HTMLParser):
    """Reads one template and keeps what a strict policy would block."""

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place, self.found = place, list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [f"{self.place}:{self.getpos()[0]}: {what}" for what in blocked(tag, dict(attrs))]


def blocked(tag: str, attributes: dict[str, str | None]) -> list[str]:
    """What in one tag a strict content security policy would refuse."""
    found = []
    if tag == "style":
        found.append("<style> is inline; write a class in the style sheet")
    if tag == "script" and "src" not in attributes and attributes.get("type") not in DATA_SCRIPTS:
        found.append("<script> is inline; write a file and pass data as application/json")
    for name, value in attributes.items():
        if name == "style":
            found.append("style= is inline; write a class in the style sheet")
        if re.fullmatch(r"on[a-z]+|hx-on.*", name):
            found.append(f"{name}= is inline script; listen in a file")
        if (value or "").strip().lower().startswith("javascript:"):
            found.append(f"{name}= is inline script; listen in a file")
    return found


def without_django(text: str) -> str:
    """The template with its tags emptied, each keeping its line breaks so that lines still count."""
    return DJANGO.sub(lambda tag: "x" * (tag[0].startswith("{{")) + "\n" * tag[0].count("\n"), text)


def inline_style_and_script(root: Path) -> list[str]:
    """Every template and drawing, and every piece of markup written in Python."""
    house = root / HOUSE
    found = []
    for path in sorted(path for kind in ("*.html", "*.svg", "*.txt") for path in house.rglob(kind)):
        place = path.relative_to(house)
        if "vendor" not in place.parts and "data" not in place.parts:
            found += findings_in(without_django(path.read_text(encoding="utf-8")), str(place))
    for source in sources(root):
        for node in source.nodes(ast.Constant, ast.JoinedStr):
            if re.search(r"<[a-z]", text := written(node)):
                found += findings_in(text, f"{source.place}:{getattr(node, 'lineno', 1)}")
    return found


def written(node: ast.AST) -> str:
    """The text of a string in Python; an f-string's values stand as x."""
    if isinstance(node, ast.JoinedStr):
        return "".join(written(part) if isinstance(part, ast.Constant) else "x" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def findings_in(markup: str, place: str) -> list[str]:
    page = Page(place)
    page.feed(markup)
    return page.found
