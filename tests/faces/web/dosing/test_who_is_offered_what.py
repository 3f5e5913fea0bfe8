"""Nobody is handed a button or a sheet that their own role's act would refuse."""

from __future__ import annotations

import pytest

from fenestra.care.visit.rules import VisitState
from fenestra.faces.web.staff.visit.keys import keys_of, sheets_of
from fenestra.faces.web.staff.visit.seen import look
from fenestra.faces.web.staff.visit.verbs import VERBS, can_send
from fenestra.ground.book.scope import OPEN
from tests.care.visit.day import STAFF, Day
from tests.faces.web.dosing.conftest import Browser
from tests.faces.web.dosing.test_sheets import words

S = VisitState
STATES = (S.BOOKED, S.CLEARED, S.ORDERED, S.INFUSING, S.RECOVERING, S.DISCHARGED)


@pytest.mark.parametrize("state", STATES)
def test_every_key_and_sheet_offered_may_be_sent(day: Day, state: VisitState) -> None:
    visit = day.visit(state)
    for name in STAFF:
        seen = look(day.scopes[name], OPEN, visit, at=day.at)
        asked = {seen.next.sheet} if seen.next else set()
        offered = {key.sheet for key in keys_of(seen)} | set(sheets_of(seen)) - asked
        assert [sheet for sheet in offered if not can_send(seen, sheet)] == [], name


@pytest.mark.parametrize("state", STATES)
def test_an_auditor_looks_on_and_is_handed_nothing(day: Day, as_: Browser, state: VisitState) -> None:
    answer = as_("otto").get(f"/visits/{day.visit(state)}/")
    html = answer.content.decode()
    assert answer.status_code == 200 and "Marta Ellison" in words(answer)
    assert 'name="key"' not in html and 'data-opens="sheet-round"' not in html
    assert 'id="next"' in html and "<form" not in html.split('id="next"')[0].split('id="board"')[1]


def test_what_is_next_for_somebody_else_says_who_it_is_for(day: Day, as_: Browser) -> None:
    """A nurse reads on the sheet of an order who signs it; a therapist's page has no button that is refused."""
    visit = day.visit(S.CLEARED)
    assert "takes a physician or medical director" in words(as_("nina").get(f"/visits/{visit}/"))
    booked = as_("rafi").get(f"/visits/{day.visit(S.BOOKED)}/").content.decode()
    assert 'id="next"' in booked


@pytest.mark.parametrize("state", STATES)
def test_a_sheet_opens_for_nobody_whom_its_act_would_refuse(day: Day, as_: Browser, state: VisitState) -> None:
    """Each state takes every sixth sheet, so that all six together open each sheet as everybody."""
    visit, asked = day.visit(state), list(VERBS)[STATES.index(state) :: len(STATES)]
    for name in STAFF:
        seen, browser = look(day.scopes[name], OPEN, visit, at=day.at), as_(name)
        opened = {slug: browser.get(f"/visits/{visit}/{slug}/").status_code for slug in asked}
        assert opened == {slug: 200 if can_send(seen, slug) else 403 for slug in asked}, name


def test_every_sheet_opens_in_some_state(day: Day) -> None:
    """Else the test above would only ever see refusals of it."""
    mira = [look(day.scopes["mira"], OPEN, day.visit(state), at=day.at) for state in STATES]
    assert [slug for slug in VERBS if not any(can_send(seen, slug) for seen in mira)] == []


def test_the_sheet_of_an_order_shows_a_nurse_who_signs_it_and_no_field(day: Day, as_: Browser) -> None:
    visit = day.visit(S.CLEARED)
    alone = as_("nina").get(f"/visits/{visit}/order/")
    assert alone.status_code == 403 and "takes a physician or medical director" in words(alone)
    assert 'id="order-mg_per_kg"' not in as_("nina").get(f"/visits/{visit}/").content.decode()
    assert 'id="order-mg_per_kg"' in as_("dana").get(f"/visits/{visit}/").content.decode()
