"""An endpoint is whole or it is not one."""

from dataclasses import replace

import pytest

from fenestra.science.errors import BadInput
from fenestra.science.outcomes.endpoints import DayWindow, Endpoint, MissingRule
from fenestra.science.protocols.requirements import requirement

ABSTINENT = Endpoint(
    id="alcohol_abstinent_month_6",
    name="No alcohol in the last 30 days, month 6",
    window=DayWindow(153, 182, "first dose"),
    unit="share of people",
    criterion="no use day reported and no positive test",
    source="OUT-003",
    missing_rule=MissingRule.MISSING_IS_USE,
    verified=False,
)


def test_the_missing_rules_are_those_of_the_requirement() -> None:
    assert tuple(MissingRule) == requirement("OUT-002").words("rules")


def test_both_days_of_a_window_count() -> None:
    assert ABSTINENT.window.days == 30
    assert DayWindow(7, 7, "first dose").days == 1


def test_a_window_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(BadInput, match="before it begins"):
        DayWindow(7, 6, "first dose")


@pytest.mark.parametrize("field", ["id", "name", "unit", "criterion", "source"])
def test_an_endpoint_without_one_of_its_parts_is_refused(field: str) -> None:
    with pytest.raises(BadInput) as refused:
        replace(ABSTINENT, **{field: " "})  # type: ignore[arg-type]  # the empty part this test plants
    assert refused.value.field == field


def test_numbers_under_different_missing_rules_are_not_compared() -> None:
    observed = ABSTINENT.under(MissingRule.OBSERVED_ONLY)
    assert not ABSTINENT.is_comparable_with(observed)
    assert observed.under(MissingRule.MISSING_IS_USE) == ABSTINENT


def test_a_name_or_source_makes_no_other_endpoint() -> None:
    assert ABSTINENT.is_comparable_with(replace(ABSTINENT, id="other", name="Other", source="elsewhere"))
    assert not ABSTINENT.is_comparable_with(replace(ABSTINENT, window=DayWindow(152, 181, "first dose")))
