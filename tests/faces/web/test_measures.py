"""Measures of a person: what is due, forms, the use calendar, weight and tests, corrections."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from fenestra.care.measures import queries
from fenestra.care.work import actions as work_actions
from fenestra.care.work import queries as work
from fenestra.faces.web.staff.measures.words import AT_THE_CHAIR, NAMES, short_title
from fenestra.ground.book.models import AuditLine
from fenestra.ground.book.scope import OPEN
from fenestra.science.instruments import load_instruments
from fenestra.science.instruments.terms import Kind
from tests.care.visit.day import Day, furnish
from tests.faces.web.conftest import SignedIn

ASKED = {"key": "k", "told_on": "2026-11-20", "source": "person"}
FORMS = [each.id for each in load_instruments().values() if each.kind is not Kind.CALENDAR]


def at(day: Day, rest: str = "") -> str:
    return f"/people/{day.person_id}/measures/{rest}"


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def sent(client: Client, path: str, **typed: Any) -> tuple[int, str]:
    answer = client.post(path, typed, follow=True)
    return answer.status_code, answer.content.decode()


def kept(day: Day) -> tuple[queries.ResponseValue, ...]:
    return queries.responses(day.scopes["nina"], OPEN, day.person_id)


def test_the_persons_page_says_what_is_due_by_purpose(day: Day, signed_in: SignedIn) -> None:
    page = text(signed_in(), f"/people/{day.person_id}/")
    assert "Suicidal thoughts" in page and at(day, "ask/asq/") in page and at(day, "ask/cssrs_screener/") in page


@pytest.mark.parametrize("instrument", FORMS)
def test_every_form_can_be_asked(day: Day, signed_in: SignedIn, instrument: str) -> None:
    page = text(signed_in(), at(day, f"ask/{instrument}/"))
    assert "Keep the answers" in page
    if not load_instruments()[instrument].ships_wording:
        assert "our short labels" in page


def test_every_form_has_a_short_name_of_its_own() -> None:
    names = [short_title(load_instruments()[each]) for each in FORMS]
    assert len(set(names)) == len(names) and max(map(len, names)) <= 24
    assert set(AT_THE_CHAIR) | set(NAMES) <= set(FORMS)
    assert {"PHQ-9", "C-SSRS", "FTND", "Aldrete"} <= set(names)


def test_a_whole_form_is_kept_and_shown_with_its_score(day: Day, signed_in: SignedIn) -> None:
    answers = {f"i{n}": "1" for n in range(1, 8)}
    status, page = sent(signed_in(), at(day, "ask/gad7/"), **ASKED, **answers)
    assert status == 200 and "GAD-7 7, mild" in page


def test_after_a_form_the_page_says_what_is_still_due(day: Day, signed_in: SignedIn) -> None:
    answers = {f"i{n}": "1" for n in range(1, 8)}
    _, page = sent(signed_in(), at(day, "ask/gad7/"), **ASKED, **answers)
    due = page[page.index("Still due") :]
    assert "Mood: ask with PHQ-9" in due and "Anxiety: ask with" not in due


def test_a_thought_of_suicide_on_half_a_form_shows_what_to_do_who_is_on_cover_and_when_it_is_read(
    day: Day, signed_in: SignedIn
) -> None:
    day.do(work_actions.declare_answer_time, "lena", level="high", minutes=30, then_role="lead")
    _, page = sent(signed_in(), at(day, "ask/phq9/"), **ASKED, i9="1")
    assert "Do not leave the person alone" in page and "Screen now" in page and "988" in page
    assert "Nobody is on declared cover" in page and "Nobody has said when this is read" in page
    assert "in part: no total" in page
    (item,) = work.items(day.scopes["nina"], OPEN, day.at)
    assert item.kind == "suicide_alert"


def test_the_page_follows_its_item_and_promises_nothing_later(day: Day, signed_in: SignedIn) -> None:
    client = signed_in()
    sent(client, at(day, "ask/phq9/"), **ASKED, i9="1")
    (item,) = work.items(day.scopes["nina"], OPEN, day.at)
    path = at(day, f"answers/{kept(day)[0].id}/")
    day.do(work_actions.take, "theo", item_id=item.id)
    assert "taken by Theo" in text(client, path) and "Nobody has said when" not in text(client, path)
    day.do(work_actions.finish, "theo", item_id=item.id, words="screened, safe")
    page = text(client, path)
    assert "done by Theo" in page and "Do not leave the person alone" not in page and "This asked for somebody" in page


def test_a_form_without_an_answer_is_sent_back(day: Day, signed_in: SignedIn) -> None:
    status, page = sent(signed_in(), at(day, "ask/phq9/"), **ASKED)
    assert status == 422 and "Answer at least one question" in page
    status, page = sent(signed_in(), at(day, "ask/phq9/"), **{**ASKED, "told_on": "2026-11-21"}, i1="1")
    assert status == 422 and "has not come yet" in page and 'value="1"' in page


def test_a_correction_shows_both_answers(day: Day, signed_in: SignedIn) -> None:
    client = signed_in()
    sent(client, at(day, "ask/phq9/"), **ASKED, i1="3")
    path = at(day, f"ask/phq9/?corrects={kept(day)[0].id}")
    assert "Both answers stay" in text(client, path)
    assert sent(client, path, key="c", i1="1", why="")[0] == 422
    _, page = sent(client, path, key="c", i1="1", why="misread the line")
    assert "3, Nearly every day" in page and "1, Several days" in page and "misread the line" in page
    assert "corrected; before" in text(client, at(day))


def test_a_screen_asked_before_asks_since_last_time(day: Day, signed_in: SignedIn) -> None:
    client = signed_in()
    sent(client, at(day, "ask/asq/"), **ASKED, i1="0", i2="0", i3="0", i4="1", i5="0")
    page = text(client, at(day, "ask/asq/"))
    assert "Since last time" in page and 'name="i4"' not in page and "yes, 20 Nov 2026" in page
    assert 'name="i4"' in text(client, at(day, "ask/asq/?whole=1"))


def test_days_of_use_are_kept_from_the_calendar_and_untold_ones_stay_missing(day: Day, signed_in: SignedIn) -> None:
    day.episode()
    client = signed_in()
    typed = {"2026-11-19-used": "yes", "2026-11-19-amount": "6", "2026-11-19-unit": "drinks", "2026-11-18-used": "no"}
    status, page = sent(client, at(day, "use/?substance=alcohol"), key="u", source="person", **typed)
    assert status == 200 and "2 days are kept" in page and "20 Nov 2026: not told" in page
    told = queries.use_days(day.scopes["nina"], OPEN, day.person_id, "alcohol")
    assert [(each.day, each.used) for each in told] == [(date(2026, 11, 19), True), (date(2026, 11, 18), False)]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"2026-11-19-used": "no", "2026-11-19-amount": "3"}, "cannot be both"),
        ({"2026-11-19-used": "yes", "2026-11-19-amount": "-3"}, "0 or more"),
        ({"2026-11-19-amount": "3"}, "Choose whether there was use"),
        ({}, "at least one day"),
    ],
)
def test_days_that_cannot_be_are_sent_back_with_what_was_typed(
    day: Day, signed_in: SignedIn, typed: dict[str, str], sentence: str
) -> None:
    status, page = sent(signed_in(), at(day, "use/?substance=alcohol"), key="u", source="person", **typed)
    assert status == 422 and sentence in page[page.index("There is a problem") : page.index("Who says so")]
    assert all(f'value="{value}"' in page for name, value in typed.items() if name.endswith("amount"))


def test_a_told_day_is_corrected_with_a_reason(day: Day, signed_in: SignedIn) -> None:
    client = signed_in()
    sent(client, at(day, "use/?substance=alcohol"), key="u", source="person", **{"2026-11-19-used": "no"})
    (told,) = queries.use_days(day.scopes["nina"], OPEN, day.person_id)
    path = at(day, f"use/{told.id}/")
    assert sent(client, path, key="c", used="yes", why="")[0] == 422
    _, page = sent(client, path, key="c", used="yes", why="remembered the evening")
    assert "before: no use; remembered the evening" in page


def test_weight_and_tests_are_kept_and_corrected(day: Day, signed_in: SignedIn) -> None:
    client = signed_in()
    sent(client, at(day, "weight/"), key="w", kg="74.5", told_on="2026-11-20")
    (weight,) = queries.weights(day.scopes["nina"], OPEN, day.person_id)
    _, page = sent(
        client, at(day, f"weight/?corrects={weight.id}"), key="x", kg="47.5", told_on="2026-11-20", why="swapped"
    )
    assert "47.5 kg" in page and "before: 74.5 kg; swapped" in page
    test = {"kind": "urine", "substance": "cocaine", "result": "yes", "value": "3", "unit": "", "told_on": "2026-11-20"}
    status, page = sent(client, at(day, "test/"), key="t", **test)
    assert status == 422 and "Write the unit" in page
    _, page = sent(client, at(day, "test/"), key="t", **{**test, "unit": "ng/mL"})
    assert "urine, cocaine: positive, 3 ng/mL" in page


def test_two_values_are_drawn_with_their_table(day: Day, signed_in: SignedIn) -> None:
    client = signed_in()
    for number in (1, 2):
        sent(client, at(day, "ask/craving_vas/"), **{**ASKED, "key": f"k{number}"}, now="10", peak=f"{number}0")
    page = text(client, at(day))
    assert page.count("fe-trend-dot") == 2 and "Table: " in page


def test_who_does_not_see_people_reads_and_keeps_nothing(day: Day, signed_in: SignedIn) -> None:
    client = signed_in("lena")
    assert "Use calendar" not in text(client, at(day))
    assert sent(client, at(day, "ask/phq9/"), **ASKED, i1="1")[0] == 403


def test_another_persons_answer_under_this_address_is_not_there(day: Day, signed_in: SignedIn) -> None:
    client = signed_in()
    sent(client, at(day, "ask/phq9/"), **ASKED, i1="1")
    other = day.person(name="Aisha Bello")
    form = kept(day)[0].id
    for rest in (f"answers/{form}/", f"ask/phq9/?corrects={form}"):
        assert client.get(f"/people/{other}/measures/{rest}").status_code == 404
    elsewhere = furnish(staff_at="lake")
    assert client.get(f"/people/{elsewhere.person_id}/measures/").status_code == 404


def test_each_look_is_written_in_the_audit_once(day: Day, signed_in: SignedIn) -> None:
    client = signed_in()
    text(client, at(day))
    assert AuditLine.objects.filter(kind="read", what="measures of a person", person_id=day.person_id).count() == 1
