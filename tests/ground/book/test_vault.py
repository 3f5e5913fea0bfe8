"""What names a person is stored only under that person's key, and is gone when the key is."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from django.db import connection

from fenestra.ground.book import vault
from fenestra.ground.book.models import AuditLine, PersonKey
from fenestra.ground.book.seal import head_file, seal
from fenestra.ground.book.texts import LONGEST_TEXT
from fenestra.ground.book.verify import verify
from fenestra.science.errors import BadInput, Refused
from tests.ground.book import deeds
from tests.ground.book.deeds import NOON, keep_rule

NAME = "Rosalind Quinn-Okafor"


def test_a_text_comes_back_as_it_was_and_looks_different_each_time(db):
    first, second = vault.lock(5, NAME), vault.lock(5, NAME)
    assert first != second
    assert vault.unlock(5, first) == vault.unlock(5, second) == NAME
    assert (vault.lock(5, ""), vault.unlock(5, "")) == ("", "")


def test_one_persons_text_does_not_open_with_anothers_key(db):
    vault.lock(6, "somebody else")
    with pytest.raises(ValueError, match="does not open"):
        vault.unlock(6, vault.lock(5, NAME))


def test_a_persons_key_does_not_open_under_another_persons_number(db):
    vault.lock(5, NAME)
    PersonKey.objects.create(person_id=6, wrapped=PersonKey.objects.get(pk=5).wrapped)
    with pytest.raises(InvalidTag):
        vault.unlock(6, vault.lock(5, NAME))


def refuse_with_the_name(act):
    raise Refused(f"{NAME} has not been seen. Ask the physician.")


def test_no_name_stands_in_the_database_file_or_its_log(book_db, monkeypatch, settings):
    ada = deeds.a_director()
    monkeypatch.setitem(deeds.LAST, "name", refuse_with_the_name)
    with pytest.raises(Refused):
        keep_rule(rule="LIM-1", person_id=5, last="name", by=ada, at=NOON, key="k")
    assert vault.unlock(5, AuditLine.objects.get().reason).startswith(NAME)
    files = [path for path in Path(settings.FENESTRA_DATA).rglob("*") if path.is_file()]
    if connection.vendor == "sqlite":
        assert {Path(book_db), Path(f"{book_db}-wal")} <= set(files)
    for path in files:
        content = path.read_bytes()
        assert NAME.encode() not in content and b"Rosalind" not in content, path.name
    with connection.cursor() as cursor:
        cursor.execute("SELECT reason FROM book_auditline")
        assert "Rosalind" not in cursor.fetchone()[0]


def test_a_destroyed_key_erases_every_text_and_the_chain_still_verifies(db, monkeypatch):
    ada = deeds.a_director()
    monkeypatch.setitem(deeds.LAST, "name", refuse_with_the_name)
    with pytest.raises(Refused):
        keep_rule(rule="LIM-1", person_id=5, last="name", by=ada, at=NOON, key="k")
    keep_rule(rule="LIM-1", person_id=5, by=ada, at=NOON, key="l")
    seal(NOON)
    vault.destroy(5)
    assert vault.unlock(5, AuditLine.objects.earliest("pk").reason) == "(erased)"
    assert verify(head_file()).findings == ()


def test_an_act_about_an_erased_person_brings_nothing_back_and_breaks_no_page(db, monkeypatch):
    stored = vault.lock(5, NAME)
    vault.destroy(5)
    ada = deeds.a_director()
    monkeypatch.setitem(deeds.LAST, "name", refuse_with_the_name)
    with pytest.raises(Refused):
        keep_rule(rule="LIM-1", person_id=5, last="name", by=ada, at=NOON, key="k")
    assert vault.unlock(5, stored) == "(erased)"
    assert AuditLine.objects.get().reason == ""


def test_a_fingerprint_tells_contents_apart_and_cannot_be_made_without_the_master_key(db, settings, tmp_path):
    mine = vault.fingerprint(b"password1")
    assert mine == vault.fingerprint(b"password1") != vault.fingerprint(b"password2")
    other = tmp_path / "other.key"
    other.write_text("QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=")
    settings.FENESTRA_MASTER_KEY_FILE = other
    assert vault.fingerprint(b"password1") != mine


# How long a text may be.


@pytest.mark.parametrize(("over", "says"), [(1, "1 character too long"), (1200, "1,200 characters too long")])
def test_a_text_that_is_too_long_is_refused_with_how_much_and_not_cut(db, over, says):
    with pytest.raises(BadInput, match=says):
        vault.lock(1, "x" * (LONGEST_TEXT + over))
    with pytest.raises(BadInput, match=f"{says}; 20 are kept"):
        vault.lock(1, "x" * (20 + over), longest=20)


def test_a_text_of_just_the_length_and_one_the_house_put_together_are_stored_whole(db):
    for text, longest in (("x" * LONGEST_TEXT, LONGEST_TEXT), ("x" * 9000, None)):
        assert vault.unlock(1, vault.lock(1, text, longest=longest)) == text
