"""Disclosures as pages write them: who, to whom, on what, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from fenestra.care.people.disclosure_rules import DisclosureState, DisclosureValue, in_words
from fenestra.care.people.disclosure_texts import basis_text
from fenestra.faces.web.forms import fresh_key

STATES = {
    DisclosureState.WAITING: ("waits", "clock", "fe-warn"),
    DisclosureState.SENT: ("went out", "tick", "fe-ok"),
    DisclosureState.STOPPED: ("stopped", "decide", "fe-plain"),
}


@dataclass(frozen=True)
class Line:
    """One disclosure in a list."""

    value: DisclosureValue
    basis: str
    citation: str
    information: str
    state: str
    icon: str
    colour: str
    by: str
    when: datetime
    can_hand_out: bool
    key: str


def line(value: DisclosureValue, names: dict[int, str]) -> Line:
    """A disclosure in words. Nobody read the section of a basis: its citation says so."""
    text, (state, icon, colour) = basis_text(value.basis), STATES[value.state]
    citation = text.citation if text.verified else f"{text.citation}, nobody here has read that section"
    by = names.get(value.ended_by_id or value.by_id or 0, "the person themselves")
    return Line(
        value, text.words, citation, in_words(value.information) or value.what, state, icon, colour, by,
        value.ended_at or value.at, value.waits and not value.about, fresh_key(),
    )  # fmt: skip


def staff_in(values: Iterable[DisclosureValue]) -> set[int]:
    """Whose names a list of these needs."""
    return {each for value in values for each in (value.by_id, value.ended_by_id) if each}
