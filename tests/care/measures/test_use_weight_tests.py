"""Days of use, weights and tests: kept, corrected, refused with a sentence."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from fenestra.care.measures import actions, models, queries, rules
from fenestra.ground.book.scope import OPEN, Mask
from fenestra.science.errors import BadInput
from tests.care.measures.chart import TODAY, Chart, furnish, use_line
from tests.care.work.desk import MORNING


def test_days_are_kept_one_by_one_with_their_amounts(chart: Chart) -> None:
    lines = (use_line(1, False), use_line(2, True, amount="6"), use_line(3, True), use_line(4, None))
    chart.do(actions.record_use_days, person_id=chart.person_id, days=lines, source="person")
    assert [(each.used, each.amount, each.unit) for each in chart.days()] == [
        (False, None, ""),
        (True, Decimal(6), "drinks"),
        (True, None, ""),
        (None, None, ""),
    ]


@pytest.mark.parametrize(
    ("used", "other", "sentence"),
    [
        (False, {"amount": "3"}, "cannot be both a day without use and a day with use"),
        (True, {"amount": "0"}, "cannot be both"),
        (True, {"amount": "-2"}, "0 or more"),
        (True, {"amount": "NaN"}, "0 or more"),
        (True, {"amount": "99999"}, "surely mistyped"),
        (None, {"amount": "2"}, "say whether there was use"),
        (True, {"amount": "2", "unit": "buckets"}, "in drinks or in grams"),
        (True, {"substance": "tea"}, "Choose one of"),
        (False, {"days_ago": -1}, "has not come yet"),
    ],
)
def test_a_day_that_cannot_be_is_refused(chart: Chart, used: bool, other: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        chart.use(other.pop("days_ago", 1), used, **other)
    assert chart.days() == ()


def test_a_day_twice_in_one_sending_and_no_day_at_all_are_refused(chart: Chart) -> None:
    for lines, sentence in (((use_line(1, False), use_line(1, True)), "stands twice"), ((), "at least one day")):
        with pytest.raises(BadInput, match=sentence):
            chart.do(actions.record_use_days, person_id=chart.person_id, days=lines, source="person")


def test_the_same_account_again_is_kept_once(chart: Chart) -> None:
    chart.use(1, True, amount="2")
    chart.use(1, True, amount="2.00")
    assert len(chart.days()) == 1


def test_another_account_from_the_same_source_is_refused_and_points_to_the_correction(chart: Chart) -> None:
    chart.use(1, False)
    with pytest.raises(rules.DayRecorded, match="Correct that day"):
        chart.use(1, True)


def test_a_corrected_day_keeps_the_first_answer(chart: Chart) -> None:
    day = chart.use(1, False)
    chart.do(actions.correct_use_day, use_day_id=day, used=True, amount=Decimal(3), reason="remembered the evening")
    (told,) = chart.days()
    assert [each.used for each in queries.history(told)] == [False, True]
    assert told.reason == "remembered the evening"
    with pytest.raises(rules.CorrectedAlready):
        chart.do(actions.correct_use_day, use_day_id=day, used=None, reason="once more")


def test_a_correction_is_checked_like_a_first_answer(chart: Chart) -> None:
    day = chart.use(1, True)
    with pytest.raises(BadInput, match="cannot be both"):
        chart.do(actions.correct_use_day, use_day_id=day, used=False, amount=Decimal(3), reason="no")
    with pytest.raises(BadInput, match="why it is corrected"):
        chart.do(actions.correct_use_day, use_day_id=day, used=False, reason=" ")
    other = furnish()
    with pytest.raises(rules.NoSuchRow):
        other.do(actions.correct_use_day, use_day_id=day, used=False, reason="not theirs")


def test_sources_may_disagree_and_use_is_not_overlooked(chart: Chart) -> None:
    chart.use(1, False, source="person")
    chart.use(1, True, source="collateral", amount="2")
    (day,) = queries.by_day(chart.days())
    assert (day.used, day.amount, day.disagree, len(day.told)) == (True, Decimal(2), True, 2)


def test_an_untold_day_stays_untold_beside_another_source(chart: Chart) -> None:
    chart.use(1, None, source="person")
    chart.use(1, False, source="staff")
    chart.use(2, None)
    said = [(day.used, day.disagree) for day in queries.by_day(chart.days())]
    assert said == [(None, False), (False, False)]


@given(st.lists(st.tuples(st.booleans() | st.none(), st.integers(1, 9) | st.none()), min_size=1, max_size=4))
def test_all_sources_together_say_use_exactly_when_one_does(told: list[tuple[bool | None, int | None]]) -> None:
    rows = [_value(n, used, Decimal(amount) if used and amount else None) for n, (used, amount) in enumerate(told)]
    (day,) = queries.by_day(rows)
    said = [used for used, _ in told]
    assert day.used == (True if True in said else False if False in said else None)
    assert day.amount == max((row.amount for row in rows if row.amount is not None), default=None)


def _value(number: int, used: bool | None, amount: Decimal | None) -> queries.UseDayValue:
    return queries.UseDayValue(
        id=number, person_id=1, day=TODAY, at=MORNING, entered_at=MORNING, by_id=None, source="person", reason="",
        earlier=(), substance="alcohol", used=used, amount=amount, unit="drinks" if amount else "",
    )  # fmt: skip


# ---- weight and tests


def weigh(chart: Chart, kg: str, **other: Any) -> int:
    return chart.do(actions.weigh, person_id=chart.person_id, kg=Decimal(kg), day=TODAY, **other).id or 0


def test_a_weight_is_kept_and_corrected(chart: Chart) -> None:
    first = weigh(chart, "74.5")
    weigh(chart, "47.5", corrects=first, reason="digits changed places")
    (weight,) = queries.weights(chart.scopes["nina"], OPEN, chart.person_id)
    assert [each.kg for each in queries.history(weight)] == [Decimal("74.5"), Decimal("47.5")]


def test_a_weight_nobody_has_is_refused(chart: Chart) -> None:
    with pytest.raises(BadInput):
        weigh(chart, "7.4")


def test_a_test_is_kept_with_its_value(chart: Chart) -> None:
    told = {"person_id": chart.person_id, "kind": "urine", "substance": "cocaine", "day": TODAY}
    chart.do(actions.record_test, positive=True, value=Decimal(310), unit="ng/mL", **told)
    chart.do(actions.record_test, positive=None, **told)
    unread, read = queries.tests(chart.scopes["nina"], OPEN, chart.person_id)
    assert (unread.positive, read.positive, read.value, read.unit) == (None, True, Decimal(310), "ng/mL")


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"positive": True, "value": Decimal(3)}, "Write the unit"),
        ({"positive": True, "value": Decimal(-3), "unit": "g/L"}, "0 or more"),
        ({"positive": None, "value": Decimal(3), "unit": "g/L"}, "could not be read"),
        ({"positive": True, "kind": "guess"}, "Choose one of"),
        ({"positive": True, "day": TODAY + timedelta(days=1)}, "has not come yet"),
    ],
)
def test_a_test_that_cannot_be_is_refused(chart: Chart, told: dict[str, Any], sentence: str) -> None:
    whole = {"person_id": chart.person_id, "kind": "breath", "substance": "alcohol", "day": TODAY} | told
    with pytest.raises(BadInput, match=sentence):
        chart.do(actions.record_test, **whole)


@pytest.mark.parametrize("kind", [models.UseDay, models.Weight, models.Test])
def test_nothing_measured_is_changed(chart: Chart, kind: Any) -> None:
    chart.use(1, True)
    weigh(chart, "74")
    told = {"person_id": chart.person_id, "kind": "breath", "substance": "alcohol", "day": TODAY}
    chart.do(actions.record_test, positive=False, **told)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        kind.objects.update(unit="") if kind is not models.Weight else kind.objects.update(kg=1)


# ---- many people


def test_many_people_are_read_in_as_many_questions_as_one(chart: Chart) -> None:
    told = {"person_id": chart.person_id, "kind": "urine", "substance": "cocaine", "day": TODAY}
    chart.do(actions.record_test, positive=True, **told)
    people, counts = [chart.person_id], []
    for _ in range(2):
        before = len(connection.queries_log)
        connection.force_debug_cursor = True
        found = queries.tests_of_many(chart.scopes["nina"], OPEN, people)
        connection.force_debug_cursor = False
        counts.append(len(connection.queries_log) - before)
        assert set(found) == set(people)
        people += [chart.person() for _ in range(4)]
    assert counts[0] == counts[1] <= 2


def test_the_bulk_reads_obey_clinic_and_mask(chart: Chart) -> None:
    told = {"person_id": chart.person_id, "kind": "urine", "substance": "cocaine", "day": TODAY}
    chart.do(actions.record_test, positive=True, **told)
    other, masked = furnish(), Mask(people=frozenset({chart.person_id}))
    assert len(queries.tests_of_many(chart.scopes["nina"], OPEN, [chart.person_id])[chart.person_id]) == 1
    assert queries.tests_of_many(chart.scopes["nina"], masked, [chart.person_id])[chart.person_id] == ()
    assert queries.tests_of_many(other.scopes["nina"], OPEN, [chart.person_id])[chart.person_id] == ()
