"""The project's own pages: which they are, and what stands in them."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOUSE = ROOT / "src" / "fenestra"

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
ENTRY = re.compile(r"^- \*\*(.+?)\*\*: (.+)$", re.MULTILINE)


def pages(root: Path = ROOT) -> list[Path]:
    """Every page of words: at the top, under docs/, and in the rooms."""
    return [
        *sorted(root.glob("*.md")),
        *sorted((root / "docs").rglob("*.md")),
        *sorted((root / "src").rglob("README.md")),
    ]


def links(text: str) -> list[str]:
    """What a page links to inside the repository; code is not a link."""
    words = CODE.sub("", FENCE.sub("", text))
    return [link for link in LINK.findall(words) if "://" not in link and not link.startswith("mailto:")]


def commands(text: str) -> list[str]:
    """Everything a page shows as code, line by line."""
    fenced = [line for block in FENCE.findall(text) for line in block.splitlines()[1:-1]]
    return fenced + CODE.findall(FENCE.sub("", text))


def anchor(heading: str) -> str:
    """The name under which a heading can be linked to."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def section(text: str, title: str) -> dict[str, str]:
    """The entries of one section: word and sentence."""
    _, _, rest = text.partition(f"## {title}\n")
    return dict(ENTRY.findall(rest.partition("\n## ")[0]))
