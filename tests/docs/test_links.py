"""Links inside the repository lead somewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.pages import HEADING, ROOT, anchor, links, pages


def leads_nowhere(page: Path) -> list[str]:
    text = page.read_text()
    return [link for link in links(text) if not _found(page, link)]


def _found(page: Path, link: str) -> bool:
    name, _, wanted = link.partition("#")
    target = (page.parent / name).resolve() if name else page
    if not target.exists() or not target.is_relative_to(ROOT):
        return False
    return not wanted or wanted in {anchor(heading) for heading in HEADING.findall(target.read_text())}


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_inside_the_repository_leads_somewhere(page: Path) -> None:
    assert leads_nowhere(page) == []


def test_a_link_to_a_missing_file_or_heading_is_found() -> None:
    page = ROOT / "README.md"
    assert not _found(page, "docs/never-written.md")
    assert not _found(page, "GLOSSARY.md#no-such-heading")
    assert _found(page, "GLOSSARY.md#roles")


def test_every_page_under_docs_is_in_the_index() -> None:
    index = (ROOT / "docs/README.md").read_text()
    linked = {(ROOT / "docs" / link).resolve() for link in links(index)}
    assert [p.name for p in (ROOT / "docs").rglob("*.md") if p.name != "README.md" and p not in linked] == []


def test_no_decision_number_is_used_twice() -> None:
    numbers = [page.name[:4] for page in (ROOT / "docs/decisions").glob("*.md")]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("page", sorted((ROOT / "docs/decisions").glob("*.md")), ids=lambda page: page.stem)
def test_a_decision_says_context_decision_cost_and_when_to_look_again(page: Path) -> None:
    text = page.read_text().casefold()
    assert [
        part for part in ("**context.", "**decision.", "**what we gave up.", "look again") if part not in text
    ] == []
