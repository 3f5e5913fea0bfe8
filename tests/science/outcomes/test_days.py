"""What cannot be true of a day is refused; what is missing stays missing; word and test are two things."""

from datetime import date
from decimal import Decimal

import pytest

from fenestra.science.errors import BadInput
from fenestra.science.outcomes.days import (
    BiologicalTest,
    EndReason,
    FollowUp,
    PersonRecord,
    UseDay,
    check_each_person_once,
)
from fenestra.science.outcomes.use_rule import Counts, UseRule, decided_days, disagreements
from fenestra.science.protocols.requirements import requirement

from .calendars import START, on, person

DAY = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("used", "drinks", "heavy", "field"),
    [
        (False, "2", None, "drinks"),
        (True, "0", None, "drinks"),
        (None, "2", None, "drinks"),
        (True, "-1", None, "drinks"),
        (True, "NaN", None, "drinks"),
        (True, "Infinity", None, "drinks"),
        (False, None, True, "heavy"),
        (None, None, True, "heavy"),
    ],
)
def test_a_day_that_cannot_be_true_is_refused(
    used: bool | None, drinks: str | None, heavy: bool | None, field: str
) -> None:
    with pytest.raises(BadInput, match="2026-03-04") as refused:
        UseDay(DAY, used, Decimal(drinks) if drinks else None, heavy)
    assert refused.value.field == field


def test_a_day_that_can_be_true_is_kept_as_it_is() -> None:
    assert UseDay(DAY, False, Decimal(0), False).drinks == 0
    assert UseDay(DAY, True).heavy is None
    assert UseDay(DAY, None).used is None


def test_one_day_is_not_told_twice() -> None:
    with pytest.raises(BadInput, match="entered twice"):
        PersonRecord("p1", FollowUp(START, DAY), (UseDay(DAY, True), UseDay(DAY, False)))


def test_an_answer_after_the_person_was_last_seen_is_refused() -> None:
    with pytest.raises(BadInput, match=f"{on(3)}.*last seen"):
        PersonRecord("p1", FollowUp(START, on(2)), (UseDay(on(1), True), UseDay(on(3), True)))
    with pytest.raises(BadInput, match="last seen"):
        PersonRecord("p1", FollowUp(START), (), (BiologicalTest(on(3), True),))


def test_an_end_has_a_reason_and_a_day_in_order() -> None:
    with pytest.raises(BadInput, match="belong together"):
        FollowUp(START, on(3), EndReason.DEATH)
    with pytest.raises(BadInput, match="after the follow-up ended"):
        FollowUp(START, on(9), EndReason.PRISON, on(8))
    assert FollowUp(START, START, EndReason.TRANSFER, START).seen_until == START
    with pytest.raises(BadInput, match="before the follow-up starts"):
        FollowUp(START, on(-1))


def test_nobody_who_ended_with_a_reason_is_called_lost() -> None:
    assert {"death", "transfer", "prison", "consent_withdrawn"} <= set(EndReason)
    assert not any("lost" in reason for reason in EndReason)


def test_a_group_holds_each_person_once() -> None:
    check_each_person_once([person("a", name="p1"), person("a", name="p2")])
    with pytest.raises(BadInput, match="twice"):
        check_each_person_once([person("a"), person("u")])


def states(record: PersonRecord, last: int, **rules: object) -> str:
    given = {"rule": UseRule.EITHER_POSITIVE, **rules}
    return " ".join(each.state for each in decided_days(record, on(1), on(last), **given))  # type: ignore[arg-type]  # rules by name


def test_a_day_nobody_asked_about_and_a_day_nobody_knows_are_both_unknown() -> None:
    assert states(person("a.?u"), 5) == "abstinent unknown unknown used unknown"


def test_either_positive_is_the_rule_of_the_requirement() -> None:
    assert requirement("OUT-006").values["composite"] == UseRule.EITHER_POSITIVE


def test_no_days_lie_in_a_range_that_ends_before_it_begins() -> None:
    assert decided_days(person("a"), on(3), on(2), rule=UseRule.SELF_REPORT) == ()


def test_heavy_days_are_counted_apart_from_days_of_use() -> None:
    assert states(person("auh"), 3, counts=Counts.HEAVY_USE) == "abstinent abstinent used"
    assert states(person("auh"), 3, counts=Counts.ANY_USE) == "abstinent used used"


def test_a_day_of_use_of_unknown_amount_is_unknown_as_a_heavy_day() -> None:
    record = PersonRecord("p1", FollowUp(START, on(1)), (UseDay(on(1), True),))
    (day,) = decided_days(record, on(1), on(1), rule=UseRule.SELF_REPORT, counts=Counts.HEAVY_USE)
    assert day.state == "unknown"


# said, test, rule -> the day, and whether word and test differ
@pytest.mark.parametrize(
    ("said", "test", "rule", "state", "disagree"),
    [
        ("a", "+", "either_positive", "used", True),
        ("a", "+", "self_report", "abstinent", True),
        ("u", "-", "either_positive", "used", True),
        ("u", "-", "self_report", "used", True),
        ("a", "-", "either_positive", "abstinent", False),
        ("u", "+", "either_positive", "used", False),
        (".", "+", "either_positive", "used", False),
        (".", "+", "self_report", "unknown", False),
        (".", "-", "either_positive", "unknown", False),
        ("?", "+", "either_positive", "used", False),
    ],
)
def test_where_word_and_test_differ_the_rule_decides_and_the_day_is_reported(
    said: str, test: str, rule: str, state: str, disagree: bool
) -> None:
    record = person(said, positive=(1,) if test == "+" else (), negative=(1,) if test == "-" else ())
    days = decided_days(record, on(1), on(1), rule=UseRule(rule))
    assert [day.state for day in days] == [state]
    assert disagreements(days) == ((on(1),) if disagree else ())


def test_one_positive_of_two_samples_is_positive_and_one_without_result_says_nothing() -> None:
    follow_up = FollowUp(START, on(1))
    both = PersonRecord("p1", follow_up, (), (BiologicalTest(on(1), False), BiologicalTest(on(1), True)))
    no_result = PersonRecord("p1", follow_up, (), (BiologicalTest(on(1), None),))
    assert [states(both, 1), states(no_result, 1)] == ["used", "unknown"]
