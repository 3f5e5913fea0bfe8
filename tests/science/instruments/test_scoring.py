"""Scoring, told as a clinician would check it: what a form says, and what it does not say yet."""

from __future__ import annotations

from typing import Any

import pytest

from fenestra.science.errors import BadInput
from fenestra.science.instruments import Scored, find_instrument, score


def scored(instrument_id: str, *, sex: str | None = None, repeat: bool = False, **answers: Any) -> Scored:
    return score(find_instrument(instrument_id), answers, sex=sex, repeat=repeat)


def all_items(instrument_id: str, answer: int) -> dict[str, Any]:
    return {item.id: answer for item in find_instrument(instrument_id).items if item.required}


# ---- missing stays missing


def test_a_form_with_an_open_item_has_no_total_and_no_band() -> None:
    open_form = all_items("gad7", 1) | {"i7": None}
    form = scored("gad7", **open_form)
    assert (form.total, form.band, form.complete, form.missing) == (None, None, False, ("i7",))
    assert form.subscales == {"gad2": 2}


def test_an_empty_form_is_missing_everything_and_scores_nothing() -> None:
    form = scored("phq9")
    assert form.total is None
    assert form.band is None
    assert form.subscales == {"phq2": None}
    assert form.alerts == ()
    assert form.missing == tuple(f"i{n}" for n in range(1, 10))


def test_an_optional_item_is_not_missing_and_not_counted() -> None:
    without, with_it = scored("phq9", **all_items("phq9", 1)), scored("phq9", **all_items("phq9", 1), i10=3)
    assert without.complete
    assert without.total == with_it.total == 9


def test_a_subscale_is_scored_when_its_own_items_are_answered() -> None:
    form = scored("bam", i4=2, i5=1, i6=0)
    assert form.subscales == {"use": 3, "risk": None, "protective": None}
    assert form.bands == {"use": "examine", "risk": None, "protective": None}
    assert not form.complete


def test_one_craving_line_alone_gives_no_total_even_at_its_highest() -> None:
    assert scored("craving_vas", now=100).total is None


def test_a_missed_sedation_round_stays_empty() -> None:
    assert scored("rass").total is None
    assert scored("rass", level=-5).total == -5


# ---- alerts do not wait


def test_thoughts_of_death_alert_on_a_form_with_nothing_else_answered() -> None:
    form = scored("phq9", i9=1)
    assert [(alert.on, alert.level) for alert in form.alerts] == [("i9", "urgent")]
    assert not form.complete


def test_withdrawal_past_its_limit_stops_the_infusion_although_an_item_is_open() -> None:
    form = scored("ciwa_ar", i2=7, i5=1)
    assert form.total is None
    assert [alert.level for alert in form.alerts] == ["stop"]


def test_a_low_total_alert_waits_while_an_open_item_could_still_lift_it() -> None:
    # the open item adds up to 20 points; the limit is 28
    assert scored("who5", i1=0, i2=1, i3=1, i4=1).alerts == ()
    assert [alert.on for alert in scored("who5", i1=0, i2=0, i3=1, i4=1).alerts] == ["total"]


# ---- skips and reversed items


def test_a_person_who_never_drinks_is_not_asked_the_rest() -> None:
    form = scored("audit_c", i1=0)
    assert (form.total, form.complete) == (0, True)


def test_a_skip_never_overwrites_an_answer() -> None:
    assert scored("audit_c", i1=0, i2=3).total == 3


def test_a_skip_by_sum_waits_until_both_items_are_answered() -> None:
    assert "i4" in scored("audit", i1=2, i2=0, i9=0, i10=0).missing
    assert scored("audit", i1=2, i2=0, i3=0, i9=0, i10=0).complete


def test_the_reversed_drug_item_scores_its_word_not_its_place() -> None:
    rest: dict[str, Any] = dict.fromkeys(all_items("dast10", 0), "No")
    assert scored("dast10", **rest).total == 1
    assert scored("dast10", **rest | {"i3": "yes"}).total == 0


def test_a_multiplied_total_is_the_sum_times_its_factor() -> None:
    assert scored("who5", **all_items("who5", 3)).total == 60


# ---- limits by sex


@pytest.mark.parametrize(("sex", "band"), [("female", "positive"), ("male", "negative"), (None, "positive")])
def test_three_points_of_alcohol_are_read_by_sex_and_carefully_without_it(sex: str | None, band: str) -> None:
    assert scored("audit_c", sex=sex, i1=2, i2=1, i3=0).band == band


def test_a_sex_the_form_does_not_know_is_refused_with_those_it_knows() -> None:
    with pytest.raises(BadInput, match="female, male, unspecified") as refusal:
        scored("audit_c", sex="x", i1=0)
    assert refusal.value.field == "sex"


# ---- triage


def test_items_not_asked_are_not_missing() -> None:
    assert scored("cssrs_screener", i1=0, i2=0, i6=0).complete
    assert scored("cssrs_screener", i1=1, i2=1, i6=0).missing == ("i3", "i4", "i5")


def test_intent_is_high_risk_even_when_nothing_else_is_answered() -> None:
    form = scored("cssrs_screener", i4=1)
    assert (form.band, form.complete) == ("high", False)
    assert [alert.level for alert in form.alerts] == ["stop"]


def test_a_half_answered_screen_alerts_but_never_reads_low_or_none() -> None:
    form = scored("cssrs_screener", i1=1)
    assert form.band is None
    assert [alert.level for alert in form.alerts] == ["warn"]
    assert scored("cssrs_screener", i1=0).band is None
    assert scored("asq").band is None


def test_a_band_no_open_item_can_change_is_given() -> None:
    form = scored("cssrs_screener", i2=1, i3=1, i4=0, i5=0, i6=0)
    assert (form.band, form.missing) == ("moderate", ("i1",))


def test_a_yes_to_an_item_that_need_not_be_asked_still_counts() -> None:
    assert scored("asq", i1=0, i2=0, i3=0, i4=0, i5=1).band == "acute positive"


# ---- refusing to answer


def test_refusing_a_suicide_question_is_a_positive_screen() -> None:
    form = scored("asq", i1="Refused", i2=0, i3=0, i4=0, i5=0)
    assert (form.band, form.complete, form.refused) == ("non-acute positive", True, ("i1",))
    assert [alert.level for alert in form.alerts] == ["urgent"]


def test_refusing_one_question_opens_the_question_on_now() -> None:
    form = scored("asq", i1="refused", i2=0, i3=0, i4=0)
    assert (form.band, form.missing) == (None, ("i5",))
    assert [alert.level for alert in form.alerts] == ["urgent"]


def test_thoughts_right_now_outrank_a_refusal() -> None:
    assert scored("asq", i1="refused", i5=1).band == "acute positive"


def test_a_form_without_a_rule_for_refusals_takes_none() -> None:
    with pytest.raises(BadInput, match="phq9 i1"):
        scored("phq9", i1="refused")


# ---- asking again


def test_a_repeat_does_not_ask_or_count_what_is_lifetime() -> None:
    form = scored("asq", repeat=True, i1=0, i2=0, i3=0)
    assert (form.band, form.complete) == ("negative", True)
    assert not scored("asq", i1=0, i2=0, i3=0).complete


def test_a_lifetime_answer_at_a_repeat_is_refused_not_dropped() -> None:
    with pytest.raises(BadInput, match="not asked again") as refusal:
        scored("asq", repeat=True, i1=0, i2=0, i3=0, i4=1)
    assert refusal.value.field == "i4"


def test_a_repeat_changes_nothing_where_the_file_has_no_rule_for_it() -> None:
    assert scored("gad7", repeat=True, **all_items("gad7", 2)) == scored("gad7", **all_items("gad7", 2))


# ---- unknown criteria


def test_an_unknown_criterion_leaves_severity_as_a_range() -> None:
    form = scored("dsm5_sud", **all_items("dsm5_sud", 0) | {"c1": 1, "c2": 1, "c3": 1, "c4": "unknown"})
    assert (form.total, form.band, form.complete) == (None, None, False)
    assert (form.missing, form.unknown) == (("c4",), ("c4",))
    assert form.bands == {"at least": "mild", "at most": "moderate"}


def test_no_range_of_severity_while_a_criterion_was_not_asked() -> None:
    assert scored("dsm5_sud", c1="unknown").bands == {}


# ---- several subscales at once


def test_a_complete_mystical_experience_needs_every_subscale() -> None:
    label = "complete mystical experience"
    full = all_items("meq30", 3)
    assert scored("meq30", **full).patterns == {label: True}
    assert scored("meq30", **full | {"i3": 2}).patterns == {label: False}
    assert scored("meq30", **full | {"i3": None}).patterns == {label: None}


# ---- answers


@pytest.mark.parametrize("answer", [2, "2", "More than half the days", "  more THAN half  the days "])
def test_an_answer_may_be_a_number_or_the_words_of_an_option(answer: int | str) -> None:
    assert scored("phq2", i1=answer, i2=0).total == 2


@pytest.mark.parametrize("answer", [4, -1, "", "often", "2.5", "nan", "٢", True, 1.0, "1e0", "99999999999"])
def test_nonsense_is_refused_naming_the_item_and_the_allowed_answers(answer: Any) -> None:
    with pytest.raises(BadInput, match=r"phq2 i1.*0 to 3.*Not at all; Several days") as refusal:
        scored("phq2", i1=answer)
    assert refusal.value.field == "i1"


def test_scores_with_gaps_are_listed_one_by_one() -> None:
    with pytest.raises(BadInput, match="one of 0, 1, 2, 4"):
        scored("cows", i1=3)


def test_a_point_between_two_described_anchors_is_given_by_number() -> None:
    assert scored("ciwa_ar", **all_items("ciwa_ar", 2)).total == 20
    with pytest.raises(BadInput):
        scored("ciwa_ar", i1="")


def test_an_item_the_form_does_not_have_is_refused_with_those_it_has() -> None:
    with pytest.raises(BadInput, match=r"phq2 has no item “i3”\. Its items: i1, i2") as refusal:
        scored("phq2", i3=1)
    assert refusal.value.field == "i3"


def test_a_calendar_is_not_scored_as_a_form() -> None:
    with pytest.raises(BadInput, match="calendar"):
        scored("tlfb")


def test_an_unknown_instrument_is_refused_with_those_there_are() -> None:
    with pytest.raises(BadInput, match=r"phq10.*phq9"):
        find_instrument("phq10")
