"""Would this person have been in the trial? Each entry rule: met, not met, unknown. It is no prediction of benefit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from fenestra.science.protocols.facts import ScreeningFacts
from fenestra.science.protocols.protocol import EntryRule, EntryTest, Protocol


class EntryStanding(StrEnum):
    """How a person stands to one entry rule."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class EntryFinding:
    """One entry rule and how the person stands to it."""

    rule: EntryRule
    standing: EntryStanding


def would_have_been_in_trial(protocol: Protocol, facts: ScreeningFacts) -> tuple[EntryFinding, ...]:
    """Every entry rule of the protocol's trial, held against the facts; empty for a pattern without a trial.

    Only the rules found in the retrieved texts are listed: a trial has more than these.
    """
    return tuple(EntryFinding(rule, _standing(rule, facts)) for rule in protocol.entry)


def _standing(rule: EntryRule, facts: ScreeningFacts) -> EntryStanding:
    answer = getattr(facts, rule.fact) if rule.fact else None
    if answer is None or rule.test is None:
        return EntryStanding.UNKNOWN
    return EntryStanding.MET if _holds(rule, answer) else EntryStanding.NOT_MET


def _holds(rule: EntryRule, answer: bool | Decimal | str | tuple[str, ...]) -> bool:
    if rule.test is EntryTest.INCLUDES:
        return isinstance(answer, tuple) and rule.value in answer
    if rule.test is EntryTest.ONE_OF:
        return answer in rule.values
    if isinstance(answer, Decimal) and isinstance(rule.value, Decimal):
        return _compares(rule.test, answer, rule.value)
    return answer == rule.value


def _compares(test: EntryTest | None, answer: Decimal, value: Decimal) -> bool:
    return {
        EntryTest.AT_LEAST: answer >= value,
        EntryTest.AT_MOST: answer <= value,
        EntryTest.ABOVE: answer > value,
        EntryTest.BELOW: answer < value,
        EntryTest.IS: answer == value,
    }[test or EntryTest.IS]
