"""Measures in words: scales due, answers with what was corrected, days, weights, tests. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fenestra.care.measures.queries import history
from fenestra.care.measures.values import (
    DayValue,
    PurposeValue,
    ResponseValue,
    TestValue,
    UseDayValue,
    WeightValue,
)
from fenestra.faces.web.staff.measures import picture as measure_picture
from fenestra.science.instruments import Instrument, find_instrument, load_instruments
from fenestra.science.instruments.terms import Kind
from fenestra.science.quantities import plain

PURPOSES = {
    "suicide": "Suicidal thoughts",
    "alcohol": "Alcohol",
    "drugs": "Other drugs",
    "mood": "Mood",
    "anxiety": "Anxiety",
    "alcohol_withdrawal": "Alcohol withdrawal",
    "opioid_withdrawal": "Opioid withdrawal",
}
SOURCES = {"person": "the person", "staff": "staff", "collateral": "somebody else", "test": "a test"}
NAME_IN_BRACKETS = re.compile(r"\(((?=[^)]*[A-Z][^)]*[A-Z])[A-Z][\w/-]{1,11})\)")
# Names of our own for forms whose title holds no short one.
NAMES = {
    "aldrete": "Aldrete",
    "craving_vas": "Craving sliders",
    "dissociation_check": "Dissociation check",
    "dsm5_sud": "Eleven criteria",
    "opioid_signs": "Opioid withdrawal signs",
    "padss": "PADSS",
    "urinary_check": "Urinary check",
    "weekly_sliders": "Weekly sliders",
    "who5": "WHO-5",
}
AT_THE_CHAIR = frozenset({"aldrete", "cadss", "cadss6", "dissociation_check", "moaas", "padss", "rass"})
USED = {True: "use", False: "no use", None: "would not say"}


@dataclass(frozen=True)
class Ask:
    """An instrument one may ask with."""

    id: str
    title: str
    minutes: int
    wording: bool


@dataclass(frozen=True)
class PurposeRow:
    name: str
    met: bool
    said: str
    day: date | None
    asks: tuple[Ask, ...]


def ask(instrument: Instrument) -> Ask:
    return Ask(instrument.id, short_title(instrument), instrument.minutes, instrument.ships_wording)


def short_title(instrument: Instrument) -> str:
    """The short name in brackets where the title has one (PHQ-9), else its first words (Craving)."""
    if instrument.id in NAMES:
        return NAMES[instrument.id]
    found = NAME_IN_BRACKETS.search(instrument.title)
    return found[1] if found else re.split(r"[,(]", instrument.title)[0].strip()


def purpose(value: PurposeValue) -> PurposeRow:
    asks = tuple(ask(find_instrument(each)) for each in value.instruments)
    said = score_words(value.met_by) if value.met_by else "not asked yet, or not whole"
    name = PURPOSES.get(value.purpose, value.purpose.replace("_", " "))
    return PurposeRow(name, value.met, said, value.met_by.day if value.met_by else None, asks)


def all_asks() -> list[tuple[str, list[Ask]]]:
    """Every form that is asked item by item, in groups: with wording, with our labels only, and those of the chair."""
    found = [ask(each) for each in load_instruments().values() if each.kind is not Kind.CALENDAR]
    asks = sorted(found, key=lambda each: each.title.casefold())
    return [
        ("Between visits", [each for each in asks if each.wording and each.id not in AT_THE_CHAIR]),
        ("With our short labels only", [each for each in asks if not each.wording and each.id not in AT_THE_CHAIR]),
        ("At the chair", [each for each in asks if each.id in AT_THE_CHAIR]),
    ]


def score_words(value: ResponseValue) -> str:
    """PHQ-9 12, moderate. A part of a form has no number."""
    name = short_title(find_instrument(value.instrument))
    if value.total is not None:
        told = f"{name} {plain(value.total)}"
    else:
        told = name if value.complete else f"{name}, in part: no total"
    return f"{told}, {value.band}" if value.band else told


@dataclass(frozen=True)
class AnswerLine:
    """One answered form as a row; `was` says what it said before, oldest first."""

    id: int
    day: date
    score: str
    source: str
    alerts: tuple[str, ...]
    was: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class ScaleBox:
    """All answers to one instrument, with the trend of its total."""

    id: str
    title: str
    lines: tuple[AnswerLine, ...]
    trend: measure_picture.Trend | None


def scales(forms: Sequence[ResponseValue]) -> list[ScaleBox]:
    """By instrument, the one answered last on top."""
    by: dict[str, list[ResponseValue]] = {}
    for form in forms:
        by.setdefault(form.instrument, []).append(form)
    return [_scale(find_instrument(name), told) for name, told in by.items()]


def _scale(instrument: Instrument, told: list[ResponseValue]) -> ScaleBox:
    points = [(each.day, each.total) for each in reversed(told) if each.total is not None]
    scale = instrument.total
    trend = measure_picture.trend(points, low=scale.min, high=scale.max) if scale else None
    return ScaleBox(instrument.id, short_title(instrument), tuple(line(each) for each in told), trend)


def line(value: ResponseValue) -> AnswerLine:
    was = tuple(_was(each) for each in value.earlier if isinstance(each, ResponseValue))
    return AnswerLine(
        value.id, value.day, score_words(value), SOURCES.get(value.source, value.source),
        tuple(each.say for each in value.alerts), was, value.reason,
    )  # fmt: skip


def _was(value: ResponseValue) -> str:
    return score_words(value) + (" (it alerted)" if value.alerts else "")


@dataclass(frozen=True)
class Answered:
    """One answer to one item, in words, with what stood there before a correction."""

    label: str
    said: str
    was: str


def answered(value: ResponseValue) -> list[Answered]:
    """Every item that was answered, now or before a correction."""
    instrument = find_instrument(value.instrument)
    chain = history(value)
    found = []
    for item in instrument.items:
        told = [_said(instrument, item.id, each.answers) for each in chain]
        if any(told):
            was = " → ".join(each or "no answer" for each in told[:-1]) if len(set(told)) > 1 else ""
            found.append(Answered(f"{item.number}. {instrument.shown(item.id)}", told[-1] or "no answer", was))
    return found


def _said(instrument: Instrument, item_id: str, answers: Mapping[str, int | str]) -> str:
    told = answers.get(item_id)
    if told is None:
        return ""
    words = {option.value: option.label for option in instrument.item(item_id).options if option.label}
    return f"{told}, {words[told]}" if isinstance(told, int) and told in words else str(told)


# ---- days, weights, tests


@dataclass(frozen=True)
class DayRow:
    """One day of one substance: what all sources say, and each of them for the table."""

    day: date
    state: str
    said: str
    disagree: bool
    told: tuple[tuple[int, str], ...]


def day(value: DayValue) -> DayRow:
    state = {True: "use", False: "none", None: "unsaid"}[value.used]
    return DayRow(value.day, state, _use(value.used, value.amount, value.unit), value.disagree,
                  tuple((each.id, use_words(each)) for each in value.told))  # fmt: skip


def _use(used: bool | None, amount: Decimal | None, unit: str) -> str:
    return f"{USED[used]}, {plain(amount)} {unit}".strip() if amount is not None and used else USED[used]


def use_words(value: UseDayValue) -> str:
    """What one source says, and what it said before."""
    said = f"{_use(value.used, value.amount, value.unit)}, says {SOURCES.get(value.source, value.source)}"
    was = [_use(e.used, e.amount, e.unit) for e in value.earlier if isinstance(e, UseDayValue)]
    return f"{said} (before: {' → '.join(was)}; {value.reason})" if was else said


def strip(days: Iterable[DayValue], *, last: Sequence[date]) -> list[DayRow]:
    """The last days in order; a day nobody told of is there, as not told."""
    known = {each.day: day(each) for each in days}
    return [known.get(each, DayRow(each, "untold", "not told", False, ())) for each in last]


@dataclass(frozen=True)
class Kept:
    """A weight or a test as a row."""

    id: int
    day: date
    said: str
    was: str
    reason: str


def weight(value: WeightValue) -> Kept:
    was = [f"{plain(each.kg)} kg" for each in value.earlier if isinstance(each, WeightValue)]
    return Kept(value.id, value.day, f"{plain(value.kg)} kg", " → ".join(was), value.reason)


def test(value: TestValue) -> Kept:
    was = [_test(each) for each in value.earlier if isinstance(each, TestValue)]
    return Kept(value.id, value.day, _test(value), " → ".join(was), value.reason)


def _test(value: TestValue) -> str:
    result = {True: "positive", False: "negative", None: "could not be read"}[value.positive]
    amount = f", {plain(value.value)} {value.unit}" if value.value is not None else ""
    return f"{value.kind}, {value.substance}: {result}{amount}"
