"""Every worked example of every instrument file comes out as the file says."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from fenestra.science.instruments import Instrument, Kind, calendar_limits, load_instruments, score, score_drinks

# One more or fewer means that a file changed: count again and say so in the commit.
INSTRUMENTS, EXAMPLES = 34, 121


def cases(*, calendar: bool) -> list[Any]:
    """One case per example; its name is the file and the number of the example in it."""
    return [
        pytest.param(instrument, example, id=f"{instrument.id}-{number}")
        for instrument in load_instruments().values()
        for number, example in enumerate(instrument.examples, 1)
        if (instrument.kind is Kind.CALENDAR) is calendar
    ]


FORMS, CALENDARS = cases(calendar=False), cases(calendar=True)


def test_no_instrument_and_no_example_has_vanished() -> None:
    assert len(load_instruments()) == INSTRUMENTS
    assert len(FORMS) + len(CALENDARS) == EXAMPLES
    assert all(len(instrument.examples) >= 3 for instrument in load_instruments().values())


@pytest.mark.parametrize(("instrument", "example"), FORMS)
def test_form_example(instrument: Instrument, example: Mapping[str, Any]) -> None:
    scored = score(instrument, answers_of(instrument, example), sex=example.get("sex"))

    assert scored.total == example.get("total")
    if "band" in example or not scored.complete:
        assert scored.band == example.get("band")
    assert {name: value for name, value in scored.subscales.items() if value is not None} == example.get(
        "subscales", {}
    )
    assert scored.bands == example.get("bands", {})
    assert len(scored.alerts) == example.get("alerts", 0)
    assert scored.complete is not example.get("incomplete", False)
    assert list(scored.patterns.values()) == [example[key] for key in example if key == "mystical_complete"]


@pytest.mark.parametrize(("instrument", "example"), CALENDARS)
def test_calendar_example(instrument: Instrument, example: Mapping[str, Any]) -> None:
    drinks = [None if amount == "?" else amount for amount in example["drinks"]]
    summary = score_drinks(drinks, calendar_limits(instrument), sex=example["sex"])

    assert summary.days == example["days"]
    assert one_decimal(summary.percent_days_abstinent) == example["pda"]
    assert summary.heavy_drinking_days == example["hdd"]
    assert one_decimal(summary.drinks_per_drinking_day) == (example["ddd"] if example["ddd"] != "" else None)
    assert summary.longest_abstinent_days == example["longest"]
    assert summary.first_use == example["first_use"]
    assert summary.unknown_days == example["drinks"].count("?")


def answers_of(instrument: Instrument, example: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of an example, however its file spells them."""
    ids = [item.id for item in instrument.items]
    if "fill" in example:
        return dict.fromkeys(ids, example["fill"]) | example.get("except", {})
    if "answers_list" in example:
        return dict(zip(ids, example["answers_list"], strict=True))
    return dict(example["words"] if "words" in example else example["answers"])


def one_decimal(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(Decimal("0.1"), ROUND_HALF_UP)
