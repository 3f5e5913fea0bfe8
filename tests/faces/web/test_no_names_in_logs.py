"""No name, no birth date and no secret stands in a log, an error page, the spool or the answer of a command."""

from __future__ import annotations

import io
import json
import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import DatabaseError
from django.test import Client

from fenestra.care.people import actions
from fenestra.care.people import queries as people
from fenestra.faces.cli.main import main
from fenestra.ground.book import logs, spool
from fenestra.ground.book.clock import Ticker
from fenestra.ground.book.models import AuditLine, RequestKey
from fenestra.ground.book.seal import seal
from fenestra.science.errors import Refused
from tests.care.visit.day import BORN, NAME, Day, password
from tests.faces.web.conftest import SignedIn

CANARY = "Zwieselmaus"
SECRETS = (CANARY, NAME, NAME.split()[0], BORN.isoformat())


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything any part of the process logs, in the form in which the server writes it."""
    handler, told = logging.StreamHandler(io.StringIO()), logging.getLogger()
    handler.setFormatter(logs.WithoutWords())
    before = told.level
    told.addHandler(handler)
    told.setLevel(logging.DEBUG)
    yield handler.stream
    told.removeHandler(handler)
    told.setLevel(before)


def clean(text: str, *more: str) -> bool:
    return not [secret for secret in (*SECRETS, *more) if secret in text]


def broken(*_: Any, **__: Any) -> None:
    """A fault whose message says more than it should, with one like it beneath."""
    try:
        raise KeyError(CANARY)
    except KeyError as fault:
        raise ValueError(f"{NAME}, born {BORN.isoformat()}, {CANARY}") from fault


def test_every_log_of_the_server_is_written_without_the_words_of_exceptions() -> None:
    told = django_settings.LOGGING
    assert {each["formatter"] for each in told["handlers"].values()} == {"without words"}
    assert told["formatters"]["without words"]["()"].endswith("logs.WithoutWords")
    assert told["root"]["handlers"] == list(told["handlers"])
    assert [each for each in told["loggers"].values() if each.get("handlers")] == []


def test_a_page_that_breaks_says_nothing_of_whom_it_broke_on(
    day: Day, signed_in: SignedIn, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in("mira")
    client.raise_request_exception = False
    monkeypatch.setattr(people, "person", broken)
    answer = client.get(f"/people/{day.person_id}/")
    assert answer.status_code == 500 and clean(answer.content.decode())
    written = log.getvalue()
    assert "ValueError" in written and "KeyError" in written and "test_no_names_in_logs.py" in written
    assert clean(written)


def test_an_ordinary_formatter_would_have_told(log: io.StringIO) -> None:
    """The plant: the same fault as any other formatter writes it."""
    plain = logging.StreamHandler(io.StringIO())
    logging.getLogger("fenestra").addHandler(plain)
    try:
        broken()
    except ValueError:
        logging.getLogger("fenestra").exception("A page broke")
    logging.getLogger("fenestra").removeHandler(plain)
    assert not clean(plain.stream.getvalue())
    assert clean(log.getvalue())


def test_a_task_of_the_clock_and_a_thread_that_break_say_nothing_either(log: io.StringIO) -> None:
    Ticker([broken]).tick(None)  # type: ignore[arg-type]  # the moment does not matter to a broken task
    hook, threading.excepthook = threading.excepthook, logs.of_threads
    try:
        thread = threading.Thread(target=broken, name="a thread")
        thread.start()
        thread.join()
    finally:
        threading.excepthook = hook
    written = log.getvalue()
    assert "The clock's task broken failed" in written and "The thread a thread ended" in written
    assert clean(written)


def test_a_refusal_with_a_name_stands_on_the_page_and_in_no_log_or_plain_column(
    day: Day, signed_in: SignedIn, log: io.StringIO
) -> None:
    typed = {"name": NAME, "born": "1990-02-28", "sex": "female", "code": "A B", "allergies": CANARY, "key": "k"}
    signed_in("cora").post("/people/new/", typed)
    with pytest.raises(Refused):
        day.do(actions.refer, person_id=day.person_id, source=CANARY)
    assert clean(log.getvalue())
    assert clean("".join(AuditLine.objects.values_list("reason", flat=True)))


def test_what_is_typed_at_the_sign_in_is_not_kept(day: Day, log: io.StringIO) -> None:
    """Somebody types the password where the user name belongs."""
    Client().post("/sign-in/", {"username": CANARY, "password": password("nina")})
    Client().post("/sign-in/", {"username": "nina", "password": CANARY})
    assert clean(log.getvalue(), password("nina"))
    told = json.dumps([list(AuditLine.objects.values_list("what", "about", "reason"))], default=str)
    assert clean(told, password("nina"))


def test_an_answer_kept_beside_its_request_names_nobody(day: Day) -> None:
    day.do(actions.refer, person_id=day.person_id, source="self", words=CANARY)
    assert clean(json.dumps(list(RequestKey.objects.values_list("answer", flat=True))))


def test_the_spool_and_what_is_said_of_it_name_nobody(day: Day, log: io.StringIO) -> None:
    def refuse(**_: Any) -> None:
        raise Refused(f"{NAME} was not there.")

    def gone(**_: Any) -> None:
        raise DatabaseError(f"no room for {CANARY}")

    spool.register("broken by a refusal", refuse)
    spool.register("broken by the database", gone)
    for name in ("broken by a refusal", "broken by the database"):
        spool.keep(name, by=day.scopes["nina"], at=day.at, key="k", told={"words": f"{NAME}, {CANARY}"})
    spool.play(day.at)
    assert (spool.refused(), spool.waiting()) == (1, 1)
    assert clean(log.getvalue())
    for path in spool.folder().iterdir():
        assert clean(path.read_bytes().decode(errors="replace")) and clean(path.name)


@pytest.mark.parametrize("words", [["status"], ["audit", "head"], ["audit", "key"], ["audit", "verify"]])
def test_commands_name_nobody(day: Day, capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    seal(day.at)
    main([*words, "--json"])
    said = capsys.readouterr()
    assert json.loads(said.out) and clean(said.out + said.err)
    master = Path(django_settings.FENESTRA_MASTER_KEY_FILE).read_text().strip()
    assert master not in said.out
