"""Every word the work list may need is there: a kind without one would take the whole page away."""

from __future__ import annotations

from fenestra.care.work.rules import ItemKind, Level, StepKind
from fenestra.faces.web.staff.work import words as work_words


def test_every_kind_level_and_step_has_its_words() -> None:
    assert set(work_words.KINDS) == set(ItemKind)
    assert set(work_words.ICONS) == set(Level)
    assert set(work_words.STEPS) == set(StepKind)
