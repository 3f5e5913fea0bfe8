"""An order as a prescriber writes it: what it means, and that it can be written out and read again."""

from __future__ import annotations

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenestra.science.errors import BadInput
from fenestra.science.pharmacology.dose_text import (
    Drug,
    OrderText,
    Part,
    PumpPause,
    drug_in,
    mg_of,
    order_as_text,
    parse_order,
)
from fenestra.science.quantities import Kilograms, Milligrams, MilligramsPerKilogram


def test_loading_and_maintenance_follow_one_another() -> None:
    order = parse_order("0.11 mg/kg over 2 min then 0.6 mg/kg over 50 min")
    assert [(part.start_min, part.end_min) for part in order.parts] == [(0, 2), (2, 52)]
    assert [mg_of(part, Kilograms(70)) for part in order.parts] == [D("7.7"), D("42")]


def test_a_split_im_dose_says_its_minutes() -> None:
    order = parse_order("0.25 mg/kg im then 0.25 mg/kg im at 15 min")
    assert order.is_im and [part.start_min for part in order.parts] == [0, 15]


@pytest.mark.parametrize(
    ("text", "drug"),
    [
        ("0.5 mg/kg over 40 min", Drug.RACEMATE),
        ("0.5 mg/kg ketamine iv over 40 min", Drug.RACEMATE),
        ("0.25 mg/kg esketamine over 40 min", Drug.ESKETAMINE),
        ("0.25 mg/kg S-ketamine over 40 min", Drug.ESKETAMINE),
        ("0.25 mg/kg (S)-ketamine over 40 min", Drug.ESKETAMINE),
    ],
)
def test_the_drug_is_read_beside_the_dose(text: str, drug: Drug) -> None:
    assert drug_in(text) is drug
    assert parse_order(text).parts[0].minutes == 40


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("0.5 mg/kg", "does not say how it is given"),
        ("0 mg/kg over 40 min", "is no dose"),
        ("0.5 mg/kg over 0 min", "has no length"),
        ("-0.5 mg/kg over 40 min", "carries a sign"),
        ("nan mg/kg over 40 min", "cannot be read as an amount"),
        ("inf mg/kg over 40 min", "cannot be read as an amount"),
        ("1,5 mg/kg over 40 min", "decimal comma"),
        ("½ mg/kg over 40 min", "fraction sign"),
        ("٠٫٥ mg/kg over 40 min", "not one of the digits 0 to 9"),
        ("1e400 mg/kg over 40 min", "exponent"),
        ("0.5 mg/kg 36 mg over 40 min", "two units in one dose"),
        ("0.5 mg mg/kg over 40 min", "two units in one dose"),
        ("3.6 mL over 40 min", "millilitres, a volume"),
        ("500 mcg/kg over 40 min", "micrograms per kilogram"),
        ("0.1 mg/kg over 2 min then 0.6 mg/kg over 50 min at 1 min", "Two steps overlap"),
        ("0.5 mg/kg over 40 min, pause 5 min at 50", "nothing can be paused"),
        ("0.5 mg/kg over 40 min, pause 5 min at 20, pause 5 min at 22", "Two pauses overlap"),
        ("0.5 mg/kg im, pause 5 min at 0", "cannot be paused"),
        ("0.2 mg/kg im then 0.3 mg/kg over 40 min", "mixes an infusion and an injection"),
        ("pause 5 min at 20", "names no dose"),
    ],
)
def test_what_can_be_read_in_two_ways_is_named_and_not_read(text: str, says: str) -> None:
    with pytest.raises(BadInput, match=says) as refusal:
        parse_order(text)
    assert refusal.value.field == "order" and str(refusal.value).count(". ") <= 1


amounts = st.decimals(min_value="0.001", max_value="999", places=3).filter(lambda value: value > 0)
written = amounts.map(MilligramsPerKilogram) | amounts.map(Milligrams)


@st.composite
def orders(draw: st.DrawFn) -> OrderText:
    at = D(0)
    parts: list[Part] = []
    im = draw(st.booleans())
    for _ in range(draw(st.integers(1, 4))):
        at += draw(st.decimals(min_value=0, max_value=60, places=1))
        minutes = None if im else draw(st.decimals(min_value="0.1", max_value=120, places=1))
        parts.append(Part(draw(written), minutes, at))
        at = parts[-1].end_min
    first = parts[0]
    paused = not im and first.minutes is not None and first.minutes > D("0.1") and draw(st.booleans())
    pauses = (PumpPause(first.start_min + D("0.1"), draw(amounts)),) if paused else ()
    return OrderText(tuple(parts), pauses)


@given(orders())
def test_an_order_written_out_and_read_again_is_the_same_order(order: OrderText) -> None:
    assert parse_order(order_as_text(order)) == order
