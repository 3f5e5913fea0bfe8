"""The words of the glossary that the code also has are the code's own."""

from __future__ import annotations

from enum import StrEnum

import pytest

from fenestra.care.people.rules import Goal
from fenestra.care.visit.rules import MEANING, VisitState
from fenestra.ground.clinic.rules import Role
from fenestra.science.protocols.adoption import Standing
from fenestra.science.protocols.protocol import Use
from fenestra.science.protocols.screening import Verdict
from tests.docs.pages import ENTRY, ROOT, section

TEXT = (ROOT / "GLOSSARY.md").read_text()
ENUMS: list[tuple[str, type[StrEnum]]] = [
    ("Roles", Role),
    ("States of a visit", VisitState),
    ("Verdicts of a screening", Verdict),
    ("Goals of an episode", Goal),
    ("Uses of a regimen", Use),
    ("Standings of a safety rule", Standing),
]


@pytest.mark.parametrize(("title", "enum"), ENUMS, ids=[title for title, _ in ENUMS])
def test_a_section_holds_exactly_the_words_of_the_code(title: str, enum: type[StrEnum]) -> None:
    assert set(section(TEXT, title)) == {member.value.replace("_", " ") for member in enum}


@pytest.mark.parametrize("state", VisitState)
def test_a_state_means_what_the_pages_say(state: VisitState) -> None:
    assert section(TEXT, "States of a visit")[state.value] == f"{MEANING[state]}."


def test_every_word_has_one_sentence_and_stands_once() -> None:
    words = [word for word, _ in ENTRY.findall(TEXT)]
    assert sorted(set(words)) == sorted(words)
    assert [word for word, said in ENTRY.findall(TEXT) if not said.endswith(".") or ". " in said] == []
