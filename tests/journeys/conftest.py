"""One demo is made for all journeys; each house that a journey changes is a copy of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.house import House, copied, fill

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PEOPLE = 8  # one in each state of the day, and one of a day before


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    fill(folder, people=PEOPLE)
    return folder


@pytest.fixture(scope="package")
def house(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The house that journeys share which leave the visits of others alone."""
    served = copied(filled, tmp_path_factory.mktemp("shared") / "data")
    served.start()
    yield served
    served.kill()


@pytest.fixture
def own_house(filled: Path, tmp_path: Path) -> Iterator[House]:
    """A house of one journey, which may kill it and move its clock."""
    served = copied(filled, tmp_path / "data")
    served.start()
    yield served
    served.kill()
