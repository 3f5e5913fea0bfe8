"""Screening in the browser: asked with three answers, shown as it stood, decided by a prescriber with a reason."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from fenestra.care.measures import actions as measures
from fenestra.care.people import screening as acts
from fenestra.care.people import screening_queries
from fenestra.care.people.values import ScreeningValue
from fenestra.care.work import queries as work
from fenestra.care.work.rules import ON_COVER, ItemKind, Level
from fenestra.ground.book.models import AuditLine
from fenestra.ground.book.scope import OPEN, Scope
from fenestra.ground.clinic.actions import add_staff, found_clinic
from tests.care.people.known import good_facts
from tests.care.visit.day import MORNING, Day, password
from tests.faces.web.conftest import SignedIn


def typed(**other: Any) -> dict[str, Any]:
    """The good facts as the form sends them."""
    sent: dict[str, Any] = {"key": "s1", "on_date": "2026-11-20"}
    for name, value in {**good_facts(), **other}.items():
        if value is True or value is False:
            sent[name] = "yes" if value else "no"
        elif value == []:
            sent[name] = ["none_of_these"]
        elif value is not None:
            sent[name] = value
    return sent


def latest(day: Day) -> ScreeningValue:
    found = screening_queries.latest_screening(day.scopes["dana"], OPEN, day.person_id)
    assert found
    return found


def screen(day: Day, **facts: Any) -> int:
    made = day.do(acts.keep_screening, "cora", person_id=day.person_id, facts=good_facts(**facts))
    return made.id or 0


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_form_asks_every_fact_and_shows_where_an_answer_comes_from(day: Day, signed_in: SignedIn) -> None:
    day.episode()
    page = text(signed_in("cora"), f"/people/{day.person_id}/screening/")
    assert page.count('value="yes"') == 23 and "Psychosis now or earlier" in page
    assert "the open episode" in page and "birth_date" not in page


def test_what_is_sent_is_kept_and_what_is_left_open_is_not_known(day: Day, signed_in: SignedIn) -> None:
    client = signed_in("cora")
    answer = client.post(f"/people/{day.person_id}/screening/", typed(pregnancy=None))
    kept = latest(day)
    assert answer.status_code == 302 and answer["Location"] == f"/screenings/{kept.id}/"
    assert kept.facts and kept.facts.pregnancy is None and kept.facts.medicine_classes == ()
    page = text(client, f"/screenings/{kept.id}/")
    assert "Not all that must be known is known" in page and "Not known: Pregnant" in page


def test_a_second_screening_starts_from_what_lasts_and_asks_the_rest_anew(day: Day, signed_in: SignedIn) -> None:
    screen(day, psychosis_history=True)
    page = text(signed_in("cora"), f"/people/{day.person_id}/screening/")
    assert re.search(r'name="psychosis_history" value="yes"[^>]*checked', page)
    assert not re.search(r'name="pregnancy" value="(yes|no)"[^>]*checked', page)
    assert "as screened on 20 Nov 2026: ask whether it is still so" in page


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [("weight_kg", "7250", "from 25 to 350"), ("weight_kg", "heavy", "Body weight measured now, kg: write a number in kg"),
     ("diastolic_mmhg", "200", "is not below the systolic"), ("on_date", "2026-11-21", "cannot lie in the future"),
     ("tests_done", ["ecg", "none_of_these"], "either what applies, or none of these")],
)  # fmt: skip
def test_what_cannot_be_is_said_at_its_field_and_what_was_typed_stays(
    day: Day, signed_in: SignedIn, field: str, value: Any, said: str
) -> None:
    client = signed_in("cora")
    answer = client.post(f"/people/{day.person_id}/screening/", typed(bdi_ii="17") | {field: value})
    page = answer.content.decode()
    assert answer.status_code == 422 and said in page and 'value="17"' in page
    assert f"Enter {field}" not in page
    assert screening_queries.latest_screening(day.scopes["dana"], OPEN, day.person_id) is None


def test_each_reason_says_what_was_found_which_rule_and_whether_anybody_read_it(day: Day, signed_in: SignedIn) -> None:
    made = screen(day, psychosis_history=True, breath_alcohol_percent="0.05")
    page = text(signed_in(), f"/screenings/{made}/")
    assert "A prescriber must decide: two points" in page
    assert "Psychosis now or earlier: yes" in page and "SCR-004" in page and "Spravato monograph summary" in page
    assert "read in its source" in page and "nobody has read a source" in page
    assert 'aria-current="true">Decide' in page


def test_a_decision_stands_with_the_verdict_and_the_way_goes_on(day: Day, signed_in: SignedIn) -> None:
    day.episode()
    made, client = screen(day, psychosis_history=True), signed_in("dana")
    page = text(client, f"/screenings/{made}/")
    assert 'href="#decision">Go to the decision' in page and "Decided:" not in page
    client.post(f"/screenings/{made}/", {"key": "d1", "decision": "fit", "reason": "one episode long ago"})
    page = text(client, f"/screenings/{made}/")
    assert "Decided: fit, with a reason." in page and "Go to the decision" not in page
    assert f'href="/people/{day.person_id}/#consents">Go on: consent, scales and plan' in page


def test_each_trial_says_how_many_rules_are_met_not_met_and_not_known(day: Day, signed_in: SignedIn) -> None:
    made = screen(day)
    page = text(signed_in(), f"/screenings/{made}/")
    counts = re.findall(r"(\d+) (met|not met|not known)</span>", page)
    kept = latest(day).trials or ()
    assert sum(int(count) for count, _ in counts) == sum(len(trial.entry) for trial in kept)
    assert "no prediction of benefit" in page


def test_a_prescriber_signs_with_a_reason_and_markup_in_it_stays_words(day: Day, signed_in: SignedIn) -> None:
    made = screen(day)
    client = signed_in("dana")
    assert client.post(f"/screenings/{made}/", {"key": "d0", "decision": "fit", "reason": " "}).status_code == 422
    reason = "<script>alert(1)</script> settled since June"
    assert client.post(f"/screenings/{made}/", {"key": "d1", "decision": "fit", "reason": reason}).status_code == 302
    page = text(client, f"/screenings/{made}/")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; settled" in page and "<script>alert" not in page


def test_the_decision_is_offered_to_prescribers_only(day: Day, signed_in: SignedIn) -> None:
    made = screen(day)
    assert "Sign: fit" in text(signed_in("dana"), f"/screenings/{made}/")
    nurse = signed_in("nina")
    assert "Sign: fit" not in text(nurse, f"/screenings/{made}/")
    assert nurse.post(f"/screenings/{made}/", {"key": "d1", "decision": "fit", "reason": "x"}).status_code == 403


def test_what_cannot_be_decided_away_is_not_offered(day: Day, signed_in: SignedIn) -> None:
    made = screen(day, arteriovenous_malformation=True)
    client = signed_in("dana")
    page = text(client, f"/screenings/{made}/")
    assert "Not now: one point against a dose" in page and "Sign: fit" not in page
    assert "Cannot be signed as fit" in page
    answer = client.post(f"/screenings/{made}/", {"key": "d1", "decision": "fit", "reason": "all the same"})
    assert answer.status_code == 422 and "cannot be decided away" in answer.content.decode()
    assert "all the same" in answer.content.decode()


def test_an_older_screening_reads_as_it_stood_and_takes_no_decision(day: Day, signed_in: SignedIn) -> None:
    older, newer = screen(day, psychosis_history=True), screen(day)
    client = signed_in("dana")
    page = text(client, f"/screenings/{older}/")
    assert "Psychosis now or earlier: yes" in page and f"/screenings/{newer}/" in page and "Sign: fit" not in page
    answer = client.post(f"/screenings/{older}/", {"key": "d1", "decision": "fit", "reason": "settled"})
    assert answer.status_code == 422 and "screened again since" in answer.content.decode()
    assert latest(day).decided is None


def test_a_reason_of_ten_megabytes_is_refused_kindly(day: Day, signed_in: SignedIn) -> None:
    made = screen(day)
    client = signed_in("dana")
    told = {"key": "d1", "decision": "fit", "reason": "x" * 10_000_000}
    answer = client.post(f"/screenings/{made}/", told)
    assert answer.status_code == 413 and "what you typed still stands there" in answer.content.decode()
    told["reason"] = "y" * 5_000
    answer = client.post(f"/screenings/{made}/", told)
    assert (
        answer.status_code == 422
        and "4,000 are kept" in answer.content.decode()
        and "y" * 5_000 in answer.content.decode()
    )


def test_who_may_not_know_who_it_is_sees_the_verdict_alone(day: Day, signed_in: SignedIn) -> None:
    made = screen(day, psychosis_history=True)
    page = text(signed_in("lena"), f"/screenings/{made}/")
    assert "Psychosis" not in page and "Hidden from your role" in page and "Marta" not in page


def test_reading_a_screening_is_written_in_the_audit(day: Day, signed_in: SignedIn) -> None:
    made = screen(day)
    text(signed_in(), f"/screenings/{made}/")
    line = AuditLine.objects.filter(kind="read").order_by("-pk")[0]
    assert (line.what, line.person_id, line.about) == ("screening", day.person_id, f"screening:{made}")


def test_another_clinics_screening_and_person_are_not_there(day: Day, signed_in: SignedIn) -> None:
    made = screen(day)
    other = found_clinic(
        slug="elsewhere", name="Elsewhere", time_zone="UTC", phone="", crisis_line="", made_up=True, at=MORNING
    )
    add_staff(
        username="stranger", name="S", password=password("stranger"), roles=("physician",),
        by=Scope(other, None), at=MORNING, key="stranger",
    )  # fmt: skip
    client = signed_in("stranger")
    for path in (f"/screenings/{made}/", f"/people/{day.person_id}/screening/"):
        assert "Marta" not in text(client, path, 404)
        assert client.post(path, typed()).status_code == 404


def test_a_positive_suicide_screen_is_owed_at_once_by_whoever_is_on_cover(day: Day, signed_in: SignedIn) -> None:
    signed_in("cora").post(f"/people/{day.person_id}/screening/", typed(suicide_screen_positive=True))
    first, second = work.items(day.scopes["dana"], OPEN, day.at)
    assert (first.kind, first.level, first.owner_role) == (ItemKind.SUICIDE_ALERT, Level.HIGH, ON_COVER)
    assert second.kind is ItemKind.SCREENING_TO_DECIDE


def test_a_positive_form_on_file_is_not_raised_a_second_time(day: Day, signed_in: SignedIn) -> None:
    told: dict[str, Any] = {
        "instrument": "asq",
        "answers": {"i1": 1, "i2": 0, "i3": 0, "i4": 0, "i5": 0},
        "day": date(2026, 11, 20),
    }
    day.do(measures.answer, "cora", person_id=day.person_id, source="staff", **told)
    signed_in("cora").post(f"/people/{day.person_id}/screening/", typed(suicide_screen_positive=True))
    kinds = [each.kind for each in work.items(day.scopes["dana"], OPEN, day.at)]
    assert kinds == [ItemKind.SUICIDE_ALERT, ItemKind.SCREENING_TO_DECIDE]
