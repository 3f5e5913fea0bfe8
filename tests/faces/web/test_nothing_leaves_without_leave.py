"""Every way out of the house takes a disclosure: the resolver is walked, and each answer that is a file is held against
the leave it went out with. A view that forgets is kept back by `OnlyWithLeave`, and found by the walk."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, path

import fenestra.faces
from fenestra.care.people.confidentiality import write_report_contact
from fenestra.care.people.models import DisclosureEnd
from fenestra.care.visit.rules import VisitState
from fenestra.faces.web.access import RULES, STAFF, Rule
from fenestra.faces.web.handed_out import NO_LEAVE, is_a_file
from fenestra.ground.book.leave import Leave
from fenestra.ground.book.models import AuditLine
from fenestra.project.urls import urlpatterns as real
from tests.care.people.leaves import to_the_person
from tests.care.visit.day import Day
from tests.faces.web.conftest import SignedIn

SECRET = b"%PDF-1.7 a whole record, and nobody asked"
# Every route that answers with a file. A new one belongs here once it takes a disclosure.
HANDS_OUT = {"discharge-sheet", "fetch-disclosure", "print-law-summary"}
LAST = ("sign-out", "change-clinic")  # they end what the others need


def leaky(request: HttpRequest) -> HttpResponse:
    """What somebody may write one day: a download that asks nobody."""
    return HttpResponse(SECRET, content_type="application/pdf")


def disguised(request: HttpRequest) -> HttpResponse:
    return HttpResponse(SECRET, content_type="text/plain", headers={"Content-Disposition": "attachment"})


urlpatterns = [path("planted/", leaky, name="planted"), path("disguised/", disguised, name="disguised"), *real]


@dataclass(frozen=True)
class Answered:
    """A file as a route answered with it."""

    route: str
    content: bytes
    leave: Any


def routes(patterns: Any = None, before: str = "/") -> Iterator[tuple[str, str, list[str]]]:
    """Name, address and arguments of every route that the resolver knows."""
    for each in get_resolver().url_patterns if patterns is None else patterns:
        written = before + str(each.pattern).lstrip("^").rstrip("$")
        if isinstance(each, URLResolver):
            yield from routes(each.url_patterns, written)
        elif isinstance(each, URLPattern):
            yield each.name or written, written, list(each.pattern.converters)


def filled(written: str, ids: dict[str, Any]) -> str:
    """The address with a number or a word for each argument."""
    while "<" in written:
        head, _, rest = written.partition("<")
        argument, _, tail = rest.partition(">")
        written = f"{head}{ids.get(argument.rpartition(':')[2], 1)}{tail}"
    return written


@pytest.fixture(autouse=True)
def a_rule_for_what_is_planted(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address without a rule of access is not there at all."""
    for name in ("planted", "disguised"):
        monkeypatch.setitem(RULES, name, Rule("look", STAFF, STAFF))  # type: ignore[arg-type]  # a dict underneath


def files_of(day: Day, client: Client, only: tuple[str, ...] = ()) -> tuple[int, list[Answered]]:
    """How many routes were asked, by GET and by POST, and each answer of theirs that is a file."""
    day.do(write_report_contact, "mira", words="the district's office")
    ids = {"person_id": day.person_id, "visit_id": day.visit(VisitState.RECOVERING), "slug": "round", "kind": "records"}
    ids |= {"disclosure_id": to_the_person(day, form="json")}
    every = [route for route in routes() if not only or route[0] in only]
    asked = sorted(every, key=lambda route: route[0] in LAST)
    found = []
    for name, written, _ in asked:
        if name == "stream":
            continue  # open as long as somebody listens, and text/event-stream by its own tests
        for ask in (client.get, client.post):
            answer: Any = ask(filled(written, ids))
            if is_a_file(answer.wsgi_request, answer):
                found.append(Answered(name, answer.content, getattr(answer, "leave", None)))
    return len(asked), found


def without_leave(found: list[Answered]) -> list[str]:
    """Routes whose file went out with no leave, or with one that the accounting does not know by these very bytes."""
    return sorted(each.route for each in found if not is_accounted(each))


def is_accounted(each: Answered) -> bool:
    if not isinstance(each.leave, Leave):
        return False
    end = DisclosureEnd.objects.filter(disclosure_id=each.leave.disclosure_id, sent=True).first()
    return end is not None and end.content_hash == hashlib.sha256(each.content).hexdigest()


def test_every_route_that_answers_with_a_file_takes_a_disclosure(day: Day, signed_in: SignedIn) -> None:
    asked, found = files_of(day, signed_in("mira"))
    print(f"{asked} routes asked by GET and POST; files from {sorted({each.route for each in found})}")
    assert without_leave(found) == []
    assert {each.route for each in found} == HANDS_OUT
    assert asked > 90  # the walk has not lost the resolver


def test_the_walk_finds_a_route_that_asks_nobody(day: Day, signed_in: SignedIn, settings: Any) -> None:
    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if not each.endswith("OnlyWithLeave")]
    settings.ROOT_URLCONF = __name__
    _, found = files_of(day, signed_in("mira"), only=("planted", "disguised", "discharge-sheet"))
    assert {each.route for each in found if is_accounted(each)} == {"discharge-sheet"}
    assert without_leave(found) == ["disguised", "disguised", "planted", "planted"]


@pytest.mark.parametrize("planted", ["/planted/", "/disguised/"])
def test_a_file_without_leave_is_kept_back_and_written_down(
    day: Day, signed_in: SignedIn, settings: Any, planted: str
) -> None:
    settings.ROOT_URLCONF = __name__
    answer = signed_in("mira").get(planted)
    assert answer.status_code == 422 and SECRET not in answer.content
    assert NO_LEAVE in unescape(answer.content.decode()) and "Content-Disposition" not in answer.headers
    assert AuditLine.objects.get(kind="refusal").what == f"file without leave: {planted.strip('/')}"


def test_a_leave_that_is_only_a_word_lets_nothing_out(day: Day, signed_in: SignedIn, settings: Any) -> None:
    settings.ROOT_URLCONF = __name__
    client = signed_in("mira")
    assert client.get("/planted/?leave=1").status_code == 422


def test_no_other_module_of_the_faces_makes_a_file() -> None:
    """The words that make an answer a file stand in one module."""
    found = []
    for source in Path(str(fenestra.faces.__file__)).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(source.read_text())):
            told = node.value if isinstance(node, ast.Constant) else getattr(node, "id", None)
            if told in ("Content-Disposition", "FileResponse"):
                found.append(source.name)
    assert set(found) == {"handed_out.py"}
