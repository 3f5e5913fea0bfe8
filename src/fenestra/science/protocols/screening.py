"""Screening: facts about a person → fit, decide or not now, with reasons and their sources.

Never fit while a fact that must be known is not. It is support for a prescriber's decision, not the decision.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from fenestra.science.errors import BadInput
from fenestra.science.protocols.adoption import NO_CLINIC, Adoption
from fenestra.science.protocols.facts import Fact, ScreeningFacts, facts_from_mapping, load_facts
from fenestra.science.protocols.requirements import Requirement, requirement
from fenestra.science.protocols.screening_rules import Effect, ScreeningRule, adult_rule, load_screening_rules
from fenestra.science.protocols.thresholds import (
    AlarmAction,
    DosingPhase,
    Reading,
    breaches,
    in_force,
    load_thresholds,
)
from fenestra.science.quantities import plain


class Verdict(StrEnum):
    """Fit: nothing known speaks against it. Decide: a prescriber must. Not now: no dose as things stand."""

    FIT = "fit"
    DECIDE = "decide"
    NOT_NOW = "not_now"


@dataclass(frozen=True)
class Reason:
    """One reason behind a verdict. `id` is the requirement it comes from; `fact` the fact it looks at, if one."""

    id: str
    effect: Effect
    text: str
    source: str
    verified: bool
    fact: str | None = None


@dataclass(frozen=True)
class Screening:
    """The verdict and every reason, the gravest first."""

    verdict: Verdict
    reasons: tuple[Reason, ...]


_GRAVITY = [Effect.NOT_NOW, Effect.DECIDE, Effect.FIND_OUT, Effect.NOTE]

_HOLDS = {AlarmAction.HOLD, AlarmAction.TRANSFER_DECISION, AlarmAction.STOP, AlarmAction.PAUSE_AND_CALL}

# Either scale fulfils the purpose; one of them known is enough.
_EITHER = frozenset({"cows", "opioid_signs"})


def screen(facts: ScreeningFacts, adoption: Adoption) -> Screening:
    """What the facts say under the rules in force here. A rule that is not adopted gives a note instead of a verdict."""
    reasons = [
        *_age(facts),
        *_answers(facts, adoption),
        *_limits(facts, adoption),
        *_lists(facts),
        *_still_unknown(facts),
        *_notes(facts),
    ]
    return Screening(_verdict(reasons), tuple(sorted(reasons, key=lambda reason: _GRAVITY.index(reason.effect))))


def screen_facts(given: Mapping[str, Any], *, today: date | None = None) -> dict[str, Any]:
    """A filled-in fact sheet → verdict and reasons as plain values, for commands that know no clinic.

    Unverified presets are applied as if adopted, and the answer says so. `today` stands in for a missing `on_date`.
    """
    facts = facts_from_mapping(given)
    if today is not None:
        facts = _on_its_day(facts, given, today)
    screening = screen(facts, NO_CLINIC)
    return {
        "verdict": screening.verdict.value,
        "reasons": [asdict(reason) for reason in screening.reasons],
        "presets": "Unverified shipped presets are applied as if a medical director had adopted them.",
    }


def _on_its_day(facts: ScreeningFacts, given: Mapping[str, Any], today: date) -> ScreeningFacts:
    if facts.on_date is None:
        return facts_from_mapping({**given, "on_date": today})
    if facts.on_date > today:
        raise BadInput("The day of screening lies in the future. Enter the day on which it was done.", field="on_date")
    return facts


def _verdict(reasons: Iterable[Reason]) -> Verdict:
    effects = {reason.effect for reason in reasons}
    if Effect.NOT_NOW in effects:
        return Verdict.NOT_NOW
    return Verdict.DECIDE if effects & {Effect.DECIDE, Effect.FIND_OUT} else Verdict.FIT


def _reason(rule: Requirement, effect: Effect, text: str, fact: str | None = None) -> Reason:
    return Reason(rule.id, effect, text, rule.source, rule.verified, fact)


def _age(facts: ScreeningFacts) -> Iterator[Reason]:
    adult = adult_rule()
    if facts.age_years is not None and facts.age_years < adult.years:
        yield Reason("ADULTS", Effect.NOT_NOW, adult.text, adult.source, adult.verified, "birth_date")


def _answers(facts: ScreeningFacts, adoption: Adoption) -> Iterator[Reason]:
    """Answers to yes-or-no facts that speak against a dose or ask for a decision."""
    rule_of = {fact.id: requirement(fact.rule) for fact in load_facts()}
    for meaning in load_screening_rules():
        if getattr(facts, meaning.fact) is meaning.answer:
            yield _in_force_or_note(meaning, rule_of[meaning.fact], adoption)


def _in_force_or_note(meaning: ScreeningRule, rule: Requirement, adoption: Adoption) -> Reason:
    standing = adoption.standing(rule)
    if standing.in_force:
        return _reason(rule, meaning.effect, meaning.text, meaning.fact)
    return _reason(rule, Effect.NOTE, f"{meaning.text} ({rule.id} is {standing.words}.)", meaning.fact)


def _limits(facts: ScreeningFacts, adoption: Adoption) -> Iterator[Reason]:
    """Measured values beyond a limit that holds before a dose; a note for each rule that is not in force."""
    before = [each for each in load_thresholds() if DosingPhase.BEFORE in each.phases]
    holding = in_force(before, adoption)
    for breach in breaches(holding, _reading(facts), DosingPhase.BEFORE):
        limit = breach.threshold
        effect = Effect.NOT_NOW if limit.action in _HOLDS else Effect.DECIDE
        yield Reason(limit.rule, effect, breach.text, limit.source, limit.verified, limit.measure.value)
    held = {each.id for each in holding}
    for rule_id in dict.fromkeys(each.rule for each in before if each.id not in held):
        rule = requirement(rule_id)
        yield _reason(rule, Effect.NOTE, f"{rule_id} is not adopted here: its limits were not applied.")


def _reading(facts: ScreeningFacts) -> Reading:
    return Reading(
        systolic_mmhg=facts.systolic_mmhg,
        diastolic_mmhg=facts.diastolic_mmhg,
        pulse_per_min=facts.pulse_per_min,
        breath_alcohol_percent=facts.breath_alcohol_percent,
        ciwa_ar=facts.ciwa_ar,
        cows=facts.cows,
        opioid_signs=facts.opioid_signs,
    )


def _lists(facts: ScreeningFacts) -> Iterator[Reason]:
    """What is missing from the lists of things done, and medicines that call for care."""
    for fact in load_facts():
        answer = getattr(facts, fact.id)
        if fact.id in ("tests_done", "screens_done") and answer is not None:
            missing = [_words(each) for each in fact.allowed if each not in answer]
            if missing:
                yield _reason(requirement(fact.rule), Effect.FIND_OUT, f"Still to do: {', '.join(missing)}.", fact.id)
        if fact.id == "medicine_classes" and answer:
            taken = ", ".join(_words(each) for each in answer)
            text = f"Taken: {taken}. It can change sedation, breathing or pressure: the prescriber decides."
            yield _reason(requirement(fact.rule), Effect.DECIDE, text, fact.id)


def _still_unknown(facts: ScreeningFacts) -> Iterator[Reason]:
    """Facts that must be known before the answer can be fit, whatever has been adopted."""
    for fact in load_facts():
        if fact.gating and _concerns(fact, facts) and not _known(fact, facts):
            unit = f" ({fact.unit})" if fact.unit else ""
            yield _reason(requirement(fact.rule), Effect.FIND_OUT, f"Find out: {fact.explain}{unit}.", fact.id)


def _concerns(fact: Fact, facts: ScreeningFacts) -> bool:
    return not fact.only_for or bool(set(fact.only_for) & set(facts.substances or ()))


def _known(fact: Fact, facts: ScreeningFacts) -> bool:
    if fact.id in _EITHER:
        return any(getattr(facts, each) is not None for each in _EITHER)
    answer = getattr(facts, fact.id)
    return answer is not None and (fact.id != "substances" or bool(answer))


def _notes(facts: ScreeningFacts) -> Iterator[Reason]:
    if facts.substances and "opioid" in facts.substances:
        text = "Methadone or buprenorphine goes on unchanged and is never replaced; the person leaves with naloxone."
        yield _reason(requirement("RES-001"), Effect.NOTE, text, "substances")
    limits = requirement("LIM-001")
    heavy_above: Decimal = limits.number("dosing_weight_decision_above_kg")
    if facts.weight_kg is not None and facts.weight_kg > heavy_above:
        text = (
            f"Body weight is above {plain(heavy_above)} kg: the prescriber will decide the dosing weight of each order."
        )
        yield _reason(limits, Effect.NOTE, text, "weight_kg")


def _words(code: str) -> str:
    return code.replace("_", " ")
