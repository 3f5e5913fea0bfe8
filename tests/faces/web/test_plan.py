"""A plan in the browser: a protocol, a way on the calendar, a confirmation; then the course, its reviews and its week."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

import pytest
from django.test import Client

from fenestra.care.people import queries as people
from fenestra.care.plan import actions, queries
from fenestra.care.visit import queries as visits
from fenestra.faces.web.staff.plan import words as plan_words
from fenestra.ground.book.models import AuditLine
from fenestra.ground.book.scope import OPEN
from tests.care.plan.clinic import Clinic, at, open_clinic
from tests.care.visit.day import Day
from tests.faces.web.conftest import SignedIn


@pytest.fixture
def clinic(day: Day) -> Clinic:
    return open_clinic(day=day)


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def way_of(clinic: Clinic, protocol: str = "grabski_2022", way: int = 0, from_day: str = "2026-11-23") -> str:
    (version,) = [v for v in queries.protocols(clinic.scope, OPEN) if v.protocol.id == protocol]
    key = plan_words.key_of(version)
    return f"/people/{clinic.person_id}/plan/?protocol={key}&from_day={from_day}&way={way}"


def fields(page: str) -> dict[str, str]:
    """Hidden fields of the form that confirms."""
    form = page[page.index('method="post"', page.index("step-3")) :]
    return dict(re.findall(r'type="hidden" name="(key|mark)" value="([^"]+)"', form))


def confirm(client: Client, path: str, **typed: Any) -> tuple[int, str]:
    answer = client.post(path, fields(text(client, path)) | typed)
    return answer.status_code, answer.content.decode()


def test_the_chooser_says_trials_doubt_and_setting_and_offers_no_historical_protocol(
    clinic: Clinic, signed_in: SignedIn
) -> None:
    page = text(signed_in("dana"), f"/people/{clinic.person_id}/plan/")
    assert "2022: 96 people, randomised" in page
    assert "The trial began with five inpatient days" in page
    assert "To read, not to choose." in page
    assert "?protocol=krupitsky_1997" not in page
    assert AuditLine.objects.filter(kind="read", what="plan page", person_id=clinic.person_id).exists()


def test_a_physician_takes_a_way_and_the_first_visit_is_booked_with_the_plan(
    clinic: Clinic, signed_in: SignedIn
) -> None:
    client = signed_in("dana")
    status, _ = confirm(client, way_of(clinic))
    assert status == 302
    assert [each.number for each in clinic.see().doses] == [1, 2, 3]
    (visit,) = visits.visits_of(clinic.scope, OPEN, clinic.person_id)
    assert visit.dose_number == 1
    page = text(client, f"/people/{clinic.person_id}/plan/")
    assert "Course review before dose 2" in page


def test_a_refusal_keeps_what_was_typed(clinic: Clinic, signed_in: SignedIn) -> None:
    status, page = confirm(signed_in("dana"), way_of(clinic, "dakwar_2019"), reason="")
    assert status == 422
    assert "is for cocaine; this episode is for alcohol" in page


def test_a_way_that_is_out_of_date_is_shown_anew(clinic: Clinic, signed_in: SignedIn) -> None:
    client = signed_in("dana")
    status, page = confirm(client, way_of(clinic), mark="0" * 16)
    assert status == 422
    assert "Time was given away since this page was drawn" in page


def test_an_hour_outside_its_window_asks_for_its_reason_on_the_page(clinic: Clinic, signed_in: SignedIn) -> None:
    for each in queries.hours(clinic.scope, OPEN):
        clinic.as_("cora", actions.end_hours, hours_id=each.id)
    for each in queries.dosing_hours(clinic.scope, OPEN):
        if each.weekday != 1:
            clinic.as_("cora", actions.end_dosing_hours, hours_id=each.id)
    clinic.as_("cora", actions.set_hours, staff_id=clinic.theo, weekday=6, from_time=time(9), until_time=time(12))
    client, path = signed_in("dana"), way_of(clinic)
    assert "outside_1" in text(client, path)
    status, page = confirm(client, path)
    assert status == 422
    assert "Write why the hour of dose 1 is right outside its window" in page
    typed = {f"outside_{number}": "works until Saturday" for number in (1, 2, 3)}
    assert confirm(client, path, **typed)[0] == 302


def test_who_may_not_plan_reads_the_protocols_and_is_told_who_may(clinic: Clinic, signed_in: SignedIn) -> None:
    page = text(signed_in("theo"), f"/people/{clinic.person_id}/plan/")
    assert "A physician or the medical director makes the plan" in page
    hidden = text(signed_in("rafi"), f"/people/{clinic.person_id}/plan/")
    assert "hidden from your role" in hidden
    assert "Grabski" not in hidden
    clinic.plan()
    assert "three weekly infusions" not in text(signed_in("rafi"), f"/people/{clinic.person_id}/plan/")


def test_a_course_review_stops_the_course_or_lets_it_go_on_with_its_reason(clinic: Clinic, signed_in: SignedIn) -> None:
    clinic.plan()
    client, path = signed_in("dana"), f"/people/{clinic.person_id}/plan/reviews/2/"
    refused = client.post(path, {"key": "r1", "go_on": "yes", "reason": ""})
    assert refused.status_code == 422
    assert "Write why, in a sentence" in refused.content.decode()
    assert client.post(path, {"key": "r2", "go_on": "yes", "reason": "craving is high"}).status_code == 302
    assert client.post(f"/people/{clinic.person_id}/plan/visits/2/", {"key": "v2"}).status_code == 302
    assert {day.dose_number for day in visits.visits_of(clinic.scope, OPEN, clinic.person_id)} == {2}


def test_a_plan_whose_consent_was_withdrawn_says_so_first(clinic: Clinic, signed_in: SignedIn) -> None:
    clinic.plan()
    client, path = signed_in("dana"), f"/people/{clinic.person_id}/plan/"
    assert "No consent to treatment holds now" not in text(client, path)
    for signed in people.consents(clinic.scope, OPEN, clinic.person_id):
        client.post(
            f"/people/{clinic.person_id}/consents/{signed.id}/withdraw/", {"key": f"w{signed.id}", "reason": ""}
        )
    assert "No consent to treatment holds now" in text(client, path)


def test_a_dose_that_lost_its_date_gets_another_once_the_course_goes_on(clinic: Clinic, signed_in: SignedIn) -> None:
    clinic.plan()
    client, path = signed_in("dana"), f"/people/{clinic.person_id}/plan/"
    for go_on in ("no", "yes"):
        client.post(f"{path}reviews/2/", {"key": f"r {go_on}", "go_on": go_on, "reason": "the person asks for it"})
    assert "A date for dose 2" in text(client, path)
    past = client.post(f"{path}dates/2/", {"key": "d1", "day": "2026-11-02", "hour": "09:00"})
    assert past.status_code == 422 and "That day is over" in past.content.decode()
    assert client.post(f"{path}dates/2/", {"key": "d2", "day": "2026-12-03", "hour": "09:00"}).status_code == 302
    assert clinic.see().doses[1].starts_at == at(3, 9, month=12)


def test_an_intention_is_kept_for_the_next_dose(clinic: Clinic, signed_in: SignedIn) -> None:
    clinic.plan()
    client = signed_in("theo")
    answer = client.post(f"/people/{clinic.person_id}/plan/intentions/", {"key": "i1", "words": "<b>my father</b>"})
    assert answer.status_code == 302
    assert "&lt;b&gt;my father&lt;/b&gt;" in text(client, f"/people/{clinic.person_id}/plan/")


def test_the_week_shows_doses_by_chair_and_hours_by_therapist(clinic: Clinic, signed_in: SignedIn) -> None:
    clinic.plan(hours=(clinic.hour(at(26, 10)),))
    page = text(signed_in("cora"), "/calendar/?week=2026-11-26")
    assert "1 dose and 1 therapy hour this week." in page
    assert "Chair B" in page and "Theo" in page
    assert text(signed_in("cora"), "/calendar/?week=no-date")


def test_the_week_stands_also_day_by_day_in_order_of_time(clinic: Clinic, signed_in: SignedIn) -> None:
    clinic.plan(hours=(clinic.hour(at(26, 10)),))
    page = text(signed_in("cora"), "/calendar/?week=2026-11-26")
    days = page[page.index("fe-by-day") : page.index("fe-calendar")]
    assert days.count('aria-labelledby="day-') == 7 and "Nobody is booked." in days
    assert days.index("Chair B") < days.index("10:00 ") < days.index("· Theo")


def test_an_appointment_is_moved_and_cancelled_from_its_page(clinic: Clinic, signed_in: SignedIn) -> None:
    clinic.plan(hours=(clinic.hour(at(26, 10)),))
    (hour,) = clinic.calendar(staff_id=clinic.theo)
    client, path = signed_in("cora"), f"/calendar/{hour.id}/"
    moved = {"verb": "move", "key": "m1", "day": "2026-11-30", "hour": "10:00", "reason": "", "outside_because": ""}
    refused = client.post(path, moved)
    assert refused.status_code == 422
    assert "lies outside the window" in refused.content.decode()
    assert client.post(path, {**moved, "key": "m2", "outside_because": "away"}).status_code == 302
    assert client.post(path, {"verb": "cancel", "key": "c1", "reason": "ill"}).status_code == 302
    assert queries.appointment(clinic.scope, OPEN, hour.id).state.value == "cancelled"


def test_hours_and_chairs_are_set_and_ended(clinic: Clinic, signed_in: SignedIn) -> None:
    client, path = signed_in("cora"), "/calendar/hours/"
    assert client.post(path, {"verb": "chair", "key": "a", "name": "D"}).status_code == 302
    told = {
        "verb": "hours",
        "key": "b",
        "staff_id": clinic.theo,
        "weekday": "0",
        "from_time": "09:00",
        "until_time": "08:00",
    }
    refused = client.post(path, told)
    assert refused.status_code == 422
    assert "end before they begin" in refused.content.decode()
    assert client.post(path, {**told, "key": "c", "until_time": "12:00"}).status_code == 302
    row = queries.hours(clinic.scope, OPEN)[0]
    assert client.post(path, {"verb": "end-hours", "row": row.id, "key": "d"}).status_code == 302
    assert row.id not in {each.id for each in queries.hours(clinic.scope, OPEN)}
    assert "Therapists&#x27; hours" in text(client, path) or "Therapists' hours" in text(client, path)


def test_an_episode_without_a_plan_has_the_course_review_on_its_page_and_keeps_what_was_typed(
    clinic: Clinic, signed_in: SignedIn
) -> None:
    client, here = signed_in("dana"), f"/people/{clinic.person_id}/plan/"
    clinic.day.book(clinic.episode_id, dose_number=2)
    page = text(client, here)
    assert "Course review before dose 2" in page and "No plan runs for this episode" in page
    refused = client.post(f"{here}reviews/2/", {"key": "r1", "go_on": "yes", "reason": ""})
    assert refused.status_code == 422 and "Write why, in a sentence" in refused.content.decode()
    kept = client.post(f"{here}reviews/2/", {"key": "r2", "go_on": "yes", "reason": "craving is still high"})
    assert kept.status_code == 302
    page = text(client, here)
    assert "Before dose 2: goes on" in page and "Course review before dose 2" not in page
