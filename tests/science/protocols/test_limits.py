"""Dose limits: at the limit is within it, a hair above is not."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenestra.science.errors import BadInput
from fenestra.science.protocols.adoption import NO_CLINIC, NOTHING_ADOPTED, Adoption, Standing
from fenestra.science.protocols.limits import LimitLevel, check_order, shipped_limits
from fenestra.science.protocols.orders import DoseOrder, LoadingPart, Route

LIMITS = shipped_limits(Adoption(frozenset({"LIM-001"})))


def iv(dose_mg: str, weight_kg: str = "70", *, minutes: str = "40", **more: object) -> DoseOrder:
    """An infusion with nothing given before it."""
    order = DoseOrder(Route.IV, Decimal(dose_mg), Decimal(weight_kg), Decimal(minutes), Decimal(0), Decimal(0))
    return replace(order, **more)  # type: ignore[arg-type]  # named fields of the order


def im(dose_mg: str, weight_kg: str = "70") -> DoseOrder:
    return DoseOrder(Route.IM, Decimal(dose_mg), Decimal(weight_kg), None, Decimal(0), Decimal(0))


def levels(order: DoseOrder) -> list[str]:
    return [finding.level.value for finding in check_order(order, LIMITS)]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        # 0.8 mg/kg soft, 1.0 mg/kg hard, for 70 kg
        (iv("55.9"), []),
        (iv("56"), []),
        (iv("56.01"), ["soft"]),
        (iv("70"), ["soft"]),
        (iv("70.01"), ["hard"]),
        # im: 0.5 soft, 1.0 hard
        (im("34.9"), []),
        (im("35"), []),
        (im("35.01"), ["soft"]),
        (im("70"), ["soft"]),
        (im("70.01"), ["hard"]),
    ],
)
def test_dose_for_the_weight(order: DoseOrder, expected: list[str]) -> None:
    assert levels(order) == expected


@pytest.mark.parametrize(
    ("dose_mg", "expected"),
    [
        ("80", ["soft"]),
        ("80.01", ["soft", "soft"]),
        ("100", ["soft", "soft"]),
        ("100.01", ["hard", "hard", "soft", "soft"]),  # the dose and the visit are hard, the week is soft
    ],
)
def test_amount_in_one_dose_for_a_heavy_person(dose_mg: str, expected: list[str]) -> None:
    """At 160 kg the amounts are reached before the mg/kg; one soft finding is the dosing weight itself."""
    assert levels(iv(dose_mg, "160")) == expected


@pytest.mark.parametrize(("minutes", "expected"), [("39.99", ["hard"]), ("40", []), ("40.01", []), ("52", [])])
def test_an_infusion_is_not_faster_than_40_minutes(minutes: str, expected: list[str]) -> None:
    assert levels(iv("35", minutes=minutes)) == expected


@pytest.mark.parametrize(
    ("loading_mg", "loading_minutes", "minutes", "expected"),
    [
        ("7.7", "2", "52", []),  # 0.11 mg/kg over 2 minutes, then 50 minutes: the regimen of Dakwar 2020
        ("7.71", "2", "52", ["hard"]),
        ("7.7", "1.9", "52", ["hard"]),
        ("7.7", "2", "42", []),
        ("7.7", "2", "41.9", ["hard"]),  # the loading part does not count toward the 40 minutes
    ],
)
def test_a_loading_part_stands_aside(loading_mg: str, loading_minutes: str, minutes: str, expected: list[str]) -> None:
    loading = LoadingPart(Decimal(loading_mg), Decimal(loading_minutes))
    assert levels(iv("49.7", minutes=minutes, loading=loading)) == expected


@pytest.mark.parametrize(("earlier_mg", "expected"), [("59.99", []), ("60", []), ("60.01", ["hard", "soft"])])
def test_all_doses_of_one_visit_count_together(earlier_mg: str, expected: list[str]) -> None:
    earlier = Decimal(earlier_mg)
    assert levels(iv("40", earlier_this_visit_mg=earlier, earlier_seven_days_mg=earlier)) == expected


@pytest.mark.parametrize(
    ("earlier_mg", "expected"),
    [("59.99", []), ("60", []), ("60.01", ["soft"]), ("160", ["soft"]), ("160.01", ["hard"])],
)
def test_seven_days_count_together(earlier_mg: str, expected: list[str]) -> None:
    assert levels(iv("40", earlier_seven_days_mg=Decimal(earlier_mg))) == expected


@pytest.mark.parametrize(("weight_kg", "expected"), [("99.9", []), ("100", []), ("100.1", ["soft"])])
def test_above_100_kg_the_dosing_weight_is_decided(weight_kg: str, expected: list[str]) -> None:
    assert levels(iv("40", weight_kg)) == expected


def test_the_dose_is_held_against_the_decided_weight() -> None:
    heavy = iv("64.1", "120")
    assert levels(heavy) == ["soft"]
    assert levels(replace(heavy, dosing_weight_kg=Decimal(80))) == ["soft", "soft"]


def test_a_finding_is_a_sentence_with_its_rule_source_and_standing() -> None:
    (finding,) = check_order(iv("70.1"), LIMITS)
    assert finding.text == (
        "70.1 mg iv is above 70 mg, which is 1 mg/kg for 70 kg. The order cannot be confirmed; lower the dose."
    )
    assert (finding.level, finding.rule, finding.verified) == (LimitLevel.HARD, "LIM-001", False)
    assert finding.standing is Standing.ADOPTED
    assert "published addiction trials" in finding.source


def test_without_adopted_limits_no_order_passes() -> None:
    (finding,) = check_order(iv("1"), shipped_limits(NOTHING_ADOPTED))
    assert finding.level is LimitLevel.HARD
    assert "medical director adopts the limits" in finding.text


def test_commands_that_know_no_clinic_say_so() -> None:
    (finding,) = check_order(iv("57"), shipped_limits(NO_CLINIC))
    assert finding.standing is Standing.AS_IF_ADOPTED
    assert "as if adopted" in finding.standing.words


@pytest.mark.parametrize(
    ("nonsense", "field"),
    [
        ({"dose_mg": Decimal(0)}, "dose_mg"),
        ({"dose_mg": Decimal("NaN")}, "dose_mg"),
        ({"body_weight_kg": Decimal(-70)}, "body_weight_kg"),
        ({"minutes": None}, "minutes"),
        ({"minutes": Decimal("Infinity")}, "minutes"),
        ({"route": Route.IM}, "minutes"),
        ({"earlier_this_visit_mg": Decimal(-1)}, "earlier_this_visit_mg"),
        ({"earlier_this_visit_mg": Decimal(10)}, "earlier_seven_days_mg"),
        ({"dosing_weight_kg": Decimal(71)}, "dosing_weight_kg"),
        ({"loading": LoadingPart(Decimal(35), Decimal(2))}, "loading"),
        ({"loading": LoadingPart(Decimal(3), Decimal(40))}, "loading"),
    ],
)
def test_an_order_that_cannot_be_true_is_refused(nonsense: dict[str, object], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        replace(iv("35"), **nonsense)  # type: ignore[arg-type]  # named fields of the order
    assert refused.value.field == field


amounts = st.decimals(min_value="0.01", max_value="300", places=2)
weights = st.decimals(min_value="35", max_value="200", places=1)


@given(dose_mg=amounts, more_mg=amounts, weight_kg=weights, earlier_mg=amounts)
def test_a_larger_dose_never_escapes_a_hard_limit(
    dose_mg: Decimal, more_mg: Decimal, weight_kg: Decimal, earlier_mg: Decimal
) -> None:
    smaller = DoseOrder(Route.IV, dose_mg, weight_kg, Decimal(40), Decimal(0), earlier_mg)
    larger = replace(smaller, dose_mg=dose_mg + more_mg)
    if LimitLevel.HARD in [finding.level for finding in check_order(smaller, LIMITS)]:
        assert LimitLevel.HARD in [finding.level for finding in check_order(larger, LIMITS)]


@given(dose_mg=amounts, weight_kg=weights)
def test_no_finding_means_every_amount_is_within_its_limit(dose_mg: Decimal, weight_kg: Decimal) -> None:
    order = DoseOrder(Route.IM, dose_mg, weight_kg, None, Decimal(0), Decimal(0))
    within = dose_mg <= weight_kg / 2 and dose_mg <= 80 and weight_kg <= 100
    assert (check_order(order, LIMITS) == ()) is within
