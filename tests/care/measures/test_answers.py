"""Forms: kept whole or in part, scored that day, alerting at once, corrected with both answers kept."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from fenestra.care.measures import actions, queries, rules
from fenestra.care.measures.models import Response
from fenestra.care.people.rules import NoSuchPerson
from fenestra.care.work import actions as work_actions
from fenestra.care.work import queries as work
from fenestra.ground.book.scope import OPEN, Mask
from fenestra.ground.clinic.rules import NotYours
from fenestra.science.errors import BadInput
from fenestra.science.instruments import AlertLevel, load_instruments
from fenestra.science.instruments.scoring import Alert
from tests.care.measures.chart import TODAY, WHOLE_PHQ9, Chart, furnish


def test_a_whole_form_is_kept_with_its_score_of_that_day(chart: Chart) -> None:
    form = chart.form(chart.answer("phq9", **WHOLE_PHQ9 | {"i1": 3, "i2": 2}))
    assert (form.total, form.band, form.complete) == (Decimal(5), "mild", True)
    assert form.subscales == {"phq2": Decimal(5)}
    assert form.answers["i1"] == 3
    assert len(form.instrument_hash) == 64


def test_part_of_a_form_is_kept_without_a_total(chart: Chart) -> None:
    form = chart.form(chart.answer("phq9", i1=3))
    assert (form.total, form.band, form.complete) == (None, "", False)
    assert form.answers == {"i1": 3}


@pytest.mark.parametrize("given", [{}, {"i1": None}])
def test_a_form_without_any_answer_is_refused(chart: Chart, given: dict[str, None]) -> None:
    with pytest.raises(BadInput, match="at least one"):
        chart.answer("phq9", **given)


def test_an_answer_that_is_none_of_the_form_is_refused(chart: Chart) -> None:
    with pytest.raises(BadInput, match="not an answer"):
        chart.answer("phq9", i1=4)
    with pytest.raises(BadInput, match="no instrument"):
        chart.answer("mood_ring", i1=1)
    with pytest.raises(BadInput, match="use calendar"):
        chart.answer("tlfb", i1=1)
    with pytest.raises(BadInput, match="no purpose"):
        chart.answer("phq9", i1=1, purpose="curiosity")


def test_a_day_that_has_not_come_is_refused_by_the_calendar_of_the_clinic(chart: Chart) -> None:
    chart.at += timedelta(hours=12, minutes=30)  # half past ten in the evening there, already tomorrow in UTC
    with pytest.raises(BadInput, match="has not come yet"):
        chart.answer("phq9", i1=1, day=TODAY + timedelta(days=1))
    chart.answer("phq9", i1=1, day=TODAY)


# ---- alerts


def test_a_thought_of_death_on_half_a_form_is_owed_at_once_by_whoever_is_on_cover(chart: Chart) -> None:
    chart.answer("phq9", i9=1)
    (item,) = work.items(chart.scopes["nina"], OPEN, chart.at)
    assert (item.kind, item.level, item.owner_role) == ("suicide_alert", "high", "on cover")
    assert item.person_id == chart.person_id
    assert "suicide screen now" in item.words


def test_thoughts_of_suicide_are_grave_whatever_the_band(chart: Chart) -> None:
    chart.answer("cssrs_screener", i1=1, i2=0, i6=0)
    (item,) = work.items(chart.scopes["nina"], OPEN, chart.at)
    assert (item.kind, item.level) == ("suicide_alert", "high")


def test_other_alerts_are_owed_by_their_level(chart: Chart) -> None:
    chart.answer("gad7", **{f"i{n}": 3 for n in range(1, 8)})
    (item,) = work.items(chart.scopes["nina"], OPEN, chart.at)
    assert (item.kind, item.level, item.owner_role) == ("score_alert", "medium", "physician")


def test_a_calm_form_owes_nothing(chart: Chart) -> None:
    chart.answer("phq9", **WHOLE_PHQ9)
    assert chart.owed() == []


def test_each_form_with_such_an_answer_is_read_for_itself(chart: Chart) -> None:
    chart.answer("phq9", i9=1)
    chart.answer("phq9", i9=2)
    assert chart.owed() == ["suicide_alert", "suicide_alert"]


def test_every_shipped_alert_that_speaks_of_suicide_is_taken_for_one() -> None:
    for instrument in load_instruments().values():
        for each in instrument.alerts:
            speaks = any(word in each.say.casefold() for word in ("suicid", "self-harm", "death"))
            alert = Alert(each.on, AlertLevel(each.level), each.say)
            if speaks:
                assert rules.is_about_suicide(instrument.id, alert), f"{instrument.id}: {each.say}"


# ---- corrections


def test_a_correction_keeps_the_first_answer_and_says_why(chart: Chart) -> None:
    first = chart.answer("phq9", **WHOLE_PHQ9 | {"i1": 3})
    chart.answer("phq9", corrects=first, reason="misread the line", **WHOLE_PHQ9 | {"i1": 1})
    (form,) = chart.forms("phq9")
    assert [each.total for each in queries.history(form)] == [Decimal(3), Decimal(1)]
    assert (form.reason, form.corrected) == ("misread the line", True)
    assert "misread" not in Response.objects.get(pk=form.id).reason


def test_a_correction_without_a_reason_or_of_a_corrected_answer_is_refused(chart: Chart) -> None:
    first = chart.answer("phq9", i1=1)
    with pytest.raises(BadInput, match="why it is corrected"):
        chart.answer("phq9", corrects=first, i1=2)
    chart.answer("phq9", corrects=first, reason="misread", i1=2)
    with pytest.raises(rules.CorrectedAlready):
        chart.answer("phq9", corrects=first, reason="misread", i1=3)
    with pytest.raises(BadInput, match="same form"):
        chart.answer("gad7", corrects=chart.forms()[0].id, reason="misread", i1=3)


def test_a_corrected_suicide_answer_leaves_the_item_open_and_says_so(chart: Chart) -> None:
    first = chart.answer("phq9", i9=1)
    chart.answer("phq9", corrects=first, reason="tapped the wrong line", i9=0)
    (item,) = work.items(chart.scopes["nina"], OPEN, chart.at)
    said = [each.words for each in work.steps(chart.scopes["nina"], OPEN, item.id)]
    assert "no longer alerts" in said[-1]


def test_a_correction_that_begins_to_alert_opens_an_item_once(chart: Chart) -> None:
    first = chart.answer("phq9", i9=0)
    second = chart.answer("phq9", corrects=first, reason="said otherwise", i9=1)
    chart.answer("phq9", corrects=second, reason="again", i9=2)
    assert chart.owed() == ["suicide_alert"]


def test_after_the_item_is_done_a_correction_that_still_alerts_is_owed_again(chart: Chart) -> None:
    first = chart.answer("phq9", i9=1)
    (item,) = work.items(chart.scopes["nina"], OPEN, chart.at)
    chart.do(work_actions.finish, item_id=item.id, words="screened, safe")
    chart.answer("phq9", corrects=first, reason="it was worse", i9=3)
    assert chart.owed() == ["suicide_alert"]


# ---- since last time


ASQ_NO = {"i1": 0, "i2": 0, "i3": 0}


def test_a_screen_asked_before_leaves_the_lifetime_question_out(chart: Chart) -> None:
    chart.answer("asq", i4=1, i5=0, **ASQ_NO)
    again = chart.form(chart.answer("asq", **ASQ_NO))
    assert (again.repeat, again.band, again.complete, again.alerts) == (True, "negative", True, ())


def test_a_lifetime_question_answered_again_makes_it_a_first_asking(chart: Chart) -> None:
    chart.answer("asq", i4=0, **ASQ_NO)
    again = chart.form(chart.answer("asq", i4=1, i5=0, **ASQ_NO))
    assert (again.repeat, again.band) == (False, "non-acute positive")


def test_half_a_screen_does_not_make_the_next_one_a_repeat(chart: Chart) -> None:
    chart.answer("asq", i1=0)
    assert chart.form(chart.answer("asq", **ASQ_NO)).complete is False


# ---- who


def test_the_person_answers_for_themselves(chart: Chart) -> None:
    made = actions.answer(
        by=chart.themselves(), at=chart.at, key="own page", person_id=chart.person_id, instrument="phq9",
        answers={"i9": 1}, day=TODAY, source="person",
    )  # fmt: skip
    assert chart.form(made.id or 0).by_id is None
    assert chart.owed() == ["suicide_alert"]


def test_an_auditor_another_clinic_and_a_masked_role_keep_and_see_nothing(chart: Chart) -> None:
    form = chart.answer("phq9", i1=1)
    other = furnish()
    with pytest.raises(NotYours):
        chart.answer("phq9", "audrey", i1=1)
    with pytest.raises(NoSuchPerson):
        other.answer("phq9", i1=1, person_id=chart.person_id)
    with pytest.raises(rules.NoSuchRow):
        other.form(form)
    assert queries.responses(other.scopes["nina"], OPEN, chart.person_id) == ()
    masked = Mask(people=frozenset({chart.person_id}))
    assert queries.responses(chart.scopes["nina"], masked, chart.person_id) == ()
    with pytest.raises(rules.NoSuchRow):
        queries.response(chart.scopes["nina"], masked, form)


def test_a_reason_is_hidden_from_who_may_not_know_the_person(chart: Chart) -> None:
    first = chart.answer("phq9", i1=1)
    chart.answer("phq9", corrects=first, reason="Marta said so", i1=2)
    (form,) = queries.responses(chart.scopes["lena"], Mask(frozenset({"identity"})), chart.person_id)
    assert form.reason == queries.HIDDEN


def test_an_answer_is_never_changed(chart: Chart) -> None:
    chart.answer("phq9", i1=1)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Response.objects.update(band="")


def test_the_same_request_twice_is_one_answer(chart: Chart) -> None:
    told = {"person_id": chart.person_id, "instrument": "phq9", "answers": {"i9": 1}, "day": TODAY, "source": "staff"}
    first = chart.do(actions.answer, key="k", **told)
    assert chart.do(actions.answer, key="k", **told).id == first.id
    assert (len(chart.forms()), len(chart.owed())) == (1, 1)


# ---- gates


def unmet(chart: Chart) -> list[str]:
    open_ = queries.purposes_open(chart.scopes["nina"], OPEN, chart.person_id, chart.at)
    return [each.purpose for each in open_ if not each.met]


def test_the_baseline_asks_for_its_purposes_and_for_withdrawal_where_it_can_come(chart: Chart) -> None:
    assert unmet(chart) == ["suicide", "alcohol", "drugs", "mood", "anxiety"]
    chart.episode("alcohol", "opioids")
    assert unmet(chart)[5:] == ["alcohol_withdrawal", "opioid_withdrawal"]


def test_any_whole_form_that_fulfils_a_purpose_meets_it(chart: Chart) -> None:
    chart.answer("cssrs_screener", i1=0, i2=0, i6=0)
    chart.answer("phq9", i1=0)  # half a form meets nothing
    assert unmet(chart) == ["alcohol", "drugs", "mood", "anxiety"]


def test_a_corrected_form_that_is_no_longer_whole_meets_nothing(chart: Chart) -> None:
    first = chart.answer("phq9", **WHOLE_PHQ9)
    chart.answer("phq9", corrects=first, reason="one line was not asked", i1=0)
    assert "mood" in unmet(chart)


def test_the_purposes_are_those_of_the_requirements() -> None:
    shipped = rules.purposes()
    assert set(rules.BASELINE) | set(rules.WITHDRAWAL.values()) <= set(shipped)
    for names in shipped.values():
        assert any(load_instruments()[name].ships_wording for name in names) or names[0] in load_instruments()
