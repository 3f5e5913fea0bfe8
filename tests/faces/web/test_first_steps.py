"""Today of a clinic that has no work yet says what to do first; one at work is not told."""

from __future__ import annotations

from fenestra.care.visit.rules import VisitState
from tests.care.visit.day import Day
from tests.faces.web.conftest import SignedIn


def test_a_clinic_without_work_is_told_what_to_do_first(signed_in: SignedIn) -> None:
    page = signed_in("mira").get("/").content.decode()
    assert "Begin here" in page
    for path in ("/clinic/staff/", "/clinic/rules/", "/calendar/hours/", "/medicine/"):
        assert f'href="{path}"' in page
    assert "8 presets are not in force" in page


def test_a_clinic_at_work_is_not(day: Day, signed_in: SignedIn) -> None:
    day.visit(VisitState.INFUSING)
    assert "Begin here" not in signed_in("mira").get("/").content.decode()


def test_a_role_that_does_not_see_doses_is_told_nothing_of_the_safe(signed_in: SignedIn) -> None:
    page = signed_in("rafi").get("/").content.decode()
    assert "Begin here" in page and "Receive medicine" not in page
