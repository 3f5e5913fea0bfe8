"""Every page that shows a person leaves a line that names them: who looked, at whom, by which page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from fenestra.care.people.models import Episode, Person
from fenestra.care.visit.rules import VisitState as S
from fenestra.faces.web import reading
from fenestra.faces.web.urls import urlpatterns
from fenestra.ground.book import reads, spool
from fenestra.ground.book.models import AuditLine
from tests.care.visit.day import NAME, Day
from tests.faces.web.conftest import SignedIn

OTHER = "Aisha Bello"
FETCH = {"HTTP_X_REQUESTED_WITH": "fetch"}
FEWEST = 20  # pages of this walk that show a name; fewer means that the walk has lost its way


@pytest.fixture(autouse=True)
def nobody_looked_yet() -> None:
    reads._looks.clear()


@pytest.fixture
def busy(day: Day) -> Day:
    day.visit(S.INFUSING)
    day.person(name=OTHER)
    return day


def last() -> int:
    return AuditLine.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def named_since(line: int) -> set[int]:
    """Everybody whom lines after this one name as read."""
    found: set[int] = set()
    for person_id, rows in AuditLine.objects.filter(pk__gt=line, kind__in=("read", "print")).values_list(
        "person_id", "rows"
    ):
        found |= {person_id} if person_id else {each[1] for each in rows}
    return found


def addresses(day: Day) -> list[str]:
    """Every address of the house that can be made of what is there."""
    numbers: dict[str, Any] = {
        "person_id": day.person_id, "episode_id": Episode.objects.latest("pk").pk, "visit_id": 1, "number": 1,
        "kind": "treatment", "instrument": "audit_c", "substance": "alcohol", "slug": "round",
    }  # fmt: skip
    numbers["visit_id"] = _visit_of(day)
    found = []
    for each in urlpatterns:
        wanted = each.pattern.converters
        try:
            found.append(reverse(each.name, kwargs={name: numbers.get(name, 1) for name in wanted}))
        except NoReverseMatch:
            continue
    return [path for path in found if not path.startswith(("/me/", "/c/", "/sign-"))]


def _visit_of(day: Day) -> int:
    from fenestra.care.visit.models import Visit

    return Visit.objects.latest("pk").pk


def test_whoever_is_named_on_a_page_is_named_in_a_line(busy: Day, signed_in: SignedIn) -> None:
    people = {NAME: busy.person_id, OTHER: Person.objects.exclude(pk=busy.person_id).latest("pk").pk}
    client, showed = signed_in("mira"), 0
    for path in addresses(busy):
        before = last()
        answer = client.get(path)
        told = answer.content.decode() if answer.status_code == 200 and not answer.streaming else ""
        shown = {number for name, number in people.items() if name in told}
        assert shown <= named_since(before), path
        showed += bool(shown)
    assert showed >= FEWEST


def test_the_walk_finds_a_page_that_leaves_no_line(
    busy: Day, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_write", lambda *_: None)
    with pytest.raises(AssertionError):
        test_whoever_is_named_on_a_page_is_named_in_a_line(busy, signed_in)


def today(client: Client, **more: Any) -> set[int]:
    before = last()
    assert client.get("/today/parts/" if more else "/", **more).status_code == 200
    return named_since(before)


def test_today_names_everybody_it_shows_in_one_line(busy: Day, signed_in: SignedIn) -> None:
    busy.visit(S.ARRIVED, episode_id=busy.episode(Person.objects.latest("pk").pk))
    client, before = signed_in("mira"), last()
    shown = today(client)
    line = AuditLine.objects.get(pk__gt=before, kind="read")
    assert (line.what, line.person_id, len(shown)) == ("today", None, 2)


def test_who_sees_only_codes_is_written_down_as_well(busy: Day, signed_in: SignedIn) -> None:
    client = signed_in("lena")  # a lead reads no names
    assert NAME not in client.get("/").content.decode()
    assert today(client) == {busy.person_id}


def test_a_page_that_fetches_itself_anew_is_one_look_until_it_shows_somebody_new(
    busy: Day, signed_in: SignedIn
) -> None:
    client = signed_in("mira")
    assert today(client, **FETCH) == {busy.person_id}
    assert today(client, **FETCH) == set()
    other = Person.objects.latest("pk").pk
    busy.visit(S.ARRIVED, episode_id=busy.episode(other))
    assert today(client, **FETCH) == {busy.person_id, other}
    assert today(signed_in("nina"), **FETCH) == {busy.person_id, other}
    busy.at += timedelta(minutes=16)
    assert today(client, **FETCH) == {busy.person_id, other}


def test_a_search_names_only_those_it_found(busy: Day, signed_in: SignedIn) -> None:
    client, before = signed_in(), last()
    client.post("/people/", {"sought": "bello"})
    assert named_since(before) == {Person.objects.latest("pk").pk}
    client.post("/people/", {"sought": "nobody of that name"})
    assert AuditLine.objects.latest("pk").what == "searched people"


def test_a_page_is_not_shown_when_its_line_cannot_be_written_and_a_record_is_kept_all_the_same(
    busy: Day, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError

    client = signed_in("mira")

    def broken(*_: Any, **__: Any) -> None:
        raise OperationalError("disk full")

    monkeypatch.setattr(reading, "write_line", broken)
    client.raise_request_exception = False
    assert NAME not in client.get("/people/").content.decode()
    assert client.post("/people/", {"sought": "bello"}).status_code == 200


def test_while_the_database_is_held_a_page_is_shown_and_its_line_is_kept_and_written_later(
    busy: Day, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError

    client, before = signed_in("mira"), last()

    def held(*_: Any, **__: Any) -> None:
        raise OperationalError("database is locked")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(reading, "write_line", held)
        assert NAME in client.get("/").content.decode()
    assert (spool.waiting(), named_since(before)) == (1, set())
    assert spool.play(busy.at) == 1
    assert named_since(before) == {busy.person_id} and spool.waiting() == 0
