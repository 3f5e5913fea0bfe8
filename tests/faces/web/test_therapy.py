"""Therapy pages: the window list, an hour written down once, notes kept from those who do not counsel, booking."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fenestra.care.people.actions import close_episode
from fenestra.care.plan import actions as plan
from fenestra.care.plan.queries import appointments
from fenestra.care.therapy import actions, clock, queries
from fenestra.care.therapy.models import CounsellingNote, TherapyHour, Trigger
from fenestra.care.visit.rules import VisitState as S
from fenestra.care.work import actions as work_actions
from fenestra.care.work import queries as work
from fenestra.ground.book.models import AuditLine
from fenestra.ground.book.scope import OPEN
from tests.care.visit.day import Day, furnish
from tests.faces.web.conftest import SignedIn

NOTE = "She spoke of her brother's funeral."
NEW_YORK = ZoneInfo("America/New_York")
MARKUP = "<script>alert(1)</script>"


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def two_days_after_a_dose(day: Day) -> int:
    """A window of Grabski's rule stands open: 46 hours after the dose."""
    visit = day.visit(S.DISCHARGED)
    day.later(minutes=60 * 46)
    return visit


def booked(day: Day, *, hours_ahead: float = 3, person_id: int = 0) -> int:
    told: dict[str, Any] = {
        "person_id": person_id or day.person_id, "kind": "therapy", "starts_at": day.at + timedelta(hours=hours_ahead),
        "minutes": 50, "staff_id": day.scopes["theo"].staff_id,
    }  # fmt: skip
    return day.do(plan.book_appointment, "cora", **told).id or 0


def typed(day: Day, *people: int, **other: str) -> dict[str, str]:
    """The form of an hour that began two hours ago, as the clinic's clock has it."""
    here = (day.at - timedelta(hours=2)).astimezone(NEW_YORK)
    told = {
        "key": "hour-1", "staff_id": str(day.scopes["theo"].staff_id), "day": f"{here:%Y-%m-%d}",
        "hour": f"{here:%H:%M}", "minutes": "50", "modality": "relapse prevention",
    }  # fmt: skip
    for each in people or (day.person_id,):
        told |= {f"p{each}-came": "yes", f"p{each}-note": "", f"p{each}-cue": "", f"p{each}-plan": ""}
    return told | other


# ---- the list


def test_an_empty_list_says_when_a_window_opens(signed_in: SignedIn) -> None:
    page = text(signed_in("theo"), "/therapy/")
    assert "No window stands open. One opens after a dose has ended." in page
    assert "Nothing is booked with you today." in page and "nothing to count yet" in page


def test_an_open_window_without_an_hour_asks_for_one_and_says_that_it_is_a_hypothesis(
    day: Day, signed_in: SignedIn
) -> None:
    two_days_after_a_dose(day)
    page = text(signed_in("theo"), "/therapy/")
    assert "1 window open; 1 without an hour." in page and "closes in" in page
    assert f'href="/people/{day.person_id}/therapy/book/"' in page
    assert "The window is a hypothesis" in page


def test_a_booked_hour_takes_the_verb_away(day: Day, signed_in: SignedIn) -> None:
    two_days_after_a_dose(day)
    booked(day)
    page = text(signed_in("theo"), "/therapy/")
    assert "hour booked" in page and "therapy/book/" not in page and "each has an hour" in page


def test_an_hour_that_has_begun_is_to_be_written_down(day: Day, signed_in: SignedIn) -> None:
    two_days_after_a_dose(day)
    appointment = booked(day, hours_ahead=1)
    day.later(minutes=120)
    page = text(signed_in("theo"), "/therapy/")
    assert f"/therapy/hours/new/?appointment={appointment}" in page


def test_an_hour_that_began_in_a_window_is_not_called_missing(day: Day, signed_in: SignedIn) -> None:
    two_days_after_a_dose(day)
    booked(day)
    day.later(minutes=60 * 4)
    for path in ("/therapy/", "/"):
        page = text(signed_in("theo"), path)
        assert "not written down" in page and "no hour booked in it" not in page


def test_hours_nobody_wrote_down_are_listed_for_all_therapists(day: Day, signed_in: SignedIn) -> None:
    booked(day, hours_ahead=1)
    day.later(minutes=60 * 26)
    page = text(signed_in("mira"), "/therapy/")
    assert "with Theo" in page and "Every booked hour is written down." not in page


def test_what_closes_first_is_on_top(day: Day, signed_in: SignedIn) -> None:
    day.visit(S.DISCHARGED)
    day.later(minutes=30)
    day.visit(S.DISCHARGED, episode_id=day.episode(day.person(name="Daniel Osei")))
    rows = signed_in("theo").get("/therapy/").context["rows"]
    assert [row.name for row, _ in rows] == ["Marta Ellison", "Daniel Osei"]


def test_somebody_whose_course_is_closed_is_owed_nothing(day: Day, signed_in: SignedIn) -> None:
    episode = day.episode()
    day.visit(S.DISCHARGED, episode_id=episode)
    day.later(minutes=60 * 46)
    day.do(close_episode, "dana", episode_id=episode, because="death")
    assert signed_in("theo").get("/therapy/").context["rows"] == []


def test_the_list_is_written_in_the_audit_and_shows_codes_to_who_may_not_know_names(
    day: Day, signed_in: SignedIn
) -> None:
    two_days_after_a_dose(day)
    page = text(signed_in("lena"), "/therapy/")
    assert "Marta" not in page
    assert AuditLine.objects.filter(kind="read", what="windows and therapy hours").count() == 1


def test_another_clinics_windows_stay_there(day: Day, signed_in: SignedIn) -> None:
    two_days_after_a_dose(furnish())
    assert signed_in("theo").get("/therapy/").context["rows"] == []


# ---- an hour


def test_an_hour_with_a_note_and_a_trigger_is_written_once_however_often_it_is_sent(
    day: Day, signed_in: SignedIn
) -> None:
    two_days_after_a_dose(day)
    client, p = signed_in("theo"), f"p{day.person_id}"
    told = typed(day, **{f"{p}-note": NOTE, f"{p}-cue": "Friday after work", f"{p}-plan": "call Anna"})
    for _ in range(2):
        answer = client.post(f"/therapy/hours/new/?person={day.person_id}", told)
        assert (answer.status_code, answer.headers.get("Location")) == (302, "/therapy/"), answer.content.decode()
    assert (TherapyHour.objects.count(), CounsellingNote.objects.count(), Trigger.objects.count()) == (1, 1, 1)
    page = text(client, f"/people/{day.person_id}/")
    assert NOTE.replace("'", "&#x27;") in page and "Friday after work" in page and "in the window of dose 1" in page


def test_who_does_not_counsel_is_told_that_it_is_kept_from_them_and_nothing_more(day: Day, signed_in: SignedIn) -> None:
    two_days_after_a_dose(day)
    p = f"p{day.person_id}"
    told = typed(day, **{f"{p}-note": NOTE, f"{p}-cue": "Friday after work", f"{p}-plan": "call Anna"})
    signed_in("theo").post(f"/therapy/hours/new/?person={day.person_id}", told)
    hour = TherapyHour.objects.get().pk
    for path in (f"/people/{day.person_id}/", f"/therapy/hours/{hour}/", "/therapy/", "/"):
        page = text(signed_in("cora"), path)
        assert "brother" not in page and "Friday after work" not in page and "call Anna" not in page
    assert text(signed_in("cora"), f"/people/{day.person_id}/").count("Kept from your role.") == 2
    assert "relapse prevention" in text(signed_in("cora"), f"/people/{day.person_id}/")


def test_a_group_hour_holds_each_who_was_expected(day: Day, signed_in: SignedIn) -> None:
    other = day.person(name="Owen Stone")
    day.episode(other)
    told = typed(day, day.person_id, other, **{f"p{other}-came": "no"})
    answer = signed_in("theo").post(f"/therapy/hours/new/?person={day.person_id}&person={other}", told)
    assert answer.status_code == 302
    (first,), (second,) = (queries.hours_of(day.scopes["theo"], OPEN, each) for each in (day.person_id, other))
    assert (first.came, second.came, first.in_group) == (True, False, True)


def test_without_anybody_named_the_page_asks_who_was_expected(day: Day, signed_in: SignedIn) -> None:
    day.episode()
    page = text(signed_in("theo"), "/therapy/hours/new/")
    assert "Who was expected?" in page and f'name="person" value="{day.person_id}"' in page


def test_a_refused_hour_keeps_what_was_typed(day: Day, signed_in: SignedIn) -> None:
    p = f"p{day.person_id}"
    told = typed(day, hour="23:59", **{f"{p}-note": MARKUP, f"{p}-cue": "Friday"})
    answer = signed_in("theo").post(f"/therapy/hours/new/?person={day.person_id}", told)
    page = answer.content.decode()
    assert answer.status_code == 422 and TherapyHour.objects.count() == 0
    assert "Write what to do when it comes" in page and 'value="Friday"' in page
    assert MARKUP not in page and "&lt;script&gt;" in page
    answer = signed_in("theo").post(f"/therapy/hours/new/?person={day.person_id}", told | {f"{p}-plan": "walk"})
    assert "The hour lies in the future" in answer.content.decode() and answer.status_code == 422


def test_an_hour_takes_its_appointment_along(day: Day, signed_in: SignedIn) -> None:
    appointment = booked(day, hours_ahead=1)
    day.later(minutes=120)
    client = signed_in("theo")
    form = client.get(f"/therapy/hours/new/?appointment={appointment}").context["form"]
    assert (form.initial["minutes"], form.initial["staff_id"]) == (50, str(day.scopes["theo"].staff_id))
    assert client.post(f"/therapy/hours/new/?appointment={appointment}", typed(day)).status_code == 302
    (one,) = [each for each in plan_of_day(day) if each.id == appointment]
    assert one.state == "kept"
    assert f"appointment={appointment}" not in text(client, "/therapy/")


def plan_of_day(day: Day) -> list[Any]:
    return appointments(day.scopes["theo"], OPEN, day.at - timedelta(days=1), day.at + timedelta(days=1))


@pytest.mark.parametrize("who", ["cora", "paula", "otto"])
def test_who_does_not_counsel_writes_no_hour(day: Day, signed_in: SignedIn, who: str) -> None:
    client, path = signed_in(who), f"/therapy/hours/new/?person={day.person_id}"
    assert client.get(path).status_code == 403
    answer = client.post(path, typed(day))
    assert answer.status_code == 403 and "takes a therapist" in answer.content.decode()
    assert TherapyHour.objects.count() == 0


def test_another_clinics_person_is_not_there(day: Day, signed_in: SignedIn) -> None:
    other = furnish()
    client = signed_in("theo")
    assert client.get(f"/therapy/hours/new/?person={other.person_id}").status_code == 404
    assert client.get(f"/people/{other.person_id}/therapy/book/").status_code == 404
    assert client.post(f"/people/{other.person_id}/triggers/new/", {"key": "k", "cue": "a", "plan": "b"}).status_code == 404  # fmt: skip


def an_hour(day: Day) -> int:
    told: dict[str, Any] = {
        "therapist_id": day.scopes["theo"].staff_id, "began_at": day.at - timedelta(hours=2), "minutes": 50,
        "modality": "other", "people": ({"person_id": day.person_id, "came": True},),
        "notes": {day.person_id: NOTE},
    }  # fmt: skip
    return day.do(actions.record_hour, "theo", **told).id or 0


def test_a_corrected_hour_shows_its_first_writing_and_keeps_its_note(day: Day, signed_in: SignedIn) -> None:
    first, client = an_hour(day), signed_in("theo")
    told = {key: typed(day)[key] for key in ("day", "hour")}
    sent = {"key": "c", "verb": "correct", "minutes": "90", "modality": "integration", **told}
    answer = client.post(f"/therapy/hours/{first}/", sent)
    newer = TherapyHour.objects.exclude(corrects=None).get().pk
    assert answer.headers["Location"] == f"/therapy/hours/{newer}/"
    page = text(client, f"/therapy/hours/{newer}/")
    assert "90 min" in page and "Written first" in page and "50 min, other" in page and "funeral" in page
    older = text(client, f"/therapy/hours/{first}/")
    assert "This writing was corrected." in older and "Correct this hour" not in older


def test_a_note_is_added_to_an_hour(day: Day, signed_in: SignedIn) -> None:
    hour, client = an_hour(day), signed_in("theo")
    sent = {"key": "n", "verb": f"note-{day.person_id}", "words": "slept badly"}
    assert client.post(f"/therapy/hours/{hour}/", sent).status_code == 302
    assert "slept badly" in text(client, f"/therapy/hours/{hour}/")
    assert client.post(f"/therapy/hours/{hour}/", sent | {"key": "m", "words": " "}).status_code == 422


# ---- booking


def test_an_hour_is_booked_seeing_the_window(day: Day, signed_in: SignedIn) -> None:
    two_days_after_a_dose(day)
    client, path = signed_in("theo"), f"/people/{day.person_id}/therapy/book/"
    assert "The window is a hypothesis" in text(client, path) and "closes in" in text(client, path)
    there = (day.at + timedelta(hours=3)).astimezone(NEW_YORK)
    told = {
        "key": "b", "staff_id": str(day.scopes["theo"].staff_id), "day": f"{there:%Y-%m-%d}", "hour": f"{there:%H:%M}",
        "minutes": "50", "outside_because": "",
    }  # fmt: skip
    assert client.post(path, told).status_code == 302
    (row,) = [row for row, _ in client.get("/therapy/").context["rows"]]
    assert row.hour.look == "booked"
    assert client.post(path, told | {"key": "b2", "minutes": "x"}).status_code == 422


# ---- triggers


def test_a_trigger_is_named_changed_and_ended(day: Day, signed_in: SignedIn) -> None:
    client = signed_in("theo")
    told = {"key": "t", "cue": "Friday after work", "plan": "call Anna"}
    assert client.post(f"/people/{day.person_id}/triggers/new/", told).status_code == 302
    (one,) = queries.triggers(day.scopes["theo"], OPEN, day.person_id)
    path = f"/people/{day.person_id}/triggers/{one.id}/"
    assert "call Anna" in text(client, path)
    assert client.post(path, told | {"key": "u", "plan": "call Anna, walk home"}).status_code == 302
    assert client.post(path, told | {"key": "v", "plan": "other"}).status_code in (404, 422)
    (one,) = queries.triggers(day.scopes["theo"], OPEN, day.person_id)
    assert client.post(f"/people/{day.person_id}/triggers/{one.id}/", {"key": "w", "over": "1"}).status_code == 302
    assert queries.triggers(day.scopes["theo"], OPEN, day.person_id) == []
    assert client.post(f"/people/{day.person_id}/triggers/new/", told | {"key": "x", "plan": ""}).status_code == 422


def test_a_trigger_under_another_persons_address_is_not_there(day: Day, signed_in: SignedIn) -> None:
    made = day.do(actions.add_trigger, "theo", person_id=day.person_id, cue="a", plan="b").id
    other = day.person(name="Owen Stone")
    client = signed_in("theo")
    assert client.get(f"/people/{other}/triggers/{made}/").status_code == 404
    client.post(f"/people/{other}/triggers/{made}/", {"key": "k", "over": "1"})
    assert len(queries.triggers(day.scopes["theo"], OPEN, day.person_id)) == 1


# ---- the work list


def look(day: Day) -> None:
    clock.look_over(day.clinic_id, day.scopes["theo"].time_zone, day.at)


def owed(day: Day) -> list[work.ItemValue]:
    return list(work.items(day.scopes["theo"], OPEN, day.at))


def test_an_open_window_without_an_hour_is_owed_once_and_settled_by_a_booking(day: Day, signed_in: SignedIn) -> None:
    two_days_after_a_dose(day)
    look(day)
    look(day)
    (item,) = owed(day)
    assert (item.kind, item.level, item.owner_role) == ("window_without_hour", "low", "therapist")
    assert "A window without a therapy hour" in text(signed_in("theo"), "/")
    appointment = booked(day)
    look(day)
    assert owed(day) == []
    day.do(plan.cancel_appointment, "cora", appointment_id=appointment, reason="snow")
    look(day)
    assert len(owed(day)) == 1


def test_what_a_human_called_done_is_not_raised_again(day: Day) -> None:
    two_days_after_a_dose(day)
    look(day)
    day.do(work_actions.finish, "theo", item_id=owed(day)[0].id, words="she wants none this week")
    look(day)
    assert owed(day) == []


def test_a_window_that_closed_is_owed_no_more(day: Day) -> None:
    two_days_after_a_dose(day)
    look(day)
    day.later(minutes=60 * 30)
    look(day)
    assert owed(day) == []
    (item,) = work.done_lately(day.scopes["theo"], OPEN, since=day.at - timedelta(days=9))
    assert "is over" in work.steps(day.scopes["theo"], OPEN, item.id)[-1].words


def test_no_window_is_owed_before_it_opens(day: Day) -> None:
    day.visit(S.DISCHARGED)
    look(day)
    assert owed(day) == []


def test_writing_the_hour_settles_it_at_once(day: Day, signed_in: SignedIn) -> None:
    two_days_after_a_dose(day)
    look(day)
    signed_in("theo").post(f"/therapy/hours/new/?person={day.person_id}", typed(day))
    assert owed(day) == []


# ---- Today


def test_today_says_whether_an_hour_is_booked_and_who_comes(day: Day, signed_in: SignedIn) -> None:
    two_days_after_a_dose(day)
    assert "no hour booked in it" in text(signed_in("nina"), "/")
    booked(day, hours_ahead=1)
    page = text(signed_in("nina"), "/")
    assert "hour booked" in page and "Therapy hour with Theo" in page


def test_many_windows_and_hours_cost_today_no_more_questions(day: Day, signed_in: SignedIn) -> None:
    def somebody(name: str, hours_ahead: float) -> None:
        person = day.person(name=name)
        day.visit(S.DISCHARGED, episode_id=day.episode(person))
        booked(day, person_id=person, hours_ahead=hours_ahead)
        an = {"person_id": person, "came": True}
        day.do(
            actions.record_hour, "theo", therapist_id=day.scopes["theo"].staff_id, minutes=50, modality="other",
            began_at=day.at - timedelta(minutes=5), people=(an,),
        )  # fmt: skip

    client = signed_in("nina")
    somebody("Daniel Osei", 1)
    with CaptureQueriesContext(connection) as few:
        client.get("/")
    for number in range(3):
        somebody(f"Person {number}", 3 + number)
    with CaptureQueriesContext(connection) as many:
        client.get("/")
    assert len(many) == len(few) <= 25
