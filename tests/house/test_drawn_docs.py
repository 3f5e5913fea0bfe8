"""Pages drawn from the code are as the code would draw them now, and the map of requirements is whole."""

from __future__ import annotations

import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from fenestra.care.visit.rules import STEPS, Route
from fenestra.faces.cli import docs
from fenestra.science.errors import DataFault
from fenestra.science.protocols.requirements import load_requirements

ROOT = Path(__file__).parents[2]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    shutil.copy(ROOT / docs.MAP_FILE, tmp_path / docs.MAP_FILE)
    return tmp_path


def test_no_drawn_page_is_stale() -> None:
    assert docs.stale(ROOT) == []


def test_a_changed_or_missing_page_is_stale_and_drawn_again(copy: Path) -> None:
    assert docs.stale(copy) == list(docs.PAGES) == docs.write(copy)
    assert docs.write(copy) == []
    (copy / "docs/roles.md").write_text("nurses may do anything", encoding="utf-8")
    assert docs.stale(copy) == ["docs/roles.md"]


def test_every_requirement_stands_in_the_map_once_with_a_test_or_a_reason() -> None:
    for requirement_id, entry in docs.requirement_map(ROOT).items():
        assert ("test" in entry) != bool(entry.get("not_yet", "").strip()), requirement_id
        assert "test" not in entry or entry["room"], requirement_id


def test_a_requirement_missing_from_the_map_is_named(copy: Path) -> None:
    kept = (copy / docs.MAP_FILE).read_text(encoding="utf-8")
    (copy / docs.MAP_FILE).write_text(kept.replace("[LIM-002]", "[LIM-999]"), encoding="utf-8")
    with pytest.raises(DataFault, match="LIM-002"):
        docs.stale(copy)


def test_every_named_test_and_room_is_there() -> None:
    for requirement_id, entry in docs.requirement_map(ROOT).items():
        if "test" in entry:
            assert (ROOT / entry["test"]).is_file(), requirement_id
        if "room" in entry:
            assert (ROOT / "src/fenestra" / entry["room"]).is_dir(), requirement_id


def test_the_page_of_requirements_names_each_of_them() -> None:
    page = docs.requirements(ROOT)
    assert all(f"| {each.id} |" in page for each in load_requirements())


@pytest.mark.parametrize("route", Route)
def test_the_picture_shows_every_state_and_every_step(route: Route) -> None:
    picture = ElementTree.fromstring(docs.visit_picture(route))
    said = {text.text for text in picture.iter("{http://www.w3.org/2000/svg}text")}
    assert {state.value for state in STEPS[route]} <= said
    arrows = [path for path in picture.iter("{http://www.w3.org/2000/svg}path") if path.get("marker-end")]
    steps = [(now, then) for now, following in STEPS[route].items() for then in following if then is not now]
    assert len(arrows) == len(steps)
