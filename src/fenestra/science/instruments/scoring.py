"""Score one form: total, subscales, bands, alerts, and what is missing.

Missing stays missing: a scale has a number only when all its items are answered. Alerts do not wait for that. An
alert fires as soon as no answer still to come could undo it, so a withdrawal score that has already passed its limit
says stop although one item is open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType

from fenestra.science.errors import BadInput
from fenestra.science.instruments.answers import Answer, Answers, asked_items, compare, read_answers
from fenestra.science.instruments.terms import AlertLevel, Kind, Method, Operator, Sex
from fenestra.science.instruments.triage import established_band, final_band
from fenestra.science.instruments.values import AlertRule, Instrument, Scale

Number = int | Decimal


@dataclass(frozen=True)
class Alert:
    """Something a named human must do: `on` names the item, subscale, "total" or "band" that asks for it."""

    on: str
    level: AlertLevel
    say: str


@dataclass(frozen=True)
class Scored:
    """A scored form.

    `total`, each subscale and each band is None when it is not known. Means are rounded half up to two decimals;
    bands and alerts look at the exact value. `band` belongs to the whole form, `bands` to its subscales; with an
    "unknown" answer `bands` holds the range of severity under "at least" and "at most". `complete` is true when
    every item that had to be asked is answered; `missing` names the others, unknown ones included. `patterns` are
    findings over all subscales by their label, None while one is missing.
    """

    instrument: str
    total: Number | None
    band: str | None
    bands: Mapping[str, str | None]
    complete: bool
    missing: tuple[str, ...]
    subscales: Mapping[str, Number | None]
    alerts: tuple[Alert, ...]
    refused: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    patterns: Mapping[str, bool | None] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Range:
    """The lowest and highest value a scale can still reach; `complete` when all its items are answered."""

    low: Number
    high: Number
    complete: bool

    @property
    def value(self) -> Number | None:
        """The value, when it is known."""
        return self.low if self.complete else None


def score(
    instrument: Instrument, answers: Mapping[str, Answer], *, sex: Sex | str | None = None, repeat: bool = False
) -> Scored:
    """Score one form. `sex` chooses the row where bands differ by it (None: unspecified); `repeat` means asked before.

    An answer is a score or the words of an option; None is unanswered. Whatever else is given is refused by name.
    """
    _check_scorable(instrument)
    said = read_answers(instrument, answers, repeat=repeat)
    row = read_sex(sex)
    asked = asked_items(instrument, said, repeat=repeat)
    missing = tuple(item.id for item in asked if item.required and not said.is_settled(item.id))
    ranges = {scale.id: _range(instrument, scale, said) for scale in _scales(instrument)}
    return Scored(
        instrument=instrument.id,
        total=_rounded(ranges["total"].value) if "total" in ranges else None,
        band=_form_band(instrument, said, ranges, row, repeat),
        bands=MappingProxyType(_bands(instrument, said, ranges, row)),
        complete=not missing,
        missing=missing,
        subscales=MappingProxyType({scale.id: _rounded(ranges[scale.id].value) for scale in instrument.subscales}),
        alerts=_alerts(instrument, said, ranges, repeat),
        refused=tuple(item.id for item in instrument.items if item.id in said.refused),
        unknown=tuple(item.id for item in instrument.items if item.id in said.unknown),
        patterns=MappingProxyType(_patterns(instrument, ranges)),
    )


def read_sex(sex: Sex | str | None) -> Sex:
    """Which row applies; None is unspecified, which takes the more careful limit."""
    word = (sex or Sex.UNSPECIFIED).casefold()
    if word not in list(Sex):
        raise BadInput(f"“{sex}” is not a row of this form. Give one of: {', '.join(Sex)}.", field="sex")
    return Sex(word)


def _check_scorable(instrument: Instrument) -> None:
    if instrument.kind is Kind.CALENDAR:
        raise BadInput(
            f"{instrument.id} is a calendar, not a list of items. Give its days as a file of date, substance, amount.",
            field="days",
        )


def _scales(instrument: Instrument) -> list[Scale]:
    return [*([instrument.total] if instrument.total else []), *instrument.subscales]


def _range(instrument: Instrument, scale: Scale, said: Answers) -> Range:
    items = [instrument.item(name) for name in scale.items]
    low = _value(scale, [said.scores.get(item.id, item.min) for item in items])
    high = _value(scale, [said.scores.get(item.id, item.max) for item in items])
    return Range(low, high, all(item.id in said.scores for item in items))


def _value(scale: Scale, scores: list[int]) -> Number:
    if scale.method is Method.MAX:
        return scale.multiply * max(scores)
    total = scale.multiply * sum(scores)
    return Decimal(total) / len(scores) if scale.method is Method.MEAN else total


def _rounded(value: Number | None) -> Number | None:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP) if isinstance(value, Decimal) else value


def _form_band(
    instrument: Instrument, said: Answers, ranges: Mapping[str, Range], sex: Sex, repeat: bool
) -> str | None:
    if instrument.rules:
        return final_band(instrument, said, repeat=repeat)
    return _band(instrument, "total", ranges["total"].value, sex) if "total" in ranges else None


def _bands(instrument: Instrument, said: Answers, ranges: Mapping[str, Range], sex: Sex) -> dict[str, str | None]:
    scopes = {band.scope for band in instrument.bands} - {"total"}
    ordered = [scale.id for scale in instrument.subscales if scale.id in scopes]
    bands = {scope: _band(instrument, scope, ranges[scope].value, sex) for scope in ordered}
    return bands | _severity_range(instrument, said, ranges, sex)


def _severity_range(
    instrument: Instrument, said: Answers, ranges: Mapping[str, Range], sex: Sex
) -> dict[str, str | None]:
    """The lowest and highest severity, when all that lacks was answered with “unknown”."""
    open_items = {item.id for item in instrument.items if item.required} - set(said.scores)
    if not said.unknown or open_items != said.unknown:
        return {}
    ends = {"at least": ranges["total"].low, "at most": ranges["total"].high}
    return {end: _band(instrument, "total", value, sex) for end, value in ends.items()}


def _band(instrument: Instrument, scope: str, value: Number | None, sex: Sex) -> str | None:
    if value is None:
        return None
    fits = (b for b in instrument.bands if b.scope == scope and b.sex in (None, sex) and b.min <= value <= b.max)
    return next((band.label for band in fits), None)


def _alerts(instrument: Instrument, said: Answers, ranges: Mapping[str, Range], repeat: bool) -> tuple[Alert, ...]:
    band = established_band(instrument, said, repeat=repeat)
    fired = (rule for rule in instrument.alerts if _fires(rule, said, ranges, band))
    return tuple(Alert(rule.on, rule.level, rule.say) for rule in fired)


def _fires(rule: AlertRule, said: Answers, ranges: Mapping[str, Range], band: str | None) -> bool:
    if isinstance(rule.value, str):
        return band == rule.value
    if rule.on in ranges:
        return _certain(ranges[rule.on], rule.op, rule.value)
    return rule.on in said.scores and compare(said.scores[rule.on], rule.op, rule.value)


def _certain(value: Range, op: Operator, limit: int) -> bool:
    """Whether the comparison holds whatever the open items turn out to be."""
    return compare(value.low, op, limit) and compare(value.high, op, limit)


def _patterns(instrument: Instrument, ranges: Mapping[str, Range]) -> dict[str, bool | None]:
    if not instrument.pattern:
        return {}
    values = [ranges[scale.id].value for scale in instrument.subscales]
    known = [value for value in values if value is not None]
    least = instrument.pattern.each_subscale_at_least
    return {instrument.pattern.label: all(value >= least for value in known) if len(known) == len(values) else None}
