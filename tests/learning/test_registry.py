"""Who may read the registry, what it says about those it does not count, and that it names nobody."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fenestra.care.measures import actions as measures
from fenestra.care.people import actions as people
from fenestra.care.people import consent
from fenestra.care.people.consent_texts import newest_text
from fenestra.care.people.rules import ConsentKind, Substance
from fenestra.care.visit.rules import VisitState
from fenestra.ground.book import clock
from fenestra.ground.book.scope import Mask
from fenestra.ground.clinic.queries import mask_of
from fenestra.ground.clinic.rules import NotYours
from fenestra.learning.registry import queries, rules
from fenestra.learning.registry.queries import Records
from fenestra.learning.registry.rules import LeftOut
from fenestra.science.errors import BadInput, Refused
from fenestra.science.outcomes.days import EndReason
from fenestra.science.outcomes.presets import load_presets, preset
from tests.care.visit import day as clinic
from tests.care.visit.day import Day

LAPSE = preset("first_lapse")
LEAD = Mask(frozenset({"identity", "counselling"}))


@pytest.fixture
def day(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Day:
    """A clinic thirty days after the first dose of its one person, who is treated for alcohol."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    made = clinic.furnish()
    monkeypatch.setattr(clock, "now", lambda: made.at)
    made.visit(VisitState.DISCHARGED)
    made.later(minutes=30 * 24 * 60)
    return made


def records(day: Day, *, who: str = "lena", mask: Mask = LEAD, substance: Substance = Substance.ALCOHOL) -> Records:
    return queries.records(day.scopes[who], mask, LAPSE, substance, at=day.at)


def told(day: Day, n: int, used: bool | None, *, source: str = "person", **more: Any) -> None:
    """Something said of the n-th day after the first dose."""
    line = {"day": clinic.MORNING.date() + timedelta(days=n), "substance": "alcohol", "used": used, **more}
    day.do(measures.record_use_days, person_id=day.person_id, days=(line,), source=source)


def sample(day: Day, n: int, kind: str, positive: bool) -> None:
    day.do(
        measures.record_test, person_id=day.person_id, kind=kind, substance="alcohol", positive=positive,
        day=clinic.MORNING.date() + timedelta(days=n),
    )  # fmt: skip


# ---- who may read, and nobody's name


@pytest.mark.parametrize("who", ["nina", "theo", "cora", "paula", "rafi", "otto"])
def test_whoever_treats_one_by_one_is_refused_with_the_roles_that_may(day: Day, who: str) -> None:
    with pytest.raises(NotYours, match="takes a statistician or lead or physician or medical director"):
        records(day, who=who)


@pytest.mark.parametrize("who", ["lena", "dana", "mira"])
def test_a_physician_reads_the_same_as_a_lead_and_nobody_is_named(day: Day, who: str) -> None:
    scope = day.scopes[who]
    found = queries.records(scope, mask_of(scope), LAPSE, Substance.ALCOHOL, at=day.at)
    assert [each.person for each in found.people] == ["1"]
    assert "Ellison" not in repr(found) and "A-" not in repr(found)


def test_another_clinics_people_are_not_there(day: Day) -> None:
    other = clinic.furnish(staff_at="lake")
    found = queries.records(other.scopes["lena"], LEAD, LAPSE, Substance.ALCOHOL, at=day.at)
    assert found.people == () and (found.masked, found.not_dosed) == (0, 0)


def test_masked_people_are_not_counted_and_it_is_said_how_many(day: Day) -> None:
    found = records(day, mask=Mask(LEAD.fields, frozenset({day.person_id})))
    assert found.people == () and found.masked == 1


def test_the_same_questions_to_the_database_for_any_number_of_people(day: Day) -> None:
    asked = []
    for left_ml in (19, 18):
        with CaptureQueriesContext(connection) as seen:
            records(day)
        asked.append(len(seen))
        day.do(clinic.stock.blind_count, lot_id=day.lot_id, containers=9, opened_ml=Decimal(left_ml))
        day.visit(VisitState.RECOVERING, episode_id=day.episode(day.person()))
    with CaptureQueriesContext(connection) as seen:
        assert len(records(day).people) == 3
    assert [*asked, len(seen)] == [asked[0]] * 3


# ---- day 0, and who has none


def test_day_0_is_the_clinic_day_of_the_first_dose_that_ended(day: Day) -> None:
    found = records(day)
    assert found.people[0].follow_up.start == date(2026, 11, 20) == found.first_from == found.first_to


def test_the_five_weeks_of_dakwar_2019_begin_the_day_before_the_dose() -> None:
    began = {each.id: rules.starts_on(each, date(2026, 11, 20)) for each in load_presets()}
    before = {name for name, on in began.items() if on == date(2026, 11, 19)}
    assert before == {"dakwar2019_last_two_weeks_of_five", "dakwar2019_relapse"}


def test_a_course_without_a_dose_is_said_and_not_counted(day: Day) -> None:
    day.episode(day.person())
    found = records(day)
    assert len(found.people) == 1 and found.not_dosed == 1


def test_a_course_for_another_substance_is_none_of_this(day: Day) -> None:
    assert records(day, substance=Substance.COCAINE).people == ()


def test_an_endpoint_of_one_substance_refuses_another(day: Day) -> None:
    with pytest.raises(BadInput, match=r"is an endpoint for opioids\. Choose opioids"):
        queries.clinic_outcome(day.scopes["lena"], LEAD, "krupitsky2007_one_year", Substance.ALCOHOL, at=day.at)


def test_an_endpoint_nobody_wrote_down_is_refused_with_those_there_are(day: Day) -> None:
    with pytest.raises(Refused, match="Choose one of dakwar2019_last_two_weeks_of_five"):
        queries.clinic_outcome(day.scopes["lena"], LEAD, "no_such", Substance.ALCOHOL, at=day.at)


# ---- from when a silence is missing


def test_a_day_is_due_when_it_was_asked_about_once_and_on_three_days_more() -> None:
    """Said of the 10th: asked on the 11th, again on the 12th, 13th and 14th; on the 15th it is a miss."""
    assert rules.asked_until(date(2026, 11, 15)) == date(2026, 11, 10)


# ---- what a record holds, and what is left out with a word


def test_the_persons_word_and_what_staff_were_told_make_one_day(day: Day) -> None:
    told(day, 3, False)
    told(day, 3, True, source="staff", amount=Decimal(5), unit="drinks")
    (only,) = records(day).people[0].use_days
    assert (only.used, only.drinks, only.heavy) == (True, Decimal(5), True)


def test_what_others_told_is_left_out_and_said(day: Day) -> None:
    told(day, 3, True, source="collateral")
    found = records(day)
    assert found.people[0].use_days == () and found.left_out == ((LeftOut.TOLD_BY_OTHERS, 1),)


def test_hair_and_blood_put_no_use_on_a_day(day: Day) -> None:
    sample(day, 4, "hair", True)
    sample(day, 5, "blood", True)
    sample(day, 6, "urine", True)
    found = records(day)
    assert [each.day.day for each in found.people[0].tests] == [26]
    assert found.left_out == ((LeftOut.SAMPLES_OF_WEEKS, 2),)


def test_a_day_of_use_without_an_amount_is_neither_heavy_nor_not(day: Day) -> None:
    told(day, 3, True)
    told(day, 4, True, amount=Decimal(56), unit="g")
    told(day, 5, False)
    assert [each.heavy for each in records(day).people[0].use_days] == [None, True, False]


def test_last_seen_is_the_last_day_answered_for_not_the_last_day_asked(day: Day) -> None:
    told(day, 3, False)
    told(day, 9, None)
    assert records(day).people[0].follow_up.last_seen == date(2026, 11, 23)


# ---- how a follow-up ends


def close(day: Day, because: str) -> None:
    (course,) = queries.people.episodes(day.scopes["nina"], clinic.OPEN, day.person_id)
    day.do(people.close_episode, "dana", episode_id=course.id, because=because)


@pytest.mark.parametrize("because", ["completed", "lost_to_follow_up", "other"])
def test_a_course_that_is_over_does_not_end_the_year_after_it(day: Day, because: str) -> None:
    close(day, because)
    assert records(day).people[0].follow_up.end_reason is None


@pytest.mark.parametrize("because", list(EndReason))
def test_a_reason_of_its_own_ends_the_follow_up_on_its_day(day: Day, because: EndReason) -> None:
    close(day, because.value)
    follow_up = records(day).people[0].follow_up
    assert (follow_up.end_reason, follow_up.ended_on) == (because, date(2026, 12, 20))


def test_whoever_left_and_came_back_is_followed(day: Day) -> None:
    close(day, "transfer")
    day.later(minutes=60)
    day.episode()
    assert records(day).people[0].follow_up.end_reason is None


def test_days_told_after_the_end_are_left_out_and_said(day: Day) -> None:
    close(day, "transfer")
    day.later(minutes=5 * 24 * 60)
    told(day, 33, True)
    found = records(day)
    assert found.people[0].use_days == () and found.left_out == ((LeftOut.AFTER_THE_END, 1),)


def sign(day: Day, kind: ConsentKind) -> int:
    text = newest_text(kind)
    made = day.do(
        consent.sign_consent, "cora", person_id=day.person_id, kind=kind.value, text_version=text.version,
        text_hash=text.text_hash, signed_name="by hand",
    )  # fmt: skip
    return made.id or 0


def test_withdrawn_consent_to_treatment_ends_it_until_it_is_signed_again(day: Day) -> None:
    signed = sign(day, ConsentKind.TREATMENT)
    day.later(minutes=60)
    day.do(consent.withdraw_consent, "cora", consent_id=signed)
    assert records(day).people[0].follow_up.end_reason is EndReason.CONSENT_WITHDRAWN
    day.later(minutes=60)
    sign(day, ConsentKind.TREATMENT)
    assert records(day).people[0].follow_up.end_reason is None


def test_withdrawn_consent_to_check_ins_leaves_the_person_in_treatment_and_followed(day: Day) -> None:
    signed = sign(day, ConsentKind.CHECK_INS)
    day.later(minutes=60)
    day.do(consent.withdraw_consent, "cora", consent_id=signed)
    assert records(day).people[0].follow_up.end_reason is None
