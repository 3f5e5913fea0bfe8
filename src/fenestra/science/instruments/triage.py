"""The band of a triage form: the first rule that matches wins, and an unanswered item matches nothing.

A band is final only when no answer still to come could change it. Until then what is already established, for
example a low risk on a half-answered form, raises its alert but is not printed as the band: that would read as a
finding that nobody made.
"""

from __future__ import annotations

from collections.abc import Mapping

from fenestra.science.instruments.answers import Answers, asked_items
from fenestra.science.instruments.values import BandRule, Instrument


def final_band(instrument: Instrument, said: Answers, *, repeat: bool = False) -> str | None:
    """The band, when every open item could only confirm it; None otherwise."""
    now = _matching(instrument, said, repeat).band
    worst = _matching(instrument, _answered_yes(instrument, said, repeat), repeat).band
    return now if now == worst else None


def established_band(instrument: Instrument, said: Answers, *, repeat: bool = False) -> str | None:
    """The band the answers so far have reached at least; None while nothing positive was said on an open form."""
    if not instrument.rules:
        return None
    rule = _matching(instrument, said, repeat)
    return rule.band if rule.any else final_band(instrument, said, repeat=repeat)


def _matching(instrument: Instrument, said: Answers, repeat: bool) -> BandRule:
    rules = instrument.repeat.rules if repeat and instrument.repeat else instrument.rules
    return next(rule for rule in rules if _matches(rule, instrument, said))


def _matches(rule: BandRule, instrument: Instrument, said: Answers) -> bool:
    refused_into = instrument.refusal.band if instrument.refusal else None
    return not rule.any or any(map(said.is_positive, rule.any)) or (bool(said.refused) and rule.band == refused_into)


def _answered_yes(instrument: Instrument, said: Answers, repeat: bool) -> Answers:
    """The same form with every open item at its highest, and so with every item that this would open."""
    scores: Mapping[str, int] = said.scores
    while True:
        filled = Answers(scores, said.refused, said.unknown)
        asked = asked_items(instrument, filled, repeat=repeat)
        still_open = {item.id: item.max for item in asked if item.required and not filled.is_settled(item.id)}
        if not still_open:
            return filled
        scores = {**scores, **still_open}
