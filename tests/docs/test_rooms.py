"""Every room says what it is, in ten lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.pages import HOUSE

FLOORS = ("science", "ground", "care", "learning", "faces")
ROOMS = sorted(
    folder
    for floor in FLOORS
    for folder in (HOUSE / floor).iterdir()
    if folder.is_dir() and (folder / "__init__.py").exists()
)
MOST_LINES = 16  # ten lines of words; a title, blank lines and a list that wraps beside them


def is_empty(room: Path) -> bool:
    return not [file for file in room.rglob("*.py") if file.name != "__init__.py"]


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: f"{room.parent.name}/{room.name}")
def test_a_room_has_a_readme_that_opens_with_its_name_and_stays_short(room: Path) -> None:
    lines = (room / "README.md").read_text().splitlines()
    assert lines[0] == f"# {room.name}"
    assert len(lines) <= MOST_LINES


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: f"{room.parent.name}/{room.name}")
def test_a_room_without_code_says_that_it_comes_later_and_no_other_does(room: Path) -> None:
    assert ("Comes later" in (room / "README.md").read_text()) == is_empty(room)
