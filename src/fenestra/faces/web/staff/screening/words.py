"""A screening in words: the verdict with its place among three, each reason, each trial, each fact. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from fenestra.care.people.screening import stopping
from fenestra.care.people.values import ScreeningValue, TrialValue
from fenestra.faces.web.staff.people.words import USE_WORDS, known_protocol
from fenestra.faces.web.staff.screening.form import question, words_of
from fenestra.science.protocols.facts import FactKind, ScreeningFacts, load_facts
from fenestra.science.protocols.protocol import Use
from fenestra.science.protocols.screening import Reason, Verdict
from fenestra.science.protocols.screening_rules import Effect
from fenestra.science.protocols.trial_entry import EntryStanding
from fenestra.science.quantities import plain

NOT_KNOWN = "not known"
PLACES = ((Verdict.NOT_NOW, "Not now"), (Verdict.DECIDE, "Decide"), (Verdict.FIT, "Fit"))
ICONS = {Effect.NOT_NOW: "high", Effect.DECIDE: "decide", Effect.FIND_OUT: "clock", Effect.NOTE: "info"}
LOOKS = {Verdict.NOT_NOW: "fe-no", Verdict.DECIDE: "", Verdict.FIT: "fe-fit"}


@dataclass(frozen=True)
class VerdictWords:
    """The verdict, said and placed among three."""

    title: str
    text: str
    icon: str
    look: str
    places: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class ReasonWords:
    """One reason: what was found, what the rule says to it, which rule, who says so, and whether anybody read it there."""

    icon: str
    look: str
    found: str
    text: str
    rule: str
    source: str
    verified: bool


@dataclass(frozen=True)
class TrialWords:
    """One trial: how many of its entry rules are met, not met, not known, and which."""

    title: str
    use: str
    met: tuple[Any, ...]
    not_met: tuple[Any, ...]
    unknown: tuple[Any, ...]
    mine: bool
    certainty: tuple[str, ...]


def verdict(value: ScreeningValue) -> VerdictWords:
    """The verdict as the page says it first."""
    reasons = value.reasons or ()
    against, points, missing = (_count(reasons, each) for each in (Effect.NOT_NOW, Effect.DECIDE, Effect.FIND_OUT))
    places = tuple((word, each is value.verdict) for each, word in PLACES)
    if value.reasons is None:
        word = dict(PLACES)[value.verdict]
        return VerdictWords(word, "Why is hidden from your role, or erased.", "info", LOOKS[value.verdict], places)
    if value.verdict is Verdict.NOT_NOW:
        title = f"Not now: {_points(against)} against a dose"
        return VerdictWords(
            title, f"As things stand there is no dose.{_open(points, missing)}", "high", "fe-no", places
        )
    if value.verdict is Verdict.DECIDE:
        title = f"A prescriber must decide: {_points(points)}" if points else "Not all that must be known is known"
        text = f"Nothing found forbids it.{_open(points, missing)}"
        return VerdictWords(title, text, "decide", "", places)
    text = "Nothing known speaks against it, and all that must be known is known. A prescriber decides."
    return VerdictWords("Fit by the rules in force here", text, "ok", "fe-fit", places)


def _count(reasons: Sequence[Reason], effect: Effect) -> int:
    return sum(reason.effect is effect for reason in reasons)


def _points(count: int) -> str:
    return f"{_number(count)} {'point' if count == 1 else 'points'}"


def _number(count: int) -> str:
    few = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return few[count] if count < len(few) else str(count)


def _open(points: int, missing: int) -> str:
    said = ""
    if points:
        said += f" {_number(points).capitalize()} {'finding needs' if points == 1 else 'findings need'} a prescriber’s reason."
    if missing:
        said += f" {_number(missing).capitalize()} {'fact is' if missing == 1 else 'facts are'} still to be found out."
    return said


def reason(of: Reason, facts: ScreeningFacts | None) -> ReasonWords:
    """A reason with what was found beside it."""
    look = {Effect.NOT_NOW: "fe-h", Effect.DECIDE: "fe-w"}.get(of.effect, "")
    return ReasonWords(ICONS[of.effect], look, _found(of, facts), of.text, of.id, of.source, of.verified)


def _found(of: Reason, facts: ScreeningFacts | None) -> str:
    fact = next((each for each in load_facts() if each.id == of.fact), None)
    if fact is None or facts is None:
        return {Effect.NOTE: "Worth knowing"}.get(of.effect, "Found")
    if of.effect is Effect.FIND_OUT and getattr(facts, fact.id) is None:
        return f"Not known: {question(fact)}"
    if fact.id == "birth_date":
        return f"Age: {plain(facts.age_years) if facts.age_years is not None else NOT_KNOWN}"
    return f"{question(fact)}: {told(getattr(facts, fact.id), fact.unit)}"


def told(value: Any, unit: str = "") -> str:
    """A fact's answer as it is read."""
    if value is None:
        return NOT_KNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{plain(value)} {unit}".strip()
    if isinstance(value, date):
        return f"{value:%-d %b %Y}"
    if isinstance(value, tuple):
        return ", ".join(words_of(each) for each in value) or "none"
    return words_of(value)


def facts(value: ScreeningFacts) -> list[tuple[str, str, bool]]:
    """Every fact in the order in which it is asked: what, the answer, and whether it is known."""
    rows = [(fact, getattr(value, fact.id)) for fact in load_facts()]
    return [(question(fact), told(answer, fact.unit), answer is not None) for fact, answer in rows]


def asked_no(value: ScreeningFacts, reasons: Sequence[Reason]) -> list[str]:
    """What was asked and speaks against nothing: the yes-or-no facts that raised no reason."""
    raised = {each.fact for each in reasons}
    return [
        f"{question(fact)}: {told(getattr(value, fact.id))}"
        for fact in load_facts()
        if fact.kind is FactKind.YES_NO and fact.id not in raised and getattr(value, fact.id) is not None
    ]


def trials(value: ScreeningValue) -> list[TrialWords]:
    """Every protocol with a trial, those for the person's substances first."""
    treated = set((value.facts.substances if value.facts else None) or ())
    found = [_trial(each, treated) for each in value.trials or ()]
    return sorted(found, key=lambda each: not each.mine)


def _trial(of: TrialValue, treated: set[str]) -> TrialWords:
    met, not_met, unknown = (of.of(each) for each in EntryStanding)
    protocol = known_protocol(of.protocol)
    certainty = tuple(each.text for each in protocol.certainty) if protocol else ()
    return TrialWords(
        of.title, USE_WORDS[Use(of.use)], met, not_met, unknown, not of.substances or bool(treated & set(of.substances)),
        certainty,
    )  # fmt: skip


def in_the_way(value: ScreeningValue) -> tuple[Reason, ...]:
    """What no prescriber can decide away."""
    return stopping(value.reasons or ())
