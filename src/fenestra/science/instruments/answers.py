"""Read answers as they were given: by number or by word, refused, unknown, or not at all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NoReturn

from fenestra.science.errors import BadInput
from fenestra.science.instruments.terms import Operator
from fenestra.science.instruments.values import AskIf, Instrument, Item, SkipRule

Answer = int | Decimal | str | None

REFUSED, UNKNOWN = "refused", "unknown"
_WHOLE = re.compile(r"[+-]?[0-9]{1,6}")


@dataclass(frozen=True)
class Answers:
    """What was answered: scores by item, and the items refused or unknown. An item in none of them is unanswered."""

    scores: Mapping[str, int]
    refused: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()

    def is_positive(self, item_id: str) -> bool:
        """Whether an item scored above 0; a refusal is decided elsewhere, an unanswered item is not positive."""
        return self.scores.get(item_id, 0) > 0

    def is_settled(self, item_id: str) -> bool:
        """Whether nothing more is wanted on this item."""
        return item_id in self.scores or item_id in self.refused


def read_answers(instrument: Instrument, given: Mapping[str, Answer], *, repeat: bool = False) -> Answers:
    """The answers of one form. None is unanswered; anything that is not an allowed answer is refused by name."""
    items = {item.id: item for item in instrument.items}
    for item_id in given:
        if item_id not in items:
            raise BadInput(f"{instrument.id} has no item “{item_id}”. Its items: {', '.join(items)}.", field=item_id)
    _check_repeat(instrument, given, repeat)
    said = {
        item_id: _read(instrument, items[item_id], answer) for item_id, answer in given.items() if answer is not None
    }
    scores = {item_id: score for item_id, score in said.items() if isinstance(score, int)}
    return Answers(
        scores=scores | _skipped(instrument.skips, scores),
        refused=frozenset(item_id for item_id, score in said.items() if score == REFUSED),
        unknown=frozenset(item_id for item_id, score in said.items() if score == UNKNOWN),
    )


def asked_items(instrument: Instrument, answers: Answers, *, repeat: bool = False) -> tuple[Item, ...]:
    """The items this person is asked, given the answers so far."""
    left_out = instrument.repeat.skip if repeat and instrument.repeat else ()
    return tuple(item for item in instrument.items if item.id not in left_out and _is_asked(item.ask_if, answers))


def _is_asked(condition: AskIf | None, answers: Answers) -> bool:
    if condition is None:
        return True
    if condition.value is None:
        return any(answers.is_positive(name) or name in answers.refused for name in condition.items)
    return any(answers.scores.get(name) == condition.value for name in condition.items)


def _check_repeat(instrument: Instrument, given: Mapping[str, Answer], repeat: bool) -> None:
    """A lifetime item has no place in a repeat: counted it would alarm for ever, dropped it could hide news."""
    lifetime = instrument.repeat.skip if repeat and instrument.repeat else ()
    for item_id in lifetime:
        if given.get(item_id) is not None:
            raise BadInput(
                f"{instrument.id} {item_id} asks about a lifetime and is not asked again at a repeat. "
                "Leave it out; if the answer is new, score the whole form as a first asking.",
                field=item_id,
            )


def _read(instrument: Instrument, item: Item, answer: int | Decimal | str) -> int | str:
    """The score of one answer, or `REFUSED` or `UNKNOWN` where the form allows them."""
    if isinstance(answer, str):
        return _read_word(instrument, item, " ".join(answer.split()))
    # True and 2.0 are slips of a caller, not answers of a person
    if type(answer) is int and answer in item.scores:
        return answer
    if isinstance(answer, Decimal) and answer.is_finite() and answer in item.scores:
        return int(answer)
    return _refuse(instrument, item, answer)


def _read_word(instrument: Instrument, item: Item, word: str) -> int | str:
    words = _words(instrument, item)
    if word.casefold() in words:
        return words[word.casefold()]
    if _WHOLE.fullmatch(word) and int(word) in item.scores:
        return int(word)
    return _refuse(instrument, item, word)


def _words(instrument: Instrument, item: Item) -> dict[str, int | str]:
    """What each word an answer may be stands for."""
    words: dict[str, int | str] = {o.label.casefold(): o.value for o in item.options if o.label}
    words |= {w.casefold(): score for w, score in zip(instrument.answer_words, item.scores, strict=False)}
    words |= {REFUSED: REFUSED} if instrument.refusal else {}
    words |= {UNKNOWN: UNKNOWN} if instrument.allows_unknown else {}
    return words


def _refuse(instrument: Instrument, item: Item, answer: object) -> NoReturn:
    also = " or ".join(f"“{word}”" for word in _words(instrument, item) if word not in _labels(item))
    allowed = item.allowed + (f", or {also}" if also else "")
    raise BadInput(
        f"{instrument.id} {item.id}: “{answer}” is not an answer to this item. Give {allowed}.", field=item.id
    )


def _labels(item: Item) -> set[str]:
    return {option.label.casefold() for option in item.options}


def _skipped(skips: tuple[SkipRule, ...], scores: Mapping[str, int]) -> dict[str, int]:
    """Zeros for unanswered items that an earlier answer makes needless. What was answered is never overwritten."""
    zeros: dict[str, int] = {}
    for skip in skips:
        known = zeros | dict(scores)
        if all(name in known for name in skip.when) and compare(sum(known[n] for n in skip.when), skip.op, skip.value):
            zeros |= {name: 0 for name in skip.then_zero if name not in scores}
    return zeros


def compare(left: int | Decimal, op: Operator, right: int) -> bool:
    """Whether `left op right` holds."""
    return {Operator.AT_LEAST: left >= right, Operator.AT_MOST: left <= right, Operator.EQUAL: left == right}[op]
