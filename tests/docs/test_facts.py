"""What pages say about the code, where a slip would mislead: demo accounts, rooms, the signature, the hazards."""

from __future__ import annotations

import re

from fenestra.faces.cli.demo_clinic import TEAM
from fenestra.ground.clinic import intended_use
from tests.docs.pages import CODE, FENCE, HOUSE, ROOT, links

FLOORS = ("science", "ground", "care", "learning", "faces")


def rows(page: str, start: str) -> list[list[str]]:
    """The cells of the lines of a page that begin like this."""
    lines = (ROOT / page).read_text().splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith(start)]


def test_the_readme_names_every_demo_account_with_its_roles_and_no_other() -> None:
    told = {}
    for users, roles, _ in rows("README.md", "| `"):
        for place, user in enumerate(names := CODE.findall(users)):
            held = roles.split(", ")
            told[user] = held if "medical director" in held or len(names) != len(held) else [held[place]]
    assert told == {hand.user: [role.value for role in hand.roles] for hand in TEAM}


def test_developers_are_told_every_room_on_its_floor() -> None:
    for floor in FLOORS:
        (cells,) = rows("DEVELOPING.md", f"| `{floor}` ")
        rooms = {path.stem for path in (HOUSE / floor).iterdir() if path.name[0] != "_" and path.suffix in ("", ".py")}
        assert set(CODE.findall(cells[2])) == rooms


def test_the_act_shown_to_developers_is_one_of_the_house() -> None:
    shown = FENCE.findall((ROOT / "DEVELOPING.md").read_text())[0].split("\n", 1)[1].removesuffix("\n```")
    assert shown in (HOUSE / "care/visit/actions.py").read_text()


def test_the_page_on_intended_use_names_the_rule_that_turns_feeds_on() -> None:
    assert f"`{intended_use.FEEDS}`" in (ROOT / "docs/intended-use.md").read_text()


def test_the_page_on_intended_use_that_a_director_signs_is_the_one_of_the_docs() -> None:
    assert intended_use.PAGE.read_bytes() == (ROOT / "docs/intended-use.md").read_bytes()


def test_every_hazard_says_what_people_keep_and_where_it_is_tested() -> None:
    text = (ROOT / "docs/intended-use.md").read_text().partition("## Hazards")[2].partition("\n## ")[0]
    hazards = [line for line in text.splitlines() if line.startswith("| ")][1:]
    assert [
        line for line in hazards if len(cells := line.strip("|").split("|")) != 5 or not all(map(str.strip, cells))
    ] == []
    assert [line for line in hazards if not [link for link in links(line) if re.match(r"\.\./tests/", link)]] == []
