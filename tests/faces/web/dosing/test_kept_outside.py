"""What happened while the database does not answer: whoever recorded it reads that it is kept, and where."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, transaction

from fenestra.care.visit.rules import VisitState as S
from fenestra.ground.book import spool
from tests.care.visit.day import Day
from tests.faces.web.dosing.conftest import Browser
from tests.faces.web.dosing.test_sheets import send, words


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> pytest.MonkeyPatch:
    """Reading works, writing does not."""

    def fail(*_: Any, **__: Any) -> Any:
        raise OperationalError("database is locked")

    monkeypatch.setattr(spool, "folder", lambda: tmp_path)
    monkeypatch.setattr(transaction, "atomic", fail)
    return monkeypatch


def test_a_round_that_is_kept_outside_says_so_to_whoever_typed_it(
    day: Day, as_: Browser, request: pytest.FixtureRequest
) -> None:
    visit, client = day.visit(S.INFUSING), as_("nina")
    request.getfixturevalue("silent")
    answer = send(client, visit, "round", line="146 91 84 97")
    assert answer.status_code == 202 and "Kept safe outside the database" in answer.content.decode()
    assert "kept safe outside the database and not shown here yet" in words(client.get(f"/visits/{visit}/board/"))


def test_without_script_the_same_words_stand_on_a_page(day: Day, as_: Browser, request: pytest.FixtureRequest) -> None:
    visit, client = day.visit(S.INFUSING), as_("nina")
    request.getfixturevalue("silent")
    answer = client.post(f"/visits/{visit}/stop/", {"key": "stop 1"})
    assert answer.status_code == 202
    assert "Kept safe outside the database" in words(answer)
