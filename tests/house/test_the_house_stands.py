"""What the import contracts cannot see, walked over the whole house; and each walk proven on a planted breach."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house.repository_walks import (
    REPOSITORY_WALKS,
    addresses_of_registries,
    paths_of_one_machine,
    silenced_checks,
)
from tests.house.source_walks import (
    SOURCE_WALKS,
    acts_without_their_work,
    back_doors,
    data_read_across_floors,
    folders_outside_the_contracts,
    generic_pages,
    hidden_writes,
    swallowed_errors,
)
from tests.house.template_walks import inline_style_and_script
from tests.house.value_walks import (
    VALUE_WALKS,
    queries_open_to_anyone,
    queries_that_hand_out_rows,
    values_that_can_change,
)
from tests.house.walks import HOUSE, ROOT

Walk = Callable[[Path], list[str]]
WALKS: tuple[Walk, ...] = (*SOURCE_WALKS, *VALUE_WALKS, inline_style_and_script, *REPOSITORY_WALKS)

SOUND_QUERY = "def today(scope: Scope, mask: Mask) -> list[VisitValue]: ..."

# walk, file planted under src/fenestra, what stands in it
BREACHES: list[tuple[Walk, str, str]] = [
    (folders_outside_the_contracts, "care/visit/parts/board.py", "x = 1"),
    (folders_outside_the_contracts, "care/visit/extras/notes.md", "words"),
    (back_doors, "care/visit/actions.py", "from django.apps import apps\napps.get_model('trial', 'Arm')"),
    (back_doors, "care/visit/actions.py", "import importlib"),
    (back_doors, "care/visit/actions.py", "from importlib import import_module"),
    (back_doors, "care/visit/actions.py", "__import__('fenestra.learning.trial')"),
    (back_doors, "care/visit/actions.py", "from django.utils.module_loading import import_string"),
    (generic_pages, "faces/web/forms.py", "from django.forms import ModelForm"),
    (generic_pages, "faces/web/forms.py", "from django import forms\nclass F(forms.ModelForm): ..."),
    (generic_pages, "faces/web/pages.py", "from django.views.generic import UpdateView"),
    (generic_pages, "faces/web/pages.py", "from django.contrib import admin"),
    (generic_pages, "project/settings.py", "INSTALLED_APPS = ['django.contrib.admin']"),
    (hidden_writes, "care/visit/apps.py", "from django.db.models.signals import post_save"),
    (hidden_writes, "care/visit/apps.py", "from django.db.models import signals\nsignals.pre_delete.connect(print)"),
    (hidden_writes, "care/visit/apps.py", "from django.dispatch import Signal"),
    (hidden_writes, "project/settings.py", "DATABASES = {'default': {'ATOMIC_REQUESTS': True}}"),
    (
        acts_without_their_work,
        "faces/web/pages.py",
        "from fenestra.care.people import consent\nconsent.withdraw_consent()",
    ),
    (acts_without_their_work, "faces/web/pages.py", "from fenestra.care.people.screening import keep_screening"),
    (swallowed_errors, "care/visit/actions.py", "try: x()\nexcept Exception: log()"),
    (swallowed_errors, "care/visit/actions.py", "try: x()\nexcept (KeyError, BaseException): log()"),
    (swallowed_errors, "care/visit/actions.py", "try: x()\nexcept: log()"),
    (swallowed_errors, "care/visit/actions.py", "with contextlib.suppress(Exception): x()"),
    (data_read_across_floors, "care/visit/limits.py", "files('fenestra.science.protocols').joinpath('data')"),
    (data_read_across_floors, "care/visit/limits.py", "Path(__file__).resolve().parents[2] / 'science'"),
    (data_read_across_floors, "care/visit/limits.py", "Path(__file__).parent.parent.parent / 'science'"),
    (values_that_can_change, "care/visit/queries.py", "@dataclass\nclass VisitValue: ..."),
    (values_that_can_change, "science/evidence/values.py", "@dataclass(slots=True)\nclass Claim: ..."),
    (values_that_can_change, "care/visit/queries/board.py", "@dataclasses.dataclass(frozen=False)\nclass Row: ..."),
    (queries_that_hand_out_rows, "care/visit/queries.py", "def today(scope, mask): ..."),
    (queries_that_hand_out_rows, "care/visit/queries.py", "def today(scope, mask) -> QuerySet: ..."),
    (
        queries_that_hand_out_rows,
        "care/visit/queries.py",
        "from fenestra.care.visit.models import Visit\ndef today(scope, mask) -> 'list[Visit]': ...",
    ),
    (
        queries_that_hand_out_rows,
        "care/visit/queries.py",
        "from . import models\ndef today(scope, mask) -> models.Visit: ...",
    ),
    (queries_open_to_anyone, "care/visit/queries.py", "def today(clinic_id: int) -> list[VisitValue]: ..."),
    (queries_open_to_anyone, "care/visit/queries.py", "def today(*, scope: Scope) -> list[VisitValue]: ..."),
    (inline_style_and_script, "faces/web/templates/a.html", "<p style='color: red'>"),
    (inline_style_and_script, "faces/web/templates/a.html", "<style>p {}</style>"),
    (inline_style_and_script, "faces/web/templates/a.html", "<script>go()</script>"),
    (inline_style_and_script, "faces/web/templates/a.html", "<p {% if a %}class='b'{% endif %} onclick='go()'>"),
    (inline_style_and_script, "faces/web/templates/a.html", "<p hx-on:click='go()'>"),
    (inline_style_and_script, "faces/web/templates/a.html", "<a href='javascript:go()'>"),
    (inline_style_and_script, "faces/web/drawing.py", 'def draw(): return f\'<rect style="fill: red" width="{w}"/>\''),
    (addresses_of_registries, "package-lock.json", '"reso' + 'lved": "https://somewhere/x.tgz"'),
    (addresses_of_registries, "notes.md", "see py" + "pi.org"),
    (paths_of_one_machine, "notes.md", "it lies in /wo" + "rk/main/src"),
    (paths_of_one_machine, "notes.md", "it lies in /ho" + "me/anna/src"),
    (silenced_checks, "test_visit.py", "@pytest.mark.sk" + "ip\ndef test(): ..."),
    (silenced_checks, "visit.py", "x = 1  # TO" + "DO later"),
    (silenced_checks, "visit.py", "x = 1  # type: " + "ignore[misc]"),
    (silenced_checks, "visit.py", "import x  # no" + "qa: E402"),
]


def plant(root: Path, file: str, text: str) -> None:
    """A house of one file under this root, in a repository of its own."""
    path = root / HOUSE / file
    path.parent.mkdir(parents=True)
    path.write_text(text)
    subprocess.run(["git", "init", "--quiet"], cwd=root, check=True)
    subprocess.run(["git", "add", "--all"], cwd=root, check=True)


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.__name__)
def test_the_house_has_no(walk: Walk) -> None:
    assert walk(ROOT) == []


@pytest.mark.parametrize(
    ("walk", "file", "text"), BREACHES, ids=[f"{w.__name__}-{f}-{n}" for n, (w, f, _) in enumerate(BREACHES)]
)
def test_a_planted_breach_is_caught(walk: Walk, file: str, text: str, tmp_path: Path) -> None:
    plant(tmp_path, file, text)
    found = walk(tmp_path)
    assert found, f"{walk.__name__} did not see: {text}"
    assert all(file.split("/")[0] in finding for finding in found)


def test_every_walk_has_a_planted_breach() -> None:
    assert {walk for walk, _, _ in BREACHES} == set(WALKS)


SOUND: list[tuple[Walk, str, str]] = [
    (acts_without_their_work, "faces/web/pages.py", "from fenestra.care.work import owed\nowed.withdraw_consent()"),
    (silenced_checks, "visit.py", "import x  # no" + "qa: E402 - the apps must be loaded first"),
    (folders_outside_the_contracts, "science/evidence/data/trials.toml", ""),
    (back_doors, "science/evidence/tables.py", "from importlib import resources\nresources.files(__package__)"),
    (back_doors, "care/visit/migrations/0002_more.py", "apps.get_model('visit', 'Visit')"),
    (swallowed_errors, "care/visit/actions.py", "try: x()\nexcept BaseException:\n    undo()\n    raise"),
    (
        data_read_across_floors,
        "science/evidence/tables.py",
        "files('fenestra.science.evidence')\nPath(__file__).parent / 'data'",
    ),
    (values_that_can_change, "care/visit/queries.py", "@dataclass(frozen=True)\nclass VisitValue: ..."),
    (queries_that_hand_out_rows, "care/visit/queries.py", SOUND_QUERY),
    (queries_open_to_anyone, "care/visit/queries.py", SOUND_QUERY),
    (queries_open_to_anyone, "care/visit/queries.py", "def round_due_at(visit: VisitValue) -> datetime | None: ..."),
    (
        inline_style_and_script,
        "faces/web/templates/a.html",
        "<script type='application/json'>{}</script><script src='a.js'>",
    ),
]


@pytest.mark.parametrize(("walk", "file", "text"), SOUND, ids=[walk.__name__ for walk, _, _ in SOUND])
def test_what_is_sound_passes(walk: Walk, file: str, text: str, tmp_path: Path) -> None:
    plant(tmp_path, file, text)
    if walk is folders_outside_the_contracts:
        for folder in ("science", "science/evidence", "."):
            (tmp_path / HOUSE / folder / "__init__.py").touch()
    assert walk(tmp_path) == []
