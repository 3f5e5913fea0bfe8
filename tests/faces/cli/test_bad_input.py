"""The command refuses with exit code 2 and one sentence; and a folder stays what it was made as."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from fenestra.faces.cli.main import main
from fenestra.ground.book import clock, seal
from fenestra.ground.book.act import write_line
from fenestra.ground.book.scope import Scope
from fenestra.ground.clinic import rules
from fenestra.science.errors import Refused


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    try:
        code = main(list(words))
    except SystemExit as left:
        code = int(left.code or 0)
    return code, capsys.readouterr().err


def process(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FENESTRA_")}
    command = [sys.executable, "-c", "import sys; from fenestra.faces.cli.main import main; sys.exit(main())", *words]
    return subprocess.run(
        command, env={**kept, **environment}, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"[]", b'{"shoe_size": 43}'])
def test_facts_that_cannot_be_read_are_refused_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    (tmp_path / "facts.json").write_bytes(content)
    code, sentence = said(capsys, "screen", str(tmp_path / "facts.json"))
    assert code == 2
    assert len(sentence.strip().splitlines()) == 1


def test_a_fact_that_stands_twice_is_refused_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "facts.json").write_text('{"pregnancy": true, "weight_kg": 72, "pregnancy": false}')
    code, sentence = said(capsys, "screen", str(tmp_path / "facts.json"))
    assert (code, sentence) == (2, "pregnancy stands twice in the facts. Give each fact once.\n")


def test_a_calendar_with_a_day_to_come_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "days.csv").write_text(f"date,substance,amount\n{date.today() + timedelta(days=1)},alcohol,0\n")
    code, sentence = said(capsys, "score", "tlfb", "--days", str(tmp_path / "days.csv"))
    assert code == 2 and "is still to come" in sentence


def test_a_folder_is_no_file_of_heads(db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, sentence = said(capsys, "audit", "verify", "--head", str(tmp_path))
    assert (code, sentence) == (2, f"{tmp_path} cannot be read. Give the file of heads that was kept outside.\n")


def test_heads_that_are_no_text_are_refused_in_a_sentence(
    db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "heads").write_bytes(b"\xff\xfe\x00")
    assert said(capsys, "audit", "verify", "--head", str(tmp_path / "heads"))[0] == 2


def test_an_amount_that_was_left_out_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    dose = ("predict", "--iv", "0.5 mg/kg over 40 min", "--weight", "70", "--at", "10,,20")
    code, sentence = said(capsys, *dose)
    assert code == 2
    assert sentence.startswith("An amount is missing.")


def test_a_data_folder_that_cannot_be_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    refused = process("--data", str(tmp_path / "file"), "status")
    assert refused.returncode == 2
    assert refused.stderr.startswith(f"{tmp_path / 'file'} cannot be used as the data folder")
    assert len(refused.stderr.strip().splitlines()) == 1


def test_a_real_clinic_does_not_start_without_its_master_key(tmp_path: Path) -> None:
    clinic = {"FENESTRA_MODE": "clinic", "FENESTRA_SECRET_KEY": "s" * 50, "FENESTRA_HOSTS": "clinic.example"}
    clinic |= {"FENESTRA_HEAD_FILE": str(tmp_path / "heads"), "FENESTRA_DATA": str(tmp_path / "data")}
    key = tmp_path / "master.key"
    gone = process("migrate", **clinic, FENESTRA_MASTER_KEY_FILE=str(key))
    assert gone.returncode == 2
    assert "there is no such file" in gone.stderr
    key.write_text(base64.b64encode(b"too short").decode())
    short = process("migrate", **clinic, FENESTRA_MASTER_KEY_FILE=str(key))
    assert short.returncode == 2
    assert "is no key of 32 bytes" in short.stderr


@pytest.mark.parametrize("demo", [True, False])
def test_a_folder_stays_a_demo_or_a_real_clinic(demo: bool) -> None:
    rules.check_mode([], demo=demo)
    rules.check_mode([demo, demo], demo=demo)
    with pytest.raises(Refused, match="stays one"):
        rules.check_mode([demo, not demo], demo=demo)


def test_a_demo_folder_is_never_served_as_a_real_clinic(tmp_path: Path) -> None:
    data = tmp_path / "demo"
    made = process("demo", "--people", "1", "--json", FENESTRA_DATA=str(data))
    assert made.returncode == 0, made.stderr
    clinic = {"FENESTRA_MODE": "clinic", "FENESTRA_SECRET_KEY": "s" * 50, "FENESTRA_HOSTS": "localhost"}
    clinic |= {"FENESTRA_HEAD_FILE": str(tmp_path / "heads"), "FENESTRA_DATA": str(data)}
    (data / "demo-logins.json").unlink()  # the book knows it by itself
    clinic |= {f"FENESTRA_{name}_KEY_FILE": str(data / "keys" / f"{name.lower()}.key") for name in ("MASTER", "HEAD")}
    served = process("serve", "--port", "8397", **clinic)
    assert served.returncode == 2
    assert "made-up" in served.stderr
    assert len(served.stderr.strip().splitlines()) == 1


def test_heads_that_were_taken_away_are_missed(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    write_line("read", "list of people", by=Scope(0, None), at=clock.now())
    seal.seal(clock.now())
    assert main(["audit", "verify"]) == 0
    seal.head_file().unlink()
    assert main(["audit", "verify"]) == 1
    assert "is not there: the chain has nothing outside to be compared with" in capsys.readouterr().out
