"""A dosing day as one asker may read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from fenestra.care.people.sealed import HIDDEN
from fenestra.care.visit.rows import NAMES_SOMEBODY
from fenestra.care.visit.values import EntryValue, VisitValue
from fenestra.ground.book.scope import Mask


def masked(value: VisitValue, mask: Mask) -> VisitValue:
    """Without what was typed about the person, for who may not know who they are: any of it may name somebody."""
    if not mask.hides("identity"):
        return value
    return replace(
        value,
        steps=tuple(replace(each, reason=_hidden(each.reason)) for each in value.steps),
        arrival=_nameless(value.arrival),
        time_out=_nameless(value.time_out),
        discharge=_nameless(value.discharge),
        order=replace(value.order, reason=_hidden(value.order.reason)) if value.order else None,
        entries=_wordless(value.entries),
        incidents=_wordless(value.incidents),
        leaving=replace(value.leaving, escort=_hidden(value.leaving.escort)) if value.leaving else None,
    )


def _hidden(words: str) -> str:
    return HIDDEN if words else ""


def _nameless(answers: Mapping[str, str]) -> Mapping[str, str]:
    return {item: _hidden(said) if item in NAMES_SOMEBODY else said for item, said in answers.items()}


def _wordless(entries: tuple[EntryValue, ...]) -> tuple[EntryValue, ...]:
    return tuple(replace(each, text=_hidden(each.text)) for each in entries)
