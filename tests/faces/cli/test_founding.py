"""A real clinic begins on the command line, with its first lead; the password is never an argument."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fenestra.ground.book.folder import holds_a_clinic

COMMAND = "import sys; from fenestra.faces.cli.main import main; sys.exit(main())"
PASSWORD = "a password long enough"
TOLD = ("--name", "Lake Clinic", "--time-zone", "Europe/Berlin", "--lead", "Lena Lake", "--user", "lena")


@pytest.fixture
def clinic(tmp_path: Path) -> dict[str, str]:
    """The environment of a real clinic that has nothing yet."""
    told = {"MODE": "clinic", "SECRET_KEY": "s" * 50, "HOSTS": "localhost"}
    for name in ("MASTER", "HEAD"):
        key = tmp_path / f"{name.lower()}.key"
        key.write_text(base64.urlsafe_b64encode(os.urandom(32)).decode())
        told[f"{name}_KEY_FILE"] = str(key)
    told |= {"HEAD_FILE": str(tmp_path / "heads" / "head.jsonl"), "DATA": str(tmp_path / "data")}
    return {f"FENESTRA_{name}": value for name, value in told.items()}


def run(environment: dict[str, str], *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FENESTRA_")}
    return subprocess.run(
        [sys.executable, "-c", COMMAND, *words], env={**kept, **environment}, input=typed, capture_output=True,
        text=True, check=False, timeout=120,
    )  # fmt: skip


def test_a_real_clinic_is_founded_once_with_a_lead_and_its_book_is_whole(clinic: dict[str, str]) -> None:
    founded = run(clinic, "found", *TOLD, "--json", typed=f"{PASSWORD}\n")
    assert founded.returncode == 0, founded.stderr
    assert {"slug": "lake-clinic", "user": "lena"}.items() <= json.loads(founded.stdout).items()
    assert PASSWORD not in founded.stdout + founded.stderr
    status = json.loads(run(clinic, "status", "--json").stdout)
    assert (status["mode"], status["clinics"]) == ("clinic", ["Lake Clinic"])
    assert (status["kept_and_refused"], status["kept_and_unreadable"]) == (0, 0)
    assert run(clinic, "audit", "verify").returncode == 0
    again = run(clinic, "found", *TOLD, typed=f"{PASSWORD}\n")
    assert again.returncode == 2
    assert "Lake Clinic is in this folder already" in again.stderr


@pytest.mark.parametrize(
    ("told", "typed", "says"),
    [
        (TOLD, "short\n", "A password has 12 to 200 characters"),
        (TOLD, "", "A password has 12 to 200 characters"),
        (TOLD[2:], PASSWORD, "Name of the clinic is missing. Give it as --name"),
        ((*TOLD, "--user", "Lena Lake"), PASSWORD, "A user name has 2 to 60 lower-case letters"),
        (TOLD, "lena is my name", "The user name stands in this password"),
        ((*TOLD, "--time-zone", "Mars/Olympus"), PASSWORD, "There is no time zone 'Mars/Olympus'"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_nothing_is_made(
    clinic: dict[str, str], told: tuple[str, ...], typed: str, says: str
) -> None:
    refused = run(clinic, "found", *told, typed=typed)
    assert refused.returncode == 2
    assert says in refused.stderr and len(refused.stderr.strip().splitlines()) == 1
    assert not holds_a_clinic(Path(clinic["FENESTRA_DATA"]))


def test_a_demo_folder_founds_no_real_clinic(tmp_path: Path) -> None:
    refused = run({"FENESTRA_DATA": str(tmp_path / "demo")}, "found", *TOLD, typed=PASSWORD)
    assert refused.returncode == 2
    assert "a demo never becomes a real clinic" in refused.stderr


def test_a_password_is_no_argument(clinic: dict[str, str]) -> None:
    assert run(clinic, "found", *TOLD, "--password", PASSWORD).returncode == 2


# Orders of words, and readers that leave.

ANSWERS = [f"i{number}=1" for number in range(1, 10)]


@pytest.mark.parametrize("place", range(0, 10, 3))
def test_an_option_may_stand_between_answers(place: int) -> None:
    scored = run({}, "score", "phq9", *ANSWERS[:place], "--json", *ANSWERS[place:])
    assert scored.returncode == 0, scored.stderr
    assert json.loads(scored.stdout)["total"] == 9


def test_an_option_that_there_is_not_is_still_refused() -> None:
    assert run({}, "score", "phq9", *ANSWERS, "--jsno").returncode == 2
    assert run({}, "status", "now").returncode == 2


def test_a_reader_that_has_seen_enough_ends_it_quietly() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, "score", "phq9", *ANSWERS, "--json"], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout and process.stderr
    process.stdout.close()
    with process.stderr as errors:
        assert errors.read() == b""
    assert process.wait(60) == 0
