"""Starting and looking: nothing is made by a look, and what cannot start says why in one sentence."""

from __future__ import annotations

import argparse
import json
import logging
import socket
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from fenestra.faces.cli import house
from fenestra.faces.cli.main import main, parser
from fenestra.ground.book.triggers import guards, missing_triggers
from tests.faces.cli.test_bad_input import process

READS = [("status",), ("audit", "head"), ("audit", "verify"), ("outcomes",), ("monitor", "--person", "R-003")]


@pytest.mark.parametrize("words", READS, ids=lambda words: " ".join(words))
def test_a_command_that_reads_makes_nothing_where_nothing_is(tmp_path: Path, words: tuple[str, ...]) -> None:
    new = tmp_path / "new"
    refused = process("--data", str(new), *words)
    assert refused.returncode == 2
    assert refused.stderr.startswith(f"There is no clinic in {new}, and nothing was made there.")
    assert len(refused.stderr.strip().splitlines()) == 1
    assert not new.exists()


@pytest.mark.parametrize("address", ["mysql://ada:hush@x/name", "x", "postgresql://x:port/name"])
def test_an_address_that_is_not_of_postgresql_is_refused_in_a_sentence(tmp_path: Path, address: str) -> None:
    refused = process("migrate", FENESTRA_DATA=str(tmp_path / "new"), FENESTRA_DATABASE=address)
    assert refused.returncode == 2
    assert refused.stderr.startswith("FENESTRA_DATABASE ")
    assert len(refused.stderr.strip().splitlines()) == 1
    assert "hush" not in refused.stderr
    assert not (tmp_path / "new").exists()


def test_a_taken_port_is_said_before_any_log_in_is_shown(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        refused = process("serve", "--port", str(port), FENESTRA_DATA=str(tmp_path))
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith(f"Port {port} could not be opened (Address already in use)")
    assert len(refused.stderr.strip().splitlines()) == 1


def test_make_run_leaves_the_log_ins_to_the_server_that_shows_them() -> None:
    makefile = (Path(__file__).parents[3] / "Makefile").read_text()
    (filled,) = [line for line in makefile.splitlines() if line.endswith("$(fenestra) demo >/dev/null")]
    assert "demo-logins.json" in filled  # its errors and its progress go to standard error, and are seen


def take_away(table: str) -> str:
    """One guard of a table is dropped; its name."""
    name = guards(table)[0].name
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}" + ("" if connection.vendor == "sqlite" else f" ON {table}"))
    return name


def test_status_names_each_trigger_that_is_missing(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    gone = take_away("book_act")
    assert main(["status", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["unguarded_tables"], found["missing_triggers"]) == (["book_act"], [gone])


@pytest.mark.parametrize("start", [house._heal, house.bring_up_to_date])
def test_a_start_names_in_the_log_what_was_missing_and_puts_it_back(
    db: None, start: object, caplog: pytest.LogCaptureFixture
) -> None:
    gone = take_away("book_act")
    with caplog.at_level(logging.WARNING, "fenestra.triggers"):
        assert callable(start)
        start()
    assert f"the protection {gone} was missing" in caplog.text
    assert missing_triggers() == []


def test_a_start_where_all_is_well_makes_nothing_again(db: None, django_assert_max_num_queries: object) -> None:
    assert callable(django_assert_max_num_queries)
    with django_assert_max_num_queries(10) as asked:
        house._heal()
    assert [query["sql"] for query in asked.captured_queries if "TRIGGER" in query["sql"]] == []


def test_a_migration_looks_at_the_triggers_once_and_not_once_for_each_app(db: None) -> None:
    looks: list[str] = []

    def note(execute: object, sql: str, *rest: object) -> object:
        looks.extend([sql] if "trigger" in sql.lower() else [])
        assert callable(execute)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        call_command("migrate", verbosity=0)
    assert len(looks) == 1


# What --help teaches.


def commands() -> dict[str, argparse.ArgumentParser]:
    (found,) = [action for action in parser()._actions if isinstance(action, argparse._SubParsersAction)]
    return dict(found.choices)


@pytest.mark.parametrize("name", commands())
def test_every_command_teaches_what_it_does(name: str) -> None:
    taught = commands()[name].description or ""
    assert len(taught.split()) >= 15 and "." in taught, f"`fenestra {name} --help` teaches too little"


def test_the_help_of_audit_tells_head_from_verify(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["audit", "head", "--help"])
    said = capsys.readouterr().out
    assert "fenestra audit head " in said and "fenestra audit verify " in said
