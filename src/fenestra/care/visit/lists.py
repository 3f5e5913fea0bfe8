"""The three lists of a dosing day: arrival, time-out, discharge. Each line names the requirement it comes from.

Pure. Answers are words; a finding blocks (the dose cannot go on) or wants a named prescriber's decision.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from fenestra.science.errors import BadInput
from fenestra.science.protocols.requirements import requirement


class Phase(StrEnum):
    ARRIVAL = "arrival"
    TIME_OUT = "time-out"
    DISCHARGE = "discharge"


class Answer(StrEnum):
    """How a line is answered. `words` and `number` stand for what is typed."""

    YES_NO = "yes or no"
    NUMBER = "number"
    WORDS = "words"


@dataclass(frozen=True)
class Line:
    """One line of a list."""

    item: str
    text: str
    rule: str
    answer: Answer = Answer.YES_NO
    unit: str = ""
    hint: str = ""
    optional: bool = False


@dataclass(frozen=True)
class Finding:
    """Something a list or a first reading found. `blocks`: no dose while it is so; else a prescriber decides."""

    rule: str
    text: str
    blocks: bool
    source: str = ""
    verified: bool = False


MEDICINE_WORDS = {
    "benzodiazepine": "a benzodiazepine",
    "non_benzodiazepine_hypnotic": "a sleeping tablet of another kind",
    "opioid": "an opioid, also methadone or buprenorphine",
    "psychostimulant": "a stimulant",
    "maoi": "an MAO inhibitor",
}


def arrival_lines(*, substances: tuple[str, ...], dose_number: int) -> tuple[Line, ...]:
    """What is asked and measured when the person has come in."""
    lines = [
        Line("identity", "Identity checked by two means", "PRE-004"),
        Line("consent", "Consent is signed and current", "CNS-003"),
        Line("solids_h", "Hours since the last food", "PRE-001", Answer.NUMBER, "h"),
        Line("clear_liquids_h", "Hours since the last clear drink", "PRE-001", Answer.NUMBER, "h"),
        Line("escort_name", "Adult who takes the person home: name", "PRE-003", Answer.WORDS),
        Line("escort_phone", "and telephone", "PRE-003", Answer.WORDS),
        Line("transport", "How they go home", "PRE-003", Answer.WORDS, hint="not driving themselves"),
    ]
    for name in requirement("SCR-006").words("classes"):
        lines.append(Line(f"takes_{name}", f"Has taken {MEDICINE_WORDS[name]}", "SCR-006"))
    lines.append(Line("breath_alcohol_percent", "Breath alcohol", "SCR-007", Answer.NUMBER, "%"))
    if "alcohol" in substances:
        lines.append(Line("ciwa_ar", "Alcohol withdrawal (CIWA-Ar total)", "SCR-007", Answer.NUMBER))
    if "opioids" in substances:
        lines.append(Line("opioid_signs", "Opioid withdrawal (observed signs total)", "SCR-007", Answer.NUMBER))
    lines += [
        Line("pregnancy_positive", "Pregnancy test positive", "SCR-007", hint="no, when not relevant"),
        Line("asq_1", "In the past few weeks, have you wished you were dead?", "SCR-008"),
        Line(
            "asq_2",
            "In the past few weeks, have you felt that you or your family would be better off if you were dead?",
            "SCR-008",
        ),
        Line("asq_3", "In the past week, have you been having thoughts about killing yourself?", "SCR-008"),
        Line(
            "asq_5",
            "Are you having thoughts of killing yourself right now?",
            "SCR-008",
            hint="no, when the three above are no",
        ),
        Line("ketamine_craving", "Craves ketamine, or has used it elsewhere", "SCR-005"),
    ]
    if dose_number > 1:
        lines.append(Line("urinary_symptoms", "New urinary or bladder symptoms", "SAF-001"))
    return tuple(lines)


TIME_OUT: tuple[Line, ...] = (
    Line("identity", "This is the person: two means", "PRE-004"),
    Line("consent", "Consent seen", "PRE-004"),
    Line("gates", "Arrival answers seen and decided", "PRE-004"),
    Line("pregnancy", "Pregnancy considered", "PRE-004"),
    Line("fasting", "Fasting as asked", "PRE-004"),
    Line("escort", "Escort and way home confirmed", "PRE-004"),
    Line("weight", "Weight read back", "PRE-004"),
    Line("dose", "Dose and pump rate read back", "PRE-004"),
    Line("lot", "Lot and expiry read", "PRE-004"),
    Line("rescue", "Airway and resuscitation kit in the room", "PRE-004"),
    Line("staff", "Everyone knows their part", "PRE-004"),
    Line("therapy", "Therapy hour booked in the window", "PRE-004", hint="or say who waives it and why", optional=True),
)

DISCHARGE_WORDS = {
    "baseline_awareness": "Awareness and speech as before the dose",
    "dissociation_resolved": "Dissociation gone",
    "sedation_resolved": "Sedation gone",
    "vitals_acceptable": "Pressure, pulse and oxygen acceptable against the first reading",
    "walks_unaided_as_before": "Walks as before",
    "nausea_controlled": "Nausea under control",
    "suicide_check": "Asked about suicidal thoughts: none new",
    "escort_present": "Escort is here",
}


def discharge_lines() -> tuple[Line, ...]:
    """The eight criteria of DIS-002, in its order."""
    return tuple(Line(name, DISCHARGE_WORDS[name], "DIS-002") for name in requirement("DIS-002").words("criteria"))


def check_answers(lines: tuple[Line, ...], answers: Mapping[str, str]) -> None:
    """Refuse answers that cannot be read, naming the line."""
    for line in lines:
        said = answers.get(line.item, "")
        if not said and line.optional:
            continue
        if line.answer is Answer.YES_NO and said not in ("yes", "no"):
            raise BadInput(f"Answer yes or no: {line.text}.", field=line.item)
        if line.answer is Answer.WORDS and not said.strip():
            raise BadInput(f"Write an answer: {line.text}.", field=line.item)
        if line.answer is Answer.NUMBER:
            number(said, line)


def number(said: str, line: Line) -> Decimal:
    """A typed number of a line, zero or more."""
    try:
        value = Decimal(said.strip())
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or value < 0:
        raise BadInput(
            f"Write a number, for example 6: {line.text}{' in ' + line.unit if line.unit else ''}.", field=line.item
        )
    return value


def _found(rule: str, text: str, *, blocks: bool = False) -> Finding:
    source = requirement(rule)
    return Finding(rule, text, blocks, source.source, source.verified)


def arrival_findings(answers: Mapping[str, str]) -> tuple[Finding, ...]:
    """What the arrival answers found, those that block first. Unanswered lines find nothing here: they stay open."""
    found = [*_identity(answers), *_fasting(answers), *_medicines(answers), *_gates(answers), *_mind(answers)]
    return tuple(sorted(found, key=lambda finding: not finding.blocks))


def _identity(answers: Mapping[str, str]) -> list[Finding]:
    found = []
    if answers.get("identity") == "no":
        found.append(_found("PRE-004", "Identity is not certain. No dose until it is.", blocks=True))
    if answers.get("consent") == "no":
        found.append(_found("CNS-003", "There is no current consent. No dose without it.", blocks=True))
    return found


def _fasting(answers: Mapping[str, str]) -> list[Finding]:
    rule, found = requirement("PRE-001"), []
    for item, words in (("solids_h", "food"), ("clear_liquids_h", "a clear drink")):
        wanted = rule.number(item)
        if (said := answers.get(item)) and Decimal(said) < wanted:
            found.append(_found("PRE-001", f"Only {said} h since {words}; {wanted} h is asked for."))
    return found


def _medicines(answers: Mapping[str, str]) -> list[Finding]:
    names = requirement("SCR-006").words("classes")
    return [
        _found("SCR-006", f"Has taken {MEDICINE_WORDS[name]}.")
        for name in names
        if answers.get(f"takes_{name}") == "yes"
    ]


def _gates(answers: Mapping[str, str]) -> list[Finding]:
    rule, found = requirement("SCR-007"), []
    if (said := answers.get("breath_alcohol_percent")) and Decimal(said) > rule.number("breath_alcohol_percent_max"):
        found.append(
            _found("SCR-007", f"Breath alcohol {said} %, above {rule.number('breath_alcohol_percent_max')} %.")
        )
    if said := answers.get("ciwa_ar"):
        if Decimal(said) >= rule.number("ciwa_ar_transfer_decision_at"):
            found.append(_found("SCR-007", f"CIWA-Ar {said}: no dose. Decide about transfer now.", blocks=True))
        elif Decimal(said) >= rule.number("ciwa_ar_no_dose_at"):
            found.append(_found("SCR-007", f"CIWA-Ar {said}: no dose. Treat the withdrawal.", blocks=True))
    if (said := answers.get("opioid_signs")) and Decimal(said) >= Decimal(
        rule.values["opioid_withdrawal_decide_at"]["opioid_signs"]
    ):
        found.append(_found("SCR-007", f"Opioid withdrawal signs {said}."))
    if answers.get("pregnancy_positive") == "yes":
        found.append(_found("SCR-004", "The pregnancy test is positive."))
    return found


def _mind(answers: Mapping[str, str]) -> list[Finding]:
    found = []
    if text := thoughts_of_suicide(answers):
        found.append(_found("SCR-008", text, blocks=answers.get("asq_5") == "yes"))
    if answers.get("ketamine_craving") == "yes":
        found.append(_found("SCR-005", "Craves ketamine or has used it elsewhere."))
    if answers.get("urinary_symptoms") == "yes":
        found.append(_found("SAF-001", "New urinary or bladder symptoms."))
    return found


def thoughts_of_suicide(answers: Mapping[str, str]) -> str:
    """What the arrival answers about suicide ask for; empty when every one is no."""
    if answers.get("asq_5") == "yes":
        return "Thoughts of suicide right now: no dose, stay with the person, full safety evaluation now."
    if any(answers.get(item) == "yes" for item in ("asq_1", "asq_2", "asq_3")):
        return "Suicide screen positive: a brief safety assessment comes first."
    return ""


def open_items(lines: tuple[Line, ...], answers: Mapping[str, str], *, wanted: str = "yes") -> tuple[str, ...]:
    """Lines of a yes-list that are not answered as wanted; an optional line counts once it carries any answer."""
    return tuple(
        line.text
        for line in lines
        if (not answers.get(line.item) if line.optional else answers.get(line.item) != wanted)
    )


def of_lines(lines: tuple[Line, ...], answers: Mapping[str, str]) -> dict[str, str]:
    """The answers to what was asked, and no others: an answer to nothing could hold anything."""
    return {line.item: answers[line.item] for line in lines if line.item in answers}
