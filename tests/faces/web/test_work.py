"""Work: the list, one item, cover and answer times, and what Today shows of it."""

from __future__ import annotations

from typing import Any

from django.test import Client

from fenestra.care.work import actions, queries
from fenestra.ground.book.models import AuditLine
from fenestra.ground.book.scope import OPEN
from tests.care.visit.day import Day
from tests.faces.web.conftest import SignedIn


def owed(day: Day, about: str = "response:1", *, level: str = "high", **other: Any) -> int:
    told = {"kind": "suicide_alert", "about": about, "level": level, "owner_role": "on cover"}
    person = {"person_id": day.person_id, "words": "thoughts of death"}
    return day.do(actions.open_item, **{**told, **person, **other}).id or 0


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def seen(day: Day, item: int) -> queries.ItemValue:
    return queries.item(day.scopes["nina"], OPEN, item)


def test_an_empty_list_says_what_will_stand_there(signed_in: SignedIn) -> None:
    page = text(signed_in(), "/work-list/")
    assert "Nothing needs a human" in page and "Alerts of forms" in page


def test_the_list_says_what_for_whom_and_that_nothing_is_declared(day: Day, signed_in: SignedIn) -> None:
    owed(day)
    page = text(signed_in(), "/work-list/")
    assert "Thoughts of suicide on a form" in page and "Marta Ellison" in page and "thoughts of death" in page
    assert "Nobody is on declared cover now" in page
    assert "No answer time is declared for level high, medium, low" in page
    assert "no time declared" in page


def test_the_list_is_written_in_the_audit(day: Day, signed_in: SignedIn) -> None:
    text(signed_in(), "/work-list/")
    assert AuditLine.objects.filter(kind="read", what="work list").count() == 1


def test_a_human_takes_writes_and_finishes(day: Day, signed_in: SignedIn) -> None:
    item, client = owed(day), signed_in()
    assert client.post(f"/work-list/{item}/take/", {"key": "t", "version": 1}).status_code == 302
    assert "Write and finish" in text(client, "/work-list/")
    assert (
        client.post(f"/work-list/{item}/", {"key": "n", "version": 2, "note": "1", "words": "called"}).status_code
        == 302
    )
    done = client.post(f"/work-list/{item}/", {"key": "f", "version": 2, "finish": "1", "words": "spoke, safe"})
    assert done.headers["Location"] == "/work-list/"
    assert seen(day, item).state == "done"
    page = text(client, f"/work-list/{item}/")
    assert "called" in page and "spoke, safe" in page
    assert "by you" in text(client, "/work-list/")


def test_done_without_words_keeps_the_page_and_says_what_to_write(day: Day, signed_in: SignedIn) -> None:
    answer = signed_in().post(f"/work-list/{owed(day)}/", {"key": "f", "version": 1, "finish": "1", "words": ""})
    assert answer.status_code == 422 and "Write what you did" in answer.content.decode()


def test_two_who_take_at_once_are_told(day: Day, signed_in: SignedIn) -> None:
    item = owed(day)
    signed_in("theo").post(f"/work-list/{item}/take/", {"key": "t", "version": 1})
    client = signed_in("nina")
    client.post(f"/work-list/{item}/take/", {"key": "t", "version": 1})
    assert "Somebody changed this" in text(client, f"/work-list/{item}/")
    assert seen(day, item).owner == "Theo"


def test_the_list_of_ones_own(day: Day, signed_in: SignedIn) -> None:
    item, client = owed(day), signed_in()
    assert "You have taken nothing" in text(client, "/work-list/?mine=1")
    day.do(actions.take, item_id=item)
    assert f"/work-list/{item}/" in text(client, "/work-list/?mine=1")


def test_markup_in_words_is_only_words(day: Day, signed_in: SignedIn) -> None:
    item = owed(day, words="<script>alert(1)</script>")
    for path in ("/work-list/", f"/work-list/{item}/"):
        assert "<script>alert" not in text(signed_in(), path)


def test_a_role_that_may_not_know_names_sees_codes_and_no_words(day: Day, signed_in: SignedIn) -> None:
    owed(day)
    page = text(signed_in("lena"), "/work-list/")
    assert "Marta" not in page and "thoughts of death" not in page and "(hidden from your role)" in page


def test_an_item_of_nobody_is_not_there(signed_in: SignedIn) -> None:
    assert signed_in().get("/work-list/999/").status_code == 404


def test_today_leads_to_what_is_owed_and_says_how_much_more_there_is(day: Day, signed_in: SignedIn) -> None:
    first = owed(day)
    assert f'href="/work-list/{first}/"' in text(signed_in(), "/")
    for number in range(9):
        owed(day, f"more {number}", level="low")
    assert "2 more on the work list" in text(signed_in(), "/")


# ---- cover

STRETCH = {"from_day": "2026-11-20", "from_hour": "09:00", "until_day": "2026-11-20", "until_hour": "18:00", "key": "c"}


def test_the_lead_declares_cover_and_an_answer_time_and_the_page_then_says_when(day: Day, signed_in: SignedIn) -> None:
    client = signed_in("lena")
    assert client.post("/work-list/cover/", {**STRETCH, "staff_id": day.scopes["nina"].staff_id}).status_code == 302
    assert "how soon" in text(client, "/work-list/cover/")
    told = {"level": "high", "minutes": "30", "then_role": "medical director", "key": "a"}
    assert client.post("/work-list/cover/", told).status_code == 302
    page = text(client, "/work-list/cover/")
    assert "Somebody of the clinic reads this by 10:30 today." in page and "30 minutes of cover" in page
    assert "Nina" in text(signed_in("theo"), "/work-list/")


def test_cover_that_cannot_be_keeps_what_was_typed(day: Day, signed_in: SignedIn) -> None:
    wrong = {**STRETCH, "staff_id": day.scopes["nina"].staff_id, "until_hour": "08:00"}
    answer = signed_in("mira").post("/work-list/cover/", wrong)
    page = answer.content.decode()
    assert answer.status_code == 422 and "ends before it starts" in page and 'value="08:00"' in page


def test_cover_is_taken_back(day: Day, signed_in: SignedIn) -> None:
    client = signed_in("lena")
    client.post("/work-list/cover/", {**STRETCH, "staff_id": day.scopes["nina"].staff_id})
    (cover,) = queries.on_duty(day.scopes["lena"], OPEN, day.at)
    assert client.post(f"/work-list/cover/{cover.id}/take-back/", {"key": "b"}).status_code == 302
    assert queries.on_duty(day.scopes["lena"], OPEN, day.at) == ()


def test_a_nurse_reads_cover_and_declares_none(day: Day, signed_in: SignedIn) -> None:
    client = signed_in("nina")
    assert "Declare cover" not in text(client, "/work-list/cover/")
    assert client.post("/work-list/cover/", {**STRETCH, "staff_id": day.scopes["nina"].staff_id}).status_code == 403


def test_the_lead_declares_after_how_many_misses_somebody_looks(signed_in: SignedIn) -> None:
    client = signed_in("lena")
    assert "No number is declared" in text(client, "/work-list/cover/")
    refused = client.post("/work-list/cover/", {"key": "m0", "in_a_row": "0"})
    assert refused.status_code == 422 and "Write a whole number from 1 on" in refused.content.decode()
    assert client.post("/work-list/cover/", {"key": "m1", "in_a_row": "4"}).status_code == 302
    assert "After 4 in a row" in text(client, "/work-list/cover/")
    assert "Declare the number" not in text(signed_in("nina"), "/work-list/cover/")


def test_an_item_of_a_visit_leads_to_it(day: Day, signed_in: SignedIn) -> None:
    item = owed(day, f"visit:{day.book()}")
    assert "The visit</a>" in text(signed_in(), f"/work-list/{item}/")
