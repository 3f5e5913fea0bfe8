"""Two humans erase one person: what names them is gone from every byte, what counts stays, and the chain verifies."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client

from fenestra.care.people import actions, confidentiality, diagnosis, erasure
from fenestra.care.people.models import Episode, Person
from fenestra.care.therapy import actions as therapy
from fenestra.care.visit.rules import VisitState as S
from fenestra.care.work import actions as work
from fenestra.care.work.rules import ItemKind
from fenestra.ground.book import clock, spool, vault, wiping
from fenestra.ground.book.models import AuditLine, PersonKey
from fenestra.ground.book.scope import Scope
from fenestra.ground.book.seal import head_file, seal
from fenestra.ground.book.verify import verify
from fenestra.ground.clinic.actions import add_staff
from fenestra.ground.clinic.queries import scope_of
from fenestra.science.errors import BadInput, Refused
from tests.care.visit.day import BORN, NAME, Day, furnish, password
from tests.faces.signing_in import sign_in, unused

CANARY = "Zwieselmaus"
LONG_AGO = date(2020, 1, 1)
ASKED: dict[str, Any] = {"basis": "the person asked", "keep_until": LONG_AGO, "nobody_asks_for_it": True}


def with_officer(made: Day, name: str = "pia") -> Day:
    told = {"username": name, "name": name.title(), "password": password(name), "roles": ("privacy officer",)}
    done = add_staff(by=Scope(made.clinic_id, None), at=made.at, key=name, **told)
    scope = scope_of(done.id or 0)
    assert scope
    made.scopes[name] = scope
    return made


@pytest.fixture
def day(day: Day) -> Day:
    return with_officer(day)


@pytest.fixture
def real_day(book_db: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Day]:
    """The same clinic in a database with files of its own, with a canary in every text somebody can type."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    made = with_officer(furnish())
    monkeypatch.setattr(clock, "now", lambda: made.at)
    made.visit(S.DISCHARGED)
    who = {"person_id": made.person_id}
    made.do(actions.refer, source="family", words=f"Referred by {CANARY}", **who)
    made.do(diagnosis.keep_medicine, "dana", kind="other", name=f"{CANARY}ol", words=f"from {CANARY}", **who)
    made.do(therapy.add_trigger, "theo", cue=f"the bar of {CANARY}", plan=f"call {CANARY}", **who)
    owed = {"kind": ItemKind.OTHER.value, "level": "low", "owner_role": "nurse", "about": "canary:1"}
    made.do(work.open_item, words=f"Call {CANARY}.", **owed, **who)
    with pytest.raises(Refused):
        made.do(actions.refer, "mira", source=CANARY, **who)
    close(made)
    yield made


def close(day: Day) -> None:
    for row in Episode.objects.filter(person_id=day.person_id, closed_at=None):
        day.do(actions.close_episode, episode_id=row.pk, because="moved_away")


def ask(day: Day, who: str = "pia", **other: Any) -> int:
    told = {**ASKED, "password": password(who), "person_id": day.person_id, **other}
    return day.do(erasure.ask_erasure, who, **told).id or 0


def confirm(day: Day, asked_id: int, who: str = "mira") -> None:
    code = Person.objects.get(pk=day.person_id).code
    day.do(erasure.confirm_erasure, who, asked_id=asked_id, code=code, password=password(who))


def files() -> list[Path]:
    return [path for path in Path(django_settings.FENESTRA_DATA).rglob("*") if path.is_file()]


def holding(secret: bytes) -> list[str]:
    return [path.name for path in files() if secret in path.read_bytes()]


def test_after_an_erasure_no_byte_names_the_person(real_day: Day, tmp_path: Path) -> None:
    counts = {model: model.objects.count() for model in (Person, Episode, AuditLine)}
    key = bytes(PersonKey.objects.get(pk=real_day.person_id).wrapped)
    confirm(real_day, ask(real_day))
    if connection.vendor == "sqlite":
        with (
            closing(sqlite3.connect(tmp_path / "backup.sqlite3")) as backup,
            closing(sqlite3.connect(str(connection.settings_dict["NAME"]))) as book,
        ):
            book.backup(backup)
    assert {Path(str(connection.settings_dict["NAME"])).name} <= {path.name for path in files()} or (
        connection.vendor == "postgresql"
    )
    names = (NAME, NAME.split()[0], BORN.isoformat(), CANARY, "penicillin")
    assert [secret for secret in names if holding(secret.encode())] == []
    assert holding(key) == [] and bytes(PersonKey.objects.get(pk=real_day.person_id).wrapped) == b""
    seal(real_day.at)
    assert verify(head_file()).findings == ()
    assert (Person.objects.count(), Episode.objects.count()) == (counts[Person], counts[Episode])
    assert not wiping._wish_file().exists()


def test_every_page_about_an_erased_person_still_opens(real_day: Day) -> None:
    confirm(real_day, ask(real_day))
    client = sign_in(Client(), real_day, "mira")
    for part in ("", "journey/", "plan/", "measures/", "check-ins/", "erase/", "screening/"):
        answer = client.get(f"/people/{real_day.person_id}/{part}")
        assert answer.status_code == 200, part
        assert NAME not in answer.content.decode() and CANARY not in answer.content.decode()
    for page in ("/", "/people/", "/work-list/", "/therapy/", "/calendar/", "/outcomes/"):
        assert client.get(page).status_code == 200, page


def test_the_old_bytes_of_the_key_would_stay_without_the_wiping(real_day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the first test would find if nothing wiped; SQLite only, whose files the test can read."""
    key = bytes(PersonKey.objects.get(pk=real_day.person_id).wrapped)
    monkeypatch.setattr(wiping, "_wipe_sqlite", lambda: False)
    monkeypatch.setattr(wiping, "_wipe_postgres", lambda: False)
    confirm(real_day, ask(real_day))
    assert wiping._wish_file().exists()  # a crash forgets no wish
    if connection.vendor == "sqlite":
        assert holding(key) != []
    monkeypatch.undo()
    wiping.look(real_day.at)
    assert not wiping._wish_file().exists() and holding(key) == []


def test_a_backup_that_brings_the_key_back_is_met_when_the_server_starts(real_day: Day) -> None:
    row = PersonKey.objects.get(pk=real_day.person_id)
    before = bytes(row.wrapped)
    confirm(real_day, ask(real_day))
    PersonKey.objects.filter(pk=real_day.person_id).update(wrapped=before)  # as an older backup holds it
    wiping._looked_at.clear()
    wiping.look(real_day.at)
    assert vault.is_destroyed(real_day.person_id)
    other = real_day.person(name="Aisha Bello")
    wiping._looked_at.clear()
    wiping.look(real_day.at)
    assert not vault.is_destroyed(other)


# Who signs, and what stands in the way.


def test_one_human_alone_erases_nobody_and_both_roles_must_sign(day: Day) -> None:
    close(day)
    asked = ask(day)
    with pytest.raises(Refused, match="You asked for this"):
        confirm(day, asked, "pia")
    with_officer(day, "otis")
    with pytest.raises(Refused, match="A medical director confirms"):
        confirm(day, asked, "otis")
    assert not vault.is_destroyed(day.person_id)
    confirm(day, asked)
    assert vault.is_destroyed(day.person_id)


@pytest.mark.parametrize("who", ["nina", "lena", "otto", "dana"])
def test_nobody_else_asks(day: Day, who: str) -> None:
    with pytest.raises(Refused, match="privacy officer or medical director"):
        ask(day, who)


def test_what_must_still_be_kept_is_kept(day: Day) -> None:
    with pytest.raises(BadInput, match="makes the clinic keep this record until"):
        ask(day, keep_until=(day.at + timedelta(days=1)).date())
    with pytest.raises(BadInput, match="While a court"):
        ask(day, nobody_asks_for_it=False)
    day.episode()
    with pytest.raises(Refused, match="A course of treatment is open"):
        ask(day)
    close(day)
    day.do(confidentiality.place_hold, "mira", person_id=day.person_id, reason="a court asks")
    with pytest.raises(Refused, match="A legal hold stands"):
        ask(day)
    day.do(confidentiality.end_hold, "mira", person_id=day.person_id, reason="it is over")
    spool.keep("recorded", by=day.scopes["nina"], at=day.at, key="k", told={})
    with pytest.raises(Refused, match="wait outside the database"):
        ask(day)


def test_a_wrong_password_or_code_erases_nobody(day: Day) -> None:
    asked = ask(day)
    with pytest.raises(BadInput, match="not your password"):
        day.do(erasure.confirm_erasure, "mira", asked_id=asked, code=Person.objects.get(pk=day.person_id).code,
               password="x")  # fmt: skip
    with pytest.raises(BadInput, match="Type the code"):
        day.do(erasure.confirm_erasure, "mira", asked_id=asked, code="A-0", password=password("mira"))
    day.do(erasure.turn_down_erasure, "mira", asked_id=asked)
    with pytest.raises(Refused, match="has been answered"):
        confirm(day, asked)
    assert not vault.is_destroyed(day.person_id)


def test_it_is_asked_and_confirmed_by_page(day: Day, signed_in: Any) -> None:
    path, code = f"/people/{day.person_id}/erase/", Person.objects.get(pk=day.person_id).code
    assert signed_in("nina").get(path).status_code == 403
    pia, mira = signed_in("pia"), signed_in("mira")
    typed = {"verb": "ask", "key": "a", "basis": "the person asked", "keep_until": "2020-01-01",
             "nobody_asks_for_it": "on", "password": password("pia")}  # fmt: skip
    assert pia.post(path, {**typed, "keep_until": "2090-01-01"}).status_code == 422
    assert pia.post(path, {**typed, "key": "b"}).status_code == 302
    assert "Somebody else confirms it" in pia.get(path).content.decode()
    signed = {
        "verb": "confirm",
        "key": "c",
        "code": code.lower(),
        "password": password("mira"),
        "proof": unused("mira"),
    }
    assert mira.post(path, signed).status_code == 302
    assert "This record is erased" in mira.get(path).content.decode()
    signed_page = mira.get(f"/people/{day.person_id}/signatures/").content.decode()
    assert "This person is erased for ever" in signed_page and "This person is to be erased" in signed_page
    assert "as it was signed" in signed_page and "Mira" in signed_page
    assert "as it was signed" in mira.get("/clinic/signatures/").content.decode()  # the rules of this clinic
    assert vault.is_destroyed(day.person_id)
