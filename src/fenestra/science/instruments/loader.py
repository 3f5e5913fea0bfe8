"""Read instruments from their files. Each file is read strictly and checked against itself before anyone can use it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from fenestra.science.errors import BadInput, DataFault
from fenestra.science.instruments import terms, values
from fenestra.science.instruments.checks import check_instrument
from fenestra.science.instruments.items import read_items
from fenestra.science.instruments.reading import Table

Value = TypeVar("Value")

DATA = Path(__file__).parent / "data"

# Sentences that scoring does not use, kept for pages and manuals.
NOTES = [
    "alert_source",
    "alternative_total",
    "band_source",
    "icd10_who",
    "icd10cm_source",
    "icpi",
    "licence_source",
    "loinc_note",
    "loinc_source",
    "loinc_warning",
    "note",
    "provisional_rule",
    "rule_source",
    "severity_item",
    "skip_source",
    "subscale_note",
    "subscale_source",
    "text_source",
    "unit",
    "who_risk_levels",
]
LISTS_OF_NOTES = ("day_fields", "relapse_definitions", "rule_notes")
LISTS_OF_NUMBERS = ("cadss_items", "original_numbers")
EXAMPLE_KEYS = frozenset(
    [
        "sex",
        "answers",
        "answers_list",
        "words",
        "fill",
        "except",
        "incomplete",
        "total",
        "band",
        "bands",
        "subscales",
        "alerts",
        "mystical_complete",
        "drinks",
        "days",
        "pda",
        "hdd",
        "ddd",
        "longest",
        "first_use",
    ]
)


@cache
def load_instruments() -> Mapping[str, values.Instrument]:
    """All instruments of the package by id, read and checked once, on first use."""
    return read_instruments(DATA)


def find_instrument(instrument_id: str) -> values.Instrument:
    """The instrument with this id; an unknown id is refused with the ids there are."""
    known = load_instruments()
    if instrument_id not in known:
        raise BadInput(
            f"There is no instrument “{instrument_id}”. Choose one of: {', '.join(known)}.", field="instrument"
        )
    return known[instrument_id]


def read_instruments(folder: Path) -> Mapping[str, values.Instrument]:
    """All instruments of a folder by id. The first fault found stops the reading and names its place."""
    read = (parse_instrument(path.read_text(encoding="utf-8"), path.name) for path in sorted(folder.glob("*.toml")))
    return MappingProxyType({instrument.id: instrument for instrument in read})


def parse_instrument(text: str, file: str) -> values.Instrument:
    """One instrument from the text of its file; `file` is its name, as faults show it."""
    try:
        content = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise DataFault(file, "top level", "syntax", str(error)) from error
    table = Table(content, file=file, row="top level")
    instrument = _instrument(table)
    table.close()
    check_instrument(instrument, file)
    return instrument


def _instrument(table: Table) -> values.Instrument:
    return values.Instrument(
        id=table.text("id"),
        title=table.text("title"),
        kind=table.choice("kind", terms.Kind),
        administration=table.text("administration"),
        minutes=table.whole("minutes"),
        recall=table.text("recall"),
        use=table.texts("use"),
        licence=table.choice("licence", terms.Licence),
        ship=table.choice("ship", terms.Ship),
        text_status=table.text("text_status"),
        missing=_missing(table.table("missing")),
        change=_change(table.table("change")),
        citation=table.text_or_none("citation"),
        notice=table.text_or_none("notice"),
        instruction=table.text_or_none("instruction"),
        stem=table.text_or_none("stem"),
        loinc=table.text_or_none("loinc"),
        loinc_total=table.text_or_none("loinc_total"),
        contexts=_contexts(table),
        items=read_items(table),
        answer_words=table.texts("answers_order"),
        total=_total(table),
        subscales=tuple(_scale(row, row.text("id")) for row in table.tables("subscale")),
        bands=tuple(_band(row) for row in table.tables("band")),
        rules=_rules(table),
        alerts=tuple(_alert(row) for row in table.tables("alert")),
        skips=tuple(_skip(row) for row in table.tables("skip")),
        refusal=_refusal(table.table("refused")) if table.has("refused") else None,
        repeat=_repeat(table.table("repeat")) if table.has("repeat") else None,
        pattern=_pattern(table.table("mystical_rule")) if table.has("mystical_rule") else None,
        metrics=tuple(_metric(row) for row in table.tables("metric")),
        diagnosis_codes=tuple(_codes(row) for row in table.tables("icd10cm")),
        loinc_answers=_loinc_answers(table),
        notes=_notes(table),
        examples=tuple(_example(row) for row in table.tables("example")),
    )


def _missing(row: Table) -> values.MissingAnswers:
    return _closed(row, values.MissingAnswers(row.choice("rule", terms.MissingRule), row.text_or_none("note")))


def _change(row: Table) -> values.Change:
    return _closed(row, values.Change(row.scalar("mcid"), row.text_or_none("note")))


def _contexts(table: Table) -> Mapping[str, bool | str]:
    row = table.table("contexts") if table.has("contexts") else Table({}, file=table.file, row="contexts")
    contexts = {key: row.raw(key) for key in row.names()}
    for key, leave in contexts.items():
        if type(leave) is not bool and leave != "ask":
            row.fault(key, "must be true, false or “ask”")
    return MappingProxyType(contexts)


def _total(table: Table) -> values.Scale | None:
    if not table.has("total"):
        return None
    row = table.table("total")
    if row.text("method") == terms.Method.NONE:
        return _closed(row, None)
    return _scale(row, "total")


def _scale(row: Table, scale_id: str) -> values.Scale:
    return _closed(
        row,
        values.Scale(
            id=scale_id,
            method=row.choice("method", terms.Method),
            items=row.texts("items"),
            min=row.whole("min"),
            max=row.whole("max"),
            multiply=row.whole("multiply", default=1),
        ),
    )


def _band(row: Table) -> values.Band:
    scope = row.text_or_none("scope") or "total"
    sex = row.choice("sex", terms.Sex) if row.has("sex") else None
    return _closed(row, values.Band(scope, row.whole("min"), row.whole("max"), row.text("label"), sex))


def _rules(table: Table) -> tuple[values.BandRule, ...]:
    return tuple(_closed(row, values.BandRule(row.text("band"), _any_of(row))) for row in table.tables("rule"))


def _any_of(row: Table) -> tuple[str, ...]:
    if not row.has("any"):
        row.fault("any", "is missing; an empty list means: the band that is left")
    return row.texts("any")


def _alert(row: Table) -> values.AlertRule:
    value = row.scalar("value")
    if isinstance(value, Decimal):
        row.fault("value", "must be a whole number or the label of a band")
    rule = values.AlertRule(
        on=row.text("on"),
        op=row.choice("op", terms.Operator),
        value=value,
        level=row.choice("level", terms.AlertLevel),
        say=row.text("say"),
    )
    return _closed(row, rule)


def _skip(row: Table) -> values.SkipRule:
    when = row.texts("when_sum") if row.has("when_sum") else (row.text("when"),)
    op = row.choice("op", terms.Operator)
    return _closed(row, values.SkipRule(when, op, row.whole("value"), row.texts("then_zero")))


def _refusal(row: Table) -> values.Refusal | None:
    if row.text("counts_as") != "positive":
        row.fault("counts_as", "only “positive” is known; a refusal is never read as a no")
    refusal = values.Refusal(row.text("band"), row.text("note"))
    allowed = row.flag("allowed", default=False)
    return _closed(row, refusal if allowed else None)


def _repeat(row: Table) -> values.Repeat:
    return _closed(row, values.Repeat(row.texts("skip_on_repeat"), _rules(row), row.text("note")))


def _pattern(row: Table) -> values.FullPattern:
    least = row.number("each_subscale_at_least")
    return _closed(row, values.FullPattern(row.text("label"), least, row.text("source")))


def _metric(row: Table) -> values.Metric:
    return _closed(row, values.Metric(row.text("id"), row.text("text")))


def _codes(row: Table) -> values.DiagnosisCodes:
    fields = ("substance", "mild", "moderate", "severe", "remission_mild", "remission_other")
    return _closed(row, values.DiagnosisCodes(**{field: row.text(field) for field in fields}))


def _loinc_answers(table: Table) -> Mapping[str, tuple[str, ...]]:
    if not table.has("loinc_answers"):
        return MappingProxyType({})
    row, sets = table.table("loinc_answers"), table.raw("option_set")
    codes = {name: row.texts(name) for name in row.names()}
    for name, answers in codes.items():
        if len(answers) != len(sets.get(name, ())):
            row.fault(name, "must have one code for each answer of the option set of that name")
    return MappingProxyType(codes)


def _notes(table: Table) -> Mapping[str, values.Note]:
    notes: dict[str, values.Note] = {key: table.text(key) for key in NOTES if table.has(key)}
    notes |= {key: table.texts(key) for key in LISTS_OF_NOTES if table.has(key)}
    notes |= {key: table.wholes(key) for key in LISTS_OF_NUMBERS if table.has(key)}
    if "licence_source" not in notes:
        table.fault("licence_source", "is missing; say where the right to use this form is written")
    return MappingProxyType(notes)


def _example(row: Table) -> Mapping[str, object]:
    example: dict[str, Any] = {key: row.raw(key) for key in row.names() if key in EXAMPLE_KEYS}
    return _closed(row, MappingProxyType(example))


def _closed(row: Table, value: Value) -> Value:
    """The value, once nothing unread is left in its row."""
    row.close()
    return value
