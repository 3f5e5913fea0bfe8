"""Wording ships only where the licence lets it: in the values, and in the files themselves."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

import fenestra.science.instruments
from fenestra.science.instruments import Instrument, load_instruments

FILES = Path(fenestra.science.instruments.__file__).parent / "data"
MAY_SHIP = {"public-domain", "own-words"}
LICENSED = [i for i in load_instruments().values() if i.licence not in MAY_SHIP]
FREE = [i for i in load_instruments().values() if i.licence in MAY_SHIP]


def name(instrument: Instrument) -> str:
    return instrument.id


def test_the_two_groups_are_all_instruments() -> None:
    assert (len(FREE), len(LICENSED)) == (19, 15)


@pytest.mark.parametrize("instrument", LICENSED, ids=name)
def test_a_licensed_form_carries_no_words_of_its_own(instrument: Instrument) -> None:
    assert not instrument.ships_wording
    assert not instrument.instruction
    assert not instrument.stem
    for item in instrument.items:
        assert (item.text, item.options, item.low, item.high) == (None, (), None, None)
        assert instrument.shown(item.id) == item.label


@pytest.mark.parametrize("instrument", LICENSED, ids=name)
def test_the_file_of_a_licensed_form_holds_no_words_either(instrument: Instrument) -> None:
    content = tomllib.loads((FILES / f"{instrument.id}.toml").read_text(encoding="utf-8"))
    assert not keys_of(content) & {"text", "options", "option_set", "instruction", "stem", "low", "high"}


@pytest.mark.parametrize("instrument", FREE, ids=name)
def test_a_free_form_shows_its_words(instrument: Instrument) -> None:
    assert instrument.ships_wording
    assert all(instrument.shown(item.id) == item.text for item in instrument.items)


def test_a_licensed_item_is_shown_by_our_own_short_label() -> None:
    assert load_instruments()["icsi"].shown("i3") == "night-time urination"
    assert load_instruments()["pacs"].shown("i2") == "Item 2"


def test_every_licensed_form_that_asks_for_credit_can_give_it() -> None:
    assert {i.id for i in LICENSED if i.notice} == {"audit", "cows", "cssrs_screener", "dast10", "who5"}


def keys_of(content: Any) -> set[str]:
    """Every key of a file, however deep."""
    if isinstance(content, dict):
        return set(content).union(*(keys_of(value) for value in content.values()))
    return set().union(*(keys_of(value) for value in content)) if isinstance(content, list) else set()
