"""The page of outcomes: who may open it, what it always says, and that it names nobody."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from fenestra.care.measures import actions as measures
from fenestra.care.visit.rules import VisitState
from fenestra.ground.book.models import AuditLine
from fenestra.science.outcomes.beside import NOT_RANDOMISED
from fenestra.science.outcomes.presets import load_presets
from tests.care.visit.day import MORNING, Day
from tests.faces.web.conftest import SignedIn

FIVE_WEEKS = 35 * 24 * 60


@pytest.fixture
def treated(day: Day) -> Day:
    """Five weeks after the first dose of one person, who used on the tenth day."""
    day.visit(VisitState.DISCHARGED)
    day.later(minutes=FIVE_WEEKS)
    days = tuple(
        {"day": MORNING.date() + timedelta(days=n), "substance": "alcohol", "used": n == 10} for n in range(30)
    )
    day.do(measures.record_use_days, person_id=day.person_id, days=days, source="person")
    return day


def text(client: Client, query: str = "") -> str:
    answer = client.get(f"/outcomes/{query}")
    assert answer.status_code == 200, answer.content.decode()
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize("who", ["nina", "theo", "cora", "otto"])
def test_who_may_not_read_it_is_refused_and_finds_no_way_to_it(treated: Day, signed_in: SignedIn, who: str) -> None:
    client = signed_in(who)
    answer = client.get("/outcomes/")
    assert answer.status_code == 403 and "takes a statistician" in answer.content.decode()
    assert "/outcomes/" not in client.get("/sign-in/").content.decode()


@pytest.mark.parametrize("who", ["lena", "dana", "mira"])
def test_nobody_is_named_neither_by_name_nor_by_code(treated: Day, signed_in: SignedIn, who: str) -> None:
    page = text(signed_in(who))
    assert "Ellison" not in page and "A-" not in page.split('id="main"')[1] and "/people/1" not in page


def test_below_the_floors_it_draws_single_lines_and_says_why(treated: Day, signed_in: SignedIn) -> None:
    page = text(signed_in("lena"))
    assert "Too few for a curve: people 1, events 1; a curve needs at least 10 people and 5 events" in page
    assert "Each person's own line" in page or "Each person&#x27;s own line" in page


@pytest.mark.parametrize("preset", [each.id for each in load_presets()])
def test_every_endpoint_says_its_definition_both_rules_and_that_nothing_is_randomised(
    treated: Day, signed_in: SignedIn, preset: str
) -> None:
    page = text(signed_in("lena"), f"?preset={preset}")
    assert NOT_RANDOMISED in page.replace("&#x27;", "'")
    assert "observed only" in page and "missing = use" in page and "With <b>" in page
    assert "A day is due when it was asked about on the day after it and on three days more" in page
    assert "Nobody is masked." in page
    assert "p-value" not in page and "p =" not in page and "significant" not in page


def test_the_switch_states_the_other_rule_first(treated: Day, signed_in: SignedIn) -> None:
    page = text(signed_in("lena"), "?preset=grabski2022_percent_days_abstinent&rule=missing_is_use")
    assert 'rule=missing_is_use" aria-current="true">missing = use' in page
    assert "With <b>observed only</b>" in page and "first stated under “observed only”" in page


def test_an_endpoint_of_one_substance_brings_its_substance_along(treated: Day, signed_in: SignedIn) -> None:
    page = text(signed_in("lena"), "?preset=krupitsky2007_one_year&substance=alcohol")
    assert "people treated for opioids" in page
    assert "Nobody treated for opioids has had a first dose here yet" in page


def test_published_arms_stand_with_what_is_not_the_same(treated: Day, signed_in: SignedIn) -> None:
    page = text(signed_in("lena"))
    assert "Sass H, et al. Arch Gen Psychiatry" in page and "Counted from detoxification" in page
    assert "no count was published: no interval" in page


def test_an_endpoint_nobody_read_in_its_source_is_marked(treated: Day, signed_in: SignedIn) -> None:
    assert "nobody read this in its source" in text(signed_in("lena"), "?preset=return_to_heavy_drinking")


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("?preset=no_such", "There is no endpoint no_such"),
        ("?substance=gold", "Choose one of: alcohol"),
        ("?rule=hope", "Choose one of: missing_is_use"),
        ("?rule=multiple_imputation", "is not computed here"),
    ],
)
def test_an_address_nobody_offered_is_refused_with_a_sentence(
    treated: Day, signed_in: SignedIn, query: str, says: str
) -> None:
    answer: Any = signed_in("lena").get(f"/outcomes/{query}")
    assert answer.status_code in (400, 404, 409, 422) and says in answer.content.decode()


def test_that_it_was_read_is_written_down_without_a_person(treated: Day, signed_in: SignedIn) -> None:
    text(signed_in("lena"))
    line = AuditLine.objects.get(kind="read", what="outcomes of the clinic")
    assert line.person_id is None and line.about == "endpoint:first_lapse"


@pytest.mark.parametrize("demo", [True, False])
def test_the_picture_itself_says_that_a_demo_is_made_up(
    treated: Day, signed_in: SignedIn, settings: Any, demo: bool
) -> None:
    client = signed_in("lena")
    settings.DEMO = demo
    for preset in ("first_lapse", "grabski2022_percent_days_abstinent"):
        pictures = drawn(text(client, f"?preset={preset}"))
        assert pictures and all(("Made up: a demo clinic" in each) is demo for each in pictures)


def drawn(page: str) -> list[str]:
    """The pictures of a page, without its small signs."""
    return [each for each in re.findall(r"<svg.*?</svg>", page) if "viewBox" in each and 'role="img"' in each]
