"""The own page: nothing before the birth date, and then everything of this person and of nobody else."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

from django.test import Client

from fenestra.care.measures import actions as measures
from fenestra.care.people import queries as people
from fenestra.care.plan import appointments
from fenestra.care.therapy import actions as therapy
from fenestra.care.visit.rules import VisitState
from fenestra.care.work import queries as work
from fenestra.care.work.rules import ItemKind
from fenestra.faces.web import days
from fenestra.faces.web.person import leaflet
from fenestra.ground.book.models import AuditLine
from fenestra.ground.book.scope import OPEN
from fenestra.science.evidence.claims import Verdict, load_claims
from tests.care.checkins.phone import phone_of
from tests.care.visit.day import Day
from tests.faces.web.person.conftest import Hand

MARKUP = "<script>alert('x')</script>"


def book(day: Day, *, hours: float, person_id: int = 0) -> int:
    theo = day.scopes["theo"].staff_id
    made = day.do(
        appointments.book_appointment, "cora", person_id=person_id or day.person_id, kind="therapy",
        starts_at=day.at + timedelta(hours=hours), minutes=50, staff_id=theo,
    )  # fmt: skip
    return made.id or 0


def test_nothing_is_shown_before_the_birth_date(own: Hand) -> None:
    page = own.page("/me/", follow=True)
    assert "Your birth date" in page and "Your plan" not in page and 'id="help"' in page
    for path in ("/me/consents/", "/me/about/"):
        assert "Your birth date" in own.page(path, follow=True)
    assert "Your plan" in own.proves()
    assert "Your plan" in own.page("/me/")


def test_another_browser_with_the_same_link_is_asked_again(own: Hand) -> None:
    own.proves()
    other = Hand(own.phone, Client(enforce_csrf_checks=True))
    assert "Your birth date" in other.opened()


def test_a_proof_for_one_link_opens_no_other(own: Hand) -> None:
    own.proves()
    own.phone.give_link()
    assert "Your birth date" in own.opened()


def test_five_wrong_birth_dates_end_the_link_for_good(own: Hand) -> None:
    own.page("/me/birth-date/")
    for _ in range(4):
        assert "not the birth date the clinic has" in own.proves(1, status=422)
    assert "wrong five times" in own.proves(1, status=410)
    assert "was ended" in own.page("/me/birth-date/", status=410)
    assert "does not open" in own.page(f"/c/{own.phone.token}/", status=410)
    assert AuditLine.objects.filter(kind="refusal", what="proved a birth date: WrongBirthDate").count() == 5


def test_wrong_dates_before_a_right_one_count_no_more(own: Hand) -> None:
    own.page("/me/birth-date/")
    for _ in range(2):
        for _ in range(4):
            own.proves(1, status=422)
        own.proves()
        own.client.cookies.pop("fenestra_proof")
        own.page("/me/birth-date/")


def test_a_date_that_is_none_is_asked_again_and_counts_for_nothing(own: Hand) -> None:
    own.page("/me/birth-date/")
    for _ in range(6):
        assert "Write day, month and year" in own.proves(40, status=422)
    assert "Your plan" in own.proves()


def test_a_check_in_link_does_not_open_the_own_page(hand: Hand) -> None:
    hand.opened()
    for path in ("/me/", "/me/birth-date/", "/me/consents/"):
        assert "How is it going?" in hand.page(path, follow=True)


def test_the_next_thing_stands_first_and_is_answered(own: Hand, day: Day) -> None:
    book(day, hours=72)
    soon = book(day, hours=26)
    page = own.proves()
    assert "Tomorrow, 12:00" in page and page.index("Tomorrow, 12:00") < page.index("Your plan")
    assert "See you then" in own.sent(f"/me/coming/{soon}/", coming="yes", key="k1")
    assert "You said you will be there." in own.page("/me/")
    page = own.sent(f"/me/coming/{soon}/", coming="no", key="k2")
    assert "will offer you another time" in page and "You asked for another time" in page
    own.sent(f"/me/coming/{soon}/", coming="no", key="k3")
    (item,) = work.items(day.scopes["cora"], OPEN, day.at)
    assert item.owner_role == "coordinator" and item.person_id == day.person_id


def test_nobody_answers_for_somebody_else(own: Hand, day: Day) -> None:
    theirs = book(day, hours=5, person_id=day.person(name="Aisha Bello"))
    own.proves()
    page = own.sent(f"/me/coming/{theirs}/", status=422, coming="no", key="k1")
    assert "not booked any more" in page and "Aisha" not in page
    assert work.items(day.scopes["cora"], OPEN, day.at) == ()


def test_the_days_after_a_treatment_are_shaded_as_an_idea(own: Hand, day: Day) -> None:
    day.visit(VisitState.DISCHARGED)
    page = own.proves()
    assert "The days after your treatment" in page and "an idea we work by, not a promise" in page
    assert "fe-d2" in page and page.count('<li class="fe-d') == 7
    day.later(minutes=60 * 24 * 8)
    own.phone.give_link()
    own.opened()
    assert "The days after your treatment" not in own.proves()


def test_own_line_shows_what_was_told_and_what_nobody_knows(own: Hand, day: Day) -> None:
    own.proves()
    for n, used in enumerate(("no", "yes", "rather_not")):
        own.page("/me/check-in/")
        own.outbox(own.written(f"t{n}", craving_now=70 - 20 * n, craving_most=90, used=used))
        day.later(minutes=60 * 24)
    page = own.page("/me/")
    assert 'class="fe-line"' in page and "As a table" in page and "3 check-ins so far." in page
    assert page.count('fill="var(--fe-use)"') >= 2
    told_on = (day.at - timedelta(days=3)).astimezone(day.scopes["theo"].zone).date()
    first = rf'<th scope="row">{days.short(told_on)}</th><td>70</td><td>90</td><td>yes'
    assert re.search(first, page), (
        "the wish stands on the day it was told, the use told next day on the day it is about"
    )


def test_triggers_and_own_words_are_shown_back_as_written(own: Hand, day: Day) -> None:
    day.do(therapy.add_trigger, "theo", person_id=day.person_id, cue=f"Fridays {MARKUP}", plan="Walk by the river")
    own.proves()
    assert "Fridays" in own.page("/me/") and "Walk by the river" in own.seen and MARKUP not in own.seen
    page = own.sent("/me/words/", words=f"Call Anna {MARKUP}", key="k1")
    assert "Call Anna" in page and MARKUP not in page and "Kept." in page
    page = own.sent("/me/words/", status=422, words="x" * 2001, key="k2")
    assert "This is 1 character too long; 2,000 are kept." in page and "x" * 2001 in page


def test_a_consent_can_be_taken_back_and_the_page_closes_with_it(own: Hand, day: Day) -> None:
    own.proves()
    page = own.page("/me/consents/")
    (signed,) = people.consents(day.scopes["cora"], OPEN, day.person_id)
    assert "Check-ins between visits" in page and "this page and your links close at once" in page
    own.sent(f"/me/consents/{signed.id}/", status=410, key="k1")
    assert people.consents(day.scopes["cora"], OPEN, day.person_id)[0].withdrawn_at == day.at
    (item,) = work.items(day.scopes["cora"], OPEN, day.at)
    assert item.kind is ItemKind.CONSENT_WITHDRAWN


def test_nobody_takes_back_what_somebody_else_signed(own: Hand, day: Day) -> None:
    other = day.person(name="Aisha Bello")
    own.proves()
    mine, day.person_id = day.person_id, other
    phone_of(day)
    (theirs,) = people.consents(day.scopes["cora"], OPEN, other)
    day.person_id = mine
    own.page("/me/consents/")
    assert "no such consent of yours" in own.sent(f"/me/consents/{theirs.id}/", status=422, key="k1")
    assert people.consents(day.scopes["cora"], OPEN, other)[0].withdrawn_at is None


def test_nothing_of_another_person_stands_on_the_page(own: Hand, day: Day) -> None:
    other = day.person(name="Aisha Bello")
    day.do(therapy.add_trigger, "theo", person_id=other, cue="Mondays at the bar", plan="Not this one")
    days = ({"day": day.at.date(), "substance": "alcohol", "used": True, "amount": Decimal(9), "unit": "drinks"},)
    day.do(measures.record_use_days, "nina", person_id=other, days=days, source="staff")
    book(day, hours=3, person_id=other)
    page = own.proves()
    assert "Mondays" not in page and "9 drinks" not in page and "Nothing is booked" in page and "Aisha" not in page


def test_the_leaflet_prints_only_what_was_read_in_a_source(own: Hand) -> None:
    own.proves()
    page = own.page("/me/about/")
    assert "off-label" in page
    claims = {each.id: each for each in load_claims()}
    named = [*leaflet.PARTS, *leaflet.OF_SUBSTANCE.values()]
    for claim in (claims[one] for _, ids in named for one in ids):
        assert claim.verdict in (Verdict.SUPPORTED, Verdict.OVERSTATED) and claim.patient_wording, claim.id
    assert all(lines for substance in leaflet.OF_SUBSTANCE for _, lines in leaflet.for_substance(substance))


def test_reading_the_own_page_is_written_down_once(own: Hand, day: Day) -> None:
    own.proves()
    before = AuditLine.objects.filter(kind="read", what="own page").count()
    own.page("/me/")
    lines = AuditLine.objects.filter(kind="read", what="own page")
    assert lines.count() == before + 1 and lines[0].person_id == day.person_id and lines[0].by_id is None
