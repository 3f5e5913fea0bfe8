"""Scores as plain values, ready for JSON: what the command line and the HTTP interface give out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from fenestra.science.errors import BadInput
from fenestra.science.instruments.day_file import ALCOHOL, UseDay, amounts_of, dates, read_use_days, substances
from fenestra.science.instruments.loader import find_instrument
from fenestra.science.instruments.scoring import Number, Scored, score
from fenestra.science.instruments.use_days import UseSummary, calendar_limits, score_drinks, score_use

CALENDAR = "tlfb"
Report = dict[str, Any]


def score_answers(instrument_id: str, typed: Iterable[str], *, sex: str | None = None, repeat: bool = False) -> Report:
    """Score answers typed as `item=answer`, for example `score_answers("phq9", ["i1=2", "i2=several days"])`.

    The keys are always instrument, total, band, bands, complete, missing, subscales, alerts (each on, level, say).
    Whole numbers are int, others float; what is not known is None.
    """
    return as_plain(score(find_instrument(instrument_id), read_typed(typed), sex=sex, repeat=repeat))


def read_typed(typed: Iterable[str]) -> Mapping[str, str]:
    """Answers by item from `item=answer` words; a word without `=` or an item given twice is refused."""
    answers: dict[str, str] = {}
    for word in typed:
        item_id, equals, answer = (part.strip() for part in word.partition("="))
        if not equals or not item_id:
            raise BadInput(f"“{word}” is not an answer. Write item=answer, for example i1=2.", field="answers")
        if item_id in answers:
            raise BadInput(f"{item_id} is answered twice. Give each item once.", field=item_id)
        answers[item_id] = answer
    return answers


def as_plain(scored: Scored) -> Report:
    """A scored form as plain values."""
    return {
        "instrument": scored.instrument,
        "total": _plain(scored.total),
        "band": scored.band,
        "bands": dict(scored.bands),
        "complete": scored.complete,
        "missing": list(scored.missing),
        "subscales": {name: _plain(value) for name, value in scored.subscales.items()},
        "alerts": [{"on": alert.on, "level": str(alert.level), "say": alert.say} for alert in scored.alerts],
    }


def score_days(text: str, *, substance: str | None = None, sex: str | None = None, today: date | None = None) -> Report:
    """Score a calendar file (see `day_file`) with the keys of `score_answers`; its metrics stand under subscales.

    A file with several substances needs one of them named. `missing` lists the unknown days; `complete` is true when
    there are none. Percentages and means have one decimal. A day after `today` is refused.
    """
    days = read_use_days(text, today=today)
    chosen = _choose(days, substance)
    limits = calendar_limits(find_instrument(CALENDAR))
    amounts = amounts_of(days, chosen, limits)
    summary = score_drinks(amounts, limits, sex=sex) if chosen == ALCOHOL else score_use(amounts)
    unknown = [str(day) for day, amount in zip(dates(days), amounts, strict=True) if amount is None]
    return {
        "instrument": CALENDAR,
        "total": None,
        "band": None,
        "bands": {},
        "complete": not unknown,
        "missing": unknown,
        "subscales": _metrics(summary),
        "alerts": [],
    }


def _choose(days: tuple[UseDay, ...], substance: str | None) -> str:
    there = substances(days)
    wanted = substance.strip().casefold() if substance else there[0]
    if wanted not in there or (substance is None and len(there) > 1):
        raise BadInput(f"This calendar holds {', '.join(there)}. Name one of them as the substance.", field="substance")
    return wanted


def _metrics(summary: UseSummary) -> dict[str, int | float | None]:
    return {
        "days": summary.days,
        "unknown_days": summary.unknown_days,
        "pda": _plain(_one_decimal(summary.percent_days_abstinent)),
        "pda_if_unknown_were_use": _plain(_one_decimal(summary.percent_days_abstinent_if_unknown_were_use)),
        "hdd": summary.heavy_drinking_days,
        "ddd": _plain(_one_decimal(summary.drinks_per_drinking_day)),
        "longest": summary.longest_abstinent_days,
        "first_use": summary.first_use,
    }


def _one_decimal(value: Decimal | None) -> Decimal | None:
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP) if value is not None else None


def _plain(value: Number | None) -> int | float | None:
    if value is None or isinstance(value, int):
        return value
    return int(value) if value == int(value) else float(value)
