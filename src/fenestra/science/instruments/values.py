"""What an instrument is: frozen values, read from one file each.

Nothing here computes a score; `scoring` does. Whole numbers are `int`, everything else `Decimal`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from fenestra.science.instruments.terms import (
    WORDING_SHIPS,
    AlertLevel,
    Kind,
    Licence,
    Method,
    MissingRule,
    Operator,
    Sex,
    Ship,
)

Note = str | tuple[str, ...] | tuple[int, ...]


@dataclass(frozen=True)
class Option:
    """One allowed answer. An empty label is a point between two described anchors: by number only."""

    label: str
    value: int


@dataclass(frozen=True)
class AskIf:
    """An item is asked only when any of `items` was answered with `value` (None: with anything above 0)."""

    items: tuple[str, ...]
    value: int | None = None


@dataclass(frozen=True)
class Item:
    """One question or rating. `label` is short and our own; `text` is the wording, where it may ship."""

    id: str
    number: int
    label: str
    scores: tuple[int, ...]
    options: tuple[Option, ...] = ()
    text: str | None = None
    low: str | None = None
    high: str | None = None
    loinc: str | None = None
    group: str | None = None
    scored: bool = True
    required: bool = True
    ask_if: AskIf | None = None

    @property
    def min(self) -> int:
        """The lowest score of this item."""
        return min(self.scores)

    @property
    def max(self) -> int:
        """The highest score of this item."""
        return max(self.scores)

    @property
    def allowed(self) -> str:
        """The allowed answers, as a refusal names them."""
        words = [option.label for option in self.options if option.label]
        if len(self.scores) > 1 and self.scores == tuple(range(self.min, self.max + 1)):
            numbers = f"a whole number from {self.min} to {self.max}"
        else:
            numbers = "one of " + ", ".join(str(score) for score in sorted(self.scores))
        return f"{numbers}, or in words: {'; '.join(words)}" if words else numbers


@dataclass(frozen=True)
class Scale:
    """A total or a subscale: which items, how they become a number, and its range."""

    id: str
    method: Method
    items: tuple[str, ...]
    min: int
    max: int
    multiply: int = 1


@dataclass(frozen=True)
class Band:
    """A named stretch of a scale, both ends included. `scope` is "total" or a subscale."""

    scope: str
    min: int
    max: int
    label: str
    sex: Sex | None = None


@dataclass(frozen=True)
class BandRule:
    """A triage band that holds when any of these items is positive; with no items it is the band that is left."""

    band: str
    any: tuple[str, ...]


@dataclass(frozen=True)
class AlertRule:
    """When to alert: `on` is an item, a subscale, "total" or "band"."""

    on: str
    op: Operator
    value: int | str
    level: AlertLevel
    say: str


@dataclass(frozen=True)
class SkipRule:
    """When the sum of `when` compares so, the unanswered items of `then_zero` count as 0."""

    when: tuple[str, ...]
    op: Operator
    value: int
    then_zero: tuple[str, ...]


@dataclass(frozen=True)
class Refusal:
    """A person may refuse to answer; a refusal puts the form at least in `band`."""

    band: str
    note: str


@dataclass(frozen=True)
class Repeat:
    """How a second and later asking differs: lifetime items are not asked again, and other rules band it."""

    skip: tuple[str, ...]
    rules: tuple[BandRule, ...]
    note: str


@dataclass(frozen=True)
class MissingAnswers:
    """The file's rule for unanswered items."""

    rule: MissingRule
    note: str | None = None


@dataclass(frozen=True)
class Change:
    """The smallest change that matters to people (`mcid`), or in words why there is none."""

    mcid: int | Decimal | str
    note: str | None = None


@dataclass(frozen=True)
class Metric:
    """One number of a use calendar and its definition."""

    id: str
    text: str


@dataclass(frozen=True)
class FullPattern:
    """A finding that holds when every subscale reaches `each_subscale_at_least`."""

    label: str
    each_subscale_at_least: Decimal
    source: str


@dataclass(frozen=True)
class DiagnosisCodes:
    """ICD-10-CM codes of one substance by severity; an empty code means there is none."""

    substance: str
    mild: str
    moderate: str
    severe: str
    remission_mild: str
    remission_other: str


@dataclass(frozen=True)
class Instrument:
    """A questionnaire, rating or calendar with everything needed to ask, score and cite it."""

    id: str
    title: str
    kind: Kind
    administration: str
    minutes: int
    recall: str
    use: tuple[str, ...]
    licence: Licence
    ship: Ship
    text_status: str
    missing: MissingAnswers
    change: Change
    citation: str | None
    notice: str | None
    instruction: str | None
    stem: str | None
    loinc: str | None
    loinc_total: str | None
    contexts: Mapping[str, bool | str]
    items: tuple[Item, ...]
    answer_words: tuple[str, ...]
    total: Scale | None
    subscales: tuple[Scale, ...]
    bands: tuple[Band, ...]
    rules: tuple[BandRule, ...]
    alerts: tuple[AlertRule, ...]
    skips: tuple[SkipRule, ...]
    refusal: Refusal | None
    repeat: Repeat | None
    pattern: FullPattern | None
    metrics: tuple[Metric, ...]
    diagnosis_codes: tuple[DiagnosisCodes, ...]
    loinc_answers: Mapping[str, tuple[str, ...]]
    notes: Mapping[str, Note]
    examples: tuple[Mapping[str, object], ...]

    @property
    def ships_wording(self) -> bool:
        """Whether the package may carry and show the form's own words."""
        return self.licence in WORDING_SHIPS

    @property
    def allows_unknown(self) -> bool:
        """Whether "unknown" is an answer; then there is no total and severity is a range."""
        return self.kind is Kind.COUNT

    @property
    def unverified_notes(self) -> tuple[str, ...]:
        """Names of the notes that say themselves that nobody read them in their source."""
        return tuple(name for name, note in self.notes.items() if _says_unverified(note))

    def item(self, item_id: str) -> Item:
        """The item with this id; KeyError when there is none."""
        return self._by_id[item_id]

    def shown(self, item_id: str) -> str:
        """What may be shown for an item: its wording where that may ship, our short label otherwise."""
        item = self.item(item_id)
        return item.text if self.ships_wording and item.text else item.label

    @property
    def _by_id(self) -> dict[str, Item]:
        return {item.id: item for item in self.items}


def _says_unverified(note: Note) -> bool:
    words = note if isinstance(note, str) else " ".join(str(part) for part in note)
    return "memory" in words or "unverified" in words
